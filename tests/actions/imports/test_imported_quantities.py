"""Quantities of deliveries and stocks: as fine as their part's unit, and read back as they were."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from neo4j import Driver

from supplychain.actions.imports.exports import export_tables
from supplychain.actions.imports.imports import import_tables
from supplychain.graph import deliveries
from supplychain.graph.engine.transactions import read
from supplychain.model.quantities import NOT_WHOLE
from tests.make.tables import NETWORK, network, read_folder, write_folder

WIRE = ["wire", "Steel wire", "Wire", "KGM", "", "A", ""]
HEAD = ["castings", "presses"]
DAYS = ["2024-03-01", "2024-03-02"]


def _line(key: str, part: str, ordered: str, came: str, rejected: str) -> list[str]:
    return [key, *HEAD, part, ordered, *DAYS, came, rejected, "", "", ""]


def test_kilograms_have_decimals_and_pieces_have_none(driver: Driver, tmp_path: Path) -> None:
    tables = {
        **network(),
        "parts": [*NETWORK["parts"], WIRE],
        "deliveries": [
            _line("K1", "wire", "10.5", "10.500", "0.25"),
            _line("K2", "frame", "4.5", "4", "0"),
            _line("K3", "frame", "4.0", "4", "0.5"),
        ],
        "stocks": [["presses", "wire", "12.125", "0.5"], ["presses", "bolt", "0.5", ""]],
    }
    report = import_tables(driver, write_folder(tmp_path / "in", tables), by=None, skip_bad=True)
    bad = {(one.table, one.row, one.column, one.message) for one in report.bad_rows}
    assert bad == {
        ("deliveries", 3, "quantity", NOT_WHOLE),
        ("deliveries", 4, "rejected_quantity", NOT_WHOLE),
        ("stocks", 3, "quantity", NOT_WHOLE),
    }
    (row,) = read(driver, deliveries.find_lines, ["K1", "K2", "K3"])
    found = deliveries.to_delivery(row)
    assert (found.quantity, found.rejected_quantity) == (Decimal("10.5"), Decimal("0.25"))
    export_tables(driver, tmp_path / "out")
    written = read_folder(tmp_path / "out")
    assert written["deliveries"][0][4:9] == ["10.5", *DAYS, "10.5", "0.25"]
    assert written["stocks"][0][2] == "12.125"
    again = import_tables(driver, tmp_path / "out", by=None)
    assert all(table.changed == table.new == 0 for table in again.tables)


def test_a_unit_behind_a_quantity_is_that_of_the_part_or_converts(
    driver: Driver, tmp_path: Path
) -> None:
    tables = {
        **network(),
        "parts": [*NETWORK["parts"], WIRE],
        "deliveries": [
            _line("K1", "wire", "0.5 t", "500", "250 g"),
            _line("K2", "frame", "4 kg", "4", "0"),
            _line("K3", "wire", "2000 kg", "2000 kg", "3 t"),
        ],
        "stocks": [
            ["presses", "wire", "12.125 t", ""], ["presses", "bolt", "2 pcs", ""],
            ["presses", "frame", "1 dozen", ""], ["forge", "wire", "0.1 g", ""],
            ["forge", "bolt", "2 x", ""],
        ],
    }  # fmt: skip
    report = import_tables(driver, write_folder(tmp_path / "in", tables), by=None, skip_bad=True)
    bad = {(one.table, one.row, one.column) for one in report.bad_rows}
    assert bad == {
        ("deliveries", 3, "quantity"),
        ("deliveries", 4, "rejected_quantity"), ("stocks", 5, "quantity"),
        ("stocks", 6, "quantity"),
    }  # fmt: skip
    export_tables(driver, tmp_path / "out")
    stocks = {row[1]: row[2] for row in read_folder(tmp_path / "out")["stocks"]}
    assert stocks == {"wire": "12125", "bolt": "2", "frame": "12"}
