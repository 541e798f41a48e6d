"""Weeks as integers, Monday to Sunday: week 0 began on 1970-01-05."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

_MONDAY: Final = date(1970, 1, 5)


def week_of(day: date) -> int:
    """The week that holds this day."""
    return (day - _MONDAY).days // 7


def monday_of(week: int) -> date:
    """The first day of a week."""
    return _MONDAY + timedelta(weeks=week)


def pair_weeks(weeks: Sequence[int] | None, quantities: Sequence[int] | None) -> dict[int, int]:
    """Week to quantity from two lists of one length, as the graph keeps them; None is empty."""
    return dict(zip(weeks or (), quantities or (), strict=True))
