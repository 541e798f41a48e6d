"""Categories as the graph keeps them: which stand beside the tree, and how many firms make each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.graph.verification import list_all_suspended
from supplychain.model.categories.proposals import ACCEPTED, PROPOSED, FreeCategory
from supplychain.model.categories.tree import find_node
from supplychain.model.ids import to_text

KEPT = """
UNWIND $ids AS id
MATCH (c:Category {id: id})
RETURN collect([c.id, coalesce(c.same_as, c.id)]) AS pairs
"""


def find_kept(tx: Tx, ids: Iterable[str]) -> dict[str, str]:
    """Those of these categories that are there, with the id that stands for each."""
    wanted = sorted(set(ids))
    record = row(tx, KEPT, ids=wanted) if wanted else None
    return dict(record["pairs"]) if record else {}


PROPOSE = """
MERGE (c:Category {id: $id})
ON CREATE SET c.name = $name, c.state = $state, c.proposed_by = $firm_id, c.proposed_at = $at
"""


def propose(tx: Tx, id: str, *, name: str, firm_id: str, at: datetime) -> None:
    """Keep a category that the tree does not have; one that is there stays as it is."""
    run(tx, PROPOSE, id=id, name=name, state=PROPOSED, firm_id=firm_id, at=to_text(at))


def count_makers(tx: Tx, ids: Iterable[str], *, besides: str = "") -> dict[str, int]:
    """How many firms make each of these categories, by id; those that nobody makes are not there.

    Counted as a ranking does: all firms but ``besides`` and those that are suspended, whoever of
    them says so or has only delivered it.
    """
    wanted = sorted(set(ids))
    return _count_makers(tx, wanted, besides, list_all_suspended(tx)) if wanted else {}


MAKERS = """
UNWIND $ids AS id
MATCH (k:Capability {category_id: id})
WHERE k.firm_id <> $besides AND NOT k.firm_id IN $suspended
RETURN id AS id, count(k) AS firms
"""


def _count_makers(tx: Tx, ids: list[str], besides: str, suspended: list[str]) -> dict[str, int]:
    found = rows(tx, MAKERS, ids=ids, besides=besides, suspended=suspended) if ids else []
    return {record["id"]: record["firms"] for record in found}


LINES = """
MATCH (r:PartsRequest {id: $request_id}) WHERE r.buyer_id = $viewer AND r.state = 'draft'
MATCH (r)-[:HAS_LINE]->(l:RequestLine) WHERE l.category_id <> ''
RETURN collect(DISTINCT l.category_id) AS ids
"""


def list_unmade(tx: Tx, request_id: str, *, viewer: str) -> frozenset[str]:
    """The categories of the lines of the viewer's own draft that no other firm makes."""
    record, suspended = together(
        lambda: row(tx, LINES, request_id=request_id, viewer=viewer),
        lambda: list_all_suspended(tx),
    )
    ids = record["ids"] if record else []
    return frozenset(ids) - frozenset(_count_makers(tx, ids, viewer, suspended))


VISIBLE = """
MATCH (c:Category)
WHERE c.id > '' AND c.same_as IS NULL
  AND (c.state = $accepted OR c.proposed_by = $viewer
       OR EXISTS { MATCH (:Capability)-[:COVERS]->(c) })
RETURN c.id AS id, c.name AS name, coalesce(c.state, '') AS state,
       coalesce(c.proposed_by, '') AS proposed_by, coalesce(c.proposed_at, '') AS proposed_at
ORDER BY id LIMIT 2000
"""


def list_visible(tx: Tx, *, viewer: str) -> list[FreeCategory]:
    """Categories beside the tree that the viewer may know of, by id.

    Those that some firm makes, which stand in its public profile; those that the operator
    accepted; and the viewer's own. What a firm writes on a part or a draft is not among them.
    """
    found = rows(tx, VISIBLE, viewer=viewer, accepted=ACCEPTED)
    return [FreeCategory(**record) for record in found if find_node(record["id"]) is None]


FREE = """
MATCH (c:Category) WHERE c.id > '' AND (c.state = $state OR $state = '')
RETURN c.id AS id, c.name AS name, coalesce(c.state, '') AS state,
       coalesce(c.proposed_by, '') AS proposed_by, coalesce(c.proposed_at, '') AS proposed_at,
       coalesce(c.same_as, '') AS same_as,
       COUNT { MATCH (:Capability)-[:COVERS]->(c) } AS makers
ORDER BY id LIMIT 2000
"""


def list_free(tx: Tx, *, state: str = "") -> list[FreeCategory]:
    """Categories beside the tree, by id, for the operator; ``state`` narrows them."""
    found = rows(tx, FREE, state=state)
    return [FreeCategory(**record) for record in found if find_node(record["id"]) is None]


LOCK = """
MATCH (c:Category {id: $id}) SET c.lock = $nonce
RETURN c.id AS id, c.name AS name, coalesce(c.state, '') AS state,
       coalesce(c.proposed_by, '') AS proposed_by, coalesce(c.proposed_at, '') AS proposed_at,
       coalesce(c.same_as, '') AS same_as
"""


def lock(tx: Tx, id: str) -> FreeCategory | None:
    """A category beside the tree, locked; None where there is none."""
    record = row(tx, LOCK, id=id, nonce=nonce())
    return FreeCategory(**record) if record and find_node(id) is None else None


SETTLE = "MATCH (c:Category {id: $id}) SET c.state = $state, c.same_as = $same_as"


def settle(tx: Tx, id: str, *, same_as: str = "") -> None:
    """Keep a locked category beside the tree, or say what stands for it."""
    run(tx, SETTLE, id=id, state=ACCEPTED, same_as=same_as or None)
