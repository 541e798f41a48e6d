"""What grows from trade: supply relations, the ledger of deliveries, track records."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from supplychain.graph import firms
from supplychain.graph.engine.transactions import Tx, row, rows, run
from supplychain.graph.imports.record import write_track_records
from supplychain.model.ids import to_instant, to_text
from supplychain.model.orders import OVER, WAITING

LINES = """
MATCH (o:Order {id: $order_id})-[:HAS_LINE]->(l:OrderLine)
OPTIONAL MATCH (l)<-[:CONCERNS]-(r:Receipt)
WITH o, l, max(r.received_on) AS received_on
RETURN o.state AS state, o.buyer_id AS buyer_id, o.supplier_id AS supplier_id,
       o.currency AS currency, o.accepted_at AS accepted_at, l.id AS line_id,
       l.part_id AS part_id, l.category_id AS category_id, l.quantity AS quantity,
       l.received_quantity AS received, l.rejected_quantity AS rejected,
       l.unit_price_e4 AS unit_price_e4, l.lead_days AS lead_days, l.need_by AS need_by,
       l.promised_on AS promised_on, received_on
ORDER BY line_id LIMIT 2000
"""


def list_lines(tx: Tx, order_id: str) -> list[dict[str, Any]]:
    """The lines of any order as reactions need them, prices included; for no reader's eyes."""
    return rows(tx, LINES, order_id=order_id)


TOTALS = """
MATCH (o:Order {buyer_id: $buyer_id})-[:HAS_LINE]->(l:OrderLine)
WHERE l.part_id = $part_id AND NOT o.state IN $uncounted
RETURN o.supplier_id AS supplier_id, sum(l.quantity) AS quantity
ORDER BY supplier_id LIMIT 10000
"""

RELATE = """
MATCH (s:Firm {id: $supplier_id})
MATCH (b:Firm {id: $buyer_id})
MERGE (s)-[r:SUPPLIES {part_id: $part_id}]->(b)
SET r.source = 'ordered', r.lead_days = $lead_days, r.changed_at = $at,
    r.currency = coalesce(r.currency, $currency)
"""

SHARES = """
UNWIND $shares AS share
MATCH (:Firm {id: share.supplier_id})-[r:SUPPLIES {part_id: $part_id}]->(:Firm {id: $buyer_id})
SET r.share = share.part
"""


def relate(tx: Tx, line: dict[str, Any], *, at: datetime) -> None:
    """Upsert the supply relation of an accepted line, and every supplier's share of the part.

    A declared relation becomes an ordered one and keeps what was declared of its recovery.
    """
    if line["part_id"] is None:
        return
    for firm_id in sorted((line["buyer_id"], line["supplier_id"])):
        firms.lock(tx, firm_id)
    tie = {name: line[name] for name in ("supplier_id", "buyer_id", "part_id", "currency")}
    run(tx, RELATE, **tie, lead_days=_lead_days(line), at=to_text(at))
    totals = rows(
        tx,
        TOTALS,
        buyer_id=line["buyer_id"],
        part_id=line["part_id"],
        uncounted=[*OVER, *WAITING],
    )
    whole = sum(entry["quantity"] for entry in totals)
    shares = [
        {"supplier_id": entry["supplier_id"], "part": entry["quantity"] / whole} for entry in totals
    ]
    run(tx, SHARES, shares=shares, part_id=line["part_id"], buyer_id=line["buyer_id"])


def _lead_days(line: dict[str, Any]) -> int:
    if line["lead_days"]:
        return line["lead_days"]
    accepted_on = to_instant(line["accepted_at"]).date()
    return max(0, (date.fromisoformat(_due(line)) - accepted_on).days)


def _due(line: dict[str, Any]) -> str:
    return line["promised_on"] or line["need_by"]


FIND_DELIVERY = "MATCH (d:Delivery {id: $id}) RETURN d.id AS id"

DELIVER = """
CREATE (d:Delivery {
    id: $id, supplier_id: $supplier_id, buyer_id: $buyer_id, part_id: $part_id,
    category_id: $category_id, quantity: $quantity, promised_on: $promised_on,
    delivered_on: $delivered_on, delivered_quantity: $received, rejected_quantity: $rejected,
    unit_price_e4: $unit_price_e4, currency: $currency, freight_e4: 0, source: 'received'})
"""


def deliver(tx: Tx, line: dict[str, Any]) -> bool:
    """Write a line that is over into the ledger, once, and bring the track record up to date.

    Returns:
        False where it is there already, or the line is not over: neither fully received nor
        of a closed order of which something arrived.
    """
    is_over = line["received"] >= line["quantity"] or line["state"] == "closed"
    delivery_id = f"order-{line['line_id']}"
    if not is_over or line["received_on"] is None or row(tx, FIND_DELIVERY, id=delivery_id):
        return False
    values = {name: line[name] for name in _LEDGER}
    run(
        tx,
        DELIVER,
        **values,
        id=delivery_id,
        promised_on=_due(line),
        delivered_on=line["received_on"],
    )
    write_track_records(tx, [(line["supplier_id"], line["category_id"])])
    return True


_LEDGER = (
    "supplier_id",
    "buyer_id",
    "part_id",
    "category_id",
    "quantity",
    "received",
    "rejected",
    "unit_price_e4",
    "currency",
)
