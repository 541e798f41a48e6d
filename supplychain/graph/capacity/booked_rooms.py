"""What the bidders of a request make and what accepted orders take of it, whatever bids hold."""

from __future__ import annotations

from supplychain.graph import audiences
from supplychain.graph.capacity import part_hours
from supplychain.graph.capacity.paces import read_hours, read_pace
from supplychain.graph.capacity.steps import read_maker
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, rows
from supplychain.model.audiences import CAPACITY
from supplychain.model.capacity.holds import Room
from supplychain.model.weeks import pair_days

BOOKED = """
MATCH (r:PartsRequest {id: $request_id}) WHERE r.buyer_id = $viewer
MATCH (r)-[:HAS_LINE]->(l:RequestLine)
WITH r, collect(DISTINCT l.category_id) AS categories,
     max(CASE WHEN l.requirements CONTAINS '"routing"' THEN 1 ELSE 0 END) AS routed
MATCH (b:Bid)-[:ANSWERS]->(r)
WITH categories, routed, collect(DISTINCT b.firm_id) AS firm_ids
UNWIND firm_ids AS firm_id
MATCH (c:Capability {firm_id: firm_id})
WHERE routed = 1 OR c.category_id IN categories
RETURN c.id AS id, c.firm_id AS firm_id, c.open_kinds AS open_kinds,
       c.weekly_capacity AS weekly,
       coalesce(c.calendar, '') + coalesce('@' + c.pace, '')
       + coalesce(c.site_paces, '') AS pace,
       c.lot_size AS lot_size, c.booked_days AS days,
       c.booked_quantities AS quantities, c.category_id AS category_id,
       c.processes AS processes, c.lead_days AS lead_days
ORDER BY id LIMIT 100000
"""


def read_bidder_rooms(
    tx: Tx, request_id: str, *, viewer: str
) -> tuple[dict[str, Room], frozenset[str]]:
    """The rooms of all who bid for the viewer's own request, as accepting an order counts them.

    Returns:
        Rooms by capability, and the ids of the firms whose capacity the viewer may read. The
        others bound a split too; none of their figures may be told.
    """
    found, near, hours = together(
        lambda: rows(tx, BOOKED, request_id=request_id, viewer=viewer),
        lambda: audiences.read_near(tx, viewer=viewer),
        lambda: part_hours.read_of_bidders(tx, request_id, viewer=viewer),
    )
    rooms = {
        record["id"]: Room(
            pace=read_pace(record),
            hours=read_hours(record),
            part_hours_e4=hours.get(record["id"], {}),
            lot_size=record["lot_size"] or 0,
            booked=pair_days(record["days"], record["quantities"]),
            maker=read_maker(record),
        )
        for record in found
    }
    shown = {
        record["firm_id"]
        for record in found
        if record["open_kinds"] in ("both", CAPACITY) or near.covers(record["firm_id"], CAPACITY)
    }
    return rooms, frozenset(shown)
