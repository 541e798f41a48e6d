"""One cell: from the text in the file to the value in the graph, or the reason why not.

Texts are normalised first (NFKC: full-width letters become plain ones). Numbers, amounts and days
are read by ``supplychain.model.reading``, in the habit of the file. Nothing is ever executed: a
text that begins like a formula is a text, written out with a leading apostrophe that is taken off
again here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, TypeAlias

from supplychain.model.formulas import quote_formula, unquote_formula
from supplychain.model.identities import find_identity_problem
from supplychain.model.imports.tables import MAX_ID_CHARS, MAX_LIST_ITEMS, MAX_NAME_CHARS, Column
from supplychain.model.money import MAX_AMOUNT, from_e4
from supplychain.model.parts_requests.conversions import (
    HOW_TO_WRITE,
    StatedConversion,
    read_conversions,
    split_typed,
    type_conversions,
    write_conversions,
)
from supplychain.model.parts_requests.requirements import MAX_TERM_CHARS, MAX_TERMS, terms
from supplychain.model.quantities import (
    MAX_DECIMALS,
    TOO_FINE,
    plain_number,
    quantity_text,
    tidy_quantity,
)
from supplychain.model.reading.days import read_day
from supplychain.model.reading.habits import Habits, NumberHabit
from supplychain.model.reading.misread import Misread
from supplychain.model.reading.money import read_amount, read_currency
from supplychain.model.reading.numbers import DECIMAL, NumberField, is_grouped, read_number
from supplychain.model.reading.quantities import (
    ReadQuantity,
    read_in_unit,
    read_quantity,
    read_share,
)
from supplychain.model.texts import is_overmarked
from supplychain.model.units import Unit, find_unit

MEMO_CELLS: Final = 200_000
"""Distinct cells of a column remembered at once."""

USUAL_HABITS: Final = Habits(numbers=NumberHabit.LIKELY_POINT)
"""Of a file with commas between its columns that proves nothing more."""
DAMAGED_MARK: Final = "\x1a"
"""Before an id that a spreadsheet changed (a date, 1.5, TRUE, more than 15 digits)."""
_CHANGED: Final = re.compile(r"[0-9]\.[0-9]+E\+[0-9]+|TRUE|FALSE|WAHR|FALSCH")
_BREAKS: Final = re.compile(r"\s*[\r\n]+\s*")
_PLAIN: Final = re.compile(r"[-+0-9., ]+")
_UNITS_BY_ENDING: Final = {"_kg": "KGM", "_mm": "MMT", "_days": "DAY", "_hours": "HUR"}
"""The unit of a column by the end of its name."""


CellValue: TypeAlias = str | int | float | list[str] | None
"""What a cell can hold in its graph form; None where it is empty or bad."""


class BadCell(Exception):
    """Why a cell cannot be taken: an English sentence with ``%(name)s`` places."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values = values


class Memo(dict[str, CellValue]):
    """The values of a column's texts, each worked out once; None where empty or bad.

    ``bad`` holds the reason of each text that cannot be taken, ``currencies`` what the currency
    beside an amount can mean, where there is one, ``units`` the unit behind a quantity.
    """

    def __init__(self, column: Column, habits: Habits = USUAL_HABITS) -> None:
        super().__init__()
        self.column = column
        self.habits = habits
        self.bad: dict[str, BadCell] = {}
        self.currencies: dict[str, tuple[str, ...]] = {}
        self.units: dict[str, Unit] = {}

    def __missing__(self, raw: str) -> CellValue:
        if len(self) >= MEMO_CELLS:
            self.clear()
        try:
            value = parse_cell(self.column, raw, self.habits)
            if self.column.type == "money" and not _PLAIN.fullmatch(raw) and value is not None:
                amount = read_amount(raw, DECIMAL, self.habits.numbers)
                if amount.currencies:
                    self.currencies[raw] = amount.currencies
            if self.column.type == "quantity" and not _PLAIN.fullmatch(raw) and value is not None:
                unit = _read_with_unit(raw, self.habits).unit
                if unit is not None:
                    self.units[raw] = unit
        except BadCell as bad:
            self.bad[raw] = bad
            value = None
        self[raw] = value
        return value


def parse_cell(column: Column, raw: str, habits: Habits = USUAL_HABITS) -> Any:
    """The value of a cell in its graph form, None where it is empty.

    Args:
        column: what it is.
        raw: as it stands in the file.
        habits: how numbers and days are written in it.

    Raises:
        BadCell: it cannot be taken.
    """
    if is_overmarked(raw):
        raise BadCell("Too many marks on one letter. Type it anew.")
    text = (raw if raw.isascii() else unicodedata.normalize("NFKC", raw)).strip()
    if not text:
        if column.required:
            raise BadCell("This cell must be filled.")
        return [] if column.type in LISTS else None
    if column.type not in _READERS:
        return _PARSERS[column.type](column, text)
    try:
        return _READERS[column.type](column, text, habits)
    except Misread as misread:
        raise BadCell(misread.message, **misread.values) from misread


def _read_text(_column: Column, text: str) -> str:
    return _check_visible(unquote_formula(text), MAX_NAME_CHARS)


def _read_identity(column: Column, text: str) -> str:
    name = _read_text(column, text)
    problem = find_identity_problem(name)
    if problem:
        raise BadCell(problem)
    return name


def _check_visible(text: str, limit: int) -> str:
    if len(text) > limit:
        raise BadCell("Longer than %(limit)d characters.", limit=limit)
    if not text.isprintable():
        raise BadCell("Holds an invisible or broken character. Type it anew.")
    return text


def _read_unit(_column: Column, text: str) -> str:
    unit = find_unit(unquote_formula(text))
    if unit is None:
        raise BadCell(
            "This unit is not known. Write piece, kg, m, m2, set, box or a code of UN/ECE "
            "Recommendation 20."
        )
    return unit.code


def _read_line(column: Column, text: str) -> str:
    """A text of one line: where it breaks, a blank stands."""
    return _read_text(column, _BREAKS.sub(" ", text))


def _read_id(_column: Column, text: str) -> str:
    if text.startswith(DAMAGED_MARK) or _CHANGED.fullmatch(text):
        raise BadCell("A spreadsheet changed this: format the column as text and type it anew.")
    plain = _check_visible(unquote_formula(text), MAX_ID_CHARS)
    if "|" in plain or "/" in plain or plain in (".", ".."):
        raise BadCell("An id must not hold | or / and must not be a dot.")
    return plain


def _read_choice(column: Column, text: str) -> str:
    folded = next((word for word in column.choices if word.lower() == text.lower()), "")
    if not folded:
        if column.name.endswith("currency"):
            return _read_currency(text)
        raise BadCell("Not one of: %(choices)s.", choices=", ".join(column.choices))
    return folded


def _read_currency(text: str) -> str:
    try:
        return read_currency(text)
    except Misread as misread:
        raise BadCell(misread.message, **misread.values) from misread


def _read_whole(column: Column, text: str, habits: Habits) -> int:
    field = NumberField(whole=True)
    number = read_in_unit(text, field, habits.numbers, _find_own_unit(column))
    return int(_in_range(column, number))


def _find_own_unit(column: Column) -> Unit | None:
    for ending, code in _UNITS_BY_ENDING.items():
        if column.name.endswith(ending):
            return find_unit(code)
    return None


def _read_money(column: Column, text: str, habits: Habits) -> int:
    """The amount in ten-thousandths, without the currency that may stand beside it."""
    number = read_amount(text, DECIMAL, habits.numbers).number
    if number < 0:
        raise BadCell("Must not be negative.")
    if number != round(number, 4):
        raise BadCell("At most 4 decimals.")
    if number > MAX_AMOUNT:
        raise BadCell("Must be at most %(limit)s.", limit=f"{MAX_AMOUNT:,}")
    if number * 10_000 < column.lowest:
        raise BadCell("Must be more than 0.")
    return int(number * 10_000)


def _in_range(column: Column, number: Decimal) -> Decimal:
    if number > column.highest:
        raise BadCell("Must be at most %(limit)s.", limit=f"{column.highest:,}")
    if number < column.lowest:
        if column.lowest >= 0 > number:
            raise BadCell("Must not be negative.")
        raise BadCell("Must be at least %(limit)s.", limit=f"{column.lowest:,}")
    return number


def _read_bounded(column: Column, text: str, habits: Habits) -> float:
    """A share of 1, which may be in percent, or degrees."""
    field = NumberField(most=Decimal(column.highest))
    read = read_share if column.type == "share" else read_number
    return float(_in_range(column, read(text, field, habits.numbers))) + 0.0


def _read_decimal(column: Column, text: str, habits: Habits) -> float:
    number = _read_amount(column, text, habits)
    if number <= 0:
        raise BadCell("Must be more than 0.")
    return number


def _read_amount(column: Column, text: str, habits: Habits) -> float:
    number = read_in_unit(text, DECIMAL, habits.numbers, _find_own_unit(column))
    return float(_in_range(column, number))


def _read_quantity(column: Column, text: str, habits: Habits) -> int | float:
    """A quantity; whether its unit takes decimals is for the caller to look at.

    Pieces are what is usual: three digits after a sign are decimals only where the file proves it.
    A unit behind it is looked at beside that of the part.
    """
    exact = _read_with_unit(text, habits).number
    if exact != round(exact, MAX_DECIMALS):
        raise BadCell(TOO_FINE)
    if column.lowest and not exact:
        raise BadCell("Must be more than 0.")
    return plain_number(exact if 0 < exact < 1 else _in_range(column, exact))


def _read_with_unit(text: str, habits: Habits) -> ReadQuantity:
    field = NumberField(whole=is_grouped(text) and not habits.numbers.is_proved)
    return read_quantity(text, field, habits.numbers)


def _read_day(_column: Column, text: str, habits: Habits) -> str:
    return read_day(text, habits.days).isoformat()


def _read_list(_column: Column, text: str) -> list[str]:
    entries = [
        _check_visible(entry.strip(), MAX_NAME_CHARS)
        for entry in unquote_formula(text).split(";")
        if entry.strip()
    ]
    if len(entries) > MAX_LIST_ITEMS:
        raise BadCell("More than %(limit)d entries.", limit=MAX_LIST_ITEMS)
    return list(dict.fromkeys(entries))


def _read_terms(column: Column, text: str) -> list[str]:
    """Processes or materials as they are kept."""
    entries = list(terms(_read_list(column, text)))
    if len(entries) > MAX_TERMS or any(len(entry) > MAX_TERM_CHARS for entry in entries):
        raise BadCell(
            "More than %(limit)d entries, or one longer than %(length)d characters.",
            limit=MAX_TERMS,
            length=MAX_TERM_CHARS,
        )
    return entries


def _read_ends(column: Column, text: str, habits: Habits) -> list[str]:
    """Ends of certificates, ``ISO 9001=2027-05-31``, in the order of their names."""
    found: dict[str, str] = {}
    for entry in _read_list(column, text):
        name, _, day = entry.rpartition("=")
        if not name.strip():
            raise BadCell("Write each end as ISO 9001=2027-05-31.")
        found[name.strip()] = _read_day(column, day.strip(), habits)
    return [f"{name}={found[name]}" for name in sorted(found)]


def _read_conversions(_column: Column, text: str, habits: Habits) -> str:
    """What other units are in that of the part, as the graph keeps it."""
    entries = split_typed(unquote_formula(text))
    if not entries:
        raise BadCell(HOW_TO_WRITE)
    stated = []
    for entry in entries:
        amount, equals = (
            read_in_unit(entry[name], DECIMAL, habits.numbers, None)
            for name in ("amount", "equals")
        )
        if amount != round(amount, MAX_DECIMALS) or equals != round(equals, MAX_DECIMALS):
            raise BadCell(TOO_FINE)
        stated.append(
            StatedConversion(
                uom=_read_unit(_column, entry["uom"]),
                amount=tidy_quantity(amount),
                equals=tidy_quantity(equals),
            )
        )
    return write_conversions(stated)


LISTS: Final = ("list", "terms", "ends")
"""Types of cells that hold a list."""
_PARSERS: Final = {
    "id": _read_id,
    "text": _read_line,
    "unit": _read_unit,
    "identity": _read_identity,
    "category": _read_line,
    "choice": _read_choice,
    "list": _read_list,
    "terms": _read_terms,
}
_READERS: Final = {
    "whole": _read_whole,
    "money": _read_money,
    "share": _read_bounded,
    "degrees": _read_bounded,
    "decimal": _read_decimal,
    "amount": _read_amount,
    "quantity": _read_quantity,
    "day": _read_day,
    "ends": _read_ends,
    "conversions": _read_conversions,
}
"""Types of cells whose text is read in the habit of the file."""
NO_NAMES: Final[Mapping[str, str]] = {}


def show_value(column: Column, value: Any, categories: Mapping[str, str] = NO_NAMES) -> str:
    """A value of the graph as it stands in a cell, never a formula."""
    if value is None:
        return ""
    if column.type == "money":
        return _decimal_text(value)
    if column.type in ("share", "degrees", "decimal", "amount"):
        return format(Decimal(repr(value)), "f").removesuffix(".0")
    if column.type in ("whole", "day"):
        return str(value)
    if column.type == "quantity":
        return quantity_text(value)
    if column.type == "conversions":
        return type_conversions(read_conversions(value))
    if column.type in LISTS:
        return quote_formula(";".join(value))
    if column.type == "category":
        return quote_formula(categories.get(value) or value)
    return quote_formula(value)


def _decimal_text(amount_e4: int) -> str:
    text = f"{from_e4(amount_e4):.4f}"
    return text.rstrip("0").rstrip(".")
