"""What one line of a parts request needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from supplychain.errors import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each part of performance counts; they sum to 1.

    Raises:
        Invalid: a weight is negative, or they do not sum to 1 (tolerance 1e-9).
    """

    quality: float = 0.5
    delivery: float = 0.5

    def __post_init__(self) -> None:
        """Refuse weights that do not add up."""
        both = (self.quality, self.delivery)
        if min(both) < 0 or abs(sum(both) - 1) > 1e-9:
            raise Invalid("The weights must be 0 or more and add up to 1.", pointer="/weights")


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One line: what, how many, by when, under which certificates, in which currency.

    Args:
        part_id: None when the line is a description only.
        category_id: who covers it can make it.
        quantity: pieces, 1 or more.
        needed_by: the last day on which all of it may arrive.
        today: the first day on which work may begin.
        currency: ISO 4217; only prices in it count.
        certificates: each must be held.
        target_price_e4: what the buyer hopes to pay for a piece; no supplier ever sees it.
    """

    part_id: str | None = None
    category_id: str
    quantity: int
    needed_by: date
    today: date
    currency: str
    certificates: tuple[str, ...] = ()
    target_price_e4: int | None = None
    weights: Weights = field(default_factory=Weights)

    def __post_init__(self) -> None:
        """Refuse a need for nothing."""
        if self.quantity < 1:
            raise Invalid("The quantity must be 1 or more.", pointer="/quantity")

    @property
    def days_left(self) -> int:
        """Days from today to the need date; negative when it has passed."""
        return (self.needed_by - self.today).days
