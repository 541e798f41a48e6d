"""Amounts with the signs and words of their currency: ``¥12.50``, ``12,50 €``, ``人民币 1万``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from supplychain.model.money import CURRENCIES
from supplychain.model.reading.habits import NumberHabit
from supplychain.model.reading.misread import Misread
from supplychain.model.reading.numbers import PLAIN_NUMBER, NumberField, fold_number, read_number

_DOLLARS: Final = ("USD", "AUD", "CAD", "CLP", "COP", "HKD", "MXN", "NZD", "SGD", "TWD")
_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "rmb": ("CNY",),
    "cnh": ("CNY",),
    "人民币": ("CNY",),
    "人民幣": ("CNY",),
    "元人民币": ("CNY",),
    "元": ("CNY",),
    "圆": ("CNY",),
    "yuan": ("CNY",),
    "cn¥": ("CNY",),
    "rmb¥": ("CNY",),
    "¥": ("CNY", "JPY"),
    "円": ("JPY",),
    "日元": ("JPY",),
    "yen": ("JPY",),
    "jp¥": ("JPY",),
    "€": ("EUR",),
    "euro": ("EUR",),
    "euros": ("EUR",),
    "欧元": ("EUR",),
    "$": _DOLLARS,
    "us$": ("USD",),
    "usd$": ("USD",),
    "dollar": _DOLLARS,
    "dollars": _DOLLARS,
    "美元": ("USD",),
    "hk$": ("HKD",),
    "港元": ("HKD",),
    "港币": ("HKD",),
    "a$": ("AUD",),
    "c$": ("CAD",),
    "s$": ("SGD",),
    "nt$": ("TWD",),
    "£": ("GBP",),
    "英镑": ("GBP",),
    "₩": ("KRW",),
    "韩元": ("KRW",),
    "₹": ("INR",),
    "₫": ("VND",),
    "฿": ("THB",),
    "₽": ("RUB",),
    "₺": ("TRY",),
    "zł": ("PLN",),
    "kč": ("CZK",),
    "fr.": ("CHF",),
    "sfr": ("CHF",),
    **{code.lower(): (code,) for code in CURRENCIES},
}
_SIDES: Final = re.compile(
    r"(?P<before>[^0-9+\-(.,]*)(?P<number>.*[0-9百千万萬亿億)])(?P<after>.*)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """An amount and the currencies that what stands beside it can mean; none where nothing does."""

    number: Decimal
    currencies: tuple[str, ...] = ()


def find_currencies(text: str) -> tuple[str, ...]:
    """The currencies that a sign, a word or a code can mean; none where it is none of these."""
    return _WORDS.get(fold_number(text).casefold().strip(), ())


def read_currency(text: str) -> str:
    """The code of the one currency that a text means.

    Raises:
        Misread: it means none, or one of several.
    """
    meant = find_currencies(text)
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise Misread(
            "This could be %(choices)s: write the code.",
            readings=meant,
            choices=", ".join(meant),
        )
    raise Misread("This currency is not known. Use a code such as CNY, EUR or USD.")


def read_amount(text: str, field: NumberField, habit: NumberHabit) -> Amount:
    """The amount that a text is; a currency may stand before or behind it, or both.

    Raises:
        Misread: no amount, one of two, or with a word that is no currency or contradicts another.
    """
    if PLAIN_NUMBER.fullmatch(text):
        return Amount(number=read_number(text, field, habit))
    plain = fold_number(text)
    if habit is NumberHabit.CANONICAL:
        return Amount(number=read_number(plain, field, habit))
    match = _SIDES.fullmatch(plain)
    if not match:
        raise Misread("Enter a number.")
    after = match["after"].strip().removesuffix("整")
    number = match["number"] + (after if after == "-" else "")
    words = [*match["before"].split(), *("" if after == "-" else after).split()]
    currencies: tuple[str, ...] = ()
    for word in words:
        meant = _WORDS.get(word.casefold(), ())
        currencies = tuple(one for one in meant if not currencies or one in currencies)
        if not currencies:
            raise Misread("Enter a number.")
    return Amount(number=read_number(number, field, habit), currencies=currencies)


def check_currency(meant: tuple[str, ...], currency: str) -> None:
    """Hold that an amount is in a currency; ``currency`` is empty where none is said beside it.

    Raises:
        Misread: the amount is in another one, or says one where nothing else does.
    """
    if not meant or currency in meant:
        return
    if not currency:
        raise Misread("Write the number alone: the currency stands beside it.")
    raise Misread(
        "This amount is in %(meant)s, and the currency here is %(currency)s.",
        meant=" / ".join(meant[:3]),
        currency=currency,
    )
