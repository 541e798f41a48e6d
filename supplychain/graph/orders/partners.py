"""Who buys of whom: a note in a tray of the buyer for each firm of which an order stands.

Whom a firm buys of decides what it may read. Worked out from its orders it would take the longer
the more it ordered; the notes are as many as its suppliers.
"""

from __future__ import annotations

from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.graph.list_keys import span_of
from supplychain.graph.tray_notes import drop_notes, keep_notes, note_id
from supplychain.model.orders import Order
from supplychain.model.trays import Side, TrayNote

HOLD = "MATCH (n:TrayNote {id: $id}) SET n.lock = $nonce"

STANDING = """
MATCH (o:Order)
WHERE o.pair_key > $after AND o.pair_key < $end AND o.accepted_at IS NOT NULL
  AND o.state <> 'cancelled'
RETURN o.id AS id LIMIT 1
"""


def keep_partner(tx: Tx, order: Order) -> None:
    """Note the supplier of a locked order that was accepted, or forget it with its last order."""
    if order.accepted_at is None or order.state not in ("accepted", "cancelled"):
        return
    if order.state == "accepted":
        keep_notes(tx, [_note_partner(order.buyer_id, order.supplier_id)])
        return
    # An order that is accepted meanwhile writes the same note: one of the two waits.
    id = note_id(order.supplier_id, order.buyer_id)
    run(tx, HOLD, id=id, nonce=nonce())
    after, end = span_of(f"{order.buyer_id}|{order.supplier_id}")
    if row(tx, STANDING, after=after, end=end) is None:
        drop_notes(tx, [id])


def _note_partner(buyer_id: str, supplier_id: str) -> TrayNote:
    return TrayNote(
        id=note_id(supplier_id, buyer_id),
        firm_id=buyer_id,
        side=Side.SUPPLIERS,
        state="trading",
        about_id=supplier_id,
    )


BUYERS = """
MATCH (:Firm {id: $drop_id})<-[:SUPPLIED_BY]-(o:Order)
WHERE o.accepted_at IS NOT NULL AND o.state <> 'cancelled'
RETURN DISTINCT o.buyer_id AS buyer_id ORDER BY buyer_id LIMIT 100000
"""


def swap_supplier(tx: Tx, *, keep_id: str, drop_id: str) -> None:
    """Let the buyers of a locked firm, whose orders it still has, be those of another."""
    buyers = [one["buyer_id"] for one in rows(tx, BUYERS, drop_id=drop_id)]
    drop_notes(tx, [note_id(drop_id, buyer_id) for buyer_id in buyers])
    keep_notes(tx, [_note_partner(buyer_id, keep_id) for buyer_id in buyers])
