"""The bids of a firm, and each of them."""

from __future__ import annotations

from flask import render_template, request

from supplychain.graph.bids import bids
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read
from supplychain.web.access.policy import actor, policy
from supplychain.web.portal.bids import bp
from supplychain.web.portal.bids.pages import bid_page

PAGE_ROWS = 50


@bp.get("/bids")
@policy("member")
def index() -> str:
    """The reader's firm's bids, newest first."""
    before, after_id = request.args.get("before"), request.args.get("after", "")
    listed = read(
        graph(),
        bids.list_own,
        viewer=actor().firm_id,
        limit=PAGE_ROWS + 1,
        before=before,
        after_id=after_id,
    )
    more = listed[PAGE_ROWS - 1] if len(listed) > PAGE_ROWS else None
    return render_template("bids/index.html", bids=listed[:PAGE_ROWS], more=more)


@bp.get("/bids/<id>")
@policy("member", thing="bid", seen_by=("bidder", "buyer_after_opening"))
def show(id: str) -> str:
    """One bid with its receipt."""
    return bid_page(id)
