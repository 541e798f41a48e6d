"""Which cells of a workbook hold a formula, and what was kept of each.

The reader of workbooks gives values alone: a formula whose value nobody kept, or that came to an
error, looks like an empty cell to it. Where an empty cell means something, this must be seen.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Final

from typing_extensions import override

from supplychain.actions.imports.zero_formats import (
    SheetEntries,
    XmlListener,
    column_of,
    parse_entry,
)
from supplychain.model.workbooks import EMPTY, ERROR, VALUE, Spot

_ODS_CONTENT: Final = "content.xml"
_XLSX_BOOK: Final = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")


def read_formula_cells(path: Path) -> dict[str, dict[Spot, str]]:
    """What may be kept of formulas, by sheet and cell; an error without a formula is one too.

    Of a number it is not seen whether there is a value: the reader of cells knows.

    Args:
        path: of an ``.xlsx`` or ``.ods`` that was looked at before: no bomb.
    """
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        if _ODS_CONTENT in names:
            ods = _OdsFormulas()
            parse_entry(archive, _ODS_CONTENT, ods)
            return ods.by_sheet
        if not set(_XLSX_BOOK) <= names:
            return {}
        sheets = SheetEntries()
        for name in _XLSX_BOOK:
            parse_entry(archive, name, sheets)
        found: dict[str, dict[Spot, str]] = {}
        for sheet, entry in sheets.list_entries():
            if entry in names:
                cells = _XlsxFormulas()
                parse_entry(archive, entry, cells)
                found[sheet] = cells.states
    return found


class _XlsxFormulas(XmlListener):
    """``<c r="B2" t="str"><f>…</f><v>…</v></c>``, element after element."""

    def __init__(self) -> None:
        self.states: dict[Spot, str] = {}
        self.row = self.column = -1
        self.kind = ""

    @override
    def hear(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            number = attributes.get("r", "")
            self.row = int(number) - 1 if number.isdigit() else self.row + 1
            self.column = -1
        elif name == "c":
            self.column = column_of(attributes.get("r", ""), self.column + 1)
            self.kind = attributes.get("t", "")
            if self.kind == "e":
                self.states[self.row, self.column] = ERROR
        elif name == "f" and self.kind != "e":
            # A text may be empty and yet be what the formula came to.
            self.states[self.row, self.column] = VALUE if self.kind == "str" else EMPTY


class _OdsFormulas(XmlListener):
    """``<table:table-cell table:formula="…" office:value="…"/>``, with repeats of rows and cells.

    Prefixes are cut off before an element is heard of, but not those of attributes.
    """

    def __init__(self) -> None:
        self.by_sheet: dict[str, dict[Spot, str]] = {}
        self.states: dict[Spot, str] = {}
        self.row = self.next_row = self.column = 0

    @override
    def hear(self, name: str, attributes: dict[str, str]) -> None:
        by_name = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        if name == "table":
            self.states = self.by_sheet.setdefault(by_name.get("name", ""), {})
            self.row = self.next_row = 0
        elif name == "table-row":
            self.row = self.next_row
            self.next_row += _read_repeats(by_name.get("number-rows-repeated", "1"))
            self.column = 0
        elif name in ("table-cell", "covered-table-cell"):
            state = _state_of_ods_cell(attributes)
            if state:
                self.states[self.row, self.column] = state
            self.column += _read_repeats(by_name.get("number-columns-repeated", "1"))


def _state_of_ods_cell(attributes: dict[str, str]) -> str:
    is_error = "error" in (attributes.get("calcext:value-type"), attributes.get("value-type"))
    if "table:formula" not in attributes:
        return ERROR if is_error else ""
    if is_error:
        return ERROR
    return VALUE if "office:value-type" in attributes else EMPTY


def _read_repeats(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 1
