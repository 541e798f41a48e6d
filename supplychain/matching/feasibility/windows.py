"""Free pieces between two days: the arithmetic under every capacity promise.

A week's free capacity is its weekly capacity minus what is booked, spread evenly over its seven
days. All sums are whole numbers of sevenths of a piece, so that the quantity and the finish day
never contradict each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np

from supplychain.matching.candidates.arrays import UNKNOWN, Ints, Ragged
from supplychain.model.weeks import monday_of, week_of

HORIZON_WEEKS = 520
"""A firm that would not be done in ten years has no finish day."""


def day_number(day: date) -> int:
    """Days since the Monday of week 0."""
    return (day - monday_of(0)).days


def free_pieces(weekly: Ints, booked: Ragged, first: Ints | int, last: Ints | int) -> Ints:
    """Pieces that each of n firms can make from a first to a last day, both counted.

    Args:
        weekly: n capacities a week; 0 is unknown.
        booked: week -> pieces taken.
        first, last: day numbers, one for all firms or n of them.

    Returns:
        n whole numbers, 0 where the window is empty; ``UNKNOWN`` where the weekly capacity is.
        O(n + bookings).
    """
    days = np.maximum(np.asarray(last) - first + 1, 0)
    rows = booked.row_of
    starts, ends = (side[rows] if isinstance(side, np.ndarray) else side for side in (first, last))
    inside = np.minimum(7 * booked.keys + 6, ends) - np.maximum(7 * booked.keys, starts) + 1
    taken = np.minimum(booked.values, weekly[rows]) * np.maximum(inside, 0)
    return np.where(weekly > 0, (weekly * days - booked.sums(taken)) // 7, UNKNOWN)


def in_lots(pieces: Ints, lot_size: Ints | None) -> Ints:
    """The most whole lots that lie in so many pieces; a lot size of 0 is none."""
    if lot_size is None:
        return pieces
    return np.where(
        (lot_size > 0) & (pieces > 0), pieces - pieces % np.maximum(lot_size, 1), pieces
    )


def to_make(quantity: int, lot_size: int) -> int:
    """How many pieces are made for a quantity: whole lots."""
    return quantity if lot_size <= 0 else -(-quantity // lot_size) * lot_size


def finish_day(
    *, today: date, quantity: int, weekly: int, booked: Iterable[tuple[int, int]]
) -> date | None:
    """The day on which a firm would have made all of the quantity.

    Args:
        today: the first day of work.
        quantity: pieces to make.
        weekly: pieces a week; 0 or less is unknown.
        booked: pairs of week and pieces taken.

    Returns:
        The day; None when the capacity is unknown or ten years do not suffice.
    """
    if weekly <= 0:
        return None
    taken = dict(booked)
    missing = 7 * quantity
    first = week_of(today)
    for week in range(first, first + HORIZON_WEEKS):
        start = max(monday_of(week), today)
        days = 7 - start.weekday()
        free = max(weekly - taken.get(week, 0), 0)
        if free * days >= missing:
            return start + timedelta(days=-(-missing // free) - 1)
        missing -= free * days
    return None


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
