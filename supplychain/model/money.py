"""Money: a Decimal with a currency outside, an integer of ten-thousandths inside the graph.

Four decimals for every currency: a bolt may cost 0.0345 CNY, and one scale for all means no
table of minor units can be wrong. Totals stay below 2^63 because amounts are bounded.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

SCALE_FACTOR: Final = 10_000
SMALLEST_AMOUNT: Final = Decimal("0.0001")
"""Of the major unit."""
MAX_AMOUNT: Final = Decimal("100000000000")
"""The largest amount accepted anywhere, in major units (1e11)."""
PRICE_BASES_UNITS: Final = (1, 10, 100, 1000)
"""For how many units a price may be."""

_CODES: Final = (
    "AED AUD BDT BHD BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP GHS HKD HUF IDR ILS INR JOD "
    "JPY KES KRW KWD MAD MXN MYR NGN NOK NZD OMR PEN PHP PKR PLN RON RUB SAR SEK SGD THB TND "
    "TRY TWD TZS UAH UGX USD VND XAF XOF ZAR ZMW "
)
CURRENCIES: Final = tuple(_CODES.split())
"""ISO 4217 codes that may be traded in."""


def to_e4(amount: Decimal) -> int:
    """The amount in ten-thousandths of the major unit; exact to four decimals, else half-even."""
    return int((amount * SCALE_FACTOR).to_integral_value(rounding=ROUND_HALF_EVEN))


def round_amount(amount: Decimal) -> Decimal:
    """The amount to four decimals, half-even: once, where a quantity meets a price."""
    near = amount.quantize(SMALLEST_AMOUNT, ROUND_HALF_EVEN)
    return amount if near == amount else near


def from_e4(amount_e4: int) -> Decimal:
    """The Decimal of an amount stored in ten-thousandths."""
    return Decimal(amount_e4) / SCALE_FACTOR


def e4_or_none(amount: Decimal | None) -> int | None:
    """``to_e4`` of an amount, where there is one."""
    return None if amount is None else to_e4(amount)


def amount_or_none(amount_e4: int | None) -> Decimal | None:
    """``from_e4`` of an amount, where there is one."""
    return None if amount_e4 is None else from_e4(amount_e4)


def plain_text(amount: Decimal) -> str:
    """The amount without exponent or trailing zeros, at least two decimals: ``12.50``."""
    text = f"{amount:.4f}"
    head, tail = text[:-2], text[-2:]
    return head if tail == "00" else text.rstrip("0")
