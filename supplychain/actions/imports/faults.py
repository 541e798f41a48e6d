"""The faults of a file, kept so that each is mended where it stands."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from typing_extensions import override

from supplychain.actions.imports.checking import CAN_BE_ADDED_UP, SAME_ROW, Sheet
from supplychain.actions.imports.report import BadRow, Findings, TableCount
from supplychain.model.imports.faults import MAX_FAULT_ROWS, MAX_FAULTS_ITEMS, CellFault
from supplychain.model.imports.mends import MAX_MEND_CHARS
from supplychain.model.imports.understanding import Question

MAX_WARNINGS_ITEMS: Final = 200
MAX_CONTEXT_CHARS: Final = 80
_NAMING: Final = ("name", "part_id", "child_part_id", "firm_id", "delivery_id", "category")
"""Columns that name a row to a person, the most telling first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFile:
    """What writing a file would do.

    Attributes:
        tables: counts of rows by table.
        faults: what is wrong, by sheet and column, at most ``MAX_FAULTS_ITEMS``.
        bad: the number of bad rows, all of them.
        warnings: what is written and needs a look, the first ones.
        questions: what may be said yet of its rows.
    """

    tables: tuple[TableCount, ...] = ()
    faults: tuple[CellFault, ...] = ()
    bad: int = 0
    warnings: tuple[BadRow, ...] = ()
    questions: tuple[Question, ...] = ()

    @property
    def changes(self) -> int:
        """How many rows would be written."""
        return sum(one.new + one.changed for one in self.tables)


class FaultFindings(Findings):
    """Bad cells: one fault for a text that is wrong wherever it stands, else one a cell."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: dict[object, CellFault] = {}

    @override
    def add_cell(
        self, table: str, row: int, column: str, value: object, message: str, **values: object
    ) -> None:
        """Note one bad cell."""
        self._keep_fault((table, column, row, message), table, row, column, value, message, values)

    @override
    def add_text(
        self, table: str, row: int, column: str, value: object, message: str, **values: object
    ) -> None:
        """Note a bad cell whose text is wrong wherever it stands."""
        text = str(value)
        if len(text) > MAX_MEND_CHARS:
            return self.add_cell(table, row, column, value, message, **values)
        key = (table, column, text, message)
        known = self.faults.get(key)
        if known is None:
            self._keep_fault(key, table, row, column, value, message, values, of_text=True)
        else:
            rows = (*known.rows, row) if known.count < MAX_FAULT_ROWS else known.rows
            self.faults[key] = replace(known, count=known.count + 1, rows=rows)
        return None

    def _keep_fault(
        self,
        key: object,
        table: str,
        row: int,
        column: str,
        value: object,
        message: str,
        values: dict[str, object],
        of_text: bool = False,
    ) -> None:
        if len(self.faults) < MAX_FAULTS_ITEMS:
            self.faults[key] = CellFault(
                sheet="",
                table=table,
                column=column,
                text=str(value)[:MAX_MEND_CHARS],
                message=message,
                values={
                    name: one if isinstance(one, int | float) else str(one)
                    for name, one in values.items()
                },
                rows=(row,),
                of_text=of_text,
            )


def list_faults(findings: FaultFindings, sheets: Sequence[Sheet]) -> tuple[CellFault, ...]:
    """What is wrong, by sheet, column and reason, with what names the rows to a person."""
    order = {sheet.table.name: (at, sheet) for at, sheet in enumerate(sheets)}

    def rank_fault(fault: CellFault) -> tuple[int, int, str, int]:
        at, sheet = order[fault.table]
        names = sheet.table.names
        column = names.index(fault.column) if fault.column in names else -1
        return at, column, fault.message, fault.rows[0]

    ranked = sorted(findings.faults.values(), key=rank_fault)
    return tuple(_complete_fault(fault, order[fault.table][1]) for fault in ranked)


def _complete_fault(fault: CellFault, sheet: Sheet) -> CellFault:
    return replace(
        fault,
        sheet=sheet.name,
        is_mendable=fault.column in sheet.columns,
        context=_name_row(sheet, fault),
    )


def _name_row(sheet: Sheet, fault: CellFault) -> str:
    at = bisect_left(sheet.numbers, fault.rows[0])
    texts = [
        sheet.show_cell(at, name)
        for name in _NAMING
        if name in sheet.columns and name != fault.column
    ]
    return next((text for text in texts if text), "")[:MAX_CONTEXT_CHARS]


def ask_of_repeated(faults: Sequence[CellFault]) -> tuple[Question, ...]:
    """Whether rows of one key are to be added up, where that can be meant."""
    again = [one for one in faults if one.message == SAME_ROW and one.table in CAN_BE_ADDED_UP]
    sheets = dict.fromkeys(one.sheet for one in again)
    return tuple(
        Question(
            kind="repeated",
            sheet=name,
            samples=tuple(str(one.rows[0]) for one in again if one.sheet == name)[:5],
        )
        for name in sheets
    )
