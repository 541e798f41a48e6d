"""What bidders can make of a request's lines by the days on which orders of them would be due.

Accepting an order takes only what the days left can make (``model.capacity.promises``). The same
rule, for all lines of a bidder in one category at once, bounds how a request may be split: what a
split gives a bidder, its order can be accepted if nothing else changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from math import gcd
from typing import Final

from supplychain.award.exact import plain
from supplychain.award.problem.coverage import find_reach
from supplychain.award.problem.problem import (
    DatedCapacity,
    Pair,
    Problem,
    ProblemBid,
    ProblemLine,
)
from supplychain.award.program.segments import room_of_bids
from supplychain.model.bids.bid import Bid
from supplychain.model.calendars.firm_days import FirmDays
from supplychain.model.capacity.holds import Hold, Room, group_makers, holds_of
from supplychain.model.capacity.hours import LotWork
from supplychain.model.capacity.promises import possible_work
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.model.quantities import whole_units
from supplychain.model.weeks import date_of, day_number

HIDDEN_PARTS: Final = 4
"""A capacity that the buyer may not read bounds a split in quarters of what was bid: a split that
used it up, or one tried after the other, would tell it to the piece."""


def with_capacities(
    problem: Problem,
    request: PartsRequest,
    bids: Iterable[Bid],
    rooms: Mapping[str, Room],
    *,
    shown: Collection[str],
    days: FirmDays,
) -> Problem:
    """The problem with what its suppliers can make by each day on which lines of theirs are due.

    Args:
        problem: of the request and its bids.
        request: with its lines.
        bids: opened ones.
        rooms: by capability, as accepted orders leave them, without what bids hold.
        shown: ids of the firms whose capacity the buyer may read.
        days: of the award; each bidder's first day of work is its own.

    Returns:
        A capacity of 0 or more pieces for each bidder, category and due day; none where the pace
        is not stated or all that is bid for fits. Of a firm that does not show it, rounded down to
        quarters of what is bid for.
    """
    offered = {(bid.supplier, bid.line): whole_units(bid.max_quantity) for bid in problem.bids}
    parts = any(line.step for line in problem.lines)
    capacities: list[DatedCapacity] = []
    makers = group_makers(rooms.values())
    for bid in bids:
        today = days.today(bid.firm_id)
        holds = [
            hold
            for hold in holds_of(bid, request, today, makers.get(bid.firm_id, ()))
            if (bid.firm_id, hold.request_line_id) in offered
        ]
        for key in sorted({hold.capability_id for hold in holds}):
            room = rooms.get(key, Room())
            if room.pace.is_stated:
                own = [hold for hold in holds if hold.capability_id == key]
                # Whole units of each line are booked: where parts of one are bought, as lots of 1.
                lots = room.lot_size or int(parts)
                shows = bid.firm_id in shown
                capacities += _list_due(own, offered, room, day_number(today), shows, lots)
    return replace(problem, capacities=_keep_narrowest(capacities))


def within_reach(problem: Problem) -> tuple[Problem, dict[str, Decimal]]:
    """The problem with each line cut down to what is offered for it, and what stays missing.

    What packs let nobody reach stays missing, too.

    A line that nobody can cover would make every split impossible; a line without bids is left
    out, and so is a bundle of a line that cannot be won whole. What a firm can make in time counts
    where the buyer may read it: otherwise the size of what is missing would tell it.
    """
    room = room_of_bids(problem.as_shown())
    bids: dict[str, list[ProblemBid]] = {}
    for bid in problem.bids:
        bids.setdefault(bid.line, []).append(bid)
    sizes = {line.id: line for line in problem.lines}
    offered = {name: find_reach(sizes[name], own, room) for name, own in bids.items()}
    short = {
        line.id: plain(line.quantity - offered.get(line.id, Decimal(0)))
        for line in problem.lines
        if line.shortage_price is None and offered.get(line.id, Decimal(0)) < line.quantity
    }
    lines = tuple(
        replace(line, quantity=line.quantity - short.get(line.id, Decimal(0)))
        for line in problem.lines
        if offered.get(line.id)
    )
    bundles = tuple(one for one in problem.bundles if short.keys().isdisjoint(one.lines))
    return _cut_down(replace(problem, lines=lines, bundles=bundles)), short


def _keep_narrowest(capacities: list[DatedCapacity]) -> tuple[DatedCapacity, ...]:
    """In their fixed order; of those that differ in the amount alone the least.

    Steps of a routing that are done with several capabilities bound the same lines by one day.
    """
    kept: dict[DatedCapacity, DatedCapacity] = {}
    for one in sorted(capacities, key=lambda one: one.sort_key):
        kept.setdefault(replace(one, at_most=Decimal(0)), one)
    return tuple(kept.values())


def _list_due(
    holds: list[Hold],
    offered: Mapping[Pair, int],
    room: Room,
    first: int,
    is_shown: bool,
    lot_size: int,
) -> Iterator[DatedCapacity]:
    """The capacities of one firm and category, for each due day of its lines.

    Where steps of a routing begin later, also for each first day: of what is due from then on.
    """
    due = {hold.request_line_id: max(day_number(hold.due_on), first) for hold in holds}
    firm_id = holds[0].firm_id
    lots = {hold.request_line_id: room.lot_of(hold.part_id) for hold in holds}
    starts = sorted({first, *(day_number(hold.starts_on) for hold in holds if hold.starts_on)})
    for day in sorted(set(due.values())):
        lines = tuple(sorted(line for line, own in due.items() if own <= day))
        for start in starts:
            bound = tuple(line for line in lines if start == first or due[line] >= start)
            if not bound:
                continue
            most = possible_work(room.pace, room.booked, today=first, day=day, starts_on=start) or 0
            wanted = sum(lots[line].count_work(offered[firm_id, line]) for line in bound)
            if wanted > most:
                if not is_shown:
                    most = wanted * (HIDDEN_PARTS * most // wanted) // HIDDEN_PARTS
                at_most, takes = _count_units([lots[line] for line in bound], most)
                yield DatedCapacity(
                    supplier=firm_id,
                    lines=bound,
                    by=date_of(day).isoformat(),
                    at_most=Decimal(at_most),
                    takes=takes,
                    lot_size=Decimal(lot_size),
                    shown=is_shown,
                )


def _count_units(lots: list[LotWork], possible: int) -> tuple[int, tuple[Decimal, ...]]:
    """What can be made of lines, and what a piece of each takes of it: whole numbers.

    All lots are of one size. Where all lines take the same, they count in pieces and take nothing
    else; what is left over of a common divisor makes no whole lot more.
    """
    common = gcd(*(lot.lot_work for lot in lots))
    at_most = possible * lots[0].lot_pieces // common
    takes = tuple(Decimal(lot.lot_work // common) for lot in lots)
    return at_most, () if set(takes) == {Decimal(1)} else takes


def _cut_down(problem: Problem) -> Problem:
    """Bids and capacities of the lines that are left, each no larger than its line."""
    lines = {line.id: line for line in problem.lines}
    bids = tuple(
        fitted for bid in problem.bids if (fitted := _fit_bid(bid, lines.get(bid.line))) is not None
    )
    pairs = {(bid.supplier, bid.line) for bid in bids}
    winners = {bid.supplier for bid in bids}
    capacities = (
        one.on_lines([line for line in one.lines if (one.supplier, line) in pairs])
        for one in problem.capacities
    )
    return replace(
        problem,
        bids=bids,
        suppliers=tuple(one for one in problem.suppliers if one.id in winners),
        capacities=tuple(one for one in capacities if one.lines),
    )


def _fit_bid(bid: ProblemBid, line: ProblemLine | None) -> ProblemBid | None:
    """The bid as far as its line is still bought; None where it sells only more than that."""
    if line is None:
        return None
    most = line.quantity if line.most is None else line.most
    if max(bid.min_quantity, bid.tiers[0].start, bid.pack) > most:
        return None
    if bid.max_quantity <= most:
        return bid
    tiers = tuple(tier for tier in bid.tiers if tier.start <= most)
    return replace(bid, max_quantity=most, tiers=tiers)
