"""Rankings of a request's lines, and invitations."""

from __future__ import annotations

from typing import Any

from flask import request

from supplychain.actions.rankings import rankings as actions
from supplychain.graph import jobs
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read
from supplychain.graph.rankings import rankings, records, standing
from supplychain.graph.rankings.records import Records
from supplychain.graph.rankings.standing import RequestStanding
from supplychain.model.jobs import Job, Queue
from supplychain.tasks.jobs import send
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.access.reader_days import reader_today
from supplychain.web.api import Blueprint
from supplychain.web.api.jobs import JobOut
from supplychain.web.input import cursors
from supplychain.web.input.line_spans import Spanned, line_span, wide_line_span
from supplychain.web.schemas.rankings.rankings import (
    InvitationPage,
    InvitedFirmsOut,
    InviteFirmsIn,
    MatchesOut,
    RankAgainIn,
)
from supplychain.web.schemas.rankings.standing import RecordsOut, StandingOut

bp = Blueprint("matches", description="Who can make what is asked for, how well, and why.")


@bp.get("/parts-requests/<id>/matches")
@bp.response(200, MatchesOut)
@policy("member", thing="parts_request", seen_by=("buyer",))
def list_matches(id: str) -> dict[str, Any]:
    """The rankings of the lines of your own request, with their reasons."""
    span = wide_line_span()
    window = {"first": span.first, "last": span.last + 1}
    lines = read(graph(), rankings.get_rankings, id, viewer=actor().firm_id, **window)
    shown = span.cut(lines, lambda line: line.number)
    return {
        "request_id": id,
        "today": reader_today(),
        "lines": shown.items,
        "next_cursor": shown.next_cursor,
    }


@bp.get("/parts-requests/<id>/matches/<firm_id>/records")
@bp.response(200, RecordsOut)
@policy("member", thing="parts_request", seen_by=("buyer",))
def list_records(id: str, firm_id: str) -> Records:
    """What a firm's performance in a line's category rests on; ``line`` is its number, else 1."""
    number = request.args.get("line", 1, type=int)
    names = {"firm_id": firm_id, "number": number}
    return read(graph(), records.of_line, id, **names, viewer=actor().firm_id)


@bp.get("/parts-requests/<id>/standing")
@bp.response(200, StandingOut)
@policy("member", thing="parts_request", seen_by=("invited",))
def get_standing(id: str) -> Spanned[RequestStanding]:
    """Why your firm was or was not invited, and the one own fact that would change most."""
    span, viewer = line_span(), actor().firm_id
    window = {"first": span.first, "last": span.last}
    own = read(graph(), standing.get, id, viewer=viewer, today=reader_today(), **window)
    return Spanned(thing=own, next_cursor=span.next_cursor(own.count))


@bp.post("/parts-requests/<id>/matches")
@bp.arguments(RankAgainIn, required=False)
@bp.response(202, JobOut)
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def rank_again(body: dict[str, str | None], id: str) -> tuple[Job, dict[str, str]]:
    """Rank the suppliers anew, by what is known now; answers with the job."""
    by = actor()
    key = once.from_header("ask_for_ranking", {"id": id, **body})
    job_id = actions.ask_for_ranking(graph(), id, by=by, rank_by=body.get("rank_by"), once=key)
    send(job_id, Queue.RANKINGS)
    job = read(graph(), jobs.get, job_id, viewer=by.firm_id)
    return job, {"Location": f"/api/v1/jobs/{job_id}"}


@bp.post("/parts-requests/<id>/invitations")
@bp.arguments(InviteFirmsIn)
@bp.response(200, InvitedFirmsOut)
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def invite_firms(body: dict[str, list[str]], id: str) -> dict[str, int]:
    """Invite firms to your own open request; inviting a firm twice changes nothing."""
    key = once.from_header("invite", {"id": id, **body})
    return {"invited": actions.invite(graph(), id, body["firm_ids"], by=actor(), once=key)}


@bp.get("/invitations")
@bp.response(200, InvitationPage)
@policy("member")
def list_invitations() -> cursors.Page[dict[str, Any]]:
    """The requests that invite your firm, newest invitation first."""
    after, limit = cursors.text_window()
    before, after_id = after or (None, "")
    items = read(
        graph(),
        rankings.list_invitations,
        viewer=actor().firm_id,
        limit=limit + 1,
        before=before,
        after_id=after_id,
    )
    return cursors.page(items, limit, lambda item: [item["invited_at"], item["request_id"]])
