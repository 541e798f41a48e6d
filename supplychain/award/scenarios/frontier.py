"""How the cost moves with the number of suppliers, and with the risk that is taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from supplychain.award.answer import Answer, Report
from supplychain.award.problem.problem import MaxSuppliers, Problem
from supplychain.award.scenarios.scenarios import Budget, Summary, quantities_of, summary, value_of

WEIGHTS: Final = tuple(Decimal(text) for text in ("0", "0.25", "0.5", "1", "2", "4", "8"))
MOST_POINTS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One award of a frontier; ``at`` is the most suppliers, or the weight of expected cost."""

    at: Decimal
    answer: Answer
    summary: Summary


def by_suppliers(
    problem: Problem, *, seconds: float, report: Report | None = None
) -> tuple[Point, ...]:
    """The cost with at most 1, 2, … suppliers, up to as many as the award has without a limit.

    Where nothing fits with so few, the point has no cost. Of many numbers, at most 20 are tried.
    Stopping returns the points so far.
    """
    budget = Budget(seconds, min(MOST_POINTS, len(problem.suppliers)) + 1, report)
    free = budget.solve(problem)
    points: list[Point] = []
    start = None
    for count in _counts(len(free.suppliers)):
        if budget.stopped:
            break
        rule = MaxSuppliers(at_most=count)
        rules = tuple(sorted({*problem.rules, rule}, key=repr))
        answer = budget.solve(replace(problem, rules=rules), start=start)
        start = quantities_of(answer) or start
        points.append(_point(Decimal(count), problem, answer))
    if free.cost is not None and not budget.stopped:
        points.append(_point(Decimal(len(free.suppliers)), problem, free))
    return tuple(points)


def _counts(most: int) -> list[int]:
    """The numbers below ``most`` to try: all, or 19 spread evenly."""
    if most <= MOST_POINTS:
        return list(range(1, most))
    return sorted({1 + (most - 2) * n // (MOST_POINTS - 2) for n in range(MOST_POINTS - 1)})


def by_risk(
    problem: Problem,
    *,
    seconds: float,
    weights: Sequence[Decimal] = WEIGHTS,
    report: Report | None = None,
) -> tuple[Point, ...]:
    """The cost against the expected cost, as the latter weighs more and more.

    Returns:
        Points of rising cost and falling expected cost; what another point beats in both is left
        out. Stopping returns the points so far.
    """
    budget = Budget(seconds, len(weights), report)
    points: list[Point] = []
    start = None
    for weight in weights:
        if budget.stopped:
            break
        weighted = replace(problem, objective="expected_cost", expected_weight=weight)
        answer = budget.solve(weighted, start=start)
        start = quantities_of(answer) or start
        if value_of(weighted, answer) is not None:
            points.append(_point(weight, weighted, answer))
    return tuple(_undominated(points))


def _undominated(points: Sequence[Point]) -> list[Point]:
    kept: list[Point] = []
    for point in sorted(points, key=lambda one: (_pair(one), one.at)):
        if not kept or _pair(point)[1] < _pair(kept[-1])[1]:
            kept.append(point)
    return kept


def _pair(point: Point) -> tuple[Decimal, Decimal]:
    return point.summary.cost or Decimal(0), point.summary.expected or Decimal(0)


def _point(at: Decimal, problem: Problem, answer: Answer) -> Point:
    return Point(at=at, answer=answer, summary=summary(problem, answer))
