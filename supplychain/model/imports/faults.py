"""What is wrong in a file, by cell or by text of a column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

MAX_FAULTS_ITEMS: Final = 2_000
"""Kept to be mended in place; rows are counted beyond that."""
MAX_FAULT_ROWS: Final = 20
"""Rows that are named where one text is wrong in many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFault:
    """What is wrong in a cell, or in each cell of a column with one text.

    Attributes:
        sheet: the sheet of the file.
        table: what it is read as.
        column: of the table; empty where a row as a whole is wrong.
        text: what stands there, as it would be typed.
        message: why it cannot be taken: a key of translation.
        values: of the message.
        rows: their numbers in the file; the first ones where there are many.
        count: how many rows.
        of_text: whether the text is wrong wherever it stands in the column, so that it is mended
            for all rows at once.
        is_mendable: whether another text can be put there; else the row can be left out.
        context: what names the first row to a person.
    """

    sheet: str
    table: str
    column: str
    text: str
    message: str
    values: Mapping[str, object] = field(default_factory=dict)
    rows: tuple[int, ...] = ()
    count: int = 1
    of_text: bool = False
    is_mendable: bool = True
    context: str = ""
