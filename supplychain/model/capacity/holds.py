"""Capacity that a submitted bid holds until it ends: softly, as far as it is free.

What is held is due on the later of promise and need, as the order would be. It makes room for no
order less; it makes promises to others smaller. A bid may offer more than is possible (overtime, a
peer's help): then less is held.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from supplychain.errors import FieldError
from supplychain.model.bids.bid import Bid
from supplychain.model.bids.line_units import in_line_unit
from supplychain.model.capacity.bookings import capability_id
from supplychain.model.capacity.hours import LotWork, WorkHours, lot_work
from supplychain.model.capacity.promises import Due, Pace, possible_work
from supplychain.model.capacity.steps import StepMaker, list_windows
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.model.quantities import whole_units
from supplychain.model.weeks import date_of, day_number

_SHORTAGE: Final = (
    "Line %(number)s: you offer %(wanted)s, and %(free)s of your capacity are free until %(day)s. "
    "You may bid all the same if you can make room."
)
_STEP_SHORTAGE: Final = (
    "Line %(number)s: you offer %(wanted)s, and %(free)s of your capacity for the step %(step)s "
    "are free until %(day)s, so that the other steps have their time. You may bid all the same if "
    "you can make room."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What one line of a bid asks of one capability: ``pieces`` by ``due_on``.

    ``ends_on`` is the last day on which the bid holds. Of a line with a routing each step asks its
    own, by its name, and begins on ``starts_on``.
    """

    capability_id: str
    bid_id: str
    request_id: str
    request_line_id: str
    buyer_id: str
    firm_id: str
    number: int
    pieces: int
    due_on: date
    ends_on: date
    part_id: str | None = None
    starts_on: date | None = None
    step: str = ""
    category_id: str = ""

    @property
    def hold_id(self) -> str:
        """The identity of what it holds."""
        line_id = f"{self.bid_id}|{self.number}"
        return f"{line_id}|{self.category_id}" if self.step else line_id


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredHold:
    """The pieces that a bid line holds of one capability by one day (a number), and their work.

    A line of a bid from before there were due days has one a week, due at its end.
    """

    id: str
    capability_id: str
    bid_id: str
    request_line_id: str
    day: int
    quantity: int
    work: int

    def work_of(self, pieces: int) -> int:
        """What is still held where so many of the pieces are: their part of the work, up."""
        return -(-self.work * pieces // self.quantity) if self.quantity else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedHolds:
    """A request, and how many holds of bids for it have ended by time."""

    request_id: str
    buyer_id: str
    holds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCapacity:
    """What one bid of a firm holds of one capability, and the first and last day it is due.

    ``state`` is the bid's; ``ends_on`` is None where it has won: its order decides then.
    """

    capability_id: str
    bid_id: str
    state: str
    request_number: str
    title: str | None
    first: int
    last: int
    quantity: int
    ends_on: str | None

    @property
    def first_day(self) -> date:
        """The first due day."""
        return date_of(self.first)

    @property
    def last_day(self) -> date:
        """The last due day."""
        return date_of(self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What a capability makes, in which lots (0: none), and what orders and bids take of it.

    ``hours`` None: its capacity is in pieces. ``part_hours_e4`` are the hours of a piece of those
    parts for which its firm states some. ``maker`` says which steps of a routing it can do.
    """

    pace: Pace = field(default_factory=lambda: Pace(weekly=0))
    hours: WorkHours | None = None
    lot_size: int = 0
    part_hours_e4: Mapping[str, int] = field(default_factory=dict)
    booked: Due = field(default_factory=dict)
    held: Due = field(default_factory=dict)
    maker: StepMaker | None = None

    def lot_of(self, part_id: str | None) -> LotWork:
        """What a lot of a part takes of it."""
        return lot_work(self.hours, self.lot_size, self.part_hours_e4.get(part_id or ""))

    def fit_hold(self, hold: Hold, today: date) -> int:
        """The work that a hold gets: that of its whole lots, as far as possible by its due day."""
        taken = Counter(self.booked)
        taken.update(self.held)
        first = day_number(today)
        day = max(day_number(hold.due_on), first)
        starts_on = None if hold.starts_on is None else day_number(hold.starts_on)
        possible = possible_work(self.pace, taken, today=first, day=day, starts_on=starts_on) or 0
        return min(self.lot_of(hold.part_id).count_work(hold.pieces), possible)

    def with_held(self, days: Due) -> Room:
        """The room with more held."""
        held = Counter(self.held)
        held.update(days)
        return replace(self, held=held)

    def without_held(self, days: Due) -> Room:
        """The room with less held; days with nothing are left out."""
        held = Counter(self.held)
        held.subtract(days)
        return replace(self, held={day: work for day, work in held.items() if work > 0})


def holds_of(
    bid: Bid, request: PartsRequest, today: date, makers: Iterable[StepMaker]
) -> list[Hold]:
    """What a bid asks to be held, line by line, if it is or were submitted; nothing once it ended.

    Lines without a quantity ask for nothing. ``today`` is the bidder's day, ``makers`` are its
    capabilities: where a line has a routing each that does a step of it is held.
    """
    able = list(makers)
    requested = {line.id: line for line in request.lines}
    holds: list[Hold] = []
    for line in bid.lines:
        request_line = requested[line.request_line_id]
        promised = today + timedelta(days=line.lead_days or 0)
        offered = in_line_unit(line, request_line).quantity
        if offered and bid.valid_until is not None and bid.valid_until >= today:
            whole = Hold(
                capability_id=capability_id(bid.firm_id, request_line.category_id),
                bid_id=bid.id,
                request_id=bid.request_id,
                request_line_id=line.request_line_id,
                buyer_id=request.buyer_id,
                firm_id=bid.firm_id,
                number=line.number,
                pieces=whole_units(offered),
                due_on=max(request_line.need_by or promised, promised),
                ends_on=bid.valid_until,
                part_id=request_line.part_id,
            )
            routing = request_line.requirements.routing
            holds += _split_steps(whole, request_line.category_id, routing, able, today)
    return holds


def _split_steps(
    whole: Hold,
    category_id: str,
    routing: tuple[str, ...],
    makers: list[StepMaker],
    today: date,
) -> list[Hold]:
    """What a line asks of each capability that does a step of it."""
    if not routing:
        return [whole]
    holds: list[Hold] = []
    for window in list_windows(whole.firm_id, category_id, routing, makers):
        first, last = window.days(today=today, due_on=whole.due_on)
        holds.append(
            replace(
                whole,
                capability_id=window.capability_id,
                category_id=window.category_id,
                step=window.name,
                starts_on=first,
                due_on=last,
            )
        )
    return holds


def group_makers(rooms: Iterable[Room]) -> dict[str, list[StepMaker]]:
    """Which steps the capabilities behind some rooms can do, by firm."""
    makers: dict[str, list[StepMaker]] = {}
    for room in rooms:
        if room.maker is not None:
            makers.setdefault(room.maker.firm_id, []).append(room.maker)
    return makers


def shrink_days(mine: Due, pieces: int) -> dict[int, int]:
    """What stays held if only so many pieces are still wanted: the latest days go first."""
    after, left = dict(mine), max(0, sum(mine.values()) - pieces)
    for day in sorted(mine, reverse=True):
        freed = min(left, after[day])
        after[day] -= freed
        left -= freed
    return {day: pieces for day, pieces in after.items() if pieces}


def list_shortages(
    holds: Iterable[Hold], rooms: Mapping[str, Room], today: date
) -> list[FieldError]:
    """Where a bid offers more than is free; a capability with unknown capacity says nothing.

    Args:
        holds: of one bid.
        rooms: by capability, without what this bid itself holds.
        today: the bidder's day, from which on capacity counts.
    """
    errors: dict[int, tuple[int, FieldError]] = {}
    left = dict(rooms)
    for hold in holds:
        room = left.get(hold.capability_id, Room())
        if not room.pace.is_stated:
            continue
        free = room.fit_hold(hold, today)
        left[hold.capability_id] = room.with_held({day_number(hold.due_on): free})
        lot = room.lot_of(hold.part_id)
        pieces = lot.count_pieces(free)
        if free < lot.count_work(hold.pieces):
            narrowest = errors.get(hold.number)
            if narrowest is None or pieces < narrowest[0]:
                errors[hold.number] = pieces, _shortage_error(hold, pieces)
    return [error for _, error in errors.values()]


def _shortage_error(hold: Hold, free: int) -> FieldError:
    values = (
        ("number", hold.number),
        ("wanted", hold.pieces),
        ("free", free),
        ("day", hold.due_on.isoformat()),
        *((("step", hold.step),) if hold.step else ()),
    )
    message = _STEP_SHORTAGE if hold.step else _SHORTAGE
    return FieldError(pointer=f"/lines/{hold.number}/quantity", message=message, values=values)
