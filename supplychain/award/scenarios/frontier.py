"""What more suppliers save, and what less risk costs: points on two frontiers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from supplychain.award.answer import Answer
from supplychain.award.scenarios.plan import CHEAPEST, EXPECTED, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontierPoint:
    """One award of a frontier.

    Attributes:
        key: of its run.
        at: the most suppliers, or what is expected to be lost.
        cost: None where nothing fits.
    """

    key: str
    at: Decimal
    cost: Decimal | None


def by_suppliers(runs: Iterable[Run], answers: Mapping[str, Answer]) -> tuple[FrontierPoint, ...]:
    """The cost with at most 1, 2, … suppliers, up to as many as the cheapest split has.

    Args:
        runs: those of the plan; the ones that are not answered yet are left out.
        answers: by key of their runs.
    """
    points = [
        FrontierPoint(key=run.key, at=Decimal(run.name), cost=answers[run.key].cost)
        for run in runs
        if run.kind == "suppliers" and run.key in answers
    ]
    cheapest = answers.get(CHEAPEST)
    if cheapest is not None and cheapest.cost is not None:
        count = len({one.supplier for one in cheapest.allocations})
        points.append(FrontierPoint(key=CHEAPEST, at=Decimal(count), cost=cheapest.cost))
    return tuple(sorted(points, key=lambda point: point.at))


def by_risk(runs: Iterable[Run], answers: Mapping[str, Answer]) -> tuple[FrontierPoint, ...]:
    """The cost against the expected loss, as the latter weighs more and more.

    Returns:
        The points that no other beats in both, least loss first.
    """
    points: dict[tuple[Decimal, Decimal], FrontierPoint] = {}
    for run in runs:
        answer = answers.get(run.key)
        if answer is None or answer.cost is None or answer.expected is None:
            continue
        if run.key in (CHEAPEST, EXPECTED) or run.kind == "risk":
            point = FrontierPoint(key=run.key, at=answer.expected, cost=answer.cost)
            points.setdefault((answer.expected, answer.cost), point)
    return tuple(
        points[loss, cost]
        for loss, cost in sorted(points)
        if not any((a <= loss and c <= cost) and (a, c) != (loss, cost) for a, c in points)
    )
