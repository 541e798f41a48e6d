"""What firms can still promise by a day, as columns: the arithmetic under every capacity promise.

The rule is that of ``model.capacity.promises``, for n firms at once; a test holds the two equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np

from supplychain.matching.candidates.arrays import UNKNOWN, Coded, Ints, Ragged
from supplychain.model.calendars.work_calendar import DEFAULT_CALENDAR, WorkCalendar
from supplychain.model.capacity.promises import HORIZON_DAYS, Pace, read_pace_text
from supplychain.model.weeks import date_of, day_number

CACHED_SUMS_ITEMS: Final = 2_048
"""Calendars of which the sums are kept: 3 kB a year each."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Paces:
    """``Pace`` for n firms: ``weekly`` pieces each, 0 is unknown; ``text`` says the rest."""

    weekly: Ints
    text: Coded[str]

    def made(self, first: Ints | int, last: Ints | int, rows: Ints | None = None) -> Ints:
        """Whole pieces from a first to a last day, as ``Pace.made``.

        Args:
            first, last: day numbers, one for all or one for each row.
            rows: firms, any number of them in any order; None is each once.
        """
        of = self.text.of if rows is None else self.text.of[rows]
        stated = self.weekly if rows is None else self.weekly[rows]
        kinds = [read_pace_text(text) for text in self.text.kinds]
        pieces, weeks, week_days = (
            np.array(each, np.int64)[of]
            for each in (
                [kind.pieces for kind in kinds],
                [kind.weeks for kind in kinds],
                [len(kind.calendar.weekdays) for kind in kinds],
            )
        )
        weekly = np.where((weeks > 0) & (stated > 0), pieces, np.maximum(stated, 0))
        last = np.minimum(last, np.asarray(first) + HORIZON_DAYS - 1)
        days = _count_days(self.text.kinds, of, first, last)
        return weekly * days // (np.maximum(weeks, 1) * week_days)

    def pace(self, i: int) -> Pace:
        """The pace of firm ``i``."""
        return Pace.of(int(self.weekly[i]), self.text[i])


def _count_days(texts: list[str], of: Ints, first: Ints | int, last: Ints | int) -> Ints:
    """Days of work of each row from a first to a last day, both counted. O(rows + texts × years).

    Args:
        texts: of paces.
        of: which of them each row has.
        first, last: day numbers, one for all or one for each row.
    """
    firsts, ends = (np.broadcast_to(np.asarray(day), of.shape) for day in (first, last))
    counts = np.maximum(ends - firsts + 1, 0)
    calendars = [read_pace_text(text).calendar for text in texts]
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
    """``possible_pieces`` for n firms.

    Args:
        paces: of n firms.
        due: due day -> pieces that are promised.
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
    return np.where(paces.weekly > 0, possible, UNKNOWN)


def in_lots(pieces: Ints, lot_size: Ints | None) -> Ints:
    """The most whole lots that lie in so many pieces; a lot size of 0 is none."""
    if lot_size is None:
        return pieces
    return np.where(
        (lot_size > 0) & (pieces > 0), pieces - pieces % np.maximum(lot_size, 1), pieces
    )


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
