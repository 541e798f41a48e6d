"""A graph that kept capacity by week says after its upgrade what the order lines still need."""

from __future__ import annotations

from datetime import timedelta

from neo4j import Driver

from supplychain.actions import bids
from supplychain.actions.orders.orders import accept_order, report_progress
from supplychain.actions.orders.shipments import ShipmentChoice, ship_goods
from supplychain.graph.bids import seals
from supplychain.graph.capacity.due_days import fill_due_days
from supplychain.graph.engine import migrate as migrations
from supplychain.graph.engine.transactions import Tx, read, rows, run, write
from supplychain.model.bids.seals import close_box, open_json, seal_json
from supplychain.model.ids import utc_now
from supplychain.model.weeks import day_number, week_of
from tests.make.accounts import make_user
from tests.make.bids import make_bid
from tests.make.days import local_today
from tests.make.firms import make_firm
from tests.make.holds import held
from tests.make.matches import make_ability
from tests.make.orders import booked, first_line, make_cluster, make_firms, make_order, make_share
from tests.make.parts_requests import make_parts_request, pass_deadline

OLD_CAPABILITIES = """
MATCH (c:Capability)
SET c.booked_weeks = [2900, $week], c.booked_quantities = [7, 11], c.held_weeks = null,
    c.booked_days = null, c.held_days = null
"""
OLD_HELD = """
MATCH (c:Capability {id: $id})
SET c.held_weeks = [$week, $week + 1], c.held_quantities = [20, 5]
"""
OLD_BOOKINGS = "MATCH (b:Booking) SET b.week = $week, b.day = null"
OLD_HOLDS = """
MATCH (c:Capability {id: $id})
CREATE (:Hold {id: 'bid|1|a', capability_id: $id, bid_id: 'bid', firm_id: c.firm_id, week: $week,
               quantity: 20})-[:HOLDS]->(c)
CREATE (:Hold {id: 'bid|1|b', capability_id: $id, bid_id: 'bid', firm_id: c.firm_id,
               week: $week + 1, quantity: 5})-[:HOLDS]->(c)
"""
LEFT = """
MATCH (c:Capability)
WHERE c.booked_weeks IS NOT NULL OR c.held_weeks IS NOT NULL OR c.booked_days IS NULL
RETURN c.id AS id LIMIT 10
"""
WEEK = week_of(local_today())


def _age(tx: Tx, capability_id: str) -> None:
    run(tx, OLD_CAPABILITIES, week=WEEK)
    run(tx, OLD_BOOKINGS, week=WEEK)
    run(tx, OLD_HELD, id=capability_id, week=WEEK)
    run(tx, OLD_HOLDS, id=capability_id, week=WEEK)


def _upgrade(driver: Driver) -> None:
    shipped = {one.version: one.statements for one in migrations.list_shipped()}
    for statement in shipped[24] * 2:
        write(driver, lambda tx, s=statement: run(tx, s))
    while write(driver, fill_due_days):
        pass
    for statement in shipped[28]:
        if "CREATE" not in statement:
            write(driver, lambda tx, s=statement: run(tx, s))


def test_what_order_lines_still_need_is_booked_by_the_day_it_is_due(driver: Driver) -> None:
    buyer, supplier, peer, idle = make_firms(driver, "B", "S", "P", "Idle")
    make_cluster(driver, supplier, peer)
    for firm in (supplier, peer, idle):
        make_ability(driver, firm.firm_id, "forging", weekly_capacity=500)
    today = local_today()
    orders = [
        make_order(
            driver, buyer, supplier, need_by=today + timedelta(days=days),
            promised_on=today + timedelta(days=days), state=state,
        )
        for days, state in ((20, "accepted"), (30, "accepted"), (40, "accepted"), (9, "offered"))
    ]  # fmt: skip
    line_ids = [first_line(driver, order_id, buyer).id for order_id in orders]
    sent = ShipmentChoice(line_id=line_ids[0], quantity=30, shipped_on=today)
    ship_goods(driver, orders[0], sent, by=supplier)
    report_progress(driver, orders[1], {line_ids[1]: 55}, by=supplier)
    taken = make_share(driver, orders[2], peer, by=supplier, quantity=40)
    accept_order(driver, taken, by=peer)
    make_share(driver, orders[2], peer, by=supplier, quantity=10)  # not accepted: still its own
    first = day_number(today)
    fresh = {first + 20: 70, first + 30: 45, first + 40: 60}
    assert booked(driver, supplier.firm_id) == fresh
    write(driver, _age, f"{supplier.firm_id}|forging")
    _upgrade(driver)
    assert booked(driver, supplier.firm_id) == fresh
    assert booked(driver, peer.firm_id) == {first + 40: 40}
    assert booked(driver, idle.firm_id) == {}
    assert held(driver, supplier.firm_id) == {7 * WEEK + 6: 20, 7 * WEEK + 13: 5}
    assert read(driver, lambda tx: rows(tx, LEFT)) == []
    assert write(driver, fill_due_days) == 0


SEAL = "MATCH (b:Bid {id: $bid_id}) SET b.sealed_holds = $sealed"


def _seal_weeks(tx: Tx, bid_id: str, request_id: str) -> None:
    """Seal what a bid holds of two weeks, as it was before there were due days."""
    box = close_box(seals.ensure(tx, request_id))
    opener = seals.open_of_request(tx, request_id)
    sealed = rows(tx, "MATCH (b:Bid {id: $id}) RETURN b.sealed_holds AS sealed", id=bid_id)
    (one,) = open_json(opener, bid_id, sealed[0]["sealed"])
    plain = {name: value for name, value in one.items() if name not in ("day", "work")}
    weeks = [
        {**plain, "id": f"{plain['id']}|{week}", "week": week, "quantity": pieces}
        for week, pieces in ((WEEK, 30), (WEEK + 1, 20))
    ]
    run(tx, SEAL, bid_id=bid_id, sealed=seal_json(box, bid_id, weeks))


def test_a_seal_of_before_that_names_weeks_is_due_at_their_ends(driver: Driver) -> None:
    buyer, supplier = make_user(driver, make_firm(driver)), make_user(driver, make_firm(driver))
    make_ability(driver, supplier.firm_id, weekly_capacity=200)
    request_id = make_parts_request(driver, buyer)
    bid_id = make_bid(driver, supplier, request_id)
    write(driver, _seal_weeks, bid_id, request_id)
    assert held(driver, supplier.firm_id) == {7 * WEEK + 6: 30, 7 * WEEK + 13: 20}
    pass_deadline(driver, request_id)
    assert held(driver, supplier.firm_id) == {7 * WEEK + 6: 30, 7 * WEEK + 13: 20}
    assert bids.release_ended_holds(driver, utc_now() + timedelta(days=1000)) == 1
    assert held(driver, supplier.firm_id) == {}
