"""Shipments and receipts of orders."""

from __future__ import annotations

from supplychain.actions.orders import shipments as actions
from supplychain.graph.engine.driver import graph
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint
from supplychain.web.api.orders.orders import answer_order
from supplychain.web.input.versions import Versioned
from supplychain.web.schemas.orders.orders import OrderOut, ShownOrder
from supplychain.web.schemas.orders.shipments import ReceiptIn, ShipmentIn

bp = Blueprint("shipments", description="Goods that leave the supplier and arrive at the buyer.")


@bp.post("/orders/<id>/shipments")
@bp.arguments(ShipmentIn)
@bp.response(201, OrderOut)
@policy("member", roles=("seller",), thing="order", seen_by=("buyer", "supplier"))
def ship(choice: actions.ShipmentChoice, id: str) -> Versioned[ShownOrder]:
    """Record goods that left; answers with the order. Only its supplier may."""
    key = once.from_header("ship", (id, choice))
    actions.ship_goods(graph(), id, choice, by=actor(), once=key)
    return answer_order(id)


@bp.post("/orders/<id>/receipts")
@bp.arguments(ReceiptIn)
@bp.response(201, OrderOut)
@policy("member", roles=("buyer", "seller"), thing="order", seen_by=("buyer", "supplier"))
def receive(choice: actions.ReceiptChoice, id: str) -> Versioned[ShownOrder]:
    """Record goods that arrived; answers with the order. Only its buyer may."""
    key = once.from_header("receive", (id, choice))
    actions.receive_goods(graph(), id, choice, by=actor(), once=key)
    return answer_order(id)
