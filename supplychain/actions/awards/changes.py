"""Splits changed by hand, measured against a scenario, and where an award came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from neo4j import Driver

from supplychain.actions.awards.studies import REPLAY, queue_job
from supplychain.award.checking.check import violations
from supplychain.award.checking.violation import Violation
from supplychain.award.scenarios.plan import quantities_of
from supplychain.award.solving.pricing import price
from supplychain.errors import Invalid, NotFound, NotOpen
from supplychain.graph import award_studies, awards, jobs
from supplychain.graph.award_studies import AwardOrigin
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Once, Tx, read, write_once
from supplychain.graph.parts_requests import parts_requests
from supplychain.model.award_studies.problems import allocations_of
from supplychain.model.award_studies.study import AwardStudy, Scenario
from supplychain.model.awards.comparisons import Allocation
from supplychain.model.ids import new_id, utc_now
from supplychain.model.jobs import Job
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.model.people.actors import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A split typed by hand beside the scenario it started from.

    Attributes:
        cost: landed, with what rules of the scenario charge for switching.
        more: above the scenario; below 0 where it is cheaper (which breaks something).
        share: the same as a part of the scenario's cost.
        broken: what does not hold of the scenario's problem and rules.
        gone: ids of bids that are given something and were not in the study.
    """

    study: AwardStudy
    scenario: Scenario
    cost: Decimal
    more: Decimal
    share: Decimal | None
    is_same: bool
    broken: tuple[Violation, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an award came from, and what came of solving it again.

    ``difference`` is None where it came from no scenario; ``last`` is the newest replay's job.
    """

    award_id: str
    request: PartsRequest
    difference: Difference | None
    last: Job | None


def scenario_of(
    tx: Tx, scenario_id: str, request_id: str, *, viewer: str
) -> tuple[AwardStudy, Scenario] | None:
    """A scenario with a split, and its study, if it is one of this request of the viewer's."""
    try:
        study_id = award_studies.study_of(tx, scenario_id, viewer=viewer)
    except NotFound:
        return None
    study = award_studies.get(tx, study_id, viewer=viewer)
    scenario = _find_split(study, scenario_id)
    return (study, scenario) if scenario and study.request_id == request_id else None


def scenario_to_take(tx: Tx, scenario_id: str, request_id: str, *, viewer: str) -> str:
    """The scenario that an award is to be tied to; empty without one.

    Raises:
        Invalid: it is none of this request's.
    """
    if not scenario_id:
        return ""
    if scenario_of(tx, scenario_id, request_id, viewer=viewer) is None:
        message = "There is no such scenario of this request. Choose the split again."
        raise Invalid(message, pointer="/scenario_id")
    return scenario_id


def split_of(study: AwardStudy, scenario: Scenario) -> tuple[Allocation, ...]:
    """A scenario's split as an award takes it."""
    bid_ids = {pair.supplier: pair.bid_id for pair in study.facts.pairs}
    return allocations_of(scenario.answer, bid_ids)


def compare_split(study: AwardStudy, scenario: Scenario, typed: Iterable[Allocation]) -> Difference:
    """What a typed split costs beside a scenario that has one, and what it breaks."""
    assert scenario.cost is not None
    pairs = {(pair.bid_id, pair.line): (pair.supplier, pair.line) for pair in study.facts.pairs}
    wanted = {(each.bid_id, each.request_line_id): each.quantity for each in typed if each.quantity}
    quantities = {pairs[key]: Decimal(n) for key, n in wanted.items() if key in pairs}
    problem = study.problem_of(scenario)
    answer = price(problem, quantities)
    assert answer.cost is not None
    more = answer.cost - scenario.cost
    return Difference(
        study=study,
        scenario=scenario,
        cost=answer.cost,
        more=more,
        share=more / scenario.cost if scenario.cost else None,
        is_same=quantities_of(scenario.answer) == quantities,
        broken=tuple(violations(problem, answer)),
        gone=tuple(sorted({bid_id for bid_id, line in wanted if (bid_id, line) not in pairs})),
    )


def lay_beside(
    driver: Driver,
    request_id: str,
    scenario_id: str,
    typed: tuple[Allocation, ...] | None,
    *,
    by: Actor,
) -> tuple[tuple[Allocation, ...] | None, Difference | None]:
    """A typed split and its difference to a scenario of the actor's own request.

    The scenario's own split where nothing was typed; no difference where there is no such scenario.
    """
    taken = read(driver, scenario_of, scenario_id, request_id, viewer=by.firm_id)
    if taken is None:
        return typed, None
    split = split_of(*taken) if typed is None else typed
    return split, compare_split(*taken, split)


def _find_split(study: AwardStudy, scenario_id: str) -> Scenario | None:
    return next(
        (each for each in study.scenarios if each.id == scenario_id and each.is_split), None
    )


def origin(driver: Driver, award_id: str, *, by: Actor) -> Origin:
    """The scenario an award came from, what was changed by hand, and the newest replay.

    Raises:
        NotFound: no such award of the actor's firm.
    """
    return read(driver, _read_origin, award_id, by.firm_id)


def _read_origin(tx: Tx, award_id: str, viewer: str) -> Origin:
    came_from = award_studies.origin(tx, award_id, viewer=viewer)
    difference, last, request = together(
        lambda: _read_difference(tx, came_from, viewer),
        lambda: jobs.find_latest(tx, REPLAY, award_id, viewer=viewer),
        lambda: parts_requests.get(tx, came_from.request_id, viewer=viewer),
    )
    return Origin(award_id=award_id, request=request, difference=difference, last=last)


def _read_difference(tx: Tx, came_from: AwardOrigin, viewer: str) -> Difference | None:
    """What was changed by hand; None where the award came from no scenario."""
    study_id, scenario_id = came_from.study_id, came_from.scenario_id
    if study_id is None or scenario_id is None:
        return None
    study, decided = together(
        lambda: award_studies.get(tx, study_id, viewer=viewer),
        lambda: awards.find(tx, came_from.request_id, viewer=viewer),
    )
    scenario = _find_split(study, scenario_id)
    if scenario is None or decided is None:
        return None
    return compare_split(study, scenario, decided.award.allocations)


def ask_for_replay(driver: Driver, award_id: str, *, by: Actor, once: Once | None = None) -> str:
    """Have the problem that an award came from solved again; returns the job's id.

    Raises:
        Forbidden: the actor is no buyer of its firm.
        NotFound: no such award of the actor's firm.
        NotOpen: the award came from no scenario.
    """
    by.check_role("buyer")
    return write_once(driver, once, _ask_for_replay, award_id, by, new_id(), utc_now())


def _ask_for_replay(tx: Tx, award_id: str, by: Actor, job_id: str, now: datetime) -> str:
    if award_studies.origin(tx, award_id, viewer=by.firm_id).study_id is None:
        raise NotOpen("This award was split by hand, so there is nothing to solve again.")
    latest = jobs.find_latest(tx, REPLAY, award_id, viewer=by.firm_id)
    if latest is not None and not latest.is_over:
        return latest.id
    queue_job(tx, REPLAY, job_id, award_id, by, now)
    return job_id
