"""Hours that a piece of a part takes of a capability: one node for each that its firm states.

A capability is locked by whoever changes them, and what is booked and held of it is counted anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from supplychain.graph.engine.transactions import Tx, rows, run
from supplychain.model.capacity.part_hours import PartHours

HoursOf = dict[str, dict[str, int]]
"""Ten-thousandths of an hour by capability and part."""

LIST = """
MATCH (k:Capability {firm_id: $viewer})
WHERE $capability_id IS NULL OR k.id = $capability_id
MATCH (k)<-[:TAKES_OF]-(h:PartHours)-[:HOURS_FOR]->(p:Part)
RETURN h.capability_id AS capability_id, h.part_id AS part_id, coalesce(p.name, p.id) AS part_name,
       h.hours_e4 AS hours_e4
ORDER BY capability_id, part_id LIMIT 10000
"""


def list_own(tx: Tx, *, viewer: str, capability_id: str | None = None) -> list[PartHours]:
    """What the viewer's firm states of its parts, of one of its capabilities or of all."""
    own = rows(tx, LIST, viewer=viewer, capability_id=capability_id)
    return [PartHours(**record) for record in own]


OF_FIRM = """
MATCH (h:PartHours {firm_id: $viewer})
RETURN h.capability_id AS capability_id, h.part_id AS part_id, h.hours_e4 AS hours_e4
LIMIT 100000
"""


def read_of_firm(tx: Tx, *, viewer: str) -> HoursOf:
    """All that a firm states of its parts."""
    return _group_hours(rows(tx, OF_FIRM, viewer=viewer))


OF_PAIRS = """
UNWIND $ids AS id
MATCH (h:PartHours {id: id})
RETURN h.capability_id AS capability_id, h.part_id AS part_id, h.hours_e4 AS hours_e4
LIMIT 100000
"""


def read_of_pairs(tx: Tx, pairs: Iterable[tuple[str, str | None]]) -> HoursOf:
    """What is stated of these pairs of capability and part."""
    ids = {hours_id(capability_id, part_id) for capability_id, part_id in pairs if part_id}
    return _group_hours(rows(tx, OF_PAIRS, ids=sorted(ids))) if ids else {}


OF_BIDDERS = """
MATCH (r:PartsRequest {id: $request_id}) WHERE r.buyer_id = $viewer
MATCH (r)-[:HAS_LINE]->(l:RequestLine) WHERE l.part_id IS NOT NULL
WITH r, collect(DISTINCT l.part_id) AS part_ids
MATCH (b:Bid)-[:ANSWERS]->(r)
WITH part_ids, collect(DISTINCT b.firm_id) AS firm_ids
UNWIND part_ids AS part_id
MATCH (h:PartHours {part_id: part_id}) WHERE h.firm_id IN firm_ids
RETURN h.capability_id AS capability_id, h.part_id AS part_id, h.hours_e4 AS hours_e4
LIMIT 100000
"""


def read_of_bidders(tx: Tx, request_id: str, *, viewer: str) -> HoursOf:
    """What those who bid for the viewer's own request state of its parts."""
    return _group_hours(rows(tx, OF_BIDDERS, request_id=request_id, viewer=viewer))


OF_PART = """
MATCH (h:PartHours {part_id: $part_id}) WHERE h.firm_id IN $firm_ids
RETURN h.capability_id AS capability_id, h.part_id AS part_id, h.hours_e4 AS hours_e4
LIMIT 100000
"""


def read_of_part(tx: Tx, part_id: str, firm_ids: list[str]) -> HoursOf:
    """What these firms state of one part."""
    return _group_hours(rows(tx, OF_PART, part_id=part_id, firm_ids=firm_ids))


def _group_hours(records: list[dict[str, str | int]]) -> HoursOf:
    hours: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for record in records:
        hours[str(record["capability_id"])][str(record["part_id"])] = int(record["hours_e4"])
    return dict(hours)


SAVE = """
UNWIND $stated AS one
MATCH (k:Capability {id: one.capability_id})
MATCH (p:Part {id: one.part_id})
MERGE (h:PartHours {id: one.id})
SET h.capability_id = k.id, h.firm_id = k.firm_id, h.category_id = k.category_id,
    h.part_id = p.id, h.hours_e4 = one.hours_e4
MERGE (h)-[:TAKES_OF]->(k)
MERGE (h)-[:HOURS_FOR]->(p)
"""


def save(tx: Tx, stated: Iterable[tuple[str, str, int]]) -> None:
    """State hours of locked capabilities: capability, part and ten-thousandths of an hour each."""
    values = [
        {
            "id": hours_id(capability_id, part_id),
            "capability_id": capability_id,
            "part_id": part_id,
            "hours_e4": hours_e4,
        }
        for capability_id, part_id, hours_e4 in stated
    ]
    run(tx, SAVE, stated=values)


DROP = "MATCH (h:PartHours {capability_id: $capability_id}) DETACH DELETE h"


def delete_all(tx: Tx, capability_id: str) -> None:
    """State none any more of a locked capability."""
    run(tx, DROP, capability_id=capability_id)


def hours_id(capability_id: str, part_id: str) -> str:
    """The identity of what a firm states of a part in a category."""
    return f"{capability_id}|{part_id}"
