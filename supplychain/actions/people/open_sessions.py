"""Where a user is signed in: listed, and ended one by one or all."""

from __future__ import annotations

from datetime import datetime, timedelta

from neo4j import Driver

from supplychain.config import settings
from supplychain.errors import NotFound
from supplychain.graph import events
from supplychain.graph.engine.transactions import Tx, read, write
from supplychain.graph.people import sessions
from supplychain.model.ids import utc_now
from supplychain.model.people.accounts import OpenSession
from supplychain.model.people.actors import Actor

LONGEST_SESSION = timedelta(days=366)
"""An idle session may be ended too: it is looked for as far back as any can be."""


def list_sessions(driver: Driver, *, present: str, by: Actor) -> list[OpenSession]:
    """Where the acting user is signed in, last used first; ``present`` is the one that looks."""
    now = utc_now()
    idle = timedelta(minutes=settings().session_idle_minutes)
    live = read(
        driver,
        sessions.list_sessions,
        by.user_id,
        now=now,
        idle_since=now - idle,
        present=present,
    )
    return list(live.values())


def end_session(driver: Driver, session_id: str, *, by: Actor) -> None:
    """End one of the acting user's sessions: whoever holds its cookie is signed out.

    Raises:
        NotFound: none of theirs, or over already.
    """
    write(driver, _end_session, session_id, by, utc_now())


def _end_session(tx: Tx, session_id: str, by: Actor, now: datetime) -> None:
    live = sessions.list_sessions(tx, by.user_id, now=now, idle_since=now - LONGEST_SESSION)
    key = next((key for key, one in live.items() if one.id == session_id), None)
    if key is None:
        raise NotFound
    sessions.close_session(tx, key)
    _record_end(tx, by, now)


def end_other_sessions(driver: Driver, *, present: str, by: Actor) -> None:
    """End all sessions of the acting user but the one that asks."""
    write(driver, _end_others, present, by, utc_now())


def _end_others(tx: Tx, present: str, by: Actor, now: datetime) -> None:
    sessions.close_all(tx, by.user_id, keep=present)
    _record_end(tx, by, now)


def _record_end(tx: Tx, by: Actor, now: datetime) -> None:
    events.record(
        tx, "session.ended", about_kind="user", about_id=by.user_id, by=by, at=now, is_news=False
    )
