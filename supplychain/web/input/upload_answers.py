"""What the pages of an import send: what columns mean, and what was mended."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from supplychain.actions.imports.understanding.facts import read_answers
from supplychain.model.imports.faults import CellFault
from supplychain.model.imports.mends import Mends
from supplychain.model.imports.understanding import (
    Answers,
    SheetHead,
    SheetUnderstanding,
    Understanding,
)

Typed = Mapping[str, str]
"""Fields of a form by their names."""


@dataclass(kw_only=True)
class _SheetFields:
    """What a form says of one sheet, as a file of answers holds it."""

    table: str
    columns: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)


def read_meaning(typed: Typed, understanding: Understanding, said: Answers) -> Answers:
    """The answers of the page that shows what was understood.

    Where a sheet becomes another table, or its headers are in another row, what was chosen for its
    columns is none of the new ones and is left out.

    Raises:
        Invalid: something in it is no answer.
    """
    sheets: dict[str, dict[str, object]] = {}
    for at, head in enumerate(understanding.heads):
        sheet = understanding.find_sheet(head.name)
        fields = _SheetFields(table=typed.get(f"table-{at}", sheet.table if sheet else ""))
        row = typed.get(f"header-{at}", "")
        is_moved = bool(row) and (sheet is None or row != str(sheet.header_row))
        if sheet is not None and sheet.table == fields.table and not is_moved:
            _read_columns(typed, at, sheet, fields)
        facts: dict[str, object] = {
            "table": fields.table,
            "columns": fields.columns,
            "values": fields.values,
            "add_up": bool(typed.get(f"add_up-{at}")),
        }
        if row.isdigit() and (is_moved or head.name in said.header_rows):
            facts["header_row"] = int(row[:6])
        sheets[head.name] = facts
    return read_answers(
        {
            "encoding": typed.get("encoding", said.encoding),
            "numbers": typed.get("numbers", ""),
            "days": typed.get("days", ""),
            "sheets": sheets,
        }
    )


def _read_columns(typed: Typed, at: int, sheet: SheetUnderstanding, fields: _SheetFields) -> None:
    for column in (*sheet.columns, *sheet.unused):
        fields.columns[column.header] = typed.get(f"col-{at}-{column.position}", column.column)
    start = f"value-{at}-"
    for name, text in typed.items():
        if name.startswith(start) and text.strip():
            fields.values[name.removeprefix(start)] = text.strip()


def list_headers(head: SheetHead) -> list[tuple[int, str]]:
    """Rows that may hold the headers of a sheet: the number and what stands there."""
    return [(row.number, " · ".join(cell for cell in row.cells if cell)[:90]) for row in head.rows]


def name_fault(fault: CellFault) -> str:
    """What the fields of a fault are called, alike however often the file is read."""
    row = "" if fault.of_text else str(fault.rows[0])
    text = "\x1f".join((fault.sheet, fault.column, row, fault.text, fault.message))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def read_mended(typed: Typed, faults: Sequence[CellFault]) -> Mends:
    """What was typed over faults: only what is another text than stood there."""
    cells: dict[tuple[str, int, str], str] = {}
    texts: dict[tuple[str, str, str], str] = {}
    left_rows: set[tuple[str, int]] = set()
    left_texts: set[tuple[str, str, str]] = set()
    for fault in faults:
        name = name_fault(fault)
        key = (fault.sheet, fault.column, fault.text)
        text = typed.get(f"text-{name}")
        if typed.get(f"leave-{name}"):
            if fault.of_text and fault.is_mendable:
                left_texts.add(key)
            else:
                left_rows.update((fault.sheet, row) for row in fault.rows)
        elif text is not None and text.strip() != fault.text.strip() and fault.is_mendable:
            if fault.of_text:
                texts[key] = text.strip()
            else:
                cells[fault.sheet, fault.rows[0], fault.column] = text.strip()
    return Mends(
        cells=cells, texts=texts, left_rows=frozenset(left_rows), left_texts=frozenset(left_texts)
    )
