"""An award problem as columns of floats, and its relaxation by lower hulls of the bids' costs.

Every array speaks of one of: m lines, n suppliers, p bids, or s segments of hulls. Bids that can
never be used are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from supplychain.award.problem.problem import Problem, ProblemLine
from supplychain.award.program.results import Pair
from supplychain.award.program.segments import ProgramSegment, segments_of
from supplychain.award.rules.forbid import Forbid
from supplychain.award.rules.in_time import InTime
from supplychain.award.rules.max_suppliers import MaxSuppliers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Point = tuple[float, float]

INFINITY: Final = 1e30
"""Stands for no bound of a capacity or of a shortage's price."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrays:
    """The core of a problem: lines, suppliers, bids; other rules are left out.

    Attributes:
        pairs: supplier and line of each of p bids.
        wanted, shortage: m quantities, and prices of a missing unit (ENDLESS: none may miss).
        overbuy: m, whether more may be bought.
        capacity, one_off: n loads and costs.
        line, supplier, load: p, where a bid belongs and its load per unit.
        most: at most so many suppliers; None is no bound.
        owner: s, the bid of each segment of the lower convex hulls of the bids' costs, from
            nothing bought on.
        length, slope: s units and prices of one, rising within a bid.
        exact: whether the hulls are the very costs, and the core is all that is asked.
    """

    pairs: tuple[Pair, ...]
    wanted: Floats
    shortage: Floats
    overbuy: NDArray[np.bool_]
    capacity: Floats
    one_off: Floats
    line: Ints
    supplier: Ints
    load: Floats
    most: int | None
    owner: Ints
    length: Floats
    slope: Floats
    exact: bool


def build_arrays(problem: Problem) -> Arrays:
    """Columns of a problem; as a relaxation: no split costs less than they say.

    A bundle is a discount on each of its bids whatever else is won; switching costs nothing.
    """
    pieces = segments_of(problem)
    lines = {line.id: i for i, line in enumerate(problem.lines)}
    firms = {supplier.id: j for j, supplier in enumerate(problem.suppliers)}
    bids = {(bid.supplier, bid.line): bid for bid in problem.bids}
    pairs = tuple(pieces)
    spans = np.array(_hull_segments(problem, pieces), dtype=np.float64).reshape(-1, 3)
    most = [r.at_most for r in problem.rules if isinstance(r, MaxSuppliers) and r.line is None]
    return Arrays(
        pairs=pairs,
        wanted=_to_floats([line.quantity for line in problem.lines]),
        shortage=_to_floats([_or_endless(line.shortage_price) for line in problem.lines]),
        overbuy=np.array([line.overbuy for line in problem.lines], dtype=bool),
        capacity=_to_floats([_or_endless(one.capacity) for one in problem.suppliers]),
        one_off=_to_floats([one.one_off_cost for one in problem.suppliers]),
        line=np.array([lines[pair[1]] for pair in pairs], dtype=np.int64),
        supplier=np.array([firms[pair[0]] for pair in pairs], dtype=np.int64),
        load=_to_floats([bids[pair].load_per_unit for pair in pairs]),
        most=min(most) if most else None,
        owner=spans[:, 0].astype(np.int64),
        length=np.ascontiguousarray(spans[:, 1]),
        slope=np.ascontiguousarray(spans[:, 2]),
        exact=is_plain(problem),
    )


def _hull_segments(
    problem: Problem, pieces: Mapping[Pair, tuple[ProgramSegment, ...]]
) -> list[tuple[int, float, float]]:
    """Bid, length and slope of each segment of the hulls."""
    off = _greatest_discounts(problem)
    extra: dict[Pair, float] = {}
    if problem.objective == "expected_cost":
        weight = problem.expected_weight
        extra = {(b.supplier, b.line): float(weight * b.expected_cost) for b in problem.bids}
    spans = []
    for place, (pair, found) in enumerate(pieces.items()):
        part, more = 1 - off.get(pair, 0.0), extra.get(pair, 0.0)
        points = [(0.0, 0.0)]
        for piece in found:
            fixed, slope = part * float(piece.fixed), part * float(piece.slope) + more
            points += [(q, fixed + slope * q) for q in (float(piece.low), float(piece.high))]
        hull = _lower_hull(points) if len(points) > 3 or points[1] != points[0] else points[1:]
        spans += [
            (place, end[0] - start[0], (end[1] - start[1]) / (end[0] - start[0]))
            for start, end in pairwise(hull)
        ]
    return spans


def _lower_hull(points: list[Point]) -> list[Point]:
    """The lower convex hull, from the first point on."""
    hull: list[Point] = []
    for q, cost in sorted(set(points)):
        if hull and q - hull[-1][0] < 1e-12:
            continue
        while len(hull) > 1 and _is_above_chord(hull[-2], hull[-1], (q, cost)):
            hull.pop()
        hull.append((q, cost))
    return hull


def _is_above_chord(left: Point, middle: Point, right: Point) -> bool:
    run = (middle[0] - left[0]) * (right[1] - left[1])
    return (middle[1] - left[1]) * (right[0] - left[0]) >= run


def _greatest_discounts(problem: Problem) -> dict[Pair, float]:
    """The greatest discount that bundles may take off a pair."""
    found: dict[Pair, float] = {}
    for bundle in problem.bundles:
        for line in bundle.lines:
            pair = (bundle.supplier, line)
            found[pair] = max(found.get(pair, 0.0), float(bundle.discount))
    return found


def is_plain(problem: Problem) -> bool:
    """Whether divisible lines, straight prices, capacities and one-off costs are all there is."""
    rules = all(
        isinstance(r, (Forbid, InTime)) or (isinstance(r, MaxSuppliers) and r.line is None)
        for r in problem.rules
    )
    straight = all(
        len(bid.tiers) == 1
        and not (bid.tiers[0].start or bid.min_quantity or bid.line_cost or bid.pack)
        for bid in problem.bids
    )
    return (
        rules
        and straight
        and not problem.bundles
        and all(map(_is_bound_by_quantity_alone, problem.lines))
    )


def _is_bound_by_quantity_alone(line: ProblemLine) -> bool:
    """Whether nothing but its quantity binds a line."""
    counted = line.single_source or line.max_suppliers is not None
    bounded = line.max_quantity is not None
    return line.divisible and not (counted or line.is_stepped or bounded)


def _or_endless(number: Decimal | None) -> float:
    return INFINITY if number is None else float(number)


def _to_floats(numbers: object) -> Floats:
    return np.array(numbers, dtype=np.float64)


def chooses_suppliers(columns: Arrays) -> bool:
    """Whether who wins costs something or is bound."""
    return bool(columns.one_off.any()) or columns.most is not None
