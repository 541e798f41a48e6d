"""Reads the graph with queries of its own, past everything of the product."""

from __future__ import annotations

import time
from typing import Final, LiteralString

from neo4j import Driver

from scripts.scaling.judge import Row, Snapshot
from scripts.scaling.load import MARK

QUIET_S: Final = 90
"""So long after the load all that is due may take."""

REQUESTS: Final = (
    "MATCH (r:PartsRequest) WHERE r.title STARTS WITH $mark "
    "RETURN r.id AS id, r.title AS title, r.state AS state, r.deadline AS deadline, "
    "r.opened_at AS opened_at"
)
BIDS: Final = (
    "MATCH (b:Bid)-[:ANSWERS]->(r:PartsRequest) WHERE r.title STARTS WITH $mark "
    "RETURN b.id AS id, b.state AS state, b.firm_id AS firm_id, r.id AS request_id"
)
AWARDS: Final = (
    "MATCH (a:Award)-[:DECIDES]->(r:PartsRequest) WHERE r.title STARTS WITH $mark "
    "MATCH (a)-[:MADE]->(o:Order)-[:HAS_LINE]->(l:OrderLine) "
    "RETURN a.id AS id, r.id AS request_id, o.supplier_id AS supplier_id, l.quantity AS quantity"
)
ORDER_LINES: Final = (
    "MATCH (a:Award)-[:DECIDES]->(r:PartsRequest) WHERE r.title STARTS WITH $mark "
    "MATCH (a)-[:MADE]->(o:Order)-[:HAS_LINE]->(l:OrderLine) "
    "MATCH (w:RequestLine {id: l.request_line_id}) "
    "RETURN o.id AS id, o.state AS state, o.supplier_id AS supplier_id, r.id AS request_id, "
    "l.id AS line_id, l.request_line_id AS request_line_id, l.quantity AS quantity, "
    "l.unit_price_e4 AS unit_price_e4, l.shipped_quantity AS shipped_quantity, "
    "l.received_quantity AS received_quantity, w.quantity AS wanted"
)
BID_LINES: Final = (
    "MATCH (b:Bid {state: 'won'})-[:ANSWERS]->(r:PartsRequest) WHERE r.title STARTS WITH $mark "
    "MATCH (b)-[:HAS_LINE]->(l:BidLine) "
    "RETURN r.id AS request_id, b.firm_id AS firm_id, l.request_line_id AS request_line_id, "
    "l.quantity AS quantity, l.unit_price_e4 AS unit_price_e4"
)
SHIPMENTS: Final = (
    "MATCH (s:Shipment) RETURN s.id AS id, s.order_line_id AS order_line_id, s.quantity AS quantity"
)
RECEIPTS: Final = (
    "MATCH (s:Receipt) RETURN s.id AS id, s.order_line_id AS order_line_id, s.quantity AS quantity"
)
CAPABILITIES: Final = (
    "MATCH (c:Capability) RETURN c.id AS id, c.weekly_capacity AS weekly, "
    "c.booked_days AS days, c.booked_quantities AS quantities"
)
BOOKINGS: Final = (
    "MATCH (b:Booking)-[:TAKES]->(c:Capability) "
    "RETURN c.id AS capability_id, b.day AS day, b.quantity AS quantity"
)
SHARED_LINES: Final = (
    "MATCH (l:OrderLine) WHERE l.shared_quantity > 0 OR EXISTS { MATCH (:Order)-[:SHARES]->(l) } "
    "OPTIONAL MATCH (o:Order)-[s:SHARES]->(l) "
    "WHERE NOT o.state IN ['declined', 'expired', 'recalled', 'cancelled'] "
    "RETURN l.id AS id, l.quantity AS quantity, coalesce(l.shared_quantity, 0) AS said, "
    "sum(coalesce(s.quantity, 0)) AS taken"
)
JOBS: Final = (
    "MATCH (j:Job) WHERE j.state IN ['queued', 'running'] RETURN j.id AS id, j.state AS state"
)
EVENTS: Final = (
    "MATCH (e:Event) OPTIONAL MATCH (w:Pending {id: e.id}) "
    "RETURN e.ledger_id AS ledger_id, count(e) AS count, min(e.seq) AS first, "
    "max(e.seq) AS last, count(DISTINCT e.seq) AS places, "
    "sum(CASE WHEN w IS NULL THEN 0 ELSE 1 END) AS waiting"
)
DUE: Final = "MATCH (r:PartsRequest {state: 'open'}) WHERE r.deadline < $now RETURN r.id AS id"
COUNTS: Final = "MATCH (n) RETURN count(n) AS nodes"


def read_snapshot(driver: Driver) -> Snapshot:
    """All that the judge compares."""
    return Snapshot(
        requests=_rows(driver, REQUESTS),
        bids=_rows(driver, BIDS),
        awards=_rows(driver, AWARDS),
        order_lines=_rows(driver, ORDER_LINES),
        bid_lines=_rows(driver, BID_LINES),
        shipments=_rows(driver, SHIPMENTS),
        receipts=_rows(driver, RECEIPTS),
        capabilities=_rows(driver, CAPABILITIES),
        bookings=_rows(driver, BOOKINGS),
        shared_lines=_rows(driver, SHARED_LINES),
        jobs=_rows(driver, JOBS),
        events=_rows(driver, EVENTS),
    )


def wait_until_quiet(driver: Driver) -> float:
    """Seconds until nothing is queued, running, untold or open past its deadline; at most 90."""
    start = time.monotonic()
    while time.monotonic() < start + QUIET_S:
        now = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
        waits = any(row["waiting"] for row in _rows(driver, EVENTS))
        if not waits and not _rows(driver, JOBS) and not _rows(driver, DUE, now=now):
            break
        time.sleep(1)
    return time.monotonic() - start


def count_nodes(driver: Driver) -> int:
    """How large the graph is."""
    return _rows(driver, COUNTS)[0]["nodes"]


def _rows(driver: Driver, query: LiteralString, **values: object) -> list[Row]:
    return [row.data() for row in driver.execute_query(query, mark=MARK, **values).records]
