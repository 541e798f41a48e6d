"""The tiers of a bid as straight pieces of its cost, with the tightest bounds on each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from supplychain.award.exact import exactly, quotient, round_down_to, round_up_to
from supplychain.award.problem.problem import Pair, Problem, ProblemBid, ProblemLine

LEAST_PART_RATIO: Final = Decimal("2e-6")
"""The least part of a line that a solver can tell from nothing. So far below a rising tier a
quantity stays, and so much is bought at least where a line cost is paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramSegment:
    """For quantities from ``low`` to ``high``, the cost is ``fixed + slope × quantity``.

    The line cost is in ``fixed``; bundles and expected cost are in neither.
    """

    low: Decimal
    high: Decimal
    fixed: Decimal
    slope: Decimal


def segments_of(
    problem: Problem, among: Container[Pair] | None = None
) -> dict[Pair, tuple[ProgramSegment, ...]]:
    """The pieces of every bid that can get anything, or of some of them, in ascending order.

    Capacity, also by a day, forbidden firms, late bids where all is to be in time, indivisible
    lines, whole units and the largest share of a line that is bought exactly bound them.
    Neighbours of an all-units bid share their boundary, unless the price rises there, or a rule
    speaks of shares of the spend: nobody may pay the dearer price there to fill a share.
    """
    lines = {line.id: line for line in problem.lines}
    capacity = {one.id: one.capacity for one in problem.suppliers}
    by_date = room_of_bids(problem)
    barred = {(rule.effects.barred, rule.line) for rule in problem.rules}
    punctual = {rule.line for rule in problem.rules if rule.effects.bars_late}
    shares: dict[Pair, Decimal] = defaultdict(lambda: Decimal(1))
    for rule in problem.rules:
        if rule.line is not None and (greatest := rule.effects.max_share) is not None:
            pair = (greatest[0], rule.line)
            shares[pair] = min(shares[pair], greatest[1])
    of_spend = any(rule.effects.shares and rule.line is None for rule in problem.rules)
    pieces_of: dict[Pair, tuple[ProgramSegment, ...]] = {}
    with exactly():
        for bid in problem.bids:
            pair = (bid.supplier, bid.line)
            if among is not None and pair not in among:
                continue
            if pair in barred or (bid.supplier, None) in barred:
                continue
            if bid.late and (None in punctual or bid.line in punctual):
                continue
            bid = _bound_by_date(bid, by_date.get(pair))
            low, high = _quantity_range(bid, lines[bid.line], capacity[bid.supplier], shares[pair])
            pieces = (
                tuple(_cut_pieces(bid, low, high, lines[bid.line], apart=of_spend))
                if high >= low
                else ()
            )
            if pieces:
                pieces_of[pair] = pieces
    return pieces_of


def room_of_bids(problem: Problem) -> dict[Pair, Decimal]:
    """What each bid can come to at most by the days of ``capacities``, were it alone."""
    room: dict[Pair, Decimal] = {}
    for one in problem.capacities:
        for pair in one.pairs:
            most = quotient(one.at_most, one.taken_by(pair[1])) if one.takes else one.at_most
            most -= most % one.lot_size if one.lot_size else 0
            room[pair] = min(most, room.get(pair, most))
    return room


def _bound_by_date(bid: ProblemBid, room: Decimal | None) -> ProblemBid:
    if room is None or room >= bid.max_quantity:
        return bid
    return replace(bid, max_quantity=room)


def _quantity_range(
    bid: ProblemBid, line: ProblemLine, capacity: Decimal | None, share: Decimal
) -> tuple[Decimal, Decimal]:
    step, high = bid.step_on(line), bid.max_quantity
    load = bid.load_per_unit
    if capacity is not None and load > 0 and load * high > capacity:
        high = min(high, quotient(capacity, load))
    if not line.overbuy and line.shortage_price is None:
        high = min(high, share * line.quantity)
    elif share == 0:
        high = Decimal(0)
    elif line.most is not None:
        high = min(high, line.most)
    low = max(bid.min_quantity, bid.tiers[0].start)
    if not line.divisible:
        low = max(low, line.quantity)
    high = round_down_to(high, step) if high % step else high
    return round_up_to(low, step) if low % step else low, high if high > 0 else Decimal(-1)


def _cut_pieces(
    bid: ProblemBid, low: Decimal, high: Decimal, line: ProblemLine, *, apart: bool
) -> list[ProgramSegment]:
    pieces, step, fixed = [], bid.step_on(line), bid.line_cost
    if fixed and not low:
        low = min(high, round_up_to(LEAST_PART_RATIO * line.quantity, step))
    if len(bid.tiers) == 1:
        return [ProgramSegment(low=low, high=high, fixed=fixed, slope=bid.tiers[0].unit_price)]
    below = round_up_to(LEAST_PART_RATIO * line.quantity, line.quantity_step)
    for place, tier in enumerate(bid.tiers):
        last = place == len(bid.tiers) - 1
        start, end = (tier.start if place else Decimal(0)), high
        if not last:
            after = bid.tiers[place + 1]
            end = min(high, after.start)
            dearer = after.unit_price > tier.unit_price or (
                apart and after.unit_price < tier.unit_price
            )
            if bid.tier_rule == "all_units" and dearer:
                end = min(high, after.start - below)
        if bid.tier_rule == "incremental" and place:
            fixed += tier.start * (bid.tiers[place - 1].unit_price - tier.unit_price)
        start, end = round_up_to(max(low, start), step), round_down_to(end, step)
        if start <= end and end > 0:
            pieces.append(ProgramSegment(low=start, high=end, fixed=fixed, slope=tier.unit_price))
    return pieces


def piece_of(pieces: tuple[ProgramSegment, ...], quantity: Decimal) -> ProgramSegment | None:
    """The cheapest piece that a quantity lies on, or None."""
    on = [piece for piece in pieces if piece.low <= quantity <= piece.high]
    return min(on, key=lambda one: one.fixed + one.slope * quantity, default=None)
