"""Brings the schema of a graph up to date: migrations once each, in order, under a lock.

Schema statements do not roll back on every engine, so each must be repeatable (``IF NOT EXISTS``);
a migration that was broken off is done again from its first statement.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import LiteralString, cast

from neo4j import Driver
from neo4j.exceptions import Neo4jError, ServiceUnavailable, SessionExpired

from supplychain.config import settings
from supplychain.errors import Conflict, Unavailable
from supplychain.graph.audiences import fill_open
from supplychain.graph.capacity.calendars import fill_calendars
from supplychain.graph.capacity.due_days import fill_due_days
from supplychain.graph.capacity.recounts import fill_work
from supplychain.graph.engine.migration_lock import MigrationLock, Say
from supplychain.graph.engine.schema import (
    Migration,
    list_missing,
    list_pending,
    list_shipped,
    read_schema,
)
from supplychain.graph.engine.transactions import Tx, nonce, row, run, write
from supplychain.graph.history import fill_history, fill_open_lists, fill_trade
from supplychain.graph.lookalikes import fill_identities
from supplychain.graph.track_records import fill_records
from supplychain.graph.trays import fill_trays
from supplychain.model.ids import to_text, utc_now

__all__ = ["Migration", "list_pending", "list_shipped", "migrate"]


def _say_nothing(_words: str) -> None:
    return


def migrate(driver: Driver, say: Say = _say_nothing) -> list[Migration]:
    """Apply what is pending and return it; make anew what was dropped of what was applied.

    Two at once: the second waits for the first, and takes over 10 s after its last sign of life.

    Args:
        driver: of the graph.
        say: is told each step, and every few seconds who is waited for.

    Raises:
        Conflict: an applied file was edited afterwards; the graph is of a newer version that this
            one cannot work beside; a dropped constraint no longer holds.
        Unavailable: the graph is away, or another migration runs for longer than half an hour.
    """
    if not _has_work(driver):
        return []
    _run_statements(driver, (LOCK_CONSTRAINT,))
    with MigrationLock(driver, say) as lock:
        todo = list_pending(driver)
        for migration in todo:
            say(migration.label)
            _apply_migration(driver, migration, lock)
        _mend_missing(driver, lock, say)
    return todo


def _has_work(driver: Driver) -> bool:
    schema = read_schema(driver)
    if schema.too_new:
        schema.check()
    return bool(schema.pending or list_missing(driver))


def _apply_migration(driver: Driver, migration: Migration, lock: MigrationLock) -> None:
    for statement in migration.statements:
        lock.tell(migration.label)
        _run_statements(driver, (statement,))
    if migration.version in FILLS:
        _fill_all(driver, FILLS[migration.version])
    if not write(driver, _record_migration, migration, lock.holder, to_text(utc_now())):
        raise Conflict("Another migration took over. Run supplychain migrate once more.")


FILLS: dict[int, Callable[[Tx], int]] = {
    17: fill_identities,
    21: fill_history,
    22: fill_open_lists,
    23: fill_open,
    24: fill_due_days,
    25: fill_calendars,
    26: fill_records,
    27: fill_trays,
    28: fill_work,
    31: fill_trade,
}
"""By version what only the program can fill, a batch a transaction, until nothing is left."""


def _fill_all(driver: Driver, fill: Callable[[Tx], int]) -> None:
    while write(driver, fill):
        pass


def _mend_missing(driver: Driver, lock: MigrationLock, say: Say) -> None:
    """Make anew the constraints and indexes that somebody dropped; all that can be made."""
    failed: list[str] = []
    for name, statement in list_missing(driver).items():
        lock.tell(f"making {name} anew")
        try:
            # An index that could not be filled is there by name: it has to go first.
            _run_statements(driver, (_drop_of(name, statement), statement))
        except Neo4jError as error:
            failed.append(name)
            say(f"{name} cannot be made anew: {error.message or error.code}")
        else:
            say(f"{name} was gone and is there again")
    if failed:
        raise Conflict(
            "Nodes break what these constraints demand: %(names)s. Find the doubles and merge or "
            "delete them, then run supplychain migrate again.",
            names=", ".join(failed),
        )


def _drop_of(name: str, statement: str) -> str:
    kind = "CONSTRAINT" if re.search(r"\bCREATE CONSTRAINT\b", statement) else "INDEX"
    return f"DROP {kind} {name} IF EXISTS"


LOCK_CONSTRAINT = (
    "CREATE CONSTRAINT migration_id IF NOT EXISTS FOR (n:Migration) REQUIRE n.version IS UNIQUE"
)


def _run_statements(driver: Driver, statements: tuple[str, ...]) -> None:
    # Neo4j forbids schema and data in one transaction, so each statement has its own.
    # They may take minutes on a graph that is full: no time is set for them.
    for statement in statements:
        try:
            with driver.session(database=settings().graph_database) as session:
                session.execute_write(lambda tx, s=statement: run(tx, cast(LiteralString, s)))
        except (ServiceUnavailable, SessionExpired) as error:
            raise Unavailable("The graph went away. Run supplychain migrate once more.") from error


RECORD = """
MATCH (l:Migration {version: 0}) SET l.lock = $nonce
WITH l WHERE l.holder = $holder
CREATE (m:Migration {version: $version, name: $name, checksum: $checksum, oldest: $oldest,
                     applied_at: $at})
RETURN m.version AS version
"""


def _record_migration(tx: Tx, migration: Migration, holder: str, at: str) -> bool:
    record = row(
        tx,
        RECORD,
        nonce=nonce(),
        holder=holder,
        version=migration.version,
        name=migration.name,
        checksum=migration.checksum,
        oldest=migration.oldest,
        at=at,
    )
    return record is not None
