"""Which old backups go."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime


def choose_surplus(
    made: Iterable[datetime], *, keep_newest: int, keep_days: int
) -> tuple[datetime, ...]:
    """The backups that go: all but the newest, and the last of each of the last days with one.

    Args:
        made: when each backup was made, aware instants.
        keep_newest: so many stay whatever their day; the newest one always does.
        keep_days: of so many days (UTC) that have a backup the last one stays.
    """
    ordered = sorted(made, reverse=True)
    kept = set(ordered[: max(1, keep_newest)])
    days: list[object] = []
    for at in ordered:
        if at.date() not in days:
            days.append(at.date())
            if len(days) <= keep_days:
                kept.add(at)
    return tuple(at for at in reversed(ordered) if at not in kept)
