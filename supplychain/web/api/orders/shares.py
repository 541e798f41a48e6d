"""Shares: passing part of an order on, and the root buyer's say in it."""

from __future__ import annotations

from typing import Any

from flask import request

from supplychain.actions.orders import shares as actions
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read
from supplychain.graph.orders import orders, shares
from supplychain.model.ids import utc_now
from supplychain.model.shares import ShareChoice
from supplychain.model.weeks import week_of
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint
from supplychain.web.api.orders.orders import Answer, answer
from supplychain.web.input import versions
from supplychain.web.schemas.orders.orders import OrderOut, ReasonIn
from supplychain.web.schemas.orders.shares import PeerList, ShareIn, SharePartList, SharePartOut

bp = Blueprint("shares", description="Parts of orders that suppliers pass on to their peers.")


@bp.post("/orders/<id>/shares")
@bp.arguments(ShareIn)
@bp.response(201, OrderOut)
@policy("member", roles=("seller",), thing="order", seen_by=("buyer", "supplier"))
def share(given: dict[str, Any], id: str) -> Answer:
    """Offer part of a line to a peer. Only the order's supplier may."""
    key = once.from_header("share_order", {"order_id": id, **given})
    share_id = actions.share_order(graph(), id, ShareChoice(**given), by=actor(), once=key)
    body, status, headers = answer(share_id, 201)
    return body, status, {**headers, "Location": f"/api/v1/orders/{share_id}"}


@bp.get("/orders/<id>/shares")
@bp.response(200, SharePartList)
@policy("member", thing="order", seen_by=("buyer", "supplier"))
def list_shares(id: str) -> dict[str, Any]:
    """Who makes what of an order, over all tiers below it, and how far it is."""
    viewer = actor().firm_id
    order = read(graph(), orders.get, id, viewer=viewer)
    return {"items": read(graph(), shares.list_below, order, viewer=viewer)}


@bp.get("/orders/<id>/peers")
@bp.response(200, PeerList)
@policy("member", roles=("seller",), thing="order", seen_by=("supplier",))
def list_peers(id: str) -> dict[str, Any]:
    """Firms that may get a share of a line (``line_id``, else the first); for the supplier."""
    viewer = actor().firm_id
    order = read(graph(), orders.get_as_supplier, id, viewer=viewer)
    line = order.line(request.args.get("line_id", order.lines[0].id))
    found = read(graph(), shares.list_peers, order, line.category_id, viewer=viewer)
    weeks = {"week": week_of(utc_now().date()), "last_week": week_of(line.due_on)}
    names = ("id", "name", "city", "able", "pools")
    return {
        "items": [
            {
                **{name: getattr(peer, name) for name in names},
                "room": peer.room(quantity=line.kept_quantity, **weeks),
            }
            for peer in found
        ]
    }


@bp.get("/shares/<id>")
@bp.response(200, SharePartOut)
@policy("member", thing="share", seen_by=("root_buyer",))
def get_share(id: str) -> Answer:
    """A share of an order that your firm placed: who makes what, without the price."""
    return _answer(id)


def _answer(share_id: str) -> Answer:
    found = read(graph(), shares.get_for_root, share_id, viewer=actor().firm_id)
    return found, 200, versions.etag(found.version)


@bp.put("/shares/<id>/consent")
@bp.response(200, SharePartOut)
@policy("member", roles=("buyer",), thing="share", seen_by=("root_buyer",))
def consent(id: str) -> Answer:
    """Let a share be offered to its peer."""
    actions.consent(graph(), id, by=actor(), version=versions.if_match())
    return _answer(id)


@bp.put("/shares/<id>/consent-refusal")
@bp.arguments(ReasonIn)
@bp.response(200, SharePartOut)
@policy("member", roles=("buyer",), thing="share", seen_by=("root_buyer",))
def refuse_consent(given: dict[str, Any], id: str) -> Answer:
    """Refuse a share; its quantity stays with the sharer."""
    actions.refuse_consent(graph(), id, **given, by=actor(), version=versions.if_match())
    return _answer(id)


@bp.put("/shares/<id>/recall")
@bp.response(200, OrderOut)
@policy("member", roles=("seller",), thing="share", seen_by=("buyer", "supplier"))
def recall(id: str) -> Answer:
    """Take back a share that nobody has answered. Only the sharer may."""
    actions.recall_share(graph(), id, by=actor(), version=versions.if_match())
    return answer(id)
