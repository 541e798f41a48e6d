"""Sources to typed columns, and all that can be seen wrong without the graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, Final

from supplychain.actions.imports.cells import Memo, show_value
from supplychain.actions.imports.reading import Source
from supplychain.actions.imports.report import Findings
from supplychain.model.capacity.hours import WorkHours
from supplychain.model.imports.tables import ImportTable, category_id
from supplychain.model.money import PRICE_BASES_UNITS
from supplychain.model.parts_requests import conversions
from supplychain.model.parts_requests.conversions import read_conversions
from supplychain.model.reading.misread import Misread
from supplychain.model.reading.money import check_currency
from supplychain.model.registration_numbers import WRONG_NUMBER, is_right_number
from supplychain.model.supply_relations import RESERVED_NAMES
from supplychain.model.units import Unit


class Sheet:
    """The typed columns of one table.

    ``name`` is that of the file's sheet. ``columns`` holds only what the file has, each as long as
    ``numbers`` (rows as in the file); ``bad`` the positions of bad rows, ``currencies`` what stands
    beside amounts, by column and position, ``units`` what stands behind quantities.
    """

    def __init__(self, table: ImportTable, findings: Findings, name: str = "") -> None:
        self.name = name
        self.table = table
        self.findings = findings
        self.numbers: list[int] = []
        self.columns: dict[str, list[Any]] = {}
        self.bad: set[int] = set()
        self.currencies: dict[str, dict[int, tuple[str, ...]]] = {}
        self.units: dict[str, dict[int, Unit]] = {}

    def __len__(self) -> int:
        return len(self.numbers)

    def refuse_row(self, index: int, column: str, message: str, **values: object) -> None:
        """Note that a row is bad because of one of its columns."""
        self.bad.add(index)
        number, text = self.numbers[index], self.show_cell(index, column)
        self.findings.add_cell(self.table.name, number, column, text, message, **values)

    def refuse_text(self, index: int, column: str, message: str, **values: object) -> None:
        """Note that a row is bad because of a text that is wrong wherever it stands."""
        self.bad.add(index)
        number, text = self.numbers[index], self.show_cell(index, column)
        self.findings.add_text(self.table.name, number, column, text, message, **values)

    def show_cell(self, index: int, column: str) -> str:
        """What stands in a cell, as it would be typed; empty where the file lacks the column."""
        if column not in self.columns:
            return ""
        return show_value(self.table.get_column(column), self.columns[column][index])

    def warn_of_row(self, index: int, column: str, message: str, **values: object) -> None:
        """Note what whoever sent the file should know of a row that is written all the same."""
        number, text = self.numbers[index], self.show_cell(index, column)
        self.findings.add_warning(self.table.name, number, column, text, message, **values)

    def note_currencies(self, column: str, start: int, meant: Iterable[tuple[str, ...]]) -> None:
        """Note what the currencies beside some amounts of a column can mean."""
        some = {start + at: one for at, one in enumerate(meant) if one}
        self.currencies.setdefault(column, {}).update(some)

    def drop_rows(self, indexes: set[int]) -> None:
        """Take rows out that are not bad."""
        if not indexes:
            return
        kept = [at for at in range(len(self)) if at not in indexes]
        moved = {old: new for new, old in enumerate(kept)}
        self.numbers = [self.numbers[at] for at in kept]
        self.columns = {name: [cells[at] for at in kept] for name, cells in self.columns.items()}
        self.bad = {moved[at] for at in self.bad}
        self.currencies = {
            name: {moved[at]: codes for at, codes in by_row.items() if at in moved}
            for name, by_row in self.currencies.items()
        }

    def good_rows(self) -> Iterable[int]:
        """Positions of the rows that are not bad."""
        return (place for place in range(len(self)) if place not in self.bad)

    def row_keys(self) -> list[Any]:
        """The key of each row, categories by their identity; a tuple where it has several parts."""
        parts = [self.comparable_column(name) for name in self.table.key]
        return parts[0] if len(parts) == 1 else list(zip(*parts, strict=True))

    def comparable_column(self, name: str) -> list[Any]:
        """A column with categories replaced by their identity."""
        values = self.columns[name]
        if self.table.get_column(name).type != "category":
            return values
        return [None if value is None else category_id(value) for value in values]


ADDED_UP: Final = frozenset({"quantity"})
"""Columns whose numbers are added up where rows of one key are one row."""
CAN_BE_ADDED_UP: Final = frozenset({"bom"})
"""Tables in which one key twice can mean more of the same: a part twice under one parent."""
SAME_ROW: Final = "The same row is there before, in row %(first)d."


def load_sheet(source: Source, findings: Findings, count_rows: Callable[[int], None]) -> Sheet:
    """Read a source and check its cells, rows and keys; ``told`` hears of rows read."""
    sheet = Sheet(source.table, findings, source.sheet)
    memos = {
        name: Memo(source.table.get_column(name), source.habits_of(name)) for name in source.header
    }
    sheet.columns = {name: [] for name in source.header}
    for numbers, rows in source.chunks:
        _add_rows(sheet, memos, numbers, _cut_rows(sheet, numbers, rows, len(source.header)))
        count_rows(len(numbers))
    if source.adds_up:
        add_up_rows(sheet)
    _check_rows(sheet)
    _check_currencies(sheet)
    _check_keys(sheet)
    return sheet


def _cut_rows(
    sheet: Sheet, numbers: list[int], rows: list[list[str]], width: int
) -> list[list[str]]:
    """Rows as wide as the header; what has more cells is bad."""
    if not rows or max(map(len, rows)) == width:
        return rows
    for place, cells in enumerate(rows):
        if len(cells) > width:
            sheet.bad.add(len(sheet) + place)
            message = "More cells than the header has columns."
            sheet.findings.add_cell(sheet.table.name, numbers[place], "", cells[-1], message)
    return [cells[:width] for cells in rows]


def _add_rows(
    sheet: Sheet, memos: dict[str, Memo], numbers: list[int], rows: list[list[str]]
) -> None:
    start = len(sheet)
    sheet.numbers.extend(numbers)
    for (name, memo), raw in zip(memos.items(), zip(*rows, strict=True), strict=False):
        values = list(map(memo.__getitem__, raw))
        sheet.columns[name].extend(values)
        if memo.bad:
            _note_bad(sheet, memo, start, raw)
        if memo.currencies:
            sheet.note_currencies(name, start, [memo.currencies.get(text, ()) for text in raw])
        if memo.units:
            noted = {
                start + at: memo.units[text] for at, text in enumerate(raw) if text in memo.units
            }
            sheet.units.setdefault(name, {}).update(noted)


def _note_bad(sheet: Sheet, memo: Memo, start: int, raw: tuple[str, ...]) -> None:
    table, column = sheet.table.name, memo.column.name
    for place, text in enumerate(raw, start=start):
        bad = memo.bad.get(text)
        if bad is not None:
            sheet.bad.add(place)
            row = sheet.numbers[place]
            sheet.findings.add_text(table, row, column, text, bad.message, **bad.values)


def _check_keys(sheet: Sheet) -> None:
    keys = sheet.row_keys()
    if not sheet.bad and len(set(keys)) == len(keys):
        return
    first: dict[Any, int] = {}
    for place, key in enumerate(keys):
        if place in sheet.bad:
            continue
        if (known := first.setdefault(key, place)) != place:
            first_row = sheet.numbers[known]
            sheet.refuse_row(place, sheet.table.key[0], SAME_ROW, first=first_row)


def add_up_rows(sheet: Sheet) -> None:
    """Make one row of the good ones of each key, with the sum of their quantities.

    All else of it is as the first row says.
    """
    names = [column.name for column in sheet.table.columns if column.name in ADDED_UP]
    first: dict[Any, int] = {}
    dropped: set[int] = set()
    keys = sheet.row_keys()
    for at in sheet.good_rows():
        kept = first.setdefault(keys[at], at)
        if kept != at:
            dropped.add(at)
            for name in names:
                column = sheet.columns[name]
                column[kept] = plain_sum(column[kept], column[at])
    sheet.drop_rows(dropped)


def plain_sum(one: Any, other: Any) -> Any:
    """The sum of two quantities without the dust of binary fractions."""
    return type(one)(Decimal(repr(one)) + Decimal(repr(other)))


def _check_rows(sheet: Sheet) -> None:
    for names, column, breaks, message in _RULES.get(sheet.table.name, ()):
        # A column that the file lacks is empty in each of its rows.
        columns = [sheet.columns.get(name) or [None] * len(sheet) for name in names]
        for place in [p for p, values in enumerate(zip(*columns, strict=True)) if breaks(*values)]:
            if place not in sheet.bad:
                sheet.refuse_row(place, column, message)


def _check_currencies(sheet: Sheet) -> None:
    """An amount in another currency than that of its row is never taken for one in it."""
    codes = sheet.columns.get("currency") or [None] * len(sheet)
    for column, meant in sheet.currencies.items():
        for at, currencies in meant.items():
            if at in sheet.bad:
                continue
            try:
                check_currency(currencies, codes[at] or "")
            except Misread as misread:
                sheet.refuse_row(at, column, misread.message, **misread.values)


def _are_same(one: Any, other: Any) -> bool:
    return one is not None and one == other


def _is_larger(one: Any, other: Any) -> bool:
    return one is not None and other is not None and one > other


def _is_wrong_number(number: Any, country: Any) -> bool:
    return bool(number) and not is_right_number(number, country or "")


def _lacks_other(one: Any, other: Any) -> bool:
    return one is not None and other is None


def _is_one_missing(one: Any, other: Any) -> bool:
    return (one is None) != (other is None)


def _lacks_quantity(day: Any, quantity: Any) -> bool:
    return day is not None and quantity is None


def _lacks_day(day: Any, quantity: Any) -> bool:
    return day is None and bool(quantity)


def _lacks_lot(setup_e4: Any, lot_size: Any) -> bool:
    return bool(setup_e4) and not lot_size


def _is_no_pace(weekly_e4: Any, piece_e4: Any, setup_e4: Any, lot_size: Any) -> bool:
    if weekly_e4 is None or piece_e4 is None:
        return False
    hours = WorkHours(weekly_e4=weekly_e4, piece_e4=piece_e4, setup_e4=setup_e4 or 0)
    return bool(hours.list_errors(lot_size))


def _is_other_pace(
    weekly: Any, weekly_e4: Any, piece_e4: Any, setup_e4: Any, lot_size: Any
) -> bool:
    if not weekly or weekly_e4 is None or piece_e4 is None:
        return False
    hours = WorkHours(weekly_e4=weekly_e4, piece_e4=piece_e4, setup_e4=setup_e4 or 0)
    return hours.weekly_pieces(lot_size) != weekly


def _is_reserved(firm_id: Any, _name: Any) -> bool:
    return firm_id in RESERVED_NAMES


def _is_no_base(price_per: Any) -> bool:
    return price_per is not None and price_per not in PRICE_BASES_UNITS


def _is_odd_conversion(text: Any, uom: Any) -> bool:
    return bool(text and conversions.list_errors("", uom or "", read_conversions(text)))


MORE_REJECTED: Final = "More was rejected than delivered."
_CURRENCY_NEEDED: Final = "An amount needs a currency."
_RULES: Final[dict[str, tuple[tuple[tuple[str, ...], str, Callable[..., bool], str], ...]]] = {
    "firms": (
        (
            ("latitude", "longitude"),
            "latitude",
            _is_one_missing,
            "Give latitude and longitude, or neither.",
        ),
        (
            ("firm_id", "name"),
            "firm_id",
            _is_reserved,
            "This id is the program's own. Take another.",
        ),
        (("registration_id", "country"), "registration_id", _is_wrong_number, WRONG_NUMBER),
    ),
    "parts": (
        (
            ("conversions", "uom"),
            "conversions",
            _is_odd_conversion,
            "State above 0, for at most 5 other units, what follows from nothing else here and "
            "does not convert into the part's by itself.",
        ),
    ),
    "bom": (
        (
            ("parent_part_id", "child_part_id"),
            "child_part_id",
            _are_same,
            "A part cannot contain itself.",
        ),
    ),
    "capabilities": (
        (
            ("min_lot", "max_lot"),
            "max_lot",
            _is_larger,
            "The largest lot is smaller than the smallest one.",
        ),
        (
            ("weekly_hours", "hours_per_piece"),
            "hours_per_piece",
            _is_one_missing,
            "Give the hours of a week and the hours a piece, or neither.",
        ),
        (
            ("setup_hours", "hours_per_piece"),
            "hours_per_piece",
            _lacks_other,
            "Give the hours of a week and the hours a piece, or neither.",
        ),
        (
            ("setup_hours", "lot_size"),
            "lot_size",
            _lacks_lot,
            "Setting up is once a lot: enter the lot size, up to 1000000 pieces.",
        ),
        (
            ("weekly_hours", "hours_per_piece", "setup_hours", "lot_size"),
            "weekly_hours",
            _is_no_pace,
            "These hours do not make one piece a week, or are more than 100000.",
        ),
        (
            ("weekly_capacity", "weekly_hours", "hours_per_piece", "setup_hours", "lot_size"),
            "weekly_capacity",
            _is_other_pace,
            "The hours of a week make another number of pieces. Leave one of the two empty.",
        ),
    ),
    "offers": (
        (
            ("price_per",),
            "price_per",
            _is_no_base,
            "A price may be for 1, 10, 100 or 1000 pieces.",
        ),
    ),
    "supply_relations": (
        (
            ("supplier_id", "buyer_id"),
            "buyer_id",
            _are_same,
            "A firm cannot supply itself.",
        ),
        (("annual_spend", "currency"), "currency", _lacks_other, _CURRENCY_NEEDED),
    ),
    "exchange_rates": (
        (
            ("from_currency", "to_currency"),
            "to_currency",
            _are_same,
            "Both currencies are the same.",
        ),
    ),
    "deliveries": (
        (
            ("supplier_id", "buyer_id"),
            "buyer_id",
            _are_same,
            "A firm cannot supply itself.",
        ),
        (("unit_price", "currency"), "currency", _lacks_other, _CURRENCY_NEEDED),
        (("freight_cost", "currency"), "currency", _lacks_other, _CURRENCY_NEEDED),
        (
            ("delivered_on", "delivered_quantity"),
            "delivered_quantity",
            _lacks_quantity,
            "Say how much was delivered.",
        ),
        (
            ("delivered_on", "delivered_quantity"),
            "delivered_on",
            _lacks_day,
            "Say when this was delivered.",
        ),
        (
            ("rejected_quantity", "delivered_quantity"),
            "rejected_quantity",
            _is_larger,
            MORE_REJECTED,
        ),
    ),
}
