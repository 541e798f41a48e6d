"""Value added tax: whether a price holds it, and what a sum is without it, of it and with it.

A request says whether its bids give prices without VAT or with it, a bid says its rate. Bids are
compared, and orders kept, without it; on an order it is added once, on the sum, and rounded as its
currency is.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from babel.numbers import get_currency_precision

from supplychain.errors import FieldError

NET: Final = "net"
GROSS: Final = "gross"
TAX_BASES: Final = (NET, GROSS)
"""Prices without VAT, or with it."""
MAX_PERCENT: Final = Decimal(100)
PRICE_STEP: Final = Decimal("0.0001")
"""Unit prices have four decimals, whatever the currency."""
NET_STEP: Final = Decimal("1e-10")
"""Of a price that is worked out from one with VAT: a million pieces are right to four decimals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxedSum:
    """A sum in one currency: without VAT, of VAT, with VAT. ``net`` + ``tax`` is ``gross``."""

    net: Decimal
    tax: Decimal
    gross: Decimal


def round_money(amount: Decimal, currency: str) -> Decimal:
    """The amount in the smallest unit that is paid in a currency, half to even.

    Decimals by ISO 4217 as CLDR lists them: two for CNY, none for JPY.
    """
    step = Decimal(1).scaleb(-get_currency_precision(currency))
    return amount.quantize(step, rounding=ROUND_HALF_EVEN)


def add_tax(net: Decimal, percent: Decimal, currency: str) -> TaxedSum:
    """A sum without VAT and what comes on it: the tax is that of the rounded sum."""
    rounded = round_money(net, currency)
    tax = round_money(rounded * percent / 100, currency)
    return TaxedSum(net=rounded, tax=tax, gross=rounded + tax)


def split_tax(gross: Decimal, percent: Decimal, currency: str) -> TaxedSum:
    """A sum with VAT, and what of it is tax: the net is rounded, the tax is the rest."""
    rounded = round_money(gross, currency)
    net = round_money(rounded * 100 / (100 + percent), currency)
    return TaxedSum(net=net, tax=rounded - net, gross=rounded)


def tax_total(
    net: Decimal, percent: Decimal | None, tax_basis: str, currency: str
) -> TaxedSum | None:
    """``tax_net_sum``; None where no rate was said."""
    return None if percent is None else tax_net_sum(net, percent, tax_basis, currency)


def compare_total(amount: Decimal, currency: str | None, rate: Decimal | None) -> Decimal | None:
    """An amount at the rate of a comparison, rounded as its currency is; None without one."""
    return None if currency is None or rate is None else round_money(amount * rate, currency)


def tax_net_sum(net: Decimal, percent: Decimal, tax_basis: str, currency: str) -> TaxedSum:
    """A sum without VAT, of prices that are without it or that were with it.

    Of the latter the sum with VAT is what was said, and the rest follows from it.
    """
    if tax_basis == GROSS:
        return split_tax(net * (100 + percent) / 100, percent, currency)
    return add_tax(net, percent, currency)


def tax_sum(amount: Decimal, percent: Decimal, tax_basis: str, currency: str) -> TaxedSum:
    """A sum that is without VAT or with it, as its prices are."""
    work_out = split_tax if tax_basis == GROSS else add_tax
    return work_out(amount, percent, currency)


def net_price(price: Decimal, percent: Decimal, step: Decimal = NET_STEP) -> Decimal:
    """What a price with VAT is without it, half to even; a sum takes ``PRICE_STEP``.

    A price of a piece has more decimals than are shown, so that many pieces at it come to what they
    come to with VAT.
    """
    return (price * 100 / (100 + percent)).quantize(step, rounding=ROUND_HALF_EVEN)


def check_percent(percent: Decimal | None, *, is_required: bool) -> list[FieldError]:
    """What is wrong with the VAT rate of a bid, in percent; None is not said."""
    if percent is None:
        message = "The buyer asks for prices with VAT. Say its rate; 0 if you charge none."
        return [FieldError(pointer="/vat_percent", message=message)] if is_required else []
    if not 0 <= percent <= MAX_PERCENT or percent != percent.quantize(PRICE_STEP):
        message = "Enter a rate from 0 to 100 %."
        return [FieldError(pointer="/vat_percent", message=message)]
    return []
