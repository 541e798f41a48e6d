"""What a supplier may bid for."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from supplychain.actions.parts_requests import invitations as actions
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import read
from supplychain.graph.parts_requests import parts_requests
from supplychain.graph.rankings import rankings, standing
from supplychain.model.ids import utc_now
from supplychain.web.access.policy import actor, policy
from supplychain.web.access.reader_days import reader_today
from supplychain.web.pages.i18n import translate
from supplychain.web.pages.line_windows import LineWindow, read_line_number

bp = Blueprint("invitations", __name__)

PAGE_ROWS = 50


@bp.get("/invitations")
@policy("member")
def index() -> str:
    """Requests that the reader's firm may bid for now, the nearest deadline first."""
    after, after_id = request.args.get("after"), request.args.get("after_id", "")
    listed = read(
        graph(),
        parts_requests.list_open_to,
        viewer=actor().firm_id,
        now=utc_now(),
        limit=PAGE_ROWS + 1,
        after=after,
        after_id=after_id,
    )
    more = listed[PAGE_ROWS - 1] if len(listed) > PAGE_ROWS else None
    return render_template("invitations/index.html", requests=listed[:PAGE_ROWS], more=more)


@bp.get("/invitations/<id>")
@policy("member", thing="parts_request", seen_by=("invited",))
def show(id: str) -> str:
    """One request as a supplier sees it."""
    by, window = actor(), LineWindow.around(read_line_number())
    invitation, why, own = together(
        lambda: actions.view_invitation(graph(), id, by=by, first=window.first, last=window.last),
        lambda: read(graph(), rankings.find_invitation_reasons, id, viewer=by.firm_id),
        lambda: read(
            graph(), standing.get, id, viewer=by.firm_id, today=reader_today(), first=window.first,
            last=window.last,
        ),
    )  # fmt: skip
    if why is not None:
        why = replace(why, reasons=tuple(
            one for one in why.reasons if window.first <= one.line_number <= window.last
        ))  # fmt: skip
    return render_template(
        "invitations/show.html",
        seen=invitation,
        parts_request=invitation.request,
        why=why if invitation.invited else None,
        standing=own,
        may_bid=by.role in ("owner", "seller"),
        windows=window.list_others(invitation.lines),
        lines_page=url_for("invitations.show", id=id),
    )


@bp.post("/invitations/<id>/declination")
@policy("member", roles=("seller",), thing="parts_request", seen_by=("invited",))
def decline(id: str) -> Response:
    """Tell the buyer that the firm will not bid."""
    actions.decline_invitation(graph(), id, by=actor())
    flash(translate("The buyer is told that you will not bid."), "success")
    return redirect(url_for("invitations.index"))
