"""Lines of a bid: what a piece costs at which quantity, and what a quantity costs exactly."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Final

from supplychain.model.money import round_amount
from supplychain.model.offers import INCOTERMS
from supplychain.model.quantities import Quantity, round_up_to_pack

DELIVERED: Final = INCOTERMS[INCOTERMS.index("CPT") :]
"""Incoterms whose price covers the carriage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTier:
    """From ``start`` units on the price is ``unit_price``: for each of them, or those above."""

    start: Quantity
    unit_price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """``discount`` percent off these request lines, with their tooling, if all are won whole."""

    request_line_ids: tuple[str, ...]
    discount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BidLine:
    """What is offered for one request line; in a draft anything may still be missing.

    Attributes:
        quantity: in the line's unit, all of it, a part, or as much more as the buyer takes.
        unit_price: of ``price_per`` units, from the first one on.
        tiers: further prices for larger quantities, ascending, each from above 1 on.
        tier_rule: all_units: the price reached holds for the whole quantity; incremental: each
            price holds for the pieces above its start.
        min_quantity: the least that is made if any is; None is 1, or all of a line below that.
        pack: sold in whole packs of so much; None is any quantity.
        tooling: once for the whole line.
        freight: what the carriage of a piece costs the buyer beside the price; None: not said.
        lead_days: from the order.
        price_per: how many units the prices are for: one of ``PRICE_BASES_UNITS``.
        uom: the unit of all its quantities and prices; empty is that of the request's line.
        number: the request line's, set by the rules.
        typed: the line in its own unit, where this is it in that of the request's line.
    """

    request_line_id: str
    quantity: Quantity | None = None
    unit_price: Decimal | None = None
    tiers: tuple[PriceTier, ...] = ()
    tier_rule: str = "all_units"
    min_quantity: Quantity | None = None
    pack: Quantity | None = None
    tooling: Decimal = Decimal(0)
    freight: Decimal | None = None
    lead_days: int | None = None
    note: str = ""
    price_per: int = 1
    uom: str = ""
    number: int = 0
    typed: BidLine | None = None

    @property
    def total(self) -> Decimal:
        """Price of the whole line with its tooling; what is missing counts as nothing."""
        return self.cost_of(self.quantity or 0)

    def cost_of(self, quantity: Quantity) -> Decimal:
        """What so much costs with its tooling, as it is paid."""
        return self.price_of(quantity) + self.tooling

    @property
    def least(self) -> Quantity:
        """The least that may be ordered: 1 where nothing else was said, or all that is offered.

        In whole packs, the least of these that is enough.
        """
        least = self.min_quantity
        if least is None:
            least = min(1, self.quantity) if self.quantity else 1
        return round_up_to_pack(least, self.pack)

    def quantity_for(self, wanted: Quantity) -> Quantity:
        """The least that is sold and covers so much; all that is offered where that is less."""
        return min(self.quantity or 0, max(self.least, round_up_to_pack(wanted, self.pack)))

    @property
    def prices(self) -> tuple[PriceTier, ...]:
        """All prices, the first one from the first unit on, and for less than one."""
        return (PriceTier(start=1, unit_price=self.unit_price or Decimal(0)), *self.tiers)

    @property
    def at_one(self) -> BidLine:
        """The line with its prices for one unit. Exact: this is where they are brought to it."""
        if self.price_per == 1:
            return self
        return replace(
            self,
            price_per=1,
            unit_price=None if self.unit_price is None else self.unit_price / self.price_per,
            tiers=tuple(
                replace(tier, unit_price=tier.unit_price / self.price_per) for tier in self.tiers
            ),
        )

    def price_of(self, quantity: Quantity) -> Decimal:
        """What so much costs, without tooling, as it is paid: rounded once to four decimals."""
        return round_amount(self.amount(quantity))

    def amount(self, quantity: Quantity) -> Decimal:
        """What so much costs, without tooling. Exact."""
        prices = self.at_one.prices
        if self.tier_rule == "all_units":
            return (
                quantity
                * [each for each in prices if each.start <= max(quantity, 1)][-1].unit_price
            )
        starts = [0, *(min(each.start, quantity) for each in self.tiers)]
        parts = pairwise((*starts, quantity))
        return sum(
            (
                (end - start) * each.unit_price
                for (start, end), each in zip(parts, prices, strict=True)
            ),
            Decimal(0),
        )

    def carriage(self, quantity: Quantity) -> Decimal:
        """The freight of so much as the bid states it, to four decimals; 0 if it says nothing."""
        return round_amount(quantity * (self.freight or Decimal(0)))

    def unit_price_at(self, quantity: Quantity) -> Decimal:
        """What a piece costs on average if so many are ordered, without tooling."""
        return self.amount(quantity) / quantity

    def is_blank(self, requested: Quantity) -> bool:
        """Whether nothing was filled in; the quantity requested is what a form starts with."""
        if self.unit_price is not None:
            return False
        untouched = replace(self, quantity=None, tier_rule="all_units", number=0)
        is_bare = untouched == BidLine(request_line_id=self.request_line_id)
        return is_bare and self.quantity in (None, requested)


@dataclass(frozen=True, slots=True, kw_only=True)
class BidContent:
    """What a supplier fills in. Lines left blank are not bid on.

    Attributes:
        currency: of all its amounts, one that the request accepts; empty is the request's.
        valid_until: the last day on which the bid can be accepted.
        note: for the buyer, on the bid as a whole.
        lines: what is offered, line by line.
        one_off_cost: paid once if the bid wins anything.
        bundles: discounts for lines that are won together.
        incoterm: the delivery terms; None where nothing was said.
        payment_days: from the invoice; None where nothing was said.
        vat_percent: rate of the VAT that comes on the prices, or is in them if the request asks
            for prices with it; None where nothing was said.
    """

    currency: str = ""
    valid_until: date | None = None
    note: str = ""
    lines: tuple[BidLine, ...] = ()
    one_off_cost: Decimal = Decimal(0)
    bundles: tuple[Bundle, ...] = ()
    incoterm: str | None = None
    payment_days: int | None = None
    vat_percent: Decimal | None = None

    def as_content(self) -> BidContent:
        """What was filled in, without what a bid knows besides."""
        return BidContent(**{name: getattr(self, name) for name in CONTENT_FIELDS})


CONTENT_FIELDS: Final = tuple(field.name for field in fields(BidContent))
