"""Comparing opened bids: landed cost of a piece, the cheapest cover, and ranks.

Freight comes from the buyer's own ranking of the suppliers, where it is known; unknown freight
counts as nothing and is shown as unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from supplychain.model.bids import Bid, BidLine
from supplychain.model.parts_requests import PartsRequest, RequestLine

Freights: TypeAlias = Mapping[tuple[str, str], Decimal]
"""Freight of a piece by (firm id, request line id), in the request's currency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """So many pieces of one request line to one bid."""

    bid_id: str
    request_line_id: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A complete bid line with what is needed to compare it."""

    bid: Bid
    line: BidLine
    offered: int
    unit_price: Decimal
    freight: Decimal | None

    def landed_cost(self, quantity: int) -> Decimal:
        """What a piece costs the buyer when it takes this many: price + tooling share + freight."""
        return self.unit_price + self.line.tooling / quantity + (self.freight or Decimal(0))


def quotes_for(line: RequestLine, bids: Iterable[Bid], freights: Freights) -> list[Quote]:
    """All quotes for a line, cheapest landed cost first; ties by time of submission, then id."""
    found = [
        Quote(
            bid=bid,
            line=offer,
            offered=offer.quantity,
            unit_price=offer.unit_price,
            freight=freights.get((bid.firm_id, line.id)),
        )
        for bid in bids
        for offer in bid.lines
        if offer.request_line_id == line.id
        and offer.quantity is not None
        and offer.unit_price is not None
    ]
    return sorted(found, key=lambda quote: _order(quote, quote.offered))


def proposed(
    request: PartsRequest, bids: Iterable[Bid], freights: Freights, today: date
) -> tuple[Allocation, ...]:
    """The cheapest cover, line by line: always the cheapest quote for what is still open.

    Greedy: it sees no rule that spans lines. Bids that no longer hold are left out.
    """
    holding = [bid for bid in bids if bid.valid_until and bid.valid_until >= today]
    return tuple(
        allocation
        for line in request.lines
        for allocation in _cover(line, quotes_for(line, holding, freights))
    )


def ranks(request: PartsRequest, bids: Iterable[Bid], freights: Freights) -> dict[str, int]:
    """The rank of each bid by id, 1 first.

    What covers more of the request comes first (the mean share of each line's quantity that is
    offered), equal cover by landed total; equals share a rank.
    """
    keys = {bid.id: _rank_key(request, bid, freights) for bid in bids}
    return {bid_id: 1 + sum(other < key for other in keys.values()) for bid_id, key in keys.items()}


def _cover(line: RequestLine, quotes: list[Quote]) -> list[Allocation]:
    left, rest, taken = line.quantity, list(quotes), []
    while left and rest:
        best = min(rest, key=lambda quote: _order(quote, min(quote.offered, left)))
        rest.remove(best)
        quantity = min(best.offered, left)
        taken.append(Allocation(bid_id=best.bid.id, request_line_id=line.id, quantity=quantity))
        left -= quantity
    return taken


def _order(quote: Quote, quantity: int) -> tuple[Decimal, str, str]:
    submitted = quote.bid.submitted_at
    return quote.landed_cost(quantity), submitted.isoformat() if submitted else "", quote.bid.id


def _rank_key(request: PartsRequest, bid: Bid, freights: Freights) -> tuple[Fraction, Decimal]:
    asked = {line.id: line.quantity for line in request.lines}
    covered = sum(
        (Fraction(line.quantity or 0, asked[line.request_line_id]) for line in bid.lines),
        Fraction(0),
    )
    freight = sum(
        (
            (line.quantity or 0) * freights.get((bid.firm_id, line.request_line_id), Decimal(0))
            for line in bid.lines
        ),
        Decimal(0),
    )
    return -covered, bid.total + freight
