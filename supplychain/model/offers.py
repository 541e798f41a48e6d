"""The prices that a firm offers at any time, and their terms."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from supplychain.errors import FieldError, Invalid
from supplychain.model.capabilities import MAX_LEAD_DAYS, MAX_WEEKLY_PIECES
from supplychain.model.money import CURRENCIES, MAX_AMOUNT, PRICE_BASES_UNITS
from supplychain.model.units import PIECE

MAX_TIERS: Final = 10
MAX_PAYMENT_DAYS: Final = 365
TIER_RULES: Final = ("all_units", "incremental")
"""The tier reached prices the whole quantity, or each tier prices the pieces above its start."""
INCOTERMS: Final = (
    "EXW", "FCA", "FAS", "FOB", "CPT", "CFR", "CIP", "CIF", "DAP", "DPU", "DDP",
)  # fmt: skip
"""Incoterms 2020, by who pays: the buyer pays freight up to FOB, the seller duty too under DDP."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedPart:
    """A part that a firm may offer a standing price for."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferTier:
    """From this quantity on the price is this much: of all pieces, or of those above the start."""

    start: int
    price: Decimal


def has_begun(valid_from: str | None, day: str) -> bool:
    """Whether a standing price is one on a day already; days as ISO 8601 texts, blank is none."""
    return not valid_from or valid_from <= day


def has_ended(valid_until: str | None, day: str) -> bool:
    """Whether a standing price was one until a day before; as ``has_begun``."""
    return bool(valid_until) and valid_until < day


LEAST_VALIDITY: Final = timedelta(days=30)
"""A renewed price holds for a month or more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferTerms:
    """On what terms a standing price holds; None is not stated.

    The prices are of ``price_per`` pieces each, one of ``PRICE_BASES_UNITS``. ``freight`` is a
    piece's, ``tooling`` paid once, both in the offer's currency; the buyer pays ``payment_days``
    after delivery. ``valid_from`` and ``valid_until`` are the first and the last day on which the
    price holds: before and after it is none.
    """

    tier_rule: str = TIER_RULES[0]
    price_per: int = 1
    incoterm: str | None = None
    payment_days: int | None = None
    freight: Decimal | None = None
    tooling: Decimal | None = None
    valid_from: date | None = None
    valid_until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the price is one on a day."""
        begins, ends = (at and at.isoformat() for at in (self.valid_from, self.valid_until))
        return has_begun(begins, day.isoformat()) and not has_ended(ends, day.isoformat())

    def list_errors(self) -> list[FieldError]:
        """What makes no sense."""
        errors = []
        if self.tier_rule not in TIER_RULES:
            errors.append(_field_error("/tier_rule", "Choose one from the list."))
        if self.price_per not in PRICE_BASES_UNITS:
            errors.append(_field_error("/price_per", "Choose one from the list."))
        if self.incoterm is not None and self.incoterm not in INCOTERMS:
            errors.append(_field_error("/incoterm", "Choose one from the list."))
        if not 0 <= (self.payment_days or 0) <= MAX_PAYMENT_DAYS:
            errors.append(_field_error("/payment_days", "Enter 0 to 365 days."))
        for name, amount in (("freight", self.freight), ("tooling", self.tooling)):
            if amount is not None and not 0 <= amount <= MAX_AMOUNT:
                errors.append(_field_error(f"/{name}", "Enter an amount of 0 or more."))
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            message = "The last day must not lie before the first."
            errors.append(_field_error("/valid_until", message))
        return errors


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferPrices:
    """What a firm may change of a standing price; ``terms`` None leaves them as they are."""

    currency: str
    moq: int
    lead_days: int
    tiers: tuple[OfferTier, ...]
    terms: OfferTerms | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A standing price of a firm for a part.

    ``moq`` is the least quantity it sells; ``uom`` is the unit of the part, in which it is priced.
    """

    id: str
    firm_id: str
    part_id: str
    part_name: str
    currency: str
    moq: int
    lead_days: int
    tiers: tuple[OfferTier, ...]
    terms: OfferTerms = OfferTerms()
    changed_at: str = ""
    uom: str = PIECE
    version: int = 1

    def with_prices(self, prices: OfferPrices) -> Offer:
        """The offer at other prices; where ``prices`` name no terms, they stay as they are."""
        return replace(
            self,
            currency=prices.currency,
            moq=prices.moq,
            lead_days=prices.lead_days,
            tiers=prices.tiers,
            terms=prices.terms or self.terms,
            version=self.version + 1,
        )

    def renewed(self, today: date) -> Offer:
        """The same price stated anew today; it holds as long from now as it did before.

        Where it had no last day it has none. One that has not begun begins today.
        """
        terms, until = self.terms, self.terms.valid_until
        if until is not None:
            begun = terms.valid_from or self.stated_on or today
            until = today + max(until - begun, LEAST_VALIDITY)
        terms = replace(terms, valid_from=None, valid_until=until)
        return replace(self, terms=terms, version=self.version + 1)

    @property
    def stated_on(self) -> date | None:
        """The day on which its firm last said so; None where nobody wrote it down."""
        return date.fromisoformat(self.changed_at[:10]) if self.changed_at else None

    def check(self) -> None:
        """Refuse what makes no sense.

        Raises:
            Invalid: with one error for each wrong field.
        """
        errors = []
        if self.currency not in CURRENCIES:
            errors.append(_field_error("/currency", "Choose a currency from the list."))
        if not 1 <= self.moq <= MAX_WEEKLY_PIECES:
            errors.append(_field_error("/moq", "Enter a quantity of at least 1."))
        if not 0 <= self.lead_days <= MAX_LEAD_DAYS:
            errors.append(_field_error("/lead_days", "Enter 0 to 3650 days."))
        if not 1 <= len(self.tiers) <= MAX_TIERS:
            errors.append(_field_error("/tiers", "Enter at least one price."))
        last = 0
        for number, tier in enumerate(self.tiers):
            if tier.start <= last:
                errors.append(
                    _field_error(
                        f"/tiers/{number}/start", "Each tier starts at more than the one before."
                    )
                )
            if tier.price <= 0:
                errors.append(_field_error(f"/tiers/{number}/price", "Enter a price above 0."))
            last = tier.start
        errors += self.terms.list_errors()
        if errors:
            raise Invalid(errors=errors)


def _field_error(pointer: str, message: str) -> FieldError:
    return FieldError(pointer=pointer, message=message)
