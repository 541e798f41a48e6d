"""Import tables for tests: a small canonical network, and folders written from it."""

from __future__ import annotations

import csv
from copy import deepcopy
from pathlib import Path
from typing import Any

from neo4j import Driver

from supplychain.graph.engine.transactions import Tx, read, rows
from supplychain.model.imports.tables import TABLES

NETWORK: dict[str, list[list[str]]] = {
    "firms": [
        ["castings", "无锡铸造", "sme", "CN", "Jiangsu", "Wuxi", "31.57", "120.3", "60", "9132"],
        ["forge", "Taihu Forging", "sme", "CN", "Jiangsu", "Wuxi", "", "", "", ""],
        ["presses", "Nantong Presses", "core", "CN", "", "", "", "", "1200", ""],
    ],
    "parts": [
        ["bolt", "Bolt M20", "Fasteners", "H87", "", "A", "0.062", "1 XBX = 500"],
        ["frame", "Press frame", "Castings", "H87", "presses", "B", "780", ""],
        ["press", "Press 4000 t", "Presses", "SET", "presses", "A", "", ""],
    ],
    "bom": [
        ["frame", "bolt", "16.5"],
        ["press", "bolt", "200"],
        ["press", "frame", "2"],
    ],
    "capabilities": [
        [
            "castings",
            "Castings",
            "40",
            "ISO 9001;PED",
            "1",
            "10",
            "30",
            "5",
            "casting;milling",
            "cast iron",
            "1200",
            "800",
            "",
            "900",
            "m",
            "K",
            "ISO 9001=2027-05-31",
            "50",
            "1",
            "1.25",
        ],
        ["forge", "Fasteners", "0", *[""] * 17],
    ],
    "part_hours": [["castings", "Castings", "frame", "1.5"]],
    "offers": [
        [
            *step,
            "CNY",
            "1",
            "30",
            "incremental",
            "EXW",
            "60",
            "310.25",
            "4000",
            "2024-01-01",
            "2099-12-31",
            "1",
        ]
        for step in (["castings", "frame", "1", "90000"], ["castings", "frame", "5", "88000.5"])
    ]
    + [
        [
            "forge",
            "bolt",
            "100",
            "0.0345",
            "CNY",
            "100",
            "",
            "all_units",
            "",
            "",
            "",
            "",
            "",
            "",
            "100",
        ]
    ],
    "supply_relations": [
        ["castings", "presses", "frame", "0.75", "4000000", "CNY", "30", "60"],
        ["forge", "presses", "bolt", "1", "", "", "", ""],
    ],
    # on time and in full; three days late with one rejected; still under way
    "deliveries": [
        ["" if cell == "." else cell for cell in line.split()]
        for line in (
            "D1 castings presses frame 4 2024-03-01 2024-03-01 4 0 90000 CNY 1200",
            "D2 castings presses frame 4 2024-04-01 2024-04-04 4 1 88000.5 CNY 0",
            "D3 castings presses frame 2 2099-05-01 . 0 0 . . .",
            "D4 castings presses bolt 9 2024-05-01 2024-05-01 9 0 0.04 CNY .",
        )
    ],
    "stocks": [["presses", "bolt", "500", "40"], ["presses", "frame", "1", ""]],
    "exchange_rates": [
        ["presses", "2024-03-01", "EUR", "CNY", "7.8123"],
        ["presses", "2024-03-01", "VND", "CNY", "0.00029"],
        ["presses", "2024-03-04", "EUR", "CNY", "7.8"],
    ],
}


def network(**changed: list[list[str]]) -> dict[str, list[list[str]]]:
    """The canonical tables in the order of their keys, some of them replaced."""
    return {**deepcopy(NETWORK), **changed}


def write_folder(
    folder: Path, tables: dict[str, list[list[str]]], *, encoding: str = "utf-8"
) -> Path:
    """A folder of CSV files with these rows, header added."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, cells in tables.items():
        with (folder / f"{name}.csv").open("w", encoding=encoding, newline="") as file:
            writer = csv.writer(file)
            writer.writerow(TABLES[name].names)
            writer.writerows(cells)
    return folder


def read_folder(folder: Path) -> dict[str, list[list[str]]]:
    """The rows of each CSV file of a folder, without the header."""
    found = {}
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            found[path.stem] = list(csv.reader(file))[1:]
    return found


def dump(driver: Driver) -> tuple[set[str], list[str]]:
    """All nodes and relationships but events and locks, comparable."""
    return read(driver, _dump)


def _dump(tx: Tx) -> tuple[set[str], list[str]]:
    nodes = rows(
        tx,
        "MATCH (n) WHERE NOT n:Event AND NOT n:Ledger AND NOT n:Migration AND NOT n:Pending "
        "AND NOT n:News "
        "RETURN labels(n) AS labels, properties(n) AS facts",
    )
    links = rows(
        tx,
        "MATCH (a)-[r]->(b) WHERE NOT a:Event RETURN a.id AS start, type(r) AS kind, b.id AS end,"
        " properties(r) AS facts",
    )
    return (
        {f"{entry['labels']} {_plain(entry['facts'])}" for entry in nodes},
        sorted(f"{e['start']} {e['kind']} {e['end']} {_plain(e['facts'])}" for e in links),
    )


def _plain(facts: dict[str, Any]) -> list[tuple[str, Any]]:
    return sorted((key, value) for key, value in facts.items() if key != "lock")
