"""Taking a bid back."""

from __future__ import annotations

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from supplychain.actions import bids as actions
from supplychain.graph.engine.driver import graph
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.input import versions
from supplychain.web.input.forms import submit
from supplychain.web.pages.i18n import translate
from supplychain.web.portal.bids import bp
from supplychain.web.portal.bids.desks import read_live_bid
from supplychain.web.portal.bids.pages import bid_page


@bp.post("/bids/<id>/withdrawal")
@policy("member", roles=("seller",), thing="bid", seen_by=("bidder",))
def withdraw(id: str) -> Response:
    """Take the bid back."""
    read_live_bid(id)

    def withdraw_bid() -> Response:
        key = once.from_form("withdraw_bid")
        actions.withdraw_bid(graph(), id, version=versions.from_form(), by=actor(), once=key)
        flash(translate("Your bid is withdrawn."), "success")
        return redirect(url_for("bids.index"))

    return submit(withdraw_bid, lambda shown: bid_page(id, shown))
