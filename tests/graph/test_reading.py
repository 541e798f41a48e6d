"""Reads without a transaction around them, and several that wait for the graph together."""

from __future__ import annotations

from contextvars import ContextVar

import pytest
from neo4j import Driver
from neo4j.exceptions import Neo4jError

from supplychain.errors import NotFound
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, read, row, rows, run, write
from tests.make.round_trips import count_round_trips

ONE = "UNWIND range(1, $n) AS i RETURN i AS i, 'ä' AS text"
BAD = "RETURN toInteger('x') / 0 + $missing AS x"
WORD: ContextVar[str] = ContextVar("WORD", default="none")


def _sum(tx: Tx, n: int) -> int:
    return sum(one["i"] for one in rows(tx, ONE, n=n))


def _sum_twice(tx: Tx, n: int) -> int:
    return _sum(tx, _sum(tx, n))


def test_a_read_is_one_wait_a_query(driver: Driver) -> None:
    with count_round_trips() as counted:
        assert read(driver, _sum_twice, 3) == 21
    assert len(counted.take()) == 2


def test_reads_together_wait_once_for_each_step_of_all(driver: Driver) -> None:
    def both(tx: Tx) -> tuple[int, int, list[str]]:
        return together(lambda: _sum(tx, 2000), lambda: _sum_twice(tx, 3), lambda: _list_texts(tx))

    with count_round_trips() as counted:
        assert read(driver, both) == (2001000, 21, ["ä"])
    assert len(counted.take()) == 2


def _list_texts(tx: Tx) -> list[str]:
    return [one["text"] for one in rows(tx, ONE, n=1)]


def test_reads_together_may_be_of_several_reads_and_lie_in_each_other(driver: Driver) -> None:
    def inner() -> tuple[int, int]:
        return together(lambda: read(driver, _sum, 4), lambda: read(driver, _sum_twice, 2))

    with count_round_trips() as counted:
        assert together(inner, lambda: read(driver, _sum, 1)) == ((10, 6), 1)
    assert len(counted.take()) == 2


def test_the_first_refusal_of_reads_together_is_the_answer(driver: Driver) -> None:
    def refuse(tx: Tx, word: str) -> None:
        row(tx, ONE, n=1)
        raise NotFound(word)

    def both(tx: Tx) -> None:
        together(lambda: _sum_twice(tx, 2), lambda: refuse(tx, "a"), lambda: refuse(tx, "b"))

    with pytest.raises(NotFound, match="a"):
        read(driver, both)
    assert read(driver, _sum, 2) == 3


def test_a_query_that_fails_does_not_take_its_neighbours_along(driver: Driver) -> None:
    kept: list[int] = []

    def fail(tx: Tx) -> int:
        try:
            return len(rows(tx, BAD))
        except Neo4jError:
            return -1

    def both(tx: Tx) -> None:
        kept.extend(together(lambda: _sum(tx, 1), lambda: fail(tx), lambda: _sum(tx, 2)))

    read(driver, both)
    assert kept == [1, -1, 3]


def test_reads_together_keep_the_context_of_their_caller(driver: Driver) -> None:
    def say(tx: Tx) -> str:
        row(tx, ONE, n=1)
        return WORD.get()

    mark = WORD.set("here")
    try:
        both = read(driver, lambda tx: together(lambda: say(tx), lambda: say(tx)))
        assert both == ("here", "here")
    finally:
        WORD.reset(mark)


def test_within_a_write_reads_together_see_what_it_wrote(driver: Driver) -> None:
    def work(tx: Tx) -> tuple[int, int]:
        run(tx, "CREATE (f:Firm {id: 'x'})")
        one = "MATCH (f:Firm {id: 'x'}) RETURN f.id AS id"
        return together(lambda: len(rows(tx, one)), lambda: len(rows(tx, one)))

    assert write(driver, work) == (1, 1)


def test_a_read_does_not_write(driver: Driver) -> None:
    with pytest.raises(TypeError):
        read(driver, lambda tx: run(tx, "CREATE (f:Firm {id: 'y'})"))
