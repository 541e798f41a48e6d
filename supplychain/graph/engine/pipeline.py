"""Several queries sent to the graph at once, so that there is one wait for all of them.

Bolt lets a client send many messages before it reads the first answer, the official driver offers
no call for it. This one file therefore reaches below the driver's public names, for reads alone;
the version of the driver is pinned by the lock, and ``tests/graph/test_reading.py`` holds what is
relied on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from neo4j import READ_ACCESS, Session
from neo4j.exceptions import DriverError, Neo4jError

from supplychain import trace
from supplychain.graph.engine import waits

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One query with its values."""

    text: str
    values: dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Reply:
    """What came of a query: all its rows, or why it failed; neither where it was not run.

    After a query that failed, the graph runs none of those that were sent with it.
    """

    rows: list[Row] | None = None
    error: Exception | None = None


@dataclass(slots=True, kw_only=True)
class _Arriving:
    """The rows of a query as they come in."""

    names: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    bookmark: str | None = None
    done: bool = False

    def start(self, metadata: dict[str, Any]) -> None:
        self.names = list(metadata.get("fields") or ())

    def add(self, records: Sequence[Sequence[Any]]) -> None:
        self.rows.extend(dict(zip(self.names, record, strict=True)) for record in records)

    def finish(self, metadata: dict[str, Any]) -> None:
        self.bookmark, self.done = metadata.get("bookmark"), True


def send_together(session: Session, queries: Sequence[Query], *, timeout_s: float) -> list[Reply]:
    """Run queries that only read, each in a transaction of its own, with one wait for all.

    Args:
        session: a fresh session of the driver; its bookmarks hold for every query.
        queries: in the order in which the graph runs them.
        timeout_s: seconds after which the graph ends a query, where it heeds that.

    Returns:
        One reply a query. After an error the rest is not run and has neither rows nor error.
    """
    arriving = [_Arriving() for _ in queries]
    error = _exchange_messages(session, queries, arriving, timeout_s)
    replies: list[Reply] = []
    for one in arriving:
        if one.done:
            replies.append(Reply(rows=one.rows))
        else:
            replies.append(Reply(error=error))
            error = None
    return replies


def _exchange_messages(
    session: Any, queries: Sequence[Query], arriving: list[_Arriving], timeout_s: float
) -> Exception | None:
    """Send all, wait once, and read all answers; the error that ended it, if any."""
    try:
        session._connect(READ_ACCESS)
        connection = session._connection
        waits.bound_answers(connection)
        for query, one in zip(queries, arriving, strict=True):
            _add_messages(session, connection, query, one, timeout_s)
        connection.send_all()
        connection.fetch_all()
    except (Neo4jError, DriverError) as error:
        return error
    finally:
        session._disconnect()
    for one in arriving:
        session._update_bookmark(one.bookmark)
    return None


def _add_messages(
    session: Any, connection: Any, query: Query, one: _Arriving, timeout_s: float
) -> None:
    scope = connection.new_hydration_scope()
    hooks = {
        "dehydration_hooks": scope.dehydration_hooks,
        "hydration_hooks": scope.hydration_hooks,
    }
    connection.run(
        query.text,
        parameters=query.values,
        mode=READ_ACCESS,
        bookmarks=session._get_bookmarks(),
        metadata=trace.describe_work(),
        timeout=timeout_s,
        db=session._config.database,
        on_success=one.start,
        **hooks,
    )
    connection.pull(
        n=-1,
        hydration_hooks=scope.hydration_hooks,
        on_records=one.add,
        on_success=one.finish,
    )
