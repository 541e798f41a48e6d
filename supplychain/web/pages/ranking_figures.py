"""The rows of a ranking as a page shows them: another order to look at, and costs as bars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from supplychain.matching.alternatives.row_views import views
from supplychain.model.cost_settings import COST_PERFORMANCE, EXPECTED_COST

Row = dict[str, Any]
WIDTH: Final = 1000
LANDED: Final = ("unit_price", "tooling", "freight", "duty", "tax")
EXPECTED: Final = ("defects", "lateness", "risk")
BY_PLACE: Final = ("topsis", "weighted_sum")
LAST: Final = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One term of a cost: where it begins and how wide it is, of ``WIDTH``."""

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

    segments: tuple[Segment, ...]
    landed_at: int


def chosen_view(name: str, rank_by: str) -> str:
    """The view of that name; ``rank`` where there is none, or where it is the rank itself."""
    known = (COST_PERFORMANCE, EXPECTED_COST, *BY_PLACE, "pareto")
    return name if name in known and name != rank_by else "rank"


def in_view(rows: list[Row], view: str, weights: dict[str, float] | None) -> list[Row]:
    """The rows in the order of a view; each with ``place``, its place there (None: it has none)."""
    if view == "rank":
        return [{**row, "place": row["rank"]} for row in rows]
    if view in (COST_PERFORMANCE, EXPECTED_COST):
        placed = [{**row, "place": row.get("ranks", {}).get(view)} for row in rows]
    else:
        seen = views(rows, weights)
        placed = [{**row, "place": _place(seen[row["firm_id"]], view)} for row in rows]
    return sorted(placed, key=lambda row: (row["place"] or LAST, row["rank"]))


def _place(seen: Row, view: str) -> int | None:
    if view == "pareto":
        return 1 if seen["pareto"] else None
    return seen[view]


def bars(rows: list[Row]) -> dict[str, Bar]:
    """A bar for each firm with a price, all in one scale; the dearest fills it."""
    totals = [_sum(row) for row in rows if row["landed_cost"]["total_e4"] is not None]
    most = max(totals, default=0)
    return {
        row["firm_id"]: _bar(row, most)
        for row in rows
        if most > 0 and row["landed_cost"]["total_e4"] is not None
    }


def _terms(row: Row) -> list[tuple[str, int]]:
    landed, expected = row["landed_cost"], row.get("expected_cost") or {}
    found = [(name, landed.get(f"{name}_e4") or 0) for name in LANDED]
    found[0] = ("unit_price", max(found[0][1] + min(landed.get("payment_e4") or 0, 0), 0))
    return [*found, *((name, expected.get(f"{name}_e4") or 0) for name in EXPECTED)]


def _sum(row: Row) -> int:
    return sum(amount for _, amount in _terms(row))


def _bar(row: Row, most: int) -> Bar:
    segments: list[Segment] = []
    total, landed_at = 0, 0
    for name, amount in _terms(row):
        at = round(WIDTH * total / most)
        total += amount
        end = round(WIDTH * total / most)
        if end > at:
            segments.append(Segment(name=name, at=at, width=end - at, amount_e4=amount))
        if name in LANDED:
            landed_at = end
    return Bar(segments=tuple(segments), landed_at=landed_at)


def tightest(weights: Row) -> Row | None:
    """The end of a band that is nearest to now: what changes the first place most easily.

    Returns:
        ``{name, side (below or above), end, now, winner}``; None where nothing changes it.
    """
    ends = [
        (
            abs(band[edge + unit] - band["now" + unit]) / (band["now" + unit] or 1.0),
            band,
            side,
            unit,
        )
        for band in weights.get("bands", [])
        for unit in ("_e4" if "now_e4" in band else "",)
        for side, edge in (("below", "low"), ("above", "high"))
        if band[side]
    ]
    if not ends:
        return None
    _, band, side, unit = min(ends, key=lambda one: one[0])
    edge = "low" if side == "below" else "high"
    now, end = band["now" + unit], band[edge + unit]
    return {"name": band["name"], "side": side, "end": end, "now": now, "winner": band[side]}
