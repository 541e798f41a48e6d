"""Workbooks as tables of texts, and what is refused before one is opened.

A workbook is a zip: a small one can hold gigabytes, and two cells at the far corners make a
reader allocate all that lies between. Both are looked for before the reader is called.
"""

from __future__ import annotations

import re
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Final
from xml.parsers import expat

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from supplychain.errors import Invalid
from supplychain.model.imports.tables import MAX_COLUMNS, MAX_ROWS

MAX_INNER_FILES: Final = 1_000
MAX_INFLATED_BYTES: Final = 200 * 1024 * 1024
MAX_PACKING_RATIO: Final = 200
MAX_CELLS: Final = 16_000_000
"""Cells of the rectangle around a sheet, empty ones included."""
MAX_REPEATED_ROWS: Final = 10_000
"""How often an ``.ods`` may repeat a row that holds something."""

UNREADABLE: Final = "This workbook could not be read. Save it again as .xlsx and try once more."

_WINDOW_BYTES: Final = 1 << 20
_OVERLAP_BYTES: Final = 256
_OWN_ENTITIES: Final = (b"<!DOCTYPE", b"<!ENTITY")
"""No spreadsheet writes these; they make a short text long."""
_XLSX_CELL: Final = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{1,3})([0-9]{1,7})[\"']")


def open_workbook(path: Path) -> list[tuple[str, CalamineSheet]]:
    """The sheets of a workbook that hold anything, by name.

    Raises:
        Invalid: not a workbook, protected by a password, too large, or a zip bomb.
    """
    if zipfile.is_zipfile(path):
        _refuse_bombs(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        sheets = [(name, book.get_sheet_by_name(name)) for name in book.sheet_names]
    except PasswordError as error:
        raise Invalid("This workbook is protected by a password. Save it without one.") from error
    except (CalamineError, OSError, ValueError) as error:
        raise Invalid(UNREADABLE) from error
    for name, sheet in sheets:
        if sheet.height > MAX_ROWS or sheet.width > MAX_COLUMNS:
            raise _too_large(name)
    return [(name, sheet) for name, sheet in sheets if sheet.start is not None]


def cell_text(cell: object) -> str:
    """What a spreadsheet's cell says, as it would stand in a CSV file.

    A number keeps the 15 significant digits that a spreadsheet shows; a day without a time of day
    is ``2024-03-01``.
    """
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return _number_text(cell)
    if isinstance(cell, datetime):
        midnight = (cell.hour, cell.minute, cell.second, cell.microsecond) == (0, 0, 0, 0)
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)


def _number_text(number: float) -> str:
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    text = f"{number:.15g}"
    if "e" in text and abs(number) < 1:
        return f"{number:.15f}".rstrip("0")
    return text


def _refuse_bombs(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            inflated = sum(entry.file_size for entry in entries)
            packed = max(1, sum(entry.compress_size for entry in entries))
            if (
                len(entries) > MAX_INNER_FILES
                or inflated > MAX_INFLATED_BYTES
                or inflated > MAX_PACKING_RATIO * packed
            ):
                raise _too_large(path.name)
            for entry in entries:
                _refuse_far_corners(archive, entry)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise Invalid(UNREADABLE) from error


def _refuse_far_corners(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Stream one entry: a lying size in the zip's list, far cells, huge repeats, own entities."""
    corner = _Corner() if entry.filename.startswith("xl/worksheets/") else None
    repeats = OdsRepeats() if entry.filename == "content.xml" else None
    is_xml = entry.filename.endswith((".xml", ".rels"))
    size = 0
    kept = b""
    with archive.open(entry) as file:
        while block := file.read(_WINDOW_BYTES):
            size += len(block)
            window = kept + block
            if is_xml and any(mark in window for mark in _OWN_ENTITIES):
                raise Invalid(UNREADABLE)
            if size > MAX_INFLATED_BYTES:
                raise _too_large(entry.filename)
            if corner is not None and not corner.takes(window):
                raise _too_large(entry.filename)
            if repeats is not None and not repeats.takes(block):
                raise _too_large(entry.filename)
            kept = window[-_OVERLAP_BYTES:]
    if corner is not None and corner.widest > MAX_COLUMNS:
        raise _too_large(entry.filename)


class _Corner:
    """The farthest cell of an ``.xlsx`` sheet so far."""

    def __init__(self) -> None:
        self.widest = self.tallest = 0

    def takes(self, window: bytes) -> bool:
        """Whether the rectangle around all cells is still one that is read."""
        cells = _XLSX_CELL.findall(window)
        self.widest = max([self.widest, *(_column_number(c) for c in {c for c, _ in cells})])
        self.tallest = max([self.tallest, *(int(row) for row in {r for _, r in cells})])
        return self.tallest <= MAX_ROWS and self.widest * self.tallest <= MAX_CELLS


class OdsRepeats:
    """The cells of an ``.ods`` as its repeats make them, counted while its XML goes by."""

    def __init__(self) -> None:
        self.cells = 0
        self.row_repeats = 1
        self.width = self.filled = 0
        self.fits = True
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._begin_element
        self.parser.EndElementHandler = self._end_element

    def takes(self, block: bytes) -> bool:
        """Whether all so far is still one that is read.

        Raises:
            Invalid: it is no XML.
        """
        try:
            self.parser.Parse(block)
        except expat.ExpatError as error:
            raise Invalid(UNREADABLE) from error
        return self.fits

    def _begin_element(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table-row":
            self.row_repeats = _read_count(attributes.get("table:number-rows-repeated", "1"))
            self.width = self.filled = 0
        elif name in ("table:table-cell", "table:covered-table-cell"):
            repeats = _read_count(attributes.get("table:number-columns-repeated", "1"))
            self.width += repeats
            if any(key.endswith(":value-type") for key in attributes):
                self.filled = self.width
                self.fits = self.fits and repeats <= MAX_COLUMNS

    def _end_element(self, name: str) -> None:
        if name == "table:table-row" and self.filled:
            self.cells += self.filled * self.row_repeats
            self.fits = (
                self.fits and self.row_repeats <= MAX_REPEATED_ROWS and self.cells <= MAX_CELLS
            )


def _read_count(text: str) -> int:
    """A count of repeats; one that is no plain number, or has too many digits, is endless."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else MAX_CELLS + 1


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _too_large(name: str) -> Invalid:
    return Invalid(
        "%(name)s is too large to open: at most %(rows)d rows of %(columns)d columns. "
        "Split it, or use CSV files.",
        name=name,
        rows=MAX_ROWS,
        columns=MAX_COLUMNS,
    )
