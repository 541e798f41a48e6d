"""The sheets of a file as a page can carry them: small, read by a process of their own.

A list is kept nowhere. What was read of it travels with the form that asks about it, and comes
back as anything that was typed does: unpacking trusts none of it.
"""

from __future__ import annotations

import base64
import binascii
import csv
import io
import json
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from supplychain.actions.imports.reading import TEXTS, WORKBOOKS
from supplychain.actions.imports.understanding.grids import (
    Cell,
    Grid,
    find_delimiter,
    open_csv_grid,
    open_workbook_grids,
)
from supplychain.actions.imports.workbooks import cell_text
from supplychain.errors import Invalid
from supplychain.model.imports.tables import MAX_COLUMNS
from supplychain.model.parts_lists.lists import MAX_NODES

MAX_SHEETS: Final = 20
MAX_SHEET_ROWS: Final = MAX_NODES + 200
"""With titles, blank rows and remarks."""
MAX_LIST_CHARS: Final = 1_500_000
"""Of all cells: what travels with a form must stay small."""
MAX_CELL_CHARS: Final = 4_000
MAX_PACKED_CHARS: Final = 1_500_000
MAX_UNPACKED_BYTES: Final = 12 * 1024 * 1024
_ENDLESS: Final = "This list is too long. Split it: at most %(most)s rows."
_BROKEN: Final = "What was read of the file is gone. Choose the file again."


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSheet:
    """One sheet, or one reading of a text file whose encoding is in doubt.

    Attributes:
        name: of the sheet or file.
        encoding: of a text file.
        is_doubtful: whether other encodings could be meant.
        rows: with their numbers in the file; blank ones are left out.
        is_cut: whether there are more.
    """

    name: str
    encoding: str = ""
    is_doubtful: bool = False
    rows: tuple[tuple[int, tuple[Cell, ...]], ...] = ()
    is_cut: bool = False

    @property
    def label(self) -> str:
        """What it is called where one must be chosen."""
        return f"{self.name} ({self.encoding})" if self.is_doubtful else self.name


def open_sheets(path: Path) -> list[ListSheet]:
    """The sheets of a file, each with the first rows that a list may have.

    Raises:
        Invalid: a broken file, or none of tables.
    """
    if path.suffix.lower() in WORKBOOKS:
        grids = open_workbook_grids(path)[:MAX_SHEETS]
        return [_take_grid(grid) for grid in grids]
    if path.suffix.lower() not in TEXTS:
        raise Invalid(
            "%(name)s is neither CSV nor a workbook. Save it as .csv or .xlsx.", name=path.name
        )
    grid = open_csv_grid(path)
    choices = grid.encoding.choices if grid.encoding else ()
    if not choices:
        return [_take_grid(grid)]
    read = [_take_grid(open_csv_grid(path, name)) for name, _sample in choices]
    return [replace(sheet, is_doubtful=True) for sheet in read]


def _take_grid(grid: Grid) -> ListSheet:
    merged = _list_merged(grid)
    rows: list[tuple[int, tuple[Cell, ...]]] = []
    is_cut = False
    for number, cells in grid.rows():
        if merged:
            cells = [
                merged.get((number - 1, at), cell) if cell == "" else cell
                for at, cell in enumerate(cells)
            ]
        if any(cell.strip() if isinstance(cell, str) else True for cell in cells):
            if len(rows) >= MAX_SHEET_ROWS:
                is_cut = True
                break
            rows.append((number, tuple(map(_cut_cell, cells))))
    encoding = grid.encoding.name if grid.encoding else ""
    return ListSheet(name=grid.name, encoding=encoding, rows=tuple(rows), is_cut=is_cut)


def _cut_cell(cell: Cell) -> Cell:
    return cell[:MAX_CELL_CHARS] if isinstance(cell, str) else cell


def _list_merged(grid: Grid) -> dict[tuple[int, int], Cell]:
    """Cells below the first one of a merge over several rows, by (row, column) from 0 on."""
    ranges = grid.merged
    if not ranges:
        return {}
    tops = {first[0] for first, _ in ranges}
    rows = {
        number - 1: cells
        for number, cells in islice(grid.rows(), MAX_SHEET_ROWS * 4)
        if number - 1 in tops
    }
    filled: dict[tuple[int, int], Cell] = {}
    for (top, left), (bottom, _right) in ranges:
        cells = rows.get(top, [])
        if left < len(cells):
            last = min(bottom, top + MAX_SHEET_ROWS)
            filled.update({(row, left): cells[left] for row in range(top + 1, last + 1)})
    return filled


def read_pasted(text: str, name: str) -> list[ListSheet]:
    """What was copied out of a spreadsheet: tabs between the cells, or what a CSV file has.

    Raises:
        Invalid: nothing is there, or it is no table.
    """
    lines = text.splitlines()
    if not text.strip():
        raise Invalid("Choose a file, or paste the rows.", pointer="/pasted")
    sign = "\t" if "\t" in text else find_delimiter(lines[:20])
    try:
        rows = [
            (number, tuple(cells))
            for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter=sign), start=1)
            if any(map(str.strip, cells))
        ]
    except csv.Error as error:
        raise Invalid(
            "%(name)s is not a readable CSV file: a quote or a cell does not end.",
            pointer="/pasted",
            name=name,
        ) from error
    if len(rows) > MAX_SHEET_ROWS or any(len(cells) > MAX_COLUMNS for _, cells in rows):
        raise Invalid(_ENDLESS, pointer="/pasted", most=MAX_NODES)
    return [ListSheet(name=name, rows=tuple(rows))]


def sheet_facts(sheet: ListSheet) -> dict[str, Any]:
    """A sheet as JSON: days and hours are lists of one text, to be told from texts."""
    return {
        "name": sheet.name,
        "encoding": sheet.encoding,
        "is_doubtful": sheet.is_doubtful,
        "is_cut": sheet.is_cut,
        "rows": [[number, [_cell_fact(cell) for cell in cells]] for number, cells in sheet.rows],
    }


def _cell_fact(cell: Cell) -> object:
    if isinstance(cell, str | bool | float | int):
        return cell
    return [cell.isoformat() if isinstance(cell, date) else cell_text(cell)]


def read_sheets(facts: object) -> list[ListSheet]:
    """What ``sheet_facts`` wrote, or what somebody made of it.

    Raises:
        Invalid: it is none of ours, or too large.
    """
    try:
        sheets = [_read_sheet(one) for one in facts]  # type: ignore[attr-defined]
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError):
        raise Invalid(_BROKEN) from None
    if not sheets or len(sheets) > MAX_SHEETS:
        raise Invalid(_BROKEN)
    chars = sum(len(cell) for cell in _list_texts(sheets))
    if chars > MAX_LIST_CHARS or any(len(one.rows) > MAX_SHEET_ROWS for one in sheets):
        raise Invalid(_ENDLESS, most=MAX_NODES)
    return sheets


def _list_texts(sheets: Sequence[ListSheet]) -> Iterator[str]:
    for sheet in sheets:
        for _, cells in sheet.rows:
            yield from (cell for cell in cells if isinstance(cell, str))


def _read_sheet(facts: dict[str, Any]) -> ListSheet:
    rows = tuple(
        (int(number), tuple(map(_read_cell, cells[:MAX_COLUMNS])))
        for number, cells in facts["rows"]
    )
    return ListSheet(
        name=_drop_broken(str(facts["name"])[:200]),
        encoding=_drop_broken(str(facts["encoding"])[:40]),
        is_doubtful=facts["is_doubtful"] is True,
        is_cut=facts["is_cut"] is True,
        rows=rows,
    )


def _read_cell(fact: object) -> Cell:
    if isinstance(fact, str):
        return _drop_broken(fact)
    if isinstance(fact, bool):
        return fact
    if isinstance(fact, int | float):
        return float(fact)
    if isinstance(fact, list) and len(fact) == 1 and isinstance(fact[0], str):
        try:
            return datetime.fromisoformat(fact[0])
        except ValueError:
            return _drop_broken(fact[0])
    raise ValueError


def _drop_broken(text: str) -> str:
    """A text without signs that no page can show."""
    if text.isprintable():
        return text
    return "".join(
        one for one in text if one in "\n\r\t" or unicodedata.category(one) not in ("Cc", "Cs")
    )


def pack_sheets(sheets: Sequence[ListSheet]) -> str:
    """Sheets as a text for a form."""
    text = json.dumps([sheet_facts(sheet) for sheet in sheets], ensure_ascii=False)
    return base64.urlsafe_b64encode(zlib.compress(text.encode("utf-8", "replace"), 6)).decode()


def unpack_sheets(text: str) -> list[ListSheet]:
    """What ``pack_sheets`` made.

    Raises:
        Invalid: it was changed, or is too large.
    """
    if len(text) > MAX_PACKED_CHARS:
        raise Invalid(_ENDLESS, most=MAX_NODES)
    try:
        packed = base64.urlsafe_b64decode(text.encode("ascii"))
        inflating = zlib.decompressobj()
        plain = inflating.decompress(packed, MAX_UNPACKED_BYTES)
        if inflating.unconsumed_tail:
            raise Invalid(_ENDLESS, most=MAX_NODES)
        if not inflating.eof:
            raise Invalid(_BROKEN)
        facts = json.loads(plain)
    except (ValueError, binascii.Error, zlib.error, RecursionError):
        raise Invalid(_BROKEN) from None
    return read_sheets(facts)
