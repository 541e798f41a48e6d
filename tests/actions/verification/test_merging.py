"""A twin is taken in whole or not at all."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from neo4j import Driver

from supplychain.actions import audit, bids, chains, delivery_claims, merging, verification
from supplychain.actions.backups.checking import check_graph
from supplychain.actions.capacity import part_hours
from supplychain.actions.capacity.capabilities import add_capability
from supplychain.actions.orders.reactions import react
from supplychain.actions.people import accounts, colleagues
from supplychain.errors import Conflict, Invalid, NotFound
from supplychain.graph import audiences, firms, supply_relations
from supplychain.graph.capacity import part_hours as part_hours_graph
from supplychain.graph.engine.transactions import Tx, read, row, rows, run, write
from supplychain.graph.events import list_latest
from supplychain.graph.imports import mappings
from supplychain.graph.orders import orders
from supplychain.model.audiences import Audience, Audiences
from supplychain.model.capacity.part_hours import PartTime
from supplychain.model.firms import Firm
from supplychain.model.ids import utc_now
from tests.make.accounts import make_user
from tests.make.awards import make_opened_request
from tests.make.bids import make_bid, stored_bid
from tests.make.chains import make_chain, make_cluster
from tests.make.claims import claim as make_claims
from tests.make.claims import line, send
from tests.make.cost_settings import make_cost_settings, make_rate
from tests.make.firms import make_actor, make_firm, make_verified
from tests.make.matches import make_offer
from tests.make.orders import booked, make_order
from tests.make.parts_requests import make_part, make_parts_request, pass_deadline
from tests.make.verification import OPERATOR, make_verified_firm, marks_of
from tests.make.world import World, make_world


def _merge(driver: Driver, keep: Firm, drop: Firm, confirmed: str = "") -> None:
    merging.take_in_twin(
        driver, keep_id=keep.id, drop_id=drop.id, confirmed=confirmed or drop.id, by=OPERATOR
    )


def test_people_memberships_and_news_move(driver: Driver) -> None:
    keep, drop = make_firm(driver, name="Forge"), make_verified_firm(driver, name="Forge Ltd.")
    third = make_firm(driver, name="FORGE inc.")
    user = make_user(driver, drop, "buyer")
    colleagues.invite_colleague(
        driver, email="b@example.com", role="buyer", by=make_user(driver, drop)
    )
    leader, founder = make_verified_firm(driver, kind="core"), make_firm(driver)
    chain_id = make_chain(driver, leader, [drop])
    make_cluster(driver, founder, [drop])
    news = len(read(driver, list_latest, viewer=drop.id, limit=99))
    _merge(driver, keep, drop)
    with pytest.raises(NotFound):
        marks_of(driver, drop.id)
    people = {one.id: one.role for one in colleagues.list_people(driver, keep.id, by=OPERATOR)}
    assert people[user.user_id] == "buyer"
    assert len(people) == 2
    assert len(colleagues.list_invites(driver, by=make_actor(keep))) == 1
    assert [one.id for one in chains.list_mine(driver, by=make_actor(keep))] == [chain_id]
    assert not marks_of(driver, keep.id).is_verified
    assert marks_of(driver, third.id).alike == "Forge"
    kinds = [event.kind for event in read(driver, list_latest, viewer=keep.id, limit=99)]
    assert "firm.merged" in kinds
    assert len(kinds) > news


ALL_NODES = """
MATCH (n)
WHERE NOT n:Event AND NOT n:Ledger AND NOT n:News AND NOT n:Pending AND NOT n:Migration
  AND NOT n:JobTurn AND NOT n:Ranking
  AND NOT (n:Tray AND NOT EXISTS { MATCH (n)<-[:LIES_IN]-() })
RETURN labels(n) AS labels, properties(n) AS facts LIMIT 100000
"""
ALL_RELATIONS = """
MATCH (a)-[r]->(b) WHERE NOT a:Event AND NOT b:Ranking
RETURN properties(a) AS start, type(r) AS kind, properties(b) AS end, properties(r) AS facts
LIMIT 100000
"""
CHANGES = ("version", "lock", "receipt_firm_id", "open_kinds")
"""What a merge changes of what it moves, beside the firm."""


def _dump(driver: Driver, keep_id: str, drop_id: str) -> tuple[list[str], list[str]]:
    """All nodes but the two firms, and all relations, with the twin written as the other."""

    def write_out(facts: dict[str, Any]) -> str:
        kept = {name: value for name, value in facts.items() if name not in CHANGES}
        return json.dumps(kept, sort_keys=True, default=str).replace(drop_id, keep_id)

    def name(facts: dict[str, Any]) -> str:
        if facts.get("id") in (keep_id, drop_id):
            return keep_id
        return write_out({each: facts.get(each) for each in ("id", "digest", "request_id")})

    nodes = read(driver, lambda tx: rows(tx, ALL_NODES))
    links = read(driver, lambda tx: rows(tx, ALL_RELATIONS))
    return (
        sorted(
            f"{one['labels']} {write_out(one['facts'])}"
            for one in nodes
            if not ("Firm" in one["labels"] and one["facts"]["id"] in (keep_id, drop_id))
        ),
        sorted(
            f"{name(one['start'])} {one['kind']} {name(one['end'])} {write_out(one['facts'])}"
            for one in links
        ),
    )


NAMING = """
MATCH (n)
WHERE NOT n:Event AND NOT n:Ledger AND NOT n:AwardStudy AND NOT n:AwardScenario AND NOT n:Pending
  AND NOT n:Ranking AND NOT n:News
RETURN labels(n) AS labels, properties(n) AS facts LIMIT 100000
"""


def _list_naming(driver: Driver, firm_id: str) -> list[str]:
    """What still names a firm, but for what is signed and what tells of the past."""
    found = read(driver, lambda tx: rows(tx, NAMING))
    return [
        f"{one['labels'][0]}.{name}"
        for one in found
        for name, value in one["facts"].items()
        if name != "receipt_firm_id" and firm_id in json.dumps(value, default=str)
    ]


END_JOBS = """
MATCH (j:Job) WHERE j.state IN ['queued', 'running'] SET j.state = 'done'
"""
OPEN_REQUESTS = "MATCH (r:PartsRequest {state: 'open'}) RETURN r.id AS id LIMIT 100"


def _make_busy_world(driver: Driver) -> World:
    """The small world, all its bids opened, its events followed and its jobs done."""
    world = make_world(driver)
    for one in read(driver, lambda tx: rows(tx, OPEN_REQUESTS)):
        pass_deadline(driver, one["id"])
    make_offer(driver, world.actors["peer"].firm_id, "catalogue-part", tier_prices_e4=[5])
    alpha, maker = world.actors["alpha"], world.actors["maker"]
    make_verified(driver, maker.firm_id)
    send(driver, [line(f"m{n}", alpha.firm_id, maker.firm_id, "catalogue-part") for n in range(3)],
         by=maker)  # fmt: skip
    delivery_claims.trust_buyer(driver, maker.firm_id, by=alpha)
    make_rate(driver, maker.firm_id, 7.1)
    make_cost_settings(driver, maker, annual_rate=0.08)
    react(driver, utc_now())
    write(driver, lambda tx: run(tx, END_JOBS))
    return world


@pytest.mark.parametrize("name", ["alpha", "maker", "peer"])
def test_everything_of_the_twin_is_the_other_ones(driver: Driver, name: str) -> None:
    """The graph reads as before, with one id in the place of the other, and all of it holds."""
    world = _make_busy_world(driver)
    keep, drop_id = make_firm(driver, name="Stays", is_open=False), world.actors[name].firm_id
    make_verified(driver, keep.id)
    assert check_graph(driver).wrong == 0
    before = _dump(driver, keep.id, drop_id)
    drop = read(driver, firms.get, drop_id)
    _merge(driver, keep, drop)
    after = _dump(driver, keep.id, drop_id)
    assert set(before[0]) ^ set(after[0]) == set()
    assert set(before[1]) ^ set(after[1]) == set()
    assert [len(each) for each in before] == [len(each) for each in after]
    assert _list_naming(driver, drop_id) == []
    assert [one for one in check_graph(driver).verdicts if one.wrong] == []


def test_counters_and_bookings_of_both_are_added(driver: Driver) -> None:
    keep, drop, buyer = (make_firm(driver, name=each) for each in ("A", "B", "C"))
    make_verified(driver, buyer.id)
    make_part(driver, "ring", category_id="forgings")
    by = make_user(driver, buyer)
    for firm, count in ((keep, 2), (drop, 3)):
        actor = make_user(driver, firm)
        add_capability(driver, category="Forging", weekly_capacity=100, by=actor)
        make_order(driver, by, actor, state="accepted", category_id="forgings", quantity=30)
        make_claims(driver, firm.id, count, by=by, start=firm.name)
        delivery_claims.trust_buyer(driver, buyer.id, by=actor)
    react(driver, utc_now())
    counted = {one.id: _counters(driver, one.id) for one in (keep, drop)}
    taken = {one.id: sum(booked(driver, one.id, "forgings").values()) for one in (keep, drop)}
    _merge(driver, keep, drop)
    assert counted[keep.id]["delivered_lines"] == 2
    assert _counters(driver, keep.id) == {
        name: counted[keep.id][name] + counted[drop.id][name] for name in counted[keep.id]
    }
    assert sum(booked(driver, keep.id, "forgings").values()) == sum(taken.values()) == 60
    assert [one for one in check_graph(driver).verdicts if one.wrong] == []


def test_hours_of_parts_move_and_what_both_booked_is_counted_with_them(driver: Driver) -> None:
    keep, drop, buyer = (make_firm(driver, name=each) for each in ("A", "B", "C"))
    make_part(driver, "ring", category_id="forgings")
    by, actors = make_user(driver, buyer), [make_user(driver, each) for each in (keep, drop)]
    hours = {"weekly_hours_e4": 400_000, "hours_per_piece_e4": 10_000}
    for actor, stated in zip(actors, ({}, hours), strict=True):
        weekly = None if stated else 100
        add_capability(driver, category="Forging", weekly_capacity=weekly, by=actor, **stated)
        add_capability(driver, category="Gears", weekly_capacity=None, by=actor, **hours)
        for name in ("gears",) if not stated else ("forgings", "gears"):
            half = [PartTime(part_id="ring", hours_e4=5_000 if stated else 20_000)]
            own = f"{actor.firm_id}|{name}"
            part_hours.state_part_hours(driver, own, half, version=1, by=actor)
        make_order(
            driver, by, actor, state="accepted", category_id="forgings", quantity=30, part_id="ring"
        )
    _merge(driver, keep, drop)
    # The one that stays counts in pieces; what it states of a part stands, the twin's is added.
    assert sum(booked(driver, keep.id, "forgings").values()) == 60
    own = read(driver, part_hours_graph.list_own, viewer=keep.id)
    assert [(one.capability_id, one.hours_e4) for one in own] == [
        (f"{keep.id}|forgings", 5_000), (f"{keep.id}|gears", 20_000),
    ]  # fmt: skip
    assert [one for one in check_graph(driver).verdicts if one.wrong] == []


def test_what_was_said_of_files_moves_and_of_one_shape_the_own_word_stands(
    driver: Driver,
) -> None:
    keep, drop = (make_firm(driver, name=each) for each in ("A", "B"))
    for firm, shape, name in ((keep, "x", "own"), (drop, "x", "twin"), (drop, "y", "other")):
        write(
            driver, mappings.save, firm_id=firm.id, shape=shape, name=name, answers="{}",
            sheets=["list"], user_id="somebody", at=utc_now(),
        )  # fmt: skip
    _merge(driver, keep, drop)
    found = read(driver, mappings.list_own, viewer=keep.id)
    assert sorted((one.shape, one.name) for one in found) == [("x", "own"), ("y", "other")]


COUNTERS = """
MATCH (k:Capability {id: $id})
RETURN k.delivered_lines AS delivered_lines, k.on_time_lines AS on_time_lines,
       k.received_quantity AS received_quantity, k.rejected_quantity AS rejected_quantity
LIMIT 1
"""


def _counters(driver: Driver, firm_id: str) -> dict[str, int]:
    found = read(driver, lambda tx: row(tx, COUNTERS, id=f"{firm_id}|forgings"))
    assert found is not None
    return found


def test_both_claims_of_a_relation_move_and_one_of_two_alike_stays(driver: Driver) -> None:
    keep, drop, buyer = (make_firm(driver, name=each) for each in ("A", "B", "C"))
    make_part(driver, "ring")
    for supplier in (keep, drop):
        _claim(driver, supplier.id, buyer.id, supplier.id)
    _claim(driver, drop.id, buyer.id, buyer.id)
    _merge(driver, keep, drop)
    relations = read(driver, supply_relations.list_relations, viewer=keep.id)
    assert [(one.partner_id, one.witnessed) for one in relations] == [(buyer.id, True)]
    assert [one for one in check_graph(driver).verdicts if one.wrong] == []


def _claim(driver: Driver, supplier_id: str, buyer_id: str, writer: str) -> None:
    def work(tx: Tx) -> None:
        key = (supplier_id, buyer_id, "ring")
        supply_relations.create(tx, [key], claimed_by=writer, at=utc_now())
        supply_relations.settle(tx, [key])

    write(driver, work)


def test_what_would_be_a_deal_with_itself_is_refused_by_name(driver: Driver) -> None:
    keep, drop, third = (make_firm(driver, name=each) for each in ("A", "B", "C"))
    one, other, buyer = (make_user(driver, firm) for firm in (keep, drop, third))
    make_part(driver, "ring")
    order_id = make_order(driver, one, other, state="accepted")
    number = read(driver, orders.get, order_id, viewer=keep.id).number
    before = _dump(driver, keep.id, drop.id)
    for first, second in ((keep, drop), (drop, keep)):
        with pytest.raises(Conflict, match="cannot order from itself") as refused:
            _merge(driver, first, second)
        assert number in str(refused.value)
    assert _dump(driver, keep.id, drop.id) == before
    write(driver, lambda tx: run(tx, "MATCH (o:Order) DETACH DELETE o"))

    request_id = make_parts_request(driver, one)
    make_bid(driver, other, request_id)
    with pytest.raises(Conflict, match="cannot bid to itself"):
        _merge(driver, keep, drop)
    write(driver, lambda tx: run(tx, "MATCH (b:Bid) DETACH DELETE b"))

    shared = make_parts_request(driver, buyer)
    bid_id = make_bid(driver, other, shared)
    with pytest.raises(Conflict, match="under seal"):
        _merge(driver, keep, drop)
    make_bid(driver, one, shared)
    with pytest.raises(Conflict, match="Both have a bid"):
        _merge(driver, keep, drop)
    bids.withdraw_bid(driver, bid_id, version=2, by=other)
    send(driver, [line("d-1", keep.id, drop.id)], by=other)
    with pytest.raises(Conflict, match="Deliveries stand between the two: d-1"):
        _merge(driver, keep, drop)


def test_a_receipt_proves_as_before_and_the_next_ones_count_on(driver: Driver) -> None:
    keep, drop = make_firm(driver, name="A"), make_firm(driver, name="B")
    seller, buyer = make_user(driver, drop), make_user(driver, make_firm(driver, name="C"))
    request_id, placed = make_opened_request(driver, buyer, {seller: [{}]})
    before = stored_bid(driver, placed[seller], seller)
    _merge(driver, keep, drop)
    after = stored_bid(driver, placed[seller], replace(seller, firm_id=keep.id))
    assert (after.receipt, after.commitment) == (before.receipt, before.commitment)
    assert after.firm_id == keep.id
    bid = stored_bid(driver, placed[seller], buyer)
    assert (bid.firm_id, bid.request_id) == (keep.id, request_id)


def test_the_twins_audience_holds_where_the_other_never_chose(driver: Driver) -> None:
    keep, drop, friend = (make_firm(driver, name=each, is_open=False) for each in "ABC")
    chosen = Audience.of([], [friend.id, keep.id])
    shut = Audiences(prices=chosen, capacity=Audience.of([]), version=1)
    write(driver, audiences.save, shut, viewer=drop.id, at=utc_now())
    _merge(driver, keep, drop)
    stays = read(driver, audiences.get, viewer=keep.id)
    assert (stays.prices, stays.capacity) == (Audience.of([], [friend.id]), Audience.of([]))


def test_a_twin_that_traded_is_told_to_both(driver: Driver) -> None:
    keep, drop = make_firm(driver, name="A"), make_firm(driver, name="B")
    people = [make_user(driver, keep), make_user(driver, drop)]
    make_order(driver, people[1], make_user(driver, make_firm(driver)), state="offered")
    _merge(driver, keep, drop)
    for who in people:
        secret = accounts.add_session(driver, who.user_id)
        principal = accounts.principal_of_session(driver, secret)
        assert principal is not None
        assert principal.actor.firm_id == keep.id
    kinds = [one.kind for one in read(driver, list_latest, viewer=keep.id, limit=9)]
    assert kinds.count("firm.merged") == 1
    assert audit.verify(driver).broken == ()


def test_twins_of_one_chain_are_refused(driver: Driver) -> None:
    leader, keep, drop = make_firm(driver, kind="core"), make_firm(driver), make_firm(driver)
    make_chain(driver, leader, [keep, drop])
    with pytest.raises(Conflict, match="where a firm stands once"):
        _merge(driver, keep, drop)
    with pytest.raises(Conflict, match="where a firm stands once"):
        _merge(driver, leader, drop)


def test_it_is_confirmed_and_by_the_operator(driver: Driver) -> None:
    keep, drop = make_firm(driver), make_firm(driver)
    with pytest.raises(Invalid, match="once more"):
        _merge(driver, keep, drop, "something else")
    with pytest.raises(Invalid, match="another firm"):
        _merge(driver, keep, keep)
    with pytest.raises(NotFound):
        merging.take_in_twin(
            driver, keep_id=keep.id, drop_id=drop.id, confirmed=drop.id, by=make_actor(keep)
        )
    verification.suspend_firm(driver, drop.id, "x", by=OPERATOR)
    with pytest.raises(Conflict, match="suspended"):
        _merge(driver, keep, drop)
