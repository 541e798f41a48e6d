"""Jobs: how far long work is."""

from __future__ import annotations

from marshmallow import fields

from supplychain.actions import jobs
from supplychain.graph.engine.driver import graph
from supplychain.model.jobs import Job
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint
from supplychain.web.input.fields import Strict

bp = Blueprint("jobs", description="Long work, its progress and its end.")


class JobOut(Strict):
    """One piece of long work."""

    id = fields.String()
    kind = fields.String()
    state = fields.String(metadata={"description": "queued, running, done, failed, cancelled"})
    about_id = fields.String()
    done = fields.Integer()
    total = fields.Integer()
    percent = fields.Integer()
    message = fields.String()
    result = fields.Dict()
    created_at = fields.String()
    ended_at = fields.String(allow_none=True)


@bp.get("/jobs/<id>")
@bp.response(200, JobOut)
@policy("member", thing="job", seen_by=("owner",))
def get_job(id: str) -> Job:
    """How far a job of your firm is."""
    return jobs.get(graph(), id, by=actor())


@bp.put("/jobs/<id>/cancellation")
@bp.response(200, JobOut)
@policy("member", roles=("buyer", "seller"), thing="job", seen_by=("owner",))
def cancel_job(id: str) -> Job:
    """Stop a job of your firm."""
    jobs.cancel(graph(), id, by=actor())
    return jobs.get(graph(), id, by=actor())
