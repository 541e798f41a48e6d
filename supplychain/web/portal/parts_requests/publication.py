"""Publishing a parts request."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from supplychain.actions.parts_requests import parts_requests as actions
from supplychain.errors import NobodyMakes
from supplychain.graph.engine.driver import graph
from supplychain.model.jobs import Queue
from supplychain.tasks.jobs import send
from supplychain.web.access.policy import actor, policy
from supplychain.web.input import versions
from supplychain.web.input.forms import submit
from supplychain.web.pages.i18n import translate
from supplychain.web.portal.parts_requests import bp
from supplychain.web.portal.parts_requests.pages import request_page


@bp.post("/parts-requests/<id>/publication")
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def publish(id: str) -> Response:
    """Publish the draft and have suppliers ranked."""

    def publish_draft() -> Response:
        knows = request.form.get("confirm") == NobodyMakes.code
        version = versions.from_form()
        job = actions.publish(graph(), id, by=actor(), version=version, despite_nobody=knows)
        send(job, Queue.RANKINGS)
        flash(translate("Published. Suppliers are being ranked."), "success")
        return redirect(url_for("parts_requests.show", id=id))

    return submit(publish_draft, lambda shown: request_page(id, shown))
