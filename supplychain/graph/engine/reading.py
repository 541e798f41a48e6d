"""What a read gets instead of a transaction, and reads that wait for the graph together.

Both engines read what is committed, query by query, with or without a transaction around them; the
opening and closing of one would be two more waits for the graph. So a read has none: each query
is one wait, and ``together`` makes one wait of the next queries of several reads.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any, TypeVar, overload

from greenlet import getcurrent, greenlet
from neo4j import Session

from supplychain.graph.engine import bookmarks, waits
from supplychain.graph.engine.pipeline import Query, Reply, Row, send_together

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")
F = TypeVar("F")
G = TypeVar("G")
H = TypeVar("H")


class Reading:
    """Takes the queries of one read to the graph; ``open_session`` opens a session for them."""

    __slots__ = ("_open_session", "_timeout_s")

    def __init__(self, open_session: Callable[[], Session], *, timeout_s: float) -> None:
        self._open_session = open_session
        self._timeout_s = timeout_s

    def fetch(self, text: str, values: dict[str, Any]) -> list[Row]:
        """All rows of one query.

        Raises:
            Neo4jError, DriverError: as the driver does.
        """
        reply = self.exchange([Query(text=text, values=values)])[0]
        if reply.error is not None:
            raise reply.error
        return reply.rows or []

    def exchange(self, queries: Sequence[Query]) -> list[Reply]:
        """A reply to each query; those not run after an error are sent again without it."""
        strand = getcurrent()
        if isinstance(strand, _Strand):
            return strand.hub.switch((self, queries))
        waiting = list(enumerate(queries))
        replies = [Reply() for _ in queries]
        while waiting:
            with self._open_session() as session, waits.waiting(session):
                got = send_together(session, [one for _, one in waiting], timeout_s=self._timeout_s)
                bookmarks.keep(session.last_bookmarks())
            for (number, _), reply in zip(waiting, got, strict=True):
                replies[number] = reply
            waiting = [
                one
                for one, reply in zip(waiting, got, strict=True)
                if reply.rows is None and reply.error is None
            ]
        return replies


class _Strand(greenlet):
    """One of several reads that go on together; it stops at each query until all have asked."""

    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__(work)
        self.gr_context = contextvars.copy_context()
        self.hub: greenlet = getcurrent()
        self.failure: Exception | None = None
        self.result: Any = None
        self.wants: tuple[Reading, Sequence[Query]] | None = None

    def advance(self, *replies: list[Reply]) -> None:
        """Go on to the next query, or to the end."""
        self.wants = None
        try:
            reached = self.switch(*replies)
        except Exception as error:
            self.failure = error
            return
        if self.dead:
            self.result = reached
        else:
            self.wants = reached


@overload
def together(a: Callable[[], A], b: Callable[[], B], /) -> tuple[A, B]: ...
@overload
def together(a: Callable[[], A], b: Callable[[], B], c: Callable[[], C], /) -> tuple[A, B, C]: ...
@overload
def together(
    a: Callable[[], A], b: Callable[[], B], c: Callable[[], C], d: Callable[[], D], /
) -> tuple[A, B, C, D]: ...
@overload
def together(
    a: Callable[[], A],
    b: Callable[[], B],
    c: Callable[[], C],
    d: Callable[[], D],
    e: Callable[[], E],
    /,
) -> tuple[A, B, C, D, E]: ...
@overload
def together(
    a: Callable[[], A],
    b: Callable[[], B],
    c: Callable[[], C],
    d: Callable[[], D],
    e: Callable[[], E],
    f: Callable[[], F],
    /,
) -> tuple[A, B, C, D, E, F]: ...
@overload
def together(
    a: Callable[[], A],
    b: Callable[[], B],
    c: Callable[[], C],
    d: Callable[[], D],
    e: Callable[[], E],
    f: Callable[[], F],
    g: Callable[[], G],
    /,
) -> tuple[A, B, C, D, E, F, G]: ...
@overload
def together(
    a: Callable[[], A],
    b: Callable[[], B],
    c: Callable[[], C],
    d: Callable[[], D],
    e: Callable[[], E],
    f: Callable[[], F],
    g: Callable[[], G],
    h: Callable[[], H],
    /,
) -> tuple[A, B, C, D, E, F, G, H]: ...
@overload
def together(*works: Callable[[], A]) -> tuple[A, ...]: ...
def together(*works: Callable[[], Any]) -> tuple[Any, ...]:
    """What several reads return that do not need each other, with one wait for each step of all.

    Each read is ordinary code that asks one query after the other. All go on until each has asked
    its next query; these are sent to the graph at once. Within a write they run one after the
    other.

    Raises:
        Exception: the first, in the order of the works, that one of them raised.
    """
    strands = [_Strand(work) for work in works]
    for strand in strands:
        strand.advance()
    while True:
        waiting = [(strand, strand.wants) for strand in strands if strand.wants is not None]
        if not waiting:
            break
        reader = waiting[0][1][0]
        replies = _exchange_distinct(reader, [query for _, wants in waiting for query in wants[1]])
        at = 0
        for strand, wants in waiting:
            count = len(wants[1])
            strand.advance(replies[at : at + count])
            at += count
    for strand in strands:
        if strand.failure is not None:
            raise strand.failure
    return tuple(strand.result for strand in strands)


def _exchange_distinct(reader: Reading, queries: list[Query]) -> list[Reply]:
    """A reply to each query; one that is there twice is asked once, and its rows are copied."""
    places: list[int] = []
    distinct: list[Query] = []
    for query in queries:
        at = next((at for at, one in enumerate(distinct) if one == query), len(distinct))
        places.append(at)
        if at == len(distinct):
            distinct.append(query)
    replies = reader.exchange(distinct)
    used: set[int] = set()
    answers: list[Reply] = []
    for at in places:
        answers.append(deepcopy(replies[at]) if at in used else replies[at])
        used.add(at)
    return answers
