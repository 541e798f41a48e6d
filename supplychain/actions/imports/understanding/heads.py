"""How sheets begin, and by what a file of the same program is known again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from supplychain.actions.imports.understanding.grids import Grid
from supplychain.model.ids import digest
from supplychain.model.imports.understanding import SampledRow, SheetHead
from supplychain.model.names import fold_name

SHOWN_ROWS: Final = 12
"""First rows of a sheet to choose its headers from."""
MAX_CELL_CHARS: Final = 60


def make_head(grid: Grid, rows: Sequence[tuple[int, list[str]]]) -> SheetHead:
    """The first rows of a sheet that hold anything."""
    filled = [(number, cells) for number, cells in rows if any(map(str.strip, cells))]
    return SheetHead(
        name=grid.name,
        rows=tuple(
            SampledRow(number=number, cells=tuple(cell.strip()[:MAX_CELL_CHARS] for cell in cells))
            for number, cells in filled[:SHOWN_ROWS]
        ),
        encoding=grid.encoding.name if grid.encoding else "",
        delimiter=grid.delimiter,
    )


def digest_shape(heads: Sequence[SheetHead]) -> str:
    """What files have in common that come out of the same program: their sheets and headers.

    The name of a CSV file often holds its day and is left out; figures in the name of a sheet are.
    """
    shape = [
        ["" if head.delimiter else fold_name(_drop_digits(head.name)), *_find_words(head)]
        for head in heads
    ]
    return digest(json.dumps(shape))


def _drop_digits(text: str) -> str:
    return "".join(letter for letter in text if not letter.isdigit())


def _find_words(head: SheetHead) -> list[str]:
    """The first of the rows with the most words: as a rule that of the headers."""
    rows = [[fold_name(cell) for cell in row.cells] for row in head.rows]
    return max(rows, key=_count_words, default=[])


def _count_words(cells: list[str]) -> int:
    return sum(any(map(str.isalpha, cell)) for cell in cells)
