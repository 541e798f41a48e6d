"""What a buyer may choose from when it writes a parts request: parts, categories, chains."""

from __future__ import annotations

from dataclasses import dataclass

from supplychain.graph.engine.transactions import Tx, rows


@dataclass(frozen=True, slots=True, kw_only=True)
class PartChoice:
    """A part that may be asked for, and what a line for it starts with."""

    id: str
    name: str | None
    uom: str | None
    category_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedChoice:
    """A category or a chain to choose."""

    id: str
    name: str | None


VISIBLE_PARTS = """
MATCH (p:Part) WHERE p.id IN $part_ids
  AND (p.designer_id IS NULL OR p.designer_id = $viewer
       OR EXISTS { MATCH (:Firm {id: $viewer})-[:OFFERS]->(o:Offer) WHERE o.part_id = p.id }
       OR EXISTS {
           MATCH (f:Firm)-[s:SUPPLIES]->(:Firm {id: $viewer})
           WHERE s.part_id = p.id AND s.witnessed
             AND (s.claimed_by IN ['operator', 'order'] OR p.designer_id = f.id) })
RETURN p.id AS id, p.name AS name, p.uom AS uom, p.category_id AS category_id
ORDER BY id LIMIT 1000
"""


def find_parts(tx: Tx, part_ids: list[str], *, viewer: str) -> dict[str, PartChoice]:
    """Those of the parts that the viewer designs, trades in, or that are in the catalogue."""
    entries = rows(tx, VISIBLE_PARTS, part_ids=part_ids, viewer=viewer)
    return {entry["id"]: PartChoice(**entry) for entry in entries}


OWN_PARTS = """
MATCH (p:Part {designer_id: $viewer})
RETURN p.id AS id, p.name AS name, p.uom AS uom, p.category_id AS category_id
ORDER BY id LIMIT $limit
"""
BOUGHT_PARTS = """
MATCH (f:Firm)-[s:SUPPLIES]->(:Firm {id: $viewer}) WHERE s.witnessed
MATCH (p:Part {id: s.part_id})
WHERE p.designer_id IS NULL OR p.designer_id IN [$viewer, f.id]
   OR s.claimed_by IN ['operator', 'order']
WITH DISTINCT p LIMIT $limit
RETURN p.id AS id, p.name AS name, p.uom AS uom, p.category_id AS category_id
ORDER BY id LIMIT $limit
"""


def list_parts(tx: Tx, *, viewer: str, limit: int = 300) -> list[PartChoice]:
    """Parts to suggest: first what the viewer buys already, then what it designs."""
    bought = rows(tx, BOUGHT_PARTS, viewer=viewer, limit=limit)
    own = rows(tx, OWN_PARTS, viewer=viewer, limit=limit)
    parts = {entry["id"]: PartChoice(**entry) for entry in [*bought, *own]}
    return list(parts.values())[:limit]


CATEGORIES = """
MATCH (c:Category) WHERE c.id >= ''
RETURN c.id AS id, c.name AS name ORDER BY id LIMIT 500
"""


def list_categories(tx: Tx) -> list[NamedChoice]:
    """Categories that some firm or part has, by id; everybody may see them."""
    return [NamedChoice(**entry) for entry in rows(tx, CATEGORIES)]


CHAINS = """
MATCH (f:Firm {id: $viewer})-[m:LEADS|BELONGS_TO]->(c:Chain)
WHERE type(m) = 'LEADS' OR m.state = 'member'
RETURN DISTINCT c.id AS id, c.name AS name ORDER BY name, id LIMIT 100
"""


def list_chains(tx: Tx, *, viewer: str) -> list[NamedChoice]:
    """The chains that the viewer leads or belongs to."""
    return [NamedChoice(**entry) for entry in rows(tx, CHAINS, viewer=viewer)]
