"""The whole award as one mixed-integer program in HiGHS."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

import highspy
import numpy as np

from supplychain.matching.award.answer import Report, Step
from supplychain.matching.award.building import build
from supplychain.matching.award.found import Found, Quantities
from supplychain.matching.award.problem import Problem
from supplychain.matching.award.program import Program, columns, quantities_of

EVERY_S: Final = 0.1
"""How often the report is told, at most."""

TOLERANCE: Final = 1e-9
FINEST_GAP: Final = 1e-7


def run(
    problem: Problem,
    deadline: float,
    report: Report | None = None,
    *,
    start: Quantities | None = None,
) -> Found:
    """Solve until proven, stopped or ``deadline`` (of ``time.monotonic``)."""
    program = build(problem)
    gap = max(float(problem.limits.gap), FINEST_GAP)
    return solve_program(program, deadline, report, start=start, gap=gap)


def solve_program(
    program: Program,
    deadline: float,
    report: Report | None = None,
    *,
    start: Quantities | None = None,
    gap: float = FINEST_GAP,
) -> Found:
    """Solve a built program; ``gap`` is relative."""
    left = deadline - time.monotonic()
    if left <= 0:
        return Found()
    if not program.rows.cost:
        return _without_columns(program)
    highs = _loaded(program)
    highs.setOptionValue("time_limit", left)
    highs.setOptionValue("mip_rel_gap", gap)
    if start is not None:
        _warm(highs, program, start)
    stopped = _listen(highs, program, report)
    highs.run()
    return _found(highs, program, stopped())


def _without_columns(program: Program) -> Found:
    rows = zip(program.rows.row_lower, program.rows.row_upper, strict=True)
    holds = all(low <= 0 <= high for low, high in rows)
    return Found(proven_infeasible=not holds, anything=holds, bound=0.0 if holds else None)


def _loaded(program: Program) -> Any:
    rows, highs = program.rows, highspy.Highs()
    highs.setOptionValue("output_flag", False)
    for name, value in (
        ("random_seed", 0),
        ("mip_abs_gap", 0.0),
        ("mip_feasibility_tolerance", TOLERANCE * 100),
        ("primal_feasibility_tolerance", TOLERANCE),
        ("dual_feasibility_tolerance", TOLERANCE * 10),
    ):
        highs.setOptionValue(name, value)
    model: Any = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(rows.cost), len(rows.row_lower)
    model.col_cost_ = np.array(rows.cost, dtype=np.float64)
    model.col_lower_ = np.array(rows.lower, dtype=np.float64)
    model.col_upper_ = np.array(rows.upper, dtype=np.float64)
    model.row_lower_ = np.array(rows.row_lower, dtype=np.float64)
    model.row_upper_ = np.array(rows.row_upper, dtype=np.float64)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.array(rows.start, dtype=np.int32)
    model.a_matrix_.index_ = np.array(rows.index, dtype=np.int32)
    model.a_matrix_.value_ = np.array(rows.value, dtype=np.float64)
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    if any(rows.integer):
        model.integrality_ = [kinds[one] for one in rows.integer]
    highs.passModel(model)
    return highs


def _warm(highs: Any, program: Program, start: Quantities) -> None:
    values = columns(program, start)
    places = sorted(values)
    highs.setSolution(
        len(places),
        np.array(places, dtype=np.int32),
        np.array([values[place] for place in places], dtype=np.float64),
    )


def _listen(highs: Any, program: Program, report: Report | None) -> Callable[[], bool]:
    """Tell the report about progress; the result says whether it asked to stop."""
    state = {"told": 0.0, "stop": False}
    began = time.monotonic()

    def tell(event: Any) -> None:
        now = time.monotonic()
        if report is not None and now - state["told"] >= EVERY_S:
            state["told"] = now
            data = event.data_out
            step = Step(
                best=_money(data.mip_primal_bound, program),
                bound=_money(data.mip_dual_bound, program),
                seconds=now - began,
            )
            state["stop"] = state["stop"] or not report(step)
        if state["stop"]:
            event.interrupt()

    if report is not None:
        highs.cbMipInterrupt.subscribe(tell)
        highs.cbMipLogging.subscribe(tell)
    return lambda: bool(state["stop"])


def _money(value: float, program: Program) -> float | None:
    return value * program.money if abs(value) < highspy.kHighsInf / 2 else None


def _found(highs: Any, program: Program, stopped: bool) -> Found:
    status, info = highs.getModelStatus(), highs.getInfo()
    infeasible = (
        highspy.HighsModelStatus.kInfeasible,
        highspy.HighsModelStatus.kUnboundedOrInfeasible,
    )
    if status in infeasible:
        return Found(proven_infeasible=True, stopped=stopped)
    mixed = any(program.rows.integer)
    bound = None
    if mixed:
        bound = _money(info.mip_dual_bound, program)
    elif status == highspy.HighsModelStatus.kOptimal:
        bound = _money(info.objective_function_value, program)
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Found(bound=bound, stopped=stopped)
    values = list(highs.getSolution().col_value)
    quantities = quantities_of(program, values)
    return Found(quantities=quantities, bound=bound, anything=True, stopped=stopped)
