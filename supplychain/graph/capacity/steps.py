"""Which capabilities a firm has for the steps of a routing, and what a line takes of them now."""

from __future__ import annotations

from typing import Any

from supplychain.graph.engine.transactions import Tx, rows
from supplychain.model.capacity.steps import StepMaker

MAKERS = """
UNWIND $firm_ids AS firm_id
MATCH (:Firm {id: firm_id})-[:CAN_MAKE]->(c:Capability)
RETURN c.id AS id, c.firm_id AS firm_id, c.category_id AS category_id, c.processes AS processes,
       c.weekly_capacity AS weekly, c.lead_days AS lead_days
ORDER BY id LIMIT 100000
"""


def read_makers(tx: Tx, firm_ids: list[str]) -> dict[str, list[StepMaker]]:
    """All capabilities of firms, by firm."""
    makers: dict[str, list[StepMaker]] = {firm_id: [] for firm_id in firm_ids}
    for record in rows(tx, MAKERS, firm_ids=firm_ids):
        makers[record["firm_id"]].append(read_maker(record))
    return makers


def read_maker(record: dict[str, Any]) -> StepMaker:
    """From what a query names as its columns: firm, category, processes, pieces, lead days."""
    return StepMaker(
        firm_id=record["firm_id"],
        category_id=record["category_id"],
        processes=tuple(record["processes"] or ()),
        weekly=record["weekly"] or 0,
        lead_days=record["lead_days"],
    )


BOOKED_OF_LINE = """
MATCH (b:Booking {order_line_id: $line_id})-[:TAKES]->(c:Capability)
RETURN c.id AS id, c.category_id AS category_id, b.day AS day
ORDER BY id LIMIT 1000
"""


def list_booked(tx: Tx, line_id: str) -> dict[tuple[str, str], int]:
    """The due days of what a locked order's line takes now, by capability and its category."""
    booked = rows(tx, BOOKED_OF_LINE, line_id=line_id)
    return {(one["id"], one["category_id"]): one["day"] for one in booked}
