"""Workbooks that somebody filled in and sent back: their cells as texts, by where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

Spot: TypeAlias = tuple[int, int]
"""(row, column) of a cell, from 0 on."""

VALUE: Final = "value"
EMPTY: Final = "empty"
ERROR: Final = "error"
"""What a program kept of a formula: the value that it came to, none, or an error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledSheet:
    """One sheet.

    Attributes:
        name: of the sheet.
        cells: what is in it; a number is written so that it reads in one way only, a day as
            ``2026-11-22``. A formula is the value that was kept of it: none is ever run.
        numbers: cells that hold a number, and no text of one.
        formulas: cells with a formula, and what was kept of each.
    """

    name: str
    cells: Mapping[Spot, str]
    numbers: frozenset[Spot] = frozenset()
    formulas: Mapping[Spot, str] = field(default_factory=dict)

    def text_at(self, spot: Spot) -> str:
        """What a cell says, without blanks around it."""
        return self.cells.get(spot, "").strip()


def cell_name(spot: Spot) -> str:
    """A cell as a spreadsheet calls it: (6, 9) is ``J7``."""
    row, column = spot
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"
