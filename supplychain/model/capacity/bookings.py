"""Capacity taken by orders, in whole weeks: earliest first when taken, latest first when freed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from supplychain.errors import Conflict
from supplychain.model.weeks import week_of

Weeks = Mapping[int, int]
"""Week to pieces."""
MAX_WEEKS: Final = 520
"""No promise is looked at further than ten years ahead."""
_SHORT: Final = (
    "Free capacity until then is %(free)s of the %(wanted)s needed: %(short)s too few. Raise your "
    "weekly capacity or free some of it, then try again."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A change of what one order line takes of one capability.

    ``pieces`` are to be taken by ``due_on`` (more than 0) or freed (less than 0, as far as
    they were taken). ``keep_until`` instead frees whatever lies in weeks after it.
    """

    capability_id: str
    line_id: str
    pieces: int = 0
    due_on: date | None = None
    keep_until: int | None = None

    def booked(self, mine: Weeks, *, taken: Weeks, weekly: int, week: int) -> dict[int, int]:
        """The line's bookings after the change.

        Args:
            mine: its bookings now.
            taken: all bookings of the capability, ``mine`` among them.
            weekly: weekly capacity in pieces; 0 is unknown and takes nothing.
            week: the present week.

        Raises:
            Conflict: not enough is free; says by how much.
        """
        if self.keep_until is not None:
            return {at: n for at, n in mine.items() if at <= self.keep_until}
        if self.pieces <= 0:
            return free_weeks(mine, -self.pieces)
        if weekly <= 0:
            return dict(mine)
        weeks = room_until(self.due_on, week)
        return _take_more(mine, self.pieces, taken, weekly, weeks)


def capability_id(firm_id: str, category_id: str) -> str:
    """The identity of what a firm can make in a category."""
    return f"{firm_id}|{category_id}"


def room_until(due_on: date | None, week: int) -> range:
    """The weeks that may be taken: from ``week`` to the one of ``due_on``, at least one."""
    last = week if due_on is None else max(week, week_of(due_on))
    return range(week, last + 1)[:MAX_WEEKS]


def take_weeks(pieces: int, taken: Weeks, weekly: int, weeks: range) -> dict[int, int]:
    """The weeks that so many pieces take, earliest first, as far as there is room."""
    mine: dict[int, int] = {}
    for week in weeks:
        free = min(pieces, max(0, weekly - taken.get(week, 0)))
        if free:
            mine[week] = free
            pieces -= free
        if not pieces:
            break
    return mine


def _take_more(mine: Weeks, pieces: int, taken: Weeks, weekly: int, weeks: range) -> dict[int, int]:
    more = take_weeks(pieces, taken, weekly, weeks)
    free = sum(more.values())
    if free < pieces:
        raise Conflict(_SHORT, free=free, wanted=pieces, short=pieces - free)
    return {week: mine.get(week, 0) + more.get(week, 0) for week in sorted({*mine, *more})}


def free_weeks(mine: Weeks, pieces: int) -> dict[int, int]:
    """What is left of the weeks when so many pieces are given back, the latest first."""
    after, left = dict(mine), pieces
    for week in sorted(mine, reverse=True):
        freed = min(left, after[week])
        after[week] -= freed
        left -= freed
    return {week: pieces for week, pieces in after.items() if pieces}
