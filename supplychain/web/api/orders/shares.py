"""Shares: passing part of an order on, and the root buyer's say in it."""

from __future__ import annotations

from flask import request

from supplychain.actions.orders import shares as actions
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read
from supplychain.graph.orders import orders, shares
from supplychain.model.ids import utc_now
from supplychain.model.shares import ShareChoice, SharePart
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint, Listed
from supplychain.web.api.orders.orders import answer_order
from supplychain.web.input.versions import Versioned, if_match, with_etag
from supplychain.web.schemas.orders.orders import OrderOut, ReasonIn, ShownOrder
from supplychain.web.schemas.orders.shares import (
    PeerList,
    PeerRoom,
    ShareIn,
    SharePartList,
    SharePartOut,
    list_rooms,
)

bp = Blueprint("shares", description="Parts of orders that suppliers pass on to their peers.")


@bp.post("/orders/<id>/shares")
@bp.arguments(ShareIn)
@bp.response(201, OrderOut)
@policy("member", roles=("seller",), thing="order", seen_by=("buyer", "supplier"))
def share(choice: ShareChoice, id: str) -> Versioned[ShownOrder]:
    """Offer part of a line to a peer. Only the order's supplier may."""
    key = once.from_header("share_order", (id, choice))
    share_id = actions.share_order(graph(), id, choice, by=actor(), once=key)
    order, headers = answer_order(share_id)
    return order, {**headers, "Location": f"/api/v1/orders/{share_id}"}


@bp.get("/orders/<id>/shares")
@bp.response(200, SharePartList)
@policy("member", thing="order", seen_by=("buyer", "supplier"))
def list_shares(id: str) -> Listed[SharePart]:
    """Who makes what of an order, over all tiers below it, and how far it is."""
    viewer = actor().firm_id
    order = read(graph(), orders.get, id, viewer=viewer)
    return Listed(read(graph(), shares.list_below, order, viewer=viewer))


@bp.get("/orders/<id>/peers")
@bp.response(200, PeerList)
@policy("member", roles=("seller",), thing="order", seen_by=("supplier",))
def list_peers(id: str) -> Listed[PeerRoom]:
    """Firms that may get a share of a line (``line_id``, else the first); for the supplier."""
    viewer = actor().firm_id
    order = read(graph(), orders.get_as_supplier, id, viewer=viewer)
    line = order.line(request.args.get("line_id", order.lines[0].id))
    peers = read(graph(), shares.list_peers, order, line, viewer=viewer)
    return Listed(list_rooms(peers, line, quantity=line.kept_quantity, now=utc_now()))


@bp.get("/shares/<id>")
@bp.response(200, SharePartOut)
@policy("member", thing="share", seen_by=("root_buyer",))
def get_share(id: str) -> Versioned[SharePart]:
    """A share of an order that your firm placed: who makes what, without the price."""
    return _answer_share(id)


def _answer_share(share_id: str) -> Versioned[SharePart]:
    part = read(graph(), shares.get_for_root, share_id, viewer=actor().firm_id)
    return with_etag(part, part.version)


@bp.put("/shares/<id>/consent")
@bp.response(200, SharePartOut)
@policy("member", roles=("buyer",), thing="share", seen_by=("root_buyer",))
def consent(id: str) -> Versioned[SharePart]:
    """Let a share be offered to its peer."""
    actions.consent_to_share(graph(), id, by=actor(), version=if_match())
    return _answer_share(id)


@bp.put("/shares/<id>/consent-refusal")
@bp.arguments(ReasonIn, as_kwargs=True)
@bp.response(200, SharePartOut)
@policy("member", roles=("buyer",), thing="share", seen_by=("root_buyer",))
def refuse_consent(id: str, reason: str) -> Versioned[SharePart]:
    """Refuse a share; its quantity stays with the sharer."""
    actions.refuse_consent(graph(), id, reason=reason, by=actor(), version=if_match())
    return _answer_share(id)


@bp.put("/shares/<id>/recall")
@bp.response(200, OrderOut)
@policy("member", roles=("seller",), thing="share", seen_by=("buyer", "supplier"))
def recall(id: str) -> Versioned[ShownOrder]:
    """Take back a share that nobody has answered. Only the sharer may."""
    actions.recall_share(graph(), id, by=actor(), version=if_match())
    return answer_order(id)
