"""What a bid costs at the buyer's door beside its price: lines in the price, term by term.

``matching.cost.bid_terms`` makes them by the ranking's own functions; comparison, award problem,
ranks and orders ask them alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final, TypeAlias

from supplychain.model.bids.bid import Bid
from supplychain.model.bids.lines import BidLine

LANDED_STEP: Final = Decimal("1e-6")
"""What comes upon a price is rounded to this, half-even: a hundredth of the least price step, and
the same in every currency."""

ESTIMATED: Final = ("ledger", "category", "table", "assumed")
"""Sources of a freight that nobody has offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTerm:
    """A term of the landed cost of a piece: ``fixed + share × price``."""

    fixed: Decimal = Decimal(0)
    share: Decimal = Decimal(0)

    def at(self, price: Decimal) -> Decimal:
        """What it comes to at a price, in the request's currency."""
        return (self.fixed + self.share * price).quantize(LANDED_STEP, ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class LandedTerms:
    """All that comes upon the price of one bid's line; None is unknown and counts nothing.

    Attributes:
        freight_from: bid, terms (in the price), ledger (what the buyer paid this firm), category
            (its mean in the category), table (its own freight table), assumed (its usual share
            where it pays the carriage), or None where nothing tells it.
        freight_low, freight_high: factors of the freight between which it is likely to lie.
        duty_asked: the buyer has a duty table; without one duty is no part of the cost.
        payment: 0 or less: a later payment is a benefit.
        vat_kept: the VAT that the buyer does not get back, a share of what it pays: in ``tax`` for
            a piece, and a cost of what is paid once too.
    """

    freight: PriceTerm | None = None
    freight_from: str | None = None
    freight_low: Decimal = Decimal(1)
    freight_high: Decimal = Decimal(1)
    duty: PriceTerm | None = None
    tax: PriceTerm | None = None
    duty_asked: bool = False
    payment: PriceTerm | None = None
    vat_kept: Decimal = Decimal(0)

    @property
    def is_whole(self) -> bool:
        """Whether every term that counts is known or estimated."""
        return self.freight is not None and (not self.duty_asked or self.duty is not None)

    @property
    def is_estimate(self) -> bool:
        """Whether the freight is nobody's offer."""
        return self.freight_from in ESTIMATED

    def add_up(self, price: Decimal) -> Decimal:
        """What comes upon a price, as far as it is known."""
        terms = (self.freight, self.duty, self.tax, self.payment)
        return sum((term.at(price) for term in terms if term is not None), Decimal(0))

    def land_sum(self, amount: Decimal) -> Decimal:
        """What is paid once, as tooling is, with the VAT on it that stays."""
        upon = (amount * self.vat_kept).quantize(LANDED_STEP, ROUND_HALF_EVEN)
        return amount + upon if upon else amount

    def land(self, line: BidLine) -> BidLine:
        """The line with each price, of one unit, and its tooling as they are at the buyer's door.

        No price is below 0.
        """
        one = line.at_one
        return replace(
            one,
            tooling=self.land_sum(one.tooling),
            unit_price=None if one.unit_price is None else self._land_price(one.unit_price),
            tiers=tuple(
                replace(tier, unit_price=self._land_price(tier.unit_price)) for tier in one.tiers
            ),
        )

    def freight_range(self, price: Decimal) -> tuple[Decimal, Decimal] | None:
        """Between what the freight of a piece is likely to lie; None where it is unknown."""
        if self.freight is None:
            return None
        freight = self.freight.at(price)
        low, high = freight * self.freight_low, freight * self.freight_high
        return low.quantize(LANDED_STEP), high.quantize(LANDED_STEP)

    def _land_price(self, price: Decimal) -> Decimal:
        upon = self.add_up(price)
        return max(Decimal(0), price + upon) if upon else price


UNKNOWN_TERMS: Final = LandedTerms()

LandedByPair: TypeAlias = Mapping[tuple[str, str], LandedTerms]
"""By (firm id, request line id)."""


def terms_of_bid(bid: Bid, landed: LandedByPair) -> LandedTerms:
    """The terms of a bid's first line: what all its lines have in common, the VAT that stays."""
    terms = landed.get((bid.firm_id, bid.lines[0].request_line_id)) if bid.lines else None
    return terms or UNKNOWN_TERMS
