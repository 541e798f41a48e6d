"""Capacity as a promise: what can still be made by a day beside all that is promised already.

Days are numbers (``model.weeks.day_number``). What is promised is kept by the day on which it is
due: that day to the work that is still to be done by it. Work is in pieces, or in ten-thousandths
of an hour where the capacity is in hours (``model.capacity.hours``). Nothing says on which days it
is done; more is possible as long as, for every day, all that is due by it can be done by it. What
is overdue counts as due today.

``Pace`` alone says what days make. ``matching.feasibility.windows`` has the same for columns of
firms; a test holds the two equal.

Source: Jackson 1955, *Scheduling a production line to minimize maximum tardiness*: work that can
all begin today is done in time exactly if, for each due day, what is due by then fits before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from supplychain.model.calendars.work_calendar import (
    DEFAULT_CALENDAR,
    WorkCalendar,
    read_calendar,
)
from supplychain.model.capacity.hours import WorkHours

Due = Mapping[int, int]
"""Due day to the work that is still to be done by it."""
CACHED_TEXTS_ITEMS: Final = 8192
HORIZON_DAYS: Final = 3640
"""What is not done in ten years has no finish day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePace:
    """The work of an ordinary week at one site, and when it is done there."""

    weekly: int
    calendar: WorkCalendar = DEFAULT_CALENDAR

    def made(self, first: int, last: int) -> int:
        """Work done there from a first to a last day, both counted."""
        week_days = len(self.calendar.weekdays)
        return max(self.weekly, 0) * self.calendar.count_days(first, last) // week_days


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What a capability does from one day to another, evenly over the days that are worked.

    ``weekly`` is the work of an ordinary working week; 0 or less is not stated. ``sites`` are the
    firm's further ones: work that can be done at any of them is done at all of them together.
    """

    weekly: int
    calendar: WorkCalendar = DEFAULT_CALENDAR
    sites: tuple[SitePace, ...] = ()

    @classmethod
    def of(cls, weekly: int, text: str) -> Pace:
        """From pieces a week and the text beside them; hours stand for what they make."""
        beside = read_pace_text(text)
        if beside.hours and weekly > 0:
            weekly = beside.hours.weekly_e4
        return cls(weekly=weekly, calendar=beside.calendar, sites=beside.sites)

    @property
    def is_stated(self) -> bool:
        """Whether anything can be said at all."""
        return self.weekly > 0 or any(site.weekly > 0 for site in self.sites)

    def is_slower(self, other: Pace) -> bool:
        """Whether an ordinary week does less work, in the same unit of it."""
        return max(self.weekly, 0) < max(other.weekly, 0)

    def made(self, first: int, last: int) -> int:
        """Work done from a first to a last day, both counted; 0 where the last lies before.

        Days beyond ten years make nothing more: nobody plans so far, and each costs time to count.
        """
        last = min(last, first + HORIZON_DAYS - 1)
        own = SitePace(weekly=self.weekly, calendar=self.calendar).made(first, last)
        return own + sum(site.made(first, last) for site in self.sites)

    def day_made(self, work: int, first: int) -> int | None:
        """The first day by which so much work is done, begun on ``first``.

        Returns:
            The least day with ``made(first, day) >= work``, ``first`` at the earliest; None where
            ten years do not suffice.
        """
        if work <= 0:
            return first
        if not self.is_stated:
            return None
        if self.sites:
            return self._find_day_made(work, first)
        days = -(-work * len(self.calendar.weekdays) // self.weekly)
        return self.calendar.find_day(first, days, until=first + HORIZON_DAYS - 1)

    def _find_day_made(self, work: int, first: int) -> int | None:
        """``day_made`` of several sites, by halving."""
        low, high = first, first + HORIZON_DAYS - 1
        if self.made(first, high) < work:
            return None
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self.made(first, middle) >= work else (middle + 1, high)
        return high


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceText:
    """What a pace's text says: calendar, hours of a capacity that is in hours, further sites."""

    calendar: WorkCalendar = DEFAULT_CALENDAR
    hours: WorkHours | None = None
    sites: tuple[SitePace, ...] = ()


def sites_text(sites: Iterable[SitePace]) -> str:
    """The sites as they stand behind the text of calendar and hours; "" without one."""
    return "".join(sorted(f";{site.calendar.to_text()}@{site.weekly}" for site in sites))


@lru_cache(maxsize=CACHED_TEXTS_ITEMS)
def read_pace_text(text: str) -> PaceText:
    """From the text of a calendar, with ``@`` and ``WorkHours.to_text`` behind it if in hours.

    Behind that ``sites_text``. It is one text so that twenty thousand firms read it in one column.
    """
    own, *sites = text.split(";")
    calendar, _, hours = own.partition("@")
    return PaceText(
        calendar=read_calendar(calendar),
        hours=WorkHours.of_text(hours),
        sites=tuple(_read_site(each) for each in sites),
    )


def _read_site(text: str) -> SitePace:
    calendar, _, weekly = text.partition("@")
    return SitePace(weekly=int(weekly), calendar=read_calendar(calendar))


def due_by(due: Due, day: int, *, today: int) -> int:
    """Work that is due by a day; what is overdue is due today."""
    return sum(work for at, work in due.items() if max(at, today) <= day)


def possible_work(
    pace: Pace, due: Due, *, today: int, day: int, starts_on: int | None = None
) -> int | None:
    """The most work that can be promised by a day so that all that is promised still holds.

    Args:
        pace: what days make.
        due: what is promised.
        today: the first day of work.
        day: the last day of work; nothing is possible before today.
        starts_on: nothing of it is done before this day; None is today. All that is due from
            then on counts as done from then on too, so that no two such works are promised the
            same days.

    Returns:
        0 or more, never less on a later day; None where the pace is not stated. O(due log due).
    """
    if not pace.is_stated:
        return None
    if day < today:
        return 0
    least, total = pace.made(today, day) - due_by(due, day, today=today), 0
    for at in sorted(due):
        total += due[at]
        end = max(at, today)
        if end >= day:
            least = min(least, pace.made(today, end) - total)
    if starts_on is not None and starts_on > today:
        inside = _due_from(due, starts_on)
        least = min(least, possible_work(pace, inside, today=starts_on, day=day) or 0)
    return max(0, least)


def _due_from(due: Due, day: int) -> Due:
    """What is due on a day or later."""
    return {at: work for at, work in due.items() if at >= day}


def least_weekly_work(pace: Pace, due: Due, *, today: int, day: int, work: int) -> int | None:
    """The least work of an ordinary week, beside further sites, with which so much is possible.

    Args:
        pace, due, today, day: as for ``possible_work``; of ``pace`` its weekly work says nothing.
        work: 1 or more.

    Returns:
        The least ``weekly`` with ``possible_work`` of at least ``work``; None where no week
        suffices. O(due log due).
    """
    if day < today:
        return None
    rest, ends, total = replace(pace, weekly=0), [(day, due_by(due, day, today=today))], 0
    for at in sorted(due):
        total += due[at]
        if max(at, today) >= day:
            ends.append((max(at, today), total))
    week_days, least = len(pace.calendar.weekdays), 0
    for end, load in ends:
        missing = work + load - rest.made(today, end)
        if missing > 0:
            days = pace.calendar.count_days(today, min(end, today + HORIZON_DAYS - 1))
            if days <= 0:
                return None
            least = max(least, -(-missing * week_days // days))
    return least


def finish_day(
    pace: Pace,
    due: Due,
    *,
    today: int,
    work: int,
    lead_days: int = 0,
    starts_on: int | None = None,
) -> int | None:
    """The first day by which so much work can be promised, never before the lead time is over.

    Args:
        pace, due, today: as for ``possible_work``.
        work: 0 or more.
        lead_days: from today to the earliest finish.
        starts_on: nothing of it is done before this day; None is today.

    Returns:
        The least day with ``possible_work(day) >= work`` that is not before the lead time; None
        where the pace is not stated or ten years do not suffice. O(due log due).
    """
    if not pace.is_stated:
        return None
    made_on = _find_finish(pace, due, today, work)
    if made_on is not None and starts_on is not None and starts_on > today:
        begun_on = _find_finish(pace, _due_from(due, starts_on), starts_on, work)
        made_on = None if begun_on is None else max(made_on, begun_on)
    return None if made_on is None else max(made_on, today + lead_days)


def _find_finish(pace: Pace, due: Due, today: int, work: int) -> int | None:
    """The least day with ``possible_work(day) >= work`` of work that can begin today."""
    tight, before, total = today - 1, 0, 0  # the last due day that leaves too little, and its load
    for at in sorted(due):
        total += due[at]
        end = max(at, today)
        if pace.made(today, end) - total < work:
            tight, before = end, total
    made_on = pace.day_made(before + work, today)
    return None if made_on is None else max(made_on, tight + 1)


def fits(pace: Pace, due: Due, *, today: int) -> bool:
    """Whether all that is promised can be made in time; an unstated pace refuses nothing."""
    return not pace.is_stated or find_overload(pace, due, today=today) is None


def find_overload(pace: Pace, due: Due, *, today: int) -> int | None:
    """The first due day by which more is promised than can be made; None if there is none."""
    total = 0
    for at in sorted(due):
        total += due[at]
        if due[at] and total > pace.made(today, max(at, today)):
            return max(at, today)
    return None
