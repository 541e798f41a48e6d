"""Exact decimal arithmetic for quantities and money: anything inexact is an error."""

from __future__ import annotations

from contextlib import AbstractContextManager
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    Inexact,
    localcontext,
)
from functools import lru_cache
from typing import Final

DIGITS: Final = 150
"""Enough for any sum of products of three numbers that a file may hold."""


def exactly() -> AbstractContextManager[Context]:
    """Within, sums and products of decimals are exact; ``Inexact`` is raised otherwise."""
    return localcontext(Context(prec=DIGITS, traps=[Inexact]))


WIDE: Final = Context(prec=DIGITS)
ONE, ZERO = Decimal(1), Decimal(0)


def rounded(number: Decimal, step: Decimal) -> Decimal:
    """The multiple of ``step`` (a power of ten) nearest to a number."""
    return plain(number.quantize(step, rounding=ROUND_HALF_EVEN, context=WIDE))


def floored(number: Decimal, step: Decimal) -> Decimal:
    """The greatest multiple of ``step`` (a power of ten) that is not above a number."""
    return plain(number.quantize(step, rounding=ROUND_FLOOR, context=WIDE))


def ceiled(number: Decimal, step: Decimal) -> Decimal:
    """The least multiple of ``step`` (a power of ten) that is not below a number."""
    return plain(number.quantize(step, rounding=ROUND_CEILING, context=WIDE))


def round_down_to(number: Decimal, step: Decimal) -> Decimal:
    """The greatest multiple of any ``step`` above 0 that is not above a number of 0 or more."""
    return plain(WIDE.multiply(WIDE.divide_int(number, step), step))


def round_up_to(number: Decimal, step: Decimal) -> Decimal:
    """The least multiple of any ``step`` above 0 that is not below a number of 0 or more."""
    below = round_down_to(number, step)
    return below if below == number else plain(WIDE.add(below, step))


def quotient(numerator: Decimal, denominator: Decimal) -> Decimal:
    """A quotient to as many digits as decimals have here; not exact."""
    return WIDE.divide(numerator, denominator)


def divided(numerator: Decimal, denominator: Decimal, step: Decimal) -> Decimal:
    """A quotient, rounded to a multiple of ``step``."""
    return rounded(quotient(numerator, denominator), step)


@lru_cache(maxsize=16384)
def plain(number: Decimal) -> Decimal:
    """The same number without trailing zeros or exponent: 1E+2 is 100, 1.50 is 1.5."""
    short = WIDE.add(WIDE.normalize(number), ZERO)
    if short.is_finite() and short == short.to_integral_value():
        return short.quantize(ONE, context=WIDE)
    return short


def decimal_text(number: Decimal) -> str:
    """A decimal without exponent or trailing zeros."""
    return f"{plain(number):f}"
