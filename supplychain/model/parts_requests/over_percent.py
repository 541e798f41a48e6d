"""How much more of a line its buyer takes than it asks for."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Final

from supplychain.errors import FieldError
from supplychain.model.parts_requests.conversions import round_down
from supplychain.model.quantities import Quantity

MAX_OVER_PERCENT: Final = 100
MAX_DECIMALS: Final = 2


def find_most(quantity: Quantity, uom: str, over_percent: Decimal) -> Quantity:
    """The most that is taken of a quantity, in steps of its unit, rounded down."""
    if not over_percent:
        return quantity
    return round_down(Fraction(quantity) * (1 + Fraction(over_percent) / 100), uom)


def check_over_percent(percent: Decimal, pointer: str) -> list[FieldError]:
    """What is wrong with how much more is taken, in percent."""
    if 0 <= percent <= MAX_OVER_PERCENT and percent == round(percent, MAX_DECIMALS):
        return []
    message = "Enter from 0 to 100 %, with at most 2 decimals."
    return [FieldError(pointer=pointer, message=message)]
