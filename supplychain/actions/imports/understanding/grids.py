"""Sheets of a workbook and CSV files as rows of cells, which may be read twice."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final, TypeAlias

from python_calamine import CalamineSheet

from supplychain.actions.imports.cells import DAMAGED_MARK
from supplychain.actions.imports.understanding.encodings import EncodingFinding, find_encoding
from supplychain.actions.imports.understanding.headers import OWN_NAMES, fold_own
from supplychain.actions.imports.workbooks import cell_text, open_workbook
from supplychain.actions.imports.zero_formats import read_zero_formats
from supplychain.errors import Invalid
from supplychain.model.imports.tables import MAX_COLUMNS
from supplychain.model.reading.numbers import unambiguous_text

Cell: TypeAlias = "str | float | bool | date | datetime | time | timedelta"
"""What stands in a cell: a text, or what a spreadsheet made of it."""
MAX_ID_AMOUNT: Final = 1e15
"""A spreadsheet keeps 15 digits of a number."""
_SEPARATORS: Final = ",;\t|"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One sheet or one CSV file.

    Attributes:
        name: of the sheet, or of the file without its ending.
        path: of a CSV file; None for a sheet.
        sheet: of a workbook; None for a CSV file.
        encoding: of a CSV file.
        delimiter: of a CSV file; empty for a sheet.
        skipped_lines: lines before the first row of a CSV file (``sep=;``).
        zeros: how many digits the format of a number cell shows, by (row, column) from 0 on.
    """

    name: str
    path: Path | None = None
    sheet: CalamineSheet | None = None
    encoding: EncodingFinding | None = None
    delimiter: str = ""
    skipped_lines: int = 0
    zeros: Mapping[tuple[int, int], int] = field(default_factory=dict)

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """The rows with their numbers in the file, from the first one on.

        Raises:
            Invalid: it is no readable CSV file, or has too many columns.
        """
        if self.sheet is not None:
            return _number_rows(self.sheet, self.zeros)
        return self._csv_rows()

    def _csv_rows(self) -> Iterator[tuple[int, list[Cell]]]:
        assert self.path is not None
        assert self.encoding is not None
        with self.path.open(encoding=self.encoding.name, newline="") as file:
            for _ in range(self.skipped_lines):
                file.readline()
            try:
                reader = csv.reader(file, delimiter=self.delimiter)
                for number, cells in enumerate(reader, start=1 + self.skipped_lines):
                    if len(cells) > MAX_COLUMNS:
                        raise Invalid("%(name)s has too many columns.", name=self.path.name)
                    yield number, cells  # type: ignore[misc]  # a list of texts is one of cells
            except csv.Error as error:
                raise Invalid(
                    "%(name)s is not a readable CSV file: a quote or a cell does not end.",
                    name=self.path.name,
                ) from error

    @property
    def merged(self) -> list[tuple[tuple[int, int], tuple[int, int]]]:
        """Merged cells over several rows: (first row, column), (last row, column), from 0 on."""
        ranges = (self.sheet.merged_cell_ranges if self.sheet is not None else None) or []
        return [(first, last) for first, last in ranges if last[0] > first[0]]


def _number_rows(
    sheet: CalamineSheet, zeros: Mapping[tuple[int, int], int]
) -> Iterator[tuple[int, list[Cell]]]:
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells: list[Cell] = row
        if zeros:
            cells = [
                f"{int(cell):0{zeros[number - 1, at]}d}"
                if (number - 1, at) in zeros and isinstance(cell, float) and cell.is_integer()
                else cell
                for at, cell in enumerate(row)
            ]
        yield number, cells


def open_workbook_grids(path: Path) -> list[Grid]:
    """The sheets of a workbook that hold anything.

    Raises:
        Invalid: not a workbook, protected, too large, or a zip bomb.
    """
    sheets = open_workbook(path)
    zeros = read_zero_formats(path)
    return [Grid(name=name, sheet=sheet, zeros=zeros.get(name, {})) for name, sheet in sheets]


def open_csv_grid(path: Path, chosen_encoding: str = "") -> Grid:
    """A CSV file with its encoding and what separates its columns.

    Raises:
        Invalid: it is no text.
    """
    encoding = find_encoding(path, chosen_encoding)
    if encoding is None:
        raise Invalid(
            "The encoding of %(name)s is not known. Save it as CSV UTF-8.", name=path.name
        )
    with path.open(encoding=encoding.name, newline="") as file:
        first = file.readline(1 << 20)
        said = _read_separator(first)
        if said:
            return Grid(
                name=path.stem, path=path, encoding=encoding, delimiter=said, skipped_lines=1
            )
        lines = [first, *(file.readline(1 << 20) for _ in range(20))]
    return Grid(name=path.stem, path=path, encoding=encoding, delimiter=find_delimiter(lines))


def _read_separator(line: str) -> str:
    """The separator of a first line ``sep=;``; empty where it is none."""
    text = line.lstrip("\ufeff").strip("\r\n").strip('"')
    if text[:4].lower() == "sep=" and len(text) in (4, 5):
        return text[4:] or "\t"
    return ""


def find_delimiter(lines: list[str]) -> str:
    """What separates the columns: of the first line, or of most lines where it has none."""
    filled = [line for line in lines if line.strip()]
    first = next(iter(filled), "")
    best = max(",;\t", key=first.count)
    if any(fold_own(cell) in OWN_NAMES for cell in first.split(best)):
        return best
    if best in first:
        widths = {sign: _count_alike(filled, sign) for sign in _SEPARATORS}
        alike = max(widths, key=lambda sign: (widths[sign], sign == best))
        return alike if widths[best] <= 1 < widths[alike] else best
    text = "".join(filled)
    return max(_SEPARATORS, key=text.count) if any(s in text for s in _SEPARATORS) else ","


def _count_alike(lines: list[str], sign: str) -> int:
    """How many lines have the separator as often as most do; 0 where most have none."""
    counts = [line.count(sign) for line in lines]
    usual = max(set(counts), key=counts.count)
    return counts.count(usual) if usual else 0


def text_of(cell: Cell) -> str:
    """What a cell says, as it would stand in a CSV file."""
    return cell if type(cell) is str else cell_text(cell)


def number_of(cell: Cell) -> str:
    """A cell of a column of numbers: a number of a spreadsheet can be read in one way only."""
    if type(cell) is str:
        return cell
    text = cell_text(cell)
    if isinstance(cell, float) and "." in text and "e" not in text:
        return unambiguous_text(Decimal(text))
    return text


def id_of(cell: Cell) -> str:
    """A cell of a column of ids: what a spreadsheet changed is marked, and refused."""
    if type(cell) is str:
        return cell
    text = cell_text(cell)
    is_whole = isinstance(cell, float) and cell.is_integer() and abs(cell) < MAX_ID_AMOUNT
    return text if is_whole else DAMAGED_MARK + text
