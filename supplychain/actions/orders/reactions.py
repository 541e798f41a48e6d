"""What follows from events, done once each: supply relations, deliveries, track records.

Every event is claimed with a lease, and marked done in the transaction of its effect: a worker
that dies leaves its claim to run out, and two workers never do one event twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog
from neo4j import Driver

from supplychain.errors import SupplyChainError
from supplychain.graph import answers, events, reactions
from supplychain.graph.engine.transactions import Tx, write
from supplychain.model.events import ClaimedEvent

LEASE: Final = timedelta(seconds=30)
BATCH_EVENTS: Final = 50
MOST_BATCHES: Final = 20

log = structlog.get_logger()


def react(driver: Driver, now: datetime) -> int:
    """Handle events that wait, up to a thousand; returns how many this call handled."""
    handled = 0
    for _ in range(MOST_BATCHES):
        claimed = write(driver, events.claim, now=now, until=now + LEASE, limit=BATCH_EVENTS)
        for event in claimed:
            handled += _handle_event(driver, event, now)
        if len(claimed) < BATCH_EVENTS:
            break
    return handled


def _handle_event(driver: Driver, event: ClaimedEvent, now: datetime) -> bool:
    try:
        return write(driver, _apply_effect, event, now)
    except SupplyChainError as error:
        # Its lease runs out and it comes again; the other events must not wait for it.
        log.warning("reaction_failed", event_id=event.id, kind=event.kind, code=error.code)
        return False


def _apply_effect(tx: Tx, event: ClaimedEvent, now: datetime) -> bool:
    if not events.mark_done(tx, event.id):
        return False
    effect = EFFECTS.get(event.kind)
    if effect is not None:
        effect(tx, event, now)
    return True


def _relate_firms(tx: Tx, event: ClaimedEvent, now: datetime) -> None:
    for line in reactions.list_lines(tx, event.about_id):
        reactions.relate(tx, line, at=now)
        reactions.await_delivery(tx, line)
    _count_order(tx, event, now)


def _end_relations(tx: Tx, event: ClaimedEvent, _now: datetime) -> None:
    for line in reactions.list_lines(tx, event.about_id):
        reactions.end_relation(tx, line)
        reactions.await_no_more(tx, line)


def _record_deliveries(tx: Tx, event: ClaimedEvent, _now: datetime) -> None:
    for line in reactions.list_lines(tx, event.about_id):
        reactions.record_delivery(tx, line)


def _count_order(tx: Tx, event: ClaimedEvent, _now: datetime) -> None:
    answers.count_order(tx, event.about_id, at=event.at)


def _count_invitations(tx: Tx, event: ClaimedEvent, _now: datetime) -> None:
    answers.count_invitations(tx, event.about_id)


EFFECTS: Final[dict[str, Callable[[Tx, ClaimedEvent, datetime], None]]] = {
    "order.accepted": _relate_firms,
    "order.cancelled": _end_relations,
    "order.declined": _count_order,
    "order.expired": _count_order,
    "award.decided": _count_invitations,
    "award.none": _count_invitations,
    "receipt.recorded": _record_deliveries,
    "order.closed": _record_deliveries,
}
"""Event kind to what follows from it; all other kinds have no effect beyond being read."""

SWEEPS = (react,)
