"""Files of parts requests: sending, taking off, downloading."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from supplychain.actions.parts_requests import attachments as actions
from supplychain.errors import Invalid
from supplychain.graph.engine.driver import graph
from supplychain.web.access.policy import actor, policy
from supplychain.web.input.forms import load, submit
from supplychain.web.pages.downloads import as_download
from supplychain.web.portal.parts_requests.parts_requests import show_page
from supplychain.web.schemas.parts_requests.parts_requests import FileIn

bp = Blueprint("attachments", __name__)


@bp.post("/parts-requests/<id>/attachments")
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def attach(id: str) -> AnyResponse:
    """Attach the files that were chosen to the draft."""

    def do() -> AnyResponse:
        given = load(FileIn(), {"line_number": request.form.get("line_number", "0")})
        chosen = [file for file in request.files.getlist("file") if file.filename]
        if not chosen:
            raise Invalid("Choose a file first.", pointer="/file")
        for sent in chosen:
            file = actions.NewFile(name=sent.filename or "", content=sent.read(), **given)
            actions.attach(graph(), id, file, by=actor())
        return redirect(f"{url_for('parts_requests.show', id=id)}#files")

    return submit(do, lambda shown: show_page(id, shown))


@bp.get("/parts-requests/<id>/attachments/<attachment_id>")
@policy("member", thing="parts_request", seen_by=("buyer", "invited"))
def download(id: str, attachment_id: str) -> Response:
    """The bytes of a file."""
    file, path = actions.find(graph(), id, attachment_id, by=actor())
    return as_download(file, path)


@bp.post("/parts-requests/<id>/attachments/<attachment_id>/removal")
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def detach(id: str, attachment_id: str) -> AnyResponse:
    """Take a file off the draft."""
    actions.detach(graph(), id, attachment_id, by=actor())
    return redirect(f"{url_for('parts_requests.show', id=id)}#files")
