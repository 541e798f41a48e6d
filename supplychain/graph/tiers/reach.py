"""Everything around a firm that a tier picture may need, read ahead with few waits.

The tiers are walked in Python, tier by tier, because who is named and who is hidden depends on the
way there. What the walk looks at is read before it starts: first who is within reach, all tiers of
a side in one query, then the relations of all of them. Where that would be too much, ``find`` of
the links says None, and the walk asks tier by tier.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from supplychain.graph.engine.transactions import Tx, row

MAX_REACHED_FIRMS = 4_000
"""How many firms a tier may hold that is read ahead; more are asked tier by tier."""
MAX_READ_LINKS = 40_000
"""How many relations of a side are read ahead."""

BILL = """
WITH [$part_id] AS seen, [$part_id] AS b0
CALL (b0, seen) {
    UNWIND b0 AS id
    MATCH (p:Part {id: id})-[:HAS_REVISION]->(v:PartRevision)-[:CONTAINS]->(c:Part)
    WHERE v.current AND (p.designer_id IS NULL OR p.designer_id = $viewer) AND NOT c.id IN seen
    RETURN collect(DISTINCT c.id) AS b1
}
WITH seen + b1 AS seen, b1
CALL (b1, seen) {
    UNWIND b1 AS id
    MATCH (p:Part {id: id})-[:HAS_REVISION]->(v:PartRevision)-[:CONTAINS]->(c:Part)
    WHERE v.current AND (p.designer_id IS NULL OR p.designer_id = $viewer) AND NOT c.id IN seen
    RETURN collect(DISTINCT c.id) AS b2
}
WITH seen + b2 AS seen, b2
CALL (b2, seen) {
    UNWIND b2 AS id
    MATCH (p:Part {id: id})-[:HAS_REVISION]->(v:PartRevision)-[:CONTAINS]->(c:Part)
    WHERE v.current AND (p.designer_id IS NULL OR p.designer_id = $viewer) AND NOT c.id IN seen
    RETURN collect(DISTINCT c.id) AS b3
}
WITH seen + b3 AS seen, b3
CALL (b3, seen) {
    UNWIND b3 AS id
    MATCH (p:Part {id: id})-[:HAS_REVISION]->(v:PartRevision)-[:CONTAINS]->(c:Part)
    WHERE v.current AND (p.designer_id IS NULL OR p.designer_id = $viewer) AND NOT c.id IN seen
    RETURN collect(DISTINCT c.id) AS b4
}
WITH seen + b4 AS seen, b4
CALL (b4, seen) {
    UNWIND b4 AS id
    MATCH (p:Part {id: id})-[:HAS_REVISION]->(v:PartRevision)-[:CONTAINS]->(c:Part)
    WHERE v.current AND (p.designer_id IS NULL OR p.designer_id = $viewer) AND NOT c.id IN seen
    RETURN collect(DISTINCT c.id) AS b5
}
WITH seen + b5 AS seen, b5
CALL (b5, seen) {
    UNWIND b5 AS id
    MATCH (p:Part {id: id})-[:HAS_REVISION]->(v:PartRevision)-[:CONTAINS]->(c:Part)
    WHERE v.current AND (p.designer_id IS NULL OR p.designer_id = $viewer) AND NOT c.id IN seen
    RETURN collect(DISTINCT c.id) AS b6
}
WITH seen + b6 AS seen, b6
CALL (b6, seen) {
    UNWIND b6 AS id
    MATCH (p:Part {id: id})-[:HAS_REVISION]->(v:PartRevision)-[:CONTAINS]->(c:Part)
    WHERE v.current AND (p.designer_id IS NULL OR p.designer_id = $viewer) AND NOT c.id IN seen
    RETURN collect(DISTINCT c.id) AS b7
}
WITH seen + b7 AS seen, b7
CALL (b7, seen) {
    UNWIND b7 AS id
    MATCH (p:Part {id: id})-[:HAS_REVISION]->(v:PartRevision)-[:CONTAINS]->(c:Part)
    WHERE v.current AND (p.designer_id IS NULL OR p.designer_id = $viewer) AND NOT c.id IN seen
    RETURN collect(DISTINCT c.id) AS b8
}
WITH seen + b8 AS seen, b8
RETURN seen AS parts
"""


def read_bill(tx: Tx, part_id: str, *, viewer: str) -> list[str]:
    """The part and everything its bill of materials holds, down to eight levels, by id.

    Only what is the viewer's own or a catalogue part's is opened.
    """
    found = row(tx, BILL, part_id=part_id, viewer=viewer)
    return sorted(found["parts"]) if found else [part_id]


REACH_UP = """
WITH [$firm_id] AS u_seen, [$firm_id] AS u0
CALL (u0, u_seen) {
    UNWIND u0 AS id
    MATCH (:Firm {id: id})<-[r:SUPPLIES]-(far:Firm)
    WHERE $steps >= 1 AND r.witnessed AND NOT far.id IN u_seen
    WITH DISTINCT far.id AS id ORDER BY id LIMIT $limit
    RETURN collect(id) AS u1
}
WITH u_seen + u1 AS u_seen, u1
CALL (u1, u_seen) {
    UNWIND u1 AS id
    MATCH (:Firm {id: id})<-[r:SUPPLIES]-(far:Firm)
    WHERE $steps >= 2 AND r.witnessed AND NOT far.id IN u_seen
    WITH DISTINCT far.id AS id ORDER BY id LIMIT $limit
    RETURN collect(id) AS u2
}
WITH u_seen + u2 AS u_seen, u1, u2
CALL (u2, u_seen) {
    UNWIND u2 AS id
    MATCH (:Firm {id: id})<-[r:SUPPLIES]-(far:Firm)
    WHERE $steps >= 3 AND r.witnessed AND NOT far.id IN u_seen
    WITH DISTINCT far.id AS id ORDER BY id LIMIT $limit
    RETURN collect(id) AS u3
}
WITH u_seen + u3 AS u_seen, u1, u2, u3
CALL (u3, u_seen) {
    UNWIND u3 AS id
    MATCH (:Firm {id: id})<-[r:SUPPLIES]-(far:Firm)
    WHERE $steps >= 4 AND r.witnessed AND NOT far.id IN u_seen
    WITH DISTINCT far.id AS id ORDER BY id LIMIT $limit
    RETURN collect(id) AS u4
}
WITH u_seen + u4 AS u_seen, u1, u2, u3, u4
CALL (u4, u_seen) {
    UNWIND u4 AS id
    MATCH (:Firm {id: id})<-[r:SUPPLIES]-(far:Firm)
    WHERE $steps >= 5 AND r.witnessed AND NOT far.id IN u_seen
    WITH DISTINCT far.id AS id ORDER BY id LIMIT $limit
    RETURN collect(id) AS u5
}
WITH u_seen + u5 AS u_seen, u1, u2, u3, u4, u5
CALL (u5, u_seen) {
    UNWIND u5 AS id
    MATCH (:Firm {id: id})<-[r:SUPPLIES]-(far:Firm)
    WHERE $steps >= 6 AND r.witnessed AND NOT far.id IN u_seen
    WITH DISTINCT far.id AS id ORDER BY id LIMIT $limit
    RETURN collect(id) AS u6
}
WITH u_seen + u6 AS u_seen, u1, u2, u3, u4, u5, u6
RETURN [u1, u2, u3, u4, u5, u6] AS tiers
"""

REACH_DOWN = """
WITH [$firm_id] AS d_seen, [$firm_id] AS d0
CALL (d0, d_seen) {
    UNWIND d0 AS id
    MATCH (:Firm {id: id})-[r:SUPPLIES]->(far:Firm)
    WHERE $steps >= 1 AND r.witnessed AND NOT far.id IN d_seen
    WITH DISTINCT far.id AS id ORDER BY id LIMIT $limit
    RETURN collect(id) AS d1
}
WITH d_seen + d1 AS d_seen, d1
CALL (d1, d_seen) {
    UNWIND d1 AS id
    MATCH (:Firm {id: id})-[r:SUPPLIES]->(far:Firm)
    WHERE $steps >= 2 AND r.witnessed AND NOT far.id IN d_seen
    WITH DISTINCT far.id AS id ORDER BY id LIMIT $limit
    RETURN collect(id) AS d2
}
WITH d_seen + d2 AS d_seen, d1, d2
CALL (d2, d_seen) {
    UNWIND d2 AS id
    MATCH (:Firm {id: id})-[r:SUPPLIES]->(far:Firm)
    WHERE $steps >= 3 AND r.witnessed AND NOT far.id IN d_seen
    WITH DISTINCT far.id AS id ORDER BY id LIMIT $limit
    RETURN collect(id) AS d3
}
WITH d_seen + d3 AS d_seen, d1, d2, d3
CALL (d3, d_seen) {
    UNWIND d3 AS id
    MATCH (:Firm {id: id})-[r:SUPPLIES]->(far:Firm)
    WHERE $steps >= 4 AND r.witnessed AND NOT far.id IN d_seen
    WITH DISTINCT far.id AS id ORDER BY id LIMIT $limit
    RETURN collect(id) AS d4
}
WITH d_seen + d4 AS d_seen, d1, d2, d3, d4
CALL (d4, d_seen) {
    UNWIND d4 AS id
    MATCH (:Firm {id: id})-[r:SUPPLIES]->(far:Firm)
    WHERE $steps >= 5 AND r.witnessed AND NOT far.id IN d_seen
    WITH DISTINCT far.id AS id ORDER BY id LIMIT $limit
    RETURN collect(id) AS d5
}
WITH d_seen + d5 AS d_seen, d1, d2, d3, d4, d5
CALL (d5, d_seen) {
    UNWIND d5 AS id
    MATCH (:Firm {id: id})-[r:SUPPLIES]->(far:Firm)
    WHERE $steps >= 6 AND r.witnessed AND NOT far.id IN d_seen
    WITH DISTINCT far.id AS id ORDER BY id LIMIT $limit
    RETURN collect(id) AS d6
}
WITH d_seen + d6 AS d_seen, d1, d2, d3, d4, d5, d6
RETURN [d1, d2, d3, d4, d5, d6] AS tiers
"""


def reach_tiers(tx: Tx, firm_id: str, *, side: int, steps: int) -> list[list[str]]:
    """The ids of the firms by tier, up (side -1) or down (side 1), each in its nearest tier.

    Ids alone, which tell nothing: the picture names or hides each by the relation that leads there.
    """
    query = REACH_UP if side < 0 else REACH_DOWN
    found = row(tx, query, firm_id=firm_id, steps=steps, limit=MAX_REACHED_FIRMS + 1)
    return found["tiers"][:steps] if found else []


LINKS_UP = """
UNWIND $near_ids AS id
MATCH (near:Firm {id: id})<-[r:SUPPLIES]-(far:Firm)
WHERE r.witnessed
WITH near, far, collect(DISTINCT r.part_id) AS part_ids
WITH near, far, part_ids, near.id = $viewer OR far.id = $viewer
     OR EXISTS { MATCH (:Tray {id: far.id + '|chains|member'})<-[:LIES_IN]-(n:TrayNote)
                 MATCH (led:Chain {id: n.about_id}) WHERE led.leader_id = $viewer } AS seen
WITH near.id AS near_id, far.id AS far_id, seen, part_ids,
     CASE WHEN seen THEN far.name ELSE '' END AS name,
     CASE WHEN seen THEN coalesce(far.city, '') ELSE '' END AS city
ORDER BY near_id, far_id LIMIT $limit
RETURN collect(near_id) AS near_ids, collect(far_id) AS far_ids, collect(seen) AS seen,
       collect(name) AS names, collect(city) AS cities, collect(part_ids) AS part_ids
"""

LINKS_DOWN = """
UNWIND $near_ids AS id
MATCH (near:Firm {id: id})-[r:SUPPLIES]->(far:Firm)
WHERE r.witnessed
WITH near, far, collect(DISTINCT r.part_id) AS part_ids
WITH near, far, part_ids, near.id = $viewer OR far.id = $viewer
     OR EXISTS { MATCH (:Tray {id: far.id + '|chains|member'})<-[:LIES_IN]-(n:TrayNote)
                 MATCH (led:Chain {id: n.about_id}) WHERE led.leader_id = $viewer } AS seen
WITH near.id AS near_id, far.id AS far_id, seen, part_ids,
     CASE WHEN seen THEN far.name ELSE '' END AS name,
     CASE WHEN seen THEN coalesce(far.city, '') ELSE '' END AS city
ORDER BY near_id, far_id LIMIT $limit
RETURN collect(near_id) AS near_ids, collect(far_id) AS far_ids, collect(seen) AS seen,
       collect(name) AS names, collect(city) AS cities, collect(part_ids) AS part_ids
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FarEnd:
    """The other end of the relations from a firm, as the viewer sees it, and their parts."""

    firm_id: str
    name: str
    city: str
    is_seen: bool
    part_ids: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TierLinks:
    """Witnessed relations of one side, by the firm that they lead on from."""

    ends: dict[str, list[FarEnd]]

    def find(
        self, frontier: list[str], *, viewer: str, parts: list[str] | None, hidden: list[str]
    ) -> dict[str, list[Any]] | None:
        """What one tier's query of ``tiers`` would find; None where not all of it was read."""
        if not self.ends.keys() >= set(frontier):
            return None
        wanted, unnamed = None if parts is None else frozenset(parts), frozenset(hidden)
        columns: dict[str, list[Any]] = {
            name: [] for name in ("near_ids", "far_ids", "seen", "names", "cities", "parts")
        }
        for near_id in sorted(frontier):
            for end in self.ends[near_id]:
                shared = end.part_ids if wanted is None else end.part_ids & wanted
                if wanted is not None and not shared:
                    continue
                if end.firm_id == viewer and near_id in unnamed:
                    continue
                columns["near_ids"].append(near_id)
                columns["far_ids"].append(end.firm_id)
                columns["seen"].append(end.is_seen)
                columns["names"].append(end.name)
                columns["cities"].append(end.city)
                columns["parts"].append(len(shared) if end.is_seen else 1)
        return columns

    def goes_beyond(self, frontier: list[str], ids_shown: list[str]) -> bool | None:
        """Whether a relation leads from a tier to a firm not shown; None if it was not read."""
        if not self.ends.keys() >= set(frontier):
            return None
        shown = set(ids_shown)
        return any(end.firm_id not in shown for near_id in frontier for end in self.ends[near_id])


def read_links(
    tx: Tx, firm_id: str, tiers: list[list[str]], *, viewer: str, side: int
) -> TierLinks:
    """The relations of a side from the firm in the middle and from all within reach.

    Args:
        tx: a read transaction.
        firm_id: the firm in the middle.
        tiers: ``reach_tiers`` of the same side.
        viewer: the firm that looks.
        side: -1 up, 1 down.
    """
    near_ids = [firm_id, *(one for tier in tiers for one in tier)]
    if any(len(tier) > MAX_REACHED_FIRMS for tier in tiers):
        return TierLinks(ends={})
    query = LINKS_UP if side < 0 else LINKS_DOWN
    found = row(tx, query, near_ids=near_ids, viewer=viewer, limit=MAX_READ_LINKS + 1)
    if found is None or len(found["near_ids"]) > MAX_READ_LINKS:
        return TierLinks(ends={})
    ends: dict[str, list[FarEnd]] = {one: [] for one in near_ids}
    names = ("near_ids", "far_ids", "seen", "names", "cities", "part_ids")
    for near_id, far_id, seen, name, city, part_ids in zip(
        *(found[column] for column in names), strict=True
    ):
        end = FarEnd(
            firm_id=far_id, name=name, city=city, is_seen=seen, part_ids=frozenset(part_ids)
        )
        ends[near_id].append(end)
    return TierLinks(ends=ends)
