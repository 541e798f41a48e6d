"""What firms can still promise by a day, as columns: the arithmetic under every capacity promise.

The rule is that of ``model.capacity.promises``, for n firms at once; a test holds the two equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np

from supplychain.matching.candidates.arrays import UNKNOWN, Coded, Flags, Ints, Ragged
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.candidates.stated import Stage
from supplychain.model.calendars.work_calendar import DEFAULT_CALENDAR, WorkCalendar
from supplychain.model.capacity.hours import LotWork, lot_work
from supplychain.model.capacity.promises import HORIZON_DAYS, Pace, PaceText, read_pace_text
from supplychain.model.weeks import date_of, day_number

CACHED_SUMS_ITEMS: Final = 2_048
"""Calendars of which the sums are kept: 3 kB a year each."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Paces:
    """``Pace`` for n firms: ``weekly`` work each without further sites, 0 is not stated.

    ``text`` has the calendars, and the sites.
    """

    weekly: Ints
    text: Coded[str]

    @property
    def is_stated(self) -> Flags:
        """Of which firms anything can be said."""
        return (self.weekly > 0) | self.text.flags(lambda text: bool(read_pace_text(text).sites))

    @property
    def all_weekly(self) -> Ints:
        """The work of an ordinary week at all sites together."""
        sites = [
            sum(site.weekly for site in read_pace_text(text).sites) for text in self.text.kinds
        ]
        return np.maximum(self.weekly, 0) + np.array(sites, np.int64)[self.text.of]

    def made(self, first: Ints | int, last: Ints | int, rows: Ints | None = None) -> Ints:
        """Work from a first to a last day, as ``Pace.made``.

        Args:
            first, last: day numbers, one for all or one for each row.
            rows: firms, any number of them in any order; None is each once.
        """
        of = self.text.of if rows is None else self.text.of[rows]
        stated = self.weekly if rows is None else self.weekly[rows]
        kinds = [read_pace_text(text) for text in self.text.kinds]
        calendars = [kind.calendar for kind in kinds]
        week_days = np.array([len(each.weekdays) for each in calendars], np.int64)[of]
        last = np.minimum(last, np.asarray(first) + HORIZON_DAYS - 1)
        days = _count_days(calendars, of, first, last)
        made = np.maximum(stated, 0) * days // week_days
        if any(kind.sites for kind in kinds):
            made = made + _made_at_sites(kinds, of, first, last)
        return made


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lots:
    """``LotWork`` for n firms: work in pieces or ten-thousandths of an hour, both 1 or more."""

    pieces: Ints
    work: Ints

    def spread_pieces(self, work: Ints) -> Ints:
        """Whole pieces of so much work, a lot's spread over its pieces."""
        return np.maximum(work, 0) * self.pieces // self.work

    def count_pieces(self, work: Ints) -> Ints:
        """The most pieces, in whole lots, that so much work makes; ``UNKNOWN`` stays."""
        return np.where(work < 0, work, work // self.work * self.pieces)


def read_lots(text: Coded[str], lot_size: Ints | None, part_hours_e4: Ints | None = None) -> Lots:
    """``lot_work`` for n firms.

    Args:
        text: of their paces.
        lot_size: 0 is none.
        part_hours_e4: hours that a piece of the part takes; 0 takes those of the category.
    """
    pieces = np.ones(len(text.of), np.int64) if lot_size is None else np.maximum(lot_size, 1)
    hours = [read_pace_text(kind).hours for kind in text.kinds]
    if not any(hours):
        return Lots(pieces=pieces, work=pieces)
    piece, setup = (
        np.array(each, np.int64)[text.of]
        for each in (
            [each.piece_e4 if each else 0 for each in hours],
            [each.setup_e4 if each else 0 for each in hours],
        )
    )
    if part_hours_e4 is not None:
        piece = np.where((part_hours_e4 > 0) & (piece > 0), part_hours_e4, piece)
    return Lots(pieces=pieces, work=np.where(piece > 0, setup + pieces * piece, pieces))


def paces_of(able: Candidates | Stage) -> Paces:
    """The paces of candidates, or of a step of their routing."""
    work = able.weekly_work
    if work is None:
        work = weekly_work(able.weekly_capacity, able.pace)
    return Paces(weekly=work, text=able.pace)


def lots_of(able: Candidates | Stage) -> Lots:
    """What a lot of the line's part takes of candidates, or of a step of their routing."""
    return read_lots(able.pace, able.lot_size, able.part_hours_e4)


def pace_of(able: Candidates | Stage, i: int) -> Pace:
    """The pace of one firm, as ``paces_of`` has it. O(1)."""
    if able.weekly_work is None:
        return Pace.of(int(able.weekly_capacity[i]), able.pace[i])
    beside = read_pace_text(able.pace[i])
    weekly = int(able.weekly_work[i])
    return Pace(weekly=weekly, calendar=beside.calendar, sites=beside.sites)


def lot_of(able: Candidates | Stage, i: int) -> LotWork:
    """What a lot takes of one firm, as ``lots_of`` has it. O(1)."""
    lot_size = 0 if able.lot_size is None else int(able.lot_size[i])
    part_e4 = 0 if able.part_hours_e4 is None else int(able.part_hours_e4[i])
    return lot_work(read_pace_text(able.pace[i]).hours, lot_size, part_e4 or None)


def weekly_work(weekly: Ints, text: Coded[str]) -> Ints:
    """The work of an ordinary week of n firms: pieces as stated, or the hours behind them."""
    hours = [read_pace_text(kind).hours for kind in text.kinds]
    if not any(hours):
        return weekly
    e4 = np.array([each.weekly_e4 if each else 0 for each in hours], np.int64)[text.of]
    return np.where((e4 > 0) & (weekly > 0), e4, weekly)


def _made_at_sites(kinds: list[PaceText], of: Ints, first: Ints | int, last: Ints | int) -> Ints:
    """What the further sites of each row make, as ``SitePace.made``."""
    made = np.zeros(len(of), np.int64)
    firsts, lasts = (np.broadcast_to(np.asarray(day), of.shape) for day in (first, last))
    for number, kind in enumerate(kinds):
        rows = np.flatnonzero(of == number) if kind.sites else ()
        for site in kind.sites if len(rows) else ():
            one = np.zeros(len(rows), np.int64)
            days = _count_days([site.calendar], one, firsts[rows], lasts[rows])
            made[rows] += max(site.weekly, 0) * days // len(site.calendar.weekdays)
    return made


def _count_days(
    calendars: list[WorkCalendar], of: Ints, first: Ints | int, last: Ints | int
) -> Ints:
    """Days of work of each row from a first to a last day. O(rows + calendars × years).

    Args:
        calendars: of firms.
        of: which of them each row has.
        first, last: day numbers, one for all or one for each row.
    """
    firsts, ends = (np.broadcast_to(np.asarray(day), of.shape) for day in (first, last))
    counts = np.maximum(ends - firsts + 1, 0)
    if not len(of) or all(each is DEFAULT_CALENDAR for each in calendars):
        return counts
    order = np.argsort(of, kind="stable")
    present, starts = np.unique(of[order], return_index=True)
    for kind, rows in zip(present.tolist(), np.split(order, starts[1:]), strict=True):
        calendar = calendars[kind]
        if calendar is DEFAULT_CALENDAR:
            continue
        lows, highs = firsts[rows], np.maximum(ends[rows] + 1, firsts[rows])
        years = date_of(int(lows.min())).year, date_of(int(highs.max())).year
        sums, start = _sum_years(calendar, *years)
        counts[rows] = sums[highs - start] - sums[lows - start]
    return counts


@lru_cache(maxsize=CACHED_SUMS_ITEMS)
def _sum_years(calendar: WorkCalendar, first: int, last: int) -> tuple[Ints, int]:
    """Days worked before each day of some years, and the number of their first day."""
    flags = np.frombuffer(calendar.flag_years(first, last), np.uint8)
    sums = np.zeros(len(flags) + 1, np.int64)
    np.cumsum(flags, out=sums[1:])
    return sums, day_number(date(first, 1, 1))


def possible_columns(paces: Paces, due: Ragged, *, today: Ints | int, last: Ints | int) -> Ints:
    """``possible_work`` for n firms.

    Args:
        paces: of n firms.
        due: due day -> work that is promised.
        today, last: the first and the last day of work, one for all firms or n of them.

    Returns:
        n whole numbers, 0 where the last day is over; ``UNKNOWN`` where the pace is.
        O(n + promises).
    """
    rows = due.row_of
    first_of = today[rows] if isinstance(today, np.ndarray) else today
    ends = np.maximum(due.keys, first_of)
    last_of = last[rows] if isinstance(last, np.ndarray) else last
    loads = due.sums_so_far(due.values)
    later = paces.made(first_of, ends, rows) - loads
    later = np.where(ends >= last_of, later, np.iinfo(np.int64).max)
    before = due.sums(np.where(ends <= last_of, due.values, 0))
    least = np.minimum(paces.made(today, last) - before, due.least(later))
    possible = np.where(np.asarray(last) < np.asarray(today), 0, np.maximum(least, 0))
    return np.where(paces.is_stated, possible, UNKNOWN)


def merged(one: Ragged, other: Ragged) -> Ragged:
    """Two ragged columns of the same n rows as one; what falls on the same key is added up."""
    if not len(other.keys):
        return one
    rows = np.concatenate([one.row_of, other.row_of])
    keys = np.concatenate([one.keys, other.keys])
    values = np.concatenate([one.values, other.values])
    order = np.lexsort((keys, rows))
    rows, keys, values = rows[order], keys[order], values[order]
    fresh = np.flatnonzero(np.r_[True, (np.diff(rows) != 0) | (np.diff(keys) != 0)])
    starts = np.searchsorted(rows[fresh], np.arange(len(one.starts)))
    return Ragged(
        starts=starts.astype(np.int64), keys=keys[fresh], values=np.add.reduceat(values, fresh)
    )
