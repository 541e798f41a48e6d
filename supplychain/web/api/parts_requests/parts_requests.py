"""Parts requests: asking for parts, and looking at what others ask for."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from supplychain.actions.parts_requests import invitations
from supplychain.actions.parts_requests import parts_requests as actions
from supplychain.errors import Invalid
from supplychain.graph import jobs
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read
from supplychain.graph.parts_requests import parts_requests
from supplychain.model.parts_requests.parts_request import STATES, Gap
from supplychain.tasks.jobs import send
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint
from supplychain.web.api.jobs import JobOut
from supplychain.web.input import cursors, versions
from supplychain.web.pages.i18n import translate
from supplychain.web.schemas.parts_requests.parts_requests import (
    CancellationIn,
    CompletenessOut,
    DeadlineIn,
    PartsRequestIn,
    PartsRequestOut,
    PartsRequestPage,
    SeenRequestOut,
    as_seen,
)

bp = Blueprint("parts_requests", description="What buyers ask for, from draft to decision.")

Answer = tuple[Any, int, dict[str, str]]


@bp.post("/parts-requests")
@bp.arguments(PartsRequestIn)
@bp.response(201, PartsRequestOut)
@policy("member", roles=("buyer",))
def create(given: dict[str, Any]) -> Answer:
    """Save a draft, however incomplete."""
    key = once.from_header("draft_parts_request", given)
    request_id = actions.draft(graph(), given, by=actor(), once=key)
    found, _, headers = _answer(request_id)
    return found, 201, {**headers, "Location": f"/api/v1/parts-requests/{request_id}"}


def _answer(request_id: str) -> Answer:
    found = read(graph(), parts_requests.get, request_id, viewer=actor().firm_id)
    return found, 200, versions.etag(found.version)


@bp.get("/parts-requests")
@bp.response(200, PartsRequestPage)
@policy("member")
def list_posted() -> dict[str, Any]:
    """Requests of your own firm, newest first; ``state`` narrows them."""
    after, limit = cursors.window()
    before, after_id = _after(after)
    items = read(
        graph(),
        parts_requests.list_posted,
        viewer=actor().firm_id,
        limit=limit + 1,
        state=_state(),
        before=before,
        after_id=after_id,
    )
    return cursors.page(items, limit, lambda item: [item["created_at"], item["id"]])


def _after(keys: list[Any] | None) -> tuple[str | None, str]:
    if keys is None:
        return None, ""
    if len(keys) != 2 or not all(isinstance(key, str) for key in keys):
        raise Invalid(cursors.UNKNOWN, pointer="/cursor")
    return keys[0], keys[1]


def _state() -> str | None:
    state = request.args.get("state")
    if state is not None and state not in STATES:
        raise Invalid("There is no such state.", pointer="/state")
    return state


@bp.get("/parts-requests/<id>")
@bp.response(200, PartsRequestOut)
@policy("member", thing="parts_request", seen_by=("buyer",))
def get_one(id: str) -> Answer:
    """A request of your own firm, with your target prices."""
    return _answer(id)


@bp.patch("/parts-requests/<id>")
@bp.arguments(PartsRequestIn)
@bp.response(200, PartsRequestOut)
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def edit(given: dict[str, Any], id: str) -> Answer:
    """Change a draft; ``lines``, if given, replaces all lines."""
    actions.edit(graph(), id, given, version=versions.if_match(), by=actor())
    return _answer(id)


@bp.delete("/parts-requests/<id>")
@bp.response(204)
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def remove(id: str) -> Response:
    """Delete a draft."""
    actions.remove(graph(), id, version=versions.if_match(), by=actor())
    return Response(status=204)


@bp.get("/parts-requests/<id>/completeness")
@bp.response(200, CompletenessOut)
@policy("member", thing="parts_request", seen_by=("buyer",))
def completeness(id: str) -> dict[str, Any]:
    """What a draft lacks and why it matters."""
    gaps = actions.completeness(graph(), id, by=actor())
    return {"ready": not any(gap.blocks for gap in gaps), "gaps": [_gap(gap) for gap in gaps]}


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "pointer": gap.pointer,
        "detail": translate(gap.message, **dict(gap.values)),
        "why": translate(gap.why),
        "blocks": gap.blocks,
    }


@bp.put("/parts-requests/<id>/publication")
@bp.response(202, JobOut)
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def publish(id: str) -> tuple[Any, dict[str, str]]:
    """Publish a draft; answers with the job that ranks suppliers for it."""
    by = actor()
    job_id = actions.publish(graph(), id, by=by, version=versions.if_match())
    send(job_id)
    job = read(graph(), jobs.get, job_id, viewer=by.firm_id)
    return job, {"Location": f"/api/v1/jobs/{job_id}"}


@bp.put("/parts-requests/<id>/cancellation")
@bp.arguments(CancellationIn)
@bp.response(200, PartsRequestOut)
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def cancel(given: dict[str, Any], id: str) -> Answer:
    """Call a request off."""
    actions.cancel(graph(), id, given["reason"], by=actor(), version=versions.if_match())
    return _answer(id)


@bp.put("/parts-requests/<id>/deadline")
@bp.arguments(DeadlineIn)
@bp.response(200, PartsRequestOut)
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def move_deadline(given: dict[str, Any], id: str) -> Answer:
    """Move the deadline of a request that takes bids."""
    version = versions.if_match()
    actions.move_deadline(graph(), id, given["deadline"], by=actor(), version=version)
    return _answer(id)


@bp.post("/parts-requests/<id>/copies")
@bp.response(201, PartsRequestOut)
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def copy(id: str) -> Answer:
    """Draft a new request with the lines and files of this one."""
    key = once.from_header("copy_parts_request", {"id": id})
    copy_id = actions.copy(graph(), id, by=actor(), once=key)
    found, _, headers = _answer(copy_id)
    return found, 201, {**headers, "Location": f"/api/v1/parts-requests/{copy_id}"}


@bp.get("/invitations/<id>")
@bp.response(200, SeenRequestOut)
@policy("member", thing="parts_request", seen_by=("invited",))
def get_invitation(id: str) -> tuple[dict[str, Any], int, dict[str, str]]:
    """A request that your firm may bid for."""
    found = invitations.look(graph(), id, by=actor())
    return as_seen(found), 200, versions.etag(found.request.version)


@bp.put("/invitations/<id>/declination")
@bp.response(200, SeenRequestOut)
@policy("member", roles=("seller",), thing="parts_request", seen_by=("invited",))
def decline_invitation(id: str) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Tell the buyer that your firm will not bid."""
    invitations.decline(graph(), id, by=actor())
    found = invitations.look(graph(), id, by=actor())
    return as_seen(found), 200, versions.etag(found.request.version)
