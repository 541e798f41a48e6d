"""What happens often, told in the record without filling it: the first of an hour, then a count.

Somebody who is refused a million times leaves two events an hour, not a million. The counting is
in memory, so that nobody waits for it; ``flush`` writes, from a thread of its own.

A process that is killed loses the counts of its present hour, never the firsts that it has written.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from neo4j import Driver

from supplychain.graph import events
from supplychain.graph.engine.transactions import Tx, write
from supplychain.model.people.actors import Actor

MAX_PERSONAL_KEYS: Final = 50
"""What one principal is refused in an hour, kept apart; the rest is one more."""
MAX_KEYS: Final = 2000
"""The same of all principals of a process: a flood from many networks ends in one line."""
ELSEWHERE: Final = "elsewhere"
EVERYBODY: Final = "many"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Something that a principal was refused.

    ``reason`` is one of ``REASONS``; ``route`` the endpoint; ``about_kind`` and ``about_id`` the
    thing of the address ("" where it has none); ``network`` is that of whoever is not signed in.
    """

    reason: str
    route: str
    by: Actor
    network: str = ""
    about_kind: str = ""
    about_id: str = field(default="", compare=False)
    """The first of an hour alone: a guesser of ids leaves one entry, not one for each id."""


REASONS: Final = (
    "role",
    "scope",
    "not_found",
    "not_signed_in",
    "token",
    "too_many",
    "forged_form",
    "host",
)


@dataclass(slots=True)
class Tally:
    """How often in the present hour; the first is written apart from the rest."""

    refusal: Refusal
    is_written: bool = False
    more: int = 0


class Tallies:
    """The refusals of the present hour, counted by whoever was refused what."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hour = ""
        self._tallies: dict[Refusal, Tally] = {}
        self._personal: Counter[tuple[str, str]] = Counter()
        self._due: list[tuple[Refusal, datetime, int]] = []

    def count(self, refusal: Refusal, now: datetime) -> bool:
        """Count a refusal; whether it is the first of its kind in this hour. Writes nothing."""
        hour = f"{now:%Y-%m-%dT%H}"
        with self._lock:
            if hour != self._hour:
                self._close_hour(now)
                self._hour = hour
            tally = self._tallies.get(refusal)
            if tally is not None:
                tally.more += 1
                return False
            kept = self._fold_refusal(refusal)
            tally = self._tallies.get(kept)
            if tally is not None:
                tally.more += 1
                return False
            self._tallies[kept] = Tally(kept)
            self._personal[(kept.by.user_id, kept.network)] += 1
            self._due.append((kept, now, 1))
            return True

    def _fold_refusal(self, refusal: Refusal) -> Refusal:
        """The refusal itself, or the one line that stands for all beyond the bounds."""
        if len(self._tallies) >= MAX_KEYS:
            nobody = Actor(user_id="", firm_id="", role="viewer")
            return Refusal(reason=refusal.reason, route=ELSEWHERE, by=nobody, network=EVERYBODY)
        if self._personal[(refusal.by.user_id, refusal.network)] >= MAX_PERSONAL_KEYS:
            return Refusal(
                reason=refusal.reason, route=ELSEWHERE, by=refusal.by, network=refusal.network
            )
        return refusal

    def _close_hour(self, now: datetime) -> None:
        self._due += [
            (tally.refusal, now, tally.more) for tally in self._tallies.values() if tally.more
        ]
        self._tallies.clear()
        self._personal.clear()

    def is_due(self, now: datetime, *, all_of_it: bool = False) -> bool:
        """Whether there is anything to write."""
        with self._lock:
            is_over = all_of_it or f"{now:%Y-%m-%dT%H}" != self._hour
            return bool(self._due) or (is_over and bool(self._tallies))

    def take_due(
        self, now: datetime, *, all_of_it: bool = False
    ) -> list[tuple[Refusal, datetime, int]]:
        """What is to be written: firsts, and the counts of hours that are over (or of this one)."""
        with self._lock:
            if all_of_it or f"{now:%Y-%m-%dT%H}" != self._hour:
                self._close_hour(now)
            due, self._due = self._due, []
            return due

    def give_back(self, due: Sequence[tuple[Refusal, datetime, int]]) -> None:
        """Keep what could not be written for the next time, as far as there is room."""
        with self._lock:
            room = 2 * MAX_KEYS - len(self._due)
            self._due = [*due[: max(0, room)], *self._due]


def flush(driver: Driver, tallies: Tallies, now: datetime, *, all_of_it: bool = False) -> int:
    """Write what is due into the chains of those it concerns; how many events.

    Raises:
        Unavailable: the graph is away; what was not written is kept.
    """
    due = tallies.take_due(now, all_of_it=all_of_it)
    for at, (refusal, when, count) in enumerate(due):
        try:
            write(driver, _record_refusal, refusal, when, count)
        except Exception:
            tallies.give_back(due[at:])
            raise
    return len(due)


def _record_refusal(tx: Tx, refusal: Refusal, at: datetime, count: int) -> None:
    facts: dict[str, object] = {"reason": refusal.reason, "route": refusal.route, "count": count}
    if refusal.network:
        facts["network"] = refusal.network
    events.record(
        tx,
        "access.refused",
        about_kind=refusal.about_kind or "page",
        about_id=refusal.about_id or refusal.route,
        by=refusal.by,
        at=at,
        facts=facts,
        is_news=False,
    )
