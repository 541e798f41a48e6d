"""What the home page tells: what waits, what the firm started, what changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from neo4j import Driver

from supplychain.graph import events, firms, home
from supplychain.graph.engine.transactions import Tx, read, write
from supplychain.graph.people import sessions
from supplychain.model.home import Task, urgent
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """``tasks`` are at most seven of ``total``; ``news`` are events with their firm's name."""

    tasks: list[Task]
    total: int
    started: list[dict[str, Any]]
    news: list[dict[str, Any]]
    standing: dict[str, int]


def look(driver: Driver, *, by: Actor) -> Home:
    """What waits for the acting user, by role, and what happened lately to the firm."""
    return read(driver, _look, by)


def _look(tx: Tx, by: Actor) -> Home:
    found = [Task(**entry) for entry in home.waiting(tx, viewer=by.firm_id, now=utc_now())]
    tasks = urgent(found, by.role)
    news = events.latest(tx, viewer=by.firm_id, limit=15)
    names = firms.names(tx, sorted({entry["firm_id"] for entry in news if entry["firm_id"]}))
    started = home.started(tx, viewer=by.firm_id)
    return Home(
        tasks=tasks[:7],
        total=len(tasks),
        started=sorted(started, key=lambda entry: entry["at"] or "", reverse=True)[:7],
        news=[{**entry, "firm": names.get(entry["firm_id"], "")} for entry in news],
        standing=home.standing(tx, viewer=by.firm_id),
    )


def forget_sessions(driver: Driver, now: Any) -> None:
    """Forget sessions that are over."""
    write(driver, sessions.delete_over, now=now)


TIDIES = (forget_sessions,)
