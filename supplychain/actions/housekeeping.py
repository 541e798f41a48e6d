"""Clearing away what nobody can use any more, by the ages in the settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from neo4j import Driver

from supplychain.config import Settings, settings
from supplychain.graph import history, housekeeping
from supplychain.graph.engine.transactions import read, write
from supplychain.graph.housekeeping import Kind

BATCH_ROWS: Final = 1000
"""Deleted in one transaction."""
MOST_BATCHES: Final = 20
"""Of a kind at one tidying; the rest goes at the next."""
SEARCH_EVERY: Final = timedelta(hours=1)
"""A kind that was searched to its end is left alone for so long: each search is a transaction,
and what is over is refused by its age whether it is still there or not."""
UPLOAD_SLACK: Final = timedelta(days=30)
"""No import lasts so long: what is older than its job is kept has outlived it."""

AGES: Final[dict[Kind, Callable[[Settings], timedelta]]] = {
    Kind.KEYS: lambda config: timedelta(hours=config.keys_kept_hours),
    Kind.SESSIONS: lambda _: timedelta(0),
    Kind.HALF_SESSIONS: lambda _: timedelta(0),
    Kind.REGISTRATIONS: lambda _: timedelta(0),
    Kind.RESETS: lambda config: timedelta(days=config.links_kept_days),
    Kind.INVITES: lambda config: timedelta(days=config.links_kept_days),
    Kind.TOKENS: lambda config: timedelta(days=config.links_kept_days),
    Kind.JOBS: lambda config: timedelta(days=config.jobs_kept_days),
    Kind.UPLOADS: lambda config: timedelta(days=config.jobs_kept_days) + UPLOAD_SLACK,
    Kind.MAILS: lambda config: timedelta(days=config.mails_kept_days),
    Kind.LOOKS: lambda config: timedelta(days=config.looks_kept_days + 1),  # a day is a whole one
    Kind.RANKINGS: lambda config: timedelta(days=config.rankings_kept_days),
}
"""For how long each kind is kept when it is over, or once it was made."""


def forget_old(driver: Driver, kind: Kind, now: datetime) -> int:
    """Forget what of a kind is older than its setting; returns how many it looked at."""
    before = now - AGES[kind](settings())
    total = 0
    for _ in range(MOST_BATCHES):
        count = write(
            driver, housekeeping.forget_old, kind, before=before, now=now, most=BATCH_ROWS
        )
        total += count
        if count < BATCH_ROWS:
            break
    return total


def forget_all_old(driver: Driver, now: datetime) -> dict[Kind, int]:
    """``forget_old`` of every kind that was not searched within the hour."""
    due = read(driver, housekeeping.list_due, since=now - SEARCH_EVERY, now=now)
    return {kind: forget_old(driver, kind, now) for kind in due}


def adopt_waiting(driver: Driver, _now: datetime) -> int:
    """Let events that a process of an older version wrote meanwhile wait as the others do."""
    return write(driver, history.adopt_waiting)


TIDIES = (forget_all_old, adopt_waiting)
