"""Put a graph back, batch by batch, each exactly once.

How far it came stands in the node of the gate, written in the transaction of the batch itself: a
restore that was killed goes on after the last batch that is there, whoever starts it again.
"""

from __future__ import annotations

from typing import Any

from neo4j import Driver

from supplychain.errors import Conflict, Unavailable
from supplychain.graph.backup.kinds import NodeKind, RelationKind
from supplychain.graph.backup.reading import list_some
from supplychain.graph.backup.values import split_instants
from supplychain.graph.engine import gate
from supplychain.graph.engine.transactions import Tx, nonce, read, row, run, write

WIPE_KEYS = 500
"""Nodes that go in one transaction, with all that hangs on them."""
WIPING_STEP = -1
"""Stands for the lines done while what was in the graph is being deleted."""


ADVANCE = """
MATCH (g:Migration {version: -1}) SET g.lock = $nonce
WITH g WHERE g.holder = $holder AND coalesce(g.done, 0) = $before
SET g.done = $after
RETURN g.done AS done
"""


def _advance_mark(tx: Tx, holder: str, *, before: int, after: int) -> None:
    if row(tx, ADVANCE, holder=holder, before=before, after=after, nonce=nonce()) is None:
        raise Conflict("Another restore works on this graph. Wait for it to end.")


DONE = "MATCH (g:Migration {version: -1}) RETURN coalesce(g.done, 0) AS done"


def count_done(tx: Tx) -> int:
    """How many lines of the backup are in the graph."""
    return (row(tx, DONE) or {"done": 0})["done"]


BEGIN = "MATCH (g:Migration {version: -1}) WHERE g.holder = $holder SET g.done = $done"


def begin(tx: Tx, holder: str, done: int) -> None:
    """Nothing is put back yet: 0 where the graph is empty, else ``WIPING_STEP``."""
    run(tx, BEGIN, holder=holder, done=done)


def create_nodes(tx: Tx, kind: NodeKind, nodes: list[dict[str, Any]], holder: str, at: int) -> None:
    """Create nodes, lines ``at`` and further of the backup.

    Raises:
        Conflict: they are there, or another restore is at work.
    """
    run(tx, kind.create, rows=[[*split_instants(each)] for each in nodes])
    _advance_mark(tx, holder, before=at, after=at + len(nodes))


def create_relations(
    tx: Tx, kind: RelationKind, relations: list[list[Any]], holder: str, at: int
) -> None:
    """Create relations, lines ``at`` and further of the backup; as ``create_nodes``."""
    bare = [[start, end] for start, end, values in relations if not values]
    full = [[start, end, *split_instants(values)] for start, end, values in relations if values]
    if bare:
        run(tx, kind.bare, rows=bare)
    if full:
        run(tx, kind.create, rows=full)
    _advance_mark(tx, holder, before=at, after=at + len(relations))


def wipe(driver: Driver, kind: NodeKind) -> int:
    """Delete all nodes of a label with all that hangs on them; how many."""
    count = 0
    while keys := read(driver, list_some, kind, limit=WIPE_KEYS):
        write(driver, _delete_nodes, kind, keys)
        count += len(keys)
    return count


def _delete_nodes(tx: Tx, kind: NodeKind, keys: list[Any]) -> None:
    run(tx, kind.delete, keys=keys)


def shut_gate(driver: Driver, name: str, holder: str, *, until: float) -> bool:
    """Shut the gate of writes; False while another holds it."""
    return write(driver, _shut_gate, name, holder, until)


def _shut_gate(tx: Tx, name: str, holder: str, until: float) -> bool:
    return gate.shut(tx, name, holder, until=until, nonce=nonce())


def open_gate(driver: Driver, holder: str) -> None:
    """Let others write again."""
    write(driver, _open_gate, holder)


def _open_gate(tx: Tx, holder: str) -> None:
    gate.open_gate(tx, holder, nonce=nonce())


BREAK = "MATCH (g:Migration {version: -1}) SET g.lock = $nonce, g.holder = '', g.until = 0.0"


def break_gate(driver: Driver) -> None:
    """Take the gate from whoever holds it: what hangs on it is about to be deleted."""
    write(driver, _break_gate)


def _break_gate(tx: Tx) -> None:
    run(tx, BREAK, nonce=nonce())


def look_at_gate(driver: Driver) -> gate.WriteGate | None:
    """The gate as it stands."""
    return read(driver, gate.find_gate)


FORGET_SCHEMA = "MATCH (m:Migration) WHERE m.version > $version DELETE m"


def forget_migrations(tx: Tx, version: int) -> None:
    """Let the migrations after this one run once more, on what was put back from before them."""
    run(tx, FORGET_SCHEMA, version=version)


def is_passing(error: Exception) -> bool:
    """Whether a batch may be tried again, after looking how far the restore came."""
    return isinstance(error, Unavailable) and not isinstance(error, gate.WritesPaused)
