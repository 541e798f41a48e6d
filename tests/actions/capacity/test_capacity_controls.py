"""Positive controls: the checker of the race tests catches each pattern known to be broken.

Each pattern below sells a capacity of 10 to 32 buyers at once, makes one thing twice, or claims
one event twice, on the engine named with it (``facts``: measured before the product was written).
A race test that stayed green on these would prove nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from neo4j import Driver

from supplychain.graph.engine.transactions import Tx, read, row, rows, run, write
from supplychain.model.ids import new_id
from tests.conftest import ENGINE

THREADS, CAPACITY, ROUNDS = 32, 10, 50
pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

SETUP = "CREATE (:Tank {id: 'tank', capacity: 10, used: 0, ver: 1})"
SOLD = "MATCH (t:Tank {id: 'tank'})-[:SOLD]->(p:Piece) RETURN count(p) AS sold, t.used AS used"
COUNT = """
MATCH (t:Tank {id: 'tank'})
OPTIONAL MATCH (t)-[:SOLD]->(p:Piece)
RETURN count(p) AS sold, t.capacity AS capacity
"""
SELL = "MATCH (t:Tank {id: 'tank'}) CREATE (t)-[:SOLD]->(:Piece {id: $id})"
EMPTY_LOCK = "MATCH (t:Tank {id: 'tank'}) SET t.lock = true"
REAL_LOCK = "MATCH (t:Tank {id: 'tank'}) SET t.lock = $id"
GUARD = """
MATCH (t:Tank {id: 'tank'}) WHERE t.used < t.capacity
SET t.used = t.used + 1
CREATE (t)-[:SOLD]->(:Piece {id: $id})
RETURN t.used AS used
"""
CAS = """
MATCH (t:Tank {id: 'tank'}) WHERE t.ver = 1
SET t.ver = t.ver + 1
CREATE (t)-[:SOLD]->(:Piece {id: $id})
RETURN t.ver AS ver
"""
MERGE = "MERGE (n:Unconstrained {key: 'one'}) RETURN n.key AS key"
MERGED = "MATCH (n:Unconstrained) RETURN count(n) AS made"
PARCELS = "UNWIND range(1, 40) AS n CREATE (:Parcel {id: toString(n), state: 'P'})"
CLAIM = """
MATCH (p:Parcel {state: 'P'})
WITH p LIMIT 10
SET p.state = 'L', p.holder = $id
RETURN p.id AS id
"""


def _at_once(driver: Driver, work: Callable[[Tx], Any], threads: int = THREADS) -> list[Any]:
    """All threads do the same at the same instant; what could not commit is None."""
    barrier = Barrier(threads)

    def one(_: int) -> Any:
        barrier.wait()
        try:
            return write(driver, work)
        except Exception:
            return None  # refused or given up: only what committed counts

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, range(threads)))


def _sell_by_count(tx: Tx) -> None:
    found = row(tx, COUNT)
    assert found is not None
    if found["sold"] < found["capacity"]:
        run(tx, SELL, id=new_id())


def _sell_after_empty_lock(tx: Tx) -> None:
    run(tx, EMPTY_LOCK)
    _sell_by_count(tx)


def _sell_after_real_lock(tx: Tx) -> None:
    run(tx, REAL_LOCK, id=new_id())
    _sell_by_count(tx)


def _sell_by_guard(tx: Tx) -> None:
    row(tx, GUARD, id=new_id())


def _sell_by_version(tx: Tx) -> None:
    row(tx, CAS, id=new_id())


def _oversold(driver: Driver, most: int = CAPACITY) -> bool:
    """The checker: more was sold than there is."""
    found = read(driver, lambda tx: row(tx, SOLD))
    return found is not None and found["sold"] > most


def _fresh(driver: Driver, setup: str) -> None:
    write(driver, lambda tx: run(tx, "MATCH (n) WHERE NOT n:Migration DETACH DELETE n"))
    write(driver, lambda tx: run(tx, setup))


def _is_caught(driver: Driver, setup: str, race: Callable[[], bool]) -> bool:
    for _ in range(ROUNDS):
        _fresh(driver, setup)
        if race():
            return True
    return False


SELLING = [
    pytest.param(_sell_by_count, CAPACITY, ("neo4j", "embedded"), id="count the edges, no lock"),
    pytest.param(_sell_by_guard, CAPACITY, ("neo4j",), id="guard in WHERE only"),
    pytest.param(_sell_after_empty_lock, CAPACITY, ("embedded",), id="a lock that changes nothing"),
    pytest.param(_sell_by_version, 1, ("neo4j",), id="compare and set in WHERE only"),
]


@pytest.mark.parametrize(("work", "most", "broken_on"), SELLING)
def test_the_checker_catches_overselling(
    driver: Driver, work: Callable[[Tx], None], most: int, broken_on: tuple[str, ...]
) -> None:
    if ENGINE not in broken_on:
        pytest.skip(f"this pattern holds on {ENGINE}")

    def race() -> bool:
        _at_once(driver, work)
        return _oversold(driver, most)

    assert _is_caught(driver, SETUP, race)


def test_the_checker_catches_a_merge_without_a_constraint(driver: Driver) -> None:
    def race() -> bool:
        _at_once(driver, lambda tx: run(tx, MERGE))
        found = read(driver, lambda tx: row(tx, MERGED))
        return found is not None and found["made"] > 1

    assert _is_caught(driver, SETUP, race)


def test_the_checker_catches_a_claim_without_a_second_look(driver: Driver) -> None:
    if ENGINE != "neo4j":
        pytest.skip("optimistic commits hold this one on the embedded engine")

    def claim(tx: Tx) -> list[str]:
        return [found["id"] for found in rows(tx, CLAIM, id=new_id())]

    def race() -> bool:
        claims = [one for ids in _at_once(driver, claim, 8) if ids for one in ids]
        return max(Counter(claims).values()) > 1

    assert _is_caught(driver, PARCELS, race)


def test_the_pattern_of_the_product_passes_the_same_checker(driver: Driver) -> None:
    for _ in range(3):
        _fresh(driver, SETUP)
        _at_once(driver, _sell_after_real_lock)
        assert not _oversold(driver)
        found = read(driver, lambda tx: row(tx, SOLD))
        assert found is not None
        assert found["sold"] == CAPACITY
