"""Which engine solves a problem."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Final

from supplychain.award.answer import Report
from supplychain.award.engines import facilities, mixed
from supplychain.award.engines.arrays import build_arrays, is_plain
from supplychain.award.problem.problem import Problem
from supplychain.award.program.building import build
from supplychain.award.program.results import EngineResult, Quantities
from supplychain.award.solving import direct

SMALL_BIDS: Final = 150
"""Up to so many bids the whole program is solved at once: nothing is gained by guiding it."""


def solve_by_engine(
    problem: Problem,
    deadline: float,
    report: Report | None = None,
    *,
    start: Quantities | None = None,
) -> EngineResult:
    """The best that the engine for this problem finds until ``deadline`` (``time.monotonic``)."""
    if len(problem.bids) <= SMALL_BIDS:
        return direct.solve_directly(problem, deadline, report, start=start)
    if is_plain(problem):
        columns = build_arrays(problem)
        if columns.exact:
            gap = float(problem.limits.gap)
            found = facilities.solve_facilities(columns, deadline, report, gap=gap, start=start)
            if found.has_solution or found.stopped or deadline - time.monotonic() < 0.1:
                return found
            whole = direct.solve_directly(problem, deadline, report, start=start)
            return replace(whole, bound=whole.bound if found.bound is None else found.bound)
    return mixed.solve_mixed(build(problem), deadline, report, start=start)
