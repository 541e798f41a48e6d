"""What was mended of a file, put into its rows while they are read."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeAlias

from supplychain.actions.imports.reading import Source
from supplychain.model.formulas import unquote_formula
from supplychain.model.imports.mends import Mends

Chunk: TypeAlias = tuple[list[int], list[list[str]]]
"""Numbers of rows and their cells."""


def mend_source(source: Source, mends: Mends) -> Source:
    """A source whose rows are as somebody mended them."""
    sheet = source.sheet
    cells: dict[int, dict[str, str]] = {}
    for (name, row, column), text in mends.cells.items():
        if name == sheet:
            cells.setdefault(row, {})[column] = text
    texts: dict[str, dict[str, str]] = {}
    for (name, column, old), text in mends.texts.items():
        if name == sheet:
            texts.setdefault(column, {})[old] = text
    left: dict[str, set[str]] = {}
    for name, column, old in mends.left_texts:
        if name == sheet:
            left.setdefault(column, set()).add(old)
    left_rows = {row for name, row in mends.left_rows if name == sheet}
    if not (cells or texts or left or left_rows):
        return source
    mender = _RowMender(source, cells, texts, left, left_rows)
    return replace(source, chunks=mender.mend_chunks(source.chunks))


def fold_cell(text: str) -> str:
    """A text of a cell as it is compared with one that was told to a person."""
    return unquote_formula(unicodedata.normalize("NFKC", text).strip())


class _RowMender:
    """Mends the rows of one sheet."""

    def __init__(
        self,
        source: Source,
        cells: dict[int, dict[str, str]],
        texts: dict[str, dict[str, str]],
        left: dict[str, set[str]],
        left_rows: set[int],
    ) -> None:
        self.at = {name: at for at, name in enumerate(source.header)}
        self.cells, self.left_rows = cells, left_rows
        self.texts = {
            self.at[column]: {fold_cell(old): text for old, text in by_text.items()}
            for column, by_text in texts.items()
            if column in self.at
        }
        self.left = {
            self.at[column]: set(map(fold_cell, olds))
            for column, olds in left.items()
            if column in self.at
        }

    def mend_chunks(self, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        """The chunks with their rows mended, without those left out."""
        for numbers, rows in chunks:
            kept = [
                (number, self._mend_row(number, cells))
                for number, cells in zip(numbers, rows, strict=True)
                if number not in self.left_rows and not self._is_left(cells)
            ]
            yield [number for number, _ in kept], [cells for _, cells in kept]

    def _is_left(self, cells: list[str]) -> bool:
        return any(fold_cell(cells[at]) in olds for at, olds in self.left.items())

    def _mend_row(self, number: int, cells: list[str]) -> list[str]:
        own = self.cells.get(number)
        if own is None and not self.texts:
            return cells
        mended = list(cells)
        for at, by_text in self.texts.items():
            mended[at] = by_text.get(fold_cell(mended[at]), mended[at])
        for column, text in (own or {}).items():
            if column in self.at:
                mended[self.at[column]] = text
        return mended
