"""Moving the deadline of a parts request."""

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
from supplychain.web.schemas.parts_requests.parts_requests import DeadlineIn


@bp.post("/parts-requests/<id>/deadline")
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def move_deadline(id: str) -> Response:
    """Move the deadline."""

    def save_deadline() -> Response:
        typed = {name: request.form.get(name, "") for name in ("deadline", "deadline_reason")}
        moved = load(DeadlineIn(), typed)
        version = versions.from_form()
        actions.move_deadline(
            graph(),
            id,
            moved["deadline"],
            reason=moved["deadline_reason"],
            by=actor(),
            version=version,
        )
        return redirect(url_for("parts_requests.show", id=id))

    return submit(save_deadline, lambda shown: request_page(id, shown))
