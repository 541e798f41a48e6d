"""A folder of CSV files, one CSV file or one workbook as tables of texts, in chunks.

What is in the file is understood first (``understanding``); then its rows are read once more, as
rows of our own tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Final

from supplychain.actions.imports.cells import USUAL_HABITS
from supplychain.actions.imports.understanding.grids import (
    Cell,
    Grid,
    id_of,
    number_of,
    open_csv_grid,
    open_workbook_grids,
    text_of,
)
from supplychain.actions.imports.understanding.scanning import NUMBER_TYPES, SAMPLED_ROWS
from supplychain.actions.imports.understanding.understanding import (
    ReadableTable,
    understand_grids,
)
from supplychain.errors import Invalid
from supplychain.model.imports.tables import TABLES, ImportTable
from supplychain.model.imports.understanding import (
    NO_ANSWERS,
    Answers,
    Question,
    SampledRow,
    Understanding,
)
from supplychain.model.reading.habits import Habits

CHUNK_ROWS: Final = 5_000
SHOWN_ROWS: Final = 10
"""First rows of a table that are shown as they will be."""
MAX_SHOWN_CHARS: Final = 200
WORKBOOKS: Final = (".xlsx", ".xlsm", ".xls", ".ods")
TEXTS: Final = (".csv", ".txt", ".tsv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One table as it stands in the file: its rows are as wide as ``header``.

    ``chunks`` yields (numbers of rows in the file, their cells); empty rows are left out.
    ``habits`` are how numbers and days are written, by column, where it is not as usual;
    ``adds_up`` says that rows of one key are one row, their quantities added up.
    """

    table: ImportTable
    header: tuple[str, ...]
    chunks: Iterator[tuple[list[int], list[list[str]]]]
    habits: Mapping[str, Habits] = field(default_factory=dict)
    sheet: str = ""
    adds_up: bool = False

    def habits_of(self, column: str) -> Habits:
        """How numbers and days of a column are written."""
        return self.habits.get(column, USUAL_HABITS)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFile:
    """A file that was understood; there are no sources where a question must be answered first."""

    understanding: Understanding
    sources: tuple[Source, ...]

    def check_answered(self) -> None:
        """Hold that nothing must be answered before the sources can be read.

        Raises:
            Invalid: something must.
        """
        for question in self.understanding.questions:
            if question.blocks:
                raise say_question(question, self.understanding)


def open_sources(path: Path, answers: Answers = NO_ANSWERS) -> list[Source]:
    """The tables at a path, in the order in which they must be read.

    Args:
        path: a folder of CSV files, one such file, or a workbook.
        answers: what somebody said of it.

    Raises:
        Invalid: nothing to read there, a broken file, or one of which too much is not understood.
    """
    opened = open_file(path, answers)
    opened.check_answered()
    return list(opened.sources)


def open_file(path: Path, answers: Answers) -> OpenedFile:
    """What was understood of a file, and its tables in the order in which they must be read.

    Raises:
        Invalid: nothing to read there, or a broken file.
    """
    grids = _open_path(path, answers)
    understanding, tables = understand_grids(grids, answers)
    understanding = replace(
        understanding,
        sheets=tuple(
            replace(sheet, rows=_read_first_rows(one))
            for sheet, one in zip(understanding.sheets, tables, strict=True)
        ),
    )
    more = list(_ask_for_tables(path, understanding))
    understanding = replace(understanding, questions=(*understanding.questions, *more))
    if understanding.is_blocked:
        return OpenedFile(understanding=understanding, sources=())
    order = list(TABLES)
    tables.sort(key=lambda one: order.index(one.table.name))
    return OpenedFile(
        understanding=understanding, sources=tuple(_make_source(one) for one in tables)
    )


def _ask_for_tables(path: Path, understanding: Understanding) -> Iterator[Question]:
    """What must be said where a table is there twice, or none at all."""
    names = [sheet.table for sheet in understanding.sheets]
    for at, sheet in enumerate(understanding.sheets):
        if sheet.table in names[:at]:
            yield Question(kind="twice", sheet=sheet.name, choices=(sheet.table,), blocks=True)
    if not understanding.sheets and not understanding.questions:
        alone = len(understanding.heads) == 1
        name = understanding.heads[0].name if alone else path.name
        yield Question(kind="none", sheet=name, choices=tuple(TABLES), blocks=True)


def say_question(question: Question, understanding: Understanding) -> Invalid:
    """The refusal of a file that cannot be read before a question is answered."""
    if question.kind == "encoding":
        samples = "; ".join(
            f"{name}: {sample}"
            for name, sample in zip(question.choices, question.samples, strict=True)
        )
        return Invalid(
            "The encoding of %(name)s is in doubt. Save it as CSV UTF-8, or answer which it is: "
            "%(samples)s",
            name=question.sheet,
            samples=samples,
        )
    if question.kind == "twice":
        return Invalid(
            "The table %(name)s is there twice. Keep one of them.", name=question.choices[0]
        )
    if question.kind == "none":
        is_sheet = any(head.name == question.sheet for head in understanding.heads)
        return Invalid(
            "%(name)s is not a table. Known: %(known)s."
            if is_sheet
            else "There is no table in %(name)s. Known: %(known)s.",
            name=question.sheet,
            known=", ".join(question.choices),
        )
    if question.kind == "table":
        return Invalid(
            "It is not clear which table %(name)s is: %(choices)s. Name the file after it.",
            name=question.sheet,
            choices=", ".join(question.choices),
        )
    table = next(one.table for one in understanding.sheets if one.name == question.sheet)
    if question.choices:
        return Invalid(
            "%(table)s lacks the column %(name)s. Not understood: %(headers)s.",
            table=table,
            name=question.column,
            headers=", ".join(question.choices),
        )
    return Invalid("%(table)s lacks the column %(name)s.", table=table, name=question.column)


def _open_path(path: Path, answers: Answers) -> list[Grid]:
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix.lower() in TEXTS)
        if not files:
            raise Invalid(
                "There is no table in %(name)s. Known: %(known)s.",
                name=path.name,
                known=", ".join(TABLES),
            )
        return [open_csv_grid(file, answers.encoding) for file in files]
    if not path.is_file():
        raise Invalid("There is no file or folder %(name)s.", name=path.name)
    if path.suffix.lower() in TEXTS:
        return [open_csv_grid(path, answers.encoding)]
    if path.suffix.lower() in WORKBOOKS:
        return open_workbook_grids(path)
    raise Invalid(
        "%(name)s is neither CSV nor a workbook. Save it as .csv or .xlsx.", name=path.name
    )


def _read_first_rows(one: ReadableTable) -> tuple[SampledRow, ...]:
    """The first rows of a table as they are read: some beyond its header are looked at for them."""
    source = _make_source(one, most_rows=SAMPLED_ROWS)
    numbered = (pair for numbers, rows in source.chunks for pair in zip(numbers, rows, strict=True))
    width = len(source.header)
    return tuple(
        SampledRow(number=number, cells=tuple(cell[:MAX_SHOWN_CHARS] for cell in cells[:width]))
        for number, cells in islice(numbered, SHOWN_ROWS)
    )


def _make_source(one: ReadableTable, most_rows: int | None = None) -> Source:
    header = (*one.header.columns, *one.values)
    first = one.header.at + 1
    rows = islice(one.grid.rows(), first, None if most_rows is None else first + most_rows)
    wide = len(one.header.cells)
    while wide and not one.header.cells[wide - 1].strip():
        wide -= 1
    is_plain = (
        one.grid.sheet is None
        and not one.values
        and not one.skipped
        and len(one.header.columns) == wide
    )
    chunks = _read_chunks(rows, wide) if is_plain else _map_chunks(one, rows, wide)
    return Source(
        table=one.table, header=header, chunks=chunks, habits=one.habits, sheet=one.grid.name
    )


def _read_chunks(
    numbered: Iterator[tuple[int, list[Cell]]], width: int
) -> Iterator[tuple[list[int], list[list[str]]]]:
    """Rows of texts that stand in the file as they are wanted."""
    while chunk := list(islice(numbered, CHUNK_ROWS)):
        numbers, rows = [number for number, _ in chunk], [cells for _, cells in chunk]
        if set(map(len, rows)) != {width} or not all(map(any, rows)):
            kept = [
                (number, _fit_row(list(map(text_of, cells)), width))
                for number, cells in chunk
                if any(map(str.strip, map(text_of, cells)))
            ]
            yield [number for number, _ in kept], [cells for _, cells in kept]
        else:
            yield numbers, rows  # type: ignore[misc]  # texts, every one


def _map_chunks(
    one: ReadableTable, numbered: Iterator[tuple[int, list[Cell]]], width: int
) -> Iterator[tuple[list[int], list[list[str]]]]:
    """Rows whose cells are put into the order of the columns, as texts that mean what they say."""
    readers: list[tuple[int, Callable[[Cell], str]]] = [
        (at, _find_reader(one.table, match.column))
        for at, match in enumerate(one.header.matches)
        if match
    ]
    constants = list(one.values.values())
    merged = _list_merged(one)
    while chunk := list(islice(numbered, CHUNK_ROWS)):
        numbers: list[int] = []
        rows: list[list[str]] = []
        for number, cells in chunk:
            if number in one.skipped or not any(
                cell.strip() if type(cell) is str else True for cell in cells
            ):
                continue
            if merged:
                cells = _fill_merged(number, cells, merged)
            cells = cells + [""] * (width - len(cells))
            beyond = " ".join(text for cell in cells[width:] if (text := text_of(cell)).strip())
            row = [read(cells[at]) for at, read in readers]
            rows.append([*row, *constants, *([beyond] if beyond else [])])
            numbers.append(number)
        yield numbers, rows


def _find_reader(table: ImportTable, column: str) -> Callable[[Cell], str]:
    kind = table.get_column(column).type
    if kind == "id":
        return id_of
    return number_of if kind in NUMBER_TYPES else text_of


def _list_merged(one: ReadableTable) -> dict[tuple[int, int], Cell]:
    """Cells under the first one of a merge over several rows: (number of row, place) to cell."""
    ranges = [(first, last) for first, last in one.grid.merged if last[0] + 1 > one.header_row]
    if not ranges:
        return {}
    wanted = {first[0] + 1 for first, _ in ranges}
    rows = {number: cells for number, cells in one.grid.rows() if number in wanted}
    filled: dict[tuple[int, int], Cell] = {}
    for (top, left), (bottom, _right) in ranges:
        cells = rows.get(top + 1, [])
        if left < len(cells):
            filled.update({(row + 1, left): cells[left] for row in range(top + 1, bottom + 1)})
    return filled


def _fill_merged(number: int, cells: list[Cell], merged: dict[tuple[int, int], Cell]) -> list[Cell]:
    return [merged.get((number, at), cell) if cell == "" else cell for at, cell in enumerate(cells)]


def _fit_row(cells: list[str], width: int) -> list[str]:
    """A row as wide as the header; what stands beyond it is kept as one more cell."""
    if len(cells) <= width:
        return cells + [""] * (width - len(cells))
    beyond = " ".join(cell for cell in cells[width:] if cell.strip())
    return cells[:width] + ([beyond] if beyond else [])
