"""The same request under other rules, side by side: what each way of awarding would cost."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from supplychain.award.answer import Answer, Report, Step
from supplychain.award.problem.problem import (
    Forbid,
    GroupShare,
    Incumbent,
    MaxSuppliers,
    Problem,
    Require,
    Rule,
    TwoSources,
)
from supplychain.award.program.found import Quantities
from supplychain.award.solving.pricing import objective, price
from supplychain.award.solving.solve import solve


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the named scenarios are about.

    Attributes:
        at_most: suppliers; None: two thirds of those of the cheapest split, at least one.
        critical: lines that shall have two sources; empty: all that can.
        group: the share of a group, such as small firms; None leaves that scenario out.
        kept: firms to keep, with the line or None; empty: those of the incumbent rules.
    """

    at_most: int | None = None
    critical: tuple[str, ...] = ()
    group: GroupShare | None = None
    kept: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """An answer in a few numbers.

    Attributes:
        suppliers: that get anything.
        expected: what defects, lateness and risk are expected to cost, beside ``cost``.
        late_lines: of which some would come after its day.
        lead_days: until the last delivery that is known.
    """

    cost: Decimal | None
    suppliers: int
    expected: Decimal | None
    late_lines: int
    lead_days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A scenario solved; ``name`` is cheapest, best_cost_performance, at_most, two_sources,
    group_share, incumbent_kept or own.
    """

    name: str
    problem: Problem
    answer: Answer
    summary: Summary


class Budget:
    """Shares time between several solves and remembers whether the report asked to stop."""

    def __init__(self, seconds: float, runs: int, report: Report | None) -> None:
        self.until, self.runs, self.report = time.monotonic() + seconds, runs, report
        self.stopped = False

    def __call__(self, step: Step) -> bool:
        """The report of one solve."""
        self.stopped = self.stopped or not (self.report is None or self.report(step))
        return not self.stopped

    def solve(self, problem: Problem, *, start: Quantities | None = None) -> Answer:
        """Solve with a fair part of the time left; never worse than ``start``, if that fits."""
        left = max(0.0, self.until - time.monotonic()) / max(1, self.runs)
        self.runs -= 1
        limits = replace(problem.limits, seconds=left)
        answer = solve(replace(problem, limits=limits), report=self, start=start, explained=False)
        return answer


def compare(
    base: Problem, choices: Choices, *, seconds: float, report: Report | None = None
) -> tuple[Outcome, ...]:
    """Solve every scenario that makes sense for a problem, in ``seconds`` altogether.

    The cheapest and those built on it know none of the buyer's rules but ``forbid``. When the
    report says stop, the scenarios so far are returned.
    """
    free = replace(
        base, rules=tuple(rule for rule in base.rules if isinstance(rule, Forbid)), objective="cost"
    )
    budget = Budget(seconds, 7, report)
    first = budget.solve(free)
    found = [_outcome("cheapest", free, first)]
    start = quantities_of(first)
    for name, problem in _others(base, free, choices, first):
        if budget.stopped:
            break
        found.append(_outcome(name, problem, budget.solve(problem, start=start)))
    return tuple(found)


def _others(
    base: Problem, free: Problem, choices: Choices, first: Answer
) -> Iterable[tuple[str, Problem]]:
    if any(bid.expected_cost for bid in base.bids):
        weighted = replace(free, objective="expected_cost", expected_weight=Decimal(1))
        yield "best_cost_performance", weighted
    most = choices.at_most or max(1, len(first.suppliers) * 2 // 3)
    yield "at_most", _with(free, [MaxSuppliers(at_most=most)])
    critical = choices.critical or tuple(_splittable(free))
    if critical:
        yield "two_sources", _with(free, [TwoSources(line=name) for name in critical])
    if choices.group is not None:
        yield "group_share", _with(free, [choices.group])
    kept = choices.kept or tuple(
        (rule.supplier, rule.line) for rule in base.rules if isinstance(rule, Incumbent)
    )
    if kept:
        rules = [Require(supplier=name, line=line) for name, line in sorted(kept, key=repr)]
        yield "incumbent_kept", _with(free, rules)
    if base != free:
        yield "own", base


def _with(problem: Problem, rules: Iterable[Rule]) -> Problem:
    together = {repr(rule): rule for rule in (*problem.rules, *rules)}
    return replace(problem, rules=tuple(together[key] for key in sorted(together)))


def _splittable(problem: Problem) -> list[str]:
    """Lines that two sources are possible for, by their own fields and bids."""
    bids = Counter(bid.line for bid in problem.bids)
    return [
        line.id
        for line in problem.lines
        if line.divisible
        and not line.single_source
        and line.max_suppliers != 1
        and bids[line.id] > 1
    ]


def _outcome(name: str, problem: Problem, answer: Answer) -> Outcome:
    return Outcome(name=name, problem=problem, answer=answer, summary=summary(problem, answer))


def summary(problem: Problem, answer: Answer) -> Summary:
    """An answer in a few numbers."""
    bids = {(bid.supplier, bid.line): bid for bid in problem.bids}
    won = [bids[one.supplier, one.line] for one in answer.allocations]
    return Summary(
        cost=answer.cost,
        suppliers=len(answer.suppliers),
        expected=answer.expected,
        late_lines=len({bid.line for bid in won if bid.late}),
        lead_days=max((bid.lead_days for bid in won if bid.lead_days is not None), default=None),
    )


def quantities_of(answer: Answer) -> Quantities | None:
    """The quantities of an answer by supplier and line; None if it has none."""
    if answer.cost is None:
        return None
    return {(one.supplier, one.line): one.quantity for one in answer.allocations}


def value_of(problem: Problem, answer: Answer) -> Decimal | None:
    """What an answer is worth under a problem's objective; None without a cost."""
    return None if answer.cost is None else objective(problem, answer)


def repriced(problem: Problem, answer: Answer) -> Answer | None:
    """The quantities of an answer priced under another problem; None if it has none."""
    quantities = quantities_of(answer)
    return None if quantities is None else price(problem, quantities)
