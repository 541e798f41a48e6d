"""By what figures a firm compares suppliers: interest, defects, late days, freight, duty, weights.

Nobody must fill in anything: what is not stated has a documented default (``docs/matching.md``),
and every default is shown as one (``CostSettings.defaults``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Final

from supplychain.errors import FieldError, Invalid
from supplychain.model.money import CURRENCIES

COST_PERFORMANCE: Final = "cost_performance"
EXPECTED_COST: Final = "expected_cost"
RANK_BY: Final = (COST_PERFORMANCE, EXPECTED_COST)
MAX_RATE_ROWS: Final = 100
"""Rows of a freight or a duty table."""
MAX_DEFECT_E4: Final = 1_000_000_000_000

BOUNDS: Final[dict[str, tuple[float, float]]] = {
    "annual_rate": (0, 0.5),
    "defect_multiple": (0, 100),
    "late_day_share": (0, 1),
    "switch_share": (0, 10),
    "freight_share": (0, 5),
    "vat_reclaimed": (0, 1),
    "rate_age_days": (0, 3_650),
    "price_age_days": (0, 3_650),
}
SHARES: Final = frozenset(
    {"annual_rate", "late_day_share", "switch_share", "freight_share", "vat_reclaimed"}
)
"""Shown as percent."""
DEFAULTS: Final[dict[str, str | float]] = {
    "currency": "CNY",
    "rank_by": COST_PERFORMANCE,
    "annual_rate": 0.06,
    "defect_multiple": 2.0,
    "late_day_share": 0.005,
    "switch_share": 0.1,
    "freight_share": 0.12,
    "vat_reclaimed": 1.0,
    "rate_age_days": 30,
    "price_age_days": 365,
    "quality": 0.35,
    "delivery": 0.35,
    "responsiveness": 0.15,
    "resilience": 0.15,
}
FREIGHT_LOW_FACTOR: Final = 0.5
FREIGHT_HIGH_FACTOR: Final = 2.5
"""Half and two and a half times an estimate: half of 2,511 real purchase lines on EXW, FCA and FOB
(USAID SCMS, freight on 6.6 to 29 % of the value, 12 % in the middle) lie between them."""
PRICE_LOW_FACTOR: Final = 0.8
PRICE_HIGH_FACTOR: Final = 1.1
"""Between what an old price is likely to lie today: of 2,608 pairs of purchases of one thing from
one supplier, one to two years apart, four of five came to 80 to 111 % (USAID SCMS)."""
WEIGHTS: Final = ("quality", "delivery", "responsiveness", "resilience")


@dataclass(frozen=True, slots=True, kw_only=True)
class FreightRate:
    """A row of the freight table; the first row that fits a firm holds.

    ``country``, ``region`` of the supplier: empty is any. ``up_to_km`` great-circle distance: None
    is any. A piece costs ``per_kg_e4`` × its weight + ``per_piece_e4`` + ``share`` × its price; a
    row with ``per_kg_e4`` fits only a part of known weight. Amounts in the settings' currency.
    """

    country: str = ""
    region: str = ""
    up_to_km: int | None = None
    per_kg_e4: int = 0
    per_piece_e4: int = 0
    share: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRate:
    """A row of the duty table; the first row that fits holds.

    Origin and destination ``country`` and ``to_country``, ``category_id``: empty is any. ``duty``
    is a share of price and freight; ``tax``, what cannot be reclaimed, of those and the duty.
    """

    country: str = ""
    to_country: str = ""
    category_id: str = ""
    duty: float = 0.0
    tax: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CostSettings:
    """What a buyer stated; None is the default.

    Attributes:
        annual_rate: what a year's money costs, for payment terms.
        defect_multiple: cost of one defective piece, in prices of a piece.
        defect_cost_e4: the same as an amount; it goes before the multiple.
        late_day_share: cost of one day late, a share of the price of a piece.
        switch_share: cost of having to find another source, a share of the price of a piece.
        freight_share: freight where the buyer pays it and nothing tells how much, a share of the
            price of a piece.
        vat_reclaimed: how much of the VAT of its suppliers it gets back; the rest is a cost.
        rate_age_days: an exchange rate that is older is not used.
        price_age_days: a standing price that was stated longer ago is an estimate.
        rank_by: the order of a ranking unless a request says otherwise.
        quality, delivery, responsiveness, resilience: weights; all four stated or none.
    """

    currency: str | None = None
    annual_rate: float | None = None
    defect_multiple: float | None = None
    defect_cost_e4: int | None = None
    late_day_share: float | None = None
    switch_share: float | None = None
    freight_share: float | None = None
    vat_reclaimed: float | None = None
    rate_age_days: int | None = None
    price_age_days: int | None = None
    rank_by: str | None = None
    quality: float | None = None
    delivery: float | None = None
    responsiveness: float | None = None
    resilience: float | None = None
    freight_rates: tuple[FreightRate, ...] = ()
    duty_rates: tuple[DutyRate, ...] = ()
    version: int = 0

    def reckoned(self, name: str) -> Any:
        """The figure that counts: what is stated, else the default."""
        stated = getattr(self, name)
        return DEFAULTS.get(name) if stated is None else stated

    @property
    def defaults(self) -> tuple[str, ...]:
        """Names of what is a default, in the order of ``DEFAULTS``."""
        unstated = [name for name in DEFAULTS if getattr(self, name) is None]
        if self.defect_cost_e4 is not None and "defect_multiple" in unstated:
            unstated.remove("defect_multiple")
        return tuple(unstated)

    @property
    def in_force(self) -> dict[str, str | float | None]:
        """Every number that counts, by name; tables left out."""
        return {
            **{name: self.reckoned(name) for name in DEFAULTS},
            "defect_cost_e4": self.defect_cost_e4,
        }

    def check(self) -> None:
        """Refuse what makes no sense.

        Raises:
            Invalid: with one error for each wrong field.
        """
        errors = [*self._wrong_numbers(), *self._wrong_weights(), *_wrong_rows(self)]
        if errors:
            raise Invalid(errors=errors)

    def _wrong_numbers(self) -> Iterator[FieldError]:
        for name, (least, most) in BOUNDS.items():
            if not least <= self.reckoned(name) <= most:
                shown = f"{100 * most:g} %" if name in SHARES else f"{most:g}"
                yield _field_error(f"/{name}", _BETWEEN, least=f"{least:g}", most=shown)
        if self.reckoned("currency") not in CURRENCIES:
            yield _field_error("/currency", "Choose a currency from the list.")
        if self.reckoned("rank_by") not in RANK_BY:
            yield _field_error("/rank_by", "Choose one from the list.")
        if not 0 <= (self.defect_cost_e4 or 0) <= MAX_DEFECT_E4:
            yield _field_error(
                "/defect_cost", _BETWEEN, least="0", most=f"{MAX_DEFECT_E4 // 10_000}"
            )

    def _wrong_weights(self) -> Iterator[FieldError]:
        stated = [getattr(self, name) for name in WEIGHTS if getattr(self, name) is not None]
        if stated and (
            len(stated) < len(WEIGHTS) or min(stated) < 0 or abs(sum(stated) - 1) > 1e-6
        ):
            yield _field_error("/quality", "Give all four weights; they add up to 100 %.")


_BETWEEN: Final = "Enter a number from %(least)s to %(most)s."


def _wrong_rows(settings: CostSettings) -> Iterator[FieldError]:
    for table in ("freight_rates", "duty_rates"):
        rates: tuple[FreightRate | DutyRate, ...] = getattr(settings, table)
        if len(rates) > MAX_RATE_ROWS:
            yield _field_error(f"/{table}", "Use at most %(most)s rows.", most=MAX_RATE_ROWS)
        for number, entry in enumerate(rates):
            for one in fields(entry):
                value = getattr(entry, one.name)
                if isinstance(value, float) and not 0 <= value <= 5:
                    yield _field_error(
                        f"/{table}/{number}/{one.name}", _BETWEEN, least="0", most="500 %"
                    )
                if isinstance(value, int) and value < 0:
                    yield _field_error(
                        f"/{table}/{number}/{one.name}", _BETWEEN, least="0", most="1e12"
                    )


def _field_error(pointer: str, message: str, **values: object) -> FieldError:
    return FieldError(pointer=pointer, message=message, values=tuple(values.items()))


STANDARD: Final = CostSettings()
"""Nothing stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestRate:
    """The newest exchange rate of a pair that a firm imported, and how many days it has."""

    from_currency: str
    to_currency: str
    day: str
    days: int
    rate: float
