"""Studying an award: asking for the ways to split a request, looking at them, stopping."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import version

from neo4j import Driver

from supplychain import __version__
from supplychain.actions import jobs as queues
from supplychain.actions.awards import capacities
from supplychain.actions.awards.recommending import build_problem
from supplychain.award.problem.consistency import check_rules
from supplychain.award.problem.problem import Problem
from supplychain.award.scenarios.plan import Wishes
from supplychain.errors import Invalid, NotFound, NotOpen
from supplychain.graph import award_studies, awards, buyer_costs, events, jobs, verification
from supplychain.graph.bids import opened_bids
from supplychain.graph.capacity import booked_rooms
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Once, Tx, read, write, write_once
from supplychain.graph.firm_days import read_days_of_request
from supplychain.graph.parts_requests import parts_requests
from supplychain.matching.cost.bid_terms import bid_terms
from supplychain.model.award_studies.facts import StudyFacts
from supplychain.model.award_studies.problems import BidderFacts
from supplychain.model.award_studies.study import (
    MAX_RULES,
    WORKING,
    AwardStudy,
    check_may_study,
)
from supplychain.model.ids import new_id, utc_now
from supplychain.model.jobs import Job
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.model.people.actors import Actor

KIND = "award_study"
REPLAY = "award_replay"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A study with the job that works on it, and the request whose bids it splits."""

    study: AwardStudy
    job: Job
    request: PartsRequest

    @property
    def state(self) -> str:
        """How it stands: what its job came to where that ended without a word."""
        if self.study.state != WORKING or not self.job.is_over:
            return self.study.state
        return "stopped" if self.job.state == "cancelled" else "failed"

    @property
    def is_working(self) -> bool:
        """Whether more is to come."""
        return self.state == WORKING


def solver_version() -> str:
    """What solves, with its version: a replay names both."""
    return f"supplychain {__version__}, highspy {version('highspy')}"


def ask(
    driver: Driver,
    request_id: str,
    wishes: Wishes,
    *,
    by: Actor,
    name: str = "",
    once: Once | None = None,
    now: datetime | None = None,
) -> str:
    """Have the ways to split a request worked out; returns the study's id. Its job is queued.

    Raises:
        Forbidden: the actor is no buyer of its firm.
        NotFound: no such request of the actor's firm.
        NotOpen: the bids are sealed, or the request is decided.
        Invalid: a rule makes no sense, or rules contradict each other; pointers into ``rules``.
    """
    by.check_role("buyer")
    ids = (new_id(), new_id())
    return write_once(driver, once, _add_study, request_id, wishes, name, by, ids, now or utc_now())


def _add_study(
    tx: Tx,
    request_id: str,
    wishes: Wishes,
    name: str,
    by: Actor,
    ids: tuple[str, str],
    now: datetime,
) -> str:
    study_id, job_id = ids
    request = parts_requests.lock(tx, request_id, viewer=by.firm_id)
    check_may_study(request)
    problem, facts, versions = _make_problem(tx, request, wishes, by, now)
    award_studies.create(
        tx,
        study_id=study_id,
        request_id=request_id,
        firm_id=by.firm_id,
        name=name,
        wishes=wishes,
        job_id=job_id,
        created_by=by.user_id,
        at=now,
    )
    award_studies.prepare(
        tx,
        study_id,
        problem=problem,
        facts=facts,
        bid_versions=versions,
        solver_version=solver_version(),
    )
    queue_job(tx, KIND, job_id, study_id, by, now)
    events.record(
        tx,
        "parts_request.award_studied",
        about_kind="parts_request",
        about_id=request_id,
        by=by,
        at=now,
        facts={"number": request.number, "title": request.title},
    )
    return study_id


def queue_job(tx: Tx, kind: str, job_id: str, about_id: str, by: Actor, now: datetime) -> None:
    """Make a job of the actor's firm; its hint is to be sent after the commit."""
    queues.queue_job(
        tx,
        job_id=job_id,
        kind=kind,
        about_id=about_id,
        firm_id=by.firm_id,
        user_id=by.user_id,
        at=now,
    )


def _make_problem(
    tx: Tx, request: PartsRequest, wishes: Wishes, by: Actor, now: datetime
) -> tuple[Problem, StudyFacts, dict[str, int]]:
    """The problem of the opened bids without rules, what is known beside it, and bid versions."""
    opened = opened_bids.list_comparable(tx, request.id, viewer=by.firm_id)
    out = verification.list_suspended(tx, [each.bid.firm_id for each in opened])
    opened = [each for each in opened if each.bid.firm_id not in out]
    records = awards.records(tx, request.id, viewer=by.firm_id)
    firm_ids = sorted({each.bid.firm_id for each in opened})
    part_ids = sorted({line.part_id for line in request.lines if line.part_id})
    rooms, shown = booked_rooms.read_bidder_rooms(tx, request.id, viewer=by.firm_id)
    days = read_days_of_request(tx, request.id, viewer=by.firm_id, at=now)
    costs = buyer_costs.read_costs(tx, request.id, viewer=by.firm_id)
    problem, facts = build_problem(
        request,
        [(each.bid, each.firm_name) for each in opened],
        bid_terms(request, [each.bid for each in opened], costs, today=request.today(now)),
        records,
        costs.settings,
        award_studies.incumbents(tx, firm_ids, part_ids, viewer=by.firm_id),
        days=days,
        facts=BidderFacts(profiles=award_studies.profiles(tx, firm_ids), rooms=rooms, shown=shown),
        seconds=wishes.seconds,
    )
    if not problem.bids:
        raise Invalid(
            "No bid holds any more, or none can be made in time, so there is nothing to split. "
            "Ask for later days, or for new bids."
        )
    capacities.note_looks(tx, problem, request, viewer=by.firm_id, at=now)
    _check_wishes(problem, wishes)
    return problem, facts, {each.bid.id: each.bid.version for each in opened}


def _check_wishes(problem: Problem, wishes: Wishes) -> None:
    """Refuse rules and wishes that the problem cannot take.

    Raises:
        Invalid: with pointers into ``rules``.
    """
    if len(wishes.sentences) > MAX_RULES:
        raise Invalid("Use at most %(most)s rules.", pointer="/rules", most=MAX_RULES)
    lines = {line.id for line in problem.lines}
    for index, line in enumerate(wishes.critical_lines):
        if line not in lines:
            message = "Nobody bid for this line."
            raise Invalid(message, pointer=f"/critical_lines/{index}")
    errors = check_rules(problem, wishes.rules)
    if errors:
        raise Invalid(errors=list(errors))


def ask_without(
    driver: Driver, study_id: str, index: int, *, by: Actor, once: Once | None = None
) -> str:
    """A new study like one, without one of its own sentences; returns its id.

    Raises:
        Forbidden, NotFound, NotOpen: as for ``ask``.
    """
    by.check_role("buyer")
    study = get(driver, study_id, by=by).study
    sentences = study.wishes.sentences
    if not 0 <= index < len(sentences):
        raise NotFound
    rest = sentences[:index] + sentences[index + 1 :]
    wishes = replace(study.wishes, sentences=rest)
    return ask(driver, study.request_id, wishes, by=by, name=study.name, once=once)


def get(driver: Driver, study_id: str, *, by: Actor) -> Seen:
    """A study of the actor's own request.

    Raises:
        NotFound: no such study of the actor's firm.
    """
    return read(driver, _read_seen, study_id, by.firm_id)


def _read_seen(tx: Tx, study_id: str, viewer: str) -> Seen:
    study = award_studies.get(tx, study_id, viewer=viewer)
    job, request = together(
        lambda: jobs.get(tx, study.job_id, viewer=viewer),
        lambda: parts_requests.get(tx, study.request_id, viewer=viewer),
    )
    return Seen(study=study, job=job, request=request)


def stop(driver: Driver, study_id: str, *, by: Actor) -> None:
    """Stop a study; what it has found stays. AwardStudy: working -> stopped.

    Raises:
        Forbidden: the actor is no buyer of its firm.
        NotFound: no such study of the actor's firm.
        NotOpen: it is over already.
    """
    by.check_role("buyer")
    write(driver, _end_study, study_id, by.firm_id, utc_now())


def _end_study(tx: Tx, study_id: str, viewer: str, now: datetime) -> None:
    study = award_studies.lock(tx, study_id, viewer=viewer)
    if study.state != WORKING:
        raise NotOpen("This work is over already.")
    jobs.cancel(tx, study.job_id, viewer=viewer, now=now)
    award_studies.end(tx, study_id, state="stopped", at=now)
