"""One cell: from the text in the file to the value in the graph, or the reason why not.

Numbers and texts are normalised first (NFKC: full-width digits and letters become plain ones). A
separator of thousands is taken only where it can mean nothing else. Nothing is ever executed: a
text that begins like a formula is a text, written out with a leading apostrophe that is taken off
again here.
"""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeAlias

from supplychain.model.formulas import unquote_formula
from supplychain.model.identities import find_identity_problem
from supplychain.model.imports.tables import MAX_ID_CHARS, MAX_LIST_ITEMS, MAX_NAME_CHARS, Column
from supplychain.model.money import MAX_AMOUNT
from supplychain.model.parts_requests.requirements import MAX_TERM_CHARS, MAX_TERMS, terms
from supplychain.model.quantities import MAX_DECIMALS, TOO_FINE, plain_number
from supplychain.model.texts import is_overmarked
from supplychain.model.units import find_unit

MEMO_CELLS: Final = 200_000
"""Distinct cells of a column remembered at once."""

_MAX_MONEY_E4: Final = int(MAX_AMOUNT) * 10_000
_NUMBER: Final = re.compile(r"([0-9]+)(?:\.([0-9]+))?")
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:(?:,[0-9]{3})+|(?: [0-9]{3})+)(\.[0-9]+)?")
_FLOAT: Final = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{1,20})?")
_DAY: Final = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})"
    r"|年([0-9]{1,2})月([0-9]{1,2})日)"
)


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

    ``bad`` holds the reason of each text that cannot be taken.
    """

    def __init__(self, column: Column) -> None:
        super().__init__()
        self.column = column
        self.bad: dict[str, BadCell] = {}

    def __missing__(self, raw: str) -> CellValue:
        if len(self) >= MEMO_CELLS:
            self.clear()
        try:
            value = parse_cell(self.column, raw)
        except BadCell as bad:
            self.bad[raw] = bad
            value = None
        self[raw] = value
        return value


def parse_cell(column: Column, raw: str) -> Any:
    """The value of a cell in its graph form, None where it is empty.

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
    return _PARSERS[column.type](column, text)


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


def _read_id(_column: Column, text: str) -> str:
    plain = _check_visible(unquote_formula(text), MAX_ID_CHARS)
    if "|" in plain or "/" in plain or plain in (".", ".."):
        raise BadCell("An id must not hold | or / and must not be a dot.")
    return plain


def _read_choice(column: Column, text: str) -> str:
    folded = next((word for word in column.choices if word.lower() == text.lower()), "")
    if not folded:
        if column.name.endswith("currency"):
            raise BadCell("This currency is not known. Use a code such as CNY, EUR or USD.")
        raise BadCell("Not one of: %(choices)s.", choices=", ".join(column.choices))
    return folded


def _read_whole(column: Column, text: str) -> int:
    match = _match_number(text, whole=True)
    if match[2] and match[2].strip("0"):
        raise BadCell("Must be a whole number.")
    return _in_range(column, int(match[1]) if len(match[1]) < 20 else math.inf)


def _read_money(column: Column, text: str) -> int:
    match = _match_number(text, whole=False)
    decimals = (match[2] or "").rstrip("0")
    if len(decimals) > 4:
        raise BadCell("At most 4 decimals.")
    if len(match[1]) > 12 or (amount := int(match[1] + decimals.ljust(4, "0"))) > _MAX_MONEY_E4:
        raise BadCell("Must be at most %(limit)s.", limit=f"{MAX_AMOUNT:,}")
    if amount < column.lowest:
        raise BadCell("Must be more than 0.")
    return amount


def _match_number(text: str, *, whole: bool) -> re.Match[str]:
    found = _NUMBER.fullmatch(text)
    if found:
        return found
    if text[0] == "-" and _NUMBER.fullmatch(text[1:].strip()):
        raise BadCell("Must not be negative.")
    if _GROUPED.fullmatch(text):
        # "1,234" may mean 1234 or, where a comma begins the decimals, 1.234.
        if not whole and text.count(",") == 1 and "." not in text:
            raise BadCell("Could be read in two ways. Write it without a separator of thousands.")
        found = _NUMBER.fullmatch(text.replace(",", "").replace(" ", ""))
    if not found:
        raise BadCell("Not a number.")
    return found


def _in_range(column: Column, number: float) -> Any:
    if number > column.highest:
        raise BadCell("Must be at most %(limit)s.", limit=f"{column.highest:,}")
    if number < column.lowest:
        raise BadCell("Must be at least %(limit)s.", limit=f"{column.lowest:,}")
    return number


def _read_float(column: Column, text: str) -> float:
    if not _FLOAT.fullmatch(text):
        raise BadCell("Not a number.")
    return _in_range(column, float(text) + 0.0)


def _read_decimal(column: Column, text: str) -> float:
    found = _match_number(text, whole=False)
    if len(found[1]) > 9 or len(found[2] or "") > 20:
        raise BadCell("At most 9 digits before the point and 20 behind it.")
    number = float(f"{found[1]}.{found[2] or 0}")
    if number <= 0:
        raise BadCell("Must be more than 0.")
    return _in_range(column, number)


def _read_amount(column: Column, text: str) -> float:
    found = _match_number(text, whole=False)
    if len(found[1]) > 20 or len(found[2] or "") > 20:
        raise BadCell("At most 20 digits before the point and 20 behind it.")
    return _in_range(column, float(f"{found[1]}.{found[2] or 0}"))


def _read_quantity(column: Column, text: str) -> int | float:
    found = _match_number(text, whole=False)
    decimals = (found[2] or "").rstrip("0")
    if len(decimals) > MAX_DECIMALS:
        raise BadCell(TOO_FINE)
    if len(found[1]) > 15:
        return _in_range(column, math.inf)
    number = plain_number(Decimal(f"{found[1]}.{decimals or 0}"))
    if column.lowest and not number:
        raise BadCell("Must be more than 0.")
    return number if 0 < number < 1 else _in_range(column, number)


def _read_day(_column: Column, text: str) -> str:
    match = _DAY.fullmatch(text)
    if not match:
        raise BadCell("Not a day. Write it as 2024-03-01.")
    year, month, day = (int(group) for group in match.groups() if group)
    if not 1900 <= year <= 2200:
        raise BadCell("The year must lie between 1900 and 2200.")
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise BadCell("There is no such day.") from None


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


def _read_ends(column: Column, text: str) -> list[str]:
    """Ends of certificates, ``ISO 9001=2027-05-31``, in the order of their names."""
    found: dict[str, str] = {}
    for entry in _read_list(column, text):
        name, _, day = entry.rpartition("=")
        if not name.strip():
            raise BadCell("Write each end as ISO 9001=2027-05-31.")
        found[name.strip()] = _read_day(column, day.strip())
    return [f"{name}={found[name]}" for name in sorted(found)]


LISTS: Final = ("list", "terms", "ends")
"""Types of cells that hold a list."""

_PARSERS: Final = {
    "id": _read_id,
    "text": _read_text,
    "unit": _read_unit,
    "identity": _read_identity,
    "category": _read_text,
    "choice": _read_choice,
    "whole": _read_whole,
    "money": _read_money,
    "share": _read_float,
    "degrees": _read_float,
    "decimal": _read_decimal,
    "amount": _read_amount,
    "quantity": _read_quantity,
    "day": _read_day,
    "list": _read_list,
    "terms": _read_terms,
    "ends": _read_ends,
}
