"""Sharing an order: who may get what part of a line, and how far the parts are together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from supplychain.errors import Forbidden, Invalid, NotOpen
from supplychain.model.calendars.zones import DEFAULT_ZONE, day_of
from supplychain.model.capacity.hours import LotWork
from supplychain.model.capacity.promises import Pace, possible_work
from supplychain.model.capacity.steps import StepWindow
from supplychain.model.money import MAX_AMOUNT
from supplychain.model.orders import AT_WORK, OVER, WAITING, Order, OrderLine, order_number
from supplychain.model.quantities import (
    Quantity,
    find_quantity_problem,
    percent_of,
    step_of_unit,
    tidy_quantity,
    whole_units,
)
from supplychain.model.weeks import date_of, day_number

MAX_DEPTH_TIERS: Final = 4
"""How many tiers down an order may be shared."""
USUAL_TIME: Final = timedelta(days=3)
LEAST_TIME: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareChoice:
    """What part of a line to offer to whom, for what price a unit, until when."""

    line_id: str
    peer_id: str
    quantity: Quantity
    unit_price: Decimal
    ends_at: datetime | None = None
    need_by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerStep:
    """What a capability of a peer that does a step of a line makes, and what is booked of it.

    ``lot`` is what a lot of the part takes of it. A pace that is not stated is unknown.
    """

    window: StepWindow
    pace: Pace = field(default_factory=lambda: Pace(weekly=0))
    booked: Mapping[int, int] = field(default_factory=dict)
    lot: LotWork = field(default_factory=LotWork)

    def room(self, quantity: Quantity, *, today: date, due_on: date) -> str:
        """Its free capacity as a word, as ``Peer.room``."""
        first, last = self.window.days(today=today, due_on=due_on)
        starts_on, start = day_number(first), day_number(today)
        day = max(day_number(last), start)
        free = possible_work(self.pace, self.booked, today=start, day=day, starts_on=starts_on)
        if free is None:
            return "unknown"
        if free >= self.lot.count_work(whole_units(quantity)):
            return "enough"
        return "some" if self.lot.count_pieces(free) else "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A firm of one of the viewer's chains or clusters.

    ``pools`` says that they share a cluster: only then, and only where the peer shows the viewer
    its capacity, are the figures of its ``steps`` read. A line without a routing has one step.
    """

    id: str
    name: str
    city: str
    able: bool
    pools: bool
    steps: tuple[PeerStep, ...] = ()
    zone: str = DEFAULT_ZONE

    def room(self, *, quantity: Quantity, now: datetime, due: int) -> str:
        """Its free capacity by a due day as a word: ``enough``, ``some``, ``none``, ``unknown``.

        Of several steps that of the narrowest.
        """
        today = day_of(self.zone, now)
        steps = self.steps if self.pools else ()
        rooms = {step.room(quantity, today=today, due_on=date_of(due)) for step in steps}
        words = ("none", "unknown", "some", "enough")
        return next((word for word in words if word in rooms), "unknown")


def share_of(
    order: Order,
    choice: ShareChoice,
    *,
    from_shares: Quantity,
    share_id: str,
    line_id: str,
    now: datetime,
    today: date,
) -> Order:
    """The share as an order one tier down: awaiting_consent where the policy is ask, else offered.

    ``from_shares`` pieces of the line have been delivered by peers already; ``share_id`` and
    ``line_id`` are the identities of the share and of its one line. ``today`` is the sharer's day.

    Raises:
        NotOpen: the order is not at work.
        Forbidden: the buyer allows no sharing.
        NotFound: no such line.
        Invalid: peer, quantity, depth or time break a rule.
    """
    line = order.line(choice.line_id)
    _check_allowed(order)
    _check_path(order, choice.peer_id)
    _check_quantity(line, choice, from_shares)
    if (ends_at := choice.ends_at or now + USUAL_TIME) < now + LEAST_TIME:
        raise Invalid("Give the peer at least one hour to answer.", pointer="/ends_at")
    _check_day(line, choice, today)
    asks = order.share_policy == "ask"
    return Order(
        id=share_id,
        number=order_number(share_id),
        state="awaiting_consent" if asks else "offered",
        depth=order.depth + 1,
        buyer_id=order.supplier_id,
        supplier_id=choice.peer_id,
        root_buyer_id=order.root_buyer_id,
        request_id=None,
        award_id=None,
        parent_line_id=line.id,
        currency=order.currency,
        share_policy=order.share_policy,
        lines=(_make_share_line(line, choice, line_id),),
        created_at=now,
        offered_at=None if asks else now,
        ends_at=ends_at,
        ancestor_ids=(*order.ancestor_ids, order.id),
        firm_path=(*order.firm_path, choice.peer_id),
    )


def _check_allowed(order: Order) -> None:
    if order.state not in AT_WORK:
        raise NotOpen("Only an accepted order that is not fully shipped can be shared.")
    if order.share_policy == "forbidden":
        raise Forbidden("The buyer of this order allows no sharing.")


def _check_path(order: Order, peer_id: str) -> None:
    if peer_id in order.firm_path:
        raise Invalid(
            "Choose another firm: this one is already on the path of this order.",
            pointer="/peer_id",
        )
    if order.depth >= MAX_DEPTH_TIERS:
        raise Invalid("This order is shared over four tiers already; it can go no further.")


def _check_quantity(line: OrderLine, choice: ShareChoice, from_shares: Quantity) -> None:
    most = line.shareable(from_shares)
    problem = find_quantity_problem(choice.quantity, line.uom)
    if problem:
        raise Invalid(problem, pointer="/quantity")
    if not 0 < choice.quantity <= most:
        raise Invalid(
            "You can share from %(least)s to %(most)s of this line.",
            pointer="/quantity",
            least=step_of_unit(line.uom),
            most=most,
        )
    if choice.quantity * choice.unit_price > MAX_AMOUNT:
        raise Invalid("This amount is too large. Check price and quantity.", pointer="/unit_price")


def _check_day(line: OrderLine, choice: ShareChoice, today: date) -> None:
    if choice.need_by is None:
        return
    if choice.need_by < today:
        raise Invalid("Enter a day from today on.", pointer="/need_by")
    if choice.need_by > line.due_on >= today:  # of what is overdue, any day is late
        raise Invalid(
            "Enter a day up to %(day)s: the whole of it is due then.",
            pointer="/need_by",
            day=line.due_on.isoformat(),
        )


def _make_share_line(line: OrderLine, choice: ShareChoice, line_id: str) -> OrderLine:
    # The peer has to be done when the sharer promised to be.
    need_by = choice.need_by or line.promised_on or line.need_by
    return OrderLine(
        id=line_id,
        number=1,
        request_line_id=None,
        part_id=line.part_id,
        description=line.description,
        category_id=line.category_id,
        quantity=choice.quantity,
        uom=line.uom,
        need_by=need_by,
        delivery_place=line.delivery_place,
        unit_price=choice.unit_price,
        tooling=Decimal(0),
        lead_days=0,
        routing=line.routing,
    )


def consented(share: Order, now: datetime) -> Order:
    """Share: awaiting_consent -> offered.

    Raises:
        NotOpen: it waits for no consent, or its time is over.
    """
    _check_waits(share, now)
    return replace(share, state="offered", offered_at=now)


def refused(share: Order, reason: str, now: datetime) -> Order:
    """Share: awaiting_consent -> declined, by the root buyer.

    Raises:
        NotOpen: as for ``consented``.
        Invalid: no reason.
    """
    _check_waits(share, now)
    if not reason.strip():
        raise Invalid("Say why, in a few words: the other firm reads it.", pointer="/reason")
    return replace(share, state="declined", reason=reason.strip())


def _check_waits(share: Order, now: datetime) -> None:
    if share.state != "awaiting_consent" or share.is_due(now):
        raise NotOpen("This share does not wait for your consent any more.")


def recalled(share: Order) -> Order:
    """Share: awaiting_consent | offered -> recalled.

    Raises:
        NotOpen: it is answered already, or it is no share.
    """
    if not share.is_share or share.state not in WAITING:
        raise NotOpen("This share is answered already; it cannot be recalled.")
    return replace(share, state="recalled")


@dataclass(frozen=True, slots=True, kw_only=True)
class SharePart:
    """A share as everybody above it sees it: who makes what, how far it is, never a price."""

    id: str
    root_id: str
    parent_line_id: str
    line_id: str
    depth: int
    number: str
    state: str
    sharer_id: str
    sharer_name: str
    maker_id: str
    maker_name: str
    description: str
    uom: str
    quantity: Quantity
    shared_quantity: Quantity
    shipped_quantity: Quantity
    received_quantity: Quantity
    rejected_quantity: Quantity
    own_percent: int
    need_by: str
    promised_on: str | None
    ends_at: str | None
    version: int
    made_percent: int = 0

    @property
    def kept_quantity(self) -> Quantity:
        """What this peer makes itself."""
        return tidy_quantity(self.quantity - self.shared_quantity)

    @property
    def is_live(self) -> bool:
        """Whether it still has its quantity of the line above."""
        return self.state not in OVER


def rolled_up(parts: list[SharePart]) -> list[SharePart]:
    """The parts with ``made_percent`` over all tiers below, in reading order.

    A part stands directly above what was shared of it; siblings keep their order. What nobody
    has accepted yet counts as not made.
    """
    below: dict[str, list[SharePart]] = {}
    for part in parts:
        below.setdefault(part.parent_line_id, []).append(part)
    ids = {part.line_id for part in parts}
    tops = [part for part in parts if part.parent_line_id not in ids]
    return [one for top in tops for one in _with_below(top, below)]


def _with_below(part: SharePart, below: dict[str, list[SharePart]]) -> list[SharePart]:
    children = [one for child in below.get(part.line_id, ()) for one in _with_below(child, below)]
    own = 0 if part.state in (*WAITING, *OVER) else part.own_percent
    direct = [child for child in children if child.parent_line_id == part.line_id]
    made = made_percent(
        quantity=part.quantity,
        own_percent=own,
        shipped_quantity=part.shipped_quantity,
        parts=direct,
    )
    return [replace(part, made_percent=made), *children]


def made_percent(
    *, quantity: Quantity, own_percent: int, shipped_quantity: Quantity, parts: list[SharePart]
) -> int:
    """How much of a line is made, 0 to 100, weighted by quantity over its direct live parts.

    What was shipped is made, whatever was reported.
    """
    live = [part for part in parts if part.is_live]
    kept = quantity - sum(part.quantity for part in live)
    made = kept * own_percent + sum(part.quantity * part.made_percent for part in live)
    return max(int(made // quantity), percent_of(min(shipped_quantity, quantity), quantity))


def group_by_line(order: Order, parts: list[SharePart]) -> dict[str, list[SharePart]]:
    """Line id to all parts below that line, in reading order."""
    line_of = {line.id: line.id for line in order.lines}
    below: dict[str, list[SharePart]] = {line.id: [] for line in order.lines}
    for part in parts:  # a part stands after the one it was shared from
        line_of[part.line_id] = line_of[part.parent_line_id]
        below[line_of[part.parent_line_id]].append(part)
    return below
