"""A folder of CSV files, one CSV file or one workbook as tables of texts, in chunks."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Final

from supplychain.actions.imports.cells import USUAL_HABITS
from supplychain.actions.imports.workbooks import open_workbook, sheet_rows
from supplychain.errors import Invalid
from supplychain.model.imports.tables import MAX_COLUMNS, TABLES, ImportTable
from supplychain.model.reading.habits import Habits
from supplychain.model.texts import MAX_SHORT_CHARS, fold_short

CHUNK_ROWS: Final = 5_000
WORKBOOKS: Final = (".xlsx", ".xlsm", ".xls", ".ods")
SUFFIXES: Final = (".csv", *WORKBOOKS)

_BLOCK_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One table as it stands in the file: its rows are as wide as ``header``.

    ``chunks`` yields (numbers of rows in the file, their cells); empty rows are left out.
    ``habits`` are how numbers and days are written, by column, where it is not as usual.
    """

    table: ImportTable
    header: tuple[str, ...]
    chunks: Iterator[tuple[list[int], list[list[str]]]]
    habits: Mapping[str, Habits] = field(default_factory=dict)

    def habits_of(self, column: str) -> Habits:
        """How numbers and days of a column are written."""
        return self.habits.get(column, USUAL_HABITS)


def open_sources(path: Path) -> list[Source]:
    """The tables at a path, in the order in which they must be read.

    Args:
        path: a folder of ``<table>.csv``, one such file, or a workbook with sheets named so.

    Raises:
        Invalid: nothing to read there, an unknown table or column, or a broken file.
    """
    found = [_make_source(name, rows) for name, rows in _open_path(path)]
    names = [source.table.name for source in found]
    for name in names:
        if names.count(name) > 1:
            raise Invalid("The table %(name)s is there twice. Keep one of them.", name=name)
    if not found:
        raise Invalid(
            "There is no table in %(name)s. Known: %(known)s.",
            name=path.name,
            known=", ".join(TABLES),
        )
    order = list(TABLES)
    return sorted(found, key=lambda source: order.index(source.table.name))


def _open_path(path: Path) -> list[tuple[str, Iterator[list[str]]]]:
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix.lower() == ".csv")
        return [(file.stem, _csv_rows(file)) for file in files]
    if not path.is_file():
        raise Invalid("There is no file or folder %(name)s.", name=path.name)
    if path.suffix.lower() == ".csv":
        return [(path.stem, _csv_rows(path))]
    if path.suffix.lower() in WORKBOOKS:
        return [(name, sheet_rows(sheet)) for name, sheet in open_workbook(path)]
    raise Invalid(
        "%(name)s is neither CSV nor a workbook. Save it as .csv or .xlsx.", name=path.name
    )


def _make_source(name: str, rows: Iterator[list[str]]) -> Source:
    table = TABLES.get(_fold_name(name))
    if table is None:
        raise Invalid(
            "%(name)s is not a table. Known: %(known)s.", name=name, known=", ".join(TABLES)
        )
    numbered = enumerate(rows, start=1)
    header = next((cells for _, cells in numbered if any(map(str.strip, cells))), None)
    if header is None:
        raise Invalid("%(name)s is empty. Its first row must name the columns.", name=name)
    names = _read_header(table, header)
    return Source(table=table, header=names, chunks=_read_chunks(numbered, len(names)))


def _fold_name(text: str) -> str:
    return (fold_short(text) or text.strip()[:MAX_SHORT_CHARS]).lower()


def _read_header(table: ImportTable, cells: list[str]) -> tuple[str, ...]:
    names = [_fold_name(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    unknown = [name for name in names if name not in table.names]
    missing = [c.name for c in table.columns if c.required and c.name not in names]
    twice = [name for name in names if names.count(name) > 1]
    if unknown:
        raise Invalid(
            "%(table)s has an unknown column %(name)s. Known: %(known)s.",
            table=table.name,
            name=unknown[0][:64] or "(empty)",
            known=", ".join(table.names),
        )
    if missing or twice:
        raise Invalid(
            "%(table)s lacks the column %(name)s."
            if missing
            else "%(table)s has the column %(name)s twice.",
            table=table.name,
            name=(missing or twice)[0],
        )
    return tuple(names)


def _read_chunks(
    numbered: Iterator[tuple[int, list[str]]], width: int
) -> Iterator[tuple[list[int], list[list[str]]]]:
    while chunk := list(islice(numbered, CHUNK_ROWS)):
        numbers, rows = [number for number, _ in chunk], [cells for _, cells in chunk]
        if set(map(len, rows)) != {width} or not all(map(any, rows)):
            kept = [(n, _fit_row(cells, width)) for n, cells in chunk if any(map(str.strip, cells))]
            numbers, rows = [n for n, _ in kept], [cells for _, cells in kept]
        yield numbers, rows


def _fit_row(cells: list[str], width: int) -> list[str]:
    """A row as wide as the header; what stands beyond it is kept as one more cell."""
    if len(cells) <= width:
        return cells + [""] * (width - len(cells))
    beyond = " ".join(cell for cell in cells[width:] if cell.strip())
    return cells[:width] + ([beyond] if beyond else [])


def _csv_rows(path: Path) -> Iterator[list[str]]:
    encoding = _find_encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        first = file.readline()
        delimiter = max(",;\t", key=first.count)
        try:
            for cells in csv.reader(chain((first,), file), delimiter=delimiter):
                if len(cells) > MAX_COLUMNS:
                    raise Invalid("%(name)s has too many columns.", name=path.name)
                yield cells
        except csv.Error as error:
            raise Invalid(
                "%(name)s is not a readable CSV file: a quote or a cell does not end.",
                name=path.name,
            ) from error


def _find_encoding(path: Path) -> str:
    """UTF-8, with or without a byte order mark, else GB18030.

    Raises:
        Invalid: neither fits.
    """
    with path.open("rb") as file:
        start = file.read(2)
    if start not in (b"\xff\xfe", b"\xfe\xff"):
        for encoding in ("utf-8-sig", "gb18030"):
            if _is_decodable(path, encoding):
                return encoding
    raise Invalid("%(name)s is neither UTF-8 nor GB18030. Save it as CSV UTF-8.", name=path.name)


def _is_decodable(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while block := file.read(_BLOCK_BYTES):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
