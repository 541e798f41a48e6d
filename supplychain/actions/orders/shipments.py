"""Goods that leave the supplier, and goods that arrive at the buyer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from neo4j import Driver

from supplychain.actions.orders.orders import record_event
from supplychain.actions.orders.work import rebook_work
from supplychain.errors import Invalid
from supplychain.graph.engine.transactions import Once, Tx, write_once
from supplychain.graph.firm_days import find_today
from supplychain.graph.orders import orders, shares, shipments
from supplychain.model.ids import new_id, utc_now
from supplychain.model.people.actors import Actor
from supplychain.model.quantities import Quantity, plain_number


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentChoice:
    """What leaves: pieces of a line, when, when it should arrive, and how to follow it."""

    line_id: str
    quantity: Quantity
    shipped_on: date
    expected_on: date | None = None
    tracking: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptChoice:
    """What arrives: pieces of a line, how many of them are rejected, and when."""

    line_id: str
    quantity: Quantity
    received_on: date
    rejected_quantity: Quantity = 0
    shipment_id: str | None = None


def ship_goods(
    driver: Driver, order_id: str, choice: ShipmentChoice, *, by: Actor, once: Once | None = None
) -> str:
    """Record a shipment; returns its id. Order: accepted -> in_production -> shipped.

    What is shipped takes no capacity any more.

    Raises:
        NotFound, Forbidden: the actor's firm is not the supplier.
        NotOpen: the order is not at work.
        Invalid: more than can be shipped now, or dates that cannot be.
    """
    return write_once(driver, once, _create_shipment, order_id, choice, by, new_id(), utc_now())


def _create_shipment(
    tx: Tx, order_id: str, choice: ShipmentChoice, by: Actor, shipment_id: str, now: datetime
) -> str:
    order = orders.lock(tx, order_id, viewer=by.firm_id)
    order.check_supplier(by.firm_id)
    _check_date(choice.shipped_on, find_today(tx, by.firm_id, now), pointer="/shipped_on")
    if choice.expected_on is not None and choice.expected_on < choice.shipped_on:
        raise Invalid("It cannot arrive before it is shipped.", pointer="/expected_on")
    from_shares = shares.received_quantity(tx, order.line(choice.line_id).id)
    shipped = order.shipped(choice.line_id, choice.quantity, from_shares=from_shares)
    rebook_work(tx, shipped, [choice.line_id], now=now)
    orders.save(tx, shipped)
    shipments.create_shipment(
        tx,
        shipment_id=shipment_id,
        line_id=choice.line_id,
        quantity=choice.quantity,
        shipped_on=choice.shipped_on,
        expected_on=choice.expected_on,
        tracking=choice.tracking,
        at=now,
    )
    record_event(tx, "shipment.recorded", shipped, by, now, quantity=plain_number(choice.quantity))
    return shipment_id


def receive_goods(
    driver: Driver, order_id: str, choice: ReceiptChoice, *, by: Actor, once: Once | None = None
) -> str:
    """Record a receipt; returns its id. Order: in_production | shipped -> received when all is in.

    Raises:
        NotFound, Forbidden: the actor's firm is not the buyer.
        NotOpen: nothing is on its way.
        Invalid: more than was shipped, more rejected than arrived, or a day that cannot be.
    """
    return write_once(driver, once, _create_receipt, order_id, choice, by, new_id(), utc_now())


def _create_receipt(
    tx: Tx, order_id: str, choice: ReceiptChoice, by: Actor, receipt_id: str, now: datetime
) -> str:
    order = orders.lock(tx, order_id, viewer=by.firm_id)
    order.check_buyer(by.firm_id)
    _check_date(choice.received_on, find_today(tx, by.firm_id, now), pointer="/received_on")
    sent = {
        shipment.id
        for shipment in shipments.list_shipments(tx, order_id, viewer=by.firm_id)
        if shipment.line_id == choice.line_id
    }
    if choice.shipment_id is not None and choice.shipment_id not in sent:
        raise Invalid("Choose a shipment of this line.", pointer="/shipment_id")
    received = order.received(choice.line_id, choice.quantity, rejected=choice.rejected_quantity)
    orders.save(tx, received)
    shipments.create_receipt(
        tx,
        receipt_id=receipt_id,
        line_id=choice.line_id,
        shipment_id=choice.shipment_id,
        quantity=choice.quantity,
        rejected_quantity=choice.rejected_quantity,
        received_on=choice.received_on,
        at=now,
    )
    record_event(tx, "receipt.recorded", received, by, now, quantity=plain_number(choice.quantity))
    return receipt_id


def _check_date(day: date, today: date, *, pointer: str) -> None:
    """Refuse a day to come, by the calendar of the firm that says it, and one of over a year ago.

    Raises:
        Invalid: it is such a day.
    """
    if not -366 <= (day - today).days <= 0:
        raise Invalid("Enter a day of the last year, not one to come.", pointer=pointer)
