"""Versioned schema: ``V0001__name.cypher`` files, applied once each, in order, under a lock.

A file is a list of statements ended by ``;``. What was applied is kept with its SHA-256, so that
an edited file is refused instead of silently skipped. Schema statements do not roll back on every
engine, so each must be repeatable (``IF NOT EXISTS``).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from typing import LiteralString, cast

from neo4j import Driver

from supplychain.config import settings
from supplychain.errors import Conflict, Unavailable
from supplychain.graph.engine.transactions import Tx, nonce, read, row, rows, run, write
from supplychain.graph.history import fill_history
from supplychain.graph.lookalikes import fill_identities
from supplychain.model.ids import utc_now

LEASE_S = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One file: ``version`` 1, 2, …; ``statements`` in order."""

    version: int
    name: str
    checksum: str
    statements: tuple[str, ...]


def list_shipped() -> list[Migration]:
    """The migrations that ship with this program, by version."""
    folder = resources.files("supplychain.graph.engine") / "migrations"
    files = sorted(
        (entry.name, entry.read_text(encoding="utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".cypher")
    )
    return [_parse_file(name, text) for name, text in files]


def _parse_file(name: str, text: str) -> Migration:
    version, _, title = name.removesuffix(".cypher").partition("__")
    code = "\n".join(line for line in text.splitlines() if not line.startswith("//"))
    statements = tuple(part.strip() for part in code.split(";") if part.strip())
    checksum = hashlib.sha256(text.encode()).hexdigest()
    return Migration(version=int(version[1:]), name=title, checksum=checksum, statements=statements)


def list_pending(driver: Driver) -> list[Migration]:
    """The migrations not yet applied to this graph.

    Raises:
        Conflict: an applied file was edited afterwards.
    """
    applied = {entry["version"]: entry["checksum"] for entry in read(driver, _list_applied)}
    for migration in list_shipped():
        if applied.get(migration.version, migration.checksum) != migration.checksum:
            raise Conflict(
                "Migration V%(version)04d was edited after it was applied. Restore the file.",
                version=migration.version,
            )
    return [migration for migration in list_shipped() if migration.version not in applied]


def migrate(driver: Driver) -> list[Migration]:
    """Apply what is pending and return it. Two at once: the second waits for the first.

    Raises:
        Conflict: an applied file was edited afterwards.
        Unavailable: another migration holds the lock for longer than two minutes.
    """
    if not list_pending(driver):
        return []
    _run_statements(driver, (LOCK_CONSTRAINT,))
    holder = nonce()
    _take_lock(driver, holder)
    try:
        todo = list_pending(driver)
        for migration in todo:
            _run_statements(driver, migration.statements)
            if migration.version in FILLS:
                _fill_all(driver, FILLS[migration.version])
            write(driver, _record_migration, migration.version, migration.name, migration.checksum)
        return todo
    finally:
        write(driver, _release_lock, holder)


FILLS: dict[int, Callable[[Tx], int]] = {17: fill_identities, 21: fill_history}
"""By version what only the program can fill, a batch a transaction, until nothing is left."""


def _fill_all(driver: Driver, fill: Callable[[Tx], int]) -> None:
    while write(driver, fill):
        pass


LOCK_CONSTRAINT = (
    "CREATE CONSTRAINT migration_id IF NOT EXISTS FOR (n:Migration) REQUIRE n.version IS UNIQUE"
)


def _run_statements(driver: Driver, statements: tuple[str, ...]) -> None:
    # Neo4j forbids schema and data in one transaction, so each statement has its own.
    for statement in statements:
        with driver.session(database=settings().graph_database) as session:
            session.execute_write(lambda tx, s=statement: run(tx, cast(LiteralString, s)))


def _take_lock(driver: Driver, holder: str) -> None:
    until = time.monotonic() + LEASE_S
    while not write(driver, _hold_lock, holder, utc_now().timestamp()):
        if time.monotonic() > until:
            raise Unavailable("Another migration is running. Wait for it to end.")
        time.sleep(0.2)


APPLIED = (
    "MATCH (m:Migration) WHERE m.version > 0 "
    "RETURN m.version AS version, m.checksum AS checksum ORDER BY version LIMIT 10000"
)


def _list_applied(tx: Tx) -> list[dict[str, object]]:
    return rows(tx, APPLIED)


LOCK = """
MERGE (m:Migration {version: 0}) SET m.lock = $nonce
WITH m WHERE m.holder IS NULL OR m.holder = '' OR m.until < $now
SET m.holder = $holder, m.until = $until
RETURN m.holder AS holder
"""


def _hold_lock(tx: Tx, holder: str, now: float) -> bool:
    until = now + LEASE_S
    return row(tx, LOCK, nonce=nonce(), holder=holder, now=now, until=until) is not None


RECORD = "CREATE (m:Migration {version: $version, name: $name, checksum: $checksum})"


def _record_migration(tx: Tx, version: int, name: str, checksum: str) -> None:
    run(tx, RECORD, version=version, name=name, checksum=checksum)


RELEASE = "MATCH (m:Migration {version: 0}) WHERE m.holder = $holder SET m.holder = ''"


def _release_lock(tx: Tx, holder: str) -> None:
    run(tx, RELEASE, holder=holder)
