"""Migrations apply once, in order, and refuse an edited file."""

from __future__ import annotations

import dataclasses
import math
import threading
import time

import pytest
from neo4j import Driver

from supplychain.errors import Conflict, Unavailable
from supplychain.graph.engine import migrate as migrations
from supplychain.graph.engine import schema, starting
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
            says = ("IF NOT EXISTS", "IF EXISTS", "IS NULL")
            assert any(word in statement for word in says), statement


def test_an_edited_file_is_refused(server: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    first, *others = migrations.list_shipped()
    edited = [dataclasses.replace(first, checksum="edited"), *others]
    monkeypatch.setattr(schema, "list_shipped", lambda: edited)
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
    monkeypatch.setattr(schema, "list_shipped", lambda: [*shipped, extra])
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
    write(server, lambda tx: run(tx, "MATCH (m:Migration {version: 9999}) DELETE m"))


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
    found = read(server, lambda tx: rows(tx, "SHOW CONSTRAINTS"))
    labels = {label for one in found for label in (one.get("labelsOrTypes") or [])}
    expected = {"Firm", "User", "PartsRequest", "Bid", "Award", "Order", "OrderLine", "Event",
                "Job", "Idem", "Session", "Token", "Capability", "Delivery"}  # fmt: skip
    assert expected <= labels


DROPS = {
    "firm_id": "DROP CONSTRAINT firm_id IF EXISTS",
    "mail_state": "DROP INDEX mail_state IF EXISTS",
}


@pytest.mark.parametrize("name", DROPS)
def test_a_dropped_constraint_or_index_is_made_anew(driver: Driver, name: str) -> None:
    write(driver, lambda tx: run(tx, "CREATE (:Firm {id: 'f'}), (:Mail {id: 'm', state: 'P'})"))
    with driver.session() as session:
        session.execute_write(lambda tx: run(tx, DROPS[name]))
    assert list(schema.list_missing(driver)) == [name]
    said: list[str] = []
    assert migrations.migrate(driver, said.append) == []
    assert said == [f"{name} was gone and is there again"]
    assert schema.list_missing(driver) == {}
    query = "MATCH (f:Firm), (m:Mail) RETURN f.id AS firm, m.state AS state LIMIT 10"
    assert read(driver, lambda tx: rows(tx, query)) == [{"firm": "f", "state": "P"}]


def test_a_constraint_that_no_longer_holds_is_named(driver: Driver) -> None:
    with driver.session() as session:
        session.execute_write(lambda tx: run(tx, DROPS["firm_id"]))
    write(driver, lambda tx: run(tx, "CREATE (:Firm {id: 'f'}), (:Firm {id: 'f'})"))
    try:
        with pytest.raises(Conflict, match="firm_id"):
            migrations.migrate(driver)
    finally:
        write(driver, lambda tx: run(tx, "MATCH (f:Firm {id: 'f'}) DETACH DELETE f"))
        migrations.migrate(driver)
    assert schema.list_missing(driver) == {}


def _ship(monkeypatch: pytest.MonkeyPatch, up_to: int) -> None:
    """Be the program that ships migrations up to this one."""
    shipped = schema.list_shipped()[:up_to]
    monkeypatch.setattr(schema, "list_shipped", lambda: shipped)


def _set_oldest(server: Driver, version: int, oldest: int | None) -> None:
    query = "MATCH (m:Migration {version: $version}) SET m.oldest = $oldest"
    write(server, lambda tx: run(tx, query, version=version, oldest=oldest))


def test_a_newer_schema_is_refused(server: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    newest = schema.list_shipped()[-1]
    _set_oldest(server, newest.version, newest.version)
    _ship(monkeypatch, newest.version - 1)
    try:
        assert schema.read_schema(server).newer == (newest.version,)
        with pytest.raises(Conflict, match="newer version"):
            migrations.migrate(server)
        with pytest.raises(Conflict, match="Update this program"):
            starting.await_schema(print)
    finally:
        _set_oldest(server, newest.version, newest.oldest)


def test_a_part_without_end_to_its_patience_waits_out_a_newer_schema(
    server: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = schema.list_shipped()[-1]
    _set_oldest(server, newest.version, newest.version)
    _ship(monkeypatch, newest.version - 1)
    said: list[str] = []
    waiter = threading.Thread(target=starting.await_schema, args=(said.append,),
                              kwargs={"patience_s": math.inf})  # fmt: skip
    waiter.start()
    until = time.monotonic() + 60
    while not said and time.monotonic() < until:
        time.sleep(0.05)
    try:
        assert waiter.is_alive(), "it worked on a schema that it does not understand"
        assert "cannot work beside it" in said[0]
    finally:
        _set_oldest(server, newest.version, newest.version - 1)
        waiter.join(60)
        _set_oldest(server, newest.version, newest.oldest)
    assert not waiter.is_alive()


def test_an_older_program_works_beside_a_migration_that_says_so(
    server: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = schema.list_shipped()[-1]
    _set_oldest(server, newest.version, newest.version - 1)
    _ship(monkeypatch, newest.version - 1)
    try:
        starting.await_schema(print)
        assert migrations.migrate(server) == []
        _ship(monkeypatch, newest.version - 2)
        with pytest.raises(Conflict, match="cannot work beside it"):
            starting.await_schema(print)
    finally:
        _set_oldest(server, newest.version, newest.oldest)


def test_the_head_of_a_file_says_which_programs_work_beside_it() -> None:
    says = "// A table more.\n// Programs from V0017 on work beside this.\n\nRETURN 1;"
    assert schema.parse_file("V0019__more.cypher", says).oldest == 17
    assert schema.parse_file("V0019__more.cypher", "RETURN 1;").oldest == 19


def test_an_older_schema_is_refused_with_the_command_that_mends_it(
    server: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    extra = schema.parse_file("V9998__extra.cypher", "RETURN 1;")
    shipped = schema.list_shipped()
    monkeypatch.setattr(schema, "list_shipped", lambda: [*shipped, extra])
    with pytest.raises(Unavailable, match="supplychain migrate"):
        starting.await_schema(print)
    gate = starting.SchemaGate(lambda: server)
    assert "supplychain migrate" in str(gate.find_refusal())


def test_a_process_with_patience_waits_for_a_migration(
    server: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    extra = schema.parse_file("V9997__extra.cypher", "RETURN 1;")
    shipped = schema.list_shipped()
    monkeypatch.setattr(schema, "list_shipped", lambda: [*shipped, extra])
    said: list[str] = []
    waiter = threading.Thread(target=starting.await_schema, args=(said.append,),
                              kwargs={"patience_s": 60.0})  # fmt: skip
    waiter.start()
    until = time.monotonic() + 60
    while not said and time.monotonic() < until:
        time.sleep(0.05)
    try:
        migrations.migrate(server)
        waiter.join(60)
        assert not waiter.is_alive()
    finally:
        write(server, lambda tx: run(tx, "MATCH (m:Migration {version: 9997}) DELETE m"))
    assert said[0] == "Waiting for the schema: supplychain migrate has not begun"
