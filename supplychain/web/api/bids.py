"""Bids: a supplier's own, and for the buyer once they are opened."""

from __future__ import annotations

from typing import Any

from supplychain.actions import bids as actions
from supplychain.errors import Invalid
from supplychain.graph.bids import bids
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import Tx, read
from supplychain.graph.parts_requests import parts_requests
from supplychain.model.bids.bid import Bid
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint
from supplychain.web.input import cursors, versions
from supplychain.web.schemas.bids import (
    BidCount,
    BidIn,
    BidOut,
    BidPage,
    OpenedBids,
    as_told,
    content_of,
)

bp = Blueprint("bids", description="Offers for parts requests, sealed until the deadline.")

Answer = tuple[dict[str, Any], int, dict[str, str]]


@bp.post("/parts-requests/<id>/bids")
@bp.arguments(BidIn)
@bp.response(201, BidOut)
@policy("member", roles=("seller",), thing="parts_request", seen_by=("invited",))
def place(given: dict[str, Any], id: str) -> Answer:
    """Start a bid as a draft, however incomplete; a firm has one live bid for each request."""
    key = once.from_header("place_bid", {"request_id": id, **given})
    bid_id = actions.place_bid(graph(), id, content_of(given), by=actor(), once=key)
    told, _, headers = _answer(bid_id)
    return told, 201, {**headers, "Location": f"/api/v1/bids/{bid_id}"}


@bp.get("/bids")
@bp.response(200, BidPage)
@policy("member")
def list_own() -> dict[str, Any]:
    """Bids of your own firm, newest first."""
    after, limit = cursors.window()
    before, after_id = _after(after)
    items = read(
        graph(),
        bids.list_own,
        viewer=actor().firm_id,
        limit=limit + 1,
        before=before,
        after_id=after_id,
    )
    return cursors.page(items, limit, lambda item: [item["created_at"], item["id"]])


@bp.get("/bids/<id>")
@bp.response(200, BidOut)
@policy("member", thing="bid", seen_by=("bidder", "buyer_after_opening"))
def get_bid(id: str) -> Answer:
    """A bid of your firm, with its receipt; or one for your request, after the opening."""
    return _answer(id)


@bp.patch("/bids/<id>")
@bp.arguments(BidIn)
@bp.response(200, BidOut)
@policy("member", roles=("seller",), thing="bid", seen_by=("bidder",))
def revise(given: dict[str, Any], id: str) -> Answer:
    """Change a draft or a submitted bid until the deadline; a submitted one stays submitted."""
    stored = read(graph(), bids.get_own, id, viewer=actor().firm_id)
    content = content_of(given, stored)
    actions.revise_bid(graph(), id, content, version=versions.if_match(), by=actor())
    return _answer(id)


@bp.put("/bids/<id>/submission")
@bp.response(200, BidOut)
@policy("member", roles=("seller",), thing="bid", seen_by=("bidder",))
def submit_bid(id: str) -> Answer:
    """Hand a draft in; the answer holds the receipt."""
    actions.submit_bid(graph(), id, version=versions.if_match(), by=actor())
    return _answer(id)


@bp.put("/bids/<id>/withdrawal")
@bp.response(200, BidOut)
@policy("member", roles=("seller",), thing="bid", seen_by=("bidder",))
def withdraw(id: str) -> Answer:
    """Take a bid back before the deadline; a new one may be placed then."""
    actions.withdraw_bid(graph(), id, version=versions.if_match(), by=actor())
    return _answer(id)


@bp.get("/parts-requests/<id>/bids")
@bp.response(200, OpenedBids)
@policy("member", thing="parts_request", seen_by=("buyer",))
def list_opened(id: str) -> dict[str, Any]:
    """All bids for your request once they are opened; before, 409 and their number alone."""
    opened = read(graph(), bids.list_opened, id, viewer=actor().firm_id)
    decided = [each for each in opened if each.bid.rank is not None]
    ranked = len(decided) or None
    told = [{**as_told(each.bid, ranked=ranked), "firm_name": each.firm_name} for each in opened]
    return {"items": told}


@bp.get("/parts-requests/<id>/bid-count")
@bp.response(200, BidCount)
@policy("member", thing="parts_request", seen_by=("buyer",))
def count(id: str) -> dict[str, int]:
    """How many bids stand for your request: all that is told before the opening."""
    return {"count": read(graph(), bids.count_submitted, id, viewer=actor().firm_id)}


def _answer(bid_id: str) -> Answer:
    bid, ranked, asked = read(graph(), _read, bid_id, actor().firm_id)
    warnings = actions.warnings(graph(), bid, asked, by=actor()) if asked else []
    told = as_told(bid, ranked=ranked, warnings=warnings)
    return told, 200, versions.etag(bid.version)


def _read(tx: Tx, bid_id: str, viewer: str) -> tuple[Bid, int | None, PartsRequest | None]:
    """The bid, among how many it was ranked, and its request if it is an own one."""
    bid = bids.get(tx, bid_id, viewer=viewer)
    own = bid.firm_id == viewer and bid.state in ("draft", "open")
    asked = parts_requests.view_for_supplier(tx, bid.request_id, viewer=viewer) if own else None
    return bid, bids.count_ranked(tx, bid_id, viewer=viewer), asked


def _after(keys: list[Any] | None) -> tuple[str | None, str]:
    if keys is None:
        return None, ""
    if len(keys) != 2 or not all(isinstance(key, str) for key in keys):
        raise Invalid(cursors.UNKNOWN, pointer="/cursor")
    return keys[0], keys[1]
