"""How the cells of our workbooks look: what may be filled in is yellow, what is wrong is red."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from supplychain.model.formulas import quote_formula
from supplychain.model.workbooks import Spot, cell_name

MONEY: Final = "#,##0.00##"
QUANTITY: Final = "#,##0.###"
DAY: Final = "yyyy-mm-dd"
TEXT: Final = "@"
MAX_SHEET_DIGITS: Final = 15
"""What a spreadsheet keeps of a number."""
MAX_CELL_CHARS: Final = 32_767
"""What a cell of a spreadsheet holds."""

_CELL: Final = {"border": 1, "border_color": "#BFBFBF", "valign": "top", "text_wrap": True}
_LOOKS: Final[dict[str, dict[str, Any]]] = {
    "title": {"bold": True, "font_size": 14, "valign": "top"},
    "hint": {"font_color": "#595959", "valign": "top"},
    "head": {**_CELL, "bold": True, "bg_color": "#DDE6F0", "valign": "vcenter"},
    "open_head": {**_CELL, "bold": True, "bg_color": "#FFE699", "valign": "vcenter"},
    "fixed": {**_CELL, "bg_color": "#F5F5F5"},
    "open": {**_CELL, "bg_color": "#FFFBE6", "locked": False},
    "wrong": {**_CELL, "bg_color": "#F8CBAD", "border_color": "#C00000", "locked": False},
    "plain": _CELL,
    "best": {**_CELL, "bg_color": "#E2EFDA"},
    "sum": {**_CELL, "bold": True, "bg_color": "#EDEDED"},
    "total": {**_CELL, "bold": True, "bg_color": "#DDE6F0"},
}


@dataclass(slots=True)
class Styles:
    """The formats of one workbook, each made once."""

    book: xlsxwriter.Workbook
    made: dict[tuple[str, str], Format] = field(default_factory=dict)

    def get(self, look: str, number: str = "") -> Format:
        """The format of a look, for numbers or days written as ``number`` says."""
        key = (look, number)
        if key not in self.made:
            shape = {"num_format": number} if number else {}
            self.made[key] = self.book.add_format({**_LOOKS[look], **shape})
        return self.made[key]


def open_book(path: Path) -> xlsxwriter.Workbook:
    """A new workbook, in which no text becomes a formula or a link."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    return xlsxwriter.Workbook(str(path), options)


def write_cell(
    sheet: Worksheet, spot: Spot, value: str | Decimal | int | date | None, style: Format
) -> None:
    """Write a value as what it is; a text can never be taken for a formula."""
    if value is None or value == "":
        sheet.write_blank(*spot, None, style)
    elif isinstance(value, str):
        sheet.write_string(*spot, quote_formula(value)[:MAX_CELL_CHARS], style)
    elif isinstance(value, date):
        sheet.write_datetime(*spot, datetime(value.year, value.month, value.day), style)
    elif len(f"{value:f}".replace(".", "").lstrip("-")) > MAX_SHEET_DIGITS:
        # A number of more digits would be another one in a spreadsheet.
        sheet.write_number(*spot, float(round(value, 6)), style)
    else:
        sheet.write_number(*spot, float(value), style)


def write_formula(
    sheet: Worksheet, spot: Spot, formula: str, value: Decimal | int | str | None, style: Format
) -> None:
    """Write a formula with what it comes to, for whoever opens it without working it out."""
    kept: Any = "" if value is None else value if isinstance(value, str) else float(value)
    sheet.write_formula(*spot, formula, style, kept)


def name_range(first: Spot, last: Spot) -> str:
    """A range of cells that stays where it is when a formula is copied: ``$B$2:$B$9``."""
    return f"{fix_name(first)}:{fix_name(last)}"


def fix_name(spot: Spot) -> str:
    """A cell that stays where it is when a formula is copied: ``$B$2``."""
    name = cell_name(spot)
    letters = name.rstrip("0123456789")
    return f"${letters}${name[len(letters) :]}"


def set_up_print(sheet: Worksheet, *, head_row: int, pages_wide: int = 1) -> None:
    """A4 across, so many pages wide, the head of the table on each page, pages counted."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(pages_wide, 0)
    sheet.repeat_rows(head_row)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.set_footer("&L&A&R&P / &N")
