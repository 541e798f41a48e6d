"""Files of parts requests: sending, taking off, downloading."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from supplychain.actions.parts_requests import attachments as actions
from supplychain.errors import Invalid
from supplychain.graph.engine.driver import graph
from supplychain.web.access.policy import actor, policy
from supplychain.web.input.forms import load, submit
from supplychain.web.pages.downloads import send_kept_file
from supplychain.web.portal.parts_requests.pages import request_page
from supplychain.web.schemas.parts_requests.parts_requests import FileIn

bp = Blueprint("attachments", __name__)


@bp.post("/parts-requests/<id>/attachments")
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",), takes_files=True)
def attach(id: str) -> AnyResponse:
    """Attach the files that were chosen to the draft."""

    def attach_files() -> AnyResponse:
        typed = {"line_number": request.form.get("line_number", "0")}
        line_number = load(FileIn(), typed)["line_number"]
        chosen = [file for file in request.files.getlist("file") if file.filename]
        if not chosen:
            raise Invalid("Choose a file first.", pointer="/file")
        files = [
            actions.NewFile.of(sent.filename or "", sent.stream, line_number) for sent in chosen
        ]
        for file in files:
            actions.attach(graph(), id, file, by=actor())
        return redirect(f"{url_for('parts_requests.show', id=id)}#files")

    return submit(attach_files, lambda shown: request_page(id, shown))


@bp.get("/parts-requests/<id>/attachments/<attachment_id>")
@policy("member", thing="parts_request", seen_by=("buyer", "invited"))
def download(id: str, attachment_id: str) -> Response:
    """The bytes of a file."""
    file, path = actions.find(graph(), id, attachment_id, by=actor())
    return send_kept_file(path, name=file.name, media_type=file.media_type)


@bp.post("/parts-requests/<id>/attachments/<attachment_id>/removal")
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def detach(id: str, attachment_id: str) -> AnyResponse:
    """Take a file off the draft."""
    actions.detach(graph(), id, attachment_id, by=actor())
    return redirect(f"{url_for('parts_requests.show', id=id)}#files")
