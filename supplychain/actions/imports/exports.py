"""Export of the tables of ``model.imports.tables``, so that importing them changes nothing."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from neo4j import Driver

from supplychain.actions.imports.cells import show_value
from supplychain.errors import Invalid
from supplychain.graph import deliveries
from supplychain.graph.engine.transactions import read
from supplychain.graph.imports import exports, lookups
from supplychain.model.imports.tables import MAX_ROWS, TABLES, ImportTable

_NUMBERS: Final = ("whole", "quantity", "money", "share", "degrees", "decimal", "amount")


def export_tables(
    driver: Driver, target: Path, *, workbook: bool = False, firm_id: str | None = None
) -> dict[str, int]:
    """Write all tables.

    Args:
        driver: the graph.
        target: a folder for ``<table>.csv``, or the workbook's file.
        workbook: one .xlsx with a sheet per table.
        firm_id: only what this firm may take home; None is everything.

    Returns:
        Rows written by table.

    Raises:
        Invalid: a table does not fit into a workbook.
    """
    names = read(driver, exports.category_names)
    found = {name: table_rows(driver, name, names, firm_id=firm_id) for name in TABLES}
    if workbook:
        return _write_workbook(target, found)
    target.mkdir(parents=True, exist_ok=True)
    return {
        name: _write_csv(target / f"{name}.csv", TABLES[name], rows) for name, rows in found.items()
    }


def write_template(target: Path) -> None:
    """A workbook with the header of every table and no rows, to be filled in."""
    _write_workbook(target, {name: iter(()) for name in TABLES})


def table_rows(
    driver: Driver, name: str, categories: dict[str, str], *, firm_id: str | None
) -> Iterator[list[str]]:
    """The rows of one table as texts, in the order of their keys."""
    table = TABLES[name]
    ids, find = _QUERIES[name]
    after = ""
    while page := read(driver, ids, after, firm=firm_id):
        after = page[-1]
        values = {"firm": firm_id} if name == "supply_relations" else {}
        for row in _split_steps(
            name, sorted(read(driver, find, page, **values), key=_key_of_rows(table))
        ):
            yield [
                show_value(column, value, categories)
                for column, value in zip(table.columns, row, strict=False)
            ]


def _key_of_rows(table: ImportTable) -> Callable[[list[Any]], tuple[Any, ...]]:
    width = min(len(table.key), 2) if table.name == "offers" else len(table.key)
    return lambda row: tuple(row[:width])


def _split_steps(name: str, rows: list[list[Any]]) -> Iterator[list[Any]]:
    """One row for each step of an offer; other tables as they are."""
    for row in rows:
        if name != "offers":
            yield row
            continue
        for start, price in zip(row[2], row[3], strict=True):
            yield [*row[:2], start, price, *row[4:]]


def _write_csv(path: Path, table: ImportTable, rows: Iterator[list[str]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(table.names)
        for cells in rows:
            writer.writerow(cells)
            count += 1
    return count


def _write_workbook(path: Path, tables: dict[str, Iterator[list[str]]]) -> dict[str, int]:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    counts = {}
    with xlsxwriter.Workbook(str(path), options) as book:
        bold = book.add_format({"bold": True})
        for name, rows in tables.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            table = TABLES[name]
            sheet.write_row(0, 0, table.names, bold)
            counts[name] = _write_sheet(sheet, table, rows)
    return counts


def _write_sheet(sheet: Any, table: ImportTable, rows: Iterator[list[str]]) -> int:
    is_number = [column.type in _NUMBERS for column in table.columns]
    count = 0
    for count, cells in enumerate(rows, start=1):
        if count >= MAX_ROWS:
            raise Invalid(
                "%(name)s has more rows than a workbook can hold. Export CSV files.",
                name=table.name,
            )
        for place, text in enumerate(cells):
            # 15 digits are what a spreadsheet keeps of a number; longer ones stay texts.
            if text and is_number[place] and len(text) <= 15:
                sheet.write_number(count, place, float(text))
            elif text:
                sheet.write_string(count, place, text)
    return count


_Ids = Callable[..., list[str]]
_Find = Callable[..., list[list[Any]]]


_QUERIES: Final[dict[str, tuple[_Ids, _Find]]] = {
    "firms": (exports.firm_ids, lookups.find_firms),
    "parts": (exports.part_ids, lookups.find_parts),
    "bom": (exports.part_ids, lookups.find_bom),
    "capabilities": (exports.capability_ids, lookups.find_capabilities),
    "part_hours": (exports.part_hours_ids, lookups.find_part_hours),
    "offers": (exports.offer_ids, lookups.find_offers),
    "supply_relations": (exports.supplier_ids, lookups.find_supply_relations),
    "deliveries": (exports.delivery_ids, deliveries.find_lines),
    "stocks": (exports.stock_ids, lookups.find_stocks),
    "exchange_rates": (exports.exchange_rate_ids, lookups.find_exchange_rates),
}
