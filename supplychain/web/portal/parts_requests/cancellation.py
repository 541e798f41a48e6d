"""Calling a parts request off."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from supplychain.actions.parts_requests import parts_requests as actions
from supplychain.graph.engine.driver import graph
from supplychain.web.access.policy import actor, policy
from supplychain.web.input import versions
from supplychain.web.input.forms import load, submit
from supplychain.web.portal.parts_requests import bp
from supplychain.web.portal.parts_requests.pages import request_page
from supplychain.web.schemas.parts_requests.parts_requests import CancellationIn


@bp.post("/parts-requests/<id>/cancellation")
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def cancel(id: str) -> Response:
    """Call it off."""

    def cancel_request() -> Response:
        reason = load(CancellationIn(), {"reason": request.form.get("reason", "")})["reason"]
        actions.cancel(graph(), id, reason, by=actor(), version=versions.from_form())
        return redirect(url_for("parts_requests.show", id=id))

    return submit(cancel_request, lambda shown: request_page(id, shown))
