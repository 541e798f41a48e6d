"""Shipments and receipts of orders."""

from __future__ import annotations

from typing import Any

from supplychain.actions.orders import shipments as actions
from supplychain.graph.engine.driver import graph
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint
from supplychain.web.api.orders.orders import Answer, answer
from supplychain.web.schemas.orders.orders import OrderOut
from supplychain.web.schemas.orders.shipments import ReceiptIn, ShipmentIn

bp = Blueprint("shipments", description="Goods that leave the supplier and arrive at the buyer.")


@bp.post("/orders/<id>/shipments")
@bp.arguments(ShipmentIn)
@bp.response(201, OrderOut)
@policy("member", roles=("seller",), thing="order", seen_by=("buyer", "supplier"))
def ship(given: dict[str, Any], id: str) -> Answer:
    """Record goods that left; answers with the order. Only its supplier may."""
    key = once.from_header("ship", {"order_id": id, **given})
    actions.ship(graph(), id, actions.ShipmentChoice(**given), by=actor(), once=key)
    return answer(id, 201)


@bp.post("/orders/<id>/receipts")
@bp.arguments(ReceiptIn)
@bp.response(201, OrderOut)
@policy("member", roles=("buyer", "seller"), thing="order", seen_by=("buyer", "supplier"))
def receive(given: dict[str, Any], id: str) -> Answer:
    """Record goods that arrived; answers with the order. Only its buyer may."""
    key = once.from_header("receive", {"order_id": id, **given})
    actions.receive(graph(), id, actions.ReceiptChoice(**given), by=actor(), once=key)
    return answer(id, 201)
