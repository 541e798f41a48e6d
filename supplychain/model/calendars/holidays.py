"""Public holidays by country and year, and days on which people work in return.

The days are those of the package ``holidays`` (nationwide ones; what single provinces, states or
cantons keep is not among them). China's State Council announces each year's in the November
before: which working days are off, which weekends are worked instead ("make-up workdays", 调休),
and the weekends beside a holiday belong to it. Until then, and wherever a holiday goes by the
moon, the days are estimates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from holidays import HolidayBase

CACHED_YEARS: Final = 1024
ENGLISH: Final = "en_US"
CHINESE: Final = "zh_CN"
_WITH_NOTICE: Final = frozenset({"CN"})
"""Countries whose yearly notice moves working days, so that a weekend beside a holiday is off."""
_ESTIMATED: Final = ("estimated", "推定")
"""What the package writes beside a day that is not announced yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayYear:
    """One country's year: days off with their names, and weekend days that are worked.

    ``is_estimate``: the days are not announced yet. ``is_covered``: the package has this year at
    all; if not, every day is an ordinary one.
    """

    off: dict[date, str]
    workdays: frozenset[date] = frozenset()
    is_estimate: bool = False
    is_covered: bool = True


NOTHING: Final = HolidayYear(off={}, is_covered=False)


@lru_cache(maxsize=CACHED_YEARS)
def read_holidays(country: str, year: int, language: str = ENGLISH) -> HolidayYear:
    """The holidays of a year; none where the package does not know the country or the year.

    Args:
        country: ISO 3166 code of two letters, or "".
        year: of the Gregorian calendar.
        language: of the names, if the package has it; else English or the country's own.

    Source: https://pypi.org/project/holidays/; for China https://www.gov.cn/gongbao/.
    """
    days = _open_country(country, year, language)
    if days is None:
        return NOTHING
    # The year's own days alone: a country may count a shifted one into the next year.
    off = {day: name for day, name in days.items() if day.year == year}
    workdays = frozenset(day for day in days.weekend_workdays if day.year == year)
    has_notice = country in _WITH_NOTICE
    return HolidayYear(
        off=_add_weekends(off, workdays, days.weekend, beside=has_notice),
        workdays=workdays,
        is_estimate=(has_notice and not workdays)
        or any(word in name for name in off.values() for word in _ESTIMATED),
    )


def _open_country(country: str, year: int, language: str) -> HolidayBase | None:
    if country not in list_countries():
        return None
    from holidays import country_holidays

    days = country_holidays(country)
    if not days.start_year <= year <= days.end_year:
        return None
    spoken = [each for each in (language, ENGLISH) if each in days.supported_languages]
    return country_holidays(
        country, years=year, language=spoken[0] if spoken else days.default_language
    )


@lru_cache(maxsize=1)
def list_countries() -> frozenset[str]:
    """The ISO codes of the countries whose holidays are there."""
    from holidays import list_supported_countries  # 60 ms: who needs no calendar does not pay

    return frozenset(code for code in list_supported_countries() if len(code) == 2)


def _add_weekends(
    off: dict[date, str], workdays: frozenset[date], weekend: set[int], *, beside: bool
) -> dict[date, str]:
    """The days off with the weekends that belong to them.

    A weekend between two days off belongs to them, so that a festival is one piece also for who
    works all seven days; under a notice one that touches a single day off does too.
    """
    more: dict[date, str] = {}
    for day, name in off.items():
        run = _list_weekend_after(day, weekend, workdays, off)
        after = day + timedelta(days=len(run) + 1)
        if beside or after in off:
            more.update(dict.fromkeys(run, name))
        if beside:
            run = _list_weekend_after(day, weekend, workdays, off, step=-1)
            more.update(dict.fromkeys(run, name))
    kept = {day: name for day, name in more.items() if day not in off and day not in workdays}
    return dict(sorted({**off, **kept}.items()))


def _list_weekend_after(
    day: date, weekend: set[int], workdays: frozenset[date], off: dict[date, str], step: int = 1
) -> list[date]:
    run: list[date] = []
    at = day + timedelta(days=step)
    while at.weekday() in weekend and at not in workdays and at not in off:
        run.append(at)
        at += timedelta(days=step)
    return run
