"""Sharing on pages: offering a part to a peer, taking it back, and the root buyer's consent."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from supplychain.actions.orders import shares as actions
from supplychain.errors import NotFound
from supplychain.graph import firms
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import Tx, read
from supplychain.graph.orders import orders, shares
from supplychain.model.ids import utc_now
from supplychain.model.orders import Order
from supplychain.model.shares import USUAL_TIME, ShareChoice, SharePart
from supplychain.model.weeks import week_of
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.input.forms import Shown, load, submit
from supplychain.web.pages.i18n import translate
from supplychain.web.portal.orders.orders import done, page, seen, typed
from supplychain.web.schemas.orders.orders import ReasonIn
from supplychain.web.schemas.orders.shares import ShareIn

bp = Blueprint("shares", __name__)


@bp.get("/orders/<id>/share")
@policy("member", roles=("seller",), thing="order", seen_by=("supplier",))
def new(id: str) -> str:
    """The form to offer part of a line to a peer; ``line`` in the address picks the line."""
    return _form(id, Shown())


@bp.post("/orders/<id>/shares")
@policy("member", roles=("seller",), thing="order", seen_by=("buyer", "supplier"))
def offer(id: str) -> Response:
    """Offer it."""

    def do() -> Response:
        choice = ShareChoice(**load(ShareIn(), typed()))
        key = once.from_form("share_order")
        share_id = actions.share_order(graph(), id, choice, by=actor(), once=key)
        return done(share_id, "The share is on its way. It comes back if nobody answers in time.")

    return submit(do, lambda form: _form(id, form))


def _form(order_id: str, form: Shown) -> str:
    found = read(graph(), _choices, order_id, request.values.get("line_id"), actor().firm_id)
    return render_template("shares/form.html", form=form, until=utc_now() + USUAL_TIME, **found)


def _choices(tx: Tx, order_id: str, line_id: str | None, viewer: str) -> dict[str, Any]:
    order = orders.get_as_supplier(tx, order_id, viewer=viewer)
    line = order.line(line_id or _most_kept(order))
    most = line.shareable(shares.received_quantity(tx, line.id))
    weeks = {"week": week_of(utc_now().date()), "last_week": week_of(line.due_on)}
    peers = [
        {"peer": peer, "room": peer.room(quantity=most, **weeks)}
        for peer in shares.list_peers(tx, order, line.category_id, viewer=viewer)
    ]
    return {"order": order, "line": line, "most": most, "peers": peers}


def _most_kept(order: Order) -> str:
    return max(order.lines, key=lambda line: line.kept_quantity).id


@bp.post("/orders/<id>/recall")
@policy("member", roles=("seller",), thing="share", seen_by=("buyer", "supplier"))
def recall(id: str) -> Response:
    """Take back a share that nobody has answered."""

    def do() -> Response:
        actions.recall_share(graph(), id, by=actor(), version=seen())
        return done(id, "Taken back. The quantity is yours again.")

    return submit(do, lambda form: page(id, form))


@bp.get("/shares/<id>")
@policy("member", thing="share", seen_by=("root_buyer", "buyer", "supplier"))
def show(id: str) -> str | Response:
    """A share for the root buyer; its own two firms are sent to its page as an order."""
    found = read(graph(), _as_seen, id, actor().firm_id)
    return redirect(url_for("orders.show", id=id)) if found is None else _consent(found, Shown())


def _as_seen(tx: Tx, share_id: str, viewer: str) -> dict[str, Any] | None:
    """The share with the root order for the root buyer; None for its sharer and its peer."""
    try:
        share = shares.get_for_root(tx, share_id, viewer=viewer)
    except NotFound:
        if not orders.get(tx, share_id, viewer=viewer).is_share:
            raise
        return None
    return {"share": share, **_above(tx, share, viewer)}


def _above(tx: Tx, share: SharePart, viewer: str) -> dict[str, Any]:
    root = orders.get(tx, share.root_id, viewer=viewer)
    return {"root": root, "supplier_name": firms.names(tx, [root.supplier_id])[root.supplier_id]}


def _consent(found: dict[str, Any], form: Shown) -> str:
    return render_template(
        "shares/show.html", form=form, may_buy=actor().role in ("owner", "buyer"), **found
    )


def _consent_again(share_id: str, form: Shown) -> str:
    found = read(graph(), _as_seen, share_id, actor().firm_id)
    if found is None:
        raise NotFound
    return _consent(found, form)


@bp.post("/shares/<id>/consent")
@policy("member", roles=("buyer",), thing="share", seen_by=("root_buyer",))
def consent(id: str) -> Response:
    """Agree."""

    def do() -> Response:
        actions.consent(graph(), id, by=actor(), version=seen())
        return _decided(id, "You agreed. The share is now offered to the peer.")

    return submit(do, lambda form: _consent_again(id, form))


@bp.post("/shares/<id>/consent-refusal")
@policy("member", roles=("buyer",), thing="share", seen_by=("root_buyer",))
def refuse(id: str) -> Response:
    """Refuse."""

    def do() -> Response:
        reason = load(ReasonIn(), typed())["reason"]
        actions.refuse_consent(graph(), id, reason=reason, by=actor(), version=seen())
        return _decided(id, "You refused. The supplier keeps the quantity and reads your reason.")

    return submit(do, lambda form: _consent_again(id, form))


def _decided(share_id: str, message: str) -> Response:
    flash(translate(message), "success")
    return redirect(url_for("shares.show", id=share_id))
