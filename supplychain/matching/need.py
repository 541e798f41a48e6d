"""What one line of a parts request needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from supplychain.errors import Invalid
from supplychain.matching.cost.exchange import Exchange
from supplychain.model.cost_settings import COST_PERFORMANCE, STANDARD, CostSettings
from supplychain.model.money import e4_or_none
from supplychain.model.parts_requests.parts_request import PartsRequest, RequestLine
from supplychain.model.parts_requests.requirements import Requirements
from supplychain.model.quantities import plain_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each part of performance counts; they sum to 1. A term not named counts nothing.

    Raises:
        Invalid: a weight is negative, or they do not sum to 1 (tolerance 1e-9).
    """

    quality: float = 0.5
    delivery: float = 0.5
    responsiveness: float = 0.0
    resilience: float = 0.0

    def __post_init__(self) -> None:
        """Refuse weights that do not add up."""
        if min(self.terms) < 0 or abs(sum(self.terms) - 1) > 1e-9:
            raise Invalid("The weights must be 0 or more and add up to 1.", pointer="/weights")

    @property
    def terms(self) -> tuple[float, float, float, float]:
        """Quality, delivery, responsiveness, resilience."""
        return (self.quality, self.delivery, self.responsiveness, self.resilience)

    @classmethod
    def of(cls, settings: CostSettings) -> Weights:
        """The weights of a buyer's settings, brought to a sum of exactly 1."""
        names = ("quality", "delivery", "responsiveness", "resilience")
        stated = [float(settings.reckoned(name)) for name in names]
        whole = sum(stated)
        return cls(**{name: one / whole for name, one in zip(names, stated, strict=True)})


STANDARD_WEIGHTS: Final = Weights.of(STANDARD)
"""What counts unless the buyer says otherwise; ``docs/matching.md`` says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where the goods go: the buyer's own place."""

    country: str = ""
    region: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One line: what, how many, by when, under which certificates, in which currency.

    Args:
        part_id: None when the line is a description only.
        category_id: who covers it can make it.
        quantity: in the line's unit, above 0; whole where that is counted.
        needed_by: the last day on which all of it may arrive.
        today: the day that it is at the buyer; what firms make and promise counts from their own.
        currency: ISO 4217; only prices in it count.
        certificates: each must be held.
        target_price_e4: what the buyer hopes to pay for a piece; no supplier ever sees it.
        rank_by: ``cost_performance`` or ``expected_cost``.
        settings: what the buyer reckons with.
        exchange: rates into ``currency``; None knows no other currency.
        weight_kg: of a piece; None is unknown.
        site: where the goods go.
        requirements: process, material, size, tolerance, regions and routing; blank is not asked.
    """

    part_id: str | None = None
    category_id: str
    quantity: float
    needed_by: date
    today: date
    currency: str
    certificates: tuple[str, ...] = ()
    target_price_e4: int | None = None
    weights: Weights = STANDARD_WEIGHTS
    rank_by: str = COST_PERFORMANCE
    settings: CostSettings = STANDARD
    exchange: Exchange | None = None
    weight_kg: float | None = None
    site: Site = field(default_factory=Site)
    requirements: Requirements = field(default_factory=Requirements)

    def __post_init__(self) -> None:
        """Refuse a need for nothing."""
        if self.quantity <= 0:
            raise Invalid("The quantity must be above 0.", pointer="/quantity")

    @classmethod
    def of_line(cls, request: PartsRequest, line: RequestLine, *, today: date) -> Need:
        """What a line needs, with nothing that is the buyer's alone but for its target price.

        Raises:
            Invalid: the line has no quantity, or no day by which it is needed.
        """
        if line.need_by is None:
            raise Invalid(
                "Line %(line)s: say by when you need it.", pointer="/need_by", line=line.number
            )
        return cls(
            part_id=line.part_id,
            category_id=line.category_id,
            quantity=plain_number(line.quantity),
            needed_by=line.need_by,
            today=today,
            currency=request.currency,
            certificates=line.certificates,
            target_price_e4=e4_or_none(line.target_price),
            requirements=line.requirements,
        )

    @property
    def days_left(self) -> int:
        """Days from today, at the buyer, to the need date; negative when it has passed."""
        return (self.needed_by - self.today).days
