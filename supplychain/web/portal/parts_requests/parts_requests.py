"""A buyer's own parts requests: list, form, page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from supplychain.actions.parts_requests import parts_requests as actions
from supplychain.graph import events, jobs
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import Tx, read
from supplychain.graph.parts_requests import attachments, parties, parts_requests
from supplychain.graph.parts_requests import choices as request_choices
from supplychain.model.ids import utc_now
from supplychain.model.money import CURRENCIES
from supplychain.model.parts_requests.attachments import MAX_FILES
from supplychain.model.parts_requests.parts_request import MAX_LINES, PartsRequest, missing
from supplychain.model.parts_requests.requirements import MATERIALS, PROCESSES
from supplychain.tasks.jobs import send
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.input.fields import LOCAL
from supplychain.web.input.forms import Shown, load, nested, submit
from supplychain.web.pages.i18n import translate
from supplychain.web.pages.lines_csv import as_csv
from supplychain.web.schemas.parts_requests.parts_requests import (
    BLANK,
    CancellationIn,
    DeadlineIn,
    PartsRequestIn,
    as_typed,
)

bp = Blueprint("parts_requests", __name__)

PAGE = 50
BLANK_LINES = 3


@bp.get("/parts-requests")
@policy("member")
def index() -> str:
    """The reader's firm's requests, newest first."""
    before, after_id = request.args.get("before"), request.args.get("after", "")
    found = read(
        graph(),
        parts_requests.list_posted,
        viewer=actor().firm_id,
        limit=PAGE + 1,
        before=before,
        after_id=after_id,
    )
    return render_template(
        "parts_requests/index.html",
        requests=found[:PAGE],
        more=found[PAGE - 1] if len(found) > PAGE else None,
        may_write=_may_write(),
    )


def _may_write() -> bool:
    return actor().role in ("owner", "buyer")


@bp.get("/parts-requests/new")
@policy("member", roles=("buyer",))
def new() -> str:
    """An empty form."""
    values = {"audience": "invited", "share_policy": "ask", "currency": "CNY", "invite_top": 5}
    return _form(Shown(values=values), blank=BLANK_LINES)


@bp.post("/parts-requests")
@policy("member", roles=("buyer",))
def create() -> Response:
    """Save what was typed as a draft; or show more empty lines."""
    if "more" in request.form:
        return make_response(_form(_typed(), blank=BLANK_LINES))

    def do() -> Response:
        key = once.from_form("draft_parts_request")
        request_id = actions.draft(graph(), _given(), by=actor(), once=key)
        return _saved(request_id)

    return submit(do, lambda shown: _form(_clean(shown), blank=1))


def _given() -> dict[str, Any]:
    """The form as the action takes it: an empty field is said to be empty."""
    given = _typed().values
    given = {name: value for name, value in given.items() if name not in ("version", "more")}
    return {**BLANK, **load(PartsRequestIn(), given)}


def _typed() -> Shown:
    return _clean(Shown(values=nested(request.form)))


def _clean(shown: Shown) -> Shown:
    """The form as typed, without lines of which everything was cleared."""
    lines = shown.values.get("lines", [])
    if isinstance(lines, list):
        shown.values["lines"] = [line for line in lines if set(line) != {"id"}]
    else:
        shown.values.pop("lines")
    return shown


def _saved(request_id: str) -> Response:
    now = utc_now().astimezone(LOCAL)
    flash(translate("Draft saved at %(time)s.", time=f"{now:%H:%M}"), "success")
    return redirect(url_for("parts_requests.show", id=request_id))


def _form(shown: Shown, *, blank: int, stored: PartsRequest | None = None) -> str:
    viewer = actor().firm_id
    choices = read(graph(), _choices, viewer)
    lines = shown.values.get("lines") or []
    return render_template(
        "parts_requests/form.html",
        form=shown,
        stored=stored,
        rows=min(len(lines) + blank, MAX_LINES),
        currencies=CURRENCIES,
        most_lines=MAX_LINES,
        processes=PROCESSES,
        materials=MATERIALS,
        **choices,
    )


def _choices(tx: Tx, viewer: str) -> dict[str, Any]:
    return {
        "parts": request_choices.list_parts(tx, viewer=viewer),
        "categories": request_choices.list_categories(tx),
        "chains": request_choices.list_chains(tx, viewer=viewer),
    }


@bp.get("/parts-requests/<id>")
@policy("member", thing="parts_request", seen_by=("buyer",))
def show(id: str) -> str:
    """One request of the reader's firm."""
    return show_page(id, Shown())


def show_page(id: str, shown: Shown) -> str:
    """The page of a request, around whichever form on it was refused."""
    view = read(graph(), _read, id, actor().firm_id)
    return render_template(
        "parts_requests/show.html",
        form=shown,
        may_write=_may_write(),
        **view,
    )


def _read(tx: Tx, request_id: str, viewer: str) -> dict[str, Any]:
    found = parts_requests.get(tx, request_id, viewer=viewer)
    files = attachments.list_own(tx, request_id, viewer=viewer)
    drawings = frozenset(file["line_number"] for file in files)
    draft = found.state == "draft"
    gaps = missing(found, utc_now(), drawings=drawings) if draft else ()
    chains = {one["id"]: one["name"] for one in request_choices.list_chains(tx, viewer=viewer)}
    return {
        "asked": found,
        "files": files,
        "room": draft and len(files) < MAX_FILES,
        "gaps": gaps,
        "ready": draft and not any(gap.blocks for gap in gaps),
        "chain_name": chains.get(found.chain_id or ""),
        "bids": parties.count_bids_of_own(tx, request_id, viewer=viewer),
        "job": jobs.find_latest(tx, actions.MATCH_KIND, request_id, viewer=viewer),
        "history": events.history(tx, request_id, viewer=viewer),
    }


@bp.get("/parts-requests/<id>/edit")
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def edit(id: str) -> str:
    """The form of a draft."""
    stored = _draft(id)
    return _form(
        Shown(values={**as_typed(stored), "version": stored.version}),
        blank=1 if stored.lines else BLANK_LINES,
        stored=stored,
    )


def _draft(id: str) -> PartsRequest:
    stored = read(graph(), parts_requests.get, id, viewer=actor().firm_id)
    stored.check_draft()
    return stored


@bp.post("/parts-requests/<id>/edit")
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def save(id: str) -> Response:
    """Save the draft as typed; or show more empty lines."""
    stored = _draft(id)
    if "more" in request.form:
        return make_response(_form(_typed(), blank=BLANK_LINES, stored=stored))

    def do() -> Response:
        actions.edit(graph(), id, _given(), version=_version(), by=actor())
        return _saved(id)

    return submit(do, lambda shown: _form(_clean(shown), blank=1, stored=stored))


def _version() -> int:
    """The version that the form was opened with; 0 (always stale) when it says none."""
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else 0


@bp.post("/parts-requests/<id>/publication")
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def publish(id: str) -> Response:
    """Publish the draft and have suppliers ranked."""

    def do() -> Response:
        send(actions.publish(graph(), id, by=actor(), version=_version()))
        flash(translate("Published. Suppliers are being ranked."), "success")
        return redirect(url_for("parts_requests.show", id=id))

    return submit(do, lambda shown: show_page(id, shown))


@bp.post("/parts-requests/<id>/cancellation")
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def cancel(id: str) -> Response:
    """Call it off."""

    def do() -> Response:
        given = load(CancellationIn(), {"reason": request.form.get("reason", "")})
        actions.cancel(graph(), id, given["reason"], by=actor(), version=_version())
        return redirect(url_for("parts_requests.show", id=id))

    return submit(do, lambda shown: show_page(id, shown))


@bp.post("/parts-requests/<id>/deadline")
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def move_deadline(id: str) -> Response:
    """Move the deadline."""

    def do() -> Response:
        given = load(DeadlineIn(), {"deadline": request.form.get("deadline", "")})
        version = _version()
        actions.move_deadline(graph(), id, given["deadline"], by=actor(), version=version)
        return redirect(url_for("parts_requests.show", id=id))

    return submit(do, lambda shown: show_page(id, shown))


@bp.post("/parts-requests/<id>/removal")
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def remove(id: str) -> Response:
    """Delete the draft."""

    def do() -> Response:
        actions.remove(graph(), id, version=_version(), by=actor())
        flash(translate("The draft is deleted."), "success")
        return redirect(url_for("parts_requests.index"))

    return submit(do, lambda shown: show_page(id, shown))


@bp.post("/parts-requests/<id>/copies")
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def copy(id: str) -> Response:
    """Draft a new request like this one."""
    key = once.from_form("copy_parts_request")
    copy_id = actions.copy(graph(), id, by=actor(), once=key)
    return redirect(url_for("parts_requests.edit", id=copy_id))


@bp.get("/parts-requests/<id>/lines.csv")
@policy("member", thing="parts_request", seen_by=("buyer",))
def download_lines(id: str) -> Response:
    """The lines as a table."""
    found = read(graph(), parts_requests.get, id, viewer=actor().firm_id)
    headers = {"Content-Disposition": f'attachment; filename="{found.number}.csv"'}
    return Response(as_csv(found), content_type="text/csv; charset=utf-8", headers=headers)
