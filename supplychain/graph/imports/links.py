"""Upserts of relationships that carry figures: bills of materials and supply relations.

``MERGE`` of a relationship walks all relationships of a node for each row, which a hub with
thousands of them makes quadratic. Here a start node is locked and walked once for all its rows;
what was not met is created.
"""

from __future__ import annotations

from typing import Any, LiteralString

from supplychain.errors import Conflict
from supplychain.graph import firms, supply_relations
from supplychain.graph.engine.transactions import Tx, nonce, row, run
from supplychain.graph.imports.rows import PropertyRows
from supplychain.model.ids import new_id
from supplychain.model.supply_relations import OPERATOR, SupplyClaim


def _group_by_start(rows: PropertyRows, start: str, key: tuple[str, ...]) -> list[dict[str, Any]]:
    """Rows by their start node, in the order of its id; ``values`` by the rest of the key."""
    starts: dict[str, dict[str, Any]] = {}
    for entry in rows:
        values = starts.setdefault(entry[start], {})
        values["|".join(entry[name] for name in key)] = entry
    return [{"id": node, "values": starts[node]} for node in sorted(starts)]


def _upsert_links(
    tx: Tx,
    queries: tuple[LiteralString, LiteralString],
    starts: list[dict[str, Any]],
    **values: Any,
) -> None:
    update, create = queries
    met = row(tx, update, starts=starts, **values)
    known = {tuple(pair) for pair in met["met"]} if met else set()
    missing = [
        entry
        for start in starts
        for key, entry in start["values"].items()
        if (start["id"], key) not in known
    ]
    made = row(tx, create, rows=missing, **values) if missing else {"written": 0}
    if made is None or made["written"] != len(missing):
        raise Conflict("Something in this file changed during the import. Import it again.")


LOCK_REVISIONS = "UNWIND $ids AS id MATCH (v:PartRevision {id: id}) SET v.lock = $nonce"

UPDATE_BOM = """
UNWIND $starts AS s
MATCH (p:Part)-[:HAS_REVISION]->(v:PartRevision {id: s.id})
WHERE $owner IS NULL OR p.designer_id = $owner
MATCH (v)-[c:CONTAINS]->(k:Part)
WITH s, c, k.id AS key, s.values[k.id] AS n WHERE n IS NOT NULL
SET c.quantity_e4 = n.quantity_e4
RETURN collect([s.id, key]) AS met
LIMIT 1
"""

CREATE_BOM = """
UNWIND $rows AS r
MATCH (v:PartRevision {id: r.revision_id})
MATCH (k:Part {id: r.child_part_id})
MATCH (p:Part {id: r.parent_part_id}) WHERE $owner IS NULL OR p.designer_id = $owner
CREATE (v)-[c:CONTAINS {quantity_e4: r.quantity_e4}]->(k)
RETURN count(c) AS written
LIMIT 1
"""


def write_bom(tx: Tx, rows: PropertyRows, *, owner: str | None, at: str) -> None:
    """Upsert what revisions contain."""
    starts = _group_by_start(rows, "revision_id", ("child_part_id",))
    run(tx, LOCK_REVISIONS, ids=[start["id"] for start in starts], nonce=nonce())
    _upsert_links(tx, (UPDATE_BOM, CREATE_BOM), starts, owner=owner)


UPDATE_SUPPLY = """
UNWIND $starts AS s
MATCH (f:Firm {id: s.id})-[e:SUPPLIES]->(b:Firm)
WITH s, e, b.id + '|' + e.part_id AS key, s.values[b.id + '|' + e.part_id] AS n, b
WHERE n IS NOT NULL AND e.claimed_by = $claimant
  AND ($owner IS NULL OR s.id = $owner OR b.id = $owner)
SET e.share = n.share, e.annual_spend_e4 = n.annual_spend_e4, e.currency = n.currency,
    e.lead_days = n.lead_days, e.recover_days = n.recover_days, e.changed_at = $at
RETURN collect([s.id, key]) AS met
LIMIT 1
"""

CREATE_SUPPLY = """
UNWIND $rows AS r
MATCH (f:Firm {id: r.supplier_id}) MATCH (b:Firm {id: r.buyer_id})
WHERE $owner IS NULL OR f.id = $owner OR b.id = $owner
CREATE (f)-[e:SUPPLIES {id: r.claim_id, part_id: r.part_id, claimed_by: $claimant,
                        source: 'declared', witnessed: false, changed_at: $at}]->(b)
SET e.share = r.share, e.annual_spend_e4 = r.annual_spend_e4, e.currency = r.currency,
    e.lead_days = r.lead_days, e.recover_days = r.recover_days
RETURN count(e) AS written
LIMIT 1
"""


def write_supply_claims(
    tx: Tx, rows: PropertyRows, *, owner: str | None, at: str
) -> list[SupplyClaim]:
    """Upsert what one writer says of supply relations; nobody else's claims are touched.

    Args:
        tx: a write transaction.
        rows: of the table, as properties.
        owner: the firm that says it, an end of every row; None is the operator.
        at: now, in stored form.

    Returns:
        All claims of these relations as they stand now, without their figures.
    """
    values = [{**entry, "claim_id": new_id()} for entry in rows]
    starts = _group_by_start(values, "supplier_id", ("buyer_id", "part_id"))
    firm_ids = [start["id"] for start in starts]
    firms.lock_all(tx, [*firm_ids, owner] if owner else firm_ids)
    claimant = owner or OPERATOR
    _upsert_links(tx, (UPDATE_SUPPLY, CREATE_SUPPLY), starts, owner=owner, claimant=claimant, at=at)
    keys = [(entry["supplier_id"], entry["buyer_id"], entry["part_id"]) for entry in rows]
    return supply_relations.settle(tx, keys)
