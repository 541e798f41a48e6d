from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from neo4j import Driver

from supplychain.actions import chains, clusters
from supplychain.actions.imports.imports import import_tables
from supplychain.actions.people import accounts
from supplychain.demo import claims, network, people
from supplychain.demo.load import load_network
from supplychain.demo.scms import conversion as scms
from supplychain.demo.state import password
from supplychain.demo.tables import write_folder
from supplychain.graph import delivery_claims
from supplychain.graph.engine.transactions import Tx, read, rows
from supplychain.model.people.actors import Actor
from tests.demo.test_network import TODAY
from tests.demo.test_scms import SLICE
from tests.engines import ROOT

pytestmark = pytest.mark.timeout(300)


def _counts(tx: Tx) -> dict[str, int]:
    found = rows(tx, "MATCH (n) WHERE NOT n:Migration RETURN labels(n) AS kinds, count(*) AS many")
    return {entry["kinds"][0]: entry["many"] for entry in found}


@pytest.mark.slow
def test_the_demo_loads_after_being_broken_off_and_a_second_load_changes_nothing(
    driver: Driver, tmp_path: Path
) -> None:
    tables = network.make_tables(TODAY)
    part = {name: tables[name] for name in ("firms", "parts", "supply_relations")}
    write_folder(tmp_path / "part", part)
    assert import_tables(driver, tmp_path / "part", by=None).written
    load_network(driver, tmp_path, day=TODAY.isoformat())
    first = read(driver, _counts)
    assert first["Firm"] == len(tables["firms"])
    assert first["Delivery"] == len(tables["deliveries"]) + len(claims.DAYS_LATE)
    found = read(driver, delivery_claims.list_claims, viewer=claims.SUPPLIER, limit=99)
    assert Counter(each.claim for each in found) == {"claimed": 3, "confirmed": 2, "disputed": 1}
    assert first["User"] == len(people.ACCOUNTS)
    assert (first["Site"], first["PartHours"]) == (1, len(network.HOURS_OF_PARTS))
    load_network(driver, tmp_path, day=TODAY.isoformat())
    assert read(driver, _counts) == first
    assert not (tmp_path / "demo-tables").exists()
    _check_people(driver, password(tmp_path))


def _check_people(driver: Driver, secret: str) -> None:
    found = [
        accounts.principal_of_session(driver, accounts.sign_in(driver, account.email, secret))
        for account in people.ACCOUNTS
    ]
    assert [who.firm_id for who in found if who] == [a.firm_id for a in people.ACCOUNTS]
    assert [who.email for who in found if who and who.is_operator] == ["operator@demo.example"]
    leader = Actor(user_id="u", firm_id=people.LEADER, role="owner")
    (chain,) = chains.list_mine(driver, by=leader)
    _, members = chains.get(driver, chain.id, by=leader)
    assert {m.firm_id for m in members if m.state == "member"} >= set(people.FORGES)
    forge = Actor(user_id="u", firm_id=people.FORGES[0], role="owner")
    (cluster,) = clusters.list_mine(driver, by=forge)
    _, peers = clusters.get(driver, cluster.id, by=forge)
    assert {m.firm_id for m in peers if m.state == "member"} == set(people.FORGES)


def test_the_slice_of_real_purchases_imports_without_a_bad_row(
    driver: Driver, tmp_path: Path
) -> None:
    tables = scms.convert_file(SLICE)
    write_folder(tmp_path, tables)
    report = import_tables(driver, tmp_path, by=None)
    assert (report.written, report.bad) == (True, 0)
    assert {count.table: count.new for count in report.tables} == {
        name: len(rows) for name, rows in tables.items()
    }
    again = import_tables(driver, tmp_path, by=None)
    assert {count.unchanged - count.rows for count in again.tables} == {0}


def test_the_tables_of_the_demo_are_among_those_of_the_import() -> None:
    from supplychain.demo.tables import COLUMNS
    from supplychain.model.imports.tables import TABLES

    assert [name for name in TABLES if name in COLUMNS] == list(COLUMNS)
    for name, columns in COLUMNS.items():
        assert set(columns.split(",")) <= set(TABLES[name].names), name


def test_the_documented_accounts_exist() -> None:
    with (ROOT / "docs" / "data.md").open(encoding="utf-8") as file:
        text = file.read()
    assert all(account.email in text for account in people.ACCOUNTS)
