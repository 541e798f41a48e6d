"""Keeping time: whichever process holds the clock does what is due."""

from __future__ import annotations

from datetime import datetime, timedelta

from neo4j import Driver

from supplychain.graph import clock
from supplychain.graph.engine.transactions import read, write
from supplychain.model.clock import ClockState, KeeperKind
from supplychain.model.ids import new_id, to_instant, to_text, utc_now

TIDY_EVERY = timedelta(minutes=10)
"""How far apart what is over is cleared away."""


def read_age_s(driver: Driver) -> float | None:
    """Seconds since everything that time makes due was last done; None where it never was.

    While somebody keeps time this is below 10. Above 15, nobody does, or one of the things that
    are due does not come to its end.

    Raises:
        Unavailable: the graph is away.
    """
    kept_at = read(driver, clock.find_kept)
    if not kept_at:
        return None
    return max(0.0, (utc_now() - to_instant(kept_at)).total_seconds())


def look(driver: Driver) -> ClockState | None:
    """Who holds the clock; None before anybody did."""
    return read(driver, clock.look)


def take(driver: Driver, holder: str, kind: KeeperKind, *, seen: ClockState | None) -> bool:
    """Take the clock as it was seen; False where it moved meanwhile."""
    beat = "" if seen is None else seen.beat
    return write(driver, clock.take, holder=holder, kind=kind, seen=beat, beat=new_id())


def keep(driver: Driver, holder: str, *, kept_at: datetime | None) -> bool:
    """Say that the holder lives, and until when all is done; False where it is no longer its."""
    stored = "" if kept_at is None else to_text(kept_at)
    return write(driver, clock.keep, holder=holder, beat=new_id(), kept_at=stored)


def release(driver: Driver, holder: str) -> bool:
    """Give the clock back."""
    return write(driver, clock.release, holder=holder, beat=new_id())


def claim_tidying(driver: Driver, now: datetime) -> bool:
    """Whether it is time to clear away what is over; True for one process only."""
    before = to_text(now - TIDY_EVERY)
    return write(driver, clock.claim_tidying, now=to_text(now), before=before)
