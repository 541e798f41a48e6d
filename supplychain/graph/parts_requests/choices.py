"""What a buyer may choose from when it writes a parts request: parts, categories, chains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from supplychain.graph import audiences
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, rows
from supplychain.graph.list_keys import span_of
from supplychain.model.parts_requests.conversions import (
    StatedConversion,
    list_errors,
    read_conversions,
)
from supplychain.model.units import PIECE


@dataclass(frozen=True, slots=True, kw_only=True)
class PartChoice:
    """A part that may be asked for, and what a line for it starts with.

    ``conversions`` is the text that the graph keeps.
    """

    id: str
    name: str | None
    uom: str | None
    category_id: str | None
    conversions: str | None = None

    @property
    def stated(self) -> tuple[StatedConversion, ...]:
        """What other units are in that of the part; none where that makes no sense any more."""
        stated = read_conversions(self.conversions)
        return () if list_errors("", self.uom or PIECE, stated) else stated


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedChoice:
    """A category or a chain to choose."""

    id: str
    name: str | None


NAMEABLE_PARTS = """
MATCH (p:Part) WHERE p.id IN $part_ids
RETURN p.id AS id, p.name AS name, p.uom AS uom, p.category_id AS category_id,
       p.conversions AS conversions,
       p.designer_id AS designer_id,
       EXISTS { MATCH (o:Offer) WHERE o.part_id = p.id AND o.firm_id = p.designer_id }
           AS is_on_offer,
       EXISTS { MATCH (l:OrderLine {sold_key: $viewer + '|' + p.id})<-[:HAS_LINE]-(o:Order)
                WHERE o.accepted_at IS NOT NULL AND o.state <> 'cancelled' } AS is_lent,
       EXISTS { MATCH (f:Firm)-[s:SUPPLIES]->(:Firm {id: $viewer})
                WHERE s.part_id = p.id AND s.witnessed
                  AND (s.claimed_by IN ['operator', 'order'] OR p.designer_id = f.id) }
           AS is_bought
ORDER BY id LIMIT 1000
"""


def find_parts(tx: Tx, part_ids: list[str], *, viewer: str) -> dict[str, PartChoice]:
    """Those of the parts that a request of the viewer may name.

    They are its own design, parts of the catalogue, parts that their designer lent it by an order
    or a share, what the viewer buys by a relation that is witnessed (from the designer, or by an
    order or the operator's word), and what a designer offers at a price that it shows the viewer.
    """
    entries = rows(tx, NAMEABLE_PARTS, part_ids=part_ids, viewer=viewer)
    offered = {entry["designer_id"] for entry in entries if entry["is_on_offer"]}
    shown = audiences.read_readable(tx, viewer=viewer, among=offered) if offered else None
    return {
        entry["id"]: PartChoice(**{name: entry[name] for name in CHOICE_NAMES})
        for entry in entries
        if entry["designer_id"] in (None, viewer)
        or entry["is_lent"]
        or entry["is_bought"]
        or (entry["is_on_offer"] and shown and entry["designer_id"] in shown.prices)
    }


CHOICE_NAMES = ("id", "name", "uom", "category_id", "conversions")

OWN_PARTS = """
MATCH (p:Part {designer_id: $viewer})
RETURN p.id AS id, p.name AS name, p.uom AS uom, p.category_id AS category_id,
       p.conversions AS conversions
ORDER BY id LIMIT $limit
"""
NEWEST_SUPPLIED = """
MATCH (o:Order) WHERE o.supplier_key > $after AND o.supplier_key < $end
WITH o LIMIT 500
RETURN o.id AS id
"""
LENT_PARTS = """
UNWIND $order_ids AS order_id
MATCH (o:Order {id: order_id})-[:HAS_LINE]->(l:OrderLine)
WHERE o.accepted_at IS NOT NULL AND o.state <> 'cancelled' AND l.part_id IS NOT NULL
WITH DISTINCT l.part_id AS part_id LIMIT $limit
MATCH (p:Part {id: part_id})
RETURN p.id AS id, p.name AS name, p.uom AS uom, p.category_id AS category_id,
       p.conversions AS conversions
ORDER BY id LIMIT $limit
"""
BOUGHT_PARTS = """
MATCH (f:Firm)-[s:SUPPLIES]->(:Firm {id: $viewer}) WHERE s.witnessed
MATCH (p:Part {id: s.part_id})
WHERE p.designer_id IS NULL OR p.designer_id IN [$viewer, f.id]
   OR s.claimed_by IN ['operator', 'order']
WITH DISTINCT p LIMIT $limit
RETURN p.id AS id, p.name AS name, p.uom AS uom, p.category_id AS category_id,
       p.conversions AS conversions
ORDER BY id LIMIT $limit
"""


def list_parts(tx: Tx, *, viewer: str, limit: int = 300) -> list[PartChoice]:
    """Parts to suggest: what the viewer buys of the catalogue, then its designs, then lent ones.

    Of what was lent it, that of its newest 500 orders; ``find_parts`` takes the rest as well.
    """

    def list_lent() -> list[dict[str, Any]]:
        after, end = span_of(viewer)
        ids = [one["id"] for one in rows(tx, NEWEST_SUPPLIED, after=after, end=end)]
        return rows(tx, LENT_PARTS, order_ids=ids, limit=limit) if ids else []

    bought, own, lent = together(
        lambda: rows(tx, BOUGHT_PARTS, viewer=viewer, limit=limit),
        lambda: rows(tx, OWN_PARTS, viewer=viewer, limit=limit),
        list_lent,
    )
    parts = {entry["id"]: PartChoice(**entry) for entry in [*bought, *own, *lent]}
    return list(parts.values())[:limit]


CHAINS = """
MATCH (c:Chain {leader_id: $viewer})
RETURN c.id AS id, c.name AS name ORDER BY name, id LIMIT 100
UNION
MATCH (:Tray {id: $viewer + '|chains|member'})<-[:LIES_IN]-(n:TrayNote)
MATCH (c:Chain {id: n.about_id})
RETURN c.id AS id, c.name AS name ORDER BY name, id LIMIT 100
"""


def list_chains(tx: Tx, *, viewer: str) -> list[NamedChoice]:
    """The chains that the viewer leads or belongs to."""
    own = [NamedChoice(**entry) for entry in rows(tx, CHAINS, viewer=viewer)]
    return sorted(own, key=lambda chain: (chain.name or "", chain.id))
