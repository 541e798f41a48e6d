"""A submitted bid holds capacity until it ends, and never more than is free."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from neo4j import Driver

from supplychain.actions import bids
from supplychain.actions.awards import awards
from supplychain.actions.orders import orders
from supplychain.actions.parts_requests import parts_requests
from supplychain.actions.rankings.lines import rank_lines
from supplychain.graph.capacity import holds
from supplychain.graph.engine.transactions import read
from supplychain.graph.parts_requests import parts_requests as requests_graph
from supplychain.graph.rankings import candidates
from supplychain.graph.rankings.rows import ranking_to_json
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from supplychain.model.weeks import day_number
from tests.make.accounts import make_user
from tests.make.awards import make_award, stored_award
from tests.make.bids import make_bid, make_content, stored_bid
from tests.make.days import local_today
from tests.make.firms import make_firm
from tests.make.holds import held, held_by_bid
from tests.make.matches import make_ability
from tests.make.orders import booked
from tests.make.parts_requests import make_parts_request, need_by, pass_deadline

TODAY = local_today()
DUE = day_number(need_by())
"""When what is bid for is due unless told otherwise."""
SOON = need_by(8)
"""The nearest day by which something can be asked for: the deadline is in 7 days."""


def make_sides(driver: Driver, weekly: int = 200, **values: Any) -> tuple[Actor, Actor, str]:
    """A buyer, a supplier of so many forgings a week, and the buyer's open request."""
    buyer, supplier = make_user(driver, make_firm(driver)), make_user(driver, make_firm(driver))
    make_ability(driver, supplier.firm_id, weekly_capacity=weekly)
    return buyer, supplier, make_parts_request(driver, buyer, **values)


def warned(driver: Driver, supplier: Actor, request_id: str, bid_id: str) -> list[dict[str, Any]]:
    asked = read(driver, requests_graph.view_for_supplier, request_id, viewer=supplier.firm_id)
    bid = stored_bid(driver, bid_id, supplier)
    return [
        dict(each.values)
        for each in bids.list_warnings(driver, bid, asked, by=supplier, today=TODAY)
    ]


def test_a_submitted_bid_holds_what_is_due_and_a_draft_nothing(driver: Driver) -> None:
    _, supplier, request_id = make_sides(driver)
    bid_id = make_bid(driver, supplier, request_id, submit=False)
    assert held(driver, supplier.firm_id) == {}
    bids.submit_bid(driver, bid_id, version=1, by=supplier)
    assert held(driver, supplier.firm_id) == {DUE: 500}
    assert held_by_bid(driver, supplier.firm_id) == {bid_id: 500}


def test_what_others_hold_and_orders_take_is_not_held_again(driver: Driver) -> None:
    buyer, supplier, request_id = make_sides(driver)
    make_bid(driver, supplier, request_id)
    second = make_parts_request(driver, buyer)
    make_bid(driver, supplier, second, lines=[{"quantity": 150}])
    assert held(driver, supplier.firm_id) == {DUE: 650}


def test_a_revised_bid_holds_anew(driver: Driver) -> None:
    _, supplier, request_id = make_sides(driver)
    bid_id = make_bid(driver, supplier, request_id)
    content = make_content(driver, request_id, {"quantity": 120})
    bids.revise_bid(driver, bid_id, content, version=2, by=supplier)
    assert held(driver, supplier.firm_id) == {DUE: 120}


def test_a_withdrawn_bid_and_a_cancelled_request_hold_nothing(driver: Driver) -> None:
    buyer, supplier, request_id = make_sides(driver)
    bid_id = make_bid(driver, supplier, request_id)
    bids.withdraw_bid(driver, bid_id, version=2, by=supplier)
    assert held(driver, supplier.firm_id) == {}
    make_bid(driver, supplier, request_id)
    parts_requests.cancel(driver, request_id, "No need", by=buyer)
    assert held(driver, supplier.firm_id) == {}


def test_the_sweep_frees_what_ended_and_leaves_the_rest(driver: Driver) -> None:
    buyer, supplier, request_id = make_sides(driver)
    soon = TODAY + timedelta(days=8)
    make_bid(driver, supplier, request_id, lines=[{"quantity": 90}], valid_until=soon)
    second = make_parts_request(driver, buyer)
    lasting = make_bid(driver, supplier, second, lines=[{"quantity": 60}])
    pass_deadline(driver, request_id)
    over = datetime.combine(soon + timedelta(days=1), time(12), UTC)  # the day is over everywhere
    assert bids.release_ended_holds(driver, over - timedelta(seconds=1)) == 0
    assert bids.release_ended_holds(driver, over) == 1
    assert held_by_bid(driver, supplier.firm_id) == {lasting: 60}
    assert bids.release_ended_holds(driver, over) == 0


def test_losers_hold_nothing_and_a_winner_what_it_won_until_it_answers(driver: Driver) -> None:
    buyer, supplier, request_id = make_sides(driver)
    rival = make_user(driver, make_firm(driver))
    make_ability(driver, rival.firm_id)
    bid_id = make_bid(driver, supplier, request_id)
    make_bid(driver, rival, request_id, lines=[{"unit_price": Decimal(20)}])
    pass_deadline(driver, request_id)
    assert sum(held(driver, rival.firm_id).values()) == 500
    make_award(driver, buyer, request_id, (bid_id, 1, 250), accept_uncovered=True)
    assert held(driver, rival.firm_id) == {}
    assert held(driver, supplier.firm_id) == {DUE: 250}
    assert bids.release_ended_holds(driver, utc_now() + timedelta(days=1000)) == 0
    award = stored_award(driver, buyer, request_id)
    assert award is not None
    orders.accept_order(driver, award.orders[0].order_id, by=supplier)
    assert held(driver, supplier.firm_id) == {}
    assert booked(driver, supplier.firm_id, "forgings") == {DUE: 250}


def test_a_declined_an_expired_and_a_cancelled_order_hold_nothing(driver: Driver) -> None:
    buyer, supplier, request_id = make_sides(driver)

    def ordered(request: str) -> str:
        bid_id = make_bid(driver, supplier, request)
        pass_deadline(driver, request)
        make_award(driver, buyer, request, (bid_id, 1, 500))
        assert sum(held(driver, supplier.firm_id).values()) == 500
        award = stored_award(driver, buyer, request)
        assert award is not None
        return award.orders[0].order_id

    orders.decline_order(driver, ordered(request_id), reason="Full.", by=supplier)
    assert held(driver, supplier.firm_id) == {}
    orders.cancel_order(
        driver, ordered(make_parts_request(driver, buyer)), reason="Stop.", by=buyer
    )
    assert held(driver, supplier.firm_id) == {}
    ordered(make_parts_request(driver, buyer))
    assert orders.expire_due(driver, utc_now() + timedelta(days=8)) == 1
    assert held(driver, supplier.firm_id) == {}


def test_ending_without_an_award_frees_all(driver: Driver) -> None:
    buyer, supplier, request_id = make_sides(driver)
    make_bid(driver, supplier, request_id)
    pass_deadline(driver, request_id)
    awards.award_nothing(driver, request_id, "Too dear.", by=buyer)
    assert held(driver, supplier.firm_id) == {}


def test_a_bid_beyond_the_free_capacity_is_taken_and_warned_of(driver: Driver) -> None:
    line = {"need_by": SOON, "quantity": 500}
    _, supplier, request_id = make_sides(driver, weekly=100, lines=[line])
    bid_id = make_bid(driver, supplier, request_id, lines=[{"lead_days": 0}])
    assert held(driver, supplier.firm_id) == {day_number(SOON): 128}
    (warning,) = warned(driver, supplier, request_id, bid_id)
    assert (warning["number"], warning["wanted"], warning["free"]) == (1, 500, 128)


def test_a_bid_that_fits_in_no_whole_lot_is_warned_of_as_the_order_would_be_refused(
    driver: Driver,
) -> None:
    buyer, supplier = make_user(driver, make_firm(driver)), make_user(driver, make_firm(driver))
    make_ability(driver, supplier.firm_id, weekly_capacity=100, lot_size=150)
    line = {"need_by": SOON, "quantity": 100}
    request_id = make_parts_request(driver, buyer, lines=[line])
    bid_id = make_bid(driver, supplier, request_id, lines=[{"quantity": 100, "lead_days": 0}])
    (warning,) = warned(driver, supplier, request_id, bid_id)
    assert (warning["wanted"], warning["free"]) == (100, 0)


def test_lines_of_one_category_share_its_capacity_in_the_warning(driver: Driver) -> None:
    lines = 2 * [{"need_by": SOON, "quantity": 80}]
    _, supplier, request_id = make_sides(driver, weekly=100, lines=lines)
    both = 2 * [{"quantity": 80, "lead_days": 0}]
    bid_id = make_bid(driver, supplier, request_id, lines=both, submit=False)
    (warning,) = warned(driver, supplier, request_id, bid_id)
    assert (warning["number"], warning["free"]) == (2, 48)
    bids.submit_bid(driver, bid_id, version=1, by=supplier)
    assert warned(driver, supplier, request_id, bid_id) == [warning]


def test_unknown_capacity_and_no_capability_hold_and_warn_nothing(driver: Driver) -> None:
    _, supplier, request_id = make_sides(driver, weekly=0)
    bid_id = make_bid(driver, supplier, request_id)
    stranger = make_user(driver, make_firm(driver))
    other = make_bid(driver, stranger, request_id)
    for who, placed in ((supplier, bid_id), (stranger, other)):
        assert held(driver, who.firm_id) == {}
        assert warned(driver, who, request_id, placed) == []


def test_warnings_are_the_own_firms_alone(driver: Driver) -> None:
    line = {"need_by": SOON, "quantity": 500}
    buyer, supplier, request_id = make_sides(driver, weekly=100, lines=[line])
    bid_id = make_bid(driver, supplier, request_id, lines=[{"lead_days": 0}])
    asked = read(driver, requests_graph.get, request_id, viewer=buyer.firm_id)
    bid = stored_bid(driver, bid_id, supplier)
    assert bids.list_warnings(driver, bid, asked, by=buyer, today=TODAY) == []


def test_a_firm_reads_what_its_bids_hold_and_nobody_elses(driver: Driver) -> None:
    buyer, supplier, request_id = make_sides(driver)
    bid_id = make_bid(driver, supplier, request_id)
    (entry,) = read(driver, holds.list_own, viewer=supplier.firm_id, today=TODAY)
    assert (entry.bid_id, entry.quantity) == (bid_id, 500)
    assert entry.first_day == entry.last_day == need_by()
    assert read(driver, holds.list_own, viewer=buyer.firm_id, today=TODAY) == []


def test_what_a_buyers_own_requests_hold_is_left_out_of_its_rankings(driver: Driver) -> None:
    buyer, supplier, request_id = make_sides(driver)
    make_bid(driver, supplier, request_id, lines=[{"quantity": 250}])
    pass_deadline(driver, request_id)
    mine = {f"{supplier.firm_id}|forgings": {DUE: 250}}
    for viewer, free in ((buyer.firm_id, mine), (make_firm(driver).id, {})):
        found = read(driver, candidates.read_free_holds, viewer=viewer)
        assert found.by_capability() == free
    narrowed = read(driver, candidates.read_free_holds, viewer=buyer.firm_id, ends_with="|x")
    assert narrowed.by_capability() == {}


def test_a_sealed_bid_moves_nothing_that_another_firm_can_see(driver: Driver) -> None:
    _, supplier, request_id = make_sides(driver)
    rival = make_user(driver, make_firm(driver))
    watcher = make_user(driver, make_firm(driver))
    make_ability(driver, rival.firm_id, weekly_capacity=90)
    own = make_parts_request(driver, watcher, lines=[{"quantity": 1800, "need_by": need_by(70)}])
    now = utc_now()

    def look() -> str:
        request = read(driver, requests_graph.get, own, viewer=watcher.firm_id)
        ranked = list(rank_lines(driver, request, request.lines, now=now))
        return "".join(ranking_to_json(ranking) for _, ranking in ranked)

    worlds = [look()]
    bid_id = make_bid(driver, supplier, request_id, lines=[{"quantity": 170}])
    assert sum(held(driver, supplier.firm_id).values()) == 170
    worlds.append(look())
    content = make_content(driver, request_id, {"quantity": 310})
    bids.revise_bid(driver, bid_id, content, version=2, by=supplier)
    worlds.append(look())
    bids.withdraw_bid(driver, bid_id, version=3, by=supplier)
    worlds.append(look())
    assert len(set(worlds)) == 1
    make_bid(driver, supplier, request_id, lines=[{"quantity": 500}])
    assert look() == worlds[0]
    pass_deadline(driver, request_id)
    assert look() != worlds[0]
