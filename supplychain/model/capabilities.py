"""What a firm can make and how much a week, and the prices it offers at any time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from supplychain.errors import Conflict, FieldError, Invalid
from supplychain.model.money import CURRENCIES
from supplychain.model.weeks import monday_of

MAX_WEEKLY: Final = 1_000_000_000
MAX_DAYS: Final = 3_650
MAX_TIERS: Final = 10
MOST: Final = 200
"""Capabilities, and offers, of one firm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """What a firm can make of one category.

    ``weekly_capacity``, lots and bookings in pieces; ``lead_days`` calendar days; ``booked`` are
    (week, quantity) pairs, ascending, zero weeks left out.
    """

    id: str
    firm_id: str
    category_id: str
    category: str
    weekly_capacity: int
    certificates: tuple[str, ...] = ()
    min_lot: int | None = None
    max_lot: int | None = None
    lead_days: int | None = None
    booked: tuple[tuple[int, int], ...] = ()
    delivered_lines: int = 0
    on_time_lines: int = 0
    version: int = 1

    def check(self) -> None:
        """Refuse what makes no sense.

        Raises:
            Invalid: with one error for each wrong field.
        """
        errors = []
        if not 1 <= len(self.category_id) <= 80:
            errors.append(_wrong("/category", "Say what you make, at most 80 characters."))
        if not 0 <= self.weekly_capacity <= MAX_WEEKLY:
            errors.append(_wrong("/weekly_capacity", "Enter how many pieces you make a week."))
        if len(self.certificates) > 20 or any(len(each) > 60 for each in self.certificates):
            errors.append(_wrong("/certificates", "Use at most 20 certificates of 60 characters."))
        if self.min_lot and self.max_lot and self.max_lot < self.min_lot:
            errors.append(_wrong("/max_lot", "The largest lot must not be below the smallest lot."))
        if errors:
            raise Invalid(errors=errors)

    def check_holds(self, week: int) -> None:
        """Refuse less capacity than is booked in this week or a later one.

        Raises:
            Invalid: names the fullest week and what is booked in it.
        """
        coming = [(quantity, -at) for at, quantity in self.booked if at >= week]
        if coming and max(coming)[0] > self.weekly_capacity:
            most, at = max(coming)
            raise Invalid(
                "In the week of %(monday)s, %(booked)s are booked by orders that you accepted. "
                "Enter at least that.",
                pointer="/weekly_capacity",
                monday=monday_of(-at).isoformat(),
                booked=most,
            )

    def check_removable(self, week: int) -> None:
        """Refuse to remove what is booked or has a track record.

        Raises:
            Conflict: it is or has.
        """
        if any(at >= week for at, _ in self.booked):
            raise Conflict("Orders that you accepted are booked on this. Finish them first.")
        if self.booked or self.delivered_lines:
            raise Conflict(
                "This has a track record. Set the weekly capacity to 0 instead of removing it."
            )

    def load(self, week: int, weeks: int) -> list[tuple[date, int, float | None]]:
        """Monday, booked quantity and load in [0, 1] (None: no capacity) of the coming weeks."""
        taken = dict(self.booked)
        return [
            (
                monday_of(at),
                taken.get(at, 0),
                taken.get(at, 0) / self.weekly_capacity if self.weekly_capacity else None,
            )
            for at in range(week, week + weeks)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """From this quantity on, the whole quantity costs this much a piece."""

    start: int
    price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A standing price of a firm for a part; ``moq`` is the least quantity it sells."""

    id: str
    firm_id: str
    part_id: str
    part_name: str
    currency: str
    moq: int
    lead_days: int
    tiers: tuple[Tier, ...]
    changed_at: str = ""
    version: int = 1

    def check(self) -> None:
        """Refuse what makes no sense.

        Raises:
            Invalid: with one error for each wrong field.
        """
        errors = []
        if self.currency not in CURRENCIES:
            errors.append(_wrong("/currency", "Choose a currency from the list."))
        if not 1 <= self.moq <= MAX_WEEKLY:
            errors.append(_wrong("/moq", "Enter a quantity of at least 1."))
        if not 0 <= self.lead_days <= MAX_DAYS:
            errors.append(_wrong("/lead_days", "Enter 0 to 3650 days."))
        if not 1 <= len(self.tiers) <= MAX_TIERS:
            errors.append(_wrong("/tiers", "Enter at least one price."))
        last = 0
        for number, tier in enumerate(self.tiers):
            if tier.start <= last:
                errors.append(
                    _wrong(
                        f"/tiers/{number}/start", "Each tier starts at more than the one before."
                    )
                )
            if tier.price <= 0:
                errors.append(_wrong(f"/tiers/{number}/price", "Enter a price above 0."))
            last = tier.start
        if errors:
            raise Invalid(errors=errors)


def _wrong(pointer: str, message: str) -> FieldError:
    return FieldError(pointer=pointer, message=message)
