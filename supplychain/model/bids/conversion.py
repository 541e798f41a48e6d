"""A bid in another currency as one in its request's: so bids are compared, never ordered.

Each price is converted once, at the request's own frozen rate, and rounded once.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal

from supplychain.errors import NotOpen
from supplychain.model.awards.landed import LANDED_STEP
from supplychain.model.bids.bid import Bid
from supplychain.model.bids.net_prices import change_prices
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.model.parts_requests.rates import RequestRate


def value_of(currency: str, request: PartsRequest) -> Decimal | None:
    """What one unit of a currency is worth in the request's; None where nobody said."""
    if currency == request.currency:
        return Decimal(1)
    return next((one.rate for one in request.rates if one.currency == currency), None)


def convert_bid(bid: Bid, rate: Decimal, currency: str) -> Bid:
    """The bid with all its amounts in another currency.

    Args:
        bid: in its own.
        rate: what one unit of that is worth.
        currency: the other one.

    Returns:
        The same where both are one. Amounts are rounded half-even to six decimals, like all that
        a landed cost consists of: four would be too coarse between a large and a small unit.
    """
    if bid.currency == currency:
        return bid

    def convert(amount: Decimal) -> Decimal:
        return (amount * rate).quantize(LANDED_STEP, ROUND_HALF_EVEN)

    return replace(change_prices(bid, convert, convert), currency=currency)


def with_rate(request: PartsRequest, rate: RequestRate) -> PartsRequest:
    """The request with a rate that its buyer said while it is being decided.

    Raises:
        NotOpen: its bids are not opened, or it is decided.
    """
    if request.state != "evaluating":
        raise NotOpen("A rate can be said once the bids are opened, until the award.")
    others = [one for one in request.rates if one.currency != rate.currency]
    rates = tuple(sorted([*others, rate], key=lambda one: one.currency))
    return replace(request, rates=rates, version=request.version + 1)
