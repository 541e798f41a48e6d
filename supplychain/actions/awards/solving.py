"""Working a study out, run by run: may be stopped, killed and begun again without harm."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from datetime import datetime
from decimal import Decimal
from threading import Event
from typing import Any, Final, TypeAlias

from neo4j import Driver

from supplychain.actions.awards.studies import solver_version
from supplychain.actions.jobs import JobStopped, Progress
from supplychain.award.answer import Answer, Clash, Step
from supplychain.award.problem.problem import Problem
from supplychain.award.problem.reading import parse
from supplychain.award.problem.writing import answer_to_raw
from supplychain.award.solving.solve import solve
from supplychain.errors import Invalid, Unavailable
from supplychain.graph import award_studies, jobs
from supplychain.graph.engine.transactions import Tx, read, write
from supplychain.model.award_studies.runs import CHEAPEST, estimate, next_run
from supplychain.model.award_studies.study import (
    WORKING,
    AwardStudy,
    Run,
    Scenario,
    digest_of,
    problem_of_run,
)
from supplychain.model.ids import utc_now

BEAT: Final = 0.7
"""Seconds from one look at the job to the next: a stop is obeyed within a second."""
Tell: TypeAlias = Callable[[Step | None], None]
DOING: Final = "Working out the ways to split"


def work_out(driver: Driver, study_id: str, *, firm_id: str, progress: Progress) -> dict[str, Any]:
    """Work out what a study still lacks. A second worker goes on where the first was lost.

    Returns:
        ``scenarios``: how many there are in the end.

    Raises:
        JobStopped: the job was cancelled (the best split so far is kept) or taken over.
    """
    try:
        study = read(driver, award_studies.get, study_id, viewer=firm_id)
        while study.state == WORKING and (run := next_run(study)) is not None:
            _work_out(driver, study, run, progress)
            study = read(driver, award_studies.get, study_id, viewer=firm_id)
    except (JobStopped, Unavailable):
        raise
    except Exception:
        write(driver, _end, study_id, firm_id, "failed", utc_now())
        raise
    write(driver, _end, study_id, firm_id, "done", utc_now())
    return {"scenarios": len(study.scenarios)}


def _work_out(driver: Driver, study: AwardStudy, run: Run, progress: Progress) -> None:
    def tell(step: Step | None) -> None:
        progress(len(study.scenarios), estimate(study), DOING)
        if step is not None:
            write(driver, award_studies.progress, study.id, told=_told(run, step))

    answer, stopped = _answer(study, run, tell)
    scenario = Scenario(
        id=f"{study.id}-{run.key}",
        study_id=study.id,
        place=len(study.scenarios),
        run=run,
        answer=answer_to_raw(answer),
        cost=answer.cost,
        made_at=utc_now(),
    )
    if stopped:
        write(driver, _keep_stopped, study, scenario)
        raise JobStopped
    write(driver, _keep, study, scenario)


def _told(run: Run, step: Step) -> dict[str, Any]:
    seconds = round(step.seconds, 1)
    return {"key": run.key, "best": step.best, "bound": step.bound, "seconds": seconds}


def _answer(study: AwardStudy, run: Run, tell: Tell) -> tuple[Answer, bool]:
    """The answer of a run; rules that contradict each other are impossible without solving."""
    try:
        problem = parse(problem_of_run(study, run))
    except Invalid as error:
        clash = tuple(
            Clash(kind="rule", subject=one.pointer, message=one.message, values=one.values)
            for one in error.errors
        )
        return Answer(status="infeasible", cost=None, bound=None, gap=None, clash=clash), False
    explained = run.kind == "scenario"
    return watched(problem, tell, start=_start(study, run), explained=explained)


def _start(study: AwardStudy, run: Run) -> dict[tuple[str, str], Decimal] | None:
    """A known split to begin from: with all own rules where one is left out, else the cheapest."""
    known = study.find("own" if run.key.startswith("without") else CHEAPEST.key)
    if known is None or not known.is_split:
        return None
    return {
        (each["supplier"], each["line"]): Decimal(each["quantity"])
        for each in known.answer["allocations"]
    }


def watched(
    problem: Problem,
    tell: Tell,
    *,
    start: dict[tuple[str, str], Decimal] | None = None,
    explained: bool = True,
) -> tuple[Answer, bool]:
    """Solve beside this thread, which tells how far it is several times a second.

    Args:
        problem: to be solved.
        tell: given the last step; raises JobStopped where the work is to stop.
        start, explained: as ``solve`` takes them.

    Returns:
        The answer, the best so far if it was stopped, and whether it was.
    """
    steps: list[Step] = []
    stop = Event()

    def report(step: Step) -> bool:
        steps[:] = [step]
        return not stop.is_set()

    def look() -> None:
        try:
            if not stop.is_set():
                tell(steps[0] if steps else None)
        except (JobStopped, Unavailable):
            stop.set()

    with ThreadPoolExecutor(max_workers=1) as pool:
        future = pool.submit(solve, problem, report=report, start=start, explained=explained)
        look()
        while True:
            try:
                return future.result(timeout=BEAT), stop.is_set()
            except NotYet:
                look()


def _keep(tx: Tx, study: AwardStudy, scenario: Scenario) -> None:
    """Add it, unless another worker did."""
    now = award_studies.lock(tx, study.id, viewer=study.firm_id)
    if now.state == WORKING and now.find(scenario.run.key) is None:
        award_studies.add_scenario(tx, scenario)


def _keep_stopped(tx: Tx, study: AwardStudy, scenario: Scenario) -> None:
    """Add the best split so far if the buyer stopped the study, not if the worker was replaced."""
    now = award_studies.lock(tx, study.id, viewer=study.firm_id)
    job = jobs.get(tx, study.job_id, viewer=study.firm_id)
    if job.state != "cancelled":
        return
    if scenario.is_split and now.find(scenario.run.key) is None:
        award_studies.add_scenario(tx, scenario)
    if now.state == WORKING:
        award_studies.end(tx, study.id, state="stopped", at=scenario.made_at)


def _end(tx: Tx, study_id: str, viewer: str, state: str, now: datetime) -> None:
    if award_studies.lock(tx, study_id, viewer=viewer).state == WORKING:
        award_studies.end(tx, study_id, state=state, at=now)


def replay(driver: Driver, award_id: str, *, firm_id: str, progress: Progress) -> dict[str, Any]:
    """Solve again what an award came from.

    Returns:
        ``same_problem`` (its digest is the kept one), ``same_cost``, ``same_split``, ``status``,
        ``cost``, and both solver versions.

    Raises:
        JobStopped: the job was cancelled.
    """
    found = read(driver, award_studies.origin, award_id, viewer=firm_id)
    study = read(driver, award_studies.get, found["study_id"], viewer=firm_id)
    scenario = next(each for each in study.scenarios if each.id == found["scenario_id"])
    answer, stopped = watched(
        parse(problem_of_run(study, scenario.run)), lambda _: progress(0, 1, "Solving again")
    )
    if stopped:
        raise JobStopped
    return {
        "same_problem": digest_of(study.problem) == study.problem_digest,
        "same_cost": answer.cost == scenario.cost,
        "same_split": _split(answer) == _kept(scenario),
        "status": answer.status,
        "cost": None if answer.cost is None else f"{answer.cost:f}",
        "solver_version": solver_version(),
        "solver_version_then": study.solver_version,
    }


def _split(answer: Answer) -> set[tuple[str, str, Decimal]]:
    return {(each.supplier, each.line, each.quantity) for each in answer.allocations}


def _kept(scenario: Scenario) -> set[tuple[str, str, Decimal]]:
    return {
        (each["supplier"], each["line"], Decimal(each["quantity"]))
        for each in scenario.answer["allocations"]
    }
