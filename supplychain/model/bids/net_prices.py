"""A bid whose prices are with VAT, as one without it: so bids are compared, and orders made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from supplychain.model.bids.bid import Bid
from supplychain.model.bids.lines import BidLine, PriceTier
from supplychain.model.vat import GROSS, PRICE_STEP, net_price


def without_tax(bid: Bid, tax_basis: str) -> Bid:
    """The bid with all its prices without VAT: sums to four decimals, prices of a piece to ten.

    Args:
        bid: as its supplier typed it.
        tax_basis: of its request.

    Returns:
        The same where the request asks for prices without VAT or the bid says no rate.
    """
    percent = bid.vat_percent
    if tax_basis != GROSS or not percent:
        return bid

    def net(price: Decimal) -> Decimal:
        return net_price(price, percent)

    def net_sum(amount: Decimal) -> Decimal:
        return net_price(amount, percent, PRICE_STEP)

    return change_prices(bid, net, net_sum)


def change_prices(
    bid: Bid, change: Callable[[Decimal], Decimal], change_sum: Callable[[Decimal], Decimal]
) -> Bid:
    """The bid with each price of a piece changed, and each amount that is paid once."""
    return replace(
        bid,
        one_off_cost=change_sum(bid.one_off_cost),
        lines=tuple(
            replace(_change_line(line, change), tooling=change_sum(line.tooling))
            for line in bid.lines
        ),
    )


def _change_line(line: BidLine, change: Callable[[Decimal], Decimal]) -> BidLine:
    return replace(
        line,
        unit_price=None if line.unit_price is None else change(line.unit_price),
        freight=None if line.freight is None else change(line.freight),
        tiers=tuple(
            PriceTier(start=tier.start, unit_price=change(tier.unit_price)) for tier in line.tiers
        ),
    )
