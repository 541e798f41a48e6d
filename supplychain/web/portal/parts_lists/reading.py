"""A list from a file or the clipboard becomes lines of a draft. Nothing of it is kept before."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from supplychain.actions.imports import uploads
from supplychain.actions.parts_lists.files import read_list_file
from supplychain.actions.parts_lists.keeping import keep_as_parts
from supplychain.actions.parts_lists.looking import ListReading, ListSaid
from supplychain.actions.parts_lists.sheets import ListSheet, read_pasted
from supplychain.actions.parts_requests import parts_requests as actions
from supplychain.errors import Invalid
from supplychain.graph.engine.driver import graph
from supplychain.model.jobs import Queue
from supplychain.model.parts_requests.parts_request import MAX_LINES
from supplychain.tasks.jobs import send
from supplychain.web.access import once
from supplychain.web.access.guards import limiter
from supplychain.web.access.policy import actor, policy
from supplychain.web.input import versions
from supplychain.web.input.forms import Shown, load, submit
from supplychain.web.pages.i18n import translate
from supplychain.web.portal.parts_lists import bp
from supplychain.web.portal.parts_lists.asked import SentPage, add_lines
from supplychain.web.portal.parts_lists.pages import (
    lines_page,
    pick_page,
    shift_errors,
    start_page,
)
from supplychain.web.schemas.parts_lists import FILES_LIMIT, ListSaidIn

PICK_LINES = "Use at most %(most)s lines. Pick fewer parts, or split the list."
SAY_COUNTING = "Say what the quantities are for."
NOTHING_PICKED = "Pick at least one part."


@bp.get("/parts-lists/new")
@policy("member", roles=("buyer",))
def new() -> str:
    """Choose a file, or paste rows."""
    return _start_page(Shown(), request.args.get("request", ""))


def _start_page(shown: Shown, request_id: str) -> str:
    stored = SentPage(sheets=[], request_id=request_id).find_draft()
    return start_page(shown, request_id=request_id, stored=stored)


@bp.post("/parts-lists")
@limiter.limit(FILES_LIMIT)
@policy("member", roles=("buyer",), takes_files=True)
def create() -> AnyResponse:
    """Look at a file that was sent."""
    return _look_at(lambda: read_list_file(request.files.get("file")))


@bp.post("/parts-lists/pasted")
@policy("member", roles=("buyer",))
def paste() -> AnyResponse:
    """Look at rows that were pasted."""
    text = request.form.get("pasted", "")
    return _look_at(lambda: read_pasted(text, translate("Pasted rows")))


def _look_at(take_sheets: Callable[[], list[ListSheet]]) -> AnyResponse:
    request_id = request.form.get("request_id", "")

    def show_list() -> AnyResponse:
        page = SentPage(sheets=take_sheets(), request_id=request_id)
        return Response(_choose_page(page))

    return submit(show_list, lambda shown: _start_page(shown, request_id))


def _choose_page(page: SentPage) -> str:
    """The tree where there is one, or more than a request takes; else the lines."""
    said = page.read_said()
    reading = page.read_list(said)
    is_long = len(reading.drafted.content.lines) > MAX_LINES
    if is_long or not reading.tree.is_flat:
        return pick_page(page, reading)
    return lines_page(page, reading)


@bp.post("/parts-lists/check")
@policy("member", roles=("buyer",))
def check() -> AnyResponse:
    """Read the list again with what was said of it."""
    page = SentPage.of_form()

    def show_list() -> AnyResponse:
        page.values.pop("lines", None)
        return Response(_choose_page(page))

    return submit(show_list, lambda shown: _show_unsaid(page, shown))


@bp.post("/parts-lists/picked")
@policy("member", roles=("buyer",))
def pick() -> AnyResponse:
    """The lines that picked parts come to."""
    page = SentPage.of_form()
    page.values.setdefault("picked", [])

    def show_lines() -> AnyResponse:
        said = page.read_said()
        reading = page.read_list(said)
        lines = reading.drafted.content.lines
        if not reading.tree.counting:
            raise Invalid(SAY_COUNTING, pointer="/counting")
        if not lines:
            raise Invalid(NOTHING_PICKED)
        if len(lines) > MAX_LINES:
            raise Invalid(PICK_LINES, most=MAX_LINES)
        return Response(lines_page(page, reading))

    return submit(show_lines, lambda shown: _show_picks(page, shown))


def _show_picks(page: SentPage, shown: Shown) -> str:
    try:
        return _show_again(page, page.read_list(page.read_said()), shown)
    except Invalid:
        return _show_unsaid(page, shown)


def _show_unsaid(page: SentPage, shown: Shown) -> str:
    """The page of a list of which something was said that cannot be: read without that."""
    return _show_again(page, page.read_list(_say_nothing()), shown)


def _show_again(page: SentPage, reading: ListReading, shown: Shown) -> str:
    """The page that was sent, with what was typed on it and why it is refused."""
    if "lines" in page.values:
        return lines_page(page, reading, shown.error, typed=True)
    if reading.tree.is_flat and "picked" not in page.values:
        return lines_page(page, reading, shown.error)
    return pick_page(page, reading, shown.error)


def _say_nothing() -> ListSaid:
    said: ListSaid = load(ListSaidIn(), {})
    return said


@bp.post("/parts-lists/parts")
@policy("member", roles=("buyer",))
def keep() -> AnyResponse:
    """Keep the list as parts of the firm and what they contain; an import does it."""
    page = SentPage.of_form()
    key = once.from_form("upload")

    def keep_parts() -> AnyResponse:
        said = page.read_said()
        upload_id = keep_as_parts(
            graph(),
            page.read_list(said).tree,
            assembly=str(page.values.get("assembly", "")),
            category=said.defaults.category,
            by=actor(),
            once=key,
        )
        send(uploads.get(graph(), upload_id, by=actor()).job.id, Queue.IMPORTS)
        return redirect(url_for("uploads.show", id=upload_id))

    return submit(keep_parts, lambda shown: _show_picks(page, shown))


@bp.post("/parts-lists/lines")
@policy("member", roles=("buyer",))
def save() -> AnyResponse:
    """Save the lines as a draft, or add them to one."""
    page = SentPage.of_form()
    stored = page.find_draft()
    key = once.from_form("draft_parts_request")

    def save_lines() -> AnyResponse:
        content = page.read_content()
        if not content.lines:
            raise Invalid(NOTHING_PICKED)
        if stored is None:
            saved_id = actions.draft(graph(), content, by=actor(), once=key)
        else:
            saved_id = stored.id
            try:
                actions.edit(
                    graph(), saved_id, add_lines(stored, content), version=versions.from_form(),
                    by=actor(),
                )  # fmt: skip
            except Invalid as error:
                raise shift_errors(error, len(stored.lines)) from error
        flash(translate("Lines added to the draft: %(n)s.", n=len(content.lines)), "success")
        return redirect(url_for("parts_requests.show", id=saved_id))

    return submit(save_lines, lambda shown: _show_typed(page, shown))


def _show_typed(page: SentPage, shown: Shown) -> str:
    try:
        reading = page.read_list(page.read_said())
    except Invalid:
        reading = page.read_list(_say_nothing())
    return lines_page(page, reading, shown.error, typed=True)
