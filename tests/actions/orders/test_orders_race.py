"""Many at once: no week's capacity is taken twice, no order is answered twice."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from neo4j import Driver

from supplychain.actions.orders import orders as actions
from supplychain.errors import NotOpen
from supplychain.graph.engine.transactions import read
from supplychain.graph.orders import orders
from tests.make.days import local_today
from tests.make.matches import make_ability
from tests.make.orders import booked, make_firms, make_order
from tests.make.race import at_once

THREADS = 32


def test_32_accepts_race_for_a_capacity_of_10(driver: Driver) -> None:
    buyer, supplier = make_firms(driver, "Press Works", "Taihu Forging")
    make_ability(driver, supplier.firm_id, "forging", weekly_capacity=10)
    last_day = local_today() + timedelta(days=6)
    order_ids = [
        make_order(driver, buyer, supplier, quantity=1, need_by=last_day, promised_on=last_day)
        for _ in range(THREADS)
    ]
    calls = [
        lambda order_id=order_id: actions.accept_order(driver, order_id, by=supplier)
        for order_id in order_ids
    ]
    assert at_once(calls) == {"done": 10, "Conflict": 22}
    taken = booked(driver, supplier.firm_id)
    assert sum(taken.values()) == 10
    states = Counter(
        read(driver, orders.get, order_id, viewer=buyer.firm_id).state for order_id in order_ids
    )
    assert states == {"accepted": 10, "offered": 22}


def test_accepts_and_cancels_at_once_keep_lists_and_bookings_equal(driver: Driver) -> None:
    buyer, supplier = make_firms(driver, "Press Works", "Taihu Forging")
    make_ability(driver, supplier.firm_id, "forging", weekly_capacity=100)
    accepted = [
        make_order(driver, buyer, supplier, quantity=30, state="accepted") for _ in range(8)
    ]
    offered = [make_order(driver, buyer, supplier, quantity=25) for _ in range(8)]
    calls = [
        lambda order_id=order_id: actions.cancel_order(driver, order_id, reason="Stop", by=buyer)
        for order_id in accepted
    ] + [
        lambda order_id=order_id: actions.accept_order(driver, order_id, by=supplier)
        for order_id in offered
    ]
    outcome = at_once(calls)
    accepts = sum(
        read(driver, orders.get, order_id, viewer=buyer.firm_id).state == "accepted"
        for order_id in offered
    )
    assert outcome["done"] == 8 + accepts
    assert sum(booked(driver, supplier.firm_id).values()) == 25 * accepts


def test_a_double_click_accepts_once(driver: Driver) -> None:
    buyer, supplier = make_firms(driver, "Press Works", "Taihu Forging")
    make_ability(driver, supplier.firm_id, "forging", weekly_capacity=1000)
    order_id = make_order(driver, buyer, supplier)
    calls = [lambda: actions.accept_order(driver, order_id, by=supplier) for _ in range(16)]
    assert at_once(calls) == {"done": 1, NotOpen.__name__: 15}
    assert sum(booked(driver, supplier.firm_id).values()) == 100
