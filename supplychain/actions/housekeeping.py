"""Clearing away what nobody can use any more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from neo4j import Driver

from supplychain.graph import housekeeping
from supplychain.graph.engine.transactions import write

KEYS_KEPT: Final = timedelta(hours=48)
"""A client may repeat a request under its key for this long."""


def forget_keys(driver: Driver, now: datetime) -> int:
    """Forget idempotency keys older than two days; returns how many."""
    return write(driver, housekeeping.forget_keys, before=now - KEYS_KEPT)


TIDIES = (forget_keys,)
