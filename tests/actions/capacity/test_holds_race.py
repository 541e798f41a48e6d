"""Many at once: holds never take a week twice, and lists and holds stay equal."""

from __future__ import annotations

from collections.abc import Callable

from neo4j import Driver

from supplychain.actions import bids
from supplychain.actions.orders import orders
from supplychain.actions.parts_requests import parts_requests
from supplychain.model.ids import utc_now
from supplychain.model.weeks import day_number
from tests.make.accounts import make_user
from tests.make.awards import make_award, stored_award
from tests.make.bids import make_bid
from tests.make.firms import make_firm
from tests.make.holds import held, held_by_bid, promised
from tests.make.matches import make_ability
from tests.make.orders import booked
from tests.make.parts_requests import make_parts_request, need_by, pass_deadline
from tests.make.race import at_once

REQUESTS = 12
SOON = need_by(8)
DAY = day_number(SOON)


def test_bids_submitted_at_once_never_hold_a_piece_twice(driver: Driver) -> None:
    buyer, supplier = make_user(driver, make_firm(driver)), make_user(driver, make_firm(driver))
    make_ability(driver, supplier.firm_id, weekly_capacity=70)
    line = {"need_by": SOON, "quantity": 27}
    placed = [
        make_bid(
            driver,
            supplier,
            make_parts_request(driver, buyer, lines=[line]),
            lines=[{"quantity": 27, "lead_days": 0}],
            submit=False,
        )
        for _ in range(REQUESTS)
    ]
    calls: list[Callable[[], object]] = [
        lambda bid_id=bid_id: bids.submit_bid(driver, bid_id, version=1, by=supplier)
        for bid_id in placed
    ]
    assert at_once(calls) == {"done": REQUESTS}
    assert held(driver, supplier.firm_id) == {DAY: 90}
    assert sorted(held_by_bid(driver, supplier.firm_id).values()) == [9, 27, 27, 27]


def test_submitting_withdrawing_accepting_and_sweeping_at_once_keep_all_equal(
    driver: Driver,
) -> None:
    buyer, supplier = make_user(driver, make_firm(driver)), make_user(driver, make_firm(driver))
    make_ability(driver, supplier.firm_id, weekly_capacity=1000)
    calls: list[Callable[[], object]] = []
    for number in range(REQUESTS):
        request_id = make_parts_request(driver, buyer)
        bid_id = make_bid(driver, supplier, request_id, submit=number % 4 != 0)
        if number % 4 == 0:
            calls.append(
                lambda bid_id=bid_id: bids.submit_bid(driver, bid_id, version=1, by=supplier)
            )
        elif number % 4 == 1:
            calls.append(
                lambda bid_id=bid_id: bids.withdraw_bid(driver, bid_id, version=2, by=supplier)
            )
        elif number % 4 == 2:
            calls.append(lambda id=request_id: parts_requests.cancel(driver, id, "No", by=buyer))
        else:
            pass_deadline(driver, request_id)
            make_award(driver, buyer, request_id, (bid_id, 1, 500))
            award = stored_award(driver, buyer, request_id)
            assert award is not None
            order_id = award.orders[0].order_id
            calls.append(lambda id=order_id: orders.accept_order(driver, id, by=supplier))
    calls.append(lambda: bids.release_ended_holds(driver, utc_now()))
    assert at_once(calls) == {"done": REQUESTS + 1}
    assert sum(held(driver, supplier.firm_id).values()) == 500 * REQUESTS // 4
    assert sum(booked(driver, supplier.firm_id, "forgings").values()) == 500 * REQUESTS // 4


def test_two_awards_of_one_capacity_are_not_both_accepted(driver: Driver) -> None:
    buyer, supplier = make_user(driver, make_firm(driver)), make_user(driver, make_firm(driver))
    make_ability(driver, supplier.firm_id, weekly_capacity=70)
    line = {"need_by": SOON, "quantity": 72}
    order_ids: list[str] = []
    for _ in range(2):
        request_id = make_parts_request(driver, buyer, lines=[line])
        bid_id = make_bid(driver, supplier, request_id, lines=[{"quantity": 72, "lead_days": 0}])
        pass_deadline(driver, request_id)
        make_award(driver, buyer, request_id, (bid_id, 1, 72))
        award = stored_award(driver, buyer, request_id)
        assert award is not None
        order_ids.append(award.orders[0].order_id)
    assert sum(promised(driver, supplier.firm_id).values()) == 90
    calls: list[Callable[[], object]] = [
        lambda id=order_id: orders.accept_order(driver, id, by=supplier) for order_id in order_ids
    ]
    assert at_once(calls) == {"done": 1, "Conflict": 1}
    assert sum(booked(driver, supplier.firm_id, "forgings").values()) == 72
