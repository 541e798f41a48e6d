"""Days as people and files write them; ``12/11/2026`` is two days until somebody says which."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from supplychain.model.reading.habits import DayOrder
from supplychain.model.reading.misread import Misread
from supplychain.model.reading.numbers import fold_number

FIRST_YEAR_NUMBER: Final = 1900
LAST_YEAR_NUMBER: Final = 2199
_ISO: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MIDNIGHT: Final = re.compile(r"(?P<day>.*[0-9日号])[ T]+0?0:00(?::00(?:\.0+)?)?")
_YEAR_FIRST: Final = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})"
    r"|\. ?([0-9]{1,2})\. ?([0-9]{1,2})\.?|([0-9]{2})([0-9]{2})"
    r"| ?年 ?([0-9]{1,2}) ?月 ?([0-9]{1,2}) ?[日号號]?)"
)
_YEAR_LAST: Final = re.compile(r"([0-9]{1,2})([-/.])\s?([0-9]{1,2})\2\s?([0-9]{4})")
_NAMED: Final = re.compile(
    r"([0-9]{1,2})\.?[ -]?([^\W\d_]{3,9})\.?[ -]?,? ?([0-9]{4})"
    r"|([^\W\d_]{3,9})\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})"
)
_SHORT_YEAR: Final = re.compile(r"[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{2}")
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jänner janvier enero",
            "feb february februar février febrero",
            "mar march mär märz mrz mars marzo",
            "apr april avril abril",
            "may mai mayo",
            "jun june juni juin junio",
            "jul july juli juillet julio",
            "aug august août agosto",
            "sep sept september septembre septiembre",
            "oct okt october oktober octobre octubre",
            "nov november novembre noviembre",
            "dec dez december dezember décembre diciembre",
        ),
        start=1,
    )
    for name in names.split()
}


def read_day(text: str, order: DayOrder | None = None) -> date:
    """The day that a text is, in the years 1900 to 2199.

    Args:
        text: ``2026-12-31``, ``2026.12.31``, ``20261231``, ``2026年12月31日``, ``31.12.2026``,
            ``31 Dec 2026``, ``12/31/2026``, or one of these at midnight.
        order: what comes first where both numbers could be the month.

    Raises:
        Misread: no day, a day and a time of day, or one of two days.
    """
    if len(text) == 10 and _ISO.fullmatch(text):
        return _make_day(int(text[:4]), int(text[5:7]), int(text[8:]))
    plain = fold_number(text)
    midnight = _MIDNIGHT.fullmatch(plain)
    if midnight:
        plain = midnight["day"].strip()
    first = _YEAR_FIRST.fullmatch(plain)
    if first:
        year, month, day = (int(group) for group in first.groups() if group)
        return _make_day(year, month, day)
    last = _YEAR_LAST.fullmatch(plain)
    if last:
        return _read_year_last(int(last[1]), int(last[3]), int(last[4]), last[2], order)
    named = _NAMED.fullmatch(plain)
    if named:
        month = _MONTHS.get((named[2] or named[4]).casefold(), 0)
        return _make_day(int(named[3] or named[6]), month, int(named[1] or named[5]))
    if _SHORT_YEAR.fullmatch(plain):
        raise Misread("Write the year with four digits, such as 2026-11-22.")
    raise Misread("Enter a date such as 2026-11-22.")


def _read_year_last(one: int, two: int, year: int, sign: str, order: DayOrder | None) -> date:
    if sign == "." or one > 12 or one == two:
        return _make_day(year, two, one)
    if two > 12:
        return _make_day(year, one, two)
    if order is None:
        by_day, by_month = _make_day(year, two, one), _make_day(year, one, two)
        raise Misread(
            "This could be %(one)s or %(other)s: write the one you mean.",
            readings=(by_day.isoformat(), by_month.isoformat()),
            one=by_day.isoformat(),
            other=by_month.isoformat(),
        )
    return _make_day(year, two, one) if order is DayOrder.DAY_FIRST else _make_day(year, one, two)


def _make_day(year: int, month: int, day: int) -> date:
    if not FIRST_YEAR_NUMBER <= year <= LAST_YEAR_NUMBER:
        raise Misread("The year must lie between 1900 and 2199.")
    try:
        return date(year, month, day)
    except ValueError:
        raise Misread("There is no such day.") from None
