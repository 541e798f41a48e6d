"""The import tables as rows of texts, and as a folder of CSV files."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final, TypeAlias

Row: TypeAlias = dict[str, str]
Tables: TypeAlias = dict[str, list[Row]]

COLUMNS: Final = {
    "firms": ("firm_id,name,kind,country,region,city,latitude,longitude,employees,registration_id"),
    "parts": "part_id,name,category,uom,designer_id,revision",
    "bom": "parent_part_id,child_part_id,quantity",
    "capabilities": (
        "firm_id,category,weekly_capacity,certificates,min_lot,max_lot,lead_days,"
        "weekly_hours,hours_per_piece"
    ),
    "part_hours": "firm_id,category,part_id,hours_per_piece",
    "offers": "firm_id,part_id,min_quantity,unit_price,currency,moq,lead_days",
    "supply_relations": (
        "supplier_id,buyer_id,part_id,share,annual_spend,currency,lead_days,recover_days"
    ),
    "deliveries": (
        "delivery_id,supplier_id,buyer_id,part_id,quantity,promised_on,delivered_on,"
        "delivered_quantity,rejected_quantity,unit_price,currency,freight_cost"
    ),
    "stocks": "firm_id,part_id,quantity,daily_use",
    "exchange_rates": "firm_id,on,from_currency,to_currency,rate",
}
"""The header of each table, in the order in which tables refer to each other."""


def make_row(table: str, **values: object) -> Row:
    """A row of a table with all its columns; what is not given or None is empty.

    Raises:
        KeyError: the table has no such column.
    """
    names = COLUMNS[table].split(",")
    if unknown := values.keys() - set(names):
        raise KeyError(f"{table} has no column {sorted(unknown)}")
    return {name: _cell_text(values.get(name)) for name in names}


def _cell_text(value: object) -> str:
    return "" if value is None else str(value)


def write_folder(folder: Path, tables: Tables) -> None:
    """Write each table as ``<table>.csv``, UTF-8 with a byte order mark, into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in tables.items():
        path = folder / f"{table}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS[table].split(","), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
