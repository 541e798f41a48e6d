"""Which firms of a category have another day than the buyer, so that theirs begins their work."""

from __future__ import annotations

from datetime import date, datetime

from supplychain.graph.engine.transactions import Tx, rows
from supplychain.model.calendars.zones import day_of, zone_of

ZONES = """
MATCH (k:Capability {category_id: $category_id})<-[:CAN_MAKE]-(f:Firm)
RETURN DISTINCT f.time_zone AS time_zone, f.country AS country
LIMIT 100000
"""

OF_ZONES = """
MATCH (k:Capability {category_id: $category_id})<-[:CAN_MAKE]-(f:Firm)
WHERE coalesce(f.time_zone, '') + '|' + coalesce(f.country, '') IN $zones
RETURN coalesce(f.time_zone, '') + '|' + coalesce(f.country, '') AS zone, collect(f.id) AS firm_ids
"""


def read_ahead(tx: Tx, *, category_id: str, today: date, at: datetime) -> dict[str, int]:
    """By how many days firms of a category are before ``today`` at an instant, if they are."""
    ahead: dict[str, int] = {}
    for each in rows(tx, ZONES, category_id=category_id):
        zone = zone_of(each["time_zone"], each["country"])
        days = (day_of(zone, at) - today).days
        if days:
            ahead[f"{each['time_zone'] or ''}|{each['country'] or ''}"] = days
    found = rows(tx, OF_ZONES, category_id=category_id, zones=sorted(ahead)) if ahead else []
    return {firm_id: ahead[one["zone"]] for one in found for firm_id in one["firm_ids"]}
