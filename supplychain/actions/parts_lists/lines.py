"""The cells of one row as a line of a parts list; what cannot be taken is a fault of its cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Any, Final, TypeVar

from supplychain.actions.imports.cells import DAMAGED_MARK, BadCell, parse_cell
from supplychain.actions.imports.understanding.grids import Cell, id_of, number_of, text_of
from supplychain.model.formulas import unquote_formula
from supplychain.model.money import from_e4
from supplychain.model.parts_lists.columns import PARTS_LIST
from supplychain.model.parts_lists.lists import (
    MAX_DESCRIPTION_CHARS,
    MAX_NUMBER_CHARS,
    ListFault,
    ListLine,
)
from supplychain.model.parts_requests.over_percent import check_over_percent
from supplychain.model.parts_requests.requirements import SIDES, Requirements
from supplychain.model.quantities import MAX_DECIMALS, TOO_FINE
from supplychain.model.reading.habits import Habits
from supplychain.model.reading.misread import Misread
from supplychain.model.reading.money import read_amount, read_currency
from supplychain.model.reading.numbers import DECIMAL, NumberField, is_grouped, read_number
from supplychain.model.reading.quantities import read_quantity
from supplychain.model.texts import is_overmarked
from supplychain.model.units import Unit, convert, converts, find_unit

T = TypeVar("T")
QUANTITIES: Final = ("quantity", "quantity_each", "quantity_total")
_CHANGED: Final = re.compile(r"[0-9]\.[0-9]+E\+[0-9]+|TRUE|FALSE|WAHR|FALSCH")
_BETWEEN: Final = re.compile(r"[,，、;；\n]")
_STEPS: Final = re.compile(r"[,，、;；\n]|->|→|>")
_INDENT: Final = re.compile(r"[\s.·\u3000]*")
_NOTHING: Final = frozenset({"-", "–", "—", "/", "n/a", "无", "none", "－"})
"""What people write for an empty cell."""
CHANGED_MESSAGE: Final = "A spreadsheet changed this: format the column as text and type it anew."
NO_UNIT: Final = (
    "This unit is not known. Write piece, kg, m, m2, set, box or a code of UN/ECE Recommendation "
    "20."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowReader:
    """Reads the rows of one table.

    Attributes:
        places: of the columns in a row.
        habits: how numbers and days are written, by column.
        header_unit: that the header of the quantity says.
        header_currency: that the header of a price says.
    """

    places: Mapping[str, int]
    habits: Mapping[str, Habits]
    header_unit: str = ""
    header_currency: str = ""

    def read(self, row: int, cells: tuple[Cell, ...]) -> ListLine:
        """One row as a line."""
        return _RowCells(self, row, cells).read_line()


class _RowCells:
    """The cells of one row while they are read."""

    def __init__(self, reader: RowReader, row: int, cells: tuple[Cell, ...]) -> None:
        self.reader, self.row, self.cells = reader, row, cells
        self.faults: list[ListFault] = []

    def _get_cell(self, column: str) -> Cell:
        at = self.reader.places.get(column)
        return self.cells[at] if at is not None and at < len(self.cells) else ""

    def _take_cell(self, field: str, column: str, read: Callable[[Cell], T], empty: T) -> T:
        """What a reading makes of a cell; a fault, and what is empty, where it makes nothing."""
        cell = self._get_cell(column)
        text = text_of(cell).strip()
        if not text or text.lower() in _NOTHING:
            return empty
        try:
            if is_overmarked(text):
                raise BadCell("Too many marks on one letter. Type it anew.")
            return read(cell)
        except (BadCell, Misread) as bad:
            values = dict(bad.values)
            both = tuple(str(values[name]) for name in ("one", "other") if name in values)
            self.faults.append(
                ListFault(
                    field=field,
                    text=text[:MAX_DESCRIPTION_CHARS],
                    message=bad.message,
                    values=tuple(values.items()),
                    readings=both if len(both) == 2 else (),
                )
            )
            return empty

    def _take_text(self, name: str, most: int) -> str:
        def read_text(cell: Cell) -> str:
            return clean_text(text_of(cell), most)

        return self._take_cell(name, name, read_text, "")

    def read_line(self) -> ListLine:
        number = self._take_cell("number", "part_number", _read_number, "")
        quantity, unit = self._take_quantity()
        target, currency = self._take_price()
        return ListLine(
            row=self.row,
            number=number,
            name=self._take_text("name", MAX_DESCRIPTION_CHARS),
            specification=self._take_text("specification", MAX_DESCRIPTION_CHARS),
            drawing=self._take_cell("drawing", "drawing", _read_number, ""),
            revision=self._take_text("revision", 60),
            remark=self._take_text("remark", MAX_DESCRIPTION_CHARS),
            position=text_of(self._get_cell("position")).strip()[:60],
            level=text_of(self._get_cell("level")).rstrip()[:60],
            parent=self._take_cell("number", "parent_number", _read_number, ""),
            indent=self._measure_indent(),
            category=self._take_text("category", 200),
            quantity=quantity,
            uom=unit.code if unit else "",
            need_by=self._take_cell("need_by", "need_by", self._read_day, None),
            delivery_place=self._take_text("place", 200),
            certificates=self._take_cell("certificates", "certificates", _read_names, ()),
            target_price=target,
            currency=currency,
            tax_percent=self._take_cell("tax_percent", "tax_percent", _read_percent_text, ""),
            requirements=self._take_requirements(),
            conversions=self._take_text("conversions", 500),
            over_percent=self._take_cell(
                "over_percent", "over_percent", self._read_over, Decimal(0)
            ),
            faults=tuple(self.faults),
        )

    def _take_quantity(self) -> tuple[Decimal | None, Unit | None]:
        column = next((name for name in QUANTITIES if name in self.reader.places), "quantity")
        beside = self._take_cell("uom", "uom", _read_unit, None)
        unit = beside or (find_unit(self.reader.header_unit) if self.reader.header_unit else None)

        def read_number(cell: Cell) -> tuple[Decimal, Unit | None]:
            text, habits = number_of(cell).strip(), self.reader.habits[column]
            field = NumberField(whole=is_grouped(text) and not habits.numbers.is_proved)
            read = read_quantity(text, field, habits.numbers)
            number, own = read.number, read.unit
            if own is not None and unit is not None and own is not unit:
                if not converts(own, unit):
                    raise Misread(
                        "This is in %(meant)s, and the unit here is %(unit)s.",
                        meant=own.symbol,
                        unit=unit.symbol,
                    )
                number = convert(number, own, unit)
            if number < 0:
                raise BadCell("Must not be negative.")
            if number != round(number, MAX_DECIMALS):
                raise BadCell(TOO_FINE)
            return number, unit or own

        return self._take_cell("quantity", column, read_number, (None, unit))

    def _take_price(self) -> tuple[Decimal | None, str]:
        said = self._take_cell("target_price", "currency", _read_code, "")
        header = self.reader.header_currency

        def read_price(cell: Cell) -> tuple[Decimal, str]:
            text = number_of(cell)
            habits = self.reader.habits["target_price"]
            e4 = parse_cell(PARTS_LIST.get_column("target_price"), text, habits)
            meant = read_amount(text, DECIMAL, habits.numbers).currencies
            own = meant[0] if len(meant) == 1 or (meant and meant[0] == "CNY") else ""
            if said and meant and said not in meant:
                raise Misread(
                    "This amount is in %(meant)s, and the currency here is %(currency)s.",
                    meant=" / ".join(meant[:3]),
                    currency=said,
                )
            return from_e4(e4), said or own or header

        price, currency = self._take_cell("target_price", "target_price", read_price, (None, said))
        return price, currency or header

    def _read_day(self, cell: Cell) -> date:
        habits = self.reader.habits["need_by"]
        text = parse_cell(PARTS_LIST.get_column("need_by"), text_of(cell), habits)
        return date.fromisoformat(text)

    def _take_requirements(self) -> Requirements:
        stated: dict[str, Any] = {
            name: self._take_text(name, 60)
            for name in ("process", "material", "tolerance_linear", "tolerance_geometrical")
        }
        for name in (*SIDES, "weight_kg"):
            stated[name] = self._take_cell(name, name, self._find_size_reader(name), None)
        stated["regions"] = self._take_cell("regions", "regions", _read_names, ())
        stated["routing"] = self._take_cell("routing", "routing", _read_steps, ())
        return Requirements.of(stated)

    def _find_size_reader(self, name: str) -> Callable[[Cell], int | None]:
        def read_size(cell: Cell) -> int | None:
            column = PARTS_LIST.get_column(name)
            size = parse_cell(column, number_of(cell), self.reader.habits[name])
            whole = Decimal(repr(size)).to_integral_value(ROUND_CEILING)
            return int(whole) or None

        return read_size

    def _read_over(self, cell: Cell) -> Decimal:
        text = number_of(cell).removesuffix("%").removesuffix("％").strip()
        percent = read_number(text, DECIMAL, self.reader.habits["over_percent"].numbers)
        problems = check_over_percent(percent, "")
        if problems:
            raise BadCell(problems[0].message)
        return percent

    def _measure_indent(self) -> int:
        """How far the number, or the name, is moved to the right."""
        for column in ("part_number", "name"):
            cell = self._get_cell(column)
            if isinstance(cell, str) and cell.strip():
                match = _INDENT.match(cell)
                return match.end() if match and match.end() < len(cell) else 0
        return 0


def clean_text(text: str, most: int) -> str:
    """A text of one line: where it breaks, a blank stands; nothing invisible is in it.

    Raises:
        BadCell: it is longer.
    """
    plain = " ".join(unquote_formula(text.strip()).split())
    visible = "".join(one for one in plain if unicodedata.category(one) not in ("Cc", "Cf", "Cs"))
    if len(visible) > most:
        raise BadCell("Longer than %(limit)d characters.", limit=most)
    return visible


def _read_number(cell: Cell) -> str:
    """A part number as it is printed, without the dots and blanks that indent it."""
    text = id_of(cell)
    if text.startswith(DAMAGED_MARK) or _CHANGED.fullmatch(text.strip()):
        raise BadCell(CHANGED_MESSAGE)
    indent = _INDENT.match(text)
    return clean_text(text[indent.end() :] if indent else text, MAX_NUMBER_CHARS)


def _read_unit(cell: Cell) -> Unit | None:
    unit = find_unit(unquote_formula(text_of(cell).strip()[:60]))
    if unit is None:
        raise BadCell(NO_UNIT)
    return unit


def _read_code(cell: Cell) -> str:
    return read_currency(text_of(cell)[:60])


def _read_names(cell: Cell) -> tuple[str, ...]:
    names = (clean_text(one, 60) for one in _BETWEEN.split(text_of(cell)))
    return tuple(dict.fromkeys(filter(None, names)))


def _read_steps(cell: Cell) -> tuple[str, ...]:
    return tuple(filter(None, (clean_text(one, 60) for one in _STEPS.split(text_of(cell)))))


def _read_percent_text(cell: Cell) -> str:
    """A rate as ``13``: ``13%``, ``13`` and the 0.13 of a cell in percent."""
    if isinstance(cell, float) and 0 < cell < 1:
        return f"{Decimal(repr(cell)) * 100:f}".rstrip("0").rstrip(".")
    return clean_text(text_of(cell), 20).removesuffix("%").removesuffix("％").strip()
