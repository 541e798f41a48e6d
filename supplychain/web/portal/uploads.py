"""The pages of import and export."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from supplychain.actions.imports import uploads as actions
from supplychain.actions.imports.exports import export_tables, write_template
from supplychain.actions.kept_files import of_firm
from supplychain.config import settings
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read
from supplychain.graph.imports import uploads
from supplychain.model.imports.tables import TABLES
from supplychain.model.imports.uploads import READING
from supplychain.model.jobs import Queue
from supplychain.tasks.jobs import send
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.input.forms import Shown, say_done, submit
from supplychain.web.input.tables import as_csv, as_workbook

bp = Blueprint("uploads", __name__)

SHOWN_ROWS = 50
"""Bad rows on the page; the file holds all that were kept."""


@bp.get("/uploads")
@policy("member")
def index() -> str:
    """Send files, take them home, and what was sent before."""
    return _render_index(Shown())


@bp.post("/uploads")
@policy("member", roles=("buyer", "seller"), takes_files=True)
def create() -> AnyResponse:
    """Send files to be read; nothing is written yet."""

    def send_files() -> AnyResponse:
        by, files = actor(), request.files.getlist("files")
        key = once.from_form("upload")
        upload_id = actions.upload_tables(
            graph(), files, skip_bad=False, by=by, by_steps=True, once=key
        )
        send(actions.get(graph(), upload_id, by=by).job.id, Queue.IMPORTS)
        return redirect(url_for("upload_steps.show", id=upload_id))

    return submit(send_files, _render_index)


def _render_index(shown: Shown) -> str:
    found = read(graph(), uploads.list_own, viewer=actor().firm_id, limit=20)
    return render_template(
        "uploads/index.html",
        form=shown,
        uploads=found,
        tables=TABLES,
        may_send=actor().role != "viewer",
        megabytes=settings().upload_megabytes,
        kept=of_firm(graph(), by=actor()),
    )


@bp.get("/uploads/<id>")
@policy("member", thing="upload", seen_by=("owner",))
def show(id: str) -> str | AnyResponse:
    """How far an import is, and what it found; one that waits for somebody goes on there."""
    upload = actions.get(graph(), id, by=actor())
    if upload.waits or (upload.by_steps and upload.job.kind == READING and not upload.cleared_at):
        return redirect(url_for("upload_steps.show", id=id))
    bad = actions.bad_rows(graph(), id, by=actor()) if upload.job.is_over else []
    warnings = actions.list_warnings(graph(), id, by=actor()) if upload.job.is_over else []
    return render_template(
        "uploads/show.html",
        upload=upload,
        may_send=actor().role != "viewer",
        job=upload.job,
        tables=TABLES,
        bad_rows=bad[:SHOWN_ROWS],
        found=len(bad),
        warnings=warnings[:SHOWN_ROWS],
        warned=len(warnings),
    )


@bp.post("/uploads/<id>/files-removal")
@policy("member", roles=("buyer", "seller"), thing="upload", seen_by=("owner",))
def remove_files(id: str) -> AnyResponse:
    """Delete the files of an upload and its report, to make room."""
    actions.remove_files(graph(), id, by=actor())
    return say_done("The files are deleted. What was imported stays.", "uploads.index")


@bp.get("/uploads/<id>/report.csv")
@policy("member", thing="upload", seen_by=("owner",))
def report(id: str) -> Response:
    """The bad rows, and those to look at, as a file."""
    by = actor()
    bad = actions.bad_rows(graph(), id, by=by)
    return as_csv([*bad, *actions.list_warnings(graph(), id, by=by)])


@bp.get("/tables/export.xlsx")
@policy("member")
def export() -> Response:
    """The reader's own tables."""
    firm_id = actor().firm_id
    return as_workbook(
        lambda path: export_tables(graph(), path, workbook=True, firm_id=firm_id), "tables.xlsx"
    )


@bp.get("/tables/template.xlsx")
@policy("member")
def template() -> Response:
    """An empty workbook with the right sheets and headers."""
    return as_workbook(write_template, "template.xlsx")
