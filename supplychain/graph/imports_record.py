"""The track record of suppliers by category, worked out anew from the ledger of deliveries."""

from __future__ import annotations

from supplychain.graph.transactions import Tx, nonce, run

ADD_RECORDS = """
UNWIND $pairs AS r
MATCH (f:Firm {id: r.firm_id}) MATCH (g:Category {id: r.category_id})
MERGE (c:Capability {id: r.id})
ON CREATE SET c.firm_id = r.firm_id, c.category_id = r.category_id, c.declared = false,
    c.weekly_capacity = 0, c.certificates = [], c.booked_weeks = [], c.booked_quantities = [],
    c.delivered_lines = 0, c.on_time_lines = 0, c.received_quantity = 0, c.rejected_quantity = 0,
    c.late_days_sum = 0, c.version = 1
SET c.lock = $nonce
MERGE (c)-[:COVERS]->(g)
MERGE (f)-[:CAN_MAKE]->(c)
"""

CLEAR = """
UNWIND $pairs AS r
MATCH (c:Capability {id: r.id})
SET c.delivered_lines = 0, c.on_time_lines = 0, c.received_quantity = 0,
    c.rejected_quantity = 0, c.late_days_sum = 0
"""

RECORDS = """
UNWIND $firms AS firm
MATCH (d:Delivery {supplier_id: firm})
WHERE d.delivered_on IS NOT NULL AND d.category_id IN $categories
WITH firm + '|' + d.category_id AS id, count(d) AS delivered,
     sum(CASE WHEN d.delivered_on <= d.promised_on
              AND d.delivered_quantity - d.rejected_quantity >= d.quantity
         THEN 1 ELSE 0 END) AS on_time,
     sum(d.delivered_quantity) AS received, sum(d.rejected_quantity) AS rejected,
     sum(CASE WHEN d.delivered_on > d.promised_on
         THEN duration.inDays(date(d.promised_on), date(d.delivered_on)).days
         ELSE 0 END) AS late_days
MATCH (c:Capability {id: id}) WHERE id IN $ids
SET c.delivered_lines = delivered, c.on_time_lines = on_time, c.received_quantity = received,
    c.rejected_quantity = rejected, c.late_days_sum = late_days
"""


def write_track_records(tx: Tx, pairs: list[tuple[str, str]]) -> None:
    """Set the five counters of (supplier, category) pairs to what the ledger says.

    A supplier without that capability gets one that nobody declared: its weekly capacity 0 means
    that it is not known.
    """
    rows = [
        {"id": f"{firm}|{category}", "firm_id": firm, "category_id": category}
        for firm, category in sorted(pairs)
    ]
    run(tx, ADD_RECORDS, pairs=rows, nonce=nonce())
    run(tx, CLEAR, pairs=rows)
    run(
        tx,
        RECORDS,
        firms=sorted({firm for firm, _ in pairs}),
        categories=sorted({category for _, category in pairs}),
        ids=[entry["id"] for entry in rows],
    )
