"""What the home page shows: what waits, what the firm started, what changed."""

from __future__ import annotations

from neo4j import Driver

from supplychain.graph import events, firms, home
from supplychain.graph.engine.transactions import Tx, read
from supplychain.model.home import Home, NewsItem, sort_by_urgency
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor

MAX_TASKS = 7
MAX_STARTED_ITEMS = 7
MAX_NEWS_ITEMS = 15


def read_home(driver: Driver, *, by: Actor) -> Home:
    """What waits for the acting user, by role, and what happened lately to the firm."""
    return read(driver, _read_home, by)


def _read_home(tx: Tx, by: Actor) -> Home:
    tasks = sort_by_urgency(home.list_waiting(tx, viewer=by.firm_id, now=utc_now()), by.role)
    news = events.list_latest(tx, viewer=by.firm_id, limit=MAX_NEWS_ITEMS)
    names = firms.names(tx, sorted({event.firm_id for event in news if event.firm_id}))
    started = home.list_started(tx, viewer=by.firm_id)
    return Home(
        tasks=tasks[:MAX_TASKS],
        total=len(tasks),
        started=sorted(started, key=lambda item: item.at or "", reverse=True)[:MAX_STARTED_ITEMS],
        news=[NewsItem(event=event, firm=names.get(event.firm_id, "")) for event in news],
        standing=home.count_standing(tx, viewer=by.firm_id),
    )
