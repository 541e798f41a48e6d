"""Files of parts requests."""

from __future__ import annotations

from flask import Response, request

from supplychain.actions.parts_requests import attachments as actions
from supplychain.errors import Invalid
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, read
from supplychain.graph.parts_requests import attachments, parts_requests
from supplychain.model.parts_requests.attachments import Attachment
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint
from supplychain.web.pages.downloads import send_kept_file
from supplychain.web.schemas.parts_requests.parts_requests import FileIn, FileList, FileOut

bp = Blueprint("attachments", description="Drawings and other files of parts requests.")


@bp.post("/parts-requests/<id>/attachments")
@bp.arguments(FileIn, location="form", as_kwargs=True)
@bp.response(201, FileOut)
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",), takes_files=True)
def attach(id: str, line_number: int) -> tuple[Attachment, dict[str, str]]:
    """Attach a file (form field ``file``) to a draft."""
    by, file = actor(), _read_sent_file(line_number)
    payload = {"id": id, "name": file.name, "sha256": file.sha256, "line_number": line_number}
    key = once.from_header("attach", payload)
    attachment_id = actions.attach(graph(), id, file, by=by, once=key)
    kept = read(graph(), attachments.get, id, attachment_id, viewer=by.firm_id)
    return kept, {"Location": f"/api/v1/parts-requests/{id}/attachments/{attachment_id}"}


def _read_sent_file(line_number: int) -> actions.NewFile:
    file = request.files.get("file")
    if file is None:
        raise Invalid("Send a file in the form field named file.", pointer="/file")
    return actions.NewFile.of(file.filename or "", file.stream, line_number)


@bp.get("/parts-requests/<id>/attachments")
@bp.response(200, FileList)
@policy("member", thing="parts_request", seen_by=("buyer", "invited"))
def list_files(id: str) -> dict[str, list[Attachment]]:
    """The files of a request of your own, or of one your firm may bid for."""
    return {"items": read(graph(), _list_visible, id, actor().firm_id)}


def _list_visible(tx: Tx, request_id: str, viewer: str) -> list[Attachment]:
    own, is_own = together(
        lambda: attachments.list_own(tx, request_id, viewer=viewer),
        lambda: parts_requests.is_own(tx, request_id, viewer=viewer),
    )
    if is_own:
        return own
    _, seen = together(
        lambda: parts_requests.view_for_supplier(tx, request_id, viewer=viewer),
        lambda: attachments.list_seen(tx, request_id, viewer=viewer),
    )
    return seen


@bp.get("/parts-requests/<id>/attachments/<attachment_id>")
@bp.response(200, content_type="application/octet-stream")
@policy("member", thing="parts_request", seen_by=("buyer", "invited"))
def download(id: str, attachment_id: str) -> Response:
    """The bytes of a file."""
    file, path = actions.find(graph(), id, attachment_id, by=actor())
    return send_kept_file(path, name=file.name, media_type=file.media_type)


@bp.delete("/parts-requests/<id>/attachments/<attachment_id>")
@bp.response(204)
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def detach(id: str, attachment_id: str) -> Response:
    """Take a file off a draft."""
    actions.detach(graph(), id, attachment_id, by=actor())
    return Response(status=204)
