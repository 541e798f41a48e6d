"""Money in formulas of a spreadsheet, rounded as we round it: once, half to even."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Final

from supplychain.model.bids.lines import PriceTier

MONEY_DIGITS: Final = 4
"""Decimals of money, as ``model.money.round_amount`` keeps it."""


def round_even(amount: str, digits: int) -> str:
    """An amount rounded half to even: a spreadsheet's ROUND goes up where it is just half."""
    factor = 10**digits
    scaled = f"({amount})*{factor}"
    return (
        f"IF(ABS({scaled}-INT({scaled})-0.5)<0.000001,"
        f"2*ROUND({scaled}/2,0)/{factor},ROUND({amount},{digits}))"
    )


def amount_formula(quantity: str, prices: Sequence[PriceTier], rule: str, price_per: int) -> str:
    """What a quantity costs by its prices, exactly: ``BidLine.amount`` in a spreadsheet's words.

    Args:
        quantity: the name of its cell.
        prices: the first one from the first unit on, then those for larger quantities.
        rule: all_units or incremental.
        price_per: how many units the prices are for.
    """
    first = number_text(prices[0].unit_price)
    if rule == "all_units":
        reached = first
        for tier in prices[1:]:
            reached = f"IF({quantity}>={tier.start},{number_text(tier.unit_price)},{reached})"
        exact = f"{quantity}*{reached}"
    else:
        exact = f"{quantity}*{first}"
        for before, tier in pairwise(prices):
            step = number_text(tier.unit_price - before.unit_price)
            exact += f"+MAX(0,{quantity}-{tier.start})*({step})"
    return exact if price_per == 1 else f"({exact})/{price_per}"


def number_text(number: Decimal | int) -> str:
    """A number as a formula holds it."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
