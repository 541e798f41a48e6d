"""What was understood of a file of tables, and what whoever sent it answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from supplychain.model.reading.habits import DayOrder, NumberHabit

QuestionKind = Literal[
    "encoding", "table", "twice", "none", "column", "numbers", "days", "repeated"
]
"""``twice``: two sheets are the same table; ``none``: no sheet is one; ``repeated``: rows of one
key that could be added up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What only somebody can say.

    Attributes:
        kind: what is asked.
        sheet: where; empty for the whole file.
        column: of the table, where one is asked for.
        choices: answers to choose from; none where it is free.
        samples: of the file.
        blocks: whether nothing can be read before it is answered. The cells of other questions are
            bad until then.
    """

    kind: QuestionKind
    sheet: str = ""
    column: str = ""
    choices: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()
    blocks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """One column of a sheet and what it was taken for; ``column`` is empty where it is left out.

    ``confidence`` is 1 for a word that is known or that somebody chose, less for one that is nearly
    so. ``position`` counts the columns of the sheet from 0 on.
    """

    header: str
    column: str
    confidence: float
    samples: tuple[str, ...] = ()
    numbers: NumberHabit = NumberHabit.UNKNOWN
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledRow:
    """One row of a sheet: its number in the file and some of its cells."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetHead:
    """How a sheet begins: its name, and its first rows that hold anything, read as a table or not.

    ``encoding`` and ``delimiter`` are those of a CSV file.
    """

    name: str
    rows: tuple[SampledRow, ...] = ()
    encoding: str = ""
    delimiter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetUnderstanding:
    """One sheet, or one CSV file, that is read as a table.

    Attributes:
        name: of the sheet or file.
        table: of the import.
        header_row: its number in the file, from 1 on.
        encoding: of a CSV file.
        delimiter: between the columns of a CSV file.
        columns: what was taken for what.
        left_out: headers of columns that are not read.
        unused: those columns, with samples.
        rows: the first rows of the table: cells in the order of ``columns``, then of ``values``.
        values: what holds for each row, by column: said outside the rows.
        skipped_rows: numbers of rows that are no rows of the table: totals, remarks, headers again.
    """

    name: str
    table: str
    header_row: int
    encoding: str = ""
    delimiter: str = ""
    columns: tuple[ColumnMapping, ...] = ()
    left_out: tuple[str, ...] = ()
    unused: tuple[ColumnMapping, ...] = ()
    rows: tuple[SampledRow, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    skipped_rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """A whole file: its sheets, those that are not read, and what must be asked.

    ``heads`` are all its sheets in the order of the file; ``shape`` is a digest of their names and
    headers, alike in files that come out of the same program.
    """

    sheets: tuple[SheetUnderstanding, ...] = ()
    skipped_sheets: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    heads: tuple[SheetHead, ...] = ()
    shape: str = ""

    @property
    def is_blocked(self) -> bool:
        """Whether something must be answered before anything can be read."""
        return any(question.blocks for question in self.questions)

    def find_sheet(self, name: str) -> SheetUnderstanding | None:
        """A sheet that is read as a table, by its name."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What whoever sends a file says about it.

    Attributes:
        encoding: of CSV files.
        numbers: what begins decimals, where cells could be read in two ways.
        days: what comes first in ``12/11/2026``.
        tables: the table of a sheet, by its name; empty to leave it out.
        columns: the column of a header, by sheet and header; empty to leave it out.
        values: what holds for each row, by sheet and column.
        header_rows: the number of the row of headers, by sheet.
        added_up: sheets whose rows of one key are one row, their quantities added up.
        own_firm: whose file it is, where a table names no firm.
    """

    encoding: str = ""
    numbers: NumberHabit | None = None
    days: DayOrder | None = None
    tables: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    header_rows: Mapping[str, int] = field(default_factory=dict)
    added_up: frozenset[str] = frozenset()
    own_firm: str = ""


NO_ANSWERS: Final = Answers()
"""Nobody was asked."""
NOTHING_UNDERSTOOD: Final = Understanding()
