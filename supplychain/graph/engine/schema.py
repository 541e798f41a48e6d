"""What the schema of a graph is, and what this program needs of it.

A migration is a file ``V0001__name.cypher``: statements ended by ``;``. What was applied is kept
with its SHA-256, so that an edited file is refused instead of silently skipped. A program works on
a graph that has all its migrations. One that has more was made by a newer program; this one works
beside it only where each of those says so in its head::

    // Programs from V0018 on work beside this.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

from neo4j import Driver

from supplychain.errors import Conflict, Unavailable
from supplychain.graph.engine.transactions import Tx, read, rows

BESIDE: Final = re.compile(r"^// Programs from V(\d{4}) on work beside this\.", re.M)
MADE: Final = re.compile(r"\bCREATE (CONSTRAINT|INDEX) (\w+) IF NOT EXISTS")
DROPPED: Final = re.compile(r"\bDROP (CONSTRAINT|INDEX) (\w+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One file: ``version`` 1, 2, …; ``statements`` in order.

    ``oldest`` is the newest migration of the oldest program that works beside it: its own version
    where its head says nothing.
    """

    version: int
    name: str
    checksum: str
    statements: tuple[str, ...]
    oldest: int = 0

    @property
    def label(self) -> str:
        """How people call it."""
        return f"V{self.version:04d} {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """How far a graph is.

    ``version`` is the newest migration applied, 0 for none; ``own`` the newest that this program
    ships; ``newer`` those applied that it does not ship; ``oldest`` what a program must ship at
    least to work beside those.
    """

    version: int
    own: int
    pending: tuple[Migration, ...]
    newer: tuple[int, ...]
    oldest: int

    @property
    def too_new(self) -> bool:
        """Whether a newer program changed the graph in a way that this one cannot work with."""
        return bool(self.newer) and self.own < self.oldest

    def check(self) -> None:
        """Refuse to work on a graph of another version.

        Raises:
            Unavailable: migrations are missing.
            Conflict: the graph is too new for this program.
        """
        if self.too_new:
            raise Conflict(
                f"The graph is of a newer version (V{self.version:04d}) than this program "
                f"(V{self.own:04d}), which cannot work beside it. Update this program."
            )
        if self.pending:
            raise Unavailable(
                f"The graph is of an older version (V{self.version:04d}) than this program "
                f"(V{self.own:04d}). Bring it up to date: supplychain migrate"
            )


def list_shipped() -> list[Migration]:
    """The migrations that ship with this program, by version."""
    folder = resources.files("supplychain.graph.engine") / "migrations"
    files = sorted(
        (entry.name, entry.read_text(encoding="utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".cypher")
    )
    return [parse_file(name, text) for name, text in files]


def parse_file(name: str, text: str) -> Migration:
    """A migration of its file's name and text."""
    number, _, title = name.removesuffix(".cypher").partition("__")
    version = int(number[1:])
    code = "\n".join(line for line in text.splitlines() if not line.startswith("//"))
    beside = BESIDE.search(text)
    return Migration(
        version=version,
        name=title,
        checksum=hashlib.sha256(text.encode()).hexdigest(),
        statements=tuple(part.strip() for part in code.split(";") if part.strip()),
        oldest=int(beside[1]) if beside else version,
    )


def read_schema(driver: Driver) -> Schema:
    """How far this graph is.

    Raises:
        Conflict: an applied file was edited afterwards.
        Unavailable: the graph is away.
    """
    applied = {entry["version"]: entry for entry in read(driver, _list_applied)}
    shipped = list_shipped()
    for migration in shipped:
        entry = applied.get(migration.version)
        if entry is not None and entry["checksum"] != migration.checksum:
            raise Conflict(
                "Migration V%(version)04d was edited after it was applied. Restore the file.",
                version=migration.version,
            )
    own = max((migration.version for migration in shipped), default=0)
    newer = tuple(sorted(version for version in applied if version > own))
    return Schema(
        version=max(applied, default=0),
        own=own,
        pending=tuple(one for one in shipped if one.version not in applied),
        newer=newer,
        oldest=max((applied[version]["oldest"] or version for version in newer), default=0),
    )


def list_pending(driver: Driver) -> list[Migration]:
    """The migrations not yet applied to this graph.

    Raises:
        Conflict: an applied file was edited afterwards.
    """
    return list(read_schema(driver).pending)


def list_missing(driver: Driver) -> dict[str, str]:
    """Constraints and indexes that applied migrations made and that are gone: name to statement.

    An index that the engine could not fill counts as gone.
    """
    wanted: dict[str, str] = {}
    pending = {migration.version for migration in list_pending(driver)}
    for migration in list_shipped():
        if migration.version in pending:
            continue
        for statement in migration.statements:
            for dropped in DROPPED.finditer(statement):
                wanted.pop(dropped[2], None)
            made = MADE.search(statement)
            if made is not None:
                wanted[made[2]] = statement
    there = {*read(driver, _list_constraints), *read(driver, _list_indexes)}
    return {name: statement for name, statement in wanted.items() if name not in there}


APPLIED = (
    "MATCH (m:Migration) WHERE m.version > 0 "
    "RETURN m.version AS version, m.checksum AS checksum, m.oldest AS oldest "
    "ORDER BY version LIMIT 10000"
)


def _list_applied(tx: Tx) -> list[dict[str, Any]]:
    return rows(tx, APPLIED)


CONSTRAINTS = "SHOW CONSTRAINTS"


def _list_constraints(tx: Tx) -> list[str]:
    return [str(entry["name"]) for entry in rows(tx, CONSTRAINTS)]


INDEXES = "SHOW INDEXES"


def _list_indexes(tx: Tx) -> list[str]:
    return [str(entry["name"]) for entry in rows(tx, INDEXES) if entry["state"] != "FAILED"]
