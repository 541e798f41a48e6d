"""Weeks and days as integers, Monday to Sunday: week 0 and day 0 began on 1970-01-05."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

_MONDAY: Final = date(1970, 1, 5)


def week_of(day: date) -> int:
    """The week that holds this day."""
    return (day - _MONDAY).days // 7


def monday_of(week: int) -> date:
    """The first day of a week."""
    return _MONDAY + timedelta(weeks=week)


def day_number(day: date) -> int:
    """Days since the Monday of week 0: day ``n`` lies in week ``n // 7``."""
    return (day - _MONDAY).days


def day_of_week(week: int) -> int:
    """The number of the last day of a week."""
    return 7 * week + 6


def date_of(day: int) -> date:
    """The date of a numbered day."""
    return _MONDAY + timedelta(days=day)


def arrival_day(made_on: date, *, ordered_on: date, lead_days: int) -> date:
    """The day on which all of an order is there: made, and not before its lead time is over.

    Args:
        made_on: the day by which the free capacity makes all of it.
        ordered_on: the day of the order; the lead time runs from it.
        lead_days: whole days, 0 or more.
    """
    return max(made_on, ordered_on + timedelta(days=lead_days))


def pair_days(days: Sequence[int] | None, quantities: Sequence[int] | None) -> dict[int, int]:
    """Day to quantity from two lists of one length, as the graph keeps them; None is empty."""
    return dict(zip(days or (), quantities or (), strict=True))


def list_days(taken: Mapping[int, int]) -> tuple[list[int], list[int]]:
    """The two lists of ``pair_days``, by day, without those of which nothing is taken."""
    days = sorted(day for day, quantity in taken.items() if quantity > 0)
    return days, [taken[day] for day in days]
