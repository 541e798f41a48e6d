"""What waits in the installation: for its operator, and for who measures it."""

from __future__ import annotations

from datetime import datetime

from neo4j import Driver

from supplychain.graph import queues
from supplychain.graph.engine.transactions import Tx, read
from supplychain.model.people.actors import Actor
from supplychain.model.queues import FAILED_FOR, FailedJob, WaitingLine
from supplychain.model.verification import check_operator


def measure_queues(driver: Driver, *, now: datetime) -> tuple[WaitingLine, ...]:
    """All queues as numbers and ages, with nothing of anybody's trade."""
    return read(driver, queues.list_queues, now=now, since=now - FAILED_FOR)


def watch_queues(
    driver: Driver, *, by: Actor, now: datetime
) -> tuple[tuple[WaitingLine, ...], tuple[FailedJob, ...]]:
    """The queues, and the jobs that failed in the last day.

    Raises:
        NotFound: the actor is no operator.
    """
    check_operator(by)
    return read(driver, _read_queues, now)


def _read_queues(tx: Tx, now: datetime) -> tuple[tuple[WaitingLine, ...], tuple[FailedJob, ...]]:
    since = now - FAILED_FOR
    return queues.list_queues(tx, now=now, since=since), queues.list_failed(tx, since=since)
