"""Solve an award exactly: an engine's floats, made exact, priced exactly and checked."""

from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal
from typing import Final

from supplychain.award.answer import Answer, Report, Step
from supplychain.award.checking.check import violations
from supplychain.award.exact import divided, exactly, floored, plain
from supplychain.award.infeasible import clash
from supplychain.award.problem.problem import GAP, Problem
from supplychain.award.program.results import EngineResult, Quantities
from supplychain.award.solving import choose
from supplychain.award.solving.pricing import objective, price
from supplychain.award.solving.rounding import make_exact

GAP_STEP: Final = Decimal("1e-12")
RESERVE_SHARE: Final = 0.05
MOST_RESERVE_S: Final = 1.5
"""What is kept of the time for making the answer exact: this part of it, at most so long. A larger
part would come off the search, a smaller one would give late answers for short limits."""


class WrongAnswer(AssertionError):
    """The checker refuses an answer: a fault of ours, never of the file."""


def solve(
    problem: Problem,
    *,
    report: Report | None = None,
    start: Quantities | None = None,
    explained: bool = True,
) -> Answer:
    """The cheapest split, or the best found within ``limits.seconds``.

    Args:
        report: told of progress; answers whether to go on.
        start: known quantities to begin from, if any.
        explained: look for the clash of an infeasible problem (at most 20 s more).

    Raises:
        WrongAnswer: the answer did not pass the independent checker.
    """
    began = time.monotonic()
    deadline = began + problem.limits.seconds
    if report is not None and not report(Step(best=None, bound=None, seconds=0.0)):
        return Answer(status="feasible", cost=None, bound=None, gap=None)
    reserve = min(MOST_RESERVE_S, RESERVE_SHARE * problem.limits.seconds)
    found = choose.solve_by_engine(problem, deadline - reserve, report, start=start)
    answer = conclude_answer(problem, found, deadline=deadline, start=start)
    if answer.status == "infeasible" and explained:
        answer = replace(answer, clash=clash.explain(problem))
    answer = replace(answer, seconds=round(time.monotonic() - began, 3))
    wrong = violations(problem, answer)
    if wrong:
        raise WrongAnswer(wrong[:10])
    if report is not None:
        report(_last_step(problem, answer))
    return answer


def _last_step(problem: Problem, answer: Answer) -> Step:
    value = objective(problem, answer)
    return Step(
        best=None if value is None else float(value),
        bound=None if answer.bound is None else float(answer.bound),
        seconds=answer.seconds,
    )


def conclude_answer(
    problem: Problem, result: EngineResult, *, deadline: float, start: Quantities | None = None
) -> Answer:
    """What an engine found as an answer: exact quantities and cost, an honest bound and status.

    Known quantities to start from are the answer where nothing cheaper was found.
    """
    if result.proven_infeasible:
        return Answer(status="infeasible", cost=None, bound=None, gap=None)
    bound = None if result.bound is None else _round_bound_down(result.bound)
    best = (
        make_exact(problem, result.quantities, deadline=deadline) if result.has_solution else None
    )
    best = _choose_cheaper(problem, best, None if start is None else price(problem, start))
    if best is None:
        return Answer(status="feasible", cost=None, bound=bound, gap=None)
    value = objective(problem, best)
    if bound is None or value is None:
        return best
    bound = min(bound, value)
    with exactly():
        difference = value - bound
        proven = difference <= max(problem.limits.gap, GAP) * value
    gap = divided(difference, value, GAP_STEP) if value else Decimal(0)
    return replace(best, status="optimal" if proven else "feasible", bound=bound, gap=gap)


def _choose_cheaper(problem: Problem, one: Answer | None, other: Answer | None) -> Answer | None:
    """The cheaper of two answers; the second is only taken if it is right."""
    if other is None or violations(problem, other):
        return one
    ours, theirs = None if one is None else objective(problem, one), objective(problem, other)
    return one if ours is not None and theirs is not None and ours <= theirs else other


def _round_bound_down(value: float) -> Decimal:
    """A float bound as a decimal that is not above it; costs are never below 0."""
    return max(Decimal(0), plain(floored(Decimal(value), Decimal("1e-6"))))
