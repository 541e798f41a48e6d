"""One migration at a time: it waits audibly, and goes on after one that was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from neo4j import Driver

from supplychain.errors import Conflict, Unavailable
from supplychain.graph.engine import migrate as migrations
from supplychain.graph.engine import migration_lock, schema
from supplychain.graph.engine.migration_lock import MigrationLock
from supplychain.graph.engine.transactions import read, rows, run, write
from tests.engines import ROOT

EXTRA = schema.Migration(
    version=9990,
    name="extra",
    checksum="extra",
    statements=("CREATE INDEX extra_lock IF NOT EXISTS FOR (n:ExtraLock) ON (n.x)",),
    oldest=9990,
)
KILLED = """
import sys, time
from dataclasses import replace
from supplychain.graph.engine import migrate, schema
from supplychain.graph.engine.driver import graph
from tests.graph.test_migration_lock import EXTRA
shipped = schema.list_shipped()
schema.list_shipped = lambda: [*shipped, EXTRA]
def fill(tx):
    print("filling", flush=True)
    time.sleep(600)
    return 0
migrate.FILLS[EXTRA.version] = fill
migrate.migrate(graph(), print)
"""


@pytest.fixture
def extra(server: Driver, monkeypatch: pytest.MonkeyPatch) -> Iterator[Driver]:
    """A migration that is not yet applied, and looks that follow each other fast."""
    shipped = schema.list_shipped()
    monkeypatch.setattr(schema, "list_shipped", lambda: [*shipped, EXTRA])
    monkeypatch.setattr(migration_lock, "POLL_S", 0.05)
    monkeypatch.setattr(migration_lock, "SAY_EVERY_S", 0.2)
    yield server
    write(server, _clear)


def _clear(tx: migrations.Tx) -> None:
    run(tx, "MATCH (m:Migration) WHERE m.version > 9000 DELETE m")
    run(tx, "MATCH (m:Migration {version: 0}) SET m.holder = ''")


def _applied(server: Driver) -> int:
    query = "MATCH (m:Migration {version: 9990}) RETURN m.version AS version LIMIT 10"
    return len(read(server, lambda tx: rows(tx, query)))


def test_who_waits_says_for_whom_and_for_how_long(extra: Driver) -> None:
    said: list[str] = []
    with MigrationLock(extra, said.append) as lock:
        lock.tell("V9990 extra")
        waiter = threading.Thread(target=lambda: migrations.migrate(extra, said.append))
        waiter.start()
        until = time.monotonic() + 60
        while len(said) < 2 and time.monotonic() < until:
            time.sleep(0.05)
    waiter.join(60)
    assert f"process {os.getpid()} on " in said[0]
    assert said[0].startswith("Waiting for another migration: ")
    assert " holds the lock for " in said[0]
    assert said[0].endswith("now at V9990 extra")
    assert said[-1] == "V9990 extra"
    assert _applied(extra) == 1


def test_after_a_kill_the_next_goes_on_within_seconds(extra: Driver) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", KILLED], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as killed:
        assert killed.stdout is not None
        assert any("filling" in line for line in killed.stdout)
        os.kill(killed.pid, signal.SIGKILL)
    assert _applied(extra) == 0
    said: list[str] = []
    began = time.monotonic()
    assert [one.version for one in migrations.migrate(extra, said.append)] == [9990]
    assert time.monotonic() - began < 30
    assert f"process {killed.pid} on " in said[0]
    assert "The other migration ended without a word. Going on where it stopped." in said
    assert _applied(extra) == 1


def test_a_holder_that_lives_is_waited_for_however_long_it_takes(
    extra: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migration_lock, "BEAT_S", 0.1)
    monkeypatch.setattr(migration_lock, "POLL_S", 0.15)
    said: list[str] = []
    with MigrationLock(extra, said.append):
        waiter = threading.Thread(target=lambda: migrations.migrate(extra, said.append))
        waiter.start()
        time.sleep(5)  # longer than 20 looks
        assert waiter.is_alive()
        assert _applied(extra) == 0
    waiter.join(60)
    assert _applied(extra) == 1


def test_nobody_waits_for_ever(extra: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migration_lock, "WAIT_S", 0.3)
    with (
        MigrationLock(extra, print),
        pytest.raises(Unavailable, match="Another migration is running: process "),
    ):
        migrations.migrate(extra)


def test_who_was_taken_over_writes_nothing_more(extra: Driver) -> None:
    with MigrationLock(extra, print) as lock:
        query = "MATCH (m:Migration {version: 0}) SET m.holder = 'another', m.beat = 'another'"
        write(extra, lambda tx: run(tx, query))
        with pytest.raises(Conflict, match="took over"):
            lock.tell("V9990 extra")
    holder = read(extra, migration_lock.find_holder)
    assert holder is not None
    assert holder.id == "another"  # and does not give back what is not its own
