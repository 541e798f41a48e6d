"""Who may import what, and what a firm's own export holds."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from neo4j import Driver

from supplychain.actions.imports.exports import export_tables
from supplychain.actions.imports.imports import import_tables
from supplychain.actions.imports.report import Report
from supplychain.errors import Forbidden
from supplychain.graph.engine.transactions import Tx, row, run, write
from supplychain.model.people.actors import Actor
from tests.make.days import freeze_clock
from tests.make.tables import NETWORK, dump, network, read_folder, write_folder


@pytest.fixture
def full(driver: Driver, tmp_path: Path) -> Driver:
    """A graph with the canonical network."""
    import_tables(driver, write_folder(tmp_path / "network", network()), by=None)
    return driver


def works_for(firm_id: str, role: str = "owner") -> Actor:
    return Actor(user_id="u", firm_id=firm_id, role=role)


def bring(driver: Driver, folder: Path, firm_id: str, tables: dict[str, list[list[str]]]) -> Report:
    return import_tables(driver, write_folder(folder / "mine", tables), by=works_for(firm_id))


def told(report: Report) -> list[tuple[str, int, str, str]]:
    return [(bad.table, bad.row, bad.column, bad.reason) for bad in report.bad_rows]


NOT_YOURS = "Not yours to write."


@pytest.mark.parametrize(
    ("table", "cells", "column"),
    [
        ("firms", ["castings", "Stolen", "sme", *[""] * 7], "firm_id"),
        ("firms", ["brand-new", "New", "sme", *[""] * 7], "firm_id"),
        ("parts", ["frame", "Stolen", "Castings", "piece", "forge", "B"], "part_id"),
        ("parts", ["bolt", "Stolen", "Fasteners", "piece", "forge", "B"], "part_id"),
        ("capabilities", ["castings", "Castings", "1", "", "", "", ""], "firm_id"),
        ("part_hours", ["castings", "Castings", "bolt", "1"], "firm_id"),
        ("offers", ["castings", "bolt", "1", "1", "CNY", "1", ""], "firm_id"),
        ("supply_relations", ["castings", "presses", "bolt", *[""] * 5], "supplier_id"),
        ("stocks", ["presses", "bolt", "1", ""], "firm_id"),
        (
            "deliveries",
            ["D1", "castings", "forge", "bolt", "1", "2024-03-01", *[""] * 6],
            "delivery_id",
        ),
    ],
)
def test_what_belongs_to_others_is_not_yours_to_write(
    full: Driver, tmp_path: Path, table: str, cells: list[str], column: str
):
    before = dump(full)
    report = bring(full, tmp_path, "forge", {table: [cells]})
    assert told(report) == [(table, 2, column, NOT_YOURS)]
    assert dump(full) == before


def test_whether_a_delivery_id_is_taken_is_not_told_to_who_may_not_write(
    full: Driver, tmp_path: Path
):
    lines = [
        [one, "forge", "castings", "bolt", "1", "2024-03-01", *[""] * 6] for one in ("D1", "free")
    ]
    taken, free = told(bring(full, tmp_path, "forge", {"deliveries": lines}))
    assert taken[2:] == free[2:]


def test_a_part_you_may_not_see_is_the_same_as_one_that_is_not_there(full: Driver, tmp_path: Path):
    offers = [["forge", part, "1", "1", "CNY", "1", ""] for part in ("frame", "no-such-part")]
    reasons = told(bring(full, tmp_path, "forge", {"offers": offers}))
    assert len(reasons) == 2
    assert reasons[0][2:] == reasons[1][2:]
    assert not told(bring(full, tmp_path, "castings", {"offers": [["castings", *offers[0][1:]]]}))


def test_a_supplier_may_not_write_its_own_record(full: Driver, tmp_path: Path):
    line = [
        "D9",
        "forge",
        "presses",
        "bolt",
        "1",
        "2024-03-01",
        "2024-03-01",
        "1",
        *["0", *[""] * 3],
    ]
    assert told(bring(full, tmp_path, "forge", {"deliveries": [line]})) == [
        ("deliveries", 2, "buyer_id", "Only the buyer may record a delivery.")
    ]
    changed = [*NETWORK["deliveries"][0]]
    changed[8] = "4"
    assert len(told(bring(full, tmp_path, "castings", {"deliveries": [changed]}))) == 1
    assert bring(full, tmp_path, "presses", {"deliveries": [line]}).written


def test_a_receipt_of_the_network_is_not_changed_by_a_file(full: Driver, tmp_path: Path):
    write(full, _received)
    same = NETWORK["deliveries"][0]
    assert bring(full, tmp_path, "presses", {"deliveries": [same]}).written
    changed = [*same[:8], "1", *same[9:]]
    assert told(bring(full, tmp_path, "presses", {"deliveries": [changed]})) == [
        (
            "deliveries",
            2,
            "delivery_id",
            "This comes from a receipt in the network and stays as it is.",
        )
    ]


def _received(tx: Tx) -> None:
    row(tx, "MATCH (d:Delivery {id: 'D1'}) SET d.source = 'received' RETURN d.id AS id")


def test_a_firm_writes_its_own_things(full: Driver, tmp_path: Path):
    mine = {
        "firms": [["presses", "New name", "core", *[""] * 7]],
        "parts": [["beam", "Beam", "Castings", "piece", "presses", "A"]],
        "bom": [["press", "beam", "4"]],
        "capabilities": [["presses", "Presses", "1", "", "", "", ""]],
        "supply_relations": [["forge", "presses", "beam", *[""] * 5]],
        "deliveries": [["D9", "forge", "presses", "beam", "1", "2024-03-01", *[""] * 6]],
        "stocks": [["presses", "beam", "7", ""]],
    }
    report = bring(full, tmp_path, "presses", mine)
    assert told(report) == []
    assert report.written


def test_a_chain_leader_may_add_firms_that_are_not_there(full: Driver, tmp_path: Path):
    write(full, _lead)
    new = ["brand-new", "New", "sme", *[""] * 7]
    assert bring(full, tmp_path, "presses", {"firms": [new]}).written
    other = ["forge", "Stolen", "sme", *[""] * 7]
    assert told(bring(full, tmp_path, "presses", {"firms": [other]})) == [
        ("firms", 2, "firm_id", NOT_YOURS)
    ]


def _lead(tx: Tx) -> None:
    row(
        tx,
        "MATCH (f:Firm {id: 'presses'}) "
        "CREATE (f)-[:LEADS]->(c:Chain {id: 'c', name: 'C', leader_id: 'presses'}) "
        "RETURN c.id AS id",
    )


def test_a_viewer_may_not_import(full: Driver, tmp_path: Path):
    folder = write_folder(tmp_path / "mine", {"stocks": [["forge", "bolt", "1", ""]]})
    with pytest.raises(Forbidden):
        import_tables(full, folder, by=works_for("forge", "viewer"))


def test_a_firms_export_holds_only_what_it_may_take_home(full: Driver, tmp_path: Path):
    export_tables(full, tmp_path / "out", firm_id="castings")
    assert read_folder(tmp_path / "out") == {
        "firms": NETWORK["firms"][:1],
        "parts": [],
        "bom": [],
        "capabilities": NETWORK["capabilities"][:1],
        "part_hours": NETWORK["part_hours"],
        "offers": NETWORK["offers"][:2],
        # all but the share, which tells how much the buyer depends on it
        "supply_relations": [
            [*NETWORK["supply_relations"][0][:3], "", "4000000", "CNY", "30", "60"]
        ],
        "deliveries": NETWORK["deliveries"],
        "stocks": [],
        "exchange_rates": [],
    }


@pytest.mark.parametrize("firm_id", ["castings", "forge", "presses"])
def test_a_firm_may_import_its_own_export_and_changes_nothing(
    full: Driver, tmp_path: Path, firm_id: str
):
    export_tables(full, tmp_path / "out", firm_id=firm_id)
    before = dump(full)
    report = import_tables(full, tmp_path / "out", by=works_for(firm_id))
    assert told(report) == []
    assert dump(full) == before


@pytest.mark.parametrize(
    ("zone", "last"), [("Asia/Shanghai", "2026-11-30"), ("America/New_York", "2026-11-29")]
)
def test_what_arrived_did_so_up_to_today_where_the_importing_firm_is(
    full: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str, last: str
) -> None:
    freeze_clock(monkeypatch, datetime(2026, 11, 29, 16, 30, tzinfo=UTC))
    query = "MATCH (f:Firm {id: 'presses'}) SET f.time_zone = $zone"
    write(full, lambda tx: run(tx, query, zone=zone))
    days = ("2026-11-29", "2026-11-30", "2026-12-01")
    lines = [
        [f"Z{n}", "castings", "presses", "frame", "4", "2026-11-28", day, "4", "0", *[""] * 3]
        for n, day in enumerate(days)
    ]
    report = bring(full, tmp_path, "presses", {"deliveries": lines})
    late = [n + 2 for n, day in enumerate(days) if day > last]
    assert [(bad.row, bad.column) for bad in report.bad_rows] == [
        (row, "delivered_on") for row in late
    ]
