"""What a twin shows and says, and what others say of it, moved to the firm that stays.

Between the two nothing is left of it, and where both have the same that of the firm that stays
stands.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from supplychain.graph import audiences, firms, supply_relations
from supplychain.graph.engine.transactions import Tx, rows, run
from supplychain.graph.list_keys import list_key
from supplychain.graph.tray_notes import drop_notes
from supplychain.model.audiences import KINDS, Audience, Audiences
from supplychain.model.ids import utc_now
from supplychain.model.merging import swap_firm


def move_claims(tx: Tx, *, keep_id: str, drop_id: str) -> None:
    """Move audiences, looks, supply relations with both claims, and standing confirmations."""
    _move_audiences(tx, keep_id, drop_id)
    _move_looks(tx, keep_id, drop_id)
    _move_confirmations(tx, keep_id, drop_id)
    _move_relations(tx, keep_id, drop_id)


MOVE_SHOWN = """
MATCH (f:Firm)-[s:SHOWS]->(:Firm {id: $drop_id})
MATCH (k:Firm {id: $keep_id})
WHERE f.id <> $keep_id AND NOT EXISTS { MATCH (f)-[x:SHOWS]->(k) WHERE x.kind = s.kind }
CREATE (f)-[n:SHOWS]->(k)
SET n += properties(s)
"""

FORGET_SHOWN = "MATCH (:Firm {id: $drop_id})-[s:SHOWS]-(:Firm) DELETE s"


def _move_audiences(tx: Tx, keep_id: str, drop_id: str) -> None:
    """The firm that stays shows what it chose; where it never chose, what the twin chose."""
    own, twin = (audiences.get(tx, viewer=one) for one in (keep_id, drop_id))
    run(tx, MOVE_SHOWN, keep_id=keep_id, drop_id=drop_id)
    run(tx, FORGET_SHOWN, drop_id=drop_id)
    chosen = own if own.version or not twin.version else twin
    kinds = {
        kind: _without_twins(chosen, kind, {keep_id, drop_id})
        for kind in KINDS
    }  # fmt: skip
    # Saved even where it stays: the capabilities of the twin take on its word.
    if chosen.version:
        saved = replace(chosen, **kinds)
        audiences.save(tx, saved, viewer=keep_id, at=utc_now())


def _without_twins(chosen: Audiences, kind: str, twins: set[str]) -> Audience:
    audience = chosen.of_kind(kind)
    return Audience.of(audience.circles, set(audience.firm_ids) - twins)


LOOKS = """
MATCH (n:Look {firm_id: $drop_id}) RETURN properties(n) AS facts LIMIT 100000
UNION
MATCH (n:Look {viewer_id: $drop_id}) RETURN properties(n) AS facts LIMIT 100000
"""

FORGET_LOOKS = "UNWIND $ids AS id MATCH (n:Look {id: id}) DELETE n"

WRITE_LOOKS = """
UNWIND $looks AS look
MERGE (n:Look {id: look.id})
ON CREATE SET n += look
ON MATCH SET n.times = n.times + look.times, n.prices = n.prices OR look.prices,
    n.capacity = n.capacity OR look.capacity
"""


def _move_looks(tx: Tx, keep_id: str, drop_id: str) -> None:
    before = [one["facts"] for one in rows(tx, LOOKS, drop_id=drop_id)]
    looks = [_swap_look(one, keep_id, drop_id) for one in before]
    run(tx, FORGET_LOOKS, ids=[one["id"] for one in before])
    kept = [one for one in looks if one["firm_id"] != one["viewer_id"]]
    run(tx, WRITE_LOOKS, looks=kept)


def _swap_look(look: dict[str, Any], keep_id: str, drop_id: str) -> dict[str, Any]:
    sides = (look["firm_id"], look["viewer_id"])
    firm_id, viewer_id = swap_firm(sides, keep_id=keep_id, drop_id=drop_id)
    tail = "|".join(str(look[name]) for name in ("source", "category_id", "day"))
    new_id = f"{firm_id}|{viewer_id}|{tail}"
    key = list_key(firm_id, look["last_at"], new_id)
    own = audiences.day_key(viewer_id, look["day"], look["source"])
    sides_now = {"firm_id": firm_id, "viewer_id": viewer_id, "day_key": own}
    return {**look, **sides_now, "id": new_id, "list_key": key}


CONFIRMED_BY = """
MATCH (d:Firm {id: $drop_id})-[c:CONFIRMS_ALL]->(b:Firm)
MATCH (k:Firm {id: $keep_id})
WHERE b.id <> $keep_id AND NOT EXISTS { MATCH (k)-[:CONFIRMS_ALL]->(b) }
CREATE (k)-[n:CONFIRMS_ALL]->(b)
SET n += properties(c)
"""

CONFIRMED_OF = """
MATCH (s:Firm)-[c:CONFIRMS_ALL]->(:Firm {id: $drop_id})
MATCH (k:Firm {id: $keep_id})
WHERE s.id <> $keep_id AND NOT EXISTS { MATCH (s)-[:CONFIRMS_ALL]->(k) }
CREATE (s)-[n:CONFIRMS_ALL]->(k)
SET n += properties(c)
"""

FORGET_CONFIRMED = "MATCH (:Firm {id: $drop_id})-[c:CONFIRMS_ALL]-(:Firm) DELETE c"


def _move_confirmations(tx: Tx, keep_id: str, drop_id: str) -> None:
    run(tx, CONFIRMED_BY, keep_id=keep_id, drop_id=drop_id)
    run(tx, CONFIRMED_OF, keep_id=keep_id, drop_id=drop_id)
    run(tx, FORGET_CONFIRMED, drop_id=drop_id)


RELATIONS = """
MATCH (:Firm {id: $firm_id})-[r:SUPPLIES]-(:Firm)
RETURN startNode(r).id AS supplier_id, endNode(r).id AS buyer_id, properties(r) AS facts
ORDER BY supplier_id, buyer_id LIMIT 100000
"""

FORGET_RELATIONS = "MATCH (:Firm {id: $drop_id})-[r:SUPPLIES]-(:Firm) DELETE r"

WRITE_RELATIONS = """
UNWIND $relations AS one
MATCH (s:Firm {id: one.supplier_id}) MATCH (b:Firm {id: one.buyer_id})
CREATE (s)-[r:SUPPLIES]->(b)
SET r += one.facts
"""


def _move_relations(tx: Tx, keep_id: str, drop_id: str) -> None:
    taken = {_claim_of(one) for one in rows(tx, RELATIONS, firm_id=keep_id)}
    moved: list[dict[str, Any]] = []
    gone: list[str] = []
    for before in rows(tx, RELATIONS, firm_id=drop_id):
        gone.append(before["facts"].get("id") or "")
        one = _swap_relation(before, keep_id, drop_id)
        if one["supplier_id"] != one["buyer_id"] and _claim_of(one) not in taken:
            taken.add(_claim_of(one))
            moved.append(one)
    _move_refusals(tx, keep_id, drop_id)
    run(tx, FORGET_RELATIONS, drop_id=drop_id)
    drop_notes(tx, gone)
    run(tx, WRITE_RELATIONS, relations=moved)
    # Of every relation of the twin: where both said it, one of the claims is gone now.
    keys = {(one["supplier_id"], one["buyer_id"], one["facts"]["part_id"]) for one in moved}
    firms.lock_all(tx, {supplier_id for supplier_id, _, _ in keys})
    supply_relations.settle(tx, keys)


def _claim_of(one: dict[str, Any]) -> tuple[str, ...]:
    facts = one["facts"]
    return (one["supplier_id"], one["buyer_id"], facts["part_id"], facts["claimed_by"])


def _swap_relation(one: dict[str, Any], keep_id: str, drop_id: str) -> dict[str, Any]:
    facts = dict(one["facts"])
    sides = (one["supplier_id"], one["buyer_id"], facts["claimed_by"])
    supplier_id, buyer_id, facts["claimed_by"] = swap_firm(sides, keep_id=keep_id, drop_id=drop_id)
    return {"supplier_id": supplier_id, "buyer_id": buyer_id, "facts": facts}


REFUSALS = """
MATCH (x:SupplyRefusal) WHERE x.firm_id = $drop_id OR x.claimer_id = $drop_id
RETURN x.id AS id, x.firm_id AS firm_id, x.claimer_id AS claimer_id, x.at AS at
ORDER BY id LIMIT 100000
"""

FORGET_REFUSALS = "UNWIND $ids AS id MATCH (x:SupplyRefusal {id: id}) DELETE x"

WRITE_REFUSALS = """
UNWIND $refusals AS one
MERGE (x:SupplyRefusal {id: one.id})
ON CREATE SET x.firm_id = one.firm_id, x.claimer_id = one.claimer_id, x.at = one.at
"""


def _move_refusals(tx: Tx, keep_id: str, drop_id: str) -> None:
    before = rows(tx, REFUSALS, drop_id=drop_id)
    moved = [_swap_refusal(one, keep_id, drop_id) for one in before]
    run(tx, FORGET_REFUSALS, ids=[one["id"] for one in before])
    kept = [one for one in moved if one["firm_id"] != one["claimer_id"]]
    run(tx, WRITE_REFUSALS, refusals=kept)


def _swap_refusal(one: dict[str, Any], keep_id: str, drop_id: str) -> dict[str, Any]:
    """The id is supplier, buyer, part and claimer; the first two are the two firms named."""
    firm_id, claimer_id = one["firm_id"], one["claimer_id"]
    ends = (firm_id, claimer_id)
    if not one["id"].startswith(f"{firm_id}|{claimer_id}|"):
        ends = (claimer_id, firm_id)
    part_id = one["id"].removeprefix("|".join(ends) + "|").removesuffix(f"|{claimer_id}")
    new_ends = swap_firm(ends, keep_id=keep_id, drop_id=drop_id)
    firm_id, claimer_id = swap_firm((firm_id, claimer_id), keep_id=keep_id, drop_id=drop_id)
    new_id = "|".join((*new_ends, part_id, claimer_id))
    return {**one, "id": new_id, "firm_id": firm_id, "claimer_id": claimer_id}
