"""What the ranking calls possible can be accepted, and no more, whatever happened before."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from neo4j import Driver

from supplychain.actions.capacity import capabilities
from supplychain.actions.orders import orders as actions
from supplychain.actions.orders.shipments import ShipmentChoice, ship_goods
from supplychain.actions.rankings.lines import rank_lines
from supplychain.errors import Conflict
from supplychain.graph.engine.transactions import read, write
from supplychain.graph.imports import upserts
from supplychain.graph.orders import orders
from supplychain.graph.parts_requests import parts_requests
from supplychain.model.ids import to_text, utc_now
from supplychain.model.people.actors import Actor
from supplychain.model.weeks import day_number
from tests.make.accounts import make_user
from tests.make.days import local_today
from tests.make.firms import make_firm
from tests.make.matches import make_ability
from tests.make.orders import booked, first_line, make_firms, make_order
from tests.make.parts_requests import make_parts_request

TODAY = local_today()
MANY = 100_000


def _promised(driver: Driver, buyer: Actor, days: int) -> int:
    """What the ranking says that the one supplier can make by a day."""
    need_by = TODAY + timedelta(days=days)
    request_id = make_parts_request(driver, buyer, lines=[{"quantity": MANY, "need_by": need_by}])
    request = read(driver, parts_requests.get, request_id, viewer=buyer.firm_id)
    ((_, ranking),) = rank_lines(driver, request, request.lines, now=utc_now())
    if ranking.unable:
        return 0
    possible = ranking.best[0].capacity.possible
    assert possible is not None
    return possible


def _offer(driver: Driver, buyer: Actor, supplier: Actor, quantity: int, due: date) -> str:
    return make_order(
        driver, buyer, supplier, quantity=quantity, need_by=due, promised_on=due,
        category_id="forgings",
    )  # fmt: skip


def _accepts(driver: Driver, order_id: str, supplier: Actor) -> bool:
    try:
        actions.accept_order(driver, order_id, by=supplier)
    except Conflict:
        return False
    return True


def test_after_anything_the_possible_is_accepted_and_one_piece_more_refused(
    driver: Driver,
) -> None:
    buyer, supplier = make_user(driver, make_firm(driver)), make_user(driver, make_firm(driver))
    make_ability(driver, supplier.firm_id, weekly_capacity=40, lead_days=0)
    chance = Random(7)
    live: list[str] = []
    accepted = 0
    for _ in range(12):
        for _ in range(3):
            due = TODAY + timedelta(days=chance.randint(0, 40))
            order_id = _offer(driver, buyer, supplier, chance.randint(1, 50), due)
            if _accepts(driver, order_id, supplier):
                live.append(order_id)
                accepted += 1
        if live and chance.random() < 0.6:
            gone = live.pop(chance.randrange(len(live)))
            actions.cancel_order(driver, gone, reason="Stop", by=buyer)
        if live and chance.random() < 0.6:
            order_id = live.pop(chance.randrange(len(live)))
            line = first_line(driver, order_id, buyer)
            some = chance.randint(1, line.quantity)
            choice = ShipmentChoice(line_id=line.id, quantity=some, shipped_on=TODAY)
            ship_goods(driver, order_id, choice, by=supplier)
        days = chance.randint(8, 50)
        due = TODAY + timedelta(days=days)
        possible = _promised(driver, buyer, days)
        assert not _accepts(driver, _offer(driver, buyer, supplier, possible + 1, due), supplier)
        if possible and chance.random() < 0.4:
            order_id = _offer(driver, buyer, supplier, possible, due)
            assert _accepts(driver, order_id, supplier)
            live.append(order_id)
            assert _promised(driver, buyer, days) == 0
        booked(driver, supplier.firm_id, "forgings")  # every promise can be kept
    assert accepted > 5


@pytest.mark.parametrize("door", ["page", "import"])
def test_a_capability_declared_later_counts_what_was_accepted_before(
    driver: Driver, door: str
) -> None:
    buyer, supplier = make_firms(driver, "Press Works", "Taihu Forging")
    made = make_order(driver, buyer, supplier, state="accepted", category_id="forgings")
    make_order(driver, buyer, supplier, category_id="forgings")
    line = first_line(driver, made, buyer)
    sent = ShipmentChoice(line_id=line.id, quantity=25, shipped_on=TODAY)
    ship_goods(driver, made, sent, by=supplier)
    id = f"{supplier.firm_id}|forgings"
    if door == "page":
        capabilities.add_capability(driver, category="forgings", weekly_capacity=50, by=supplier)
    else:
        row = {"id": id, "firm_id": supplier.firm_id, "category_id": "forgings"}
        entry = {**row, "weekly_capacity": 50}
        write(driver, lambda tx: upserts.write_categories(tx, {"forgings": "Forgings"}))
        write(
            driver,
            lambda tx: upserts.write_capabilities(tx, [entry], owner=None, at=to_text(utc_now())),
        )
    assert booked(driver, supplier.firm_id, "forgings") == {day_number(line.due_on): 75}
    assert read(driver, orders.get, made, viewer=buyer.firm_id).state == "in_production"
