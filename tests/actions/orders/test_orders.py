"""Accepting, declining, cancelling, reporting and closing orders, and the capacity they take."""

from __future__ import annotations

from datetime import timedelta

import pytest
from neo4j import Driver

from supplychain.actions.orders import orders as actions
from supplychain.errors import Conflict, Forbidden, Invalid, NotFound, NotOpen, Stale
from supplychain.graph import events
from supplychain.graph.engine.transactions import read, row
from supplychain.graph.orders import orders
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from supplychain.model.weeks import day_number
from tests.make.days import local_today
from tests.make.matches import make_ability
from tests.make.orders import booked, make_firms, make_order


@pytest.fixture
def trade(driver: Driver) -> tuple[Actor, Actor]:
    buyer, supplier = make_firms(driver, "Press Works", "Taihu Forging")
    return buyer, supplier


def _order(driver: Driver, order_id: str, viewer: Actor) -> orders.Order:
    return read(driver, orders.get, order_id, viewer=viewer.firm_id)


def test_accepting_books_what_is_to_be_made_by_the_due_day(
    driver: Driver, trade: tuple[Actor, Actor]
) -> None:
    buyer, supplier = trade
    make_ability(driver, supplier.firm_id, "forging", weekly_capacity=30)
    first = make_order(driver, buyer, supplier, quantity=40)
    second = make_order(driver, buyer, supplier, quantity=40)
    due = day_number(local_today()) + 28
    actions.accept_order(driver, first, by=supplier)
    assert booked(driver, supplier.firm_id) == {due: 40}
    actions.accept_order(driver, second, by=supplier)
    assert booked(driver, supplier.firm_id) == {due: 80}
    order = _order(driver, first, buyer)
    assert order.state == "accepted"
    assert order.accepted_at is not None
    assert order.lines[0].promised_on == local_today() + timedelta(days=20)


def test_too_little_capacity_refuses_and_says_by_how_much(
    driver: Driver, trade: tuple[Actor, Actor]
) -> None:
    buyer, supplier = trade
    make_ability(driver, supplier.firm_id, "forging", weekly_capacity=50)
    need_by = local_today() + timedelta(days=1)
    order_id = make_order(driver, buyer, supplier, need_by=need_by, promised_on=need_by)
    with pytest.raises(Conflict) as refused:
        actions.accept_order(driver, order_id, by=supplier)
    finish = local_today() + timedelta(days=13)
    assert refused.value.values == {
        "free": 14,
        "wanted": 100,
        "short": 86,
        "day": need_by.isoformat(),
        "finish": finish.isoformat(),
    }
    assert booked(driver, supplier.firm_id) == {}
    assert _order(driver, order_id, buyer).state == "offered"


def test_of_four_orders_of_30_nine_days_at_40_a_week_take_one(
    driver: Driver, trade: tuple[Actor, Actor]
) -> None:
    buyer, supplier = trade
    make_ability(driver, supplier.firm_id, "forging", weekly_capacity=40)
    need_by = local_today() + timedelta(days=8)
    order_ids = [
        make_order(driver, buyer, supplier, quantity=30, need_by=need_by, promised_on=need_by)
        for _ in range(4)
    ]
    actions.accept_order(driver, order_ids[0], by=supplier)
    for order_id in order_ids[1:]:
        with pytest.raises(Conflict) as refused:
            actions.accept_order(driver, order_id, by=supplier)
        assert refused.value.values["free"] == 21
    assert booked(driver, supplier.firm_id) == {day_number(need_by): 30}


def test_what_is_due_sooner_cannot_take_the_days_of_what_is_due_later(
    driver: Driver, trade: tuple[Actor, Actor]
) -> None:
    buyer, supplier = trade
    make_ability(driver, supplier.firm_id, "forging", weekly_capacity=70)
    later, soon = (local_today() + timedelta(days=days) for days in (13, 3))
    make_order(
        driver, buyer, supplier, quantity=120, need_by=later, promised_on=later, state="accepted"
    )
    order_id = make_order(driver, buyer, supplier, quantity=21, need_by=soon, promised_on=soon)
    with pytest.raises(Conflict) as refused:
        actions.accept_order(driver, order_id, by=supplier)
    assert refused.value.values["free"] == 20


def test_pieces_are_booked_in_whole_lots(driver: Driver, trade: tuple[Actor, Actor]) -> None:
    buyer, supplier = trade
    make_ability(driver, supplier.firm_id, "forging", weekly_capacity=70, lot_size=150)
    due = local_today() + timedelta(days=27)
    order_id = make_order(driver, buyer, supplier, need_by=due, promised_on=due, state="accepted")
    assert booked(driver, supplier.firm_id) == {day_number(due): 150}
    order_id = make_order(driver, buyer, supplier, need_by=due, promised_on=due)
    with pytest.raises(Conflict) as refused:
        actions.accept_order(driver, order_id, by=supplier)
    assert (refused.value.values["free"], refused.value.values["wanted"]) == (130, 150)


def test_what_is_reported_as_made_is_free_again(driver: Driver, trade: tuple[Actor, Actor]) -> None:
    buyer, supplier = trade
    make_ability(driver, supplier.firm_id, "forging", weekly_capacity=60)
    order_id = make_order(driver, buyer, supplier, state="accepted")
    line_id = _order(driver, order_id, buyer).lines[0].id
    actions.report_progress(driver, order_id, {line_id: 70}, by=supplier)
    assert sum(booked(driver, supplier.firm_id).values()) == 30
    actions.report_progress(driver, order_id, {line_id: 10}, by=supplier)
    assert sum(booked(driver, supplier.firm_id).values()) == 90


def test_unknown_capacity_refuses_nothing_and_counts_once_it_is_stated(
    driver: Driver, trade: tuple[Actor, Actor]
) -> None:
    buyer, supplier = trade
    actions.accept_order(driver, make_order(driver, buyer, supplier), by=supplier)
    make_ability(driver, supplier.firm_id, "forging", weekly_capacity=0)
    actions.accept_order(driver, make_order(driver, buyer, supplier), by=supplier)
    assert booked(driver, supplier.firm_id) == {day_number(local_today()) + 28: 100}


def test_cancelling_frees_the_capacity(driver: Driver, trade: tuple[Actor, Actor]) -> None:
    buyer, supplier = trade
    make_ability(driver, supplier.firm_id, "forging", weekly_capacity=60)
    order_id = make_order(driver, buyer, supplier, state="accepted")
    assert sum(booked(driver, supplier.firm_id).values()) == 100
    with pytest.raises(Forbidden):
        actions.cancel_order(driver, order_id, reason="Too busy", by=supplier)
    with pytest.raises(Invalid):
        actions.cancel_order(driver, order_id, reason=" ", by=buyer)
    actions.cancel_order(driver, order_id, reason="Design stopped", by=buyer)
    assert booked(driver, supplier.firm_id) == {}
    assert _order(driver, order_id, supplier).reason == "Design stopped"
    with pytest.raises(NotOpen):
        actions.cancel_order(driver, order_id, reason="Again", by=buyer)


def test_only_the_supplier_answers_and_only_once(
    driver: Driver, trade: tuple[Actor, Actor]
) -> None:
    buyer, supplier = trade
    (rival,) = make_firms(driver, "Rival")
    order_id = make_order(driver, buyer, supplier)
    with pytest.raises(Forbidden):
        actions.accept_order(driver, order_id, by=buyer)
    with pytest.raises(NotFound):
        actions.accept_order(driver, order_id, by=rival)
    with pytest.raises(Stale):
        actions.accept_order(driver, order_id, by=supplier, version=7)
    with pytest.raises(Invalid):
        actions.decline_order(driver, order_id, reason="", by=supplier)
    actions.decline_order(driver, order_id, reason="No steel", by=supplier, version=1)
    for again in (
        lambda: actions.accept_order(driver, order_id, by=supplier),
        lambda: actions.decline_order(driver, order_id, reason="No", by=supplier),
    ):
        with pytest.raises(NotOpen):
            again()


def test_an_offer_runs_out_once(driver: Driver, trade: tuple[Actor, Actor]) -> None:
    buyer, supplier = trade
    order_id = make_order(driver, buyer, supplier, ends_in=timedelta(hours=2))
    now = utc_now()
    assert actions.expire_due(driver, now) == 0
    assert actions.expire_due(driver, now + timedelta(hours=3)) == 1
    assert actions.expire_due(driver, now + timedelta(hours=3)) == 0
    assert _order(driver, order_id, buyer).state == "expired"
    late = make_order(driver, buyer, supplier, ends_in=timedelta(seconds=-1))
    with pytest.raises(NotOpen):
        actions.accept_order(driver, late, by=supplier)


def test_progress_moves_an_order_into_production(
    driver: Driver, trade: tuple[Actor, Actor]
) -> None:
    buyer, supplier = trade
    order_id = make_order(driver, buyer, supplier)
    line = _order(driver, order_id, buyer).lines[0]
    with pytest.raises(NotOpen):
        actions.report_progress(driver, order_id, {line.id: 5}, by=supplier)
    actions.accept_order(driver, order_id, by=supplier)
    for wrong in (-1, 101):
        with pytest.raises(Invalid):
            actions.report_progress(driver, order_id, {line.id: wrong}, by=supplier)
    with pytest.raises(NotFound):
        actions.report_progress(driver, order_id, {"none": 5}, by=supplier)
    with pytest.raises(Forbidden):
        actions.report_progress(driver, order_id, {line.id: 5}, by=buyer)
    actions.report_progress(driver, order_id, {line.id: 35}, by=supplier)
    order = _order(driver, order_id, buyer)
    assert (order.state, order.lines[0].made_percent) == ("in_production", 35)
    with pytest.raises(NotOpen):
        actions.close_order(driver, order_id, by=buyer)


def test_both_firms_read_what_happened(driver: Driver, trade: tuple[Actor, Actor]) -> None:
    buyer, supplier = trade
    order_id = make_order(driver, buyer, supplier, state="accepted")
    for viewer in trade:
        found = read(driver, events.list_history, order_id, viewer=viewer.firm_id)
        assert [entry.kind for entry in found] == ["order.offered", "order.accepted"]
    query = "MATCH (e:Event) WHERE e.facts CONTAINS '12.5' RETURN count(e) AS n"
    assert read(driver, lambda tx: row(tx, query)) == {"n": 0}
