"""Solving the runs of a plan: one after the other in a given time, as the command line does."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, replace

from supplychain.award.answer import Answer, Clash, Report, Step
from supplychain.award.problem.consistency import check_rules
from supplychain.award.problem.problem import Problem
from supplychain.award.program.results import Quantities
from supplychain.award.scenarios.plan import Run, RunKind, ScenarioPlan
from supplychain.award.solving.solve import solve


@dataclass(frozen=True, slots=True, kw_only=True)
class SolvedRun:
    """A run with its problem and its answer."""

    run: Run
    problem: Problem
    answer: Answer


def solve_run(
    problem: Problem,
    run: Run,
    *,
    report: Report | None = None,
    start: Quantities | None = None,
    explained: bool = True,
) -> Answer:
    """The answer of a run; rules that contradict each other are impossible without solving.

    Args:
        problem: the run's, with its rules.
        report, start, explained: as ``solve`` takes them.

    Raises:
        WrongAnswer: the answer did not pass the independent checker.
    """
    errors = check_rules(replace(problem, rules=()), run.rules)
    if errors:
        clash = tuple(
            Clash(kind="rule", subject=one.pointer, message=one.message, values=one.values)
            for one in errors
        )
        return Answer(status="infeasible", cost=None, bound=None, gap=None, clash=clash)
    return solve(problem, report=report, start=start, explained=explained)


def walk(
    plan: ScenarioPlan,
    *,
    seconds: float,
    report: Report | None = None,
    kinds: Collection[RunKind] = ("scenario", "price", "suppliers", "risk"),
) -> tuple[SolvedRun, ...]:
    """Solve the runs of a plan in ``seconds`` altogether, each in a fair part of the time left.

    Args:
        kinds: of the runs to solve; the cheapest scenario is always one of them.
        report: told of every step of every run; when it answers false, the run at work is
            answered with its best so far and is the last.

    Raises:
        WrongAnswer: an answer did not pass the independent checker.
    """
    deadline = time.monotonic() + seconds
    solved: dict[str, SolvedRun] = {}
    is_stopped = False

    def pass_on(step: Step) -> bool:
        nonlocal is_stopped
        is_stopped = is_stopped or not (report is None or report(step))
        return not is_stopped

    while not is_stopped:
        answers = {key: one.answer for key, one in solved.items()}
        waiting = [
            run
            for run in plan.runs(answers)
            if run.key not in solved and (run.kind in kinds or not solved)
        ]
        if not waiting:
            break
        run, problem = waiting[0], plan.problem_of(waiting[0])
        runs_left = len(waiting) if solved else plan.estimate_runs(answers)
        left = max(0.0, deadline - time.monotonic()) / runs_left
        problem = replace(problem, limits=replace(problem.limits, seconds=left))
        start = plan.start_of(run, answers)
        answer = solve_run(problem, run, report=pass_on, start=start, explained=False)
        if is_stopped and answer.cost is None:
            break
        solved[run.key] = SolvedRun(run=run, problem=problem, answer=answer)
    return tuple(solved.values())
