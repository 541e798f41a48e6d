"""Working a study out, run by run: may be stopped, killed and begun again without harm."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from typing import Final, TypeAlias

from neo4j import Driver

from supplychain import metrics
from supplychain.actions.awards.studies import solver_version
from supplychain.actions.jobs import JobStopped, Progress
from supplychain.award.answer import Answer, Report, Step
from supplychain.award.scenarios.plan import Run, quantities_of
from supplychain.award.scenarios.walking import solve_run
from supplychain.errors import NotFound, Unavailable
from supplychain.graph import award_studies, jobs
from supplychain.graph.engine.transactions import Tx, read, write
from supplychain.model.award_studies.study import WORKING, AwardStudy, Scenario, StudyProgress
from supplychain.model.ids import utc_now

LOOK_INTERVAL_S: Final = 0.7
"""From one look at the job to the next: a stop is obeyed within a second."""

OnLook: TypeAlias = Callable[[Step | None], None]
"""Told the last step of a solve at each look; raises JobStopped where the work is to stop."""

DOING: Final = "Working out the ways to split"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayResult:
    """What solving again came to, beside what was kept."""

    same_problem: bool
    same_cost: bool
    same_split: bool
    status: str
    cost: str | None
    solver_version: str
    solver_version_then: str


def work_out(driver: Driver, study_id: str, *, firm_id: str, progress: Progress) -> int:
    """Work out what a study still lacks. A second worker goes on where the first was lost.

    Returns:
        How many scenarios there are in the end.

    Raises:
        JobStopped: the job was cancelled (the best split so far is kept) or taken over.
    """
    try:
        study = read(driver, award_studies.get, study_id, viewer=firm_id)
        while study.state == WORKING and (run := study.next_run()) is not None:
            _work_out_run(driver, study, run, progress)
            study = read(driver, award_studies.get, study_id, viewer=firm_id)
    except (JobStopped, Unavailable):
        raise
    except Exception:
        write(driver, _end_if_working, study_id, firm_id, "failed", utc_now())
        raise
    write(driver, _end_if_working, study_id, firm_id, "done", utc_now())
    return len(study.scenarios)


def _work_out_run(driver: Driver, study: AwardStudy, run: Run, progress: Progress) -> None:
    runs = study.plan.estimate_runs(study.answers)

    def on_look(step: Step | None) -> None:
        progress(len(study.scenarios), runs, DOING)
        if step is not None:
            now = StudyProgress(
                key=run.key, best=step.best, bound=step.bound, seconds=round(step.seconds, 1)
            )
            write(driver, award_studies.progress, study.id, now=now)

    problem, start = study.plan.problem_of(run), study.plan.start_of(run, study.answers)

    def work(report: Report) -> Answer:
        is_explained = run.kind == "scenario"
        with metrics.time_solver() as statuses:
            answer = solve_run(problem, run, report=report, start=start, explained=is_explained)
            statuses.append(answer.status)
        return answer

    answer, stopped = solve_watched(work, on_look)
    scenario = Scenario(
        id=f"{study.id}-{run.key}",
        study_id=study.id,
        position=len(study.scenarios),
        run=run,
        answer=answer,
        made_at=utc_now(),
    )
    if stopped:
        write(driver, _keep_stopped, study, scenario)
        raise JobStopped
    write(driver, _keep_scenario, study, scenario)


def solve_watched(work: Callable[[Report], Answer], on_look: OnLook) -> tuple[Answer, bool]:
    """Solve beside this thread, which looks several times a second how far it is.

    Args:
        work: solves, and tells its report of each step.
        on_look: given the last step; raises JobStopped where the work is to stop.

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
                on_look(steps[0] if steps else None)
        except (JobStopped, Unavailable):
            stop.set()

    with ThreadPoolExecutor(max_workers=1) as pool:
        future = pool.submit(work, report)
        look()
        while True:
            try:
                return future.result(timeout=LOOK_INTERVAL_S), stop.is_set()
            except NotYet:
                look()


def _keep_scenario(tx: Tx, study: AwardStudy, scenario: Scenario) -> None:
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


def _end_if_working(tx: Tx, study_id: str, viewer: str, state: str, now: datetime) -> None:
    if award_studies.lock(tx, study_id, viewer=viewer).state == WORKING:
        award_studies.end(tx, study_id, state=state, at=now)


def replay(driver: Driver, award_id: str, *, firm_id: str, progress: Progress) -> ReplayResult:
    """Solve again what an award came from, and say whether it is the same.

    Raises:
        JobStopped: the job was cancelled.
        NotFound: no such award of the firm, or it came from no scenario.
    """
    came_from = read(driver, award_studies.origin, award_id, viewer=firm_id)
    if came_from.study_id is None:
        raise NotFound
    study = read(driver, award_studies.get, came_from.study_id, viewer=firm_id)
    scenario = next(each for each in study.scenarios if each.id == came_from.scenario_id)
    problem = study.problem_of(scenario)
    answer, stopped = solve_watched(
        lambda report: solve_run(problem, scenario.run, report=report),
        lambda _: progress(0, 1, "Solving again"),
    )
    if stopped:
        raise JobStopped
    return ReplayResult(
        same_problem=study.stored_digest == study.problem_digest,
        same_cost=answer.cost == scenario.cost,
        same_split=quantities_of(answer) == quantities_of(scenario.answer),
        status=answer.status,
        cost=None if answer.cost is None else f"{answer.cost:f}",
        solver_version=solver_version(),
        solver_version_then=study.solver_version,
    )
