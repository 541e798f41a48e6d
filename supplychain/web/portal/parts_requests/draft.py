"""Drafts of parts requests: the form, deleting one, and copying an older request into a new one."""

from __future__ import annotations

from flask import flash, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from supplychain.actions.categories.entering import propose_kept
from supplychain.actions.parts_requests import parts_requests as actions
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import read
from supplychain.graph.parts_requests import parts_requests
from supplychain.model.calendars.zones import in_zone
from supplychain.model.ids import utc_now
from supplychain.model.parts_requests.parts_request import PartsRequest, RequestContent
from supplychain.model.vat import NET
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.access.reader_days import reader_zone
from supplychain.web.input import versions
from supplychain.web.input.forms import Shown, list_kept_as_typed, load, nested, submit
from supplychain.web.pages.i18n import translate
from supplychain.web.portal.parts_requests import bp
from supplychain.web.portal.parts_requests.pages import form_page, read_choices, request_page
from supplychain.web.schemas.parts_requests.parts_requests import PartsRequestIn, fill_request_form
from supplychain.web.schemas.sent import Sent

BLANK_LINES = 3
"""Blank lines of a form where nothing is filled in, or more were asked for."""


@bp.get("/parts-requests/new")
@policy("member", roles=("buyer",))
def new() -> str:
    """An empty form."""
    values = {"audience": "invited", "share_policy": "ask", "currency": "CNY", "tax_basis": NET}
    values |= {"invite_top": 5, "accepts_how": "rated"}
    return form_page(Shown(values=values), blank=BLANK_LINES)


@bp.post("/parts-requests")
@policy("member", roles=("buyer",))
def create() -> Response:
    """Save what was typed as a draft; or show more empty lines."""
    if "more" in request.form:
        return make_response(form_page(_read_typed_form().cut(), blank=BLANK_LINES))

    def save_new_draft() -> Response:
        propose_kept(graph(), list_kept_as_typed(request.form), by=actor())
        key = once.from_form("draft_parts_request")
        content = _read_content(RequestContent())
        return _show_saved(actions.draft(graph(), content, by=actor(), once=key))

    return submit(save_new_draft, lambda shown: form_page(_drop_cleared_lines(shown), blank=1))


@bp.get("/parts-requests/<id>/edit")
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def edit(id: str) -> str:
    """The form of a draft."""
    stored, choices = together(lambda: _read_draft(id), read_choices)
    return form_page(
        Shown(values={**fill_request_form(stored), "version": stored.version}),
        blank=1 if stored.lines else BLANK_LINES,
        stored=stored,
        choices=choices,
    )


@bp.post("/parts-requests/<id>/edit")
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def save(id: str) -> Response:
    """Save the draft as typed; or show more empty lines."""
    stored = _read_draft(id)
    if "more" in request.form:
        return make_response(form_page(_read_typed_form().cut(), blank=BLANK_LINES, stored=stored))

    def save_draft() -> Response:
        propose_kept(graph(), list_kept_as_typed(request.form), by=actor())
        content = _read_content(stored)
        actions.edit(graph(), id, content, version=versions.from_form(), by=actor())
        return _show_saved(id)

    return submit(
        save_draft, lambda shown: form_page(_drop_cleared_lines(shown), blank=1, stored=stored)
    )


@bp.post("/parts-requests/<id>/removal")
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def remove(id: str) -> Response:
    """Delete the draft."""

    def remove_draft() -> Response:
        actions.remove(graph(), id, version=versions.from_form(), by=actor())
        flash(translate("The draft is deleted."), "success")
        return redirect(url_for("parts_requests.index"))

    return submit(remove_draft, lambda shown: request_page(id, shown))


@bp.post("/parts-requests/<id>/copies")
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def copy(id: str) -> Response:
    """Draft a new request like this one."""
    key = once.from_form("copy_parts_request")
    copy_id = actions.copy(graph(), id, by=actor(), once=key)
    return redirect(url_for("parts_requests.edit", id=copy_id))


def _read_draft(request_id: str) -> PartsRequest:
    stored = read(graph(), parts_requests.get, request_id, viewer=actor().firm_id)
    stored.check_draft()
    return stored


def _read_content(stored: RequestContent) -> RequestContent:
    """What the form says. An empty field says that it is empty, one that is left out says nothing.

    Only the choices can be left out: ``audience``, ``share_policy``, ``opening``, ``currency``,
    ``tax_basis``, ``accepts_how``.
    """
    values = _read_typed_form().values
    fields = {name: value for name, value in values.items() if name not in ("version", "more")}
    how = fields.pop("accepts_how", None)
    if how == "rated":
        fields["accepts"] = None
    elif how is None:
        fields.pop("accepts", None)
    sent: Sent[RequestContent] = load(PartsRequestIn(), fields)
    empty = RequestContent(
        audience=stored.audience,
        share_policy=stored.share_policy,
        opening=stored.opening,
        currency=stored.currency,
        tax_basis=stored.tax_basis,
        accepts=stored.accepts,
    )
    return sent.over(empty)


def _read_typed_form() -> Shown:
    return _drop_cleared_lines(Shown(values=nested(request.form)))


def _drop_cleared_lines(shown: Shown) -> Shown:
    """The form as typed, without lines of which everything was cleared."""
    lines = shown.values.get("lines", [])
    if isinstance(lines, list):
        shown.values["lines"] = [line for line in lines if set(line) != {"id"}]
    else:
        shown.values.pop("lines")
    return shown


def _show_saved(request_id: str) -> Response:
    now = in_zone(reader_zone(), utc_now())
    flash(translate("Draft saved at %(time)s.", time=f"{now:%H:%M}"), "success")
    return redirect(url_for("parts_requests.show", id=request_id))
