"""A mixed-integer program as arrays, cut down to some of its columns and solved by HiGHS."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import highspy
import numpy as np
from numpy.typing import NDArray

from supplychain.award.engines.arrays import Floats, Ints
from supplychain.award.program.program import Program

Mask = NDArray[np.bool_]

REPORT_INTERVAL_S: Final = 0.1
"""Nobody sees more than ten steps a second, and HiGHS waits while Python is called back."""

INFEASIBLE: Final = (
    highspy.HighsModelStatus.kInfeasible,
    highspy.HighsModelStatus.kUnboundedOrInfeasible,
)
"""No award is unbounded: costs are 0 or more."""

ROW_TOLERANCE: Final = 1e-9
"""How far a row may be off in a start that is called feasible."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Columns and rows; the matrix by rows, entry by entry.

    Attributes:
        cost, lower, upper, integer: of each column.
        row_lower, row_upper: of each row.
        row, column, value: of each entry that is not 0.
    """

    cost: Floats
    lower: Floats
    upper: Floats
    integer: Mask
    row_lower: Floats
    row_upper: Floats
    row: Ints
    column: Ints
    value: Floats

    def row_activity(self, values: Floats) -> Floats:
        """What each row adds up to."""
        weights = self.value * values[self.column]
        found = np.bincount(self.row, weights=weights, minlength=len(self.row_lower))
        return found.astype(np.float64)

    def broken_rows(self, values: Floats) -> Mask:
        """The rows that values do not keep, but for roundings."""
        activity = self.row_activity(values)
        off = ROW_TOLERANCE * (1 + np.abs(activity))
        return (activity < self.row_lower - off) | (activity > self.row_upper + off)

    def is_feasible(self, values: Floats) -> bool:
        """Whether values are a solution, but for roundings."""
        return bool(
            not self.broken_rows(values).any()
            and np.all(values >= self.lower - ROW_TOLERANCE)
            and np.all(values <= self.upper + ROW_TOLERANCE)
            and np.all(np.abs(values - np.round(values))[self.integer] <= ROW_TOLERANCE)
        )

    def to_highs(self, free: Ints, values: Floats, *, relaxed: bool = False) -> Any:
        """The program of some columns for HiGHS, the others fixed at their values."""
        place = np.full(len(self.cost), -1)
        place[free] = np.arange(len(free))
        fixed = values.copy()
        fixed[free] = 0.0
        inside = place[self.column] >= 0
        rows, row = np.unique(self.row[inside], return_inverse=True)
        if len(free) == len(self.cost):
            rows, row = np.arange(len(self.row_lower)), self.row
        activity = self.row_activity(fixed)[rows]
        lp: Any = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(free), len(rows)
        lp.col_cost_, lp.offset_ = self.cost[free], float(self.cost @ fixed)
        lp.col_lower_, lp.col_upper_ = self.lower[free], self.upper[free]
        lp.row_lower_, lp.row_upper_ = (
            self.row_lower[rows] - activity,
            self.row_upper[rows] - activity,
        )
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        counts = np.bincount(row, minlength=len(rows))
        lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        lp.a_matrix_.index_ = place[self.column[inside]].astype(np.int32)
        lp.a_matrix_.value_ = self.value[inside]
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        if not relaxed and self.integer[free].any():
            lp.integrality_ = [kinds[int(one)] for one in self.integer[free]]
        return lp


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """What HiGHS made of a program.

    Attributes:
        values: of all columns of the whole model; None if no solution was found.
        cost: of the values.
        bound: no solution of what was asked costs less; None if none was proven.
        infeasible: proven to have no solution.
    """

    values: Floats | None
    cost: float
    bound: float | None
    infeasible: bool = False


def build_model(program: Program) -> Model:
    """The arrays of a program."""
    rows = program.rows
    start = np.array(rows.start, dtype=np.int64)
    return Model(
        cost=np.array(rows.cost, dtype=np.float64),
        lower=np.array(rows.lower, dtype=np.float64),
        upper=np.array(rows.upper, dtype=np.float64),
        integer=np.array(rows.integer, dtype=bool),
        row_lower=np.array(rows.row_lower, dtype=np.float64),
        row_upper=np.array(rows.row_upper, dtype=np.float64),
        row=np.repeat(np.arange(len(start) - 1), np.diff(start)),
        column=np.array(rows.index, dtype=np.int64),
        value=np.array(rows.value, dtype=np.float64),
    )


def solve_free_columns(
    model: Model,
    free: Mask,
    values: Floats,
    *,
    seconds: float,
    gap: float = 1e-6,
    nodes: int | None = None,
    start: bool = True,
    cutoff: float | None = None,
    tell: Callable[[float, float], bool] | None = None,
    offer: Callable[[float], Floats | None] | None = None,
) -> Solved:
    """Solve for the free columns; the others keep their values.

    Args:
        free: of each column.
        values: of each column; with ``start`` those of the free ones are where to start.
        seconds: when to stop.
        gap: relative, of the cost of the whole.
        nodes: how many nodes to look at, at most.
        cutoff: only what costs less is wanted.
        tell: told of the best cost and the bound; stops the search with False.
        offer: told of the best cost; values of all columns that cost less, or None.
    """
    kept = np.flatnonzero(free)
    highs = make_highs(seconds)
    if nodes is not None:
        highs.setOptionValue("mip_max_nodes", nodes)
    highs.setOptionValue("mip_rel_gap", gap)
    if cutoff is not None:
        highs.setOptionValue("objective_bound", cutoff)
    highs.passModel(model.to_highs(kept, values))
    if start:
        there = highspy.HighsSolution()
        there.col_value = values[kept].tolist()
        highs.setSolution(there)
    if tell is not None:
        _report_progress(highs, tell)
    if offer is not None:
        _take_offers(highs, offer, kept)
    highs.run()
    return _read_solution(highs, model, kept, np.where(free, 0.0, values))


def make_highs(seconds: float) -> Any:
    """A silent HiGHS with a time limit and our tolerances."""
    highs = highspy.Highs()
    for name, option in (
        ("output_flag", False),
        ("random_seed", 0),
        ("time_limit", max(seconds, 0.01)),
        ("mip_abs_gap", 0.0),
        ("mip_feasibility_tolerance", 1e-7),
        ("primal_feasibility_tolerance", 1e-9),
        ("dual_feasibility_tolerance", 1e-8),
    ):
        highs.setOptionValue(name, option)
    return highs


def _report_progress(highs: Any, tell: Callable[[float, float], bool]) -> None:
    """Tell of best cost and bound a few times a second; False interrupts."""
    state = {"told": 0.0}

    def heard(event: Any) -> None:
        now = time.monotonic()
        if now - state["told"] >= REPORT_INTERVAL_S:
            state["told"] = now
            data = event.data_out
            if not tell(float(data.mip_primal_bound), float(data.mip_dual_bound)):
                state["told"] = 0.0
                event.interrupt()

    highs.cbMipInterrupt.subscribe(heard)


def _take_offers(highs: Any, offer: Callable[[float], Floats | None], kept: Ints) -> None:
    """Pass values that others found to a running search."""

    def look(event: Any) -> None:
        values = offer(float(event.data_out.mip_primal_bound))
        if values is not None:
            event.data_in.setSolution(np.ascontiguousarray(values[kept]))

    highs.cbMipUserSolution.subscribe(look)


def _read_solution(highs: Any, model: Model, kept: Ints, fixed: Floats) -> Solved:
    status, info = highs.getModelStatus(), highs.getInfo()
    if status in INFEASIBLE:
        return Solved(values=None, cost=np.inf, bound=None, infeasible=True)
    bound = float(info.mip_dual_bound) if model.integer[kept].any() else None
    if bound is not None and abs(bound) >= highspy.kHighsInf / 2:
        bound = None
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Solved(values=None, cost=np.inf, bound=bound)
    values = fixed.copy()
    values[kept] = highs.getSolution().col_value
    values[model.integer] = np.round(values[model.integer])
    return Solved(values=values, cost=float(model.cost @ values), bound=bound)
