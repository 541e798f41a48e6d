"""Where a table begins in a sheet, and which rows below are none of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from supplychain.actions.imports.understanding.headers import HeaderMatch, fold_own, map_headers
from supplychain.model.imports.header_words import REMARKS, TOTALS
from supplychain.model.imports.tables import TABLES, ImportTable
from supplychain.model.texts import fold_short

HEAD_ROWS: Final = 30
"""Rows in which a header is looked for."""
LEAST_COLUMNS: Final = 2
"""Headers that must be understood for a row to be one, where it has so many."""
_SPACES: Final = re.compile(r"[\s:：]+")
IMPLIED: Final = {
    "parts": "designer_id",
    "capabilities": "firm_id",
    "offers": "firm_id",
    "stocks": "firm_id",
    "exchange_rates": "firm_id",
    "deliveries": "buyer_id",
}
"""The column of a table that holds the firm whose file it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderRow:
    """A row of headers: its position among the rows looked at, its cells, what they mean."""

    at: int
    cells: tuple[str, ...]
    matches: tuple[HeaderMatch | None, ...]

    @property
    def columns(self) -> list[str]:
        """The columns that are meant, in the order of the file."""
        return [match.column for match in self.matches if match]

    @property
    def score(self) -> float:
        """How much of it is understood."""
        return sum(match.confidence for match in self.matches if match)

    @property
    def is_own(self) -> bool:
        """Whether all its headers are the names of columns."""
        return all(
            match is not None and fold_own(cell) == match.column
            for cell, match in zip(self.cells, self.matches, strict=True)
            if cell.strip()
        )


def make_header(
    table: ImportTable, at: int, cells: Sequence[str], chosen: dict[str, str]
) -> HeaderRow:
    """A row as one of headers, whatever it says."""
    return HeaderRow(at=at, cells=tuple(cells), matches=tuple(map_headers(table, cells, chosen)))


def find_header(
    table: ImportTable, rows: Sequence[Sequence[str]], chosen: dict[str, str]
) -> HeaderRow | None:
    """The row whose cells mean the most columns of a table; None where all are empty.

    The first row that is not empty is it where none is understood better.
    """
    best: HeaderRow | None = None
    for at, cells in enumerate(rows):
        if not any(cell.strip() for cell in cells):
            continue
        row = make_header(table, at, cells, chosen)
        if best is None or (row.score > best.score and len(row.columns) >= LEAST_COLUMNS):
            best = row
        if best.is_own:
            return best
    return best


def list_missing(table: ImportTable, header: HeaderRow) -> list[str]:
    """Columns that a table needs and the header lacks, its own firm left out."""
    present = set(header.columns)
    return [
        column.name
        for column in table.columns
        if column.required and column.name not in present and column.name != IMPLIED.get(table.name)
    ]


def find_own_table(rows: Sequence[Sequence[str]]) -> str:
    """The one table whose headers a sheet has word for word; empty where it is none or several."""
    fitting = []
    for table in TABLES.values():
        header = find_header(table, rows, {})
        if header and header.is_own and not list_missing(table, header):
            fitting.append(table.name)
    return fitting[0] if len(fitting) == 1 else ""


def list_likely_tables(rows: Sequence[Sequence[str]]) -> list[str]:
    """Tables that a sheet could be by its headers, the likeliest first."""
    scored = []
    for table in TABLES.values():
        header = find_header(table, rows, {})
        if header and len(header.columns) >= LEAST_COLUMNS:
            scored.append((len(list_missing(table, header)) - header.score, table.name))
    return [name for _, name in sorted(scored)]


class RowSieve:
    """Tells the rows of a table from totals, remarks, and headers that are there again."""

    def __init__(self, header: HeaderRow, table: ImportTable) -> None:
        self.header = tuple(_squeeze_text(cell) for cell in header.cells)
        self.keys = [
            at
            for at, match in enumerate(header.matches)
            if match and match.column in table.key and table.get_column(match.column).type == "id"
        ]
        self.is_below_total = False

    def drops(self, cells: Sequence[str]) -> bool:
        """Whether a row that is not empty is none of the table."""
        keys = [_squeeze_text(cells[at]) for at in self.keys if at < len(cells)]
        filled = [cell for cell in cells if cell.strip()]
        first = _squeeze_text(filled[0])
        if (first in TOTALS and not all(keys)) or any(key in TOTALS for key in keys):
            self.is_below_total = True
            return True
        if len(filled) == 1 < len(self.header):
            return self.is_below_total or _is_remark(filled[0])
        return tuple(map(_squeeze_text, cells[: len(self.header)])) == self.header


def _squeeze_text(cell: str) -> str:
    return _SPACES.sub("", fold_short(cell)).lower()


def _is_remark(text: str) -> bool:
    plain = fold_short(text[:100]).lower()
    return any(plain == word or plain.startswith((f"{word}:", f"{word} :")) for word in REMARKS)
