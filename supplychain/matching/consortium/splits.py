"""The exact least-cost split of one quantity over a few firms: a small mixed-integer program.

Each firm has segments: from ``least`` to ``most`` pieces, ``q`` pieces cost ``fixed + each × q``.
At most one segment of a firm and at most ``firms`` firms are used. Solved by HiGHS over which
segments are used; the quantities are then worked out in whole pieces, so they add up exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LIMIT_S = 5.0
"""When to stop; what was found by then is marked as not proven. A job ranks up to 1,000 lines."""
SOLVER_GAP = 1e-9
"""Relative gap at which HiGHS stops; its own 1e-4 would let a split be 0.01 % too dear."""
SOLVER_TOLERANCE = 1e-9
"""Of rows and of whole numbers, as parts of the quantity; HiGHS's own 1e-6 would be whole pieces
of a large one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceSegment:
    """A price range of one firm. ``weight`` is what the firm adds to a bound, if it is used."""

    firm: int
    least: int
    most: int
    fixed: float
    each: float
    weight: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantitySplit:
    """What each used segment gets, by the segments' order; ``proven``: nothing costs less."""

    quantities: dict[int, int]
    cost: float
    proven: bool


def find_cheapest_split(
    segments: Sequence[PriceSegment], quantity: int, *, firms: int, most_weight: float | None = None
) -> QuantitySplit | None:
    """The split of least cost, or None where none covers the quantity.

    Args:
        segments: in an order that does not depend on how firms were found.
        quantity: pieces, 1 or more.
        firms: how many firms at most.
        most_weight: bound of the sum of the weights of the firms that are used.

    Returns:
        Whole pieces that add up to the quantity, and their cost in the unit of the segments.

    Source: the multiple choice model of piecewise linear costs, Croxton, Gendron & Magnanti 2003,
    Management Science 49:1268.
    """
    if not segments:
        return None
    highs, n = _build_program(segments, quantity, firms, most_weight), len(segments)
    highs.run()
    if highs.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    used = [i for i, y in enumerate(highs.getSolution().col_value[n:]) if y > 0.5]
    quantities = _fill_quantities(segments, used, quantity)
    if quantities is None:
        return None
    cost = sum(segments[i].fixed + segments[i].each * q for i, q in quantities.items())
    proven = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return QuantitySplit(quantities=quantities, cost=cost, proven=proven)


def _fill_quantities(
    segments: Sequence[PriceSegment], used: list[int], quantity: int
) -> dict[int, int] | None:
    """Whole pieces: each used segment its least, what is left to the cheapest ones first."""
    filled = {i: segments[i].least for i in used}
    left = quantity - sum(filled.values())
    for i in sorted(used, key=lambda i: (segments[i].each, i)):
        more = min(max(left, 0), segments[i].most - segments[i].least)
        filled[i] += more
        left -= more
    return filled if left == 0 else None


def _build_program(
    segments: Sequence[PriceSegment], quantity: int, firms: int, most_weight: float | None
) -> Any:
    """Columns: the part of the quantity of each segment, then whether it is used."""
    n = len(segments)
    fixed = np.array([segment.fixed for segment in segments])
    each = np.array([segment.each for segment in segments]) * quantity
    scale = max(float(np.abs(fixed).max()), float(np.abs(each).max()), 1e-12)
    least = np.array([segment.least for segment in segments]) / quantity
    most = np.array([segment.most for segment in segments]) / quantity
    highs = _make_solver()
    highs.addVars(2 * n, np.zeros(2 * n), np.concatenate([np.minimum(most, 1), np.ones(n)]))
    columns = np.arange(2 * n, dtype=np.int32)
    highs.changeColsCost(2 * n, columns, np.concatenate([each, fixed]) / scale)
    kinds = np.full(n, highspy.HighsVarType.kInteger)
    highs.changeColsIntegrality(n, columns[n:], kinds)
    _add_row(highs, 1, columns[:n], np.ones(n), 1)
    _add_row(highs, 0, columns[n:], np.ones(n), firms)
    for i in range(n):
        pair = np.array([i, n + i], np.int32)
        _add_row(highs, 0, pair, np.array([1.0, -least[i]]), highspy.kHighsInf)
        _add_row(highs, -highspy.kHighsInf, pair, np.array([1.0, -most[i]]), 0)
    for firm in sorted({segment.firm for segment in segments}):
        own = [n + i for i, segment in enumerate(segments) if segment.firm == firm]
        if len(own) > 1:
            _add_row(highs, 0, np.array(own, np.int32), np.ones(len(own)), 1)
    if most_weight is not None:
        weights = np.array([segment.weight for segment in segments])
        _add_row(highs, -highspy.kHighsInf, columns[n:], weights, most_weight)
    return highs


def _add_row(
    highs: Any, lower: float, columns: NDArray[np.int32], values: Floats, upper: float
) -> None:
    highs.addRow(lower, upper, len(columns), columns, values)


def _make_solver() -> Any:
    highs = highspy.Highs()
    for name, option in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", 0),
        ("time_limit", LIMIT_S),
        ("mip_rel_gap", SOLVER_GAP),
        ("mip_abs_gap", 0.0),
        ("mip_feasibility_tolerance", SOLVER_TOLERANCE),
        ("primal_feasibility_tolerance", SOLVER_TOLERANCE),
    ):
        highs.setOptionValue(name, option)
    return highs
