"""Read the graph whole, kind by kind, in pages of columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from neo4j import Driver

from supplychain.graph.backup.kinds import NodeKind, RelationKind
from supplychain.graph.engine.transactions import Tx, read, row

PAGE_KEYS = 5000
ALL_KEYS = 2**31 - 1
"""All keys of a label come as one column, some 40 MB for a million. In pages they would have to be
sorted, which takes the embedded engine minutes for half a million."""


def list_keys(driver: Driver, kind: NodeKind) -> Iterator[list[Any]]:
    """The keys of a label in order, up to 5,000 at a time."""
    keys = sorted(read(driver, list_some, kind, limit=ALL_KEYS))
    for start in range(0, len(keys), PAGE_KEYS):
        yield keys[start : start + PAGE_KEYS]


def list_some(tx: Tx, kind: NodeKind, *, limit: int) -> list[Any]:
    """Some keys of a label, in any order."""
    record = row(tx, kind.keys, limit=limit)
    return record["keys"] if record else []


def read_nodes(tx: Tx, kind: NodeKind, keys: list[Any]) -> list[dict[str, Any]]:
    """The properties of the nodes with these keys."""
    record = row(tx, kind.page, keys=keys)
    return record["nodes"] if record else []


def read_relations(tx: Tx, kind: RelationKind, keys: list[Any]) -> list[list[Any]]:
    """[start key, end key, properties] of what hangs on the nodes with these keys."""
    record = row(tx, kind.page, keys=keys)
    return record["relations"] if record else []


ALL_NODES = "MATCH (n) RETURN count(n) AS nodes"
ALL_RELATIONS = "MATCH ()-[r]->() RETURN count(r) AS relations"
OF_SCHEMA = "MATCH (m:Migration) RETURN count(m) AS nodes"
OF_TIME = "MATCH (c:Clock) RETURN count(c) AS nodes"


def count_all(tx: Tx) -> tuple[int, int]:
    """Nodes, those of the schema left out, and relations, from the engine's own counts."""
    nodes = (row(tx, ALL_NODES) or {"nodes": 0})["nodes"]
    schema = (row(tx, OF_SCHEMA) or {"nodes": 0})["nodes"]
    schema += (row(tx, OF_TIME) or {"nodes": 0})["nodes"]
    relations = (row(tx, ALL_RELATIONS) or {"relations": 0})["relations"]
    return nodes - schema, relations


HEADS = "MATCH (h:Ledger) RETURN count(h) AS chains, coalesce(sum(h.seq), 0) AS links"


def count_links(tx: Tx) -> tuple[int, int]:
    """Chains of events and their links: the same twice, and no change was recorded between."""
    record = row(tx, HEADS) or {"chains": 0, "links": 0}
    return record["chains"], record["links"]
