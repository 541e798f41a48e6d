"""A request with its opened bids as an award problem, and an answer as allocations.

Suppliers are named by their firm's id, lines by the request line's id; a firm has one bid, so
both ways are exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from supplychain.award.answer import Answer
from supplychain.award.exact import plain
from supplychain.award.problem.fields import Attribute
from supplychain.award.problem.problem import (
    Limits,
    Problem,
    ProblemBid,
    ProblemBundle,
    ProblemLine,
    ProblemTier,
    Supplier,
    TierRule,
)
from supplychain.model.award_studies.capacities import with_capacities
from supplychain.model.awards.comparisons import (
    Allocation,
    QuotedLine,
    bids_that_hold,
    quotes_for,
)
from supplychain.model.awards.landed import LandedByPair, terms_of_bid
from supplychain.model.bids.bid import Bid
from supplychain.model.bids.lines import Bundle
from supplychain.model.calendars.firm_days import FirmDays
from supplychain.model.capacity.holds import Room
from supplychain.model.parts_requests.parts_request import PartsRequest, RequestLine
from supplychain.model.quantities import (
    Quantity,
    is_measured,
    step_of_unit,
    tidy_quantity,
)

MAX_DECIMALS: Final = 12
"""Of a number in an award file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BidderProfile:
    """What rules may say of a firm; all of it is public."""

    kind: str | None = None
    region: str | None = None
    country: str | None = None


NO_PROFILE: Final = BidderProfile()


@dataclass(frozen=True, slots=True, kw_only=True)
class BidderFacts:
    """What is known beside request and bids; all of it may be left out.

    Attributes:
        profiles: by firm id.
        rooms: by capability, as accepted orders leave them, without what bids hold.
        shown: ids of the firms whose capacity the buyer may read.
    """

    profiles: Mapping[str, BidderProfile] = field(default_factory=dict)
    rooms: Mapping[str, Room] = field(default_factory=dict)
    shown: frozenset[str] = frozenset()


NO_FACTS: Final = BidderFacts()


def problem_of(
    request: PartsRequest,
    bids: Iterable[Bid],
    landed: LandedByPair,
    *,
    days: FirmDays,
    facts: BidderFacts = NO_FACTS,
    seconds: float = 30.0,
) -> Problem:
    """The award problem of a request, without rules.

    Args:
        request: with its lines.
        bids: opened ones; those that no longer hold are left out.
        landed: what comes upon the price of each bid's line; unknown counts as nothing.
        days: of the award, at the bidders.
        facts: what else there is.
        seconds: for solving it.

    Returns:
        A bid for less than its minimum is not in it, nor a bundle that cannot be won.
        ``capacities`` are what firms can make by the days their lines are due. Prices are landed;
        as a bundle takes nothing off freight, duty and tax, ``discount`` is its part of the landed
        cost (to 12 decimals).
    """
    holding = bids_that_hold(bids, request.today(days.at))
    offers = [
        quote
        for line in request.lines
        for quote in quotes_for(line, holding, landed)
        if quote.offered >= quote.line.least
    ]
    winners = {quote.bid.id for quote in offers}
    sizes = request.asked_pieces
    measured = {line.id for line in request.lines if is_measured(line.uom)}
    lines = [_problem_line(line) for line in request.lines]
    suppliers = [_supplier_of(bid, facts, landed) for bid in holding if bid.id in winners]
    made = [_problem_bid(quote, measured) for quote in offers]
    bundles = _winnable_bundles(holding, offers, sizes)
    problem = Problem(
        currency=request.currency,
        lines=tuple(sorted(lines, key=lambda line: line.id)),
        suppliers=tuple(sorted(suppliers, key=lambda one: one.id)),
        bids=tuple(sorted(made, key=lambda bid: (bid.supplier, bid.line))),
        bundles=tuple(sorted(bundles, key=lambda one: (one.supplier, one.lines, one.discount))),
        limits=Limits(seconds=seconds),
    )
    return with_capacities(problem, request, holding, facts.rooms, shown=facts.shown, days=days)


def choice_of(answer: Answer, bids: Iterable[Bid]) -> tuple[Allocation, ...]:
    """The allocations of an answer, as an award takes them."""
    return allocations_of(answer, {bid.firm_id: bid.id for bid in bids})


def allocations_of(answer: Answer, bid_ids: Mapping[str, str]) -> tuple[Allocation, ...]:
    """The allocations of an answer, as an award takes them; ``bid_ids`` by firm."""
    return tuple(
        Allocation(
            bid_id=bid_ids[each.supplier],
            request_line_id=each.line,
            quantity=tidy_quantity(each.quantity),
        )
        for each in answer.allocations
        if each.quantity > 0
    )


def _problem_line(line: RequestLine) -> ProblemLine:
    """A line that is counted is bought in whole units, one that is measured in thousandths."""
    measured, most = is_measured(line.uom), line.most_quantity
    return ProblemLine(
        id=line.id,
        quantity=Decimal(line.quantity),
        overbuy=most > line.quantity,
        max_quantity=Decimal(most) if most > line.quantity else None,
        whole=not measured,
        step=step_of_unit(line.uom) if measured else Decimal(0),
    )


def _problem_bid(quote: QuotedLine, measured: Set[str]) -> ProblemBid:
    first, *above = quote.landed.prices
    others = [tier for tier in above if tier.start <= quote.offered]
    starts = [0, *(tier.start for tier in others)]
    # Of what is measured less than one unit is a quantity too: the least that is sold bounds it.
    least = (
        quote.line.least if quote.line.request_line_id in measured else quote.line.min_quantity or 0
    )
    rule: TierRule = "incremental" if quote.line.tier_rule == "incremental" else "all_units"
    return ProblemBid(
        supplier=quote.bid.firm_id,
        line=quote.line.request_line_id,
        tiers=tuple(
            ProblemTier(start=Decimal(start), unit_price=plain(tier.unit_price))
            for start, tier in zip(starts, (first, *others), strict=True)
        ),
        tier_rule=rule,
        min_quantity=Decimal(least),
        max_quantity=Decimal(quote.offered),
        pack=Decimal(quote.line.pack or 0),
        line_cost=plain(quote.landed.tooling),
    )


def _winnable_bundles(
    bids: Iterable[Bid], offers: Sequence[QuotedLine], sizes: Mapping[str, Quantity]
) -> list[ProblemBundle]:
    return [
        made
        for bid in bids
        for bundle in bid.bundles
        if (made := _problem_bundle(bid, bundle, offers, sizes)) is not None
    ]


def _problem_bundle(
    bid: Bid, bundle: Bundle, offers: Sequence[QuotedLine], sizes: Mapping[str, Quantity]
) -> ProblemBundle | None:
    """A bundle; None where a line of it cannot be won whole.

    Its part of the landed cost is that of the least which covers its lines: more of them may be
    bought, at other prices.
    """
    whole = {
        quote.line.request_line_id: quote
        for quote in offers
        if quote.bid.id == bid.id and quote.offered >= sizes[quote.line.request_line_id]
    }
    if not whole.keys() >= set(bundle.request_line_ids):
        return None
    quotes = [whole[line_id] for line_id in bundle.request_line_ids]
    price, landed = Decimal(0), Decimal(0)
    for quote in quotes:
        price += quote.terms.land_sum(quote.line.cost_of(quote.compared))
        landed += quote.landed.cost_of(quote.compared)
    part = bundle.discount / 100
    if landed != price:
        part = min(Decimal(1), round(part * price / landed, MAX_DECIMALS)) if landed else part
    lines = tuple(sorted(bundle.request_line_ids))
    return ProblemBundle(supplier=bid.firm_id, lines=lines, discount=plain(part))


def _supplier_of(bid: Bid, facts: BidderFacts, landed: LandedByPair) -> Supplier:
    profile = facts.profiles.get(bid.firm_id, NO_PROFILE)
    attributes: dict[str, Attribute] = {}
    if profile.country:
        attributes["country"] = profile.country
    if profile.region:
        attributes["region"] = profile.region
    if profile.kind:
        attributes["sme"] = profile.kind == "sme"
    one_off_cost = terms_of_bid(bid, landed).land_sum(bid.one_off_cost)
    return Supplier(id=bid.firm_id, one_off_cost=plain(one_off_cost), attributes=attributes)
