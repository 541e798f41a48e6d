"""A file of a table and its right reading, and how such files are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter

Rows = dict[int, list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeFile:
    """One file and its right reading.

    Attributes:
        name: of the file.
        content: its bytes.
        table: what it is read as; empty where it is refused.
        columns: the columns that are read, in the order of the file, then what holds for all rows.
        rows: by number in the file, the values of good rows.
        bad: (number, column) of cells that are refused.
        asked: (kind, column) of questions.
        left_out: headers that are not read.
        skipped: numbers of rows that are none.
        skipped_sheets: names.
        answers: what somebody said of it.
        refused: how the sentence begins that refuses it.
    """

    name: str
    content: bytes
    table: str = ""
    columns: list[str] = field(default_factory=list)
    rows: Rows = field(default_factory=dict)
    bad: list[tuple[int, str]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    skipped_sheets: list[str] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)
    refused: str = ""


def write_text(lines: list[str], encoding: str = "utf-8") -> bytes:
    """Lines of a CSV file in an encoding."""
    return "".join(f"{line}\r\n" for line in lines).encode(encoding)


def write_book(sheets: dict[str, list[list[Any]]], **options: Any) -> bytes:
    """A workbook: (value, format) pairs have a number format; ``merge`` are merged rows."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2026, 1, 1)})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, cells in enumerate(rows):
                for place, cell in enumerate(cells):
                    if isinstance(cell, tuple):
                        value, code = cell
                        sheet.write(at, place, value, book.add_format({"num_format": code}))
                    elif isinstance(cell, str):
                        sheet.write_string(at, place, cell)
                    elif cell is not None:
                        sheet.write(at, place, cell)
            for first, column, last, value in options.get("merge", []):
                sheet.merge_range(first, column, last, column, value)
    return file.getvalue()
