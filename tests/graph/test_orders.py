"""Orders in the graph: what is written is read, and by whom."""

from __future__ import annotations

import pytest
from neo4j import Driver

from supplychain.errors import NotFound
from supplychain.graph.engine.transactions import read, row, write
from supplychain.graph.orders import orders
from tests.make.firms import make_actor, make_firm
from tests.make.orders import make_order

TIES = """
MATCH (o:Order {id: $id})-[:BOUGHT_BY]->(b:Firm), (o)-[:SUPPLIED_BY]->(s:Firm)
MATCH (o)-[:HAS_LINE]->(l:OrderLine)
RETURN b.id AS buyer, s.id AS supplier, count(l) AS lines
"""


def test_an_order_reads_back_as_it_was_written(driver: Driver) -> None:
    buyer, supplier = make_actor(make_firm(driver)), make_actor(make_firm(driver))
    order_id = make_order(driver, buyer, supplier, quantity=40)
    order = read(driver, orders.get, order_id, viewer=buyer.firm_id)
    assert order.state == "offered"
    assert order.lines[0].quantity == 40
    assert str(order.lines[0].unit_price) == "12.5"
    assert order.firm_path == (buyer.firm_id, supplier.firm_id)
    assert order == read(driver, orders.get, order_id, viewer=supplier.firm_id)
    ties = read(driver, lambda tx: row(tx, TIES, id=order_id))
    assert ties == {"buyer": buyer.firm_id, "supplier": supplier.firm_id, "lines": 1}


def test_a_third_firm_neither_reads_nor_locks_an_order(driver: Driver) -> None:
    buyer, supplier = make_actor(make_firm(driver)), make_actor(make_firm(driver))
    rival = make_firm(driver)
    order_id = make_order(driver, buyer, supplier)
    with pytest.raises(NotFound) as foreign:
        read(driver, orders.get, order_id, viewer=rival.id)
    with pytest.raises(NotFound) as missing:
        read(driver, orders.get, "none", viewer=rival.id)
    assert foreign.value.text == missing.value.text
    with pytest.raises(NotFound):
        write(driver, orders.lock, order_id, viewer=rival.id)


def test_a_save_keeps_the_state_and_raises_the_version(driver: Driver) -> None:
    buyer, supplier = make_actor(make_firm(driver)), make_actor(make_firm(driver))
    order_id = make_order(driver, buyer, supplier)

    def cancel(tx: orders.Tx) -> None:
        orders.save(tx, orders.lock(tx, order_id, viewer=buyer.firm_id).cancelled("Not needed"))

    write(driver, cancel)
    order = read(driver, orders.get, order_id, viewer=buyer.firm_id)
    assert (order.state, order.reason, order.version) == ("cancelled", "Not needed", 2)
    assert order.lines[0].version == 2
