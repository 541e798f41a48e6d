"""What the home page shows: what waits, what the firm started, what changed."""

from __future__ import annotations

from neo4j import Driver

from supplychain.graph import events, firms, home
from supplychain.graph.engine.reading import together
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
    now = utc_now()
    waiting, to_bid, news, started, standing = together(
        lambda: home.list_waiting(tx, viewer=by.firm_id, now=now),
        lambda: home.list_to_bid(tx, viewer=by.firm_id, now=now),
        lambda: _read_news(tx, by),
        lambda: home.list_started(tx, viewer=by.firm_id),
        lambda: home.count_standing(tx, viewer=by.firm_id),
    )
    tasks = sort_by_urgency([*waiting, *to_bid], by.role)
    return Home(
        tasks=tasks[:MAX_TASKS],
        total=len(tasks),
        started=sorted(started, key=lambda item: item.at or "", reverse=True)[:MAX_STARTED_ITEMS],
        news=news,
        standing=standing,
    )


def _read_news(tx: Tx, by: Actor) -> list[NewsItem]:
    news = events.list_latest(tx, viewer=by.firm_id, limit=MAX_NEWS_ITEMS)
    names = firms.names(tx, sorted({event.firm_id for event in news if event.firm_id}))
    return [NewsItem(event=event, firm=names.get(event.firm_id, "")) for event in news]
