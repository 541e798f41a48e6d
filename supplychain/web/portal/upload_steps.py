"""The pages of an import between the file and the writing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from supplychain.actions.imports import conversations, mappings
from supplychain.actions.imports.conversations import Conversation
from supplychain.actions.imports.previews import preview_rows
from supplychain.actions.imports.understanding.encodings import ENCODINGS
from supplychain.graph.engine.driver import graph
from supplychain.model.imports.column_titles import COLUMN_TITLES
from supplychain.model.imports.faults import CellFault
from supplychain.model.imports.mends import NO_MENDS
from supplychain.model.imports.tables import TABLES
from supplychain.model.jobs import Queue
from supplychain.tasks.jobs import send
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.input import versions
from supplychain.web.input.forms import Shown, say_done, submit
from supplychain.web.input.upload_answers import (
    list_headers,
    name_fault,
    read_meaning,
    read_mended,
)

bp = Blueprint("upload_steps", __name__)

SHOWN_ITEMS: Final = 50
"""Faults on one page."""


@bp.get("/uploads/<id>/reading")
@policy("member", thing="upload", seen_by=("owner",))
def show(id: str) -> str | Response:
    """How far the reading is; once it is over, on to what waits."""
    now = conversations.get(graph(), id, by=actor())
    if now.step in ("reading", "failed") and now.upload.by_steps and not now.upload.cleared_at:
        return render_template("uploads/reading.html", **_show_with(now))
    return redirect(_find_page(now))


def _find_page(now: Conversation) -> str:
    """Where to go on: what was never said or looked at first."""
    is_new = now.said.version == 1 and not now.upload.remembered_at
    if not now.upload.by_steps or now.upload.cleared_at or now.step in ("writing", "written"):
        endpoint = "uploads.show"
    elif now.step in ("reading", "failed"):
        endpoint = "upload_steps.show"
    elif now.step == "meaning" or is_new or (now.check and now.check.questions):
        endpoint = "upload_steps.show_meaning"
    elif now.step == "mending":
        endpoint = "upload_steps.show_faults"
    else:
        endpoint = "upload_steps.show_check"
    return url_for(endpoint, id=now.upload.id)


def _show_with(now: Conversation, form: Shown | None = None, **more: Any) -> dict[str, Any]:
    return {
        "now": now,
        "upload": now.upload,
        "job": now.upload.job,
        "form": form or Shown(),
        "typed": request.form,
        "tables": TABLES,
        "titles": COLUMN_TITLES,
        "may_send": actor().role != "viewer",
        **more,
    }


@bp.post("/uploads/<id>/reading")
@policy("member", roles=("buyer", "seller"), thing="upload", seen_by=("owner",))
def read_again(id: str) -> Response:
    """Read the file once more."""
    key, version = once.from_form("read_upload"), versions.from_form()
    conversations.read_again(graph(), id, version=version, by=actor(), once=key)
    return _go_on_reading(id)


def _go_on_reading(id: str) -> Response:
    send(conversations.get(graph(), id, by=actor()).upload.job.id, Queue.IMPORTS)
    return redirect(url_for("upload_steps.show", id=id))


@bp.get("/uploads/<id>/meaning")
@policy("member", thing="upload", seen_by=("owner",))
def show_meaning(id: str) -> str | Response:
    """What was understood, to be said otherwise."""
    now = conversations.get(graph(), id, by=actor())
    if now.understanding is None:
        return redirect(_find_page(now))
    return _render_meaning(now, Shown())


@bp.post("/uploads/<id>/meaning")
@policy("member", roles=("buyer", "seller"), thing="upload", seen_by=("owner",))
def save_meaning(id: str) -> Response:
    """Take what was said of the columns, and read the file anew."""
    now = conversations.get(graph(), id, by=actor())

    def say_meaning() -> Response:
        key, version = once.from_form("answer_upload"), versions.from_form()
        assert now.understanding is not None
        answers = read_meaning(request.form, now.understanding, now.said.answers)
        conversations.answer_questions(graph(), id, answers, version=version, by=actor(), once=key)
        return _go_on_reading(id)

    if now.understanding is None:
        return redirect(_find_page(now))
    return submit(say_meaning, lambda form: _render_meaning(now, form))


def _render_meaning(now: Conversation, form: Shown) -> str:
    understanding = now.understanding
    assert understanding is not None
    sheets = [
        {
            "head": head,
            "headers": list_headers(head),
            "sheet": sheet,
            "columns": sorted((*sheet.columns, *sheet.unused), key=lambda one: one.position)
            if sheet
            else (),
            "rows": preview_rows(sheet, now.said.answers, now.said.mends) if sheet else (),
        }
        for head in understanding.heads
        for sheet in [understanding.find_sheet(head.name)]
    ]
    questions = (*understanding.questions, *(now.check.questions if now.check else ()))
    return render_template(
        "uploads/meaning.html",
        **_show_with(
            now, form, sheets=sheets, questions=questions, encodings=ENCODINGS, own=actor().firm_id
        ),
    )


@bp.get("/uploads/<id>/mending")
@policy("member", thing="upload", seen_by=("owner",))
def show_faults(id: str) -> str | Response:
    """What is wrong, to be mended where it stands."""
    now = conversations.get(graph(), id, by=actor())
    if now.check is None:
        return redirect(_find_page(now))
    return _render_faults(now, Shown())


@bp.post("/uploads/<id>/mending")
@policy("member", roles=("buyer", "seller"), thing="upload", seen_by=("owner",))
def mend_faults(id: str) -> Response:
    """Take what was mended, and read the file anew."""
    now = conversations.get(graph(), id, by=actor())

    def mend_typed() -> Response:
        key, version = once.from_form("mend_upload"), versions.from_form()
        assert now.check is not None
        more = read_mended(request.form, now.check.faults)
        mends = NO_MENDS if request.form.get("anew") else now.said.mends.with_more(more)
        conversations.mend_faults(graph(), id, mends, version=version, by=actor(), once=key)
        return _go_on_reading(id)

    if now.check is None:
        return redirect(_find_page(now))
    return submit(mend_typed, lambda form: _render_faults(now, form))


def _render_faults(now: Conversation, form: Shown) -> str:
    assert now.check is not None
    faults = now.check.faults
    wanted = request.args.get("page", "1")
    pages = max(1, -(-len(faults) // SHOWN_ITEMS))
    page = min(pages, max(1, int(wanted))) if wanted.isdigit() and len(wanted) < 6 else 1
    shown = faults[(page - 1) * SHOWN_ITEMS : page * SHOWN_ITEMS]
    return render_template(
        "uploads/mending.html",
        **_show_with(
            now,
            form,
            kinds=_group_faults(shown),
            name_fault=name_fault,
            page=page,
            pages=pages,
        ),
    )


def _group_faults(faults: Sequence[CellFault]) -> list[tuple[CellFault, list[CellFault]]]:
    """Faults of one kind together: one of them, and all of them."""
    grouped = [
        list(some) for _, some in groupby(faults, lambda one: (one.sheet, one.column, one.message))
    ]
    return [(some[0], some) for some in grouped]


@bp.get("/uploads/<id>/check")
@policy("member", thing="upload", seen_by=("owner",))
def show_check(id: str) -> str | Response:
    """What will be written."""
    now = conversations.get(graph(), id, by=actor())
    if now.check is None or now.step in ("writing", "written"):
        return redirect(_find_page(now))
    return _render_check(now, Shown())


@bp.post("/uploads/<id>/writing")
@policy("member", roles=("buyer", "seller"), thing="upload", seen_by=("owner",))
def write_rows(id: str) -> Response:
    """Have the file written."""
    now = conversations.get(graph(), id, by=actor())

    def begin_writing() -> Response:
        key, version = once.from_form("write_upload"), versions.from_form()
        skip_bad = bool(request.form.get("skip_bad"))
        conversations.begin_writing(
            graph(), id, skip_bad=skip_bad, version=version, by=actor(), once=key
        )
        send(conversations.get(graph(), id, by=actor()).upload.job.id, Queue.IMPORTS)
        return redirect(url_for("uploads.show", id=id))

    if now.check is None:
        return redirect(_find_page(now))
    return submit(begin_writing, lambda form: _render_check(now, form))


def _render_check(now: Conversation, form: Shown) -> str:
    return render_template("uploads/check.html", **_show_with(now, form))


@bp.get("/import-mappings")
@policy("member")
def list_mappings() -> str:
    """How files of the reader's firm are read, to be forgotten one by one."""
    return render_template(
        "uploads/mappings.html",
        mappings=mappings.list_mappings(graph(), by=actor()),
        may_send=actor().role != "viewer",
    )


@bp.post("/import-mappings/<shape>/forgetting")
@policy("member", roles=("buyer", "seller"))
def forget(shape: str) -> Response:
    """Forget how files of a shape are read."""
    mappings.forget_mapping(graph(), shape, by=actor())
    return say_done(
        "Forgotten. The next such file is asked about again.", "upload_steps.list_mappings"
    )
