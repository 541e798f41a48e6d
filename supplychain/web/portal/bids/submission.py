"""Handing in a draft, after a look at its totals."""

from __future__ import annotations

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from supplychain.actions import bids as actions
from supplychain.graph.engine.driver import graph
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.input import bid_forms, versions
from supplychain.web.input.forms import Shown, submit
from supplychain.web.pages.i18n import translate
from supplychain.web.portal.bids import bp
from supplychain.web.portal.bids.desks import read_live_bid
from supplychain.web.portal.bids.pages import check_page


@bp.get("/bids/<id>/submission")
@policy("member", roles=("seller",), thing="bid", seen_by=("bidder",))
def check(id: str) -> str | Response:
    """The totals, before a draft is submitted; an incomplete one goes back to its form."""
    bid, desk = read_live_bid(id)
    if bid.state != "draft":
        return redirect(url_for("bids.show", id=id))
    if bid_forms.find_missing(desk.request, bid.as_content()):
        return redirect(url_for("bids.edit", id=bid.request_id, check=1))
    return check_page(desk, bid, Shown())


@bp.post("/bids/<id>/submission")
@policy("member", roles=("seller",), thing="bid", seen_by=("bidder",))
def hand_in(id: str) -> Response:
    """Submit the draft."""
    bid, desk = read_live_bid(id)

    def submit_draft() -> Response:
        key = once.from_form("submit_bid")
        actions.submit_bid(graph(), id, version=versions.from_form(), by=actor(), once=key)
        flash(translate("Your bid is submitted. The receipt is below."), "success")
        return redirect(url_for("bids.show", id=id))

    return submit(submit_draft, lambda shown: check_page(desk, bid, shown))
