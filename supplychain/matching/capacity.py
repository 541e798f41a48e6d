"""Capacity as a promise: what a firm can still make by a day, and when it would be done.

A week's free capacity is its weekly capacity minus what is booked, spread evenly over its seven
days; the days from today to the need date count, both included. All sums are whole numbers of
sevenths of a piece, so that the quantity and the finish day never contradict each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np

from supplychain.matching.candidates import UNKNOWN, Candidates, Ints
from supplychain.matching.need import Need
from supplychain.model.weeks import monday_of, week_of

HORIZON_WEEKS = 520
"""A firm that would not be done in ten years has no finish day."""


def possible_quantity(need: Need, able: Candidates) -> Ints:
    """Pieces each firm can still make by the need date.

    Returns:
        n whole numbers; ``UNKNOWN`` where the weekly capacity is. O(n + bookings).
    """
    weekly = able.weekly_capacity
    booked = able.booked
    taken = np.minimum(booked.values, weekly[booked.row_of]) * _days_in(booked.keys, need)
    sevenths = weekly * max(need.days_left + 1, 0) - booked.sums(taken)
    return np.where(weekly > 0, sevenths // 7, UNKNOWN)


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


def _days_in(weeks: Ints, need: Need) -> Ints:
    """Days of each week that lie between today and the need date."""
    origin = monday_of(0)
    first = np.maximum(7 * weeks, (need.today - origin).days)
    last = np.minimum(7 * weeks + 6, (need.needed_by - origin).days)
    return np.maximum(last - first + 1, 0)
