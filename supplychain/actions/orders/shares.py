"""Passing part of an order on to a peer, and the root buyer's say in it."""

from __future__ import annotations

from datetime import datetime

from neo4j import Driver

from supplychain.actions.orders.orders import record_event, save_ended
from supplychain.actions.verification import SUSPENDED_GUEST, check_not_suspended
from supplychain.errors import Invalid
from supplychain.graph import events
from supplychain.graph.engine.transactions import Once, Tx, write, write_once
from supplychain.graph.firm_days import find_today
from supplychain.graph.orders import orders, shares
from supplychain.model.ids import new_id, utc_now
from supplychain.model.people.actors import Actor
from supplychain.model.quantities import plain_number
from supplychain.model.shares import ShareChoice, consented, recalled, refused, share_of


def share_order(
    driver: Driver, order_id: str, choice: ShareChoice, *, by: Actor, once: Once | None = None
) -> str:
    """Offer part of an order line to a peer. Share: -> offered, or awaiting_consent.

    Args:
        driver: the graph.
        order_id: an accepted order, or one in production, of which ``by`` is the supplier.
        choice: line, peer, quantity, price a unit in the order's currency, end of the offer.
        by: somebody of the supplier.
        once: the client's key for this effect.

    Returns:
        The id of the share, an order one tier down.

    Raises:
        NotFound, Forbidden: not theirs to share, or the buyer allows none.
        NotOpen: the order is not at work.
        Invalid: not a peer, on the path already, more than is left, or too short a time.
        Conflict: the peer is suspended.
    """
    made = {"share_id": new_id(), "line_id": new_id()}
    return write_once(driver, once, _create_share, order_id, choice, by, made, utc_now())


def _create_share(
    tx: Tx, order_id: str, choice: ShareChoice, by: Actor, made: dict[str, str], now: datetime
) -> str:
    order = orders.lock(tx, order_id, viewer=by.firm_id)
    order.check_supplier(by.firm_id)
    line = order.line(choice.line_id)
    from_shares = shares.received_quantity(tx, line.id)
    today = find_today(tx, by.firm_id, now)
    share = share_of(order, choice, from_shares=from_shares, now=now, today=today, **made)
    if not shares.are_peers(tx, choice.peer_id, viewer=by.firm_id):
        raise Invalid("Choose a firm of one of your chains or clusters.", pointer="/peer_id")
    check_not_suspended(tx, choice.peer_id, SUSPENDED_GUEST)
    orders.create(tx, share)
    orders.save(tx, order.shared(line.id, choice.quantity))
    kind = "share.proposed" if share.state == "awaiting_consent" else "share.offered"
    record_event(tx, kind, share, by, now, quantity=plain_number(choice.quantity))
    return share.id


def consent_to_share(
    driver: Driver, share_id: str, *, by: Actor, version: int | None = None
) -> None:
    """Let a share be offered to its peer. Share: awaiting_consent -> offered.

    Raises:
        NotFound: no share of an order that the actor's firm placed.
        Stale: it changed since.
        NotOpen: it waits for no consent any more.
    """
    write(driver, _consent_to_share, share_id, version, by, utc_now())


def _consent_to_share(tx: Tx, share_id: str, version: int | None, by: Actor, now: datetime) -> None:
    share, _ = shares.lock_for_root(tx, share_id, viewer=by.firm_id)
    share.check_version(version)
    offered = consented(share, now)
    orders.save(tx, offered)
    record_event(tx, "share.consented", share, by, now)
    # The peer is told by its own buyer: who buys two tiers up is not for it to know.
    sharer = Actor(user_id="", firm_id=share.buyer_id, role="seller")
    events.record(
        tx,
        "share.offered",
        about_kind="share",
        about_id=share.id,
        by=sharer,
        at=now,
        tells=(share.supplier_id,),
        facts={"number": share.number, "buyer_id": share.buyer_id},
    )


def refuse_consent(
    driver: Driver, share_id: str, *, reason: str, by: Actor, version: int | None = None
) -> None:
    """Refuse a share; the sharer keeps the quantity. Share: awaiting_consent -> declined.

    Raises:
        NotFound, Stale, NotOpen: as for ``consent``.
        Invalid: no reason.
    """
    write(driver, _refuse_consent, share_id, reason, version, by, utc_now())


def _refuse_consent(
    tx: Tx, share_id: str, reason: str, version: int | None, by: Actor, now: datetime
) -> None:
    share, parent = shares.lock_for_root(tx, share_id, viewer=by.firm_id)
    share.check_version(version)
    save_ended(tx, refused(share, reason, now), parent)
    record_event(tx, "share.refused", share, by, now, reason=reason.strip())


def recall_share(driver: Driver, share_id: str, *, by: Actor, version: int | None = None) -> None:
    """Take back a share that nobody has answered. Share: awaiting_consent | offered -> recalled.

    Raises:
        NotFound, Forbidden: not theirs to recall.
        Stale: it changed since.
        NotOpen: it is answered already.
    """
    write(driver, _recall_share, share_id, version, by, utc_now())


def _recall_share(tx: Tx, share_id: str, version: int | None, by: Actor, now: datetime) -> None:
    share, parent = orders.lock_with_parent(tx, share_id, viewer=by.firm_id)
    share.check_buyer(by.firm_id)
    share.check_version(version)
    save_ended(tx, recalled(share), parent)
    record_event(tx, "share.recalled", share, by, now)
