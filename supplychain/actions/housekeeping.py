"""Clearing away what nobody can use any more, by the ages in the settings."""

from __future__ import annotations

from datetime import datetime, timedelta

from neo4j import Driver

from supplychain.config import settings
from supplychain.graph import history, housekeeping
from supplychain.graph.engine.transactions import write


def forget_keys(driver: Driver, now: datetime) -> int:
    """Forget idempotency keys older than the setting, two days; returns how many.

    A client may repeat a request under its key for so long.
    """
    before = now - timedelta(hours=settings().keys_kept_hours)
    return write(driver, housekeeping.forget_keys, before=before)


def forget_sessions(driver: Driver, now: datetime) -> int:
    """Forget sessions that are over; returns how many."""
    return write(driver, housekeeping.forget_sessions, before=now)


def forget_jobs(driver: Driver, now: datetime) -> int:
    """Forget jobs that ended longer ago than the setting; returns how many."""
    before = now - timedelta(days=settings().jobs_kept_days)
    return write(driver, housekeeping.forget_jobs, before=before)


def forget_looks(driver: Driver, now: datetime) -> int:
    """Forget who looked longer ago than the setting; their events stay in the log."""
    before = (now - timedelta(days=settings().looks_kept_days)).date()
    return write(driver, housekeeping.forget_looks, before=before)


def adopt_waiting(driver: Driver, _now: datetime) -> int:
    """Let events that a process of an older version wrote meanwhile wait as the others do."""
    return write(driver, history.adopt_waiting)


TIDIES = (forget_keys, forget_sessions, forget_jobs, forget_looks, adopt_waiting)
