"""What buyer and supplier do with an order. A share is an order: the same functions serve it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import structlog
from neo4j import Driver

from supplychain.actions.orders.work import list_sharer_wishes, list_wishes, rebook_work
from supplychain.errors import SupplyChainError
from supplychain.graph import events
from supplychain.graph.capacity import bookings, holds
from supplychain.graph.engine.transactions import Tx, read, write
from supplychain.graph.firm_days import find_today
from supplychain.graph.orders import orders, shares
from supplychain.model.ids import utc_now
from supplychain.model.orders import AT_WORK, Order
from supplychain.model.people.actors import Actor
from supplychain.model.quantities import whole_units

log = structlog.get_logger()
CLOCK: Final = Actor(user_id="", firm_id="", role="owner")
"""Who acts when time alone does."""


def accept_order(driver: Driver, order_id: str, *, by: Actor, version: int | None = None) -> None:
    """Accept an order and take the capacity for it. Order: offered -> accepted.

    Args:
        driver: the graph.
        order_id: the order.
        by: somebody of the supplier.
        version: the version that was looked at; None does not ask.

    Raises:
        NotFound, Forbidden: not theirs to accept.
        Stale: it changed since.
        NotOpen: it is answered already, or the time to answer is over.
        Conflict: not all of it can be made in time; says how much can, and by when all of it.
    """
    write(driver, _accept_order, order_id, version, by, utc_now())


def _accept_order(tx: Tx, order_id: str, version: int | None, by: Actor, now: datetime) -> None:
    order, parent = orders.lock_with_parent(tx, order_id, viewer=by.firm_id)
    order.check_supplier(by.firm_id)
    order.check_version(version)
    today = find_today(tx, order.supplier_id, now)
    accepted = order.accepted(now, today=today)
    wishes = [
        wish
        for line in accepted.lines
        for wish in list_wishes(tx, accepted, line, pieces=whole_units(line.quantity), now=now)
    ]
    if parent is not None:
        wishes += list_sharer_wishes(tx, parent, accepted, sign=1, now=now)
    bookings.rebook(tx, wishes, now=now)
    _release_held(tx, accepted)
    orders.save(tx, accepted)
    record_event(tx, "order.accepted", accepted, by, now)


def decline_order(
    driver: Driver, order_id: str, *, reason: str, by: Actor, version: int | None = None
) -> None:
    """Decline an order; the buyer reads the reason. Order: offered -> declined.

    Raises:
        NotFound, Forbidden, Stale, NotOpen: as for ``accept_order``.
        Invalid: no reason.
    """
    write(driver, _decline_order, order_id, reason, version, by, utc_now())


def _decline_order(
    tx: Tx, order_id: str, reason: str, version: int | None, by: Actor, now: datetime
) -> None:
    order, parent = orders.lock_with_parent(tx, order_id, viewer=by.firm_id)
    order.check_supplier(by.firm_id)
    order.check_version(version)
    save_ended(tx, order.declined(reason, now), parent)
    record_event(tx, "order.declined", order, by, now, reason=reason.strip())


def cancel_order(
    driver: Driver, order_id: str, *, reason: str, by: Actor, version: int | None = None
) -> None:
    """Cancel an order of which nothing is shipped; its capacity is free again.

    Order: offered | accepted | in_production -> cancelled. For an accepted share, the sharing
    supplier takes the quantity and the capacity for it back.

    Raises:
        NotFound, Forbidden: not theirs to cancel.
        Stale, NotOpen: it moved on.
        Conflict: part of it is shared, or the sharer has no capacity to take it back.
        Invalid: no reason.
    """
    write(driver, _cancel_order, order_id, reason, version, by, utc_now())


def _cancel_order(
    tx: Tx, order_id: str, reason: str, version: int | None, by: Actor, now: datetime
) -> None:
    order, parent = orders.lock_with_parent(tx, order_id, viewer=by.firm_id)
    order.check_buyer(by.firm_id)
    order.check_version(version)
    cancelled = order.cancelled(reason)
    if order.accepted_at is not None:
        wishes = [
            wish for line in order.lines for wish in list_wishes(tx, order, line, pieces=0, now=now)
        ]
        if parent is not None:
            wishes += list_sharer_wishes(tx, parent, order, sign=-1, now=now)
        bookings.rebook(tx, wishes, now=now)
    save_ended(tx, cancelled, parent)
    record_event(tx, "order.cancelled", order, by, now, reason=reason.strip())


def report_progress(
    driver: Driver,
    order_id: str,
    percents: dict[str, int],
    *,
    by: Actor,
    version: int | None = None,
) -> None:
    """Say how far the supplier's own part of each line is. Order: accepted -> in_production.

    Args:
        driver: the graph.
        order_id: the order.
        percents: line id to 0 … 100.
        by: somebody of the supplier.
        version: the version that was looked at.

    Raises:
        NotFound, Forbidden, Stale, NotOpen: as for ``accept_order``.
        Invalid: a figure outside 0 to 100.
    """
    write(driver, _save_progress, order_id, percents, version, by, utc_now())


def _save_progress(
    tx: Tx, order_id: str, percents: dict[str, int], version: int | None, by: Actor, now: datetime
) -> None:
    order = orders.lock(tx, order_id, viewer=by.firm_id)
    order.check_supplier(by.firm_id)
    order.check_version(version)
    brought = {order.line(id).id: shares.received_quantity(tx, id) for id in percents}
    progressed = order.progressed(percents, brought)
    rebook_work(tx, progressed, percents, now=now)
    orders.save(tx, progressed)
    record_event(tx, "order.progressed", order, by, now, percents=sorted(percents.values()))


def close_order(driver: Driver, order_id: str, *, by: Actor, version: int | None = None) -> None:
    """Close an order that is shipped or received. Order: shipped | received -> closed.

    What a share did not bring, or what of it was rejected, is the sharing supplier's own part
    again.

    Raises:
        NotFound, Forbidden, Stale, NotOpen: not theirs, or not that far.
    """
    write(driver, _close_order, order_id, version, by, utc_now())


def _close_order(tx: Tx, order_id: str, version: int | None, by: Actor, now: datetime) -> None:
    order, parent = orders.lock_with_parent(tx, order_id, viewer=by.firm_id)
    order.check_buyer(by.firm_id)
    order.check_version(version)
    orders.save(tx, order.closed())
    missing = sum(line.missing_quantity for line in order.lines)
    if parent is not None and order.parent_line_id is not None and missing:
        whole = parent.shared(order.parent_line_id, -missing)
        orders.save(tx, whole)
        if whole.state in AT_WORK:
            rebook_work(tx, whole, [order.parent_line_id], now=now)
    record_event(tx, "order.closed", order, by, now)


def expire_due(driver: Driver, now: datetime) -> int:
    """End the offers whose time is over; what was shared goes back. Returns how many.

    Order: offered | awaiting_consent -> expired.
    """
    due = read(driver, orders.list_due, now=now)
    return sum(_expire_one(driver, order_id, now) for order_id in due)


def _expire_one(driver: Driver, order_id: str, now: datetime) -> bool:
    try:
        return write(driver, _expire_order, order_id, now)
    except SupplyChainError as error:
        # The next sweep tries it again; the others must not wait for it.
        log.warning("expiry_failed", order_id=order_id, code=error.code)
        return False


def _expire_order(tx: Tx, order_id: str, now: datetime) -> bool:
    order, parent = orders.lock_with_parent(tx, order_id, viewer=None)
    if not order.is_due(now):
        return False
    save_ended(tx, order.expired(), parent)
    record_event(tx, "order.expired", order, CLOCK, now)
    return True


def save_ended(tx: Tx, order: Order, parent: Order | None) -> None:
    """Save an order that came to nothing; a share's quantity goes back to its parent's line."""
    orders.save(tx, order)
    _release_held(tx, order)
    if parent is not None and order.parent_line_id is not None:
        quantity = sum(line.quantity for line in order.lines)
        orders.save(tx, parent.shared(order.parent_line_id, -quantity))


def _release_held(tx: Tx, order: Order) -> None:
    """Free what the winning bid held for a locked order: it is booked now, or not needed."""
    if order.request_id is not None:
        holds.release_won(tx, order.request_id, supplier_id=order.supplier_id)


def record_event(tx: Tx, kind: str, order: Order, by: Actor, now: datetime, **facts: Any) -> None:
    """Record what happened to an order, for its buyer and supplier.

    The root buyer of a share reads it too, where its policy is to ask or to notify; no price is
    ever among the facts. The peer reads nothing of a share that was never offered to it.
    """
    shown_to = {order.buyer_id}
    if order.offered_at is not None:
        shown_to.add(order.supplier_id)
    if order.is_share and order.share_policy in ("ask", "notify"):
        shown_to.add(order.root_buyer_id)
    events.record(
        tx,
        kind,
        about_kind="share" if order.is_share else "order",
        about_id=order.id,
        by=by,
        at=now,
        tells=shown_to,
        facts={
            "number": order.number,
            "buyer_id": order.buyer_id,
            "supplier_id": order.supplier_id,
            **facts,
        },
    )


SWEEPS = (expire_due,)
