"""The gate of writes: shut for moments while a backup reads, and while a graph is put back.

It is one node, ``(:Migration {version: -1, name, holder, until})``. Every write looks at it before
its commit, but no process more than once a second: whoever shuts it waits for that second, and for
commits under way, before it trusts that nothing changes. It opens by itself when its holder dies
(``until``), but not in the middle of a restore, which leaves nobody a graph to work on.
"""

from __future__ import annotations

import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final, LiteralString

from neo4j import ManagedTransaction

from supplychain.errors import Unavailable
from supplychain.graph.engine.reading import Reading

LOOK_S = 1.0
"""For how long a process trusts that the gate is open."""
COMMIT_S = 1.0
"""What a commit under way is left to end; ``count_links`` tells if one took longer."""
LEASE_S = 15.0
"""A gate whose holder is gone opens after so long."""
FOR_EVER_S: Final = 4e12
"""An ``until`` that does not come: nothing opens this gate but its holder's work, done."""
BACKUP, RESTORE, MOVED = "backup", "restore", "moved"
SAYS: Final = {
    BACKUP: "A backup is being taken. Try again in a moment.",
    RESTORE: "This installation is being put back from a backup. Try again when that is done.",
    MOVED: "This installation was moved to another graph. Tell the operator.",
}

_looked_at = 0.0
holder_here: ContextVar[str] = ContextVar("holder_here", default="")
"""Who of this process may write through a gate that it has shut itself."""


class WritesPaused(Unavailable):
    """The gate is shut; nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteGate:
    """A gate as it stands: why it is shut, by whom, until when (seconds of the epoch)."""

    name: str
    holder: str
    until: float

    @property
    def is_shut(self) -> bool:
        """Whether nobody but its holder writes."""
        return bool(self.holder) and self.until > time.time()


LOOK = (
    "MATCH (g:Migration {version: -1}) RETURN coalesce(g.name, '') AS name, "
    "coalesce(g.holder, '') AS holder, coalesce(g.until, 0.0) AS until"
)


def find_gate(tx: ManagedTransaction | Reading) -> WriteGate | None:
    """The gate; None where none was ever shut."""
    record = _read_record(tx, LOOK, {})
    return None if record is None else WriteGate(**record)


def _read_record(
    tx: ManagedTransaction | Reading, query: LiteralString, values: dict[str, Any]
) -> dict[str, Any] | None:
    if isinstance(tx, Reading):
        return next(iter(tx.fetch(query, values)), None)
    record = tx.run(query, values).single()
    return None if record is None else dict(record.items())


def check_open(tx: ManagedTransaction | Reading) -> None:
    """Let a write go on to its commit.

    Raises:
        WritesPaused: the gate is shut.
    """
    global _looked_at
    now = time.monotonic()
    if now - _looked_at < LOOK_S:
        return
    gate = find_gate(tx)
    if gate is not None and gate.is_shut and gate.holder != holder_here.get():
        raise WritesPaused(SAYS.get(gate.name, SAYS[BACKUP]))
    if gate is None or not gate.is_shut:
        _looked_at = now


def forget_look() -> None:
    """Look at the gate again at the next write of this process."""
    global _looked_at
    _looked_at = 0.0


SHUT = """
MERGE (g:Migration {version: -1}) SET g.lock = $nonce
WITH g WHERE coalesce(g.holder, '') = '' OR g.holder = $holder OR g.until < $now
SET g.holder = $holder, g.name = $name, g.until = $until
RETURN g.holder AS holder
"""


def shut(
    tx: ManagedTransaction | Reading, name: str, holder: str, *, until: float, nonce: str
) -> bool:
    """Shut the gate, or keep it shut for longer; False while another holds it."""
    values = {"name": name, "holder": holder, "until": until, "now": time.time(), "nonce": nonce}
    return _read_record(tx, SHUT, values) is not None


OPEN = """
MATCH (g:Migration {version: -1}) SET g.lock = $nonce
WITH g WHERE g.holder = $holder
SET g.holder = '', g.until = 0.0
RETURN g.version AS version
"""


def open_gate(tx: ManagedTransaction | Reading, holder: str, *, nonce: str) -> None:
    """Let others write again."""
    _read_record(tx, OPEN, {"holder": holder, "nonce": nonce})


REWRITE = """
MERGE (g:Migration {version: -1}) SET g.rewritten = $nonce
RETURN g.rewritten AS mark
"""


def tell_rewrite(tx: ManagedTransaction | Reading, *, nonce: str) -> None:
    """Tell, where something is changed that is never changed as a rule: a backup reads it anew."""
    _read_record(tx, REWRITE, {"nonce": nonce})


REWRITTEN = "MATCH (g:Migration {version: -1}) RETURN coalesce(g.rewritten, '') AS mark"


def find_rewrite(tx: ManagedTransaction | Reading) -> str:
    """What ``tell_rewrite`` has left last: the same twice, and nothing was told between."""
    return (_read_record(tx, REWRITTEN, {}) or {"mark": ""})["mark"]
