"""The page of a job: a bar, what it is doing, and a way to stop it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from supplychain.actions import jobs
from supplychain.graph.engine.driver import graph
from supplychain.web.access.policy import actor, policy

bp = Blueprint("jobs", __name__)


@bp.get("/jobs/<id>")
@policy("member", thing="job", seen_by=("owner",))
def show(id: str) -> str:
    """How far a job of the reader's firm is."""
    return render_template("jobs/show.html", job=jobs.get(graph(), id, by=actor()))


@bp.post("/jobs/<id>/cancellation")
@policy("member", roles=("buyer", "seller"), thing="job", seen_by=("owner",))
def cancel(id: str) -> Response:
    """Stop it."""
    jobs.cancel(graph(), id, by=actor())
    return redirect(url_for("jobs.show", id=id))
