"""What a buyer may choose from when it writes a parts request: parts, categories, chains."""

from __future__ import annotations

from typing import Any

from supplychain.graph.engine.transactions import Tx, rows

VISIBLE_PARTS = """
MATCH (p:Part) WHERE p.id IN $part_ids
  AND (p.designer_id IS NULL OR p.designer_id = $viewer
       OR EXISTS { MATCH (:Firm {id: $viewer})-[:OFFERS]->(o:Offer) WHERE o.part_id = p.id }
       OR EXISTS {
           MATCH (:Firm)-[s:SUPPLIES]->(:Firm {id: $viewer}) WHERE s.part_id = p.id })
RETURN p.id AS id, p.name AS name, p.uom AS uom, p.category_id AS category_id
ORDER BY id LIMIT 1000
"""


def find_parts(tx: Tx, part_ids: list[str], *, viewer: str) -> dict[str, dict[str, Any]]:
    """Those of the parts that the viewer designs, trades in, or that are in the catalogue."""
    found = rows(tx, VISIBLE_PARTS, part_ids=part_ids, viewer=viewer)
    return {entry["id"]: entry for entry in found}


OWN_PARTS = """
MATCH (p:Part {designer_id: $viewer})
RETURN p.id AS id, p.name AS name, p.category_id AS category_id
ORDER BY id LIMIT $limit
"""
BOUGHT_PARTS = """
MATCH (:Firm)-[s:SUPPLIES]->(:Firm {id: $viewer})
WITH DISTINCT s.part_id AS part_id LIMIT $limit
MATCH (p:Part {id: part_id})
RETURN p.id AS id, p.name AS name, p.category_id AS category_id
ORDER BY id LIMIT $limit
"""


def list_parts(tx: Tx, *, viewer: str, limit: int = 300) -> list[dict[str, Any]]:
    """Parts to suggest: first what the viewer buys already, then what it designs."""
    bought = rows(tx, BOUGHT_PARTS, viewer=viewer, limit=limit)
    own = rows(tx, OWN_PARTS, viewer=viewer, limit=limit)
    found = {entry["id"]: entry for entry in [*bought, *own]}
    return list(found.values())[:limit]


CATEGORIES = """
MATCH (c:Category) WHERE c.id >= ''
RETURN c.id AS id, c.name AS name ORDER BY id LIMIT 500
"""


def list_categories(tx: Tx) -> list[dict[str, str]]:
    """Categories that some firm or part has, by id; everybody may see them."""
    return rows(tx, CATEGORIES)


CHAINS = """
MATCH (f:Firm {id: $viewer})-[m:LEADS|BELONGS_TO]->(c:Chain)
WHERE type(m) = 'LEADS' OR m.state = 'member'
RETURN DISTINCT c.id AS id, c.name AS name ORDER BY name, id LIMIT 100
"""


def list_chains(tx: Tx, *, viewer: str) -> list[dict[str, str]]:
    """The chains that the viewer leads or belongs to."""
    return rows(tx, CHAINS, viewer=viewer)
