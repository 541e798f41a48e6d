"""The whole award as one mixed-integer program in HiGHS."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

import highspy
import numpy as np

from supplychain.award.answer import Report, Step
from supplychain.award.engines.model import INFEASIBLE, REPORT_INTERVAL_S, build_model, make_highs
from supplychain.award.problem.problem import Problem
from supplychain.award.program.building import build
from supplychain.award.program.program import Program, column_values, quantities_of
from supplychain.award.program.results import EngineResult, Quantities

FINEST_GAP: Final = 1e-7
"""No finer gap is demanded of floats: HiGHS holds rows to 1e-7 (its feasibility tolerance)."""


def solve_directly(
    problem: Problem,
    deadline: float,
    report: Report | None = None,
    *,
    start: Quantities | None = None,
) -> EngineResult:
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
) -> EngineResult:
    """Solve a built program; ``gap`` is relative."""
    left = deadline - time.monotonic()
    if left <= 0:
        return EngineResult()
    if not program.rows.cost:
        return _without_columns(program)
    model, highs = build_model(program), make_highs(left)
    highs.setOptionValue("mip_rel_gap", gap)
    highs.passModel(model.to_highs(np.arange(len(model.cost)), np.zeros(len(model.cost))))
    if start is not None:
        _set_start(highs, program, start)
    stopped = _report_progress(highs, program, report)
    highs.run()
    return _read_solution(highs, program, stopped())


def _without_columns(program: Program) -> EngineResult:
    rows = zip(program.rows.row_lower, program.rows.row_upper, strict=True)
    holds = all(low <= 0 <= high for low, high in rows)
    return EngineResult(
        proven_infeasible=not holds, has_solution=holds, bound=0.0 if holds else None
    )


def _set_start(highs: Any, program: Program, start: Quantities) -> None:
    values = column_values(program, start)
    places = sorted(values)
    highs.setSolution(
        len(places),
        np.array(places, dtype=np.int32),
        np.array([values[place] for place in places], dtype=np.float64),
    )


def _report_progress(highs: Any, program: Program, report: Report | None) -> Callable[[], bool]:
    """Tell the report about progress; the result says whether it asked to stop."""
    state = {"told": 0.0, "stop": False}
    began = time.monotonic()

    def tell(event: Any) -> None:
        now = time.monotonic()
        if report is not None and now - state["told"] >= REPORT_INTERVAL_S:
            state["told"] = now
            data = event.data_out
            step = Step(
                best=_to_money(data.mip_primal_bound, program),
                bound=_to_money(data.mip_dual_bound, program),
                seconds=now - began,
            )
            state["stop"] = state["stop"] or not report(step)
        if state["stop"]:
            event.interrupt()

    if report is not None:
        highs.cbMipInterrupt.subscribe(tell)
        highs.cbMipLogging.subscribe(tell)
    return lambda: bool(state["stop"])


def _to_money(value: float, program: Program) -> float | None:
    return value * program.money if abs(value) < highspy.kHighsInf / 2 else None


def _read_solution(highs: Any, program: Program, stopped: bool) -> EngineResult:
    status, info = highs.getModelStatus(), highs.getInfo()
    if status in INFEASIBLE:
        return EngineResult(proven_infeasible=True, stopped=stopped)
    mixed = any(program.rows.integer)
    bound = None
    if mixed:
        bound = _to_money(info.mip_dual_bound, program)
    elif status == highspy.HighsModelStatus.kOptimal:
        bound = _to_money(info.objective_function_value, program)
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return EngineResult(bound=bound, stopped=stopped)
    values = list(highs.getSolution().col_value)
    quantities = quantities_of(program, values)
    return EngineResult(quantities=quantities, bound=bound, has_solution=True, stopped=stopped)
