"""What follows from events: each once, whoever dies on the way."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from neo4j import Driver

from supplychain.actions.orders import orders as order_actions
from supplychain.actions.orders.reactions import react
from supplychain.actions.orders.shipments import (
    ReceiptChoice,
    ShipmentChoice,
    receive_goods,
    ship_goods,
)
from supplychain.graph import audiences, events
from supplychain.graph.engine.transactions import Tx, read, row, rows, run, write
from supplychain.graph.imports import lookups
from supplychain.model.audiences import Audiences
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from tests.make.days import local_today
from tests.make.firms import make_verified
from tests.make.matches import make_ability
from tests.make.orders import first_line, make_cluster, make_firms, make_order, make_share

PART = "CREATE (:Part {id: 'pillar', name: 'Guide pillar', uom: 'pcs', category_id: 'forging'})"
RELATIONS = """
MATCH (s:Firm)-[r:SUPPLIES]->(b:Firm)
RETURN s.name AS supplier, b.name AS buyer, r.part_id AS part_id, r.share AS share,
       r.source AS source, r.recover_days AS recover_days, r.lead_days AS lead_days
ORDER BY supplier, buyer
"""
DECLARED = """
MATCH (s:Firm {id: $s}), (b:Firm {id: $b})
CREATE (s)-[:SUPPLIES {part_id: 'pillar', share: 0.9, lead_days: 50, recover_days: 33,
                       source: 'declared', claimed_by: 'operator', witnessed: true}]->(b)
"""
DELIVERIES = """
MATCH (d:Delivery)
RETURN d.id AS id, d.supplier_id AS supplier_id, d.buyer_id AS buyer_id, d.part_id AS part_id,
       d.category_id AS category_id, d.quantity AS quantity, d.promised_on AS promised_on,
       d.delivered_on AS delivered_on, d.delivered_quantity AS delivered,
       d.rejected_quantity AS rejected, d.unit_price_e4 AS unit_price_e4,
       d.currency AS currency, d.source AS source ORDER BY id
"""
RECORD = """
MATCH (c:Capability {id: $id})
RETURN c.delivered_lines AS lines, c.on_time_lines AS on_time, c.received_quantity AS received,
       c.rejected_quantity AS rejected
"""
WAITING = "MATCH (w:Pending) RETURN count(w) AS n"


@pytest.fixture
def trade(driver: Driver) -> tuple[Actor, Actor]:
    write(driver, lambda tx: run(tx, PART))
    buyer, supplier = make_firms(driver, "Press Works", "Taihu Forging")
    make_verified(driver, buyer.firm_id)
    return buyer, supplier


def _all(driver: Driver, query: str) -> list[dict[str, Any]]:
    return read(driver, lambda tx: rows(tx, query))


def _deliver(driver: Driver, order_id: str, buyer: Actor, supplier: Actor, quantity: int) -> None:
    line_id, today = first_line(driver, order_id, buyer).id, local_today()
    sent = ShipmentChoice(line_id=line_id, quantity=quantity, shipped_on=today)
    ship_goods(driver, order_id, sent, by=supplier)
    came = ReceiptChoice(line_id=line_id, quantity=quantity, rejected_quantity=1, received_on=today)
    receive_goods(driver, order_id, came, by=buyer)


def test_an_accepted_order_makes_a_supply_relation_with_its_share(
    driver: Driver, trade: tuple[Actor, Actor]
) -> None:
    buyer, supplier = trade
    (other,) = make_firms(driver, "Other Forge")
    make_order(driver, buyer, supplier, quantity=75, state="accepted", part_id="pillar")
    make_order(driver, buyer, other, quantity=25, state="accepted", part_id="pillar")
    make_order(driver, buyer, other, quantity=900, part_id="pillar")
    assert react(driver, utc_now()) == 5
    found = [(r["supplier"], r["share"], r["source"]) for r in _all(driver, RELATIONS)]
    assert found == [("Other Forge", 0.25, "ordered"), ("Taihu Forging", 0.75, "ordered")]
    assert read(driver, lambda tx: row(tx, WAITING)) == {"n": 0}
    assert react(driver, utc_now()) == 0


def test_an_ordered_relation_stands_beside_what_was_declared(
    driver: Driver, trade: tuple[Actor, Actor]
) -> None:
    buyer, supplier = trade
    write(driver, lambda tx: run(tx, DECLARED, s=supplier.firm_id, b=buyer.firm_id))
    make_order(driver, buyer, supplier, state="accepted", part_id="pillar")
    react(driver, utc_now())
    declared, ordered = sorted(_all(driver, RELATIONS), key=lambda one: one["source"])
    assert (declared["recover_days"], declared["share"], declared["lead_days"]) == (33, 0.9, 50)
    assert (ordered["source"], ordered["share"], ordered["lead_days"]) == ("ordered", 1.0, 20)
    ids = [supplier.firm_id]
    (seen,) = read(driver, lookups.find_supply_relations, ids, firm=buyer.firm_id)
    assert seen[3:] == [1.0, None, "CNY", 20, 33]


def test_a_share_makes_a_relation_one_tier_up(driver: Driver, trade: tuple[Actor, Actor]) -> None:
    buyer, supplier = trade
    (peer,) = make_firms(driver, "Peer Forge")
    make_cluster(driver, supplier, peer)
    order_id = make_order(driver, buyer, supplier, state="accepted", part_id="pillar")
    share_id = make_share(driver, order_id, peer, by=supplier)
    order_actions.accept_order(driver, share_id, by=peer)
    react(driver, utc_now())
    pairs = {(r["supplier"], r["buyer"]) for r in _all(driver, RELATIONS)}
    assert pairs == {("Taihu Forging", "Press Works"), ("Peer Forge", "Taihu Forging")}


def test_a_full_receipt_becomes_one_delivery_and_one_line_of_the_track_record(
    driver: Driver, trade: tuple[Actor, Actor]
) -> None:
    buyer, supplier = trade
    make_ability(driver, supplier.firm_id, "forging", weekly_capacity=0)
    order_id = make_order(driver, buyer, supplier, state="accepted", part_id="pillar")
    _deliver(driver, order_id, buyer, supplier, 60)
    react(driver, utc_now())
    assert _all(driver, DELIVERIES) == []
    _deliver(driver, order_id, buyer, supplier, 40)
    react(driver, utc_now())
    order_actions.close_order(driver, order_id, by=buyer)
    react(driver, utc_now())
    line = first_line(driver, order_id, buyer)
    assert line.promised_on is not None
    assert _all(driver, DELIVERIES) == [
        {
            "id": f"order-{line.id}",
            "supplier_id": supplier.firm_id,
            "buyer_id": buyer.firm_id,
            "part_id": "pillar",
            "category_id": "forging",
            "quantity": 100,
            "promised_on": line.promised_on.isoformat(),
            "delivered_on": local_today().isoformat(),
            "delivered": 100,
            "rejected": 2,
            "unit_price_e4": 125_000,
            "currency": "CNY",
            "source": "received",
        }
    ]
    record = read(driver, lambda tx: row(tx, RECORD, id=f"{supplier.firm_id}|forging"))
    assert record == {"lines": 1, "on_time": 0, "received": 100, "rejected": 2}


def test_an_order_closed_short_of_a_receipt_is_written_with_what_came(
    driver: Driver, trade: tuple[Actor, Actor]
) -> None:
    buyer, supplier = trade
    order_id = make_order(driver, buyer, supplier, state="accepted", part_id="pillar")
    line_id, today = first_line(driver, order_id, buyer).id, local_today()
    sent = ShipmentChoice(line_id=line_id, quantity=100, shipped_on=today)
    ship_goods(driver, order_id, sent, by=supplier)
    came = ReceiptChoice(line_id=line_id, quantity=90, received_on=today)
    receive_goods(driver, order_id, came, by=buyer)
    order_actions.close_order(driver, order_id, by=buyer)
    react(driver, utc_now())
    (found,) = _all(driver, DELIVERIES)
    assert (found["quantity"], found["delivered"]) == (100, 90)


def test_eight_workers_never_do_one_event_twice(driver: Driver, trade: tuple[Actor, Actor]) -> None:
    buyer, supplier = trade
    make_ability(driver, supplier.firm_id, "forging", weekly_capacity=0)
    order_ids = [
        make_order(driver, buyer, supplier, quantity=10, state="accepted", part_id="pillar")
        for _ in range(10)
    ]
    for order_id in order_ids:
        _deliver(driver, order_id, buyer, supplier, 10)
    waiting = read(driver, lambda tx: row(tx, WAITING))
    assert waiting == {"n": 40}
    barrier, now = Barrier(8), utc_now()

    def work(_: int) -> int:
        barrier.wait()
        return react(driver, now)

    with ThreadPoolExecutor(8) as pool:
        handled = sum(pool.map(work, range(8)))
    handled += react(driver, now + timedelta(minutes=5))
    assert handled == 40
    assert len(_all(driver, DELIVERIES)) == 10
    assert len(_all(driver, RELATIONS)) == 1
    record = read(driver, lambda tx: row(tx, RECORD, id=f"{supplier.firm_id}|forging"))
    assert record == {"lines": 10, "on_time": 0, "received": 100, "rejected": 10}


def test_claims_of_eight_workers_do_not_overlap(driver: Driver, trade: tuple[Actor, Actor]) -> None:
    buyer, supplier = trade
    for _ in range(30):
        make_order(driver, buyer, supplier)
    barrier, now = Barrier(8), utc_now()

    def claim(_: int) -> list[str]:
        barrier.wait()
        until = now + timedelta(minutes=1)
        return [e.id for e in write(driver, events.claim, now=now, until=until, limit=10)]

    with ThreadPoolExecutor(8) as pool:
        taken = Counter(one for ids in pool.map(claim, range(8)) for one in ids)
    assert max(taken.values()) == 1


def test_what_a_dead_worker_claimed_is_done_by_another(
    driver: Driver, trade: tuple[Actor, Actor]
) -> None:
    buyer, supplier = trade
    make_order(driver, buyer, supplier, state="accepted", part_id="pillar")
    now = utc_now()
    claimed = write(driver, events.claim, now=now, until=now + timedelta(seconds=30), limit=50)
    assert len(claimed) == 2
    assert react(driver, now) == 0
    assert react(driver, now + timedelta(seconds=31)) == 2
    assert len(_all(driver, RELATIONS)) == 1


def test_an_effect_that_fails_leaves_its_event_to_be_done_again(
    driver: Driver, trade: tuple[Actor, Actor]
) -> None:
    buyer, supplier = trade
    make_order(driver, buyer, supplier)
    now = utc_now()
    (event,) = write(driver, events.claim, now=now, until=now, limit=50)

    def die(tx: Tx) -> None:
        assert events.mark_done(tx, event.id)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write(driver, die)
    assert react(driver, now + timedelta(seconds=1)) == 1


def test_a_cancelled_order_makes_nobody_a_customer(
    driver: Driver, trade: tuple[Actor, Actor]
) -> None:
    """The order's word of a relation goes with the last order for the part that stands."""
    buyer, supplier = trade
    first, second = (
        make_order(driver, buyer, supplier, state="accepted", part_id="pillar") for _ in range(2)
    )
    react(driver, utc_now())
    usual = Audiences(version=2)
    write(driver, audiences.save, usual, viewer=supplier.firm_id, at=utc_now())
    reads = {"viewer": buyer.firm_id}
    assert supplier.firm_id in read(driver, audiences.read_near, **reads).prices
    order_actions.cancel_order(driver, first, reason="Not needed", by=buyer)
    react(driver, utc_now())
    assert [one["share"] for one in _all(driver, RELATIONS)] == [1.0]
    assert supplier.firm_id in read(driver, audiences.read_near, **reads).prices
    order_actions.cancel_order(driver, second, reason="Not needed", by=buyer)
    react(driver, utc_now())
    assert _all(driver, RELATIONS) == []
    assert supplier.firm_id not in read(driver, audiences.read_near, **reads).prices


def test_what_both_ends_declared_outlives_a_cancelled_order(
    driver: Driver, trade: tuple[Actor, Actor]
) -> None:
    buyer, supplier = trade
    write(driver, audiences.save, Audiences(version=2), viewer=supplier.firm_id, at=utc_now())
    write(driver, lambda tx: run(tx, DECLARED, s=supplier.firm_id, b=buyer.firm_id))
    order = make_order(driver, buyer, supplier, state="accepted", part_id="pillar")
    react(driver, utc_now())
    assert len(_all(driver, RELATIONS)) == 2
    order_actions.cancel_order(driver, order, reason="Not needed", by=buyer)
    react(driver, utc_now())
    assert [one["source"] for one in _all(driver, RELATIONS)] == ["declared"]
    near = read(driver, audiences.read_near, viewer=buyer.firm_id)
    assert supplier.firm_id in near.prices
