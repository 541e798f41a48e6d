"""What waits lies in trays: whatever happens to things, trays hold what waits now and no more."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from neo4j import Driver

from supplychain.actions import chains, clusters, delivery_claims, home
from supplychain.actions.backups.checking import check_graph
from supplychain.actions.orders.orders import accept_order, cancel_order
from supplychain.actions.parts_requests import parts_requests
from supplychain.graph import delivery_claims as delivery_claims_graph
from supplychain.graph import directory, history, supply_relations
from supplychain.graph.engine.transactions import Tx, read, rows, run, write
from supplychain.graph.orders import orders, views
from supplychain.graph.parts_requests import parts_requests as stored
from supplychain.graph.tray_notes import fill_notes
from supplychain.model.firms import TradedOrder
from supplychain.model.ids import new_id, utc_now
from supplychain.model.orders import STATES as ORDER_STATES
from supplychain.model.orders import Order
from supplychain.model.parts_requests.parts_request import STATES as REQUEST_STATES
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.model.people.actors import Actor
from supplychain.model.trays import Side, tray_id
from tests.make.bids import make_bid
from tests.make.chains import make_chain, make_cluster
from tests.make.claims import claim as make_claims
from tests.make.firms import make_actor, make_firm, make_verified
from tests.make.matches import make_ability
from tests.make.orders import make_firms, make_line, make_order, plain_order
from tests.make.parts_requests import (
    given_line,
    make_part,
    make_parts_request,
    pass_deadline,
    request_of,
)

LYING = """
MATCH (t:Tray)<-[:LIES_IN]-(n) RETURN t.id AS tray, n.id AS id
"""
STATES = """
MATCH (o:Order)
RETURN 'order' AS kind, o.id AS id, o.state AS state, o.buyer_id AS buyer, o.supplier_id AS seller,
       o.root_buyer_id AS root
UNION ALL
MATCH (r:PartsRequest)
RETURN 'request' AS kind, r.id AS id, r.state AS state, r.buyer_id AS buyer, '' AS seller,
       '' AS root
"""


def _list_lying(driver: Driver) -> list[tuple[str, str]]:
    """Tray and thing, each as often as it lies there."""
    return sorted((one["tray"], one["id"]) for one in read(driver, lambda tx: rows(tx, LYING)))


def _work_out(driver: Driver) -> list[tuple[str, str]]:
    """Where everything should lie, from the states alone and written out once more."""
    lying: list[tuple[str, str]] = []
    for one in read(driver, lambda tx: rows(tx, STATES)):
        state, id = one["state"], one["id"]
        if one["kind"] == "request":
            if state in ("draft", "open", "evaluating"):
                lying.append((f"{one['buyer']}|posted|{state}", id))
        elif state == "awaiting_consent":
            lying.append((f"{one['buyer']}|bought|{state}", id))
            lying.append((f"{one['root']}|consents|{state}", id))
        elif state in ("offered", "accepted", "in_production", "shipped"):
            lying.append((f"{one['buyer']}|bought|{state}", id))
            lying.append((f"{one['seller']}|supplied|{state}", id))
    return sorted(lying)


def _make_random_order(dice: random.Random, firm_ids: list[str], now: datetime) -> Order:
    buyer_id, supplier_id, root_id = dice.sample(firm_ids, 3)
    return replace(
        plain_order(now, dice.choice(ORDER_STATES)),
        id=new_id(),
        buyer_id=buyer_id,
        supplier_id=supplier_id,
        root_buyer_id=root_id,
        firm_path=(buyer_id, supplier_id),
        lines=(make_line(now),),
        ends_at=dice.choice((None, now + timedelta(days=1))),
    )


def _make_random_request(dice: random.Random, firm_ids: list[str], now: datetime) -> PartsRequest:
    id = new_id()
    return PartsRequest(
        id=id,
        number=id,
        buyer_id=dice.choice(firm_ids),
        title="Rings",
        currency="CNY",
        state=dice.choice(REQUEST_STATES),
        deadline=now + timedelta(days=1),
        created_at=now,
        lines=(given_line(id=f"{id}|1", number=1),),
    )


@pytest.mark.parametrize("seed", range(3))
def test_trays_hold_what_waits_whatever_walk_things_take(driver: Driver, seed: int) -> None:
    """Made, saved in any state, saved again in the same, deleted: several in one transaction."""
    dice, now = random.Random(seed), utc_now()
    firm_ids = [make_firm(driver).id for _ in range(4)]
    made: list[Order] = []
    posted: list[PartsRequest] = []

    def step(tx: Tx) -> None:
        what = dice.random()
        if what < 0.2 or not made or not posted:
            made.append(_make_random_order(dice, firm_ids, now))
            orders.create(tx, made[-1])
            posted.append(_make_random_request(dice, firm_ids, now))
            stored.create(tx, posted[-1], created_by="")
        elif what < 0.55:
            at = dice.randrange(len(made))
            made[at] = replace(made[at], state=dice.choice(ORDER_STATES))
            orders.save(tx, made[at])
        elif what < 0.9:
            at = dice.randrange(len(posted))
            posted[at] = replace(posted[at], state=dice.choice(REQUEST_STATES))
            stored.save(tx, posted[at])
        else:
            one = dice.choice(posted)
            stored.remove(tx, one.id, viewer=one.buyer_id)  # takes drafts alone
            if one.state == "draft":
                posted.remove(one)

    for _ in range(25):
        with driver.session() as session, session.begin_transaction() as tx:
            for _ in range(dice.randrange(1, 4)):
                step(tx)  # pyright: ignore[reportArgumentType]
            tx.commit()
        assert _list_lying(driver) == _work_out(driver)
    verdicts = {one.check: one for one in check_graph(driver).verdicts}
    assert (verdicts["trays"].wrong, verdicts["trays"].looked_at) == (0, len(made) + len(posted))


def test_a_thing_in_a_wrong_tray_is_named(driver: Driver) -> None:
    buyer, supplier = make_firms(driver, "Buyer", "Supplier")
    order_id = make_order(driver, buyer, supplier)
    request_id = make_parts_request(driver, buyer)
    for query in (
        "MATCH (:Tray)<-[w:LIES_IN]-(:PartsRequest) DELETE w",
        "MATCH (t:Tray)<-[w:LIES_IN]-(:Order) WHERE t.id ENDS WITH 'supplied|offered' DELETE w",
    ):
        write(driver, lambda tx, query=query: run(tx, query))
    (verdict,) = (one for one in check_graph(driver).verdicts if one.check == "trays")
    assert set(verdict.faults) == {
        f"Order {order_id}: not in the trays of its state",
        f"PartsRequest {request_id}: not in the trays of its state",
    }


def test_what_was_there_before_is_laid_into_the_same_trays(driver: Driver) -> None:
    buyer, supplier = make_firms(driver, "Buyer", "Supplier")
    made = [make_order(driver, buyer, supplier, state=state) for state in ("offered", "accepted")]
    for publish in (False, True):
        make_parts_request(driver, buyer, publish=publish)
    pass_deadline(driver, make_parts_request(driver, buyer))
    fresh = _list_lying(driver)
    assert len(fresh) == 7  # two of each order, two requests, and whom the buyer buys of
    for query in (
        "MATCH (t:Tray) DETACH DELETE t",
        "MATCH (n:TrayNote) DETACH DELETE n",
        "MATCH (o:Order) SET o.pair_key = null",
        "MATCH (o:Order) SET o.buyer_state = o.buyer_id + '|' + o.state, o.waits_for = 'x'",
        "MATCH (r:PartsRequest) WHERE r.state = 'open' SET r.state_key = r.buyer_id + '|open'",
    ):
        write(driver, lambda tx, query=query: run(tx, query))
    while write(driver, history.fill_keys):
        pass
    assert _list_lying(driver) == fresh
    assert [one.id for one in _list_between(driver, buyer, supplier)] == made[::-1]
    keys = (
        "MATCH (o:Order) RETURN coalesce(o.buyer_state, o.waits_for) AS key UNION ALL "
        "MATCH (r:PartsRequest) WHERE r.state = 'open' RETURN r.state_key AS key"
    )
    assert {one["key"] for one in read(driver, lambda tx: rows(tx, keys))} == {None}


def _list_between(driver: Driver, buyer: Actor, supplier: Actor) -> list[TradedOrder]:
    ends = {"buyer": buyer.firm_id, "supplier": supplier.firm_id}
    return read(driver, directory.list_orders_between, **ends)


def _list_offered(driver: Driver, viewer: Actor) -> list[str]:
    listed = read(
        driver, views.list_orders, viewer=viewer.firm_id, limit=9, role="supplier", state="offered"
    )
    return [one.id for one in listed]


def test_home_and_the_lists_of_what_waits_follow(driver: Driver) -> None:
    buyer, supplier = make_firms(driver, "Buyer", "Supplier")
    first, second = (make_order(driver, buyer, supplier) for _ in range(2))
    assert _list_offered(driver, supplier) == [second, first]
    told = home.read_home(driver, by=supplier).tasks
    assert {(one.kind, one.id) for one in told} == {
        ("order_to_accept", first),
        ("order_to_accept", second),
    }
    accept_order(driver, first, by=supplier)
    assert _list_offered(driver, supplier) == [second]
    assert [one.id for one in home.read_home(driver, by=supplier).tasks] == [second]


def test_requests_of_a_state_are_listed_from_their_tray(driver: Driver) -> None:
    buyer = make_actor(make_firm(driver))
    draft = make_parts_request(driver, buyer, publish=False)
    posted = make_parts_request(driver, buyer)

    def listed(state: str) -> list[str]:
        page = read(driver, stored.list_posted, viewer=buyer.firm_id, state=state)
        return [one.id for one in page]

    assert (listed("draft"), listed("open"), listed("evaluating")) == ([draft], [posted], [])
    version = request_of(driver, draft, buyer).version
    parts_requests.remove(driver, draft, version=version, by=buyer)
    parts_requests.cancel(driver, posted, "no need", by=buyer)
    assert (listed("draft"), listed("open"), listed("cancelled")) == ([], [], [posted])
    assert _list_lying(driver) == []


NOTES = """
MATCH (n:TrayNote)-[:LIES_IN]->(t:Tray)
RETURN t.id AS tray, n.id AS id, n.about_id AS about_id, n.n AS n, n.at AS at
ORDER BY tray, id LIMIT 1000
"""


def _list_notes(driver: Driver) -> list[dict[str, object]]:
    return read(driver, lambda tx: rows(tx, NOTES))


def _list_wrong_notes(driver: Driver) -> tuple[str, ...]:
    (verdict,) = (one for one in check_graph(driver).verdicts if one.check == "tray notes")
    return verdict.faults


def test_memberships_and_claims_of_deliveries_have_notes_that_follow_them(driver: Driver) -> None:
    """Invited, joined and left, claimed and answered: the tray says it, the checks agree."""
    core, forge = make_firm(driver, kind="core"), make_firm(driver)
    leader, member = make_actor(core), make_actor(forge)
    make_verified(driver, core.id)
    make_part(driver, "ring")
    chain_id, cluster_id = make_chain(driver, core), make_cluster(driver, core)

    def claim_two() -> None:
        make_claims(driver, forge.id, 2, by=leader)

    def answer_all() -> None:
        (batch,) = read(driver, delivery_claims_graph.list_batches, viewer=forge.id, limit=9)
        delivery_claims.answer_batch(driver, batch.id, answer="confirmed", by=member)

    steps: list[tuple[Callable[[], object], set[tuple[str, int]]]] = [
        (lambda: chains.invite_firm(driver, chain_id, forge.id, by=leader),
         {("chains|invited", 1)}),
        (lambda: chains.accept(driver, chain_id, version=1, by=member), {("chains|member", 1)}),
        (lambda: clusters.invite_firm(driver, cluster_id, forge.id, by=leader),
         {("chains|member", 1), ("clusters|invited", 1)}),
        (lambda: clusters.accept(driver, cluster_id, by=member),
         {("chains|member", 1), ("clusters|member", 1)}),
        (lambda: chains.leave(driver, chain_id, by=member), {("clusters|member", 1)}),
        (lambda: clusters.leave(driver, cluster_id, by=member), set()),
        (claim_two, {("batches|claimed", 2)}),
        (answer_all, set()),
    ]  # fmt: skip
    for step, expected in steps:
        step()
        noted = {
            (str(one["tray"]).partition("|")[2], one["n"])
            for one in _list_notes(driver)
            if str(one["tray"]).startswith(forge.id)
        }
        assert noted == expected
        assert _list_wrong_notes(driver) == ()


@pytest.mark.parametrize("seed", range(2))
def test_claims_of_relations_have_notes_whatever_becomes_of_them(driver: Driver, seed: int) -> None:
    dice = random.Random(seed)
    ids = [make_firm(driver).id for _ in range(3)]

    def work(tx: Tx) -> None:
        supplier_id, buyer_id = dice.sample(ids, 2)
        key = (supplier_id, buyer_id, dice.choice(("ring", "pin")))
        claims = supply_relations.list_claims(tx, key)
        one = dice.choice(claims) if claims else None
        writer = dice.choice((supplier_id, buyer_id, "order"))
        if one is not None and dice.random() < 0.3:
            supply_relations.delete(tx, one)
        elif one is not None and one.other_end and dice.random() < 0.4:
            supply_relations.refuse(tx, [one], at=utc_now())
        elif writer not in {claim.claimed_by for claim in claims}:
            supply_relations.create(tx, [key], claimed_by=writer, at=utc_now())
        supply_relations.settle(tx, [key])

    for _ in range(40):
        write(driver, work)
    assert _list_wrong_notes(driver) == ()
    fresh = _list_notes(driver)
    assert fresh
    write(driver, lambda tx: run(tx, "MATCH (n:TrayNote) DETACH DELETE n"))
    assert _list_wrong_notes(driver)
    write(driver, fill_notes)
    assert _list_notes(driver) == fresh


SUPPLIERS = """
MATCH (n:TrayNote)-[:LIES_IN]->(:Tray {id: $tray}) RETURN n.about_id AS id
"""


def test_of_whom_a_firm_buys_is_noted_until_its_last_order_is_cancelled(driver: Driver) -> None:
    buyer, supplier = make_firms(driver, "Buyer", "Supplier")

    def list_suppliers() -> list[str]:
        tray = tray_id(buyer.firm_id, Side.SUPPLIERS, "trading")
        return [one["id"] for one in read(driver, lambda tx: rows(tx, SUPPLIERS, tray=tray))]

    offered = [make_order(driver, buyer, supplier) for _ in range(2)]
    assert list_suppliers() == []
    for order_id in offered:
        accept_order(driver, order_id, by=supplier, version=1)
    assert list_suppliers() == [supplier.firm_id]
    for order_id, left in zip(offered, ([supplier.firm_id], []), strict=True):
        cancel_order(driver, order_id, reason="Not needed.", by=buyer, version=2)
        assert list_suppliers() == left
        assert _list_wrong_notes(driver) == ()


def test_what_a_bid_holds_under_seal_is_noted_until_the_opening(driver: Driver) -> None:
    buyer, supplier = make_firms(driver, "Buyer", "Supplier")
    make_ability(driver, supplier.firm_id, weekly_capacity=200)
    request_id = make_parts_request(driver, buyer)
    bid_id = make_bid(driver, supplier, request_id)
    tray = tray_id(supplier.firm_id, Side.BIDS, "sealed")

    def list_sealed() -> list[str]:
        return [one["id"] for one in read(driver, lambda tx: rows(tx, SUPPLIERS, tray=tray))]

    assert list_sealed() == [bid_id]
    assert _list_wrong_notes(driver) == ()
    pass_deadline(driver, request_id)
    assert list_sealed() == []
    assert _list_wrong_notes(driver) == ()
