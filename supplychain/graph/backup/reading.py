"""Read the graph whole, kind by kind, in pages of columns that several connections fetch ahead."""

from __future__ import annotations

import contextvars
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from neo4j import Driver

from supplychain.graph.backup.kinds import NodeKind, RelationKind
from supplychain.graph.engine.transactions import Tx, read, row

PAGE_KEYS = 5000
ALL_KEYS = 2**31 - 1
"""All keys of a label come as one column, some 40 MB for a million. In pages they would have to be
sorted, which takes the embedded engine minutes for half a million."""
READ_WORKERS = 3
"""Pages that are read at the same time: the graph works while this process packs."""
AHEAD_LISTS = 6
FRESH_KEYS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPage:
    """Keys of one label in order: what lies from ``low`` to ``high``, and is one of them."""

    keys: list[Any]

    @property
    def low(self) -> Any:
        """The first."""
        return self.keys[0]

    @property
    def high(self) -> Any:
        """The last."""
        return self.keys[-1]


def list_keys(driver: Driver, kind: NodeKind) -> list[Any]:
    """All keys of a label, in any order."""
    return read(driver, list_some, kind, limit=ALL_KEYS)


def cut_pages(keys: list[Any]) -> list[KeyPage]:
    """Keys in pages of up to 5,000.

    Engines and Python agree on the order of ASCII alone; any other key is a page of its own.
    """
    plain = sorted(key for key in keys if not isinstance(key, str) or key.isascii())
    pages = [plain[start : start + PAGE_KEYS] for start in range(0, len(plain), PAGE_KEYS)]
    others = [[key] for key in keys if isinstance(key, str) and not key.isascii()]
    return [KeyPage(keys=page) for page in (*pages, *others)]


def stream_nodes(
    driver: Driver, kind: NodeKind, pages: list[KeyPage]
) -> Iterator[list[dict[str, Any]]]:
    """The properties of the nodes of these pages, a page at a time."""
    return _read_ahead(driver, lambda tx, page: read_nodes(tx, kind, page), pages)


def stream_relations(
    driver: Driver, kind: RelationKind, pages: list[KeyPage]
) -> Iterator[list[list[Any]]]:
    """What hangs on the nodes of these pages of the paged label, a page at a time."""
    return _read_ahead(driver, lambda tx, page: read_relations(tx, kind, page), pages)


def stream_fresh(
    driver: Driver, kind: NodeKind | RelationKind, keys: list[Any]
) -> Iterator[list[Any]]:
    """Nodes, or what hangs on nodes, of a kind that is never changed, by keys."""
    for start in range(0, len(keys), FRESH_KEYS):
        yield read(driver, _read_fresh, kind, keys[start : start + FRESH_KEYS])


def _read_fresh(tx: Tx, kind: NodeKind | RelationKind, keys: list[Any]) -> list[Any]:
    record = row(tx, kind.fresh, keys=keys)
    return record["read"] if record else []


def _read_ahead(
    driver: Driver, work: Callable[[Tx, KeyPage], list[Any]], pages: Iterable[KeyPage]
) -> Iterator[list[Any]]:
    """What ``work`` reads of each page, in their order, while the next are on their way."""
    waiting: deque[Future[list[Any]]] = deque()
    with ThreadPoolExecutor(READ_WORKERS) as readers:
        try:
            for page in pages:
                context = contextvars.copy_context()
                waiting.append(readers.submit(context.run, read, driver, work, page))
                if len(waiting) > AHEAD_LISTS:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for each in waiting:
                each.cancel()


def list_some(tx: Tx, kind: NodeKind, *, limit: int) -> list[Any]:
    """Some keys of a label, in any order."""
    record = row(tx, kind.keys, limit=limit)
    return record["keys"] if record else []


def read_nodes(tx: Tx, kind: NodeKind, page: KeyPage) -> list[dict[str, Any]]:
    """The properties of the nodes with these keys."""
    record = row(tx, kind.page, low=page.low, high=page.high) or {"nodes": []}
    wanted = frozenset(page.keys)
    return [each for each in record["nodes"] if each[kind.key] in wanted]


def read_relations(tx: Tx, kind: RelationKind, page: KeyPage) -> list[list[Any]]:
    """[start key, end key, properties] of what hangs on the nodes with these keys."""
    record = row(tx, kind.page, low=page.low, high=page.high) or {"relations": []}
    wanted, at = frozenset(page.keys), 0 if kind.paged == kind.start else 1
    return [each for each in record["relations"] if each[at] in wanted]


ALL_NODES = "MATCH (n) RETURN count(n) AS nodes"
ALL_RELATIONS = "MATCH ()-[r]->() RETURN count(r) AS relations"
OF_SCHEMA = "MATCH (m:Migration) RETURN count(m) AS nodes"
OF_TIME = "MATCH (c:Clock) RETURN count(c) AS nodes"
OF_RECORDS = "MATCH (r:RecordRule) RETURN count(r) AS nodes"


def count_all(tx: Tx) -> tuple[int, int]:
    """Nodes, those of the schema left out, and relations, from the engine's own counts."""
    nodes = (row(tx, ALL_NODES) or {"nodes": 0})["nodes"]
    schema = sum(
        (row(tx, query) or {"nodes": 0})["nodes"] for query in (OF_SCHEMA, OF_TIME, OF_RECORDS)
    )
    relations = (row(tx, ALL_RELATIONS) or {"relations": 0})["relations"]
    return nodes - schema, relations


HEADS = "MATCH (h:Ledger) RETURN count(h) AS chains, coalesce(sum(h.seq), 0) AS links"


def count_links(tx: Tx) -> tuple[int, int]:
    """Chains of events and their links: the same twice, and no change was recorded between."""
    record = row(tx, HEADS) or {"chains": 0, "links": 0}
    return record["chains"], record["links"]
