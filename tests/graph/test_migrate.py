"""Migrations apply once, in order, and refuse an edited file."""

from __future__ import annotations

import dataclasses
import threading

import pytest
from neo4j import Driver

from supplychain.errors import Conflict
from supplychain.graph.engine import migrate as migrations
from supplychain.graph.engine.transactions import read, rows, run, write


def test_nothing_is_pending_after_migrating(server: Driver) -> None:
    assert migrations.list_pending(server) == []
    assert migrations.migrate(server) == []


def test_versions_are_one_two_three_without_a_gap() -> None:
    assert [one.version for one in migrations.list_shipped()] == list(
        range(1, len(migrations.list_shipped()) + 1)
    )


def test_every_statement_may_run_twice() -> None:
    for migration in migrations.list_shipped():
        for statement in migration.statements:
            assert "IF NOT EXISTS" in statement or "IS NULL" in statement


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


OLD_RELATIONS = """
CREATE (a:Firm {id: 'a'})-[:SUPPLIES {part_id: 'bolt', source: 'declared', share: 0.4}]->(b:Firm),
       (a)-[:SUPPLIES {part_id: 'nut', source: 'ordered'}]->(b)
"""
NEW_RELATIONS = """
MATCH (:Firm {id: 'a'})-[r:SUPPLIES]->(:Firm)
RETURN r.part_id AS part, r.claimed_by AS claimed_by, r.witnessed AS witnessed, r.share AS share,
       r.id AS id ORDER BY part
"""


def test_supply_relations_of_before_get_a_writer_and_count_on(driver: Driver) -> None:
    write(driver, lambda tx: run(tx, OLD_RELATIONS))
    migration = next(one for one in migrations.list_shipped() if one.version == 14)
    for statement in migration.statements[1:] * 2:
        write(driver, lambda tx, s=statement: run(tx, s))
    bolt, nut = read(driver, lambda tx: rows(tx, NEW_RELATIONS))
    assert (bolt["claimed_by"], bolt["witnessed"], bolt["share"]) == ("operator", True, 0.4)
    assert (nut["claimed_by"], nut["witnessed"]) == ("order", True)
    assert bolt["id"] and nut["id"] and bolt["id"] != nut["id"]


def test_every_identity_has_a_uniqueness_constraint(server: Driver) -> None:
    query = "SHOW CONSTRAINTS"
    found = read(server, lambda tx: [record.data() for record in tx.run(query)])
    labels = {label for one in found for label in (one.get("labelsOrTypes") or [])}
    expected = {"Firm", "User", "PartsRequest", "Bid", "Award", "Order", "OrderLine", "Event",
                "Job", "Idem", "Session", "Token", "Capability", "Delivery"}  # fmt: skip
    assert expected <= labels
