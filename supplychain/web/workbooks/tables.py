"""Tables of a workbook that is read and reckoned with: a head, rows, formulas over them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias

from xlsxwriter.worksheet import Worksheet

from supplychain.model.workbooks import cell_name
from supplychain.web.workbooks.bilingual import Bilingual, Wording
from supplychain.web.workbooks.styles import (
    Styles,
    name_range,
    set_up_print,
    write_cell,
    write_formula,
)

MAX_PAGE_COLUMNS: Final = 18
"""Columns on the width of one printed page that can still be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """A formula and what it comes to."""

    formula: str
    value: Decimal | int | str | None


Content: TypeAlias = "str | Decimal | int | date | Worked | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableColumn:
    """A column: ``number`` is how its numbers or days are written, ``look`` its cells' look."""

    key: str
    head: Wording
    width: int = 12
    number: str = ""
    look: str = "plain"


@dataclass(slots=True, kw_only=True)
class SheetTable:
    """A table on a sheet; rows are counted from the head on, cells named by their column's key."""

    sheet: Worksheet
    columns: Sequence[TableColumn]
    styles: Styles
    words: Bilingual
    head_row: int
    rows: int = 0
    places: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        """Write the head."""
        self.places = {one.key: at for at, one in enumerate(self.columns)}
        for at, one in enumerate(self.columns):
            look = "open_head" if one.look == "open" else "head"
            text = self.words.translate(one.head)
            self.sheet.write_string(self.head_row, at, text, self.styles.get(look))
            self.sheet.set_column(at, at, one.width)
        self.sheet.set_row(self.head_row, 48)
        self.sheet.freeze_panes(self.head_row + 1, 0)
        pages_wide = 1 + (len(self.columns) - 1) // MAX_PAGE_COLUMNS
        set_up_print(self.sheet, head_row=self.head_row, pages_wide=pages_wide)

    def add_row(
        self, write: Callable[[Callable[[str], str]], Mapping[str, Content]], look: str = ""
    ) -> int:
        """Add a row and return its number; ``write`` gets the names of the row's own cells."""
        row = self.head_row + 1 + self.rows
        self.rows += 1
        values = write(lambda key: cell_name((row, self.places[key])))
        for one in self.columns:
            style = self.styles.get(look or one.look, one.number)
            value = values.get(one.key)
            spot = (row, self.places[one.key])
            if isinstance(value, Worked):
                write_formula(self.sheet, spot, f"={value.formula}", value.value, style)
            else:
                write_cell(self.sheet, spot, value, style)
        return row

    def range_of(self, key: str, first: int, last: int) -> str:
        """The cells of a column between two rows, as a formula on any sheet names them."""
        column = self.places[key]
        quoted = str(self.sheet.get_name()).replace("'", "''")
        return f"'{quoted}'!{name_range((first, column), (last, column))}"

    def whole_range(self, key: str) -> str:
        """All cells of a column."""
        first = self.head_row + 1
        return self.range_of(key, first, max(first, self.head_row + self.rows))


def write_top(sheet: Worksheet, styles: Styles, title: str, hints: Sequence[str]) -> None:
    """The title of a sheet and what is to be said of it."""
    sheet.write_string(0, 0, title, styles.get("title"))
    sheet.write_string(1, 0, "   ".join(hints), styles.get("hint"))
    sheet.set_row(0, 22)


def name_sheet(words: Bilingual, message: str) -> str:
    """The name of a sheet in both languages: at most 31 characters."""
    return words.translate(message, between=" · ")[:31]
