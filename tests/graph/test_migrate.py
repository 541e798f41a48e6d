"""Migrations apply once, in order, and refuse an edited file."""

from __future__ import annotations

import dataclasses
import threading

import pytest
from neo4j import Driver

from supplychain.errors import Conflict
from supplychain.graph.engine import migrate as migrations
from supplychain.graph.engine.transactions import read, rows


def test_nothing_is_pending_after_migrating(server: Driver) -> None:
    assert migrations.list_pending(server) == []
    assert migrations.migrate(server) == []


def test_versions_are_one_two_three_without_a_gap() -> None:
    assert [one.version for one in migrations.list_shipped()] == list(
        range(1, len(migrations.list_shipped()) + 1)
    )


def test_every_statement_may_run_twice() -> None:
    for migration in migrations.list_shipped():
        assert all("IF NOT EXISTS" in statement for statement in migration.statements)


def test_an_edited_file_is_refused(server: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    first, *others = migrations.list_shipped()
    edited = [dataclasses.replace(first, checksum="edited"), *others]
    monkeypatch.setattr(migrations, "list_shipped", lambda: edited)
    with pytest.raises(Conflict, match="V0001"):
        migrations.list_pending(server)


def test_two_at_once_apply_a_new_migration_once(
    server: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    extra = migrations.Migration(
        version=9999,
        name="extra",
        checksum="extra",
        statements=("CREATE INDEX extra_test IF NOT EXISTS FOR (n:ExtraTest) ON (n.x)",),
    )
    shipped = migrations.list_shipped()
    monkeypatch.setattr(migrations, "list_shipped", lambda: [*shipped, extra])
    done: list[int] = []
    threads = [
        threading.Thread(target=lambda: done.append(len(migrations.migrate(server))))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 1
    query = "MATCH (m:Migration {version: 9999}) RETURN m.name AS name LIMIT 10"
    assert len(read(server, lambda tx: rows(tx, query))) == 1


def test_every_identity_has_a_uniqueness_constraint(server: Driver) -> None:
    query = "SHOW CONSTRAINTS"
    found = read(server, lambda tx: [record.data() for record in tx.run(query)])
    labels = {label for one in found for label in (one.get("labelsOrTypes") or [])}
    expected = {"Firm", "User", "PartsRequest", "Bid", "Award", "Order", "OrderLine", "Event",
                "Job", "Idem", "Session", "Token", "Capability", "Delivery"}  # fmt: skip
    assert expected <= labels
