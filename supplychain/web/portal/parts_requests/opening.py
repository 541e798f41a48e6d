"""Opening the bids of a request that two people open."""

from __future__ import annotations

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from supplychain.actions.parts_requests import openings as actions
from supplychain.graph.engine.driver import graph
from supplychain.web.access.policy import actor, policy
from supplychain.web.input.forms import submit
from supplychain.web.pages.i18n import translate
from supplychain.web.portal.parts_requests import bp
from supplychain.web.portal.parts_requests.pages import request_page


@bp.post("/parts-requests/<id>/opening")
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def agree(id: str) -> Response:
    """Agree to open the bids."""

    def agree_to_open() -> Response:
        if actions.agree_to_open(graph(), id, by=actor()):
            flash(translate("The bids are open."), "success")
            return redirect(url_for("awards.show", id=id))
        flash(translate("You agreed. A colleague has to agree too."), "success")
        return redirect(url_for("parts_requests.show", id=id))

    return submit(agree_to_open, lambda shown: request_page(id, shown))


@bp.post("/parts-requests/<id>/opening/withdrawal")
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def take_back(id: str) -> Response:
    """Take the own agreement back."""

    def take_agreement_back() -> Response:
        actions.take_back(graph(), id, by=actor())
        flash(translate("Your agreement is taken back."), "success")
        return redirect(url_for("parts_requests.show", id=id))

    return submit(take_agreement_back, lambda shown: request_page(id, shown))
