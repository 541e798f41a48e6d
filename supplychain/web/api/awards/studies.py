"""Award studies: the ways to split an opened request, worked out side by side."""

from __future__ import annotations

from typing import Any

from supplychain.actions.awards import changes
from supplychain.actions.awards import studies as actions
from supplychain.award.problem.writing import answer_to_raw, to_raw
from supplychain.errors import Invalid, NotFound
from supplychain.graph import award_studies, jobs
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import Tx, read
from supplychain.graph.parts_requests import parts_requests
from supplychain.model.award_studies.study import StudySummary
from supplychain.model.jobs import Queue
from supplychain.tasks.jobs import send
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint
from supplychain.web.api.jobs import JobOut
from supplychain.web.schemas.awards.changes import (
    DifferenceOut,
    FilesOut,
    ReplayOut,
    SplitIn,
    as_difference,
    as_replay,
    split_in,
)
from supplychain.web.schemas.awards.studies import StudyIn, StudyOut, StudyPage, as_study, wishes_of

bp = Blueprint(
    "award_studies",
    description="Ways to split an opened request: scenarios, prices of rules, frontiers.",
)


@bp.get("/parts-requests/<id>/award-studies")
@bp.response(200, StudyPage)
@policy("member", thing="parts_request", seen_by=("buyer",))
def list_studies(id: str) -> dict[str, Any]:
    """The studies of your own request, newest first."""
    return {"items": read(graph(), _list_summaries, id, actor().firm_id)}


def _list_summaries(tx: Tx, request_id: str, viewer: str) -> list[StudySummary]:
    parts_requests.get(tx, request_id, viewer=viewer)
    return award_studies.list_of(tx, request_id, viewer=viewer)


@bp.post("/parts-requests/<id>/award-studies")
@bp.arguments(StudyIn)
@bp.response(202, JobOut)
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def ask(sent: dict[str, Any], id: str) -> tuple[Any, dict[str, str]]:
    """Have the ways to split your request worked out; answers with the job, about the study."""
    by, key = actor(), once.from_header("ask_for_study", {"id": id, **sent})
    study_id = actions.ask(graph(), id, wishes_of(sent), by=by, name=sent["name"], once=key)
    job_id = actions.get(graph(), study_id, by=by).study.job_id
    send(job_id, Queue.STUDIES)
    job = read(graph(), jobs.get, job_id, viewer=by.firm_id)
    return job, {"Location": f"/api/v1/award-studies/{study_id}"}


@bp.get("/award-studies/<id>")
@bp.response(200, StudyOut)
@policy("member", thing="award_study", seen_by=("buyer",))
def get_study(id: str) -> dict[str, Any]:
    """A study of your own request, as far as it is."""
    return as_study(actions.get(graph(), id, by=actor()))


@bp.put("/award-studies/<id>/cancellation")
@bp.response(200, StudyOut)
@policy("member", roles=("buyer",), thing="award_study", seen_by=("buyer",))
def stop(id: str) -> dict[str, Any]:
    """Stop a study; the best splits so far stay."""
    actions.stop(graph(), id, by=actor())
    return as_study(actions.get(graph(), id, by=actor()))


@bp.get("/award-studies/<id>/scenarios/<key>")
@bp.response(200, FilesOut)
@policy("member", thing="award_study", seen_by=("buyer",))
def get_scenario(id: str, key: str) -> dict[str, Any]:
    """The problem and the answer of a scenario, as ``supplychain award solve`` knows them."""
    study = actions.get(graph(), id, by=actor()).study
    scenario = study.find(key)
    if scenario is None:
        raise NotFound
    problem = to_raw(study.problem_of(scenario).as_shown())
    return {"problem": problem, "answer": answer_to_raw(scenario.answer)}


@bp.post("/award-studies/<id>/differences")
@bp.arguments(SplitIn)
@bp.response(200, DifferenceOut)
@policy("member", roles=("buyer",), thing="award_study", seen_by=("buyer",))
def differ(sent: dict[str, Any], id: str) -> dict[str, Any]:
    """What another split costs beside a scenario, and what it breaks; nothing is kept."""
    study = actions.get(graph(), id, by=actor()).study
    scenario = study.find(sent["scenario"])
    if scenario is None or not scenario.is_split:
        raise Invalid("This scenario has no split.", pointer="/scenario")
    return as_difference(changes.compare_split(study, scenario, split_in(sent)))


@bp.get("/awards/<id>/replay")
@bp.response(200, ReplayOut)
@policy("member", thing="award", seen_by=("buyer",))
def get_replay(id: str) -> dict[str, Any]:
    """The scenario that your award came from, and what the newest replay of it gave."""
    return as_replay(changes.origin(graph(), id, by=actor()))


@bp.post("/awards/<id>/replay")
@bp.response(202, JobOut)
@policy("member", roles=("buyer",), thing="award", seen_by=("buyer",))
def replay(id: str) -> tuple[Any, dict[str, str]]:
    """Solve again what your award came from; the job's result says whether it is the same."""
    by, key = actor(), once.from_header("replay_award", {"id": id})
    job_id = changes.ask_for_replay(graph(), id, by=by, once=key)
    send(job_id, Queue.STUDIES)
    job = read(graph(), jobs.get, job_id, viewer=by.firm_id)
    return job, {"Location": f"/api/v1/jobs/{job_id}"}
