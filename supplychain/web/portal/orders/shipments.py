"""Shipments and receipts, recorded on the page of their order."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from supplychain.actions.orders import shipments as actions
from supplychain.graph.engine.driver import graph
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.input.forms import load_form, submit
from supplychain.web.portal.orders.orders import render_order, return_to_order
from supplychain.web.schemas.orders.shipments import ReceiptIn, ShipmentIn

bp = Blueprint("shipments", __name__)


@bp.post("/orders/<id>/shipments")
@policy("member", roles=("seller",), thing="order", seen_by=("buyer", "supplier"))
def ship(id: str) -> Response:
    """Record goods that left."""

    def record_shipment() -> Response:
        choice = load_form(ShipmentIn())
        actions.ship_goods(graph(), id, choice, by=actor(), once=once.from_form("ship"))
        return return_to_order(id, "Shipment recorded. The buyer is told.")

    return submit(record_shipment, lambda form: render_order(id, form, "shipment"))


@bp.post("/orders/<id>/receipts")
@policy("member", roles=("buyer", "seller"), thing="order", seen_by=("buyer", "supplier"))
def receive(id: str) -> Response:
    """Record goods that arrived."""

    def record_receipt() -> Response:
        choice = load_form(ReceiptIn())
        actions.receive_goods(graph(), id, choice, by=actor(), once=once.from_form("receive"))
        return return_to_order(id, "Receipt recorded. The supplier is told.")

    return submit(record_receipt, lambda form: render_order(id, form, "receipt"))
