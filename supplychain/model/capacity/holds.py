"""Capacity that a submitted bid holds until it ends: softly, as far as it is free.

The same weeks are held that accepting the order would take: whole ones, earliest first, until the
later of promise and need. What is held makes room for no order less; it makes promises to others
smaller. A bid may offer more than is free (overtime, a peer's help): then less is held.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from supplychain.errors import FieldError
from supplychain.model.bids.bid import Bid
from supplychain.model.capacity.bookings import (
    Weeks,
    capability_id,
    free_weeks,
    room_until,
    take_weeks,
)
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.model.weeks import monday_of, week_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What one line of a bid asks of one capability: ``pieces`` by ``due_on``.

    ``ends_on`` is the last day on which the bid holds.
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

    def hold_id(self, week: int) -> str:
        """The identity of what it holds of one week."""
        return f"{self.bid_id}|{self.number}|{week}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredHold:
    """The pieces that a bid line holds of one capability in one week."""

    id: str
    capability_id: str
    bid_id: str
    request_line_id: str
    week: int
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedHolds:
    """A request, and how many holds of bids for it have ended by time."""

    request_id: str
    buyer_id: str
    holds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCapacity:
    """What one bid of a firm holds of one capability, from this week on.

    ``state`` is the bid's; ``ends_on`` is None where it has won: its order decides then.
    """

    capability_id: str
    bid_id: str
    state: str
    request_number: str
    title: str | None
    first_week: int
    last_week: int
    quantity: int
    ends_on: str | None

    @property
    def first_day(self) -> date:
        """The Monday of the first week."""
        return monday_of(self.first_week)

    @property
    def last_day(self) -> date:
        """The Monday of the last week."""
        return monday_of(self.last_week)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Weekly capacity of a capability (0 is unknown), and what orders and bids take of it."""

    weekly: int = 0
    booked: Weeks = field(default_factory=dict)
    held: Weeks = field(default_factory=dict)

    def fit_hold(self, hold: Hold, week: int) -> dict[int, int]:
        """The weeks that a hold gets: as much as is free from ``week`` on, earliest first."""
        taken = Counter(self.booked)
        taken.update(self.held)
        return take_weeks(hold.pieces, taken, self.weekly, room_until(hold.due_on, week))

    def with_held(self, weeks: Weeks) -> Room:
        """The room with more held."""
        held = Counter(self.held)
        held.update(weeks)
        return Room(weekly=self.weekly, booked=self.booked, held=held)

    def without_held(self, weeks: Weeks) -> Room:
        """The room with less held; weeks with nothing are left out."""
        held = Counter(self.held)
        held.subtract(weeks)
        left = {week: pieces for week, pieces in held.items() if pieces > 0}
        return Room(weekly=self.weekly, booked=self.booked, held=left)


def holds_of(bid: Bid, request: PartsRequest, today: date) -> list[Hold]:
    """What a bid asks to be held, line by line, if it is or were submitted; nothing once it ended.

    Lines without a quantity ask for nothing.
    """
    requested = {line.id: line for line in request.lines}
    holds: list[Hold] = []
    for line in bid.lines:
        request_line = requested[line.request_line_id]
        promised = today + timedelta(days=line.lead_days or 0)
        if line.quantity and bid.valid_until is not None and bid.valid_until >= today:
            holds.append(
                Hold(
                    capability_id=capability_id(bid.firm_id, request_line.category_id),
                    bid_id=bid.id,
                    request_id=bid.request_id,
                    request_line_id=line.request_line_id,
                    buyer_id=request.buyer_id,
                    firm_id=bid.firm_id,
                    number=line.number,
                    pieces=line.quantity,
                    due_on=max(request_line.need_by or promised, promised),
                    ends_on=bid.valid_until,
                )
            )
    return holds


def shrink_weeks(mine: Weeks, pieces: int) -> dict[int, int]:
    """What stays held if only so many pieces are still wanted: the latest weeks go first."""
    return free_weeks(mine, max(0, sum(mine.values()) - pieces))


def list_shortages(
    holds: Iterable[Hold], rooms: Mapping[str, Room], now: datetime
) -> list[FieldError]:
    """Where a bid offers more than is free; a capability with unknown capacity says nothing.

    Args:
        holds: of one bid.
        rooms: by capability, without what this bid itself holds.
        now: the instant from whose week on capacity counts.
    """
    errors: list[FieldError] = []
    week, left = week_of(now.date()), dict(rooms)
    for hold in holds:
        room = left.get(hold.capability_id, Room())
        if room.weekly <= 0:
            continue
        weeks = room.fit_hold(hold, week)
        left[hold.capability_id] = room.with_held(weeks)
        free = sum(weeks.values())
        if free < hold.pieces:
            errors.append(_shortage_error(hold, free))
    return errors


def _shortage_error(hold: Hold, free: int) -> FieldError:
    values = (
        ("number", hold.number),
        ("wanted", hold.pieces),
        ("free", free),
        ("day", hold.due_on.isoformat()),
    )
    message = (
        "Line %(number)s: you offer %(wanted)s, and %(free)s of your capacity are free until "
        "%(day)s. You may bid all the same if you can make room."
    )
    return FieldError(pointer=f"/lines/{hold.number}/quantity", message=message, values=values)
