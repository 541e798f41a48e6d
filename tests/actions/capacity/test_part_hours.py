"""Hours that a piece of a part takes: one figure for the ranking, the bid, the order, the load."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from neo4j import Driver

from supplychain.actions import bids
from supplychain.actions.capacity import capabilities, part_hours
from supplychain.actions.imports.imports import import_tables
from supplychain.actions.imports.report import Report
from supplychain.actions.orders import orders
from supplychain.actions.orders.orders import report_progress
from supplychain.errors import Conflict, Invalid, NotFound, Stale
from supplychain.graph.capacity import recounts
from supplychain.graph.engine.transactions import Tx, read, rows, run, write
from supplychain.graph.orders import orders as orders_graph
from supplychain.graph.orders import shares
from supplychain.graph.parts_requests import parts_requests as requests_graph
from supplychain.graph.rankings import candidates
from supplychain.matching.candidates.assembly import assemble_category, assemble_line
from supplychain.matching.candidates.sources import OfferColumns
from supplychain.matching.cost.exchange import Exchange
from supplychain.matching.feasibility.capacity import possible_quantity, promise_capacity
from supplychain.matching.need import Need, Site
from supplychain.matching.rows import Promise
from supplychain.model.capacity.part_hours import PartTime
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from supplychain.model.weeks import day_number
from tests.make.accounts import make_user
from tests.make.bids import make_bid, stored_bid
from tests.make.days import local_today
from tests.make.firms import make_firm
from tests.make.holds import held
from tests.make.matches import make_offer
from tests.make.orders import booked, first_line, make_cluster, make_order
from tests.make.parts_requests import make_parts_request, need_by, pass_deadline
from tests.matching.make import make_need

HOUR_E4 = 10_000
TODAY = local_today()


def _make_shop(driver: Driver, **values: Any) -> tuple[Actor, str]:
    """A forge that works on all days, 70 hours a week, and states an hour a piece."""
    seller = make_user(driver, make_firm(driver, country=""))
    make_offer(driver, make_firm(driver).id)  # so that there is a part: ring
    stated = {"weekly_hours_e4": 70 * HOUR_E4, "hours_per_piece_e4": HOUR_E4, "lead_days": 0}
    capability_id = capabilities.add_capability(
        driver, category="forgings", weekly_capacity=None, by=seller, **{**stated, **values}
    )
    return seller, capability_id


def _state(driver: Driver, seller: Actor, capability_id: str, hours_e4: int) -> int:
    version = capabilities.get(driver, capability_id, by=seller, today=TODAY).version
    item = PartTime(part_id="ring", hours_e4=hours_e4)
    return part_hours.state_part_hours(driver, capability_id, [item], version=version, by=seller)


def _order(
    driver: Driver, buyer: Actor, seller: Actor, quantity: int, part_id: str | None = "ring"
) -> str:
    """Due on the tenth day, today counted."""
    due = TODAY + timedelta(days=9)
    return make_order(
        driver, buyer, seller, quantity=quantity, need_by=due, promised_on=due,
        category_id="forgings", part_id=part_id,
    )  # fmt: skip


def _rank(driver: Driver, buyer: Actor, part_id: str | None) -> Promise:
    """What the only supplier promises of 1,000 by the tenth day."""
    by = TODAY + timedelta(days=9)
    need: Need = make_need(today=TODAY, needed_by=by, part_id=part_id, quantity=1000)
    sources = read(
        driver, candidates.read_category, [need], category_id="forgings", at=utc_now(),
        viewer=buyer.firm_id, chain_id=None, with_places=False,
    )  # fmt: skip
    category = assemble_category(sources, exchange=Exchange(to_currency="CNY"), site=Site())
    able = assemble_line(category, need, OfferColumns())
    return promise_capacity(need, able, possible_quantity(need, able), 0)


def test_half_an_hour_is_ranked_refused_accepted_and_booked_as_half_an_hour(
    driver: Driver,
) -> None:
    seller, capability_id = _make_shop(driver)
    buyer = make_user(driver, make_firm(driver))
    _state(driver, seller, capability_id, HOUR_E4 // 2)
    # Ten days of ten hours: 200 rings at half an hour, 100 of anything else.
    ring, other = (_rank(driver, buyer, part_id) for part_id in ("ring", None))
    assert (ring.possible, ring.weekly, other.possible, other.weekly) == (200, 140, 100, 70)
    with pytest.raises(Conflict) as refused:
        orders.accept_order(driver, _order(driver, buyer, seller, 201), by=seller)
    assert (refused.value.values["free"], refused.value.values["short"]) == (200, 1)
    orders.accept_order(driver, _order(driver, buyer, seller, 120), by=seller)
    assert sum(booked(driver, seller.firm_id, "forgings").values()) == 60 * HOUR_E4
    assert (_rank(driver, buyer, "ring").possible, _rank(driver, buyer, None).possible) == (80, 40)
    orders.accept_order(driver, _order(driver, buyer, seller, 40, None), by=seller)
    assert _rank(driver, buyer, "ring").possible == 0
    own = capabilities.get(driver, capability_id, by=seller, today=TODAY)
    assert [(one.quantity, one.hours_e4) for one in own.booked_work] == [(100, 100 * HOUR_E4)]


def test_work_that_is_done_frees_its_own_hours(driver: Driver) -> None:
    seller, capability_id = _make_shop(driver)
    buyer = make_user(driver, make_firm(driver))
    _state(driver, seller, capability_id, HOUR_E4 // 4)
    order_id = _order(driver, buyer, seller, 200)
    orders.accept_order(driver, order_id, by=seller)
    line = first_line(driver, order_id, seller)
    report_progress(driver, order_id, {line.id: 50}, by=seller)
    assert sum(booked(driver, seller.firm_id, "forgings").values()) == 25 * HOUR_E4


def test_other_hours_count_what_is_booked_anew_and_must_fit(driver: Driver) -> None:
    seller, capability_id = _make_shop(driver)
    buyer = make_user(driver, make_firm(driver))
    orders.accept_order(driver, _order(driver, buyer, seller, 80), by=seller)
    _state(driver, seller, capability_id, HOUR_E4 // 2)
    assert sum(booked(driver, seller.firm_id, "forgings").values()) == 40 * HOUR_E4
    with pytest.raises(Invalid) as refused:
        _state(driver, seller, capability_id, 13 * HOUR_E4 // 10)
    assert refused.value.errors[0].pointer == "/hours_per_piece"
    assert sum(booked(driver, seller.firm_id, "forgings").values()) == 40 * HOUR_E4
    version = capabilities.get(driver, capability_id, by=seller, today=TODAY).version
    part_hours.state_part_hours(driver, capability_id, [], version=version, by=seller)
    assert sum(booked(driver, seller.firm_id, "forgings").values()) == 80 * HOUR_E4


def test_hours_of_the_category_count_anew_too_and_less_is_refused_in_hours(
    driver: Driver,
) -> None:
    seller, capability_id = _make_shop(driver)
    buyer = make_user(driver, make_firm(driver))
    orders.accept_order(driver, _order(driver, buyer, seller, 80), by=seller)

    def change(weekly: int | None, **values: int) -> int:
        version = capabilities.get(driver, capability_id, by=seller, today=TODAY).version
        return capabilities.change_capability(
            driver, capability_id, weekly_capacity=weekly, version=version, by=seller, **values
        )

    with pytest.raises(Invalid) as refused:
        change(None, weekly_hours_e4=70 * HOUR_E4, hours_per_piece_e4=2 * HOUR_E4)
    assert refused.value.values["booked"] == "160"
    assert refused.value.values["least"] == "112"  # 160 hours in ten days of a week's seventh
    change(None, weekly_hours_e4=112 * HOUR_E4, hours_per_piece_e4=2 * HOUR_E4)
    assert sum(booked(driver, seller.firm_id, "forgings").values()) == 160 * HOUR_E4
    change(70)
    assert sum(booked(driver, seller.firm_id, "forgings").values()) == 80


def test_a_bid_holds_the_hours_of_its_part(driver: Driver) -> None:
    seller, capability_id = _make_shop(driver)
    buyer = make_user(driver, make_firm(driver))
    _state(driver, seller, capability_id, HOUR_E4 // 10)
    request_id = make_parts_request(driver, buyer, lines=[{"part_id": "ring", "quantity": 2000}])
    bid_id = make_bid(driver, seller, request_id, lines=[{"quantity": 2000}])
    assert sum(held(driver, seller.firm_id).values()) == 200 * HOUR_E4
    asked = read(driver, requests_graph.view_for_supplier, request_id, viewer=seller.firm_id)
    bid = stored_bid(driver, bid_id, seller)
    assert bids.list_warnings(driver, bid, asked, by=seller, today=TODAY) == []
    pass_deadline(driver, request_id)
    assert sum(held(driver, seller.firm_id).values()) == 200 * HOUR_E4
    _state(driver, seller, capability_id, HOUR_E4 // 5)
    assert sum(held(driver, seller.firm_id).values()) == 400 * HOUR_E4


def test_a_bid_above_what_the_hours_make_is_warned_in_pieces(driver: Driver) -> None:
    seller, capability_id = _make_shop(driver)
    buyer = make_user(driver, make_firm(driver))
    _state(driver, seller, capability_id, HOUR_E4 // 2)
    line = {"part_id": "ring", "quantity": 2000, "need_by": need_by(9)}
    request_id = make_parts_request(driver, buyer, lines=[line])
    bid_id = make_bid(driver, seller, request_id, lines=[{"quantity": 2000, "lead_days": 1}])
    asked = read(driver, requests_graph.view_for_supplier, request_id, viewer=seller.firm_id)
    (warning,) = bids.list_warnings(
        driver, stored_bid(driver, bid_id, seller), asked, by=seller, today=TODAY
    )
    days = (need_by(9) - TODAY).days + 1
    assert dict(warning.values)["free"] == 20 * days


def test_a_peer_has_room_for_a_share_by_the_hours_of_its_part(driver: Driver) -> None:
    peer, capability_id = _make_shop(driver)
    buyer, seller = (make_user(driver, make_firm(driver)) for _ in range(2))
    make_cluster(driver, seller, peer)
    order_id = _order(driver, buyer, seller, 200)
    orders.accept_order(driver, order_id, by=seller)
    order = read(driver, orders_graph.get, order_id, viewer=seller.firm_id)

    def room() -> str:
        (one,) = read(driver, shares.list_peers, order, order.lines[0], viewer=seller.firm_id)
        first = day_number(TODAY)
        return one.room(quantity=200, now=utc_now(), due=first + 9)

    assert room() == "some"
    _state(driver, peer, capability_id, HOUR_E4 // 2)
    assert room() == "enough"


def test_absurd_hours_strange_parts_and_strangers_are_refused(driver: Driver) -> None:
    seller, capability_id = _make_shop(driver)
    other = make_user(driver, make_firm(driver))
    for items, pointer in (
        ([PartTime(part_id="ring", hours_e4=0)], "/items/0/hours_per_piece"),
        ([PartTime(part_id="ring", hours_e4=-5)], "/items/0/hours_per_piece"),
        ([PartTime(part_id="ring", hours_e4=10_001 * HOUR_E4)], "/items/0/hours_per_piece"),
        ([PartTime(part_id="ring", hours_e4=1)] * 2, "/items/1/part_id"),
        ([PartTime(part_id="nowhere", hours_e4=1)], "/items/0/part_id"),
    ):
        with pytest.raises(Invalid) as refused:
            part_hours.state_part_hours(driver, capability_id, items, version=1, by=seller)
        assert refused.value.errors[0].pointer == pointer
    fine = [PartTime(part_id="ring", hours_e4=1)]
    with pytest.raises(NotFound):
        part_hours.state_part_hours(driver, capability_id, fine, version=1, by=other)
    with pytest.raises(NotFound):
        part_hours.list_part_hours(driver, capability_id, by=other)
    with pytest.raises(Stale):
        part_hours.state_part_hours(driver, capability_id, fine, version=9, by=seller)
    plain = capabilities.add_capability(driver, category="Gears", weekly_capacity=9, by=seller)
    with pytest.raises(Invalid, match="hours first"):
        part_hours.state_part_hours(driver, plain, fine, version=1, by=seller)
    part_hours.state_part_hours(driver, capability_id, fine, version=1, by=seller)
    (one,) = part_hours.list_part_hours(driver, capability_id, by=seller)
    assert (one.part_id, one.hours_e4) == ("ring", 1)


def test_an_import_counts_orders_at_the_hours_of_their_part(driver: Driver, tmp_path: Path) -> None:
    seller, capability_id = _make_shop(driver)
    buyer = make_user(driver, make_firm(driver))
    _state(driver, seller, capability_id, 3 * HOUR_E4)
    orders.accept_order(driver, _order(driver, buyer, seller, 30), by=seller)

    def bring(weekly: int, hours: int) -> Report:
        head = "firm_id,category,weekly_hours,hours_per_piece"
        text = f"{head}\n{seller.firm_id},Forgings,{weekly},{hours}\n"
        (tmp_path / "capabilities.csv").write_text(text, encoding="utf-8")
        return import_tables(driver, tmp_path, by=None)

    # 90 of 100 hours: as many where only the category takes twice as long.
    assert bring(70, 2).bad_rows == ()
    assert [(bad.row, bad.column) for bad in bring(50, 2).bad_rows] == [(2, "weekly_hours")]


AGE = """
MATCH (c:Capability {id: $id}) SET c.pace = '70/1', c.booked_quantities = [80]
WITH c MATCH (b:Booking)-[:TAKES]->(c) SET b.work = b.quantity
"""


def test_what_was_booked_in_pieces_is_counted_in_hours_by_the_migration(driver: Driver) -> None:
    seller, capability_id = _make_shop(driver)
    buyer = make_user(driver, make_firm(driver))
    orders.accept_order(driver, _order(driver, buyer, seller, 80), by=seller)

    def age(tx: Tx) -> None:
        run(tx, AGE, id=capability_id)

    write(driver, age)
    assert write(driver, recounts.fill_work) == 1
    assert write(driver, recounts.fill_work) == 0
    assert sum(booked(driver, seller.firm_id, "forgings").values()) == 80 * HOUR_E4
    pace = "MATCH (c:Capability {id: $id}) RETURN c.pace AS pace LIMIT 1"
    assert read(driver, lambda tx: rows(tx, pace, id=capability_id)) == [{"pace": "700000/10000/0"}]
