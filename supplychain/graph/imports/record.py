"""The track record of suppliers by category: counters of the ledger of deliveries."""

from __future__ import annotations

from typing import Any, TypeAlias

from supplychain.graph.engine.transactions import Tx, nonce, row, run
from supplychain.matching.performance import LONG_LATE_DAYS

Tallies: TypeAlias = dict[tuple[str, str], list[int]]
"""By (supplier, category) what the six counters gain, in the order of ``TALLY``."""

ADD_RECORDS = """
UNWIND $pairs AS r
MATCH (f:Firm {id: r.firm_id}) MATCH (g:Category {id: r.category_id})
MERGE (c:Capability {id: r.id})
ON CREATE SET c.firm_id = r.firm_id, c.category_id = r.category_id, c.declared = false,
    c.weekly_capacity = 0, c.certificates = [], c.booked_weeks = [], c.booked_quantities = [],
    c.delivered_lines = 0, c.on_time_lines = 0, c.received_quantity = 0, c.rejected_quantity = 0,
    c.late_days_sum = 0, c.long_late_lines = 0, c.version = 1
SET c.lock = $nonce
MERGE (c)-[:COVERS]->(g)
MERGE (f)-[:CAN_MAKE]->(c)
"""

CLEAR = """
UNWIND $pairs AS r
MATCH (c:Capability {id: r.id})
SET c.delivered_lines = 0, c.on_time_lines = 0, c.received_quantity = 0,
    c.rejected_quantity = 0, c.late_days_sum = 0, c.long_late_lines = 0
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
         ELSE 0 END) AS late_days,
     sum(CASE WHEN d.delivered_on > d.promised_on
              AND duration.inDays(date(d.promised_on), date(d.delivered_on)).days > $long_late
         THEN 1 ELSE 0 END) AS long_late
MATCH (c:Capability {id: id}) WHERE id IN $ids
SET c.delivered_lines = delivered, c.on_time_lines = on_time, c.received_quantity = received,
    c.rejected_quantity = rejected, c.late_days_sum = late_days, c.long_late_lines = long_late
"""


def write_track_records(tx: Tx, pairs: list[tuple[str, str]]) -> None:
    """Set the six counters of (supplier, category) pairs to what the ledger says.

    A supplier without that capability gets one that nobody declared: its weekly capacity 0 means
    that it is not known.
    """
    rows = _rows(sorted(pairs))
    run(tx, ADD_RECORDS, pairs=rows, nonce=nonce())
    run(tx, CLEAR, pairs=rows)
    run(
        tx,
        RECORDS,
        firms=sorted({firm for firm, _ in pairs}),
        categories=sorted({category for _, category in pairs}),
        ids=[entry["id"] for entry in rows],
        long_late=LONG_LATE_DAYS,
    )


def _rows(pairs: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [
        {"id": f"{firm}|{category}", "firm_id": firm, "category_id": category}
        for firm, category in pairs
    ]


HOLD_RECORDS = """
UNWIND $ids AS id
MATCH (c:Capability {id: id}) SET c.lock = $nonce
RETURN collect([c.id, c.delivered_lines + c.on_time_lines + c.received_quantity
                + c.rejected_quantity + c.late_days_sum + c.long_late_lines]) AS held
LIMIT 1
"""

TALLY = """
UNWIND $tallies AS t
MATCH (c:Capability {id: t[0]})
SET c.delivered_lines = c.delivered_lines + t[1], c.on_time_lines = c.on_time_lines + t[2],
    c.received_quantity = c.received_quantity + t[3],
    c.rejected_quantity = c.rejected_quantity + t[4],
    c.late_days_sum = c.late_days_sum + t[5], c.long_late_lines = c.long_late_lines + t[6]
"""


def add_to_track_records(tx: Tx, tallies: Tallies) -> None:
    """Add what lines written in this transaction mean to the six counters of their pairs.

    One of which a counter was never kept is worked out anew from the ledger; one that is not
    there begins at 0, for the ledger held nothing of it before.
    """
    ids = {pair: f"{pair[0]}|{pair[1]}" for pair in sorted(tallies)}
    found = row(tx, HOLD_RECORDS, ids=list(ids.values()), nonce=nonce())
    held: dict[str, Any] = dict(found["held"]) if found else {}
    missing = [pair for pair, key in ids.items() if key not in held]
    uncounted = [pair for pair, key in ids.items() if held.get(key, 0) is None]
    if missing:
        run(tx, ADD_RECORDS, pairs=_rows(missing), nonce=nonce())
    if uncounted:
        write_track_records(tx, uncounted)
    counted = tallies.keys() - set(uncounted)
    run(tx, TALLY, tallies=[[ids[pair], *tallies[pair]] for pair in sorted(counted)])
