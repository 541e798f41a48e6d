"""The tiers of a bid as straight pieces of its cost, with the tightest bounds on each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from supplychain.award.exact import ceiled, exactly, floored, quotient
from supplychain.award.problem.problem import QUANTUM, Bid, Forbid, GroupShare, Line, Problem, Share
from supplychain.award.program.found import Pair

LEAST_PART: Final = Decimal("2e-6")
"""The least part of a line that a solver can tell from nothing. So far below a rising tier a
quantity stays, and so much is bought at least where a line cost is paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """For quantities from ``low`` to ``high``, the cost is ``fixed + slope × quantity``.

    The line cost is in ``fixed``; bundles and expected cost are in neither.
    """

    low: Decimal
    high: Decimal
    fixed: Decimal
    slope: Decimal


def segments(problem: Problem) -> dict[Pair, tuple[Segment, ...]]:
    """The pieces of every bid that can get anything, in ascending order.

    Capacity, forbidden firms, indivisible lines, whole units and the largest share of a line that
    is bought exactly bound them. Neighbours of an all-units bid share their boundary, unless the
    price rises there, or a rule speaks of shares of the spend: nobody may pay the dearer price
    there to fill a share.
    """
    lines = {line.id: line for line in problem.lines}
    capacity = {one.id: one.capacity for one in problem.suppliers}
    forbidden = {(one.supplier, one.line) for one in problem.rules if isinstance(one, Forbid)}
    shares: dict[Pair, Decimal] = defaultdict(lambda: Decimal(1))
    for rule in problem.rules:
        if isinstance(rule, Share) and rule.line is not None:
            pair = (rule.supplier, rule.line)
            shares[pair] = min(shares[pair], rule.at_most)
    shared = any(isinstance(r, Share | GroupShare) and r.line is None for r in problem.rules)
    found = {}
    with exactly():
        for bid in problem.bids:
            pair = (bid.supplier, bid.line)
            if pair in forbidden or (bid.supplier, None) in forbidden:
                continue
            low, high = _range(bid, lines[bid.line], capacity[bid.supplier], shares[pair])
            pieces = (
                tuple(_pieces(bid, low, high, lines[bid.line], apart=shared)) if high >= low else ()
            )
            if pieces:
                found[pair] = pieces
    return found


def step_of(line: Line) -> Decimal:
    """The step that quantities of a line come in."""
    return Decimal(1) if line.whole else QUANTUM


def _range(
    bid: Bid, line: Line, capacity: Decimal | None, share: Decimal
) -> tuple[Decimal, Decimal]:
    step, high = step_of(line), bid.max_quantity
    load = bid.load_per_unit
    if capacity is not None and load > 0 and load * high > capacity:
        high = min(high, quotient(capacity, load))
    if not line.overbuy and line.shortage_price is None:
        high = min(high, share * line.quantity)
    elif share == 0:
        high = Decimal(0)
    low = max(bid.min_quantity, bid.tiers[0].start)
    if not line.divisible:
        low = max(low, line.quantity)
    high = floored(high, step) if high % step else high
    return ceiled(low, step) if low % step else low, high if high > 0 else Decimal(-1)


def _pieces(bid: Bid, low: Decimal, high: Decimal, line: Line, *, apart: bool) -> list[Segment]:
    found, step, fixed = [], step_of(line), bid.line_cost
    if fixed and not low:
        low = min(high, ceiled(LEAST_PART * line.quantity, step))
    if len(bid.tiers) == 1:
        return [Segment(low=low, high=high, fixed=fixed, slope=bid.tiers[0].unit_price)]
    below = ceiled(LEAST_PART * line.quantity, step)
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
        start, end = ceiled(max(low, start), step), floored(end, step)
        if start <= end and end > 0:
            found.append(Segment(low=start, high=end, fixed=fixed, slope=tier.unit_price))
    return found


def piece_of(pieces: tuple[Segment, ...], quantity: Decimal) -> Segment | None:
    """The cheapest piece that a quantity lies on, or None."""
    on = [piece for piece in pieces if piece.low <= quantity <= piece.high]
    return min(on, key=lambda one: one.fixed + one.slope * quantity, default=None)
