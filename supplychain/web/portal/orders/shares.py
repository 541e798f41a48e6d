"""Sharing on pages: offering a part to a peer, taking it back, and the root buyer's consent."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from supplychain.actions.orders import shares as actions
from supplychain.errors import NotFound
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, read
from supplychain.graph.orders import orders, shares
from supplychain.model.ids import utc_now
from supplychain.model.orders import Order, OrderLine
from supplychain.model.quantities import Quantity
from supplychain.model.shares import USUAL_TIME, SharePart
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.input import versions
from supplychain.web.input.forms import Shown, load_form, say_done, submit
from supplychain.web.portal.orders.orders import render_order, return_to_order
from supplychain.web.schemas.orders.orders import ReasonIn
from supplychain.web.schemas.orders.shares import PeerRoom, ShareIn, list_rooms

bp = Blueprint("shares", __name__)


@bp.get("/orders/<id>/share")
@policy("member", roles=("seller",), thing="order", seen_by=("supplier",))
def new(id: str) -> str:
    """The form to offer part of a line to a peer; ``line`` in the address picks the line."""
    return _render_form(id, Shown())


@bp.post("/orders/<id>/shares")
@policy("member", roles=("seller",), thing="order", seen_by=("buyer", "supplier"))
def offer(id: str) -> Response:
    """Offer it."""

    def share_order() -> Response:
        choice = load_form(ShareIn())
        key = once.from_form("share_order")
        share_id = actions.share_order(graph(), id, choice, by=actor(), once=key)
        return return_to_order(
            share_id, "The share is on its way. It comes back if nobody answers in time."
        )

    return submit(share_order, lambda form: _render_form(id, form))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareableLine:
    """A line of an order, how many pieces of it may be shared now, and with whom."""

    order: Order
    line: OrderLine
    most: Quantity
    peers: list[PeerRoom]


def _render_form(order_id: str, form: Shown) -> str:
    line_id = request.values.get("line_id")
    shareable = read(graph(), _read_shareable_line, order_id, line_id, actor().firm_id)
    return render_template(
        "shares/form.html",
        form=form,
        until=utc_now() + USUAL_TIME,
        order=shareable.order,
        line=shareable.line,
        most=shareable.most,
        peers=shareable.peers,
    )


def _read_shareable_line(tx: Tx, order_id: str, line_id: str | None, viewer: str) -> ShareableLine:
    order = orders.get_as_supplier(tx, order_id, viewer=viewer)
    line = order.line(line_id or _find_most_kept(order).id)
    received, peers = together(
        lambda: shares.received_quantity(tx, line.id),
        lambda: shares.list_peers(tx, order, line, viewer=viewer),
    )
    most = line.shareable(received)
    rooms = list_rooms(peers, line, quantity=most, now=utc_now())
    return ShareableLine(order=order, line=line, most=most, peers=rooms)


def _find_most_kept(order: Order) -> OrderLine:
    return max(order.lines, key=lambda line: line.kept_quantity)


@bp.post("/orders/<id>/recall")
@policy("member", roles=("seller",), thing="share", seen_by=("buyer", "supplier"))
def recall(id: str) -> Response:
    """Take back a share that nobody has answered."""

    def recall_share() -> Response:
        actions.recall_share(graph(), id, by=actor(), version=versions.from_form())
        return return_to_order(id, "Taken back. The quantity is yours again.")

    return submit(recall_share, lambda form: render_order(id, form))


@bp.get("/shares/<id>")
@policy("member", thing="share", seen_by=("root_buyer", "buyer", "supplier"))
def show(id: str) -> str | Response:
    """A share for the root buyer; its own two firms are sent to its page as an order."""
    above = read(graph(), _find_share_above, id, actor().firm_id)
    if above is None:
        return redirect(url_for("orders.show", id=id))
    return _render_consent(above, Shown())


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareAbove:
    """A share as the root buyer reads it, with the order of theirs that it is part of."""

    share: SharePart
    root: Order
    supplier_name: str


def _find_share_above(tx: Tx, share_id: str, viewer: str) -> ShareAbove | None:
    """The share with the root order for the root buyer; None for its sharer and its peer."""
    try:
        share, name = together(
            lambda: shares.get_for_root(tx, share_id, viewer=viewer),
            lambda: shares.name_root_supplier(tx, share_id, viewer=viewer),
        )
    except NotFound:
        if not orders.get(tx, share_id, viewer=viewer).is_share:
            raise
        return None
    root = orders.get(tx, share.root_id, viewer=viewer)
    return ShareAbove(share=share, root=root, supplier_name=name)


def _render_consent(above: ShareAbove, form: Shown) -> str:
    return render_template(
        "shares/show.html",
        form=form,
        may_buy=actor().role in ("owner", "buyer"),
        share=above.share,
        root=above.root,
        supplier_name=above.supplier_name,
    )


def _render_consent_again(share_id: str, form: Shown) -> str:
    above = read(graph(), _find_share_above, share_id, actor().firm_id)
    if above is None:
        raise NotFound
    return _render_consent(above, form)


@bp.post("/shares/<id>/consent")
@policy("member", roles=("buyer",), thing="share", seen_by=("root_buyer",))
def consent(id: str) -> Response:
    """Agree."""

    def consent_to_share() -> Response:
        actions.consent_to_share(graph(), id, by=actor(), version=versions.from_form())
        message = "You agreed. The share is now offered to the peer."
        return say_done(message, "shares.show", id=id)

    return submit(consent_to_share, lambda form: _render_consent_again(id, form))


@bp.post("/shares/<id>/consent-refusal")
@policy("member", roles=("buyer",), thing="share", seen_by=("root_buyer",))
def refuse(id: str) -> Response:
    """Refuse."""

    def refuse_share() -> Response:
        reason = load_form(ReasonIn())["reason"]
        version = versions.from_form()
        actions.refuse_consent(graph(), id, reason=reason, by=actor(), version=version)
        message = "You refused. The supplier keeps the quantity and reads your reason."
        return say_done(message, "shares.show", id=id)

    return submit(refuse_share, lambda form: _render_consent_again(id, form))
