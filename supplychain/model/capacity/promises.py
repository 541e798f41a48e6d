"""Capacity as a promise: what can still be made by a day beside all that is promised already.

Days are numbers (``model.weeks.day_number``). What is promised is kept by the day on which it is
due: that day to the pieces that are still to be made by it. Nothing says on which days they are
made; more is possible as long as, for every day, all that is due by it can be made by it. What is
overdue counts as due today.

``Pace`` alone says what days make. ``matching.feasibility.windows`` has the same for columns of
firms; a test holds the two equal.

Source: Jackson 1955, *Scheduling a production line to minimize maximum tardiness*: work that can
all begin today is done in time exactly if, for each due day, what is due by then fits before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from supplychain.model.calendars.work_calendar import (
    DEFAULT_CALENDAR,
    WorkCalendar,
    read_calendar,
)

Due = Mapping[int, int]
"""Due day to the pieces that are still to be made by it."""
CACHED_TEXTS_ITEMS: Final = 8192
HORIZON_DAYS: Final = 3640
"""What is not done in ten years has no finish day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What a capability makes from one day to another, evenly over the days that are worked.

    ``weekly`` pieces are made in ``weeks`` ordinary working weeks: 1, or the other half of the
    fraction that hours make. A ``weekly`` of 0 or less is not stated.
    """

    weekly: int
    weeks: int = 1
    calendar: WorkCalendar = DEFAULT_CALENDAR

    @classmethod
    def of(cls, weekly: int, text: str) -> Pace:
        """From pieces a week and what ``pace_text`` says beside them."""
        beside = read_pace_text(text)
        if beside.weeks and weekly > 0:
            return cls(weekly=beside.pieces, weeks=beside.weeks, calendar=beside.calendar)
        return cls(weekly=weekly, calendar=beside.calendar)

    @property
    def is_stated(self) -> bool:
        """Whether anything can be said at all."""
        return self.weekly > 0

    @property
    def work_days(self) -> int:
        """Days of work in which ``weekly`` pieces are made."""
        return self.weeks * len(self.calendar.weekdays)

    def is_slower(self, other: Pace) -> bool:
        """Whether a week makes less, to the smallest part of a piece."""
        return max(self.weekly, 0) * other.weeks < max(other.weekly, 0) * self.weeks

    def made(self, first: int, last: int) -> int:
        """Whole pieces from a first to a last day, both counted; 0 where the last lies before.

        Days beyond ten years make nothing more: nobody plans so far, and each costs time to count.
        """
        last = min(last, first + HORIZON_DAYS - 1)
        return max(self.weekly, 0) * self.calendar.count_days(first, last) // self.work_days

    def day_made(self, pieces: int, first: int) -> int | None:
        """The first day by which so many pieces are made, begun on ``first``.

        Returns:
            The least day with ``made(first, day) >= pieces``, ``first`` at the earliest; None where
            ten years do not suffice.
        """
        if pieces <= 0:
            return first
        if not self.is_stated:
            return None
        days = -(-pieces * self.work_days // self.weekly)
        return self.calendar.find_day(first, days, until=first + HORIZON_DAYS - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceText:
    """What a pace's text says: the calendar, and of hours the pieces and the weeks they take.

    ``weeks`` 0: the capacity is in pieces a week.
    """

    calendar: WorkCalendar = DEFAULT_CALENDAR
    pieces: int = 0
    weeks: int = 0


def fraction_text(pieces: int, weeks: int) -> str:
    """The fraction that hours make, as a capability keeps it: pieces and weeks."""
    return f"{pieces}/{weeks}"


@lru_cache(maxsize=CACHED_TEXTS_ITEMS)
def read_pace_text(text: str) -> PaceText:
    """From the text of a calendar, with ``@`` and the fraction of hours behind it if there is one.

    It is one text so that twenty thousand firms read it in one column.
    """
    calendar, _, fraction = text.partition("@")
    pieces, _, weeks = fraction.partition("/")
    return PaceText(
        calendar=read_calendar(calendar), pieces=int(pieces or 0), weeks=int(weeks or 0)
    )


def due_by(due: Due, day: int, *, today: int) -> int:
    """Pieces that are due by a day; what is overdue is due today."""
    return sum(pieces for at, pieces in due.items() if max(at, today) <= day)


def possible_pieces(pace: Pace, due: Due, *, today: int, day: int) -> int | None:
    """The most pieces that can be promised by a day so that all that is promised still holds.

    Args:
        pace: what days make.
        due: what is promised.
        today: the first day of work.
        day: the last day of work; nothing is possible before today.

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
    return max(0, least)


def finish_day(
    pace: Pace,
    due: Due,
    *,
    today: int,
    pieces: int,
    lead_days: int = 0,
    starts_on: int | None = None,
) -> int | None:
    """The first day by which so many pieces can be promised, never before the lead time is over.

    Args:
        pace, due, today: as for ``possible_pieces``.
        pieces: 0 or more.
        lead_days: from today to the earliest finish.
        starts_on: no piece of it is made before this day; None is today.

    Returns:
        The least day with ``possible_pieces(day) >= pieces`` that is not before the lead time; None
        where the pace is not stated or ten years do not suffice. O(due log due).
    """
    if not pace.is_stated:
        return None
    tight, before, total = today - 1, 0, 0  # the last due day that leaves too little, and its load
    for at in sorted(due):
        total += due[at]
        end = max(at, today)
        if pace.made(today, end) - total < pieces:
            tight, before = end, total
    made_on = pace.day_made(before + pieces, today)
    begun = today if starts_on is None else max(today, starts_on)
    alone_on = pace.day_made(pieces, begun)
    if made_on is None or alone_on is None:
        return None
    return max(made_on, alone_on, tight + 1, today + lead_days)


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


def whole_lots(pieces: int, lot_size: int) -> int:
    """How many pieces are made for so many: whole lots; a lot size of 0 is none."""
    return pieces if lot_size <= 0 else -(-pieces // lot_size) * lot_size
