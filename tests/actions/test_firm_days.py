"""Day rules go by the firm's own day: where it is half past midnight, the new day has begun."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from neo4j import Driver

from supplychain.actions.orders import orders as actions
from supplychain.actions.orders.shipments import (
    ReceiptChoice,
    ShipmentChoice,
    receive_goods,
    ship_goods,
)
from supplychain.actions.rankings.lines import rank_lines
from supplychain.errors import Conflict, Invalid
from supplychain.graph.engine.transactions import read
from supplychain.graph.firm_days import find_today, find_zone, read_days_of_request
from supplychain.graph.orders import orders
from supplychain.graph.parts_requests import parts_requests
from supplychain.model.people.actors import Actor
from tests.make.accounts import make_user
from tests.make.bids import make_bid
from tests.make.days import freeze_clock
from tests.make.firms import make_firm
from tests.make.matches import make_ability
from tests.make.orders import first_line, make_order
from tests.make.parts_requests import make_parts_request

EARLY = datetime(2026, 11, 29, 16, 30, tzinfo=UTC)
"""00:30 of 30 November in China, 17:30 of the 29th in Berlin."""
MORNING = datetime(2026, 11, 29, 23, 30, tzinfo=UTC)
"""07:30 of 30 November in China, half past midnight of that day in Berlin."""
CLOCKS_GO_BACK = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)
"""00:30 of 25 October in Berlin, the day that has 25 hours."""
LEAP_DAY = datetime(2028, 2, 28, 16, 30, tzinfo=UTC)
NEW_YEAR = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
DAYS = [
    (EARLY, "CN", date(2026, 11, 30)),
    (EARLY, "DE", date(2026, 11, 29)),
    (EARLY, "US", date(2026, 11, 29)),
    (MORNING, "CN", date(2026, 11, 30)),
    (MORNING, "DE", date(2026, 11, 30)),
    (MORNING, "US", date(2026, 11, 29)),
    (CLOCKS_GO_BACK, "DE", date(2026, 10, 25)),
    (LEAP_DAY, "CN", date(2028, 2, 29)),
    (LEAP_DAY, "US", date(2028, 2, 28)),
    (NEW_YEAR, "CN", date(2027, 1, 1)),
    (NEW_YEAR, "US", date(2026, 12, 31)),
]


def _user(driver: Driver, country: str) -> Actor:
    return make_user(driver, make_firm(driver, country=country))


def _order(driver: Driver, buyer: Actor, supplier: Actor, *, due: date, quantity: int = 100) -> str:
    return make_order(
        driver, buyer, supplier, quantity=quantity, need_by=due, promised_on=due,
        category_id="forgings",
    )  # fmt: skip


@pytest.mark.parametrize(("at", "country", "today"), DAYS)
def test_an_accepted_order_is_promised_from_the_suppliers_day(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, at: datetime, country: str, today: date
) -> None:
    freeze_clock(monkeypatch, at)
    buyer, supplier = _user(driver, "JP"), _user(driver, country)
    assert read(driver, find_today, supplier.firm_id, at) == today
    order_id = make_order(driver, buyer, supplier, need_by=today + timedelta(days=90))
    actions.accept_order(driver, order_id, by=supplier)
    line = read(driver, orders.get, order_id, viewer=buyer.firm_id).lines[0]
    assert line.promised_on == today + timedelta(days=20)


@pytest.mark.parametrize(("at", "country", "today"), DAYS)
def test_goods_leave_and_arrive_up_to_today_where_the_firm_is(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, at: datetime, country: str, today: date
) -> None:
    freeze_clock(monkeypatch, at)
    buyer, supplier = _user(driver, country), _user(driver, country)
    order_id = make_order(driver, buyer, supplier, state="accepted")
    line_id = first_line(driver, order_id, buyer).id
    tomorrow = today + timedelta(days=1)
    with pytest.raises(Invalid):
        sent = ShipmentChoice(line_id=line_id, quantity=100, shipped_on=tomorrow)
        ship_goods(driver, order_id, sent, by=supplier)
    sent = ShipmentChoice(line_id=line_id, quantity=100, shipped_on=today)
    ship_goods(driver, order_id, sent, by=supplier)
    with pytest.raises(Invalid):
        came = ReceiptChoice(line_id=line_id, quantity=100, received_on=tomorrow)
        receive_goods(driver, order_id, came, by=buyer)
    came = ReceiptChoice(line_id=line_id, quantity=100, received_on=today)
    receive_goods(driver, order_id, came, by=buyer)


@pytest.mark.parametrize("at", [EARLY, MORNING])
@pytest.mark.parametrize("buying", ["CN", "US"])
def test_what_a_ranking_calls_possible_is_accepted_wherever_the_firms_are(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, at: datetime, buying: str
) -> None:
    freeze_clock(monkeypatch, at)
    buyer, due = _user(driver, buying), date(2026, 12, 2)
    sellers = {country: _user(driver, country) for country in ("CN", "DE", "US")}
    for seller in sellers.values():
        make_ability(driver, seller.firm_id, weekly_capacity=70, lead_days=0)
    lines = [{"quantity": 1000, "need_by": due}]
    deadline = at + timedelta(hours=30)
    request_id = make_parts_request(driver, buyer, lines=lines, deadline=deadline)
    request = read(driver, parts_requests.get, request_id, viewer=buyer.firm_id)
    ((_, ranking),) = rank_lines(driver, request, request.lines, now=at)
    possible = {row.firm_id: row.capacity.possible or 0 for row in ranking.best}
    for seller in sellers.values():
        today = read(driver, find_today, seller.firm_id, at)
        most = 10 * ((due - today).days + 1)
        assert possible[seller.firm_id] == most
        too_much = _order(driver, buyer, seller, due=due, quantity=most + 1)
        with pytest.raises(Conflict):
            actions.accept_order(driver, too_much, by=seller)
        order_id = _order(driver, buyer, seller, due=due, quantity=most)
        actions.accept_order(driver, order_id, by=seller)


@pytest.mark.parametrize(("at", "country", "today"), DAYS[-2:])
def test_requests_are_numbered_by_the_buyers_year(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, at: datetime, country: str, today: date
) -> None:
    freeze_clock(monkeypatch, at)
    buyer = _user(driver, country)
    request_id = make_parts_request(driver, buyer, publish=False)
    request = read(driver, parts_requests.get, request_id, viewer=buyer.firm_id)
    assert request.number == f"PR-{today.year}-0001"
    assert request.today(at) == today


def test_the_days_of_a_request_are_those_of_its_buyer_and_all_who_bid(driver: Driver) -> None:
    buyer, seller, stranger = _user(driver, "CN"), _user(driver, "US"), _user(driver, "DE")
    request_id = make_parts_request(driver, buyer)
    make_bid(driver, seller, request_id)
    days = read(driver, read_days_of_request, request_id, viewer=buyer.firm_id, at=EARLY)
    assert days.zones == {
        buyer.firm_id: "Asia/Shanghai", seller.firm_id: "America/New_York",
    }  # fmt: skip
    for viewer in (seller, stranger):
        unseen = read(driver, read_days_of_request, request_id, viewer=viewer.firm_id, at=EARLY)
        assert unseen.zones == {}
    assert read(driver, parts_requests.view_for_supplier, request_id,
                viewer=seller.firm_id).zone == "Asia/Shanghai"  # fmt: skip
    assert read(driver, find_zone, "") == "Asia/Shanghai"
