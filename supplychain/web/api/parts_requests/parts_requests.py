"""Parts requests: asking for parts, and looking at what others ask for."""

from __future__ import annotations

from datetime import datetime

from flask import Response, request

from supplychain.actions.parts_requests import invitations
from supplychain.actions.parts_requests import parts_requests as actions
from supplychain.actions.parts_requests.invitations import SeenInvitation
from supplychain.errors import Invalid, NobodyMakes
from supplychain.graph import jobs
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read
from supplychain.graph.parts_requests import parts_requests
from supplychain.graph.parts_requests.parts_requests import PostedRequest
from supplychain.model.jobs import Job, Queue
from supplychain.model.parts_requests.parts_request import (
    STATES,
    Gap,
    PartsRequest,
    RequestContent,
)
from supplychain.tasks.jobs import send
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint
from supplychain.web.api.jobs import JobOut
from supplychain.web.input import cursors
from supplychain.web.input.line_spans import LineSpan, Spanned, line_span
from supplychain.web.input.versions import Versioned, if_match, with_etag
from supplychain.web.schemas.parts_requests.parts_requests import (
    CancellationIn,
    CompletenessOut,
    DeadlineIn,
    PartsRequestIn,
    PartsRequestOut,
    PartsRequestPage,
    PublicationQuery,
    SeenRequestOut,
)
from supplychain.web.schemas.sent import Sent

bp = Blueprint("parts_requests", description="What buyers ask for, from draft to decision.")


@bp.post("/parts-requests")
@bp.arguments(PartsRequestIn)
@bp.response(201, PartsRequestOut)
@policy("member", roles=("buyer",))
def create(sent: Sent[RequestContent]) -> Versioned[Spanned[PartsRequest]]:
    """Save a draft, however incomplete."""
    key = once.from_header("draft_parts_request", sent.by_name())
    request_id = actions.draft(graph(), sent.content, by=actor(), once=key)
    return _answer_new(request_id)


def _answer_request(
    request_id: str, span: LineSpan | None = None
) -> Versioned[Spanned[PartsRequest]]:
    """The request with its lines from the first on, or those of a span; a draft has all.

    A client sends back all lines of a draft whichever it changes: it must have seen them.
    """
    span = span or LineSpan()
    stored, count = read(
        graph(),
        parts_requests.get_window,
        request_id,
        viewer=actor().firm_id,
        first=span.first,
        last=span.last,
    )
    after = None if stored.state == "draft" else span.next_cursor(count)
    return with_etag(Spanned(thing=stored, next_cursor=after), stored.version)


def _answer_new(request_id: str) -> Versioned[Spanned[PartsRequest]]:
    stored, headers = _answer_request(request_id)
    return stored, {**headers, "Location": f"/api/v1/parts-requests/{request_id}"}


@bp.get("/parts-requests")
@bp.response(200, PartsRequestPage)
@policy("member")
def list_posted() -> cursors.Page[PostedRequest]:
    """Requests of your own firm, newest first; ``state`` narrows them."""
    after, limit = cursors.text_window()
    before, after_id = after or (None, "")
    listed = read(
        graph(),
        parts_requests.list_posted,
        viewer=actor().firm_id,
        limit=limit + 1,
        state=_read_state(),
        before=before,
        after_id=after_id,
    )
    return cursors.page(listed, limit, lambda one: [one.created_at, one.id])


def _read_state() -> str | None:
    state = request.args.get("state")
    if state is not None and state not in STATES:
        raise Invalid("There is no such state.", pointer="/state")
    return state


@bp.get("/parts-requests/<id>")
@bp.response(200, PartsRequestOut)
@policy("member", thing="parts_request", seen_by=("buyer",))
def get_one(id: str) -> Versioned[Spanned[PartsRequest]]:
    """A request of your own firm, with your target prices; a draft has all its lines."""
    return _answer_request(id, line_span())


@bp.patch("/parts-requests/<id>")
@bp.arguments(PartsRequestIn)
@bp.response(200, PartsRequestOut)
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def edit(sent: Sent[RequestContent], id: str) -> Versioned[Spanned[PartsRequest]]:
    """Change a draft; ``lines``, if given, replaces all lines."""
    version, by = if_match(), actor()
    stored = read(graph(), parts_requests.get, id, viewer=by.firm_id)
    actions.edit(graph(), id, sent.over(stored.as_content()), version=version, by=by)
    return _answer_request(id)


@bp.delete("/parts-requests/<id>")
@bp.response(204)
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def remove(id: str) -> Response:
    """Delete a draft."""
    actions.remove(graph(), id, version=if_match(), by=actor())
    return Response(status=204)


@bp.get("/parts-requests/<id>/completeness")
@bp.response(200, CompletenessOut)
@policy("member", thing="parts_request", seen_by=("buyer",))
def completeness(id: str) -> dict[str, bool | tuple[Gap, ...]]:
    """What a draft lacks and why it matters."""
    gaps = actions.list_missing(graph(), id, by=actor())
    return {"ready": not any(gap.blocks for gap in gaps), "gaps": gaps}


@bp.put("/parts-requests/<id>/publication")
@bp.arguments(PublicationQuery, location="query", as_kwargs=True)
@bp.response(202, JobOut)
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def publish(id: str, confirm: str = "") -> tuple[Job, dict[str, str]]:
    """Publish a draft; answers with the job that ranks suppliers for it."""
    by = actor()
    knows = confirm == NobodyMakes.code
    job_id = actions.publish(graph(), id, by=by, version=if_match(), despite_nobody=knows)
    send(job_id, Queue.RANKINGS)
    job = read(graph(), jobs.get, job_id, viewer=by.firm_id)
    return job, {"Location": f"/api/v1/jobs/{job_id}"}


@bp.put("/parts-requests/<id>/cancellation")
@bp.arguments(CancellationIn, as_kwargs=True)
@bp.response(200, PartsRequestOut)
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def cancel(id: str, reason: str) -> Versioned[Spanned[PartsRequest]]:
    """Call a request off."""
    actions.cancel(graph(), id, reason, by=actor(), version=if_match())
    return _answer_request(id)


@bp.put("/parts-requests/<id>/deadline")
@bp.arguments(DeadlineIn, as_kwargs=True)
@bp.response(200, PartsRequestOut)
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def move_deadline(
    id: str, deadline: datetime, deadline_reason: str
) -> Versioned[Spanned[PartsRequest]]:
    """Move the deadline of a request that takes bids: later, or earlier while no bid is in."""
    actions.move_deadline(
        graph(), id, deadline, reason=deadline_reason, by=actor(), version=if_match()
    )
    return _answer_request(id)


@bp.post("/parts-requests/<id>/copies")
@bp.response(201, PartsRequestOut)
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def copy(id: str) -> Versioned[Spanned[PartsRequest]]:
    """Draft a new request with the lines and files of this one."""
    key = once.from_header("copy_parts_request", {"id": id})
    return _answer_new(actions.copy(graph(), id, by=actor(), once=key))


@bp.get("/invitations/<id>")
@bp.response(200, SeenRequestOut)
@policy("member", thing="parts_request", seen_by=("invited",))
def get_invitation(id: str) -> Versioned[Spanned[SeenInvitation]]:
    """A request that your firm may bid for."""
    return _answer_invitation(id, line_span())


@bp.put("/invitations/<id>/declination")
@bp.response(200, SeenRequestOut)
@policy("member", roles=("seller",), thing="parts_request", seen_by=("invited",))
def decline_invitation(id: str) -> Versioned[Spanned[SeenInvitation]]:
    """Tell the buyer that your firm will not bid."""
    invitations.decline_invitation(graph(), id, by=actor())
    return _answer_invitation(id, LineSpan())


def _answer_invitation(request_id: str, span: LineSpan) -> Versioned[Spanned[SeenInvitation]]:
    invitation = invitations.view_invitation(
        graph(), request_id, by=actor(), first=span.first, last=span.last
    )
    shown = Spanned(thing=invitation, next_cursor=span.next_cursor(invitation.lines))
    return with_etag(shown, invitation.request.version)
