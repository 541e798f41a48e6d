"""Time zones of firms, and so the day that it is there."""

from __future__ import annotations

from datetime import date, datetime

from supplychain.graph.engine.transactions import Tx, row, rows
from supplychain.model.calendars.firm_days import FirmDays
from supplychain.model.calendars.zones import DEFAULT_ZONE, day_of, zone_of

ZONE = """
MATCH (f:Firm {id: $id}) RETURN f.time_zone AS time_zone, f.country AS country
"""


def find_zone(tx: Tx, firm_id: str) -> str:
    """The time zone of a firm; at none (the clock, an operator) the default one."""
    found = row(tx, ZONE, id=firm_id)
    return DEFAULT_ZONE if found is None else zone_of(found["time_zone"], found["country"])


def find_today(tx: Tx, firm_id: str, at: datetime) -> date:
    """The day that it is at a firm, by ``find_zone``."""
    return day_of(find_zone(tx, firm_id), at)


OF_REQUEST = """
MATCH (r:PartsRequest {id: $request_id}) WHERE r.buyer_id = $viewer
OPTIONAL MATCH (b:Bid)-[:ANSWERS]->(r)
WITH r, collect(DISTINCT b.firm_id) AS bidders
UNWIND bidders + [r.buyer_id] AS firm_id
MATCH (f:Firm {id: firm_id})
RETURN DISTINCT f.id AS id, f.time_zone AS time_zone, f.country AS country
LIMIT 100000
"""


def read_days_of_request(tx: Tx, request_id: str, *, viewer: str, at: datetime) -> FirmDays:
    """The day that it is at the buyer, who is the viewer, and at all bidders of its request."""
    found = rows(tx, OF_REQUEST, request_id=request_id, viewer=viewer)
    zones = {one["id"]: zone_of(one["time_zone"], one["country"]) for one in found}
    return FirmDays(at=at, zones=zones)
