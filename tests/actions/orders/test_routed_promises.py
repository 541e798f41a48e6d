"""Every step of a routing is booked: what the ranking calls possible is accepted, and no more."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from neo4j import Driver

from supplychain.actions import bids
from supplychain.actions.capacity import capabilities
from supplychain.actions.orders import orders as actions
from supplychain.actions.orders.shipments import ShipmentChoice, ship_goods
from supplychain.actions.rankings.lines import rank_lines
from supplychain.errors import Conflict
from supplychain.graph.engine.transactions import read
from supplychain.graph.orders import orders, shares
from supplychain.graph.parts_requests import parts_requests
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from supplychain.model.weeks import day_number
from tests.make.accounts import make_user
from tests.make.award_studies import make_award_of, make_study
from tests.make.awards import make_opened_request, stored_award
from tests.make.bids import make_bid, stored_bid
from tests.make.days import local_today
from tests.make.firms import make_firm
from tests.make.holds import held
from tests.make.matches import make_ability
from tests.make.orders import booked, first_line, make_cluster, make_firms, make_order, make_share
from tests.make.parts_requests import make_parts_request

TODAY = local_today()
STEPS = ("milling", "hardening")
NAMES = ("forgings", "gears", "heat treatment")


def _make_able(driver: Driver, firm_id: str, *weekly: int) -> None:
    """Forging, milling and heat treatment of so many pieces a week, a day of lead time each."""
    for name, pieces in zip(NAMES, weekly, strict=True):
        processes = ["milling"] if name == "gears" else []
        make_ability(
            driver, firm_id, name, weekly_capacity=pieces, lead_days=1, processes=processes
        )


def _promised(driver: Driver, buyer: Actor, days: int, routing: tuple[str, ...]) -> int:
    line = {"quantity": 100_000, "need_by": TODAY + timedelta(days=days), "routing": routing}
    request_id = make_parts_request(driver, buyer, lines=[line])
    request = read(driver, parts_requests.get, request_id, viewer=buyer.firm_id)
    ((_, ranking),) = rank_lines(driver, request, request.lines, now=utc_now())
    possible = 0 if ranking.unable else ranking.best[0].capacity.possible
    assert possible is not None
    return possible


def _offer(
    driver: Driver, buyer: Actor, supplier: Actor, quantity: int, due: date, **more: Any
) -> str:
    return make_order(
        driver, buyer, supplier, quantity=quantity, need_by=due, promised_on=due,
        **{"category_id": "forgings", "routing": STEPS, **more},
    )  # fmt: skip


def _accepts(driver: Driver, order_id: str, supplier: Actor) -> bool:
    try:
        actions.accept_order(driver, order_id, by=supplier)
    except Conflict:
        return False
    return True


def _booked(driver: Driver, firm_id: str) -> list[dict[int, int]]:
    return [booked(driver, firm_id, name) for name in NAMES]


def test_after_anything_the_narrowest_step_says_how_much_is_accepted(driver: Driver) -> None:
    buyer, supplier = make_user(driver, make_firm(driver)), make_user(driver, make_firm(driver))
    _make_able(driver, supplier.firm_id, 70, 40, 55)
    chance = Random(11)
    live: list[str] = []
    for _ in range(8):
        routing = chance.choice([STEPS, STEPS, (), ("hardening",)])
        category = chance.choice(["forgings", "forgings", "hardening"])
        due = TODAY + timedelta(days=chance.randint(2, 40))
        extra = {"routing": routing if category == "forgings" else (), "category_id": category}
        order_id = _offer(driver, buyer, supplier, chance.randint(1, 60), due, **extra)
        if _accepts(driver, order_id, supplier):
            live.append(order_id)
        if live and chance.random() < 0.4:
            gone = live.pop(chance.randrange(len(live)))
            actions.cancel_order(driver, gone, reason="Stop", by=buyer)
        if live and chance.random() < 0.4:
            order_id = live.pop(chance.randrange(len(live)))
            line = first_line(driver, order_id, buyer)
            some = chance.randint(1, line.quantity)
            choice = ShipmentChoice(line_id=line.id, quantity=some, shipped_on=TODAY)
            ship_goods(driver, order_id, choice, by=supplier)
        days = chance.randint(8, 50)
        due = TODAY + timedelta(days=days)
        possible = _promised(driver, buyer, days, STEPS)
        assert not _accepts(driver, _offer(driver, buyer, supplier, possible + 1, due), supplier)
        if possible and chance.random() < 0.4:
            order_id = _offer(driver, buyer, supplier, possible, due)
            assert _accepts(driver, order_id, supplier)
            live.append(order_id)
            assert _promised(driver, buyer, days, STEPS) == 0
        _booked(driver, supplier.firm_id)  # every promise can be kept


def test_two_orders_do_not_take_the_same_days_of_a_step(driver: Driver) -> None:
    buyer, supplier = make_firms(driver, "Press Works", "Taihu Forging")
    _make_able(driver, supplier.firm_id, 700, 70, 700)
    due = TODAY + timedelta(days=13)
    first, second = (_offer(driver, buyer, supplier, 100, due) for _ in range(2))
    actions.accept_order(driver, first, by=supplier)
    last = day_number(due)
    assert _booked(driver, supplier.firm_id) == [{last - 2: 100}, {last - 1: 100}, {last: 100}]
    try:
        actions.accept_order(driver, second, by=supplier)
        raise AssertionError("the second order was accepted")
    except Conflict as refused:
        # Milling has 12 days, of which the first order takes 10.
        assert refused.values["step"] == "milling"
        assert (refused.values["free"], refused.values["short"]) == (20, 80)
    line = first_line(driver, first, buyer)
    ship_goods(
        driver,
        first,
        ShipmentChoice(line_id=line.id, quantity=60, shipped_on=TODAY),
        by=supplier,
    )
    assert _booked(driver, supplier.firm_id) == [{last - 2: 40}, {last - 1: 40}, {last: 40}]


def test_a_peer_takes_every_step_of_its_share_and_frees_the_sharer(driver: Driver) -> None:
    buyer, supplier, peer, half = make_firms(driver, "B", "S", "P", "Half")
    make_cluster(driver, supplier, peer, half)
    for firm in (supplier, peer):
        _make_able(driver, firm.firm_id, 100, 100, 100)
    make_ability(driver, half.firm_id, "forgings")
    due = TODAY + timedelta(days=13)
    order_id = _offer(driver, buyer, supplier, 100, due)
    actions.accept_order(driver, order_id, by=supplier)
    order = read(driver, orders.get, order_id, viewer=supplier.firm_id)
    peers = read(driver, shares.list_peers, order, order.lines[0], viewer=supplier.firm_id)
    assert [(one.name, one.able) for one in peers] == [("P", True), ("Half", False)]
    rooms = [one.room(quantity=n, now=utc_now(), due=day_number(due))
             for one, n in ((peers[0], 40), (peers[0], 500), (peers[1], 1))]  # fmt: skip
    assert rooms[:2] == ["enough", "some"]
    share_id = make_share(driver, order_id, peer, by=supplier, quantity=40)
    actions.accept_order(driver, share_id, by=peer)
    assert [sum(one.values()) for one in _booked(driver, peer.firm_id)] == [40, 40, 40]
    assert [sum(one.values()) for one in _booked(driver, supplier.firm_id)] == [60, 60, 60]
    actions.cancel_order(driver, share_id, reason="Stop", by=supplier)
    assert [sum(one.values()) for one in _booked(driver, peer.firm_id)] == [0, 0, 0]
    assert [sum(one.values()) for one in _booked(driver, supplier.firm_id)] == [100, 100, 100]


def test_a_step_declared_later_counts_what_was_accepted_before(driver: Driver) -> None:
    buyer, supplier = make_firms(driver, "Press Works", "Taihu Forging")
    make_ability(driver, supplier.firm_id, "forgings", lead_days=0)
    due = TODAY + timedelta(days=13)
    actions.accept_order(driver, _offer(driver, buyer, supplier, 30, due), by=supplier)
    capabilities.add_capability(
        driver, category="Hardening", weekly_capacity=50, lead_days=2, by=supplier
    )
    assert booked(driver, supplier.firm_id, "heat treatment") == {day_number(due): 30}
    capabilities.add_capability(driver, category="Turning", weekly_capacity=50, by=supplier)
    assert booked(driver, supplier.firm_id, "precision turning") == {}


def test_a_bid_holds_every_step_and_the_split_keeps_within_them(driver: Driver) -> None:
    buyer = make_user(driver, make_firm(driver))
    near, far = make_user(driver, make_firm(driver)), make_user(driver, make_firm(driver))
    _make_able(driver, near.firm_id, 700, 70, 700)
    _make_able(driver, far.firm_id, 700, 700, 700)
    line = {"quantity": 100, "need_by": TODAY + timedelta(days=13), "routing": STEPS}
    offers = {
        firm: [{"unit_price": Decimal(price), "quantity": 100, "lead_days": 5}] * 2
        for firm, price in ((near, "10"), (far, "12"))
    }
    request_id, _ = make_opened_request(driver, buyer, offers, lines=[line, line])
    # Each step of both lines; of milling only what is free.
    assert sum(held(driver, near.firm_id).values()) == 200 + 120 + 200
    seen = make_study(driver, buyer, request_id)
    cheapest = seen.study.find("cheapest")
    assert cheapest is not None
    assert cheapest.answer.status == "optimal"
    make_award_of(driver, buyer, seen)
    decided = stored_award(driver, buyer, request_id)
    assert decided is not None
    owners = {firm.firm_id: firm for firm in (near, far)}
    for order_id, firm_id in sorted({(one.order_id, one.supplier_id) for one in decided.orders}):
        actions.accept_order(driver, order_id, by=owners[firm_id])
    assert sum(held(driver, near.firm_id).values()) == 0
    # A bound is told in quarters of what was bid where it is not shown; here it is: 120 of 200.
    assert 100 <= sum(booked(driver, near.firm_id, "gears").values()) <= 120


def test_a_bid_is_warned_of_the_narrowest_step(driver: Driver) -> None:
    buyer, supplier = make_user(driver, make_firm(driver)), make_user(driver, make_firm(driver))
    _make_able(driver, supplier.firm_id, 700, 70, 140)
    line = {"quantity": 500, "need_by": TODAY + timedelta(days=13), "routing": STEPS}
    request_id = make_parts_request(driver, buyer, lines=[line])
    bid_id = make_bid(driver, supplier, request_id, lines=[{"lead_days": 5}], submit=False)
    asked = read(driver, parts_requests.view_for_supplier, request_id, viewer=supplier.firm_id)
    bid = stored_bid(driver, bid_id, supplier)
    (warning,) = bids.list_warnings(driver, bid, asked, by=supplier, today=TODAY)
    values = dict(warning.values)
    assert (values["step"], values["free"]) == ("milling", 120)
