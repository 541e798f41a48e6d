"""The days on which a firm works: its weekdays, its country's holidays, its own shutdowns.

A firm that states nothing works on all seven days and keeps the holidays of its country: what it
makes in a week is spread evenly over it, as long as nobody says better.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from supplychain.errors import FieldError, Invalid
from supplychain.model.calendars.holidays import (
    ENGLISH,
    HolidayYear,
    list_countries,
    read_holidays,
)
from supplychain.model.weeks import date_of, day_number

WEEK_DAYS: Final = 7
ALL_WEEKDAYS: Final = (1, 2, 3, 4, 5, 6, 7)
"""Monday to Sunday, as ISO 8601 counts them."""
MAX_SHUTDOWNS_ITEMS: Final = 40
MAX_SHUTDOWN_DAYS: Final = 366
MAX_EXTRA_DAYS: Final = 100
FIRST_DAY: Final = date(2000, 1, 1)
LAST_DAY: Final = date(2100, 12, 31)
CACHED_YEARS: Final = 8192
"""A year of one calendar is 366 bytes: 3 MB."""
CACHED_CALENDARS_ITEMS: Final = 8192
_WORKED: Final = b"\x01"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Shutdown:
    """Days on which nothing is made, both ends among them."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """A public holiday that is kept."""

    day: date
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCalendar:
    """On which days a firm works.

    Attributes:
        country: ISO 3166 code whose public holidays are kept; "" keeps none.
        weekdays: numbers of weekdays, Monday 1 to Sunday 7, ascending.
        shutdowns: in order, apart from each other.
        extra_days: days that are worked although they are a holiday or no working weekday.
    """

    country: str = ""
    weekdays: tuple[int, ...] = ALL_WEEKDAYS
    shutdowns: tuple[Shutdown, ...] = ()
    extra_days: tuple[date, ...] = ()

    @classmethod
    def of(
        cls,
        *,
        country: str = "",
        weekdays: Iterable[int] = ALL_WEEKDAYS,
        shutdowns: Iterable[Shutdown] = (),
        extra_days: Iterable[date] = (),
    ) -> WorkCalendar:
        """The calendar with nothing twice; shutdowns that touch or overlap become one.

        Raises:
            Invalid: with one error for each thing that cannot be: an unknown country, no weekday
                or one that is none, a shutdown that ends before it begins, a day that is both shut
                and worked, too many of anything.
        """
        stated = cls(
            country=country,
            weekdays=tuple(sorted(set(weekdays))),
            shutdowns=tuple(sorted(set(shutdowns))),
            extra_days=tuple(sorted(set(extra_days))),
        )
        errors = stated._list_errors()
        if errors:
            raise Invalid(errors=errors)
        return replace(stated, shutdowns=_join_shutdowns(stated.shutdowns))

    def _list_errors(self) -> list[FieldError]:
        errors = []
        if self.country and self.country not in list_countries():
            errors.append(_field_error("/country", _NO_HOLIDAYS, country=self.country))
        if not self.weekdays:
            errors.append(_field_error("/weekdays", "Choose at least one weekday."))
        elif not set(self.weekdays) <= set(ALL_WEEKDAYS):
            errors.append(_field_error("/weekdays", "Weekdays are 1 (Monday) to 7 (Sunday)."))
        if len(self.shutdowns) > MAX_SHUTDOWNS_ITEMS:
            errors.append(
                _field_error("/shutdowns", "Use at most %(most)s entries.", MAX_SHUTDOWNS_ITEMS)
            )
        if len(self.extra_days) > MAX_EXTRA_DAYS:
            errors.append(
                _field_error("/extra_days", "Use at most %(most)s entries.", MAX_EXTRA_DAYS)
            )
        return errors + self._list_day_errors()

    def _list_day_errors(self) -> list[FieldError]:
        errors = []
        for at, shut in enumerate(self.shutdowns):
            if shut.ends_on < shut.starts_on:
                errors.append(_field_error(f"/shutdowns/{at}", _BACKWARDS, day=shut.starts_on))
            elif (shut.ends_on - shut.starts_on).days >= MAX_SHUTDOWN_DAYS:
                errors.append(_field_error(f"/shutdowns/{at}", "A shutdown lasts at most a year."))
            elif not FIRST_DAY <= shut.starts_on <= shut.ends_on <= LAST_DAY:
                errors.append(_field_error(f"/shutdowns/{at}", _FAR))
        for at, day in enumerate(self.extra_days):
            if not FIRST_DAY <= day <= LAST_DAY:
                errors.append(_field_error(f"/extra_days/{at}", _FAR))
            elif any(shut.starts_on <= day <= shut.ends_on for shut in self.shutdowns):
                errors.append(_field_error(f"/extra_days/{at}", _BOTH, day=day))
        return errors

    def is_working(self, day: date) -> bool:
        """Whether the firm works on a day."""
        return _flag_days(self, day.year)[day.timetuple().tm_yday - 1] == 1

    def count_working_days(self, first: date, last: date) -> int:
        """Days worked from a first to a last one, both counted; 0 where the last lies before."""
        if last < first:
            return 0
        total = 0
        for year in range(first.year, last.year + 1):
            start = first.timetuple().tm_yday - 1 if year == first.year else 0
            end = last.timetuple().tm_yday if year == last.year else None
            total += _flag_days(self, year).count(_WORKED, start, end)
        return total

    def find_working_day(self, first: date, number: int, *, until: date) -> date | None:
        """The day on which the firm has worked so many days from ``first`` on, itself counted.

        Args:
            first: the first day.
            number: days of work, 1 or more.
            until: the last day that is looked at.

        Returns:
            The day; None where ``until`` comes before it. O(years + days of one year).
        """
        start = first
        while start <= until:
            end = min(date(start.year, 12, 31), until)
            worked = self.count_working_days(start, end)
            if worked >= number:
                return _find_in_year(_flag_days(self, start.year), start, number)
            number -= worked
            start = end + timedelta(days=1)
        return None

    def count_days(self, first: int, last: int) -> int:
        """``count_working_days`` of numbered days (``weeks.day_number``)."""
        if last < first:
            return 0
        if self is DEFAULT_CALENDAR:
            return last - first + 1
        return self.count_working_days(date_of(first), date_of(last))

    def find_day(self, first: int, number: int, *, until: int) -> int | None:
        """``find_working_day`` of numbered days."""
        if self is DEFAULT_CALENDAR:
            day = first + number - 1
            return day if day <= until else None
        day = self.find_working_day(date_of(first), number, until=date_of(until))
        return None if day is None else day_number(day)

    def flag_years(self, first: int, last: int) -> bytes:
        """A byte a day from the first day of one year to the last day of another: 1 is worked."""
        return b"".join(_flag_days(self, year) for year in range(first, last + 1))

    def list_holidays(self, first: date, last: date, *, language: str = ENGLISH) -> list[Holiday]:
        """The public holidays between two days on which the firm does not work."""
        if not self.country:
            return []
        years = range(first.year, last.year + 1)
        return [
            Holiday(day=day, name=name)
            for year in years
            for day, name in read_holidays(self.country, year, language).off.items()
            if first <= day <= last and not self.is_working(day)
        ]

    def list_estimates(self, first: date, last: date) -> list[int]:
        """The years between two days whose holidays are not announced yet, or not there at all."""
        if not self.country:
            return []
        years = range(first.year, last.year + 1)
        read = {year: read_holidays(self.country, year) for year in years}
        return [year for year, days in read.items() if days.is_estimate or not days.is_covered]

    def to_text(self) -> str:
        """One line from which ``of_text`` makes the calendar again; "" is the default one."""
        parts = (
            self.country,
            "" if self.weekdays == ALL_WEEKDAYS else "".join(map(str, self.weekdays)),
            ",".join(f"{each.starts_on}/{each.ends_on}" for each in self.shutdowns),
            ",".join(map(str, self.extra_days)),
        )
        return "|".join(parts).rstrip("|")


DEFAULT_CALENDAR: Final = WorkCalendar()
"""All seven days, no holidays: a week is spread evenly."""


@lru_cache(maxsize=CACHED_CALENDARS_ITEMS)
def read_calendar(text: str) -> WorkCalendar:
    """The calendar that ``to_text`` wrote; it was checked when it was stated."""
    if not text:
        return DEFAULT_CALENDAR
    country, weekdays, shutdowns, extra_days = (text + "|||").split("|")[:4]
    return WorkCalendar(
        country=country,
        weekdays=tuple(map(int, weekdays)) or ALL_WEEKDAYS,
        shutdowns=tuple(_read_shutdown(each) for each in shutdowns.split(",") if each),
        extra_days=tuple(date.fromisoformat(each) for each in extra_days.split(",") if each),
    )


def _read_shutdown(text: str) -> Shutdown:
    starts_on, _, ends_on = text.partition("/")
    return Shutdown(starts_on=date.fromisoformat(starts_on), ends_on=date.fromisoformat(ends_on))


@lru_cache(maxsize=CACHED_YEARS)
def _flag_days(calendar: WorkCalendar, year: int) -> bytes:
    """A byte a day of the year, 1 where the firm works. What its owner says last counts most."""
    new_year = date(year, 1, 1)
    days = (date(year, 12, 31) - new_year).days + 1
    flags = bytearray(_flag_ordinary_days(calendar.country, calendar.weekdays, year))
    for shut in calendar.shutdowns:
        start = max(0, (shut.starts_on - new_year).days)
        end = min(days, (shut.ends_on - new_year).days + 1)
        if start < end:
            flags[start:end] = bytes(end - start)
    for day in calendar.extra_days:
        if day.year == year:
            flags[(day - new_year).days] = 1
    return bytes(flags)


@lru_cache(maxsize=CACHED_YEARS)
def _flag_ordinary_days(country: str, weekdays: tuple[int, ...], year: int) -> bytes:
    """``_flag_days`` before shutdowns and extra days: few firms differ in these."""
    new_year = date(year, 1, 1)
    days = (date(year, 12, 31) - new_year).days + 1
    first = new_year.isoweekday()
    week = bytes(((first - 1 + at) % WEEK_DAYS + 1) in weekdays for at in range(WEEK_DAYS))
    flags = bytearray((week * (days // WEEK_DAYS + 1))[:days])
    holidays = read_holidays(country, year) if country else HolidayYear(off={})
    for day in holidays.workdays:
        flags[(day - new_year).days] = 1
    for day in holidays.off:
        flags[(day - new_year).days] = 0
    return bytes(flags)


def _find_in_year(flags: bytes, start: date, number: int) -> date:
    at = start.timetuple().tm_yday - 2
    for _ in range(number):
        at = flags.index(_WORKED, at + 1)
    return date(start.year, 1, 1) + timedelta(days=at)


def _join_shutdowns(shutdowns: tuple[Shutdown, ...]) -> tuple[Shutdown, ...]:
    joined: list[Shutdown] = []
    for shut in shutdowns:
        if joined and shut.starts_on <= joined[-1].ends_on + timedelta(days=1):
            last = joined.pop()
            shut = replace(last, ends_on=max(last.ends_on, shut.ends_on))
        joined.append(shut)
    return tuple(joined)


_NO_HOLIDAYS: Final = (
    "The holidays of %(country)s are not there. Choose another country or none, and enter the "
    "days as shutdowns."
)
_BACKWARDS: Final = "The shutdown from %(day)s ends before it begins. Swap the two days."
_BOTH: Final = "%(day)s is both shut and worked. Take it out of one of the two lists."
_FAR: Final = "Enter a day between 2000 and 2100."


def _field_error(
    pointer: str, message: str, most: int | None = None, **values: object
) -> FieldError:
    pairs = tuple((name, str(value)) for name, value in values.items())
    if most is not None:
        pairs = (("most", str(most)), *pairs)
    return FieldError(pointer=pointer, message=message, values=pairs)
