"""Import and export of tables."""

from __future__ import annotations

from flask import Response, request

from supplychain.actions.imports import uploads as actions
from supplychain.actions.imports.exports import export_tables
from supplychain.actions.kept_files import of_firm
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read
from supplychain.graph.imports import uploads
from supplychain.model.imports.uploads import Upload
from supplychain.model.jobs import Job, Queue
from supplychain.model.kept_files import KeptFiles
from supplychain.tasks.jobs import send
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint
from supplychain.web.api.jobs import JobOut
from supplychain.web.input import cursors
from supplychain.web.input.tables import as_csv, as_workbook, sent_payload, wants_skip, wants_steps
from supplychain.web.schemas.uploads import KeptFilesOut, UploadOut, UploadPage

bp = Blueprint("uploads", description="Tables in and out, as CSV files or one workbook.")

FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {
                        "files": {
                            "type": "array",
                            "items": {"type": "string", "format": "binary"},
                            "description": "One workbook, or CSV files named after their table.",
                        },
                        "skip_bad": {"type": "string", "enum": ["true", "false"]},
                        "write": {
                            "type": "string",
                            "enum": ["at once", "later"],
                            "default": "at once",
                            "description": "later: read them only, whatever they are called; look "
                            "at the understanding and have them written.",
                        },
                    },
                }
            }
        },
    }
}


@bp.post("/uploads")
@bp.doc(**FORM)
@bp.response(202, JobOut)
@policy("member", roles=("buyer", "seller"), takes_files=True)
def send_tables() -> tuple[Job, dict[str, str]]:
    """Import tables of your firm; answers with the job, whose ``about_id`` is the upload."""
    by, key = actor(), once.from_header("upload", sent_payload())
    upload_id = actions.upload_tables(
        graph(),
        request.files.getlist("files"),
        skip_bad=wants_skip(),
        by=by,
        by_steps=wants_steps(),
        once=key,
    )
    job = actions.get(graph(), upload_id, by=by).job
    send(job.id, Queue.IMPORTS)
    return job, {"Location": f"/api/v1/jobs/{job.id}"}


@bp.get("/uploads")
@bp.response(200, UploadPage)
@policy("member")
def list_uploads() -> cursors.Page[Upload]:
    """What your firm sent, newest first."""
    keys, limit = cursors.window()
    after = (str(keys[0]), str(keys[-1])) if keys else None
    found = read(graph(), uploads.list_own, viewer=actor().firm_id, limit=limit + 1, after=after)
    return cursors.page(found, limit, lambda upload: [upload.created_at, upload.id])


@bp.get("/uploads/<id>")
@bp.response(200, UploadOut)
@policy("member", thing="upload", seen_by=("owner",))
def get_upload(id: str) -> Upload:
    """One upload of your firm with its job."""
    return actions.get(graph(), id, by=actor())


@bp.delete("/uploads/<id>/files")
@bp.response(204)
@policy("member", roles=("buyer", "seller"), thing="upload", seen_by=("owner",))
def remove_files(id: str) -> Response:
    """Delete the files of an upload and its report, to make room; what was written stays."""
    actions.remove_files(graph(), id, by=actor())
    return Response(status=204)


@bp.get("/kept-files")
@bp.response(200, KeptFilesOut)
@policy("member")
def get_kept_files() -> KeptFiles:
    """How much your firm keeps in files, and how much it may keep."""
    return of_firm(graph(), by=actor())


@bp.get("/uploads/<id>/report")
@bp.doc(responses={"200": {"description": "CSV", "content": {"text/csv": {}}}})
@policy("member", thing="upload", seen_by=("owner",))
def get_report(id: str) -> Response:
    """The bad rows of an upload, and those to look at: table, row, column, value, reason."""
    by = actor()
    bad = actions.bad_rows(graph(), id, by=by)
    return as_csv([*bad, *actions.list_warnings(graph(), id, by=by)])


@bp.get("/export.xlsx")
@bp.doc(responses={"200": {"description": "A workbook with a sheet for each table"}})
@policy("member")
def export() -> Response:
    """The tables of your firm, as they can be imported again."""
    firm_id = actor().firm_id
    return as_workbook(
        lambda path: export_tables(graph(), path, workbook=True, firm_id=firm_id), "tables.xlsx"
    )
