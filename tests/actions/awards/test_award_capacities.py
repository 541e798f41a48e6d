"""Whatever split a study proposes can be accepted, if nothing else changed."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

import pytest
from neo4j import Driver

from supplychain.actions.awards.awards import award, compare
from supplychain.actions.orders.orders import accept_order
from supplychain.errors import Conflict, Invalid
from supplychain.graph import audiences
from supplychain.graph.engine.transactions import read, run, write
from supplychain.model.awards.award import AwardChoice
from supplychain.model.calendars.work_calendar import Shutdown, WorkCalendar
from supplychain.model.capacity.hours import HOUR_E4, WorkHours
from supplychain.model.people.actors import Actor
from tests.make.accounts import make_user
from tests.make.award_studies import make_award_of, make_study
from tests.make.awards import make_award, make_opened_request, stored_award
from tests.make.firms import make_firm
from tests.make.matches import make_ability
from tests.make.orders import booked, make_order
from tests.make.parts_requests import need_by

FORTNIGHT = need_by(13)
"""The last of fourteen days."""
LINE: dict[str, Any] = {"quantity": 100, "need_by": FORTNIGHT}


def _supplier(
    driver: Driver, name: str, weekly: int, *, is_open: bool = True, **more: Any
) -> Actor:
    supplier = make_user(driver, make_firm(driver, name=name, is_open=is_open))
    make_ability(driver, supplier.firm_id, weekly_capacity=weekly, **more)
    return supplier


def _offer(price: str, quantity: int = 100, lead_days: int = 5) -> dict[str, Any]:
    return {"unit_price": Decimal(price), "quantity": quantity, "lead_days": lead_days}


def _accept_all(driver: Driver, buyer: Actor, request_id: str, *suppliers: Actor) -> None:
    decided = stored_award(driver, buyer, request_id)
    assert decided is not None
    owners = {supplier.firm_id: supplier for supplier in suppliers}
    for order_id, supplier_id in sorted(
        {(one.order_id, one.supplier_id) for one in decided.orders}
    ):
        accept_order(driver, order_id, by=owners[supplier_id])


def test_two_lines_of_100_are_not_both_given_to_who_makes_50_a_week(driver: Driver) -> None:
    buyer = make_user(driver, make_firm(driver))
    near, far = _supplier(driver, "Near", 50), _supplier(driver, "Far", 500)
    offers = {near: [_offer("10"), _offer("10")], far: [_offer("12"), _offer("13")]}
    request_id, _ = make_opened_request(driver, buyer, offers, lines=[LINE, LINE])
    seen = make_study(driver, buyer, request_id)
    cheapest = seen.study.find("cheapest")
    assert cheapest is not None
    assert (cheapest.answer.status, cheapest.cost) == ("optimal", 2200)
    make_award_of(driver, buyer, seen)
    _accept_all(driver, buyer, request_id, near, far)
    assert sum(booked(driver, near.firm_id, "forgings").values()) == 100
    (look,) = read(driver, audiences.list_looks, viewer=near.firm_id)
    assert (look.source, look.prices, look.capacity) == ("award_study", False, True)


def test_what_a_comparison_fills_in_can_be_accepted_too(driver: Driver) -> None:
    buyer = make_user(driver, make_firm(driver))
    near, far = _supplier(driver, "Near", 50, is_open=False), _supplier(driver, "Far", 500)
    offers = {near: [_offer("10"), _offer("10")], far: [_offer("12"), _offer("13")]}
    request_id, placed = make_opened_request(driver, buyer, offers, lines=[LINE, LINE])
    filled = compare(driver, request_id, by=buyer).recommendation
    assert filled.how == "optimal"
    taken = {(one.bid_id, one.quantity) for one in filled.allocations if one.quantity}
    assert taken == {(placed[near], 100), (placed[far], 100)}
    award(driver, request_id, AwardChoice(allocations=filled.allocations), by=buyer)
    _accept_all(driver, buyer, request_id, near, far)


def test_what_hours_and_a_calendar_make_bounds_a_split_as_it_bounds_the_orders(
    driver: Driver,
) -> None:
    # 40 hours a week at 0.8 hours a piece are 50 pieces; the second week is a shutdown.
    buyer = make_user(driver, make_firm(driver))
    near, far = _supplier(driver, "Near", 50), _supplier(driver, "Far", 500)
    pace = WorkHours.of(weekly=Decimal(40), piece=Decimal("0.8")).to_text()
    calendar = WorkCalendar(shutdowns=(Shutdown(starts_on=need_by(7), ends_on=need_by(13)),))
    write(
        driver,
        lambda tx: run(
            tx,
            "MATCH (c:Capability {firm_id: $id}) SET c.pace = $pace, c.weekly_hours_e4 = 400000, "
            "c.calendar = $calendar",
            id=near.firm_id, pace=pace, calendar=calendar.to_text(),
        ),
    )  # fmt: skip
    offers = {near: [_offer("10"), _offer("10")], far: [_offer("12"), _offer("13")]}
    request_id, _ = make_opened_request(driver, buyer, offers, lines=[LINE, LINE])
    seen = make_study(driver, buyer, request_id)
    make_award_of(driver, buyer, seen)
    _accept_all(driver, buyer, request_id, near, far)
    assert 0 < sum(booked(driver, near.firm_id, "forgings").values()) <= 40 * HOUR_E4


def test_what_it_would_have_given_is_refused(driver: Driver) -> None:
    buyer, near = make_user(driver, make_firm(driver)), _supplier(driver, "Near", 50)
    offers = {near: [_offer("10"), _offer("10")]}
    request_id, placed = make_opened_request(driver, buyer, offers, lines=[LINE, LINE])
    make_award(driver, buyer, request_id, (placed[near], 1, 100), (placed[near], 2, 100))
    with pytest.raises(Conflict):
        _accept_all(driver, buyer, request_id, near)


def test_what_orders_took_is_gone_and_where_nothing_is_left_nothing_is_split(
    driver: Driver,
) -> None:
    buyer, near = make_user(driver, make_firm(driver)), _supplier(driver, "Near", 50)
    ordered = {"category_id": "forgings", "need_by": FORTNIGHT, "promised_on": FORTNIGHT}
    accept_order(driver, make_order(driver, buyer, near, **ordered), by=near)
    request_id, _ = make_opened_request(driver, buyer, {near: [_offer("10")]}, lines=[LINE])
    with pytest.raises(Invalid, match="in time"):
        make_study(driver, buyer, request_id)


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_split_is_feasible_can_be_accepted(driver: Driver, seed: int) -> None:
    rng = Random(seed)
    buyer = make_user(driver, make_firm(driver))
    lines = [
        {"quantity": rng.randint(60, 90), "need_by": need_by(rng.randint(9, 20))} for _ in range(4)
    ]
    suppliers = [
        _supplier(driver, f"Firm {n}", rng.choice([20, 30, 45]), lot_size=rng.choice([None, 8]),
                  is_open=rng.random() < 0.5)
        for n in range(3)
    ]  # fmt: skip
    spare = _supplier(driver, "Spare", 5_000)
    offers = {
        supplier: [
            _offer(str(rng.randint(5, 9) + 20 * (supplier is spare)), line["quantity"],
                   rng.randint(1, 14))
            for line in lines
        ]
        for supplier in [*suppliers, spare]
    }  # fmt: skip
    request_id, _ = make_opened_request(driver, buyer, offers, lines=lines)
    seen = make_study(driver, buyer, request_id)
    cheapest = seen.study.find("cheapest")
    assert cheapest is not None
    assert cheapest.answer.status == "optimal"
    assert seen.study.problem.capacities
    make_award_of(driver, buyer, seen)
    _accept_all(driver, buyer, request_id, *suppliers, spare)
