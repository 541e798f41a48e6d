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
from supplychain.award.program.capacity_rows import binding_of, keeps_capacities
from supplychain.award.program.results import EngineResult, Quantities
from supplychain.award.solving import direct

SMALL_BIDS: Final = 150
"""Up to so many bids the whole program is solved at once: nothing is gained by guiding it."""

FREE_SHARE: Final = 0.3
"""Of the time, for a split without capacities by a day: the tree of ``facilities`` has proven most
splits of the bench by then, and a split that needs the other limits keeps most of the time."""


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
        if binding_of(problem):
            return _solve_dated(problem, deadline, report, start)
        columns = build_arrays(problem)
        if columns.exact:
            gap = float(problem.limits.gap)
            found = facilities.solve_facilities(columns, deadline, report, gap=gap, start=start)
            if found.has_solution or found.stopped or deadline - time.monotonic() < 0.1:
                return found
            whole = direct.solve_directly(problem, deadline, report, start=start)
            return replace(whole, bound=whole.bound if found.bound is None else found.bound)
    return mixed.solve_mixed(build(problem), deadline, report, start=start)


def _solve_dated(
    problem: Problem, deadline: float, report: Report | None, start: Quantities | None
) -> EngineResult:
    """Straight prices with capacities by a day, which ``facilities`` does not know.

    Its split without them is the answer where it keeps them all; else the whole program is solved,
    and its bound, which holds with more limits too, is kept if it is the better one.
    """
    now = time.monotonic()
    until = now + FREE_SHARE * (deadline - now)
    gap = float(problem.limits.gap)
    free = facilities.solve_facilities(build_arrays(problem), until, report, gap=gap, start=start)
    if free.has_solution and keeps_capacities(problem, free.quantities):
        return free
    if free.stopped:
        return EngineResult(bound=free.bound, stopped=True)
    found = mixed.solve_mixed(build(problem), deadline, report, start=start)
    bounds = [one.bound for one in (free, found) if one.bound is not None]
    return replace(found, bound=max(bounds, default=None))
