"""The rows of a ranking as a page shows them: another order to look at, and costs as bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from supplychain.matching.alternatives.row_views import view_rows
from supplychain.matching.feasibility.reach import Reach
from supplychain.matching.rows import RankedFirm, WeightBand, WeightBands
from supplychain.model.cost_settings import COST_PERFORMANCE, EXPECTED_COST

WIDTH_PX: Final = 1000
"""Of a bar, in units of its own drawing; the page scales it."""
LANDED: Final = ("unit_price", "tooling", "freight", "duty", "tax")
OTHER_METHODS: Final = ("topsis", "weighted_sum", "pareto")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowInView:
    """A row of a ranking, and its position in the view; None if it has none there.

    ``begins`` names the group of firms that begins with it, of ``Reach``; empty within a group and
    in an order that knows none.
    """

    firm: RankedFirm
    position: int | None
    begins: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BarSegment:
    """One term of a cost: where it begins and how wide it is, of ``WIDTH_PX``."""

    name: str
    at: int
    width: int
    amount_e4: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What a piece from one firm costs, term by term; ``landed_at`` ends the landed cost.

    Terms above 0 are drawn one after the other; a benefit of the payment terms is taken off the
    price, so the bar ends at the expected total cost.
    """

    segments: tuple[BarSegment, ...]
    landed_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BandEnd:
    """An end of a band: beyond it, ``winner`` (a firm id) is first.

    ``side`` is ``below`` or ``above``; ``end`` and ``now`` are as in the ``WeightBand``.
    """

    name: str
    side: str
    end: float
    now: float
    winner: str


def chosen_view(name: str, rank_by: str) -> str:
    """The view of that name; ``rank`` where there is none, or where it is the rank itself."""
    is_view = name in (COST_PERFORMANCE, EXPECTED_COST, *OTHER_METHODS)
    return name if is_view and name != rank_by else "rank"


def in_view(
    rows: Sequence[RankedFirm], view: str, weights: Mapping[str, float] | None
) -> list[RowInView]:
    """The rows in the order of a view; those without a position last, by rank."""
    placed = [RowInView(firm=row, position=_position_by_rank(row, view)) for row in rows]
    if view in OTHER_METHODS:
        views = view_rows(rows, weights)
        placed = [RowInView(firm=row, position=views[row.firm_id].position(view)) for row in rows]
    if view != "rank":
        placed.sort(key=lambda row: (row.position is None, row.position or 0, row.firm.rank))
    return _head_groups(placed)


def _head_groups(rows: list[RowInView]) -> list[RowInView]:
    """The rows with the beginnings of their groups, where they stand group by group.

    A view that is no rank mixes them, and so do rankings kept by older versions.
    """
    groups = [Reach[row.firm.capacity.state.upper()] for row in rows]
    if groups != sorted(groups, reverse=True):
        return rows
    earlier = (None, *groups)
    return [
        row if group is before else replace(row, begins=group.name.lower())
        for row, group, before in zip(rows, groups, earlier, strict=False)
    ]


def _position_by_rank(row: RankedFirm, view: str) -> int | None:
    if view in (COST_PERFORMANCE, EXPECTED_COST):
        return row.ranks.of_order(view) if row.ranks else None
    return row.rank


def draw_bars(rows: Sequence[RankedFirm]) -> dict[str, Bar]:
    """A bar for each firm with a price, by firm id, all in one scale; the dearest fills it."""
    terms = {row.firm_id: _cost_terms(row) for row in rows if row.landed_cost.total_e4 is not None}
    most = max((sum(own.values()) for own in terms.values()), default=0)
    return {firm_id: _draw_bar(own, most) for firm_id, own in terms.items() if most > 0}


def _cost_terms(row: RankedFirm) -> dict[str, int]:
    landed, expected = row.landed_cost, row.expected_cost
    benefit = min(landed.payment_e4 or 0, 0)
    return {
        "unit_price": max((landed.unit_price_e4 or 0) + benefit, 0),
        "tooling": landed.tooling_e4 or 0,
        "freight": landed.freight_e4 or 0,
        "duty": landed.duty_e4 or 0,
        "tax": landed.tax_e4 or 0,
        "defects": (expected and expected.defects_e4) or 0,
        "lateness": (expected and expected.lateness_e4) or 0,
        "risk": (expected and expected.risk_e4) or 0,
    }


def _draw_bar(terms: dict[str, int], most: int) -> Bar:
    segments: list[BarSegment] = []
    total, landed_at = 0, 0
    for name, amount in terms.items():
        at = round(WIDTH_PX * total / most)
        total += amount
        end = round(WIDTH_PX * total / most)
        if end > at:
            segments.append(BarSegment(name=name, at=at, width=end - at, amount_e4=amount))
        if name in LANDED:
            landed_at = end
    return Bar(segments=tuple(segments), landed_at=landed_at)


def find_tightest_end(weights: WeightBands | None) -> BandEnd | None:
    """The end of a band that is nearest to now: what changes the first place most easily.

    None where nothing changes it.
    """
    ends = [end for band in (weights.bands if weights else ()) for end in _ends_of(band)]
    return min(ends, key=lambda end: abs(end.end - end.now) / (end.now or 1.0), default=None)


def _ends_of(band: WeightBand) -> list[BandEnd]:
    """The ends beyond which another firm is first."""
    sides = (("below", band.low, band.below), ("above", band.high, band.above))
    return [
        BandEnd(name=band.name, side=side, end=end, now=band.now, winner=winner)
        for side, end, winner in sides
        if winner
    ]
