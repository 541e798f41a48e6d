"""Exchange rates of a request: frozen when its bids are opened, or said by its buyer after that.

A rate says what one unit of a bid's currency is worth in the request's. The buyer's own table
tells it at the opening; for a currency without a rate in it the buyer is asked. What was frozen
stays, what was typed may be mended until the award.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

from supplychain.errors import FieldError, Invalid
from supplychain.model.money import CURRENCIES

MAX_ACCEPTED_ITEMS: Final = 20
"""That a request accepts beside its own."""
LEAST_RATE: Final = Decimal("0.000001")
GREATEST_RATE: Final = Decimal(1_000_000)
"""Between any two of the currencies traded here a rate lies well inside."""
RATE_DIGITS: Final = Context(prec=12, rounding=ROUND_HALF_EVEN)
"""A rate has twelve digits: far finer than any quotation, and exact for all that are typed."""
OLDEST_RATE: Final = timedelta(days=366)
ODD_RATE: Final = "Enter a rate from %(least)s to %(most)s, with at most 12 digits."
RATE_TO_COME: Final = "A rate of a day to come is not known yet. Choose today or before."
RATE_BOUNDS: Final = (("least", f"{LEAST_RATE:f}"), ("most", f"{GREATEST_RATE:f}"))
NO_CURRENCY: Final = "Choose a currency from the list."


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRate:
    """What one unit of ``currency`` is worth in the request's.

    Attributes:
        on: the day that the rate is of.
        by: the user who said it; empty where the buyer's own table did, at the opening.
        at: an aware UTC instant, when it was written down.
    """

    currency: str
    rate: Decimal
    on: date
    at: datetime
    by: str = ""

    @property
    def is_typed(self) -> bool:
        """Whether somebody said it after the opening."""
        return bool(self.by)


def round_rate(rate: Decimal) -> Decimal:
    """The rate in twelve digits."""
    return RATE_DIGITS.create_decimal(rate)


def clean_currencies(accepts: Iterable[str], currency: str) -> tuple[str, ...]:
    """The currencies that a request accepts beside its own, each once, by code.

    Raises:
        Invalid: an unknown one, or too many.
    """
    listed = sorted(set(accepts) - {currency})
    if any(code not in CURRENCIES for code in listed):
        raise Invalid(NO_CURRENCY, pointer="/accepts")
    if len(listed) > MAX_ACCEPTED_ITEMS:
        message = "Accept at most %(most)s other currencies."
        raise Invalid(message, pointer="/accepts", most=MAX_ACCEPTED_ITEMS)
    return tuple(listed)


def check_rate(
    currency: str, rate: Decimal, on: date, *, open_currencies: Collection[str], today: date
) -> None:
    """Refuse a rate that makes no sense.

    Args:
        currency: that it is for.
        rate: of one unit of it.
        on: the day that it is of.
        open_currencies: those of bids for which a rate may be said.
        today: the buyer's present.

    Raises:
        Invalid: with one error for each wrong field.
    """
    errors: list[FieldError] = []
    if currency not in open_currencies:
        message = "No bid waits for a rate of this currency."
        errors.append(FieldError(pointer="/currency", message=message))
    if not LEAST_RATE <= rate <= GREATEST_RATE or rate != round_rate(rate):
        errors.append(FieldError(pointer="/rate", message=ODD_RATE, values=RATE_BOUNDS))
    if on > today:
        errors.append(FieldError(pointer="/on", message=RATE_TO_COME))
    elif on < today - OLDEST_RATE:
        message = "This rate is older than a year. Enter a newer one."
        errors.append(FieldError(pointer="/on", message=message))
    if errors:
        raise Invalid(errors=errors)
