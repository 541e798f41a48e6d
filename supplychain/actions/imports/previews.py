"""The first rows of a sheet as they will be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from supplychain.actions.imports.cells import USUAL_HABITS, BadCell, parse_cell, show_value
from supplychain.actions.imports.mending import mend_source
from supplychain.actions.imports.reading import Source
from supplychain.actions.imports.understanding.scanning import NUMBER_TYPES
from supplychain.model.imports.mends import NO_MENDS, Mends
from supplychain.model.imports.tables import TABLES, Column
from supplychain.model.imports.understanding import Answers, SheetUnderstanding
from supplychain.model.reading.habits import Habits


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewCell:
    """A cell: ``text`` as in the file, ``read`` as it will be, or why it cannot be taken."""

    column: str
    text: str
    read: str = ""
    message: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    is_number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRow:
    """A row by its number in the file."""

    number: int
    cells: tuple[PreviewCell, ...]


def preview_rows(
    sheet: SheetUnderstanding, answers: Answers, mends: Mends = NO_MENDS
) -> tuple[PreviewRow, ...]:
    """The first rows of a sheet, each cell read in its habit."""
    table = TABLES[sheet.table]
    header = (*(one.column for one in sheet.columns), *sheet.values)
    habits = {
        one.column: Habits(numbers=one.numbers, days=answers.days)
        if table.get_column(one.column).type in NUMBER_TYPES
        else Habits(numbers=USUAL_HABITS.numbers, days=answers.days)
        for one in sheet.columns
    }
    chunk = ([row.number for row in sheet.rows], [list(row.cells) for row in sheet.rows])
    source = Source(table=table, header=header, chunks=iter([chunk]), sheet=sheet.name)
    columns = [table.get_column(name) for name in header]
    return tuple(
        PreviewRow(
            number=number,
            cells=tuple(
                _read_cell(column, text, habits.get(column.name, USUAL_HABITS))
                for column, text in zip(columns, cells, strict=True)
            ),
        )
        for numbers, rows in mend_source(source, mends).chunks
        for number, cells in zip(numbers, rows, strict=True)
    )


def _read_cell(column: Column, text: str, habits: Habits) -> PreviewCell:
    is_number = column.type in NUMBER_TYPES
    try:
        value = parse_cell(column, text, habits)
    except BadCell as bad:
        return PreviewCell(
            column=column.name,
            text=text,
            message=bad.message,
            values=bad.values,
            is_number=is_number,
        )
    read = show_value(column, value)
    return PreviewCell(column=column.name, text=text, read=read, is_number=is_number)
