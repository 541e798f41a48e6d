"""Sources to typed columns, and all that can be seen wrong without the graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from supplychain.actions.imports.cells import Memo
from supplychain.actions.imports.reading import Source
from supplychain.actions.imports.report import Findings
from supplychain.model.imports.tables import Table, category_id


class Sheet:
    """The typed columns of one table.

    ``columns`` holds only what the file has, each as long as ``numbers`` (rows as in the file);
    ``bad`` the positions of bad rows.
    """

    def __init__(self, table: Table, findings: Findings) -> None:
        self.table = table
        self.findings = findings
        self.numbers: list[int] = []
        self.columns: dict[str, list[Any]] = {}
        self.bad: set[int] = set()

    def __len__(self) -> int:
        return len(self.numbers)

    def refuse(self, place: int, column: str, message: str, **values: object) -> None:
        """Note that a row is bad because of one of its columns."""
        self.bad.add(place)
        value = self.columns[column][place] if column in self.columns else ""
        number = self.numbers[place]
        self.findings.add(self.table.name, number, column, value, message, **values)

    def good(self) -> Iterable[int]:
        """Positions of the rows that are not bad."""
        return (place for place in range(len(self)) if place not in self.bad)

    def keys(self) -> list[Any]:
        """The key of each row, categories by their identity; a tuple where it has several parts."""
        parts = [self.comparable(name) for name in self.table.key]
        return parts[0] if len(parts) == 1 else list(zip(*parts, strict=True))

    def comparable(self, name: str) -> list[Any]:
        """A column with categories replaced by their identity."""
        values = self.columns[name]
        if self.table.column(name).type != "category":
            return values
        return [None if value is None else category_id(value) for value in values]


def load(source: Source, findings: Findings, told: Callable[[int], None]) -> Sheet:
    """Read a source and check its cells, rows and keys; ``told`` hears of rows read."""
    sheet = Sheet(source.table, findings)
    memos = {name: Memo(source.table.column(name)) for name in source.header}
    sheet.columns = {name: [] for name in source.header}
    for numbers, rows in source.chunks:
        _add(sheet, memos, numbers, _cut(sheet, numbers, rows, len(source.header)))
        told(len(numbers))
    _check_rows(sheet)
    _check_keys(sheet)
    return sheet


def _cut(sheet: Sheet, numbers: list[int], rows: list[list[str]], width: int) -> list[list[str]]:
    """Rows as wide as the header; what has more cells is bad."""
    if not rows or max(map(len, rows)) == width:
        return rows
    for place, cells in enumerate(rows):
        if len(cells) > width:
            sheet.bad.add(len(sheet) + place)
            message = "More cells than the header has columns."
            sheet.findings.add(sheet.table.name, numbers[place], "", cells[-1], message)
    return [cells[:width] for cells in rows]


def _add(sheet: Sheet, memos: dict[str, Memo], numbers: list[int], rows: list[list[str]]) -> None:
    start = len(sheet)
    sheet.numbers.extend(numbers)
    for (name, memo), raw in zip(memos.items(), zip(*rows, strict=True), strict=False):
        values = list(map(memo.__getitem__, raw))
        sheet.columns[name].extend(values)
        if memo.bad:
            _note_bad(sheet, memo, start, raw)


def _note_bad(sheet: Sheet, memo: Memo, start: int, raw: tuple[str, ...]) -> None:
    table, column = sheet.table.name, memo.column.name
    for place, text in enumerate(raw, start=start):
        bad = memo.bad.get(text)
        if bad is not None:
            sheet.bad.add(place)
            row = sheet.numbers[place]
            sheet.findings.add(table, row, column, text, bad.message, **bad.values)


def _check_keys(sheet: Sheet) -> None:
    keys = sheet.keys()
    if not sheet.bad and len(set(keys)) == len(keys):
        return
    first: dict[Any, int] = {}
    for place, key in enumerate(keys):
        if place in sheet.bad:
            continue
        if (known := first.setdefault(key, place)) != place:
            message = "The same row is there before, in row %(first)d."
            sheet.refuse(place, sheet.table.key[0], message, first=sheet.numbers[known])


def _check_rows(sheet: Sheet) -> None:
    for names, column, breaks, message in _RULES.get(sheet.table.name, ()):
        # A column that the file lacks is empty in each of its rows.
        columns = [sheet.columns.get(name) or [None] * len(sheet) for name in names]
        for place in [p for p, values in enumerate(zip(*columns, strict=True)) if breaks(*values)]:
            if place not in sheet.bad:
                sheet.refuse(place, column, message)


def _same(one: Any, other: Any) -> bool:
    return one is not None and one == other


def _larger(one: Any, other: Any) -> bool:
    return one is not None and other is not None and one > other


def _without(one: Any, other: Any) -> bool:
    return one is not None and other is None


def _uneven(one: Any, other: Any) -> bool:
    return (one is None) != (other is None)


def _unsaid(day: Any, quantity: Any) -> bool:
    return day is not None and quantity is None


def _undated(day: Any, quantity: Any) -> bool:
    return day is None and bool(quantity)


_CURRENCY_NEEDED: Final = "An amount needs a currency."
_RULES: Final[dict[str, tuple[tuple[tuple[str, str], str, Callable[..., bool], str], ...]]] = {
    "firms": (
        (
            ("latitude", "longitude"),
            "latitude",
            _uneven,
            "Give latitude and longitude, or neither.",
        ),
    ),
    "bom": (
        (
            ("parent_part_id", "child_part_id"),
            "child_part_id",
            _same,
            "A part cannot contain itself.",
        ),
    ),
    "capabilities": (
        (
            ("min_lot", "max_lot"),
            "max_lot",
            _larger,
            "The largest lot is smaller than the smallest one.",
        ),
    ),
    "supply_relations": (
        (
            ("supplier_id", "buyer_id"),
            "buyer_id",
            _same,
            "A firm cannot supply itself.",
        ),
        (("annual_spend", "currency"), "currency", _without, _CURRENCY_NEEDED),
    ),
    "exchange_rates": (
        (
            ("from_currency", "to_currency"),
            "to_currency",
            _same,
            "Both currencies are the same.",
        ),
    ),
    "deliveries": (
        (
            ("supplier_id", "buyer_id"),
            "buyer_id",
            _same,
            "A firm cannot supply itself.",
        ),
        (("unit_price", "currency"), "currency", _without, _CURRENCY_NEEDED),
        (("freight_cost", "currency"), "currency", _without, _CURRENCY_NEEDED),
        (
            ("delivered_on", "delivered_quantity"),
            "delivered_quantity",
            _unsaid,
            "Say how much was delivered.",
        ),
        (
            ("delivered_on", "delivered_quantity"),
            "delivered_on",
            _undated,
            "Say when this was delivered.",
        ),
        (
            ("rejected_quantity", "delivered_quantity"),
            "rejected_quantity",
            _larger,
            "More was rejected than delivered.",
        ),
    ),
}
