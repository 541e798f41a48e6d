"""Many firms share, answer, recall and cancel at once: quantities are conserved at every commit."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from neo4j import Driver

from supplychain.actions.orders import orders as order_actions
from supplychain.actions.orders.shares import recall_share
from supplychain.errors import Conflict, Forbidden, Invalid, NotFound
from supplychain.graph.engine.transactions import Tx, read, row, rows, write
from supplychain.graph.orders import orders
from supplychain.model.orders import OVER
from supplychain.model.people.actors import Actor
from tests.make.matches import make_ability
from tests.make.orders import booked, first_line, make_cluster, make_firms, make_order, make_share

LIVE = """
MATCH (l:OrderLine {id: $line_id})
OPTIONAL MATCH (s:Order)-[t:SHARES]->(l) WHERE NOT s.state IN $over
RETURN l.quantity AS quantity, l.shared_quantity AS shared, coalesce(sum(t.quantity), 0) AS live
"""
PATHS = "MATCH (o:Order) RETURN o.id AS id, o.firm_path AS path, o.depth AS depth LIMIT 10000"


def _conserved(driver: Driver, order_id: str, viewer: Actor) -> None:
    def look(tx: Tx) -> list[dict[str, int]]:
        order = orders.lock(tx, order_id, viewer=viewer.firm_id)
        found = [row(tx, LIVE, line_id=line.id, over=list(OVER)) for line in order.lines]
        return [entry for entry in found if entry is not None]

    # Judged after the commit only: where somebody wrote meanwhile, it fails and looks again.
    for found in write(driver, look):
        assert found["shared"] == found["live"]
        assert 0 <= found["live"] <= found["quantity"]


def _no_firm_twice(driver: Driver) -> None:
    for found in read(driver, lambda tx: rows(tx, PATHS)):
        assert len(found["path"]) == len(set(found["path"])) == found["depth"] + 2


def test_random_sharing_by_many_conserves_every_line(driver: Driver) -> None:
    buyer, first, *peers = make_firms(driver, "B", "S", "P1", "P2", "P3", "P4")
    make_cluster(driver, first, *peers)
    for firm in (first, *peers):
        make_ability(driver, firm.firm_id, "forging", weekly_capacity=60)
    root = make_order(driver, buyer, first, quantity=100, state="accepted")
    shares: list[tuple[str, Actor, Actor]] = []  # id, sharer, peer; append is atomic

    def act(seed: int) -> int:
        draw, done = random.Random(seed), 0
        for _ in range(12):
            share_id, sharer, peer = draw.choice(shares) if shares else (root, buyer, first)
            choice = draw.random()
            try:
                if choice < 0.35:
                    other, parent, by = draw.choice(peers), root, first
                    if draw.random() < 0.4:
                        parent, by = share_id, peer
                    quantity = draw.randint(1, 45)
                    made = make_share(driver, parent, other, by=by, quantity=quantity)
                    shares.append((made, by, other))
                elif choice < 0.65:
                    order_actions.accept_order(driver, share_id, by=peer)
                elif choice < 0.75:
                    order_actions.decline_order(driver, share_id, reason="Full", by=peer)
                elif choice < 0.85:
                    recall_share(driver, share_id, by=sharer)
                elif share_id != root:
                    order_actions.cancel_order(driver, share_id, reason="Back", by=sharer)
                done += 1
            except (Conflict, Invalid, Forbidden, NotFound):
                pass
            _conserved(driver, root, first)
        return done

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(act, range(6))) > 10
    for share_id, sharer, _ in shares:
        _conserved(driver, share_id, sharer)
    _no_firm_twice(driver)
    for firm in (first, *peers):
        booked(driver, firm.firm_id)


def test_sixteen_shares_race_for_one_line(driver: Driver) -> None:
    buyer, supplier, *peers = make_firms(driver, "B", "S", *(f"P{n}" for n in range(16)))
    make_cluster(driver, supplier, *peers)
    order_id = make_order(driver, buyer, supplier, quantity=100, state="accepted")
    barrier = Barrier(16)

    def one(peer: Actor) -> bool:
        barrier.wait()
        try:
            make_share(driver, order_id, peer, by=supplier, quantity=30)
        except Invalid:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(one, peers)) == 3
    assert first_line(driver, order_id, buyer).shared_quantity == 90
    _conserved(driver, order_id, supplier)


def test_a_recall_and_an_acceptance_at_once_have_one_outcome(driver: Driver) -> None:
    buyer, supplier, peer = make_firms(driver, "B", "S", "P")
    make_cluster(driver, supplier, peer)
    for firm in (supplier, peer):
        make_ability(driver, firm.firm_id, "forging", weekly_capacity=200)
    for _ in range(5):
        order_id = make_order(driver, buyer, supplier, quantity=10, state="accepted")
        before = sum(booked(driver, supplier.firm_id).values())
        peers_before = sum(booked(driver, peer.firm_id).values())
        share_id = make_share(driver, order_id, peer, by=supplier, quantity=10)
        calls = (
            lambda share_id=share_id: recall_share(driver, share_id, by=supplier),
            lambda share_id=share_id: order_actions.accept_order(driver, share_id, by=peer),
        )
        with ThreadPoolExecutor(2) as pool:
            outcomes = list(pool.map(_tried, calls))
        assert sorted(outcomes) == [False, True]
        taken = 10 if outcomes[1] else 0
        assert first_line(driver, order_id, buyer).shared_quantity == taken
        assert sum(booked(driver, supplier.firm_id).values()) == before - taken
        assert sum(booked(driver, peer.firm_id).values()) == peers_before + taken


def _tried(call) -> bool:
    try:
        call()
    except Conflict:
        return False
    return True


def test_crossing_orders_shared_both_ways_at_once_make_no_cycle(driver: Driver) -> None:
    buyer, one, two = make_firms(driver, "B", "One", "Two")
    make_cluster(driver, buyer, one, two)
    crossing = [
        (make_order(driver, buyer, one, quantity=20, state="accepted"), one, two),
        (make_order(driver, buyer, two, quantity=20, state="accepted"), two, one),
    ] * 4

    def pass_on(entry: tuple[str, Actor, Actor]) -> int:
        order_id, sharer, peer = entry
        share_id = make_share(driver, order_id, peer, by=sharer, quantity=5)
        order_actions.accept_order(driver, share_id, by=peer)
        back = 0
        for on_path in (sharer, buyer, peer):
            try:
                make_share(driver, share_id, on_path, by=peer, quantity=1)
            except Invalid:
                back += 1
        return back

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(pass_on, crossing)) == [3] * 8
    _no_firm_twice(driver)
    for order_id, sharer, _ in crossing[:2]:
        assert first_line(driver, order_id, sharer).shared_quantity == 20
        _conserved(driver, order_id, sharer)
