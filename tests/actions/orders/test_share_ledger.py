"""Whatever firms do with an order and its shares, what is booked is what is still to be made."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from neo4j import Driver

from supplychain.actions.orders import orders as actions
from supplychain.actions.orders.shares import recall_share
from supplychain.actions.orders.shipments import (
    ReceiptChoice,
    ShipmentChoice,
    receive_goods,
    ship_goods,
)
from supplychain.errors import SupplyChainError
from supplychain.graph.capacity.due_days import book_open_lines
from supplychain.graph.engine.transactions import Tx, read, run, write
from supplychain.graph.orders import orders
from supplychain.model.ids import utc_now
from supplychain.model.orders import OVER
from supplychain.model.people.actors import Actor
from tests.make.matches import make_ability
from tests.make.orders import booked, make_cluster, make_firms, make_order, make_share

TODAY = utc_now().date()
FORGET = """
MATCH (c:Capability {id: $id})
OPTIONAL MATCH (b:Booking)-[:TAKES]->(c)
DETACH DELETE b
WITH DISTINCT c
SET c.booked_days = null, c.booked_quantities = null
"""


def _book_anew(driver: Driver, firm_id: str) -> dict[int, int]:
    """What is booked once it is worked out from the open lines."""

    def work(tx: Tx) -> None:
        run(tx, FORGET, id=f"{firm_id}|forging")
        book_open_lines(tx, [f"{firm_id}|forging"])

    write(driver, work)
    return booked(driver, firm_id)


def _act(
    driver: Driver, chance: Random, orders_of: dict[str, tuple[Actor, Actor]], makers: list[Actor]
) -> None:
    """One step that somebody may try; what is refused changes nothing."""
    order_id = chance.choice(list(orders_of))
    buyer, supplier = orders_of[order_id]
    order = read(driver, orders.get, order_id, viewer=buyer.firm_id)
    if order.state in (*OVER, "closed"):
        del orders_of[order_id]
        return
    line = order.lines[0]
    some = chance.choice([10, 20, 40, 50, line.quantity])
    match -1 if order.state == "offered" and chance.random() < 0.7 else chance.randrange(1, 9):
        case -1:
            actions.accept_order(driver, order_id, by=supplier)
        case 1:
            actions.decline_order(driver, order_id, reason="Full", by=supplier)
        case 2:
            actions.cancel_order(driver, order_id, reason="Stop", by=buyer)
        case 3:
            percent = 20 * chance.randint(1, 5)
            actions.report_progress(driver, order_id, {line.id: percent}, by=supplier)
        case 4:
            choice = ShipmentChoice(line_id=line.id, quantity=some, shipped_on=TODAY)
            ship_goods(driver, order_id, choice, by=supplier)
        case 5:
            came = max(1, min(some, line.on_the_way))
            receipt = ReceiptChoice(
                line_id=line.id, quantity=came, received_on=TODAY,
                rejected_quantity=chance.choice([0, came // 2, came]),
            )  # fmt: skip
            receive_goods(driver, order_id, receipt, by=buyer)
        case 6:
            actions.close_order(driver, order_id, by=buyer)
        case 7:
            recall_share(driver, order_id, by=buyer)
        case _:
            peer = chance.choice(makers)
            made = make_share(driver, order_id, peer, by=supplier, quantity=some)
            orders_of[made] = (supplier, peer)


@pytest.mark.parametrize("seed", range(2))
def test_what_is_booked_is_what_is_still_to_be_made_after_any_steps(
    driver: Driver, seed: int
) -> None:
    buyer, *makers = make_firms(driver, "Press Works", "Taihu Forging", "Peer Forge", "Far Forge")
    make_cluster(driver, *makers)
    for maker in makers:
        make_ability(driver, maker.firm_id, "forging", weekly_capacity=200)
    chance = Random(seed)
    orders_of: dict[str, tuple[Actor, Actor]] = {}
    done = 0
    for at in range(100):
        if at % 10 == 0 or not orders_of:
            maker = chance.choice(makers)
            due = TODAY + timedelta(days=chance.randint(5, 40))
            size = 100
            made = make_order(driver, buyer, maker, quantity=size, need_by=due, promised_on=due)
            orders_of[made] = (buyer, maker)
        try:
            _act(driver, chance, orders_of, makers)
        except SupplyChainError:
            continue
        done += 1
        for maker in makers:
            kept = booked(driver, maker.firm_id)
            assert kept == _book_anew(driver, maker.firm_id)
    assert done > 30
