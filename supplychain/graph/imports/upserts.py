"""Upserts of the import tables by key, a batch of rows at a time.

Each ``write_*`` takes rows whose keys are properties of the graph and ``owner``, the firm that may
write (None: the operator at the machine). The first statement locks what it writes; a row that
meanwhile became another's is not written, which the count shows.
"""

from __future__ import annotations

from typing import Any, LiteralString

from supplychain.errors import Conflict
from supplychain.graph import audiences, firms
from supplychain.graph.capacity import calendars, sites
from supplychain.graph.capacity.due_days import book_open_lines
from supplychain.graph.capacity.recounts import recount
from supplychain.graph.engine.transactions import Tx, nonce, row, run
from supplychain.graph.imports.rows import PropertyRows
from supplychain.graph.lookalikes import add_identity
from supplychain.graph.verification import check_few_imported, end_unfounded_vouches
from supplychain.model.categories.proposals import PROPOSED
from supplychain.model.categories.tree import find_node
from supplychain.model.verification import OPERATOR


def _write_all(tx: Tx, query: LiteralString, rows: PropertyRows, **values: Any) -> dict[str, Any]:
    """Run a query that returns ``written`` and refuse the batch if a row was passed over."""
    found = row(tx, query, rows=rows, nonce=nonce(), **values)
    if found is None or found["written"] != len(rows):
        raise Conflict("Something in this file changed during the import. Import it again.")
    return found


FIRMS = """
UNWIND $rows AS r
MERGE (f:Firm {id: r.id}) SET f.lock = $nonce
WITH f, r, f.version IS NULL AS is_new,
     $owner IS NULL
     OR (f.name_fold = r.name_fold
         AND coalesce(f.number_key, '') = coalesce(r.number_key, '')) AS is_kept
WHERE $owner IS NULL OR f.id = $owner OR is_new
SET f.verified_at = CASE WHEN is_kept THEN f.verified_at ELSE null END,
    f.verified_by = CASE WHEN is_kept THEN f.verified_by ELSE null END,
    f.imported_by = CASE WHEN is_new THEN coalesce($owner, $operator) ELSE f.imported_by END
SET f += r, f.version = coalesce(f.version, 0) + 1, f.created_at = coalesce(f.created_at, $at)
RETURN count(f) AS written
LIMIT 1
"""


def write_firms(tx: Tx, rows: PropertyRows, *, owner: str | None, at: str) -> None:
    """Upsert firms; with an owner its own profile and firms that did not exist.

    An owner that changes its own name or number is verified no more, until somebody looks again.
    """
    rows = [dict(entry) for entry in rows]
    firms.lock_all(tx, (entry["id"] for entry in rows))
    add_identity(tx, rows)
    _write_all(tx, FIRMS, rows, owner=owner, operator=OPERATOR, at=at)
    calendars.copy_calendars(tx, (entry["id"] for entry in rows))
    if owner is not None:
        end_unfounded_vouches(tx, owner)
        check_few_imported(tx, owner)


CATEGORIES = """
UNWIND $rows AS r
MERGE (c:Category {id: r.id})
ON CREATE SET c.name = r.name, c.state = r.state, c.proposed_by = r.proposed_by
"""


def write_categories(tx: Tx, names: dict[str, str], *, owner: str | None = None) -> None:
    """Add the categories that are new; ``names`` by id. A firm proposes what the tree lacks."""
    nodes = {key: find_node(key) for key in sorted(names)}
    values = [
        {
            "id": key,
            "name": node.name if node else names[key],
            "state": None if node or owner is None else PROPOSED,
            "proposed_by": None if node else owner,
        }
        for key, node in nodes.items()
    ]
    run(tx, CATEGORIES, rows=values)


PARTS = """
UNWIND $rows AS r
MERGE (p:Part {id: r.id}) SET p.lock = $nonce
WITH p, r WHERE $owner IS NULL OR p.version IS NULL OR p.designer_id = $owner
SET p.name = r.name, p.category_id = r.category_id, p.uom = r.uom, p.designer_id = r.designer_id,
    p.piece_kg = r.piece_kg, p.conversions = r.conversions,
    p.version = coalesce(p.version, 0) + 1
RETURN count(p) AS written, collect(CASE WHEN p.version > 1 THEN p.id END) AS known
LIMIT 1
"""

PART_LINKS = """
UNWIND $rows AS r
MATCH (p:Part {id: r.id})-[n:NEEDS]->(c:Category) WHERE c.id <> r.category_id
DELETE n
"""

PART_DESIGNERS = """
UNWIND $rows AS r
MATCH (p:Part {id: r.id})<-[d:DESIGNS]-(f:Firm)
WHERE r.designer_id IS NULL OR f.id <> r.designer_id
DELETE d
"""

NEEDS = """
UNWIND $rows AS r
MATCH (p:Part {id: r.id}) MATCH (c:Category {id: r.category_id})
WHERE NOT EXISTS { MATCH (p)-[:NEEDS]->(:Category) }
CREATE (p)-[:NEEDS]->(c)
"""

DESIGNS = """
UNWIND $rows AS r
MATCH (p:Part {id: r.id}) MATCH (f:Firm {id: r.designer_id})
WHERE NOT EXISTS { MATCH (p)<-[:DESIGNS]-(:Firm) }
CREATE (f)-[:DESIGNS]->(p)
"""


def write_parts(tx: Tx, rows: PropertyRows, *, owner: str | None, at: str) -> None:
    """Upsert parts with their category, designer and current revision."""
    known = set(_write_all(tx, PARTS, rows, owner=owner)["known"])
    before = [entry for entry in rows if entry["id"] in known]
    if before:
        run(tx, PART_LINKS, rows=before)
        run(tx, PART_DESIGNERS, rows=before)
    run(tx, NEEDS, rows=rows)
    run(tx, DESIGNS, rows=[entry for entry in rows if entry["designer_id"] is not None])
    write_revisions(
        tx, [_revision_row(entry["id"], entry["revision"]) for entry in rows], existing=known
    )


def _revision_row(part_id: str, revision: str) -> dict[str, Any]:
    return {"id": f"{part_id}|{revision}", "part_id": part_id, "revision": revision}


REVISIONS = """
UNWIND $rows AS r
MATCH (p:Part {id: r.part_id}) SET p.lock = $nonce
MERGE (v:PartRevision {id: r.id})
SET v.part_id = r.part_id, v.revision = r.revision, v.current = true
WITH p, v WHERE NOT EXISTS { MATCH (p)-[:HAS_REVISION]->(v) }
CREATE (p)-[:HAS_REVISION]->(v)
"""

INHERIT = """
UNWIND $rows AS r
MATCH (v:PartRevision {id: r.id}) SET v.lock = $nonce
WITH r, v WHERE NOT EXISTS { MATCH (v)-[:CONTAINS]->(:Part) }
WITH collect(r) AS fresh
UNWIND fresh AS r
MATCH (v:PartRevision {id: r.id})
MATCH (p:Part {id: r.part_id})-[:HAS_REVISION]->(o:PartRevision {current: true})
WHERE o.id <> r.id
MATCH (o)-[c:CONTAINS]->(k:Part)
CREATE (v)-[:CONTAINS {quantity_e4: c.quantity_e4}]->(k)
"""

RETIRE = """
UNWIND $rows AS r
MATCH (p:Part {id: r.part_id})-[:HAS_REVISION]->(o:PartRevision {current: true})
WHERE o.id <> r.id
SET o.current = false
"""


def write_revisions(tx: Tx, rows: PropertyRows, *, existing: set[str]) -> None:
    """Make these the current revisions; a new one starts with what the one before contained.

    ``existing`` are the parts that may have had a revision before.
    """
    run(tx, REVISIONS, rows=rows, nonce=nonce())
    before = [entry for entry in rows if entry["part_id"] in existing]
    if before:
        run(tx, INHERIT, rows=before, nonce=nonce())
        run(tx, RETIRE, rows=before)


CAPABILITIES = """
UNWIND $rows AS r
MATCH (f:Firm {id: r.firm_id}) WHERE $owner IS NULL OR f.id = $owner
MATCH (g:Category {id: r.category_id})
MERGE (c:Capability {id: r.id}) SET c.lock = $nonce
SET c += r, c.declared = true, c.version = coalesce(c.version, 0) + 1,
    c.delivered_lines = coalesce(c.delivered_lines, 0),
    c.on_time_lines = coalesce(c.on_time_lines, 0),
    c.received_quantity = coalesce(c.received_quantity, 0),
    c.rejected_quantity = coalesce(c.rejected_quantity, 0),
    c.late_days_sum = coalesce(c.late_days_sum, 0)
MERGE (c)-[:COVERS]->(g)
MERGE (f)-[:CAN_MAKE]->(c)
RETURN count(c) AS written
LIMIT 1
"""


def write_capabilities(tx: Tx, rows: PropertyRows, *, owner: str | None, at: str) -> None:
    """Upsert declared capabilities; bookings and track record stay, counted as hours now say."""
    _write_all(tx, CAPABILITIES, rows, owner=owner)
    ids = [entry["id"] for entry in rows]
    audiences.copy_open(tx, ids)
    calendars.copy_to_new(tx, ids)
    book_open_lines(tx, ids)
    recount(tx, ids)
    sites.copy_paces(tx, (entry["firm_id"] for entry in rows))


PART_HOURS = """
UNWIND $rows AS r
MATCH (f:Firm {id: r.firm_id}) WHERE $owner IS NULL OR f.id = $owner
MATCH (k:Capability {id: r.capability_id}) SET k.lock = $nonce
WITH r, k
MATCH (p:Part {id: r.part_id})
MERGE (h:PartHours {id: r.id})
SET h += r, k.version = coalesce(k.version, 0) + 1
MERGE (h)-[:TAKES_OF]->(k)
MERGE (h)-[:HOURS_FOR]->(p)
RETURN count(h) AS written
LIMIT 1
"""


def write_part_hours(tx: Tx, rows: PropertyRows, *, owner: str | None, at: str) -> None:
    """Upsert the hours that pieces of parts take; what is booked is counted with them."""
    _write_all(tx, PART_HOURS, rows, owner=owner)
    recount(tx, (entry["capability_id"] for entry in rows))


OFFERS = """
UNWIND $rows AS r
MATCH (f:Firm {id: r.firm_id}) WHERE $owner IS NULL OR f.id = $owner
MATCH (p:Part {id: r.part_id})
MERGE (o:Offer {id: r.id}) SET o.lock = $nonce
SET o += r, o.version = coalesce(o.version, 0) + 1, o.changed_at = $at
MERGE (o)-[:OFFER_FOR]->(p)
RETURN count(o) AS written
LIMIT 1
"""

OFFERED = """
UNWIND $rows AS r
MATCH (f:Firm {id: r.firm_id}) MATCH (o:Offer {id: r.id})
WHERE NOT EXISTS { MATCH (o)<-[:OFFERS]-(:Firm) }
CREATE (f)-[:OFFERS]->(o)
"""


def write_offers(tx: Tx, rows: PropertyRows, *, owner: str | None, at: str) -> None:
    """Upsert offers; their price list is replaced as a whole."""
    _write_all(tx, OFFERS, rows, owner=owner, at=at)
    run(tx, OFFERED, rows=rows)


STOCKS = """
UNWIND $rows AS r
MERGE (s:Stock {id: r.id})
SET s += r
RETURN count(s) AS written
LIMIT 1
"""


def write_stocks(tx: Tx, rows: PropertyRows, *, owner: str | None, at: str) -> None:
    """Upsert stocks; their ids begin with the firm's, so nobody else's can be meant."""
    _write_all(tx, STOCKS, rows)


EXCHANGE_RATES = """
UNWIND $rows AS r
MERGE (x:ExchangeRate {id: r.id})
SET x += r
RETURN count(x) AS written
LIMIT 1
"""


def write_exchange_rates(tx: Tx, rows: PropertyRows, *, owner: str | None, at: str) -> None:
    """Upsert rates; their ids begin with the firm's, so nobody else's can be meant."""
    _write_all(tx, EXCHANGE_RATES, rows)
