"""Comparing opened bids: landed cost of a piece, the cheapest cover, and ranks.

The landed cost is the price and what ``landed.LandedTerms`` says comes upon it: freight, duty,
tax, payment terms. What is unknown counts as nothing and is shown as unknown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from supplychain.model.awards.landed import (
    UNKNOWN_TERMS,
    LandedByPair,
    LandedTerms,
    terms_of_bid,
)
from supplychain.model.bids.bid import Bid
from supplychain.model.bids.lines import BidLine
from supplychain.model.parts_requests.parts_request import PartsRequest, RequestLine
from supplychain.model.quantities import Quantity, round_down_to_pack, tidy_quantity

NO_LOSSES: Final[Mapping[tuple[str, str], Decimal]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """So many pieces of one request line to one bid."""

    bid_id: str
    request_line_id: str
    quantity: Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedLine:
    """A complete bid line with what is needed to compare it.

    ``wanted`` is what the line asks for, ``compared`` the least that is sold and covers it, or all
    that is offered. ``landed`` is the line with each price as it is at the buyer's door; ``loss``
    is what a piece is expected to cost beside that.
    """

    bid: Bid
    line: BidLine
    offered: Quantity
    wanted: Quantity
    compared: Quantity
    terms: LandedTerms
    landed: BidLine
    loss: Decimal = Decimal(0)

    def landed_cost(self, quantity: Quantity) -> Decimal:
        """What a piece costs the buyer when it takes this many, with its share of the tooling.

        The price is the one reached; the bid's one-off cost and bundles speak of no single line.
        What comes above the need is worth nothing: a piece is one of those that are needed.
        """
        return (self.landed.amount(quantity) + self.landed.tooling) / min(quantity, self.wanted)

    def quantity_within(self, left: Quantity, room: Quantity) -> Quantity:
        """What it gives where so much is still needed and so much may be bought; 0 is nothing."""
        quantity = self.line.quantity_for(left)
        if quantity > room:
            quantity = round_down_to_pack(min(self.offered, left), self.line.pack)
        return quantity if quantity >= self.line.least else 0


def quotes_for(line: RequestLine, bids: Iterable[Bid], landed: LandedByPair) -> list[QuotedLine]:
    """All quotes for a line, cheapest landed cost first; ties by time of submission, then id."""
    quotes = [
        QuotedLine(
            bid=bid,
            line=offer,
            offered=offer.quantity,
            wanted=line.quantity,
            compared=offer.quantity_for(line.quantity),
            terms=terms,
            landed=terms.land(offer),
        )
        for bid in bids
        for offer in bid.lines
        if offer.request_line_id == line.id
        and offer.quantity is not None
        and offer.unit_price is not None
        for terms in [landed.get((bid.firm_id, line.id), UNKNOWN_TERMS)]
    ]
    return sorted(quotes, key=lambda quote: _quote_order(quote, quote.compared))


def bids_that_hold(bids: Iterable[Bid], today: date) -> list[Bid]:
    """The bids that still hold on a day of their buyer."""
    return [bid for bid in bids if bid.valid_until and bid.valid_until >= today]


def propose(
    request: PartsRequest,
    bids: Iterable[Bid],
    landed: LandedByPair,
    today: date,
    *,
    losses: Mapping[tuple[str, str], Decimal] = NO_LOSSES,
    left_out: Collection[tuple[str, str]] = (),
) -> tuple[Allocation, ...]:
    """The cheapest cover, line by line: always the cheapest quote for what is still open.

    Greedy: it sees no rule, one-off cost or bundle that spans lines. Bids that no longer hold
    are left out; where only a bid with a higher minimum is left, others give way to it.

    Args:
        request: with its lines.
        bids: opened ones.
        landed: what comes upon the price of each bid's line.
        today: the day of the award at the buyer.
        losses: what a piece is expected to cost beside its landed cost, by firm and line.
        left_out: firms and lines that get nothing.
    """
    holding = bids_that_hold(bids, today)
    chosen: list[Allocation] = []
    for line in request.lines:
        quotes = [
            replace(quote, loss=losses.get((quote.bid.firm_id, line.id), Decimal(0)))
            for quote in quotes_for(line, holding, landed)
            if (quote.bid.firm_id, line.id) not in left_out
        ]
        chosen += _cover_line(line, quotes)
    return tuple(chosen)


def rank_bids(request: PartsRequest, bids: Iterable[Bid], landed: LandedByPair) -> dict[str, int]:
    """The rank of each bid by id, 1 first.

    What covers more of the request comes first (the mean share of each line's quantity that is
    offered), equal cover by landed total of the least that covers it; equals share a rank.
    """
    keys = {bid.id: _rank_key(request, bid, landed) for bid in bids}
    return {bid_id: 1 + sum(other < key for other in keys.values()) for bid_id, key in keys.items()}


def _cover_line(line: RequestLine, quotes: list[QuotedLine]) -> list[Allocation]:
    left: Quantity = line.quantity
    room: Quantity = line.most_quantity
    rest = list(quotes)
    taken: list[tuple[QuotedLine, Quantity]] = []
    while left > 0 and (fitting := _list_fitting(rest, left, room)):
        best, quantity = min(fitting, key=lambda pair: _quote_order(*pair, needed=left))
        rest.remove(best)
        taken.append((best, quantity))
        left, room = left - quantity, room - quantity
    if left > 0:
        taken = _make_room(taken, rest, left)
    return [
        Allocation(bid_id=quote.bid.id, request_line_id=line.id, quantity=tidy_quantity(quantity))
        for quote, quantity in taken
    ]


def _list_fitting(
    quotes: Iterable[QuotedLine], left: Quantity, room: Quantity
) -> list[tuple[QuotedLine, Quantity]]:
    within = [(quote, quote.quantity_within(left, room)) for quote in quotes]
    return [(quote, quantity) for quote, quantity in within if quantity]


def _make_room(
    taken: list[tuple[QuotedLine, Quantity]], rest: list[QuotedLine], left: Quantity
) -> list[tuple[QuotedLine, Quantity]]:
    """What is taken, with one more quote whose minimum is above what is left, if that fits.

    What is sold in packs stays as it is: an award study works such a line out.
    """
    spare = sum(quantity - quote.line.least for quote, quantity in taken if not quote.line.pack)
    able = [quote for quote in rest if not quote.line.pack and quote.line.least - left <= spare]
    if not able:
        return taken
    best = min(able, key=lambda quote: _quote_order(quote, quote.line.least))
    short, after = best.line.least - left, [(best, best.line.least)]
    for quote, quantity in reversed(taken):
        freed = 0 if quote.line.pack else min(short, quantity - quote.line.least)
        after.append((quote, quantity - freed))
        short -= freed
    return after[::-1]


def _quote_order(
    quote: QuotedLine, quantity: Quantity, *, needed: Quantity | None = None
) -> tuple[Decimal, str, str]:
    """Cheapest first: by what one of the needed pieces costs; None is all of the line."""
    submitted = quote.bid.submitted_at
    useful = min(quantity, quote.wanted if needed is None else needed)
    once = quote.landed.amount(quantity) + quote.landed.tooling + quote.loss * quantity
    return (
        once / useful,
        submitted.isoformat() if submitted else "",
        quote.bid.id,
    )


def _rank_key(request: PartsRequest, bid: Bid, landed: LandedByPair) -> tuple[Fraction, Decimal]:
    needed = request.asked_pieces
    sold = {
        line.request_line_id: line.quantity_for(needed[line.request_line_id]) for line in bid.lines
    }
    shares = (min(Fraction(1), Fraction(each) / Fraction(needed[id])) for id, each in sold.items())
    covered = sum(shares, Fraction(0))
    upon = sum(
        (
            terms.land(line).cost_of(sold[line.request_line_id])
            - line.cost_of(sold[line.request_line_id])
            for line in bid.lines
            for terms in [landed.get((bid.firm_id, line.request_line_id), UNKNOWN_TERMS)]
        ),
        Decimal(0),
    )
    charge = bid.charge(sold, needed)
    once = charge.one_off_cost - charge.discount
    once_landed = terms_of_bid(bid, landed).land_sum(once)
    return -covered, charge.lines + once_landed + upon
