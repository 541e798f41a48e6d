"""The buyer's ranking of suppliers, line by line, and whom to invite."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from supplychain.actions.rankings import rankings as actions
from supplychain.graph import firms, jobs
from supplychain.graph.capacity import idle_capacity
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, read
from supplychain.graph.parts_requests import parts_requests
from supplychain.graph.rankings import rankings, records
from supplychain.graph.rankings.rankings import RankedLine
from supplychain.model.capacity.idle_capacity import PostedCapacity
from supplychain.model.cost_settings import COST_PERFORMANCE, RANK_BY
from supplychain.model.ids import utc_now
from supplychain.model.jobs import Queue
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.model.weeks import week_of
from supplychain.tasks.jobs import send
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.access.reader_days import reader_today
from supplychain.web.input.forms import Shown, submit
from supplychain.web.pages.i18n import translate
from supplychain.web.pages.line_windows import LineWindow
from supplychain.web.pages.ranking_figures import chosen_view, draw_bars, find_tightest_end, in_view

bp = Blueprint("matches", __name__)

SHOWN_FIRMS = 20
"""Firms of a line that are shown before the reader asks for all."""


@bp.get("/parts-requests/<id>/matches")
@policy("member", thing="parts_request", seen_by=("buyer",))
def show(id: str) -> str:
    """The ranking of one line of the reader's own request."""
    return _render_page(id, Shown())


@bp.post("/parts-requests/<id>/matches")
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def rank_again(id: str) -> Response:
    """Have the suppliers ranked anew."""
    chosen = request.form.get("rank_by")
    rank_by = chosen if chosen in RANK_BY else None
    key = once.from_form("ask_for_ranking")
    send(
        actions.ask_for_ranking(graph(), id, by=actor(), rank_by=rank_by, once=key), Queue.RANKINGS
    )
    return redirect(url_for("matches.show", id=id, line=_line_number()))


@bp.post("/parts-requests/<id>/invitations")
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def invite(id: str) -> Response:
    """Invite the firms that were ticked."""

    def invite_picked() -> Response:
        picked = [firm_id for firm_id in request.form.getlist("firm_ids") if firm_id]
        count = actions.invite(graph(), id, picked, by=actor(), once=once.from_form("invite"))
        flash(translate("Firms invited: %(n)s.", n=count), "success")
        return redirect(url_for("matches.show", id=id, line=_line_number()))

    return submit(invite_picked, lambda shown: _render_page(id, shown), lists=("firm_ids",))


@bp.get("/parts-requests/<id>/matches/<firm_id>/records")
@policy("member", thing="parts_request", seen_by=("buyer",))
def show_records(id: str, firm_id: str) -> str:
    """What a firm's performance rests on: the reader's own deliveries, others' as counts."""
    view = read(graph(), _read_records, id, firm_id, actor().firm_id, _line_number())
    every = "all" in request.args
    return render_template("matches/records.html", number=_line_number(), every=every, **view)


def _read_records(
    tx: Tx, request_id: str, firm_id: str, viewer: str, number: int
) -> dict[str, Any]:
    asked, found, names = together(
        lambda: parts_requests.get(tx, request_id, viewer=viewer),
        lambda: records.of_line(
            tx,
            request_id,
            firm_id=firm_id,
            number=number,
            viewer=viewer,
            today=reader_today(),
        ),
        lambda: firms.names(tx, [firm_id]),
    )
    return {"asked": asked, "found": found, "name": names.get(firm_id, firm_id)}


def _render_page(id: str, shown: Shown) -> str:
    view = read(graph(), _read_line, id, actor().firm_id, _line_number())
    return render_template(
        "matches/show.html",
        form=shown,
        picked=set(shown.values.get("firm_ids") or []),
        every="all" in request.values,
        may_invite=actor().role in ("owner", "buyer"),
        **view,
    )


def _read_line(tx: Tx, request_id: str, viewer: str, number: int) -> dict[str, Any]:
    window = LineWindow.around(number)
    (asked, count), lines, invited, job = together(
        lambda: parts_requests.get_window(tx, request_id, viewer=viewer, first=number, last=number),
        lambda: rankings.list_window(
            tx, request_id, viewer=viewer, number=number, first=window.first, last=window.last
        ),
        lambda: rankings.list_invited(tx, request_id, viewer=viewer),
        lambda: jobs.find_latest(tx, "match", request_id, viewer=viewer),
    )
    kept = next((line for line in lines if line.number == number), None)
    names, idle, line = together(
        lambda: firms.names(tx, _named_firms(kept)) if kept else {},
        lambda: _read_idle(tx, asked, kept, viewer),
        lambda: rankings.withdraw_hidden(tx, kept, viewer=viewer) if kept else None,
    )
    weighed_by = line.assumptions if line else None
    rank_by = weighed_by.rank_by if weighed_by else COST_PERFORMANCE
    view = chosen_view(request.values.get("view", ""), rank_by)
    weights = weighed_by.weights if weighed_by else None
    return {
        "asked": asked,
        "view": view,
        "rows": in_view(line.best, view, weights) if line else [],
        "bars": draw_bars(line.best) if line else {},
        "tightest": find_tightest_end(line.weights) if line else None,
        "takes_invitations": asked.takes_bids(utc_now()),
        "lines": lines,
        "others": window.list_others(count),
        "line": line,
        "names": names,
        "idle": idle,
        "invited": {entry["firm_id"] for entry in invited},
        "job": job,
        "shown": SHOWN_FIRMS,
    }


def _named_firms(line: RankedLine) -> list[str]:
    """Ids of the firms on the page; who would be first with other weights may be none of those."""
    ids = {row.firm_id for row in (*line.best, *line.unable)}
    ids |= line.together.firm_ids if line.together else set()
    return sorted(ids | (line.weights.winners if line.weights else set()))


def _read_idle(
    tx: Tx, posted: PartsRequest, line: RankedLine | None, viewer: str
) -> dict[str, list[PostedCapacity]]:
    """What the firms shown posted as idle and let the reader see."""
    if line is None or not line.best:
        return {}
    own = next((one for one in posted.lines if one.number == line.number), None)
    return idle_capacity.list_posted_by(
        tx,
        [row.firm_id for row in line.best],
        category_id=line.category_id or "",
        process=own.requirements.process if own else "",
        week=week_of(reader_today()),
        viewer=viewer,
    )


def _line_number() -> int:
    """The number of the line that the address or the form names; 1 unless it is a number."""
    text = request.values.get("line", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else 1
