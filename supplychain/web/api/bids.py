"""Bids: a supplier's own, and for the buyer once they are opened."""

from __future__ import annotations

from supplychain.actions import bids as actions
from supplychain.graph.bids import bids, opened_bids
from supplychain.graph.bids.bids import ListedBid
from supplychain.graph.capacity import holds
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, read
from supplychain.graph.parts_requests import parts_requests
from supplychain.model.bids.bid import Bid
from supplychain.model.bids.lines import BidContent
from supplychain.model.capacity.holds import Room
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.web.access import observing, once
from supplychain.web.access.policy import actor, policy
from supplychain.web.access.reader_days import reader_today
from supplychain.web.api import Blueprint
from supplychain.web.input import cursors
from supplychain.web.input.versions import Versioned, if_match, with_etag
from supplychain.web.schemas.bids import (
    BidAnswer,
    BidCount,
    BidIn,
    BidOut,
    BidPage,
    OpenedBids,
)
from supplychain.web.schemas.sent import Sent

bp = Blueprint("bids", description="Offers for parts requests, sealed until the deadline.")


@bp.post("/parts-requests/<id>/bids")
@bp.arguments(BidIn)
@bp.response(201, BidOut)
@policy("member", roles=("seller",), thing="parts_request", seen_by=("invited",))
def place(sent: Sent[BidContent], id: str) -> Versioned[BidAnswer]:
    """Start a bid as a draft, however incomplete; a firm has one live bid for each request."""
    key = once.from_header("place_bid", {"request_id": id, **sent.by_name()})
    bid_id = actions.place_bid(graph(), id, sent.content, by=actor(), once=key)
    answer, headers = _answer_bid(bid_id)
    return answer, {**headers, "Location": f"/api/v1/bids/{bid_id}"}


@bp.get("/bids")
@bp.response(200, BidPage)
@policy("member")
def list_own() -> cursors.Page[ListedBid]:
    """Bids of your own firm, newest first."""
    after, limit = cursors.text_window()
    before, after_id = after or (None, "")
    listed = read(
        graph(),
        bids.list_own,
        viewer=actor().firm_id,
        limit=limit + 1,
        before=before,
        after_id=after_id,
    )
    return cursors.page(listed, limit, lambda bid: [bid.created_at, bid.id])


@bp.get("/bids/<id>")
@bp.response(200, BidOut)
@policy("member", thing="bid", seen_by=("bidder", "buyer_after_opening"))
def get_bid(id: str) -> Versioned[BidAnswer]:
    """A bid of your firm, with its receipt; or one for your request, after the opening."""
    return _answer_bid(id)


@bp.patch("/bids/<id>")
@bp.arguments(BidIn)
@bp.response(200, BidOut)
@policy("member", roles=("seller",), thing="bid", seen_by=("bidder",))
def revise(sent: Sent[BidContent], id: str) -> Versioned[BidAnswer]:
    """Change a draft or a submitted bid until the deadline; a submitted one stays submitted."""
    stored = read(graph(), bids.get_own, id, viewer=actor().firm_id)
    content = sent.over(stored.as_content())
    actions.revise_bid(graph(), id, content, version=if_match(), by=actor())
    return _answer_bid(id)


@bp.put("/bids/<id>/submission")
@bp.response(200, BidOut)
@policy("member", roles=("seller",), thing="bid", seen_by=("bidder",))
def submit_bid(id: str) -> Versioned[BidAnswer]:
    """Hand a draft in; the answer holds the receipt."""
    actions.submit_bid(graph(), id, version=if_match(), by=actor())
    return _answer_bid(id)


@bp.put("/bids/<id>/withdrawal")
@bp.response(200, BidOut)
@policy("member", roles=("seller",), thing="bid", seen_by=("bidder",))
def withdraw(id: str) -> Versioned[BidAnswer]:
    """Take a bid back before the deadline; a new one may be placed then."""
    actions.withdraw_bid(graph(), id, version=if_match(), by=actor())
    return _answer_bid(id)


@bp.get("/parts-requests/<id>/bids")
@bp.response(200, OpenedBids)
@policy("member", thing="parts_request", seen_by=("buyer",))
def list_opened(id: str) -> dict[str, list[BidAnswer]]:
    """All bids for your request once they are opened; before, 409 and their number alone."""
    opened = read(graph(), opened_bids.list_opened, id, viewer=actor().firm_id)
    ranked = len([each for each in opened if each.bid.rank is not None]) or None
    answers = [BidAnswer(bid=each.bid, ranked=ranked, firm_name=each.firm_name) for each in opened]
    return {"items": answers}


@bp.get("/parts-requests/<id>/bid-count")
@bp.response(200, BidCount)
@policy("member", thing="parts_request", seen_by=("buyer",))
def count(id: str) -> dict[str, int]:
    """How many bids stand for your request: all that is told before the opening."""
    return {"count": read(graph(), opened_bids.count_submitted, id, viewer=actor().firm_id)}


def _answer_bid(bid_id: str) -> Versioned[BidAnswer]:
    by = actor()
    bid, ranked, request, rooms = read(graph(), _read_bid, bid_id, by.firm_id)
    if bid.firm_id == by.firm_id:
        observing.note_own_bid()
    warnings = (
        actions.list_warnings(graph(), bid, request, by=by, today=reader_today(), rooms=rooms)
        if request
        else ()
    )
    return with_etag(BidAnswer(bid=bid, ranked=ranked, warnings=warnings), bid.version)


def _read_bid(
    tx: Tx, bid_id: str, viewer: str
) -> tuple[Bid, int | None, PartsRequest | None, dict[str, Room]]:
    """The bid, among how many it was ranked, its request if it is an own one, and own rooms."""
    bid, ranked, rooms = together(
        lambda: bids.get(tx, bid_id, viewer=viewer),
        lambda: bids.count_ranked(tx, bid_id, viewer=viewer),
        lambda: holds.read_rooms(tx, besides=bid_id, viewer=viewer, today=reader_today()),
    )
    own = bid.firm_id == viewer and bid.state in ("draft", "open")
    request = parts_requests.view_for_supplier(tx, bid.request_id, viewer=viewer) if own else None
    return bid, ranked, request, rooms
