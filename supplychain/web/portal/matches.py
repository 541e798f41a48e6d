"""The buyer's ranking of suppliers, line by line, and whom to invite."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from supplychain.actions import matches as actions
from supplychain.graph import firms, jobs, matches, parts_requests
from supplychain.graph.driver import graph
from supplychain.graph.transactions import Tx, read
from supplychain.model.ids import utc_now
from supplychain.tasks.jobs import send
from supplychain.web import once
from supplychain.web.forms import Shown, submit
from supplychain.web.i18n import translate
from supplychain.web.policy import actor, policy

bp = Blueprint("matches", __name__)

SHOWN = 20
"""Firms of a line that are shown before the reader asks for all."""


@bp.get("/parts-requests/<id>/matches")
@policy("member", thing="parts_request", seen_by=("buyer",))
def show(id: str) -> str:
    """The ranking of one line of the reader's own request."""
    return _page(id, Shown())


@bp.post("/parts-requests/<id>/matches")
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def rank_again(id: str) -> Response:
    """Have the suppliers ranked anew."""
    send(actions.ask_for_ranking(graph(), id, by=actor(), once=once.from_form("ask_for_ranking")))
    return redirect(url_for("matches.show", id=id, line=_number()))


@bp.post("/parts-requests/<id>/invitations")
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def invite(id: str) -> Response:
    """Invite the firms that were ticked."""

    def do() -> Response:
        picked = [firm_id for firm_id in request.form.getlist("firm_ids") if firm_id]
        count = actions.invite(graph(), id, picked, by=actor(), once=once.from_form("invite"))
        flash(translate("Firms invited: %(n)s.", n=count), "success")
        return redirect(url_for("matches.show", id=id, line=_number()))

    return submit(do, lambda shown: _page(id, shown), lists=("firm_ids",))


def _page(id: str, shown: Shown) -> str:
    view = read(graph(), _read, id, actor().firm_id, _number())
    return render_template(
        "matches/show.html",
        form=shown,
        picked=set(shown.values.get("firm_ids") or []),
        every="all" in request.values,
        may_invite=actor().role in ("owner", "buyer"),
        **view,
    )


def _read(tx: Tx, request_id: str, viewer: str, number: int) -> dict[str, Any]:
    asked = parts_requests.get(tx, request_id, viewer=viewer)
    lines = matches.get_rankings(tx, request_id, viewer=viewer, number=number)
    line = next((line for line in lines if line.number == number), None)
    shown = [*line.best, *line.unable] if line else []
    return {
        "asked": asked,
        "takes_invitations": asked.takes_bids(utc_now()),
        "lines": lines,
        "line": line,
        "names": firms.names(tx, [row["firm_id"] for row in shown]),
        "invited": {
            entry["firm_id"] for entry in matches.list_invited(tx, request_id, viewer=viewer)
        },
        "job": jobs.find_latest(tx, "match", request_id, viewer=viewer),
        "shown": SHOWN,
    }


def _number() -> int:
    """The number of the line that the address or the form names; 1 unless it is a number."""
    text = request.values.get("line", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else 1
