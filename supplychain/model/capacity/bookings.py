"""What accepted order lines still need of a capability: pieces, and the day by which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING
from typing import Final

from supplychain.errors import Conflict
from supplychain.model.capacity.hours import LotWork
from supplychain.model.capacity.promises import Due, Pace, finish_day, possible_work
from supplychain.model.quantities import MEASURED_STEP, Quantity, tidy_quantity, whole_units
from supplychain.model.weeks import date_of, day_number

_SHORT: Final = (
    "Beside what you promised already, you can make %(free)s of the %(wanted)s needed by %(day)s: "
    "%(short)s too few. All of it could be done by %(finish)s. Agree on that day, raise your "
    "capacity or free some of it, then try again."
)
_STEP_SHORT: Final = (
    "%(step)s: beside what you promised already, you can make %(free)s of the %(wanted)s needed "
    "there by %(day)s, so that the other steps have their time: %(short)s too few. Agree on a "
    "later day, raise your capacity or free some of it, then try again."
)
_NEVER: Final = (
    "Beside what you promised already, you can make %(free)s of the %(wanted)s needed by %(day)s: "
    "%(short)s too few, and not all of it within ten years. Raise your capacity, then try again."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """So many pieces are still to be made by a due day (a number) for one order line.

    ``work`` is what they take of the capability.
    """

    day: int
    quantity: int
    work: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What one order line needs of one capability from now on; 0 pieces free it.

    ``part_id`` is what is made, where it is a part: its own hours count.

    ``starts_on``: nothing of it is done before that day; None is today. ``step`` is its name where
    the line has a routing, and ``category_id`` that of the capability.

    ``must_fit`` False books a fact rather than a promise: it is never refused.
    """

    capability_id: str
    line_id: str
    pieces: int
    due_on: date
    part_id: str | None = None
    must_fit: bool = True
    starts_on: date | None = None
    step: str = ""
    category_id: str = ""

    @property
    def booking_id(self) -> str:
        """The identity of its booking: one for each line and capability."""
        return booking_id(self.line_id, step=self.step, category_id=self.category_id)

    def booked(
        self, mine: Booking | None, *, due: Due, pace: Pace, lot: LotWork, today: int
    ) -> Booking | None:
        """The line's booking after the change; None where nothing is left to make.

        Args:
            mine: its booking now.
            due: what is promised of the capability to others.
            pace: what days make; one that is not stated refuses nothing.
            lot: what a lot of the part takes; whole lots are booked.
            today: the first day of work.

        Raises:
            Conflict: not all of it can be made in time; says how much can, and when all of it. A
                booking that grows no larger and comes due no earlier is never refused.
        """
        if self.pieces <= 0:
            return None
        work = lot.count_work(self.pieces)
        quantity = lot.round_up(self.pieces)
        after = Booking(day=day_number(self.due_on), quantity=quantity, work=work)
        is_more = mine is None or after.work > mine.work or after.day < mine.day
        if is_more and self.must_fit and pace.is_stated:
            self._check_fits(after, due, pace, lot, today)
        return after

    def _check_fits(self, wanted: Booking, due: Due, pace: Pace, lot: LotWork, today: int) -> None:
        day = max(wanted.day, today)
        starts_on = None if self.starts_on is None else day_number(self.starts_on)
        possible = possible_work(pace, due, today=today, day=day, starts_on=starts_on) or 0
        if wanted.work <= possible:
            return
        free = lot.spread_pieces(possible)
        values: dict[str, object] = {
            "free": free,
            "wanted": wanted.quantity,
            "short": wanted.quantity - free,
            "day": date_of(day).isoformat(),
        }
        if self.step:
            raise Conflict(_STEP_SHORT, step=self.step, **values)
        finish = finish_day(pace, due, today=today, work=wanted.work)
        if finish is None:
            raise Conflict(_NEVER, **values)
        raise Conflict(_SHORT, finish=date_of(finish).isoformat(), **values)


def capability_id(firm_id: str, category_id: str) -> str:
    """The identity of what a firm can make in a category."""
    return f"{firm_id}|{category_id}"


def booking_id(line_id: str, *, step: str, category_id: str) -> str:
    """The identity of what an order line takes of a capability of a category.

    A line without a routing, whose ``step`` is "", takes of one alone.
    """
    return f"{line_id}|{category_id}" if step else line_id


def count_made(kept: Quantity, percent: int) -> Quantity:
    """Pieces that so many percent of what is kept are, a begun one counted.

    A percent that was rounded down from pieces is these pieces again, up to a hundred; of more it
    is never more than they were.
    """
    if isinstance(kept, int):
        return -(-kept * percent // 100)
    return tidy_quantity((kept * percent / 100).quantize(MEASURED_STEP, ROUND_CEILING))


def pieces_to_make(
    *,
    quantity: Quantity,
    shared: Quantity,
    shipped: Quantity,
    made_percent: int,
    handed_over: Quantity,
    from_shares: Quantity,
) -> int:
    """What the supplier of an accepted line still has to make itself, in whole units.

    Capacity is stated in whole units: what is left of a line that is measured is rounded up, once
    for each line, and so the optimiser counts it.

    What peers took over is not its own, what it shipped of its own part or says is made is done.
    Its report speaks of what it means to keep; what peers have not accepted yet is its own to make.

    Args:
        quantity: pieces of the line.
        shared: pieces of it in live shares, those among them that nobody has accepted yet.
        shipped: pieces of it that left, those of peers among them.
        made_percent: how far the rest of it is, 0 to 100.
        handed_over: pieces of it in shares that peers accepted.
        from_shares: pieces of it that peers have delivered.
    """
    own = quantity - handed_over
    made = count_made(tidy_quantity(max(0, quantity - shared)), made_percent)
    return whole_units(max(0, own - max(shipped - from_shares, made)))
