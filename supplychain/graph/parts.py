"""Parts: those that a firm designs, and those that its trade shows it."""

from __future__ import annotations

from typing import Any

from supplychain.errors import NotFound
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.model.parts import TradedPart
from supplychain.model.parts_requests.conversions import read_conversions, write_conversions
from supplychain.model.units import PIECE, unit_code

OWN = """
MATCH (p:Part {designer_id: $viewer})
WHERE p.id > $after
  AND ($text = '' OR toLower(p.id) CONTAINS $text OR toLower(coalesce(p.name, '')) CONTAINS $text)
WITH p ORDER BY p.id LIMIT $limit
OPTIONAL MATCH (p)-[:NEEDS]->(c:Category)
OPTIONAL MATCH (f:Firm {id: $viewer})
RETURN p.id AS id, coalesce(p.name, p.id) AS name, p.category_id AS category_id,
       coalesce(c.name, p.category_id) AS category, p.uom AS uom, p.designer_id AS designer_id,
       f.name AS designer_name, true AS is_own, coalesce(p.version, 0) AS version,
       p.piece_kg AS piece_kg, p.conversions AS conversions
ORDER BY id
"""


def list_own(
    tx: Tx, *, viewer: str, limit: int, text: str = "", after: str = ""
) -> list[TradedPart]:
    """Parts that the viewer's firm designs, by id.

    Args:
        tx: the transaction.
        viewer: the firm.
        limit: how many.
        text: what id or name contain, in lower case; "" is all.
        after: the id to go on after.
    """
    wanted = {"text": text.strip().lower(), "after": after, "limit": limit}
    return [_read_part(record) for record in rows(tx, OWN, viewer=viewer, **wanted)]


GET = """
MATCH (p:Part {id: $id}), (v:Firm {id: $viewer})
WHERE p.designer_id IS NULL OR p.designer_id = $viewer
   OR EXISTS { (v)-[:OFFERS]->(:Offer)-[:OFFER_FOR]->(p) }
   OR EXISTS { MATCH (v)-[r:SUPPLIES]-(f:Firm)
               WHERE r.part_id = $id AND r.witnessed
                 AND (r.claimed_by IN ['operator', 'order'] OR f.id = p.designer_id) }
   OR EXISTS { (p)<-[:FOR_PART]-(:RequestLine)<-[:HAS_LINE]-(:PartsRequest)-[:INVITES]->(v) }
   OR EXISTS { MATCH (v)<-[:SUPPLIED_BY]-(o:Order)-[:HAS_LINE]->(l:OrderLine)
               WHERE l.part_id = $id AND o.accepted_at IS NOT NULL AND o.state <> 'cancelled' }
OPTIONAL MATCH (p)-[:NEEDS]->(c:Category)
OPTIONAL MATCH (d:Firm {id: p.designer_id})
RETURN p.id AS id, coalesce(p.name, p.id) AS name, p.category_id AS category_id,
       coalesce(c.name, p.category_id) AS category, p.uom AS uom, p.designer_id AS designer_id,
       d.name AS designer_name, coalesce(p.designer_id = $viewer, false) AS is_own,
       coalesce(p.version, 0) AS version, p.piece_kg AS piece_kg, p.conversions AS conversions
LIMIT 1
"""


def get(tx: Tx, part_id: str, *, viewer: str) -> TradedPart:
    """A part that the viewer may read.

    It is of the catalogue, its own design, or one that it prices, trades in by a witnessed
    relation, was invited to bid for, or has an accepted order of.

    Raises:
        NotFound: no such part, or not shared with the viewer.
    """
    record = row(tx, GET, id=part_id, viewer=viewer)
    if record is None:
        raise NotFound
    return _read_part(record)


LOCK = "MATCH (p:Part {id: $id}) SET p.lock = $nonce RETURN p.id AS id"


def lock(tx: Tx, part_id: str, *, viewer: str) -> TradedPart:
    """Take the write lock of a part, then look.

    Raises:
        NotFound: as for ``get``.
    """
    row(tx, LOCK, id=part_id, nonce=nonce())
    return get(tx, part_id, viewer=viewer)


SAVE = """
MATCH (p:Part {id: $id})
SET p.name = $name, p.piece_kg = $piece_kg, p.conversions = $conversions, p.version = $version
"""


def save(tx: Tx, part: TradedPart) -> None:
    """Write what its designer may say of a locked part."""
    run(
        tx,
        SAVE,
        id=part.id,
        name=part.name,
        piece_kg=part.piece_kg,
        conversions=write_conversions(part.conversions) or None,
        version=part.version,
    )


def _read_part(record: dict[str, Any]) -> TradedPart:
    return TradedPart(
        **{
            **record,
            "category_id": record["category_id"] or "",
            "category": record["category"] or "",
            "uom": unit_code(record["uom"] or PIECE),
            "conversions": read_conversions(record["conversions"]),
        }
    )
