"""What is not known of a firm, how it was treated, and what it could change.

Each unknown is put at both ends of what it can be, alone, and the firm is placed again: a term of
performance without evidence at the ends of its 90 % interval, a price between the least and the
greatest one known on the line, freight between nothing and the greatest known share of the price,
duty between nothing and the highest rate of the buyer's table. What is only checked (capacity,
lead time, what the line requires) leaves the place or keeps the firm off the list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from supplychain.matching.candidates.arrays import Flags, Floats, Ints
from supplychain.matching.cost.freight import DUTY_UNKNOWN, FREIGHT_UNKNOWN
from supplychain.matching.cost.landed_cost import LandedCost
from supplychain.matching.performance import TERMS
from supplychain.matching.what_if.levers import priced, with_freight
from supplychain.matching.what_if.weighing import Shown
from supplychain.model.cost_settings import COST_PERFORMANCE

Row = dict[str, Any]
MAY_FAIL = {
    "capacity_unknown": "capacity",
    "lead_time_unknown": "lead_time",
    "not_stated": "stated",
}
"""Reasons that name an unknown which could keep a firm off the list."""
TREATED = {
    "price": "after_all_priced",
    "freight": "counted_as_nothing",
    "duty": "counted_as_nothing",
    **dict.fromkeys(TERMS, "as_the_category"),
    "capacity": "nothing_promised",
    "lead_time": "not_checked",
    "stated": "not_checked",
}
LEAST = 1e-9
"""A performance of 0 has no logarithm."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ladder:
    """The places of all able firms: their keys, rising."""

    keys: Floats

    def places(self, old: Floats, new: Floats) -> Ints:
        """Where firms with the keys ``old`` would stand with ``new``; equals share a place."""
        better = len(self.keys) - np.searchsorted(self.keys, new, side="right")
        return better - (old > new) + 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Line:
    """The shown firms of a line, and what they are placed among.

    ``rows`` are the explained rows of the shown firms; ``cost`` is that of all firms, ``passed``
    those that can make the line.
    """

    shown: Shown
    rows: list[Row]
    ladder: Ladder
    cost: LandedCost
    passed: Flags


def unknown(line: Line) -> list[Row]:
    """For each shown firm its unknowns and the places its record allows.

    Returns:
        n rows ``{"unknowns": […], "likely_ranks": {"best", "worst"}}``; each unknown is ``{what,
        treated, best, worst}``, both None where nothing bounds it; ``may_fail`` where it could
        keep the firm off the list; ``facts`` names what is not stated. ``likely_ranks`` are the
        places at the ends of the 90 % interval of the performance.
    """
    found: list[list[Row]] = [[] for _ in line.rows]
    for what, where, ends in (_price(line), _freight(line), _duty(line)):
        _add(line, found, what=what, where=where, ends=ends)
    for place, name in enumerate(TERMS):
        if line.shown.record.weights.terms[place]:
            none = [not row["performance"][name]["evidence"] for row in line.rows]
            ends = tuple(_at_rates(line, (place,), end) for end in ("high", "low"))
            _add(line, found, what=name, where=np.array(none, np.bool_), ends=ends)
    for own, row in zip(found, line.rows, strict=True):
        own += _checked(row)
    likely = _range(line, tuple(_at_performance(line, end) for end in ("high", "low")))
    return [
        {"unknowns": own, "likely_ranks": {"best": int(likely[0][i]), "worst": int(likely[1][i])}}
        for i, own in enumerate(found)
    ]


Ends = tuple[Floats, ...] | None
"""Keys at the best and at the worst end; None where nothing bounds the unknown."""


def _add(line: Line, found: list[list[Row]], *, what: str, where: Flags, ends: Ends) -> None:
    if not where.any():
        return
    if ends is None:
        places: tuple[Ints, ...] = ()
    elif what == "price":
        places = tuple(_places(line, keys) for keys in ends)
    else:
        places = _range(line, ends)
    for i in np.flatnonzero(where).tolist():
        best, worst = (int(one[i]) for one in places) if places else (None, None)
        found[i].append({"what": what, "treated": TREATED[what], "best": best, "worst": worst})


def _places(line: Line, keys: Floats) -> Ints:
    return line.ladder.places(line.shown.keys, keys)


def _range(line: Line, ends: tuple[Floats, ...]) -> tuple[Ints, Ints]:
    """Best and worst places; a shown interval is rounded, so the place given is held within."""
    best, worst = (_places(line, keys) for keys in ends)
    place = _places(line, line.shown.keys)
    return np.minimum(best, place), np.maximum(worst, place)


def _price(line: Line) -> tuple[str, Flags, Ends]:
    shown = line.shown
    where = np.isnan(shown.cost.unit_price)
    known = line.cost.unit_price[line.passed & ~np.isnan(line.cost.unit_price)]
    ends: Ends = None
    if where.any() and len(known):
        source = shown.cost.price_source.astype(np.int64)
        at = (np.full(len(where), max(round(float(end)), 1)) for end in (known.min(), known.max()))
        ends = tuple(
            shown.weigh(priced(shown.firms, source=source, price_e4=end), costs=True) for end in at
        )
    return "price", where, ends


def _freight(line: Line) -> tuple[str, Flags, Ends]:
    shown = line.shown
    has_price = ~np.isnan(shown.cost.unit_price)
    where = (shown.cost.freight_source == FREIGHT_UNKNOWN) & has_price
    shares = (line.cost.freight / line.cost.unit_price)[line.passed]
    known = shares[~np.isnan(shares)]
    ends: Ends = None
    if where.any() and len(known):
        dearest = np.nan_to_num(float(known.max()) * shown.cost.unit_price)
        firms = with_freight(shown.firms, np.ceil(dearest).astype(np.int64))
        ends = (shown.keys, shown.weigh(firms, costs=True))
    return "freight", where, ends


def _duty(line: Line) -> tuple[str, Flags, Ends]:
    shown, rates = line.shown, line.shown.need.settings.duty_rates
    has_price = ~np.isnan(shown.cost.unit_price)
    where = (shown.cost.duty_source == DUTY_UNKNOWN) & has_price
    ends: Ends = None
    if where.any() and rates:
        highest = max((1 + one.duty) * (1 + one.tax) - 1 for one in rates)
        value = shown.cost.unit_price + np.nan_to_num(shown.cost.freight)
        ends = (shown.keys, shown.weigh_dearer(highest * value))
    return "duty", where, ends


def _at_performance(line: Line, end: str) -> Floats:
    """Keys with the whole performance at an end of its interval."""
    if line.shown.need.rank_by != COST_PERFORMANCE:
        return _at_rates(line, tuple(range(len(TERMS))), end)
    value = np.array([row["performance"][end] for row in line.rows], np.float64)
    return line.shown.weigh_record(np.maximum(value, LEAST))


def _at_rates(line: Line, places: tuple[int, ...], end: str) -> Floats:
    """Keys with some terms of the performance at an end of their intervals."""
    shown = line.shown
    value, extra = shown.record.value.copy(), np.zeros(len(line.rows))
    for place in places:
        rate = np.array([row["performance"][TERMS[place]][end] for row in line.rows], np.float64)
        better = rate - shown.record.terms[place].mean
        value += shown.record.weights.terms[place] * better
        extra -= better * _worth(shown, place)
    if shown.need.rank_by == COST_PERFORMANCE:
        return shown.weigh_record(np.maximum(value, LEAST))
    return shown.weigh_dearer(extra)


def _worth(shown: Shown, place: int) -> Floats:
    """What a rate one point of one better saves of the expected cost a piece."""
    expected = shown.expected
    part, rate = {
        "quality": (expected.defects, expected.defect_rate),
        "resilience": (expected.risk, expected.failure_rate),
    }.get(TERMS[place], (np.zeros(len(expected.total)), np.ones(len(expected.total))))
    known = (rate > 0) & ~np.isnan(part)
    return np.where(known, np.nan_to_num(part) / np.where(known, rate, 1.0), 0.0)


def _checked(row: Row) -> list[Row]:
    found: list[Row] = []
    for reason in row["reasons"]:
        if (what := MAY_FAIL.get(reason["code"])) is not None:
            one: Row = {"what": what, "treated": TREATED[what], "best": row["rank"], "worst": None}
            facts = reason["values"].get("facts")
            found.append({**one, "may_fail": True, **({"facts": facts} if facts else {})})
    return found
