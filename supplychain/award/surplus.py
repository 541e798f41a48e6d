"""Why more of a line is bought than it needs: a price for a larger quantity, packs, a minimum."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from supplychain.award.exact import plain

SurplusReason: TypeAlias = Literal["price", "pack", "least", "any"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoughtPart:
    """What one supplier gives of a line.

    Attributes:
        supplier: its name or id.
        quantity: above 0.
        least: the least that it sells, in whole packs.
        pack: sold in multiples of it; 0 is no pack.
        cost_of: what a quantity costs, with what is paid once for the line.
    """

    supplier: str
    quantity: Decimal
    least: Decimal
    pack: Decimal
    cost_of: Callable[[Decimal], Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surplus:
    """What is bought of a line above its need.

    Attributes:
        bought: of the line in all.
        needed: by the line.
        why: price: just what is needed would cost more; pack or least: a supplier does not sell
            just what is needed; any: nothing of these.
        supplier: whose price, packs or minimum it is.
        size: of its packs, or its minimum; 0 else.
        saved: what just enough would cost more, of this supplier; 0 unless that is why.
    """

    bought: Decimal
    needed: Decimal
    why: SurplusReason
    supplier: str = ""
    size: Decimal = Decimal(0)
    saved: Decimal = Decimal(0)


def explain_surplus(needed: Decimal, parts: Sequence[BoughtPart]) -> Surplus | None:
    """What is bought above the need, and why; None where nothing is."""
    bought = plain(sum((one.quantity for one in parts), Decimal(0)))
    over = bought - needed
    if over <= 0:
        return None
    saving, cheaper = max(((_saved_by(one, over), one) for one in parts), key=lambda pair: pair[0])
    if saving > 0:
        return Surplus(
            bought=bought, needed=needed, why="price", supplier=cheaper.supplier, saved=saving
        )
    for one in parts:
        if one.pack:
            return Surplus(
                bought=bought, needed=needed, why="pack", supplier=one.supplier, size=one.pack
            )
    for one in parts:
        if one.quantity == one.least:
            return Surplus(
                bought=bought, needed=needed, why="least", supplier=one.supplier, size=one.least
            )
    return Surplus(bought=bought, needed=needed, why="any")


def _saved_by(part: BoughtPart, over: Decimal) -> Decimal:
    """What the part costs less than so much less of it; 0 where that is not sold, or dearer."""
    less = part.quantity - over
    if less <= 0 or less < part.least or (part.pack and less % part.pack):
        return Decimal(0)
    return max(Decimal(0), part.cost_of(less) - part.cost_of(part.quantity))
