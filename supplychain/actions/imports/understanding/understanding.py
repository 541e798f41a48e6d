"""A file of tables, understood: its sheets, columns, habits, and what must be asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from supplychain.actions.imports.understanding.grids import Grid, text_of
from supplychain.actions.imports.understanding.headers import find_table, fold_own
from supplychain.actions.imports.understanding.heads import digest_shape, make_head
from supplychain.actions.imports.understanding.layout import (
    HEAD_ROWS,
    IMPLIED,
    HeaderRow,
    find_header,
    find_own_table,
    list_likely_tables,
    make_header,
)
from supplychain.actions.imports.understanding.scanning import (
    MAX_SAMPLES_ITEMS,
    NUMBER_TYPES,
    SAMPLED_ROWS,
    TableScan,
)
from supplychain.errors import Invalid
from supplychain.model.imports.tables import TABLES, ImportTable
from supplychain.model.imports.understanding import (
    Answers,
    ColumnMapping,
    Question,
    SheetUnderstanding,
    Understanding,
)
from supplychain.model.reading.habits import Habits

MAX_ASKED_ITEMS: Final = 5
"""Samples beside a question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadableTable:
    """A sheet that is read as a table.

    Attributes:
        grid: its cells.
        table: what it is read as.
        header: its row of headers.
        header_row: the number of that row in the file.
        values: what holds for each row, by column.
        habits: by column.
        skipped: numbers of rows that are not read.
    """

    grid: Grid
    table: ImportTable
    header: HeaderRow
    header_row: int
    values: dict[str, str]
    habits: dict[str, Habits]
    skipped: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    """A sheet whose header was found."""

    grid: Grid
    table: ImportTable
    header: HeaderRow
    header_row: int
    scan: TableScan


def understand_grids(
    grids: list[Grid], answers: Answers
) -> tuple[Understanding, list[ReadableTable]]:
    """What some sheets are, and how to read those that are tables.

    Raises:
        Invalid: a sheet that is named as a table is empty, or has a column twice.
    """
    questions = [_ask_encoding(grid) for grid in grids if grid.encoding and grid.encoding.choices]
    begun: list[_Begun] = []
    skipped: list[str] = []
    for grid in grids:
        if grid.encoding and grid.encoding.choices:
            continue
        name, asked = _choose_table(grid, answers, alone=len(grids) == 1)
        if asked:
            questions.append(asked)
        elif name:
            begun.append(_begin_sheet(grid, TABLES[name], answers))
        else:
            skipped.append(grid.name)
    for one in begun:
        rows = islice(one.grid.rows(), _rows_before(one), None)
        one.scan.look_at(rows)
    is_book = any(grid.sheet is not None for grid in grids)
    shared = frozenset(mark for one in begun for mark in one.scan.marks) if is_book else None
    tables, sheets = [], []
    for one in begun:
        marks = one.scan.marks if shared is None else shared
        table, sheet, more = _finish_sheet(one, marks, answers)
        tables.append(table)
        sheets.append(sheet)
        questions += more
    heads = tuple(make_head(grid, _read_head(grid)) for grid in grids)
    understanding = Understanding(
        sheets=tuple(sheets),
        skipped_sheets=tuple(skipped),
        questions=tuple(questions),
        heads=heads,
        shape=digest_shape(heads),
    )
    return understanding, tables


def _ask_encoding(grid: Grid) -> Question:
    assert grid.encoding is not None
    return Question(
        kind="encoding",
        sheet=grid.name,
        choices=tuple(name for name, _ in grid.encoding.choices),
        samples=tuple(sample for _, sample in grid.encoding.choices),
        blocks=True,
    )


def _choose_table(grid: Grid, answers: Answers, *, alone: bool) -> tuple[str, Question | None]:
    """The table of a sheet, or what must be asked; neither where it is none."""
    said = answers.tables.get(grid.name)
    if said is not None:
        return (said if said in TABLES else ""), None
    own = fold_own(grid.name)
    name = own if own in TABLES else find_table(grid.name)
    if name:
        return name, None
    head = [cells for _, cells in _read_head(grid)]
    name = find_own_table(head)
    if name:
        return name, None
    likely = list_likely_tables(head)
    if likely and alone:
        return "", Question(kind="table", sheet=grid.name, choices=tuple(likely), blocks=True)
    return "", None


def _read_head(grid: Grid) -> list[tuple[int, list[str]]]:
    return [
        (number, [text_of(cell) for cell in cells])
        for number, cells in islice(grid.rows(), HEAD_ROWS)
    ]


def _begin_sheet(grid: Grid, table: ImportTable, answers: Answers) -> _Begun:
    head = _read_head(grid)
    chosen = dict(answers.columns.get(grid.name, {}))
    header = find_header(table, [cells for _, cells in head], chosen)
    for at, (number, cells) in enumerate(head):
        if number == answers.header_rows.get(grid.name) and any(map(str.strip, cells)):
            header = make_header(table, at, cells, chosen)
    if header is None:
        raise Invalid("%(name)s is empty. Its first row must name the columns.", name=grid.name)
    own = [fold_own(cell) for cell in header.cells]
    twice = [name for name in own if name in table.names and own.count(name) > 1]
    if twice:
        raise Invalid("%(table)s has the column %(name)s twice.", table=table.name, name=twice[0])
    return _Begun(
        grid=grid,
        table=table,
        header=header,
        header_row=head[header.at][0],
        scan=TableScan(table, header),
    )


def _rows_before(one: _Begun) -> int:
    """How many rows of a grid end with the header."""
    return one.header.at + 1


def _finish_sheet(
    one: _Begun, marks: frozenset[str], answers: Answers
) -> tuple[ReadableTable, SheetUnderstanding, list[Question]]:
    habits = one.scan.conclude_habits(one.grid, marks, answers)
    values = _find_values(one, answers)
    columns = tuple(
        ColumnMapping(
            header=one.header.cells[at].strip()[:100],
            column=match.column,
            confidence=min(1.0, match.confidence),
            samples=tuple(one.scan.columns[at].samples),
            numbers=habits[match.column].numbers,
            position=at,
        )
        for at, match in enumerate(one.header.matches)
        if match
    )
    unused = tuple(_list_unused(one))
    left_out = tuple(column.header for column in unused)
    sheet = SheetUnderstanding(
        name=one.grid.name,
        table=one.table.name,
        header_row=one.header_row,
        encoding=one.grid.encoding.name if one.grid.encoding else "",
        delimiter=one.grid.delimiter,
        columns=columns,
        left_out=left_out,
        unused=unused,
        values=values,
        skipped_rows=tuple(one.scan.skipped),
    )
    table = ReadableTable(
        grid=one.grid,
        table=one.table,
        header=one.header,
        header_row=one.header_row,
        values=values,
        habits=habits,
        skipped=frozenset(one.scan.skipped),
    )
    return table, sheet, list(_list_questions(one, values, habits, left_out))


def _list_unused(one: _Begun) -> Iterator[ColumnMapping]:
    """The columns with a header that are not read, with samples from the first rows."""
    first = _rows_before(one)
    rows = [cells for _, cells in islice(one.grid.rows(), first, first + SAMPLED_ROWS)]
    for at, (cell, match) in enumerate(zip(one.header.cells, one.header.matches, strict=True)):
        if match is None and cell.strip():
            texts = (text_of(cells[at]).strip()[:60] for cells in rows if at < len(cells))
            samples = tuple(dict.fromkeys(text for text in texts if text))[:MAX_SAMPLES_ITEMS]
            yield ColumnMapping(
                header=cell.strip()[:100], column="", confidence=0.0, samples=samples, position=at
            )


def _find_values(one: _Begun, answers: Answers) -> dict[str, str]:
    """What holds for each row: answered, the firm whose file it is, a currency in a header."""
    present = set(one.header.columns)
    values: dict[str, str] = {}
    implied = IMPLIED.get(one.table.name, "")
    if answers.own_firm and implied and implied not in present:
        values[implied] = answers.own_firm
    currencies = {match.currency for match in one.header.matches if match and match.currency}
    if "currency" in one.table.names and "currency" not in present and len(currencies) == 1:
        values["currency"] = currencies.pop()
    said = answers.values.get(one.grid.name, {})
    fitting = {c: t for c, t in said.items() if c in one.table.names and c not in present}
    return {**values, **fitting}


def _list_questions(
    one: _Begun, values: dict[str, str], habits: dict[str, Habits], left_out: tuple[str, ...]
) -> Iterator[Question]:
    present = {*one.header.columns, *values}
    for column in one.table.columns:
        if column.required and column.name not in present:
            yield Question(
                kind="column",
                sheet=one.grid.name,
                column=column.name,
                choices=left_out,
                blocks=True,
            )
    for scan in one.scan.columns.values():
        unread = scan.list_unread(habits[scan.column.name])
        if unread:
            is_number = scan.column.type in NUMBER_TYPES
            yield Question(
                kind="numbers" if is_number else "days",
                sheet=one.grid.name,
                column=scan.column.name,
                choices=("point", "comma") if is_number else ("day first", "month first"),
                samples=tuple(unread[:MAX_ASKED_ITEMS]),
            )
