"""What a bid charges for what it wins: prices reached, tooling, one-off cost, bundles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from supplychain.model.bids.lines import BidLine, Bundle
from supplychain.model.money import round_amount
from supplychain.model.quantities import Quantity

ALL_OFFERED: Final[Mapping[str, Quantity]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """The price of what a bid wins; without anything won all is 0.

    Attributes:
        lines: goods with tooling, after no discount, each line as it is kept.
        freight: what the bid says its carriage costs beside the prices; no discount takes it off.
        one_off_cost: of the bid, once.
        discount: what bundles take off, rounded half-even to four decimals as all money is.
    """

    lines: Decimal = Decimal(0)
    one_off_cost: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    freight: Decimal = Decimal(0)

    @property
    def total(self) -> Decimal:
        """What is to be paid."""
        return self.without_freight + self.freight

    @property
    def without_freight(self) -> Decimal:
        """What is to be paid but for the freight."""
        return self.lines + self.one_off_cost - self.discount


def charge_for(
    lines: Iterable[BidLine],
    bundles: Iterable[Bundle],
    one_off_cost: Decimal,
    won_pieces: Mapping[str, Quantity],
    asked_pieces: Mapping[str, Quantity] = ALL_OFFERED,
) -> Charge:
    """What a bid charges for so many pieces of its lines.

    Args:
        lines: of the bid.
        bundles: of the bid; they count where their lines are won whole.
        one_off_cost: of the bid.
        won_pieces: pieces by request line id; 0 or absent is nothing.
        asked_pieces: what makes a line whole, by its id; absent is all that the bid offers of it.
    """
    won = [line for line in lines if won_pieces.get(line.request_line_id)]
    if not won:
        return Charge()
    costs = {
        line.request_line_id: line.price_of(won_pieces[line.request_line_id]) + line.tooling
        for line in won
    }
    whole = {
        line.request_line_id
        for line in won
        if won_pieces[line.request_line_id]
        >= (asked_pieces.get(line.request_line_id) or line.quantity or 0)
    }
    counting = [bundle for bundle in bundles if whole.issuperset(bundle.request_line_ids)]
    discount = best_discount(counting, costs)
    return Charge(
        lines=sum(costs.values(), Decimal(0)),
        one_off_cost=one_off_cost,
        discount=round_amount(discount),
        freight=sum(
            (line.carriage(won_pieces[line.request_line_id]) for line in won),
            Decimal(0),
        ),
    )


def best_discount(bundles: Iterable[Bundle], costs: Mapping[str, Decimal]) -> Decimal:
    """The most that bundles can take off these costs; at most one counts for a line. Exact.

    Looks at every set of bundles that do not overlap: bids have at most ten.
    """
    best: dict[frozenset[str], Decimal] = {frozenset(): Decimal(0)}
    for bundle in bundles:
        lines = frozenset(bundle.request_line_ids)
        saved = sum((costs[line] for line in lines), Decimal(0)) * bundle.discount / 100
        for used, amount in list(best.items()):
            if used.isdisjoint(lines):
                both = used | lines
                best[both] = max(best.get(both, Decimal(0)), amount + saved)
    return max(best.values())
