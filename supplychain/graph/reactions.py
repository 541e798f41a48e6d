"""What grows from trade: supply relations, the ledger of deliveries, track records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from supplychain.graph import deliveries, firms, open_deliveries, supply_relations
from supplychain.graph.engine.transactions import Tx, rows, run
from supplychain.graph.firm_days import find_today
from supplychain.graph.track_records import write_track_records
from supplychain.model.bids.lines import DELIVERED
from supplychain.model.deliveries import Delivery
from supplychain.model.delivery_claims import RECEIVED
from supplychain.model.ids import new_id, to_instant, to_text
from supplychain.model.orders import OVER, WAITING
from supplychain.model.quantities import Quantity, tidy_quantity

LINES = """
MATCH (o:Order {id: $order_id})-[:HAS_LINE]->(l:OrderLine)
OPTIONAL MATCH (l)<-[:CONCERNS]-(r:Receipt)
WITH o, l, max(r.received_on) AS received_on
RETURN o.state AS state, o.buyer_id AS buyer_id, o.supplier_id AS supplier_id,
       o.currency AS currency, o.accepted_at AS accepted_at, l.id AS line_id,
       l.part_id AS part_id, l.category_id AS category_id, l.quantity AS quantity,
       l.received_quantity AS received, l.rejected_quantity AS rejected,
       l.unit_price_e4 AS unit_price_e4, l.lead_days AS lead_days, l.need_by AS need_by,
       l.promised_on AS promised_on, received_on, l.freight_e4 AS freight_e4,
       o.incoterm AS incoterm
ORDER BY line_id LIMIT 2000
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TradedLine:
    """A line of an order as it becomes trade; ``received`` and ``rejected`` are pieces."""

    state: str
    buyer_id: str
    supplier_id: str
    currency: str
    accepted_at: str | None
    line_id: str
    part_id: str | None
    category_id: str | None
    quantity: Quantity
    received: Quantity
    rejected: Quantity
    unit_price_e4: int
    lead_days: int | None
    need_by: str
    promised_on: str | None
    received_on: str | None
    freight_e4: int | None
    incoterm: str | None

    @property
    def freight_paid_e4(self) -> int | None:
        """The freight of what arrived: as the bid said, nothing where its price covers the
        carriage, else unknown, never nothing.
        """
        if self.freight_e4 is not None:
            return int(self.freight_e4 * self.received // self.quantity)
        return 0 if self.incoterm in DELIVERED else None

    @property
    def delivery_id(self) -> str:
        """What the delivery of the line is called in the ledger."""
        return f"order-{self.line_id}"

    @property
    def due_on(self) -> date:
        """The promised day, else the day by which it is needed."""
        return date.fromisoformat(self.promised_on or self.need_by)

    @property
    def is_over(self) -> bool:
        """Whether all of it was received, or its order is closed."""
        return self.received >= self.quantity or self.state == "closed"


def list_lines(tx: Tx, order_id: str) -> list[TradedLine]:
    """The lines of any order as reactions need them, prices included; for no reader's eyes."""
    return [_read_traded_line(values) for values in rows(tx, LINES, order_id=order_id)]


def _read_traded_line(values: dict[str, Any]) -> TradedLine:
    names = ("quantity", "received", "rejected")
    quantities: dict[str, Any] = {name: tidy_quantity(values[name]) for name in names}
    return TradedLine(**values | quantities)


TOTALS = """
MATCH (o:Order {buyer_id: $buyer_id})-[:HAS_LINE]->(l:OrderLine)
WHERE l.part_id = $part_id AND NOT o.state IN $uncounted
RETURN o.supplier_id AS supplier_id, sum(l.quantity) AS quantity
ORDER BY supplier_id LIMIT 10000
"""

RELATE = """
MATCH (s:Firm {id: $supplier_id})
MATCH (b:Firm {id: $buyer_id})
MERGE (s)-[r:SUPPLIES {part_id: $part_id, claimed_by: 'order'}]->(b)
SET r.id = coalesce(r.id, $id), r.source = 'ordered', r.witnessed = true,
    r.lead_days = $lead_days, r.changed_at = $at, r.currency = coalesce(r.currency, $currency)
"""

SHARES = """
UNWIND $shares AS share
MATCH (:Firm {id: share.supplier_id})
      -[r:SUPPLIES {part_id: $part_id, claimed_by: 'order'}]->(:Firm {id: $buyer_id})
SET r.share = share.part
"""


def relate(tx: Tx, line: TradedLine, *, at: datetime) -> None:
    """Upsert the supply relation of an accepted line, and every supplier's share of the part.

    The order's own claim stands beside what the ends declared, and witnesses it.
    """
    if line.part_id is None:
        return
    for firm_id in sorted((line.buyer_id, line.supplier_id)):
        firms.lock(tx, firm_id)
    run(
        tx,
        RELATE,
        id=new_id(),
        supplier_id=line.supplier_id,
        buyer_id=line.buyer_id,
        part_id=line.part_id,
        currency=line.currency,
        lead_days=_lead_days(tx, line),
        at=to_text(at),
    )
    supply_relations.settle(tx, [(line.supplier_id, line.buyer_id, line.part_id)])
    _set_shares(tx, line)


def await_delivery(tx: Tx, line: TradedLine) -> None:
    """Note of a line of an accepted order by which day it is to come."""
    if line.is_over or line.state in (*OVER, *WAITING):
        return
    entry = {
        "id": line.delivery_id,
        "supplier_id": line.supplier_id,
        "buyer_id": line.buyer_id,
        "category_id": line.category_id or "",
        "due_on": line.due_on.isoformat(),
        "order_line_id": line.line_id,
    }
    open_deliveries.open_lines(tx, [entry])


def await_no_more(tx: Tx, line: TradedLine) -> None:
    """Forget a line of an order that came to nothing."""
    open_deliveries.close_lines(tx, [line.delivery_id])


FORGET_ORDERED = """
MATCH (:Firm {id: $supplier_id})
      -[r:SUPPLIES {part_id: $part_id, claimed_by: 'order'}]->(:Firm {id: $buyer_id})
DELETE r
"""


def end_relation(tx: Tx, line: TradedLine) -> None:
    """Take the order's claim of a relation back once no order for its part stands any more.

    A cancelled order made nothing: nothing of it was shipped or shared. What the two ends
    declared stays.
    """
    if line.part_id is None:
        return
    firms.lock_all(tx, (line.buyer_id, line.supplier_id))
    if line.supplier_id not in _set_shares(tx, line):
        ends = {"supplier_id": line.supplier_id, "buyer_id": line.buyer_id}
        run(tx, FORGET_ORDERED, **ends, part_id=line.part_id)
        supply_relations.settle(tx, [(line.supplier_id, line.buyer_id, line.part_id)])


def _set_shares(tx: Tx, line: TradedLine) -> set[str]:
    """Share the part out among the suppliers whose orders of it stand; who they are."""
    totals = rows(
        tx,
        TOTALS,
        buyer_id=line.buyer_id,
        part_id=line.part_id,
        uncounted=[*OVER, *WAITING],
    )
    whole = sum(entry["quantity"] for entry in totals)
    shares = [
        {"supplier_id": entry["supplier_id"], "part": entry["quantity"] / whole} for entry in totals
    ]
    run(tx, SHARES, shares=shares, part_id=line.part_id, buyer_id=line.buyer_id)
    return {entry["supplier_id"] for entry in totals}


def _lead_days(tx: Tx, line: TradedLine) -> int | None:
    if line.lead_days:
        return line.lead_days
    if line.accepted_at is None:
        return None
    accepted_on = find_today(tx, line.supplier_id, to_instant(line.accepted_at))
    return max(0, (line.due_on - accepted_on).days)


def record_delivery(tx: Tx, line: TradedLine) -> bool:
    """Write a line that is over into the ledger, once, and bring the track record up to date.

    Returns:
        False where it is there already, or the line is not over: neither fully received nor
        of a closed order of which something arrived.
    """
    if line.is_over:
        open_deliveries.close_lines(tx, [line.delivery_id])
    if not line.is_over or line.received_on is None:
        return False
    delivery = Delivery(
        id=line.delivery_id,
        supplier_id=line.supplier_id,
        buyer_id=line.buyer_id,
        part_id=line.part_id,
        quantity=line.quantity,
        promised_on=line.due_on,
        delivered_on=date.fromisoformat(line.received_on),
        delivered_quantity=line.received,
        rejected_quantity=line.rejected,
        unit_price_e4=line.unit_price_e4,
        currency=line.currency,
        freight_e4=line.freight_paid_e4,
        category_id=line.category_id,
    )
    if deliveries.find_lines(tx, [delivery.id]):
        return False
    firms.lock_all(tx, [delivery.supplier_id, delivery.buyer_id])
    deliveries.add_lines(tx, [deliveries.to_row(delivery)], source=RECEIVED)
    if delivery.category_id is not None:
        write_track_records(tx, [(delivery.supplier_id, delivery.category_id)])
    return True
