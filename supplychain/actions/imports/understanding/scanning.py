"""One look at all rows of a table: what they prove of its habits, and which rows are none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from supplychain.actions.imports.cells import BadCell, parse_cell
from supplychain.actions.imports.understanding.grids import Cell, Grid, text_of
from supplychain.actions.imports.understanding.layout import HeaderRow, RowSieve
from supplychain.model.imports.tables import Column, ImportTable
from supplychain.model.imports.understanding import Answers
from supplychain.model.reading.evidence import conclude, find_mark
from supplychain.model.reading.habits import Habits, NumberHabit

NUMBER_TYPES: Final = frozenset(
    {"whole", "quantity", "money", "share", "degrees", "decimal", "amount"}
)
SCANNED_ROWS: Final = 5_000
SAMPLED_ROWS: Final = 100
"""Rows of so many that samples are taken from."""
MAX_SAMPLES_ITEMS: Final = 3
_YEAR_LAST: Final = re.compile(r"[/-]\s?[0-9０-９]{4}\b")
MAX_DOUBTFUL_ITEMS: Final = 200
"""Cells of a column that could be read in two ways, kept to be looked at."""


class ColumnScan:
    """What the cells of one column prove."""

    def __init__(self, column: Column) -> None:
        self.column = column
        self.samples: list[str] = []
        self.marks: set[str] = set()
        self.doubtful: dict[str, None] = {}

    @property
    def is_looked_at(self) -> bool:
        """Whether its cells can prove anything."""
        return self.column.type in NUMBER_TYPES or self.column.type in ("day", "ends")

    def take(self, texts: set[str]) -> None:
        """Look at some different cells."""
        if self.column.type in NUMBER_TYPES:
            for text in texts:
                if "." in text or "," in text or not text.isascii():
                    self._take_number(text)
        elif len(self.doubtful) < MAX_DOUBTFUL_ITEMS:
            for text in texts:
                if _YEAR_LAST.search(text):
                    self._keep_doubtful(text)

    def _take_number(self, text: str) -> None:
        mark = find_mark(text)
        if mark:
            self.marks.add(mark)
        else:
            self._keep_doubtful(text)

    def _keep_doubtful(self, text: str) -> None:
        if len(self.doubtful) < MAX_DOUBTFUL_ITEMS:
            self.doubtful[text] = None

    def list_unread(self, habits: Habits) -> list[str]:
        """Cells that could be read in two ways all the same."""
        return [text for text in self.doubtful if _has_two_readings(self.column, text, habits)]


def _has_two_readings(column: Column, text: str, habits: Habits) -> bool:
    try:
        parse_cell(column, text, habits)
    except BadCell as bad:
        return "other" in bad.values
    return False


class TableScan:
    """What all rows of a table prove."""

    def __init__(self, table: ImportTable, header: HeaderRow) -> None:
        self.header = header
        self.columns = {
            at: ColumnScan(table.get_column(match.column))
            for at, match in enumerate(header.matches)
            if match
        }
        self.sieve = None if header.is_own else RowSieve(header, table)
        self.skipped: list[int] = []

    def look_at(self, rows: Iterator[tuple[int, list[Cell]]]) -> None:
        """Look at all rows below the header."""
        while chunk := list(islice(rows, SCANNED_ROWS)):
            if self.sieve is not None:
                chunk = list(self._sift_rows(chunk, self.sieve))
            cells_of_rows = [cells for _, cells in chunk]
            for at, scan in self.columns.items():
                if len(scan.samples) < MAX_SAMPLES_ITEMS:
                    self._add_samples(at, scan, chunk[:SAMPLED_ROWS])
                if scan.is_looked_at:
                    texts = {cells[at] for cells in cells_of_rows if at < len(cells)}
                    scan.take({text for text in texts if type(text) is str})

    def _sift_rows(
        self, chunk: list[tuple[int, list[Cell]]], sieve: RowSieve
    ) -> Iterator[tuple[int, list[Cell]]]:
        for number, cells in chunk:
            texts = [text_of(cell) for cell in cells]
            if any(map(str.strip, texts)) and sieve.drops(texts):
                self.skipped.append(number)
            else:
                yield number, cells

    def _add_samples(self, at: int, scan: ColumnScan, chunk: list[tuple[int, list[Cell]]]) -> None:
        for _, cells in chunk:
            text = text_of(cells[at]).strip()[:60] if at < len(cells) else ""
            if text and text not in scan.samples:
                scan.samples.append(text)
                if len(scan.samples) == MAX_SAMPLES_ITEMS:
                    return

    @property
    def marks(self) -> frozenset[str]:
        """What all columns prove together."""
        return frozenset(mark for scan in self.columns.values() for mark in scan.marks)

    def conclude_habits(
        self, grid: Grid, file_marks: frozenset[str], answers: Answers
    ) -> dict[str, Habits]:
        """How numbers and days are written, by column."""
        habits = {}
        for scan in self.columns.values():
            if scan.column.type in NUMBER_TYPES:
                numbers = conclude(frozenset(scan.marks), file_marks, grid.delimiter)
                if answers.numbers is not None and not numbers.is_proved:
                    numbers = answers.numbers
            else:
                numbers = NumberHabit.LIKELY_POINT
            habits[scan.column.name] = Habits(numbers=numbers, days=answers.days)
        return habits
