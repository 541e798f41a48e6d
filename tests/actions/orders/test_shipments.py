"""Shipping and receiving, in parts and in whole."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from neo4j import Driver

from supplychain.actions.orders import orders as order_actions
from supplychain.actions.orders.shipments import (
    ReceiptChoice,
    ShipmentChoice,
    receive_goods,
    ship_goods,
)
from supplychain.errors import Forbidden, Invalid, NotFound, NotOpen
from supplychain.graph.engine.transactions import Once, read
from supplychain.graph.orders import orders, shipments
from supplychain.model.people.actors import Actor
from tests.make.days import local_today
from tests.make.matches import make_ability
from tests.make.orders import booked, first_line, make_firms, make_order


@pytest.fixture
def trade(driver: Driver) -> tuple[Actor, Actor, str, str]:
    """Buyer, supplier, an accepted order of 100 and its line."""
    buyer, supplier = make_firms(driver, "Press Works", "Taihu Forging")
    order_id = make_order(driver, buyer, supplier, state="accepted")
    return buyer, supplier, order_id, first_line(driver, order_id, buyer).id


def _state(driver: Driver, order_id: str, viewer: Actor) -> str:
    return read(driver, orders.get, order_id, viewer=viewer.firm_id).state


def _sent(line_id: str, quantity: int, day: date | None = None) -> ShipmentChoice:
    return ShipmentChoice(
        line_id=line_id, quantity=quantity, shipped_on=day or local_today(), tracking="SF 1"
    )


def _came(line_id: str, quantity: int, rejected: int = 0) -> ReceiptChoice:
    return ReceiptChoice(
        line_id=line_id,
        quantity=quantity,
        rejected_quantity=rejected,
        received_on=local_today(),
    )


def test_partial_shipments_and_receipts_end_in_received(
    driver: Driver, trade: tuple[Actor, Actor, str, str]
) -> None:
    buyer, supplier, order_id, line_id = trade
    ship_goods(driver, order_id, _sent(line_id, 30), by=supplier)
    assert _state(driver, order_id, buyer) == "in_production"
    receive_goods(driver, order_id, _came(line_id, 30, 2), by=buyer)
    ship_goods(driver, order_id, _sent(line_id, 70), by=supplier)
    assert _state(driver, order_id, buyer) == "shipped"
    receive_goods(driver, order_id, _came(line_id, 60), by=buyer)
    assert _state(driver, order_id, buyer) == "shipped"
    receive_goods(driver, order_id, _came(line_id, 10), by=buyer)
    assert _state(driver, order_id, buyer) == "received"
    line = first_line(driver, order_id, buyer)
    assert (line.shipped_quantity, line.received_quantity, line.rejected_quantity) == (100, 100, 2)
    assert len(read(driver, shipments.list_shipments, order_id, viewer=buyer.firm_id)) == 2
    assert len(read(driver, shipments.list_receipts, order_id, viewer=supplier.firm_id)) == 3
    order_actions.close_order(driver, order_id, by=buyer)
    assert _state(driver, order_id, supplier) == "closed"


def test_more_than_there_is_neither_ships_nor_arrives(
    driver: Driver, trade: tuple[Actor, Actor, str, str]
) -> None:
    buyer, supplier, order_id, line_id = trade
    for wrong in (0, -1, 101, 2**63):
        with pytest.raises(Invalid):
            ship_goods(driver, order_id, _sent(line_id, wrong), by=supplier)
    with pytest.raises(NotOpen):
        receive_goods(driver, order_id, _came(line_id, 1), by=buyer)
    ship_goods(driver, order_id, _sent(line_id, 30), by=supplier)
    with pytest.raises(Invalid):
        receive_goods(driver, order_id, _came(line_id, 31), by=buyer)
    with pytest.raises(Invalid):
        receive_goods(driver, order_id, _came(line_id, 10, 11), by=buyer)
    foreign = ReceiptChoice(
        line_id=line_id, quantity=1, received_on=local_today(), shipment_id="none"
    )
    with pytest.raises(Invalid):
        receive_goods(driver, order_id, foreign, by=buyer)
    assert read(driver, shipments.list_receipts, order_id, viewer=buyer.firm_id) == []


def test_days_must_make_sense(driver: Driver, trade: tuple[Actor, Actor, str, str]) -> None:
    _, supplier, order_id, line_id = trade
    today = local_today()
    for day in (today + timedelta(days=3), today - timedelta(days=400)):
        with pytest.raises(Invalid):
            ship_goods(driver, order_id, _sent(line_id, 5, day), by=supplier)
    backwards = ShipmentChoice(
        line_id=line_id, quantity=5, shipped_on=today, expected_on=today - timedelta(days=1)
    )
    with pytest.raises(Invalid):
        ship_goods(driver, order_id, backwards, by=supplier)


def test_each_side_does_its_own_part(driver: Driver, trade: tuple[Actor, Actor, str, str]) -> None:
    buyer, supplier, order_id, line_id = trade
    (rival,) = make_firms(driver, "Rival")
    with pytest.raises(Forbidden):
        ship_goods(driver, order_id, _sent(line_id, 5), by=buyer)
    with pytest.raises(NotFound):
        ship_goods(driver, order_id, _sent(line_id, 5), by=rival)
    ship_goods(driver, order_id, _sent(line_id, 5), by=supplier)
    with pytest.raises(Forbidden):
        receive_goods(driver, order_id, _came(line_id, 5), by=supplier)
    with pytest.raises(NotFound):
        receive_goods(driver, order_id, _came(line_id, 5), by=rival)
    assert read(driver, shipments.list_shipments, order_id, viewer=rival.firm_id) == []


def test_a_double_click_ships_once(driver: Driver, trade: tuple[Actor, Actor, str, str]) -> None:
    buyer, supplier, order_id, line_id = trade
    once = Once.of(firm_id=supplier.firm_id, verb="ship", client_key="k" * 8, payload="p")
    made = {ship_goods(driver, order_id, _sent(line_id, 5), by=supplier, once=once) for _ in "123"}
    assert len(made) == 1
    assert first_line(driver, order_id, buyer).shipped_quantity == 5


def test_what_is_shipped_takes_no_capacity(driver: Driver) -> None:
    buyer, supplier = make_firms(driver, "Press Works", "Taihu Forging")
    make_ability(driver, supplier.firm_id, "forging", weekly_capacity=30)
    order_id = make_order(driver, buyer, supplier, state="accepted")
    line_id = first_line(driver, order_id, buyer).id
    ship_goods(driver, order_id, _sent(line_id, 60), by=supplier)
    assert sum(booked(driver, supplier.firm_id).values()) == 40
    ship_goods(driver, order_id, _sent(line_id, 40), by=supplier)
    assert booked(driver, supplier.firm_id) == {}
