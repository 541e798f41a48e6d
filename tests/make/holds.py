"""What bids hold, read straight from the graph."""

from __future__ import annotations

from collections import Counter

from neo4j import Driver

from supplychain.graph.capacity import holds
from supplychain.graph.engine.transactions import read, rows
from tests.make.days import local_today

HELD = """
MATCH (c:Capability {firm_id: $firm_id})
RETURN c.held_days AS days, c.held_quantities AS quantities, c.booked_days AS booked_days,
       c.booked_quantities AS booked_quantities LIMIT 100
"""
HOLDS = """
MATCH (h:Hold {firm_id: $firm_id})-[:HOLDS]->(c:Capability)
RETURN h.bid_id AS bid_id, h.day AS day, h.quantity AS quantity, h.work AS work,
       h.ends_on AS ends_on
ORDER BY bid_id, day LIMIT 100000
"""


def held(driver: Driver, firm_id: str) -> dict[int, int]:
    """Work by due day that a firm's bids hold: on the lists of its capabilities, which equal the
    sum of its holds, and under seal.
    """
    lists: Counter[int] = Counter()
    for each in read(driver, lambda tx: rows(tx, HELD, firm_id=firm_id)):
        lists.update(dict(zip(each["days"] or (), each["quantities"] or (), strict=True)))
    nodes: Counter[int] = Counter()
    for each in read(driver, lambda tx: rows(tx, HOLDS, firm_id=firm_id)):
        nodes[each["day"]] += each["work"]
    assert dict(lists) == dict(nodes)
    for days in read(driver, holds.sum_sealed, viewer=firm_id, today=local_today()).values():
        lists.update(days)
    return dict(lists)


def held_by_bid(driver: Driver, firm_id: str) -> dict[str, int]:
    """Pieces by bid."""
    found: Counter[str] = Counter()
    for each in read(driver, lambda tx: rows(tx, HOLDS, firm_id=firm_id)):
        found[each["bid_id"]] += each["quantity"]
    today = local_today()
    for one in read(driver, holds.list_own, viewer=firm_id, today=today):
        found.setdefault(one.bid_id, one.quantity)
    return dict(found)


def promised(driver: Driver, firm_id: str) -> dict[int, int]:
    """Pieces by due day that orders and bids take together."""
    taken = Counter(held(driver, firm_id))
    for each in read(driver, lambda tx: rows(tx, HELD, firm_id=firm_id)):
        pairs = zip(each["booked_days"] or (), each["booked_quantities"] or (), strict=True)
        taken.update(dict(pairs))
    return dict(taken)
