"""What an import found and did: bad rows with reasons, and counts by table."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from supplychain.model.formulas import quote_formula
from supplychain.model.imports.understanding import NOTHING_UNDERSTOOD, Understanding

MAX_KEPT_CELLS: Final = 10_000
"""Bad cells kept with their reason; beyond that they are only counted."""
MAX_VALUE_CHARS: Final = 100
MAX_NAMED_ITEMS: Final = 100
"""Columns, sheets and rows that are named as left out."""
HEADER: Final = ("table", "row", "column", "value", "reason")

Progress: TypeAlias = Callable[[int, int, str], None]
"""Called with (done, total, message); total is 0 while it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """One bad cell: ``row`` as numbered in the file (the header is 1); ``message`` is a key."""

    table: str
    row: int
    column: str
    value: str
    message: str
    values: dict[str, object] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """The English sentence."""
        return self.message % self.values if self.values else self.message


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCount:
    """Rows of one table: what they were, whether or not they were written."""

    table: str
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome of an import.

    Attributes:
        tables: counts by table, in the order read.
        bad_rows: the first bad cells, at most ``KEPT``.
        bad: number of bad rows, all of them.
        written: False where bad rows kept everything from being written.
        warnings: the first cells of good rows that whoever sent the file should look at.
        understanding: what was read as what, what was left out, and what is to be answered.
    """

    tables: tuple[TableCount, ...]
    bad_rows: tuple[BadRow, ...]
    bad: int
    written: bool
    warnings: tuple[BadRow, ...] = ()
    understanding: Understanding = NOTHING_UNDERSTOOD

    def to_facts(self) -> dict[str, Any]:
        """The counts as JSON can hold them."""
        names = ("rows", "new", "changed", "unchanged", "bad")
        counts = {c.table: {name: getattr(c, name) for name in names} for c in self.tables}
        facts = {"tables": counts, "bad": self.bad, "written": self.written}
        seen = self.understanding
        left_out = [f"{sheet.table}: {name}" for sheet in seen.sheets for name in sheet.left_out]
        return {
            **facts,
            "warnings": len(self.warnings),
            "left_out": left_out[:MAX_NAMED_ITEMS],
            "skipped_sheets": list(seen.skipped_sheets[:MAX_NAMED_ITEMS]),
            "skipped_rows": {
                sheet.table: list(sheet.skipped_rows[:MAX_NAMED_ITEMS])
                for sheet in seen.sheets
                if sheet.skipped_rows
            },
        }

    def save_csv(self, path: Path) -> None:
        """Write the bad rows as CSV that opens in a spreadsheet."""
        path.write_text(report_csv(self.bad_rows), encoding="utf-8-sig", newline="")


def report_csv(
    bad_rows: Iterable[BadRow], say: Callable[[BadRow], str] = lambda bad: bad.reason
) -> str:
    """Bad rows as CSV; ``say`` words the reason. Nothing in it can be taken for a formula."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(HEADER)
    writer.writerows(
        (bad.table, bad.row, bad.column, quote_formula(bad.value), say(bad)) for bad in bad_rows
    )
    return file.getvalue()


class Findings:
    """The bad cells found so far."""

    def __init__(self) -> None:
        self.rows: list[BadRow] = []
        self.warnings: list[BadRow] = []

    def add_cell(
        self, table: str, row: int, column: str, value: object, message: str, **values: object
    ) -> None:
        """Note one bad cell."""
        if len(self.rows) < MAX_KEPT_CELLS:
            self.rows.append(_make_bad_row(table, row, column, value, message, values))

    def add_text(
        self, table: str, row: int, column: str, value: object, message: str, **values: object
    ) -> None:
        """Note a bad cell whose text is wrong wherever it stands in the column."""
        self.add_cell(table, row, column, value, message, **values)

    def add_warning(
        self, table: str, row: int, column: str, value: object, message: str, **values: object
    ) -> None:
        """Note a cell that is written and needs a look."""
        if len(self.warnings) < MAX_KEPT_CELLS:
            self.warnings.append(_make_bad_row(table, row, column, value, message, values))

    def in_order(self, tables: Iterable[str]) -> tuple[BadRow, ...]:
        """The bad cells by table and row."""
        order = {name: place for place, name in enumerate(tables)}
        return tuple(sorted(self.rows, key=lambda bad: (order[bad.table], bad.row)))


def _make_bad_row(
    table: str, row: int, column: str, value: object, message: str, values: dict[str, object]
) -> BadRow:
    return BadRow(
        table=table,
        row=row,
        column=column,
        value=_shorten_value(value),
        message=message,
        values=values,
    )


def _shorten_value(value: object) -> str:
    text = "" if value is None else str(value)
    short = text if len(text) <= MAX_VALUE_CHARS else f"{text[:MAX_VALUE_CHARS]}…"
    return "".join(letter if letter.isprintable() else "�" for letter in short)
