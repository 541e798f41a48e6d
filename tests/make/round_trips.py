"""Counts how often a request waits for the graph.

A round trip is one wait: something is sent to the graph and nothing goes on before it answers.
Queries of a read that are sent at once are one; in a write each query is one, and so are the
opening and the closing of its transaction. Nothing else talks to the graph: ``read`` and ``write``
are the only ways to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from neo4j import ManagedTransaction, Session

from supplychain.graph.engine import reading


@dataclass(slots=True)
class RoundTrips:
    """The waits since the last look, in their order, each as the beginning of its query."""

    waits: list[str] = field(default_factory=list)

    def take(self) -> list[str]:
        """What was counted, and begin anew."""
        counted, self.waits = self.waits, []
        return counted


@contextmanager
def count_round_trips() -> Iterator[RoundTrips]:
    """Count all waits of this process for the graph while the block runs."""
    counted = RoundTrips()
    patches = [
        patch.object(reading, "send_together", _count_sent(reading.send_together, counted)),
        patch.object(ManagedTransaction, "run", _count_run(ManagedTransaction.run, counted)),
        patch.object(Session, "execute_write", _count_write(Session.execute_write, counted)),
    ]
    for one in patches:
        one.start()
    try:
        yield counted
    finally:
        for one in patches:
            one.stop()


def _count_sent(method: Any, counted: RoundTrips) -> Any:
    def send(session: Any, queries: Any, **kwargs: Any) -> Any:
        counted.waits.append(" + ".join(_shorten(query.text) for query in queries))
        return method(session, queries, **kwargs)

    return send


def _count_run(method: Any, counted: RoundTrips) -> Any:
    def run(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        counted.waits.append(_shorten(str(query)))
        return method(self, query, *args, **kwargs)

    return run


def _count_write(method: Any, counted: RoundTrips) -> Any:
    def execute_write(self: Any, work: Any, *args: Any, **kwargs: Any) -> Any:
        counted.waits.append("BEGIN")
        result = method(self, work, *args, **kwargs)
        counted.waits.append("COMMIT")
        return result

    return execute_write


def _shorten(query: str) -> str:
    return " ".join(query.split())[:90]
