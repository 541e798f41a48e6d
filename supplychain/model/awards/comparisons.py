"""Comparing opened bids: landed cost of a piece, the cheapest cover, and ranks.

Freight is what the bid says; else nothing where its terms cover the carriage; else what the
buyer's own ranking knows. Unknown freight counts as nothing and is shown as unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from supplychain.model.bids.bid import Bid
from supplychain.model.bids.lines import DELIVERED, BidLine
from supplychain.model.parts_requests.parts_request import PartsRequest, RequestLine

Freights: TypeAlias = Mapping[tuple[str, str], Decimal]
"""Freight of a piece by (firm id, request line id), in the request's currency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """So many pieces of one request line to one bid."""

    bid_id: str
    request_line_id: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedLine:
    """A complete bid line with what is needed to compare it.

    ``freight`` of a piece, None is unknown; ``freight_from`` says whence: bid, terms, ledger.
    """

    bid: Bid
    line: BidLine
    offered: int
    freight: Decimal | None
    freight_from: str | None

    def landed_cost(self, quantity: int) -> Decimal:
        """What a piece costs the buyer when it takes this many: price + tooling share + freight.

        The price is the one reached; the bid's one-off cost and bundles speak of no single line.
        """
        goods = self.line.amount(quantity) + self.line.tooling
        return goods / quantity + (self.freight or Decimal(0))


def quotes_for(line: RequestLine, bids: Iterable[Bid], freights: Freights) -> list[QuotedLine]:
    """All quotes for a line, cheapest landed cost first; ties by time of submission, then id."""
    quotes = [
        QuotedLine(
            bid=bid,
            line=offer,
            offered=offer.quantity,
            freight=freight,
            freight_from=source,
        )
        for bid in bids
        for offer in bid.lines
        if offer.request_line_id == line.id
        and offer.quantity is not None
        and offer.unit_price is not None
        for freight, source in [_freight_of(bid, offer, freights)]
    ]
    return sorted(quotes, key=lambda quote: _quote_order(quote, quote.offered))


def _freight_of(bid: Bid, offer: BidLine, freights: Freights) -> tuple[Decimal | None, str | None]:
    """Freight of a piece, and whence it is known."""
    if offer.freight is not None:
        return offer.freight, "bid"
    if bid.incoterm in DELIVERED:
        return Decimal(0), "terms"
    freight = freights.get((bid.firm_id, offer.request_line_id))
    return freight, None if freight is None else "ledger"


def propose(
    request: PartsRequest, bids: Iterable[Bid], freights: Freights, today: date
) -> tuple[Allocation, ...]:
    """The cheapest cover, line by line: always the cheapest quote for what is still open.

    Greedy: it sees no rule, one-off cost or bundle that spans lines. Bids that no longer hold
    are left out; where only a bid with a higher minimum is left, others give way to it.
    """
    holding = [bid for bid in bids if bid.valid_until and bid.valid_until >= today]
    return tuple(
        allocation
        for line in request.lines
        for allocation in _cover_line(line, quotes_for(line, holding, freights))
    )


def rank_bids(request: PartsRequest, bids: Iterable[Bid], freights: Freights) -> dict[str, int]:
    """The rank of each bid by id, 1 first.

    What covers more of the request comes first (the mean share of each line's quantity that is
    offered), equal cover by landed total; equals share a rank.
    """
    keys = {bid.id: _rank_key(request, bid, freights) for bid in bids}
    return {bid_id: 1 + sum(other < key for other in keys.values()) for bid_id, key in keys.items()}


def _cover_line(line: RequestLine, quotes: list[QuotedLine]) -> list[Allocation]:
    left, rest = line.quantity, list(quotes)
    taken: list[tuple[QuotedLine, int]] = []
    while left and (fitting := [quote for quote in rest if quote.line.least <= left]):
        best = min(fitting, key=lambda quote: _quote_order(quote, min(quote.offered, left)))
        rest.remove(best)
        quantity = min(best.offered, left)
        taken.append((best, quantity))
        left -= quantity
    if left:
        taken = _make_room(taken, rest, left)
    return [
        Allocation(bid_id=quote.bid.id, request_line_id=line.id, quantity=quantity)
        for quote, quantity in taken
    ]


def _make_room(
    taken: list[tuple[QuotedLine, int]], rest: list[QuotedLine], left: int
) -> list[tuple[QuotedLine, int]]:
    """What is taken, with one more quote whose minimum is above what is left, if that fits."""
    spare = sum(quantity - quote.line.least for quote, quantity in taken)
    able = [quote for quote in rest if quote.line.least - left <= spare]
    if not able:
        return taken
    best = min(able, key=lambda quote: _quote_order(quote, quote.line.least))
    short, after = best.line.least - left, [(best, best.line.least)]
    for quote, quantity in reversed(taken):
        freed = min(short, quantity - quote.line.least)
        after.append((quote, quantity - freed))
        short -= freed
    return after[::-1]


def _quote_order(quote: QuotedLine, quantity: int) -> tuple[Decimal, str, str]:
    submitted = quote.bid.submitted_at
    return quote.landed_cost(quantity), submitted.isoformat() if submitted else "", quote.bid.id


def _rank_key(request: PartsRequest, bid: Bid, freights: Freights) -> tuple[Fraction, Decimal]:
    needed = {line.id: line.quantity for line in request.lines}
    covered = sum(
        (Fraction(line.quantity or 0, needed[line.request_line_id]) for line in bid.lines),
        Fraction(0),
    )
    freight = sum(
        (
            (line.quantity or 0) * (_freight_of(bid, line, freights)[0] or Decimal(0))
            for line in bid.lines
        ),
        Decimal(0),
    )
    return -covered, bid.total + freight
