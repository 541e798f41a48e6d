"""Idle capacity: what the firm posted, and the open requests that fit it."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from supplychain.actions.capacity import capabilities, idle_capacity
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.reading import together
from supplychain.matching.idle import list_fitting_lines
from supplychain.model.ids import utc_now
from supplychain.model.parts_requests.requirements import PROCESSES
from supplychain.model.weeks import monday_of, week_of
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.access.reader_days import reader_today
from supplychain.web.input import versions
from supplychain.web.input.forms import Shown, load_form, say_done, submit
from supplychain.web.schemas.idle_capacity import IdleCapacityIn

bp = Blueprint("idle_capacity", __name__)

BEST_FITTING_LINES = 5
MAX_FITTING_LINES = 200


@bp.get("/idle-capacity")
@policy("member", roles=("seller", "viewer"))
def index() -> str:
    """What the firm posted, each with the requests that fit it best."""
    now, by = utc_now(), actor()
    week = week_of(reader_today())
    own, lines = together(
        lambda: idle_capacity.list_own(graph(), by=by),
        lambda: idle_capacity.list_open_lines(graph(), now=now, by=by),
    )
    live = [each for each in own if each.is_live(week)]
    return render_template(
        "idle_capacity/index.html",
        live=[(each, list_fitting_lines(each, lines, now=now)) for each in live],
        over=[each for each in own if not each.is_live(week)],
        shown=BEST_FITTING_LINES,
        may_write=_may_write(),
    )


def _may_write() -> bool:
    return actor().role in ("owner", "seller")


@bp.get("/idle-capacity/new")
@policy("member", roles=("seller",))
def new() -> str:
    """The form to post idle capacity, for next week unless said otherwise."""
    monday = monday_of(week_of(reader_today()) + 1)
    values = {
        "starts_on": monday.isoformat(),
        "ends_on": (monday + timedelta(days=6)).isoformat(),
        "unit": "hours",
        "audience": "nobody",
    }
    return _render_form(Shown(values=values))


def _render_form(form: Shown) -> str:
    own = capabilities.list_own(graph(), by=actor(), today=reader_today())
    return render_template(
        "idle_capacity/form.html", form=form, categories=own, processes=PROCESSES
    )


@bp.post("/idle-capacity")
@policy("member", roles=("seller",))
def post() -> Response:
    """Post it."""

    def post_idle() -> Response:
        key = once.from_form("post_idle")
        posting = load_form(IdleCapacityIn())
        posting_id = idle_capacity.post_idle(graph(), **posting, by=actor(), once=key)
        message = "Posted. Below are the open requests that fit."
        return say_done(message, "idle_capacity.show", id=posting_id)

    return submit(post_idle, _render_form)


@bp.get("/idle-capacity/<id>")
@policy("member", roles=("seller", "viewer"), thing="idle_capacity", seen_by=("owner",))
def show(id: str) -> str:
    """One posting with all requests that fit it."""
    return _render_posting(id, Shown())


def _render_posting(id: str, form: Shown) -> str:
    posted, fits = together(
        lambda: idle_capacity.get(graph(), id, by=actor()),
        lambda: idle_capacity.list_fits(graph(), id, by=actor()),
    )
    return render_template(
        "idle_capacity/show.html",
        form=form,
        posted=posted,
        is_live=posted.is_live(week_of(reader_today())),
        fits=fits[:MAX_FITTING_LINES],
        may_write=_may_write(),
    )


@bp.post("/idle-capacity/<id>/withdrawal")
@policy("member", roles=("seller",), thing="idle_capacity", seen_by=("owner",))
def withdraw(id: str) -> Response:
    """Withdraw it."""

    def withdraw_posting() -> Response:
        version = versions.from_form()
        idle_capacity.withdraw_idle(graph(), id, version=version, by=actor())
        return say_done("Withdrawn. Nobody sees it any more.", "idle_capacity.index")

    return submit(withdraw_posting, lambda form: _render_posting(id, form))
