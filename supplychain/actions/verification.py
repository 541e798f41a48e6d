"""Verifying firms, vouching for them, suspending them: who says that a firm is who it says."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from neo4j import Driver

from supplychain.errors import Conflict, NotFound
from supplychain.graph import chains, events, verification
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, read, write
from supplychain.graph.people import sessions
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from supplychain.model.verification import (
    OPERATOR,
    Verification,
    WatchedFirm,
    check_operator,
    check_suspension_reason,
)

AT_MACHINE: Final = Actor(user_id="operator", firm_id="", role="owner", is_operator=True)
"""Who acts on the command line."""
SUSPENDED_GUEST: Final = (
    "The operator has suspended this firm. It can be invited when the suspension has ended."
)
SUSPENDED_BUYER: Final = (
    "The operator has suspended this buyer. Its requests take no bids until the suspension ends."
)
SUSPENDED_WINNER: Final = (
    "The operator has suspended %(firm)s. Its bid cannot win until the suspension ends: choose "
    "another, or wait."
)


def list_marks(driver: Driver, ids: list[str]) -> dict[str, Verification]:
    """The marks of these firms by id; whoever is signed in may see them."""
    wanted = sorted(set(ids) - {""})
    return read(driver, verification.list_marks, wanted) if wanted else {}


def watch_firms(
    driver: Driver,
    *,
    by: Actor,
    text: str = "",
    mark: str = "",
    after: tuple[str, str] = ("", ""),
    limit: int = 50,
) -> list[WatchedFirm]:
    """The operator's list of firms by name, without anything of their trade.

    Raises:
        NotFound: the actor is no operator.
    """
    check_operator(by)
    return read(
        driver,
        verification.watch_firms,
        text=text.strip(),
        mark=mark,
        after=after,
        limit=limit,
    )


def watch_firm(driver: Driver, firm_id: str, *, by: Actor) -> tuple[WatchedFirm, list[WatchedFirm]]:
    """A firm for the operator, and those of the same name or number.

    Raises:
        NotFound: there is no such firm, or the actor is no operator.
    """
    check_operator(by)
    return read(driver, _read_watched, firm_id)


def _read_watched(tx: Tx, firm_id: str) -> tuple[WatchedFirm, list[WatchedFirm]]:
    return together(
        lambda: verification.watch_firm(tx, firm_id), lambda: verification.list_twins(tx, firm_id)
    )


def verify_firm(driver: Driver, firm_id: str, *, by: Actor) -> None:
    """Note that the operator looked and that the firm is who it says; a vouch gives way to it.

    Raises:
        NotFound: there is no such firm, or the actor is no operator.
        Conflict: the operator has verified it already.
    """
    check_operator(by)
    write(driver, _verify_firm, firm_id, by, utc_now())


def _verify_firm(tx: Tx, firm_id: str, by: Actor, now: datetime) -> None:
    firm = verification.lock(tx, firm_id)
    if firm.verified_at is not None and firm.verified_by == OPERATOR:
        raise Conflict("This firm is verified already.")
    verification.set_verified(tx, firm_id, by=OPERATOR, at=now)
    _record_event(tx, "firm.verified", firm_id, by, now, firm=firm.name)


def take_back_verification(driver: Driver, firm_id: str, *, by: Actor) -> None:
    """End a firm's verification, whoever gave it, and all that the firm vouched for.

    Raises:
        NotFound: there is no such firm, or the actor is no operator.
        Conflict: it is not verified.
    """
    check_operator(by)
    write(driver, _take_back, firm_id, by, utc_now())


def _take_back(tx: Tx, firm_id: str, by: Actor, now: datetime) -> None:
    firm = verification.lock(tx, firm_id)
    if firm.verified_at is None:
        raise Conflict("This firm is not verified.")
    drop_verification(tx, firm_id, firm.name, by, now)


def drop_verification(tx: Tx, firm_id: str, name: str, by: Actor, now: datetime) -> None:
    """End the verification of a locked firm, and what rests on it; all are told."""
    verification.set_verified(tx, firm_id, by="", at=None)
    members = verification.end_vouches(tx, firm_id)
    _record_event(tx, "firm.unverified", firm_id, by, now, firm=name)
    for member in members:
        _record_event(tx, "firm.vouch_ended", member, by, now, firm=name)


def verify_imported(driver: Driver, *, by: Actor) -> int:
    """Verify all firms that the operator imported at the machine; returns how many.

    Raises:
        NotFound: the actor is no operator.
    """
    check_operator(by)
    count = 0
    while more := write(driver, _verify_batch, by, utc_now()):
        count += more
    return count


def _verify_batch(tx: Tx, by: Actor, now: datetime) -> int:
    count = verification.verify_imported(tx, at=now)
    if count:
        events.record(
            tx,
            "firm.imported_verified",
            about_kind="installation",
            about_id="firms",
            by=by,
            at=now,
            facts={"n": count},
        )
    return count


def vouch_for(driver: Driver, chain_id: str, firm_id: str, *, by: Actor) -> None:
    """Vouch, as the leader of a chain, that a member is who it says.

    Raises:
        NotFound: no such chain of the acting firm, or no such member of it.
        Forbidden: the operator has not verified the acting firm.
        Conflict: the firm is verified already.
    """
    by.check_role("buyer")
    write(driver, _vouch_for, chain_id, firm_id, by, utc_now())


def _vouch_for(tx: Tx, chain_id: str, firm_id: str, by: Actor, now: datetime) -> None:
    chain = chains.lock(tx, chain_id, viewer=by.firm_id)
    chain.check_leader(by.firm_id)
    if chains.state_of(tx, chain_id, firm_id) != "member":
        raise NotFound
    locked = {one: verification.lock(tx, one) for one in sorted({firm_id, by.firm_id})}
    locked[by.firm_id].check_may_vouch()
    locked[firm_id].check_vouchable(by.firm_id)
    verification.set_verified(tx, firm_id, by=by.firm_id, at=now)
    _record_event(tx, "firm.vouched", firm_id, by, now, firm=locked[firm_id].name)


def take_back_vouch(driver: Driver, chain_id: str, firm_id: str, *, by: Actor) -> None:
    """Vouch no more for a member.

    Raises:
        NotFound: no such chain of the acting firm, or the firm does not vouch for this one.
    """
    by.check_role("buyer")
    write(driver, _take_back_vouch, chain_id, firm_id, by, utc_now())


def _take_back_vouch(tx: Tx, chain_id: str, firm_id: str, by: Actor, now: datetime) -> None:
    chain = chains.lock(tx, chain_id, viewer=by.firm_id)
    chain.check_leader(by.firm_id)
    firm = verification.lock(tx, firm_id)
    if firm.verified_by != by.firm_id:
        raise NotFound
    verification.set_verified(tx, firm_id, by="", at=None)
    _record_event(tx, "firm.vouch_withdrawn", firm_id, by, now, firm=firm.name)


def suspend_firm(driver: Driver, firm_id: str, reason: str, *, by: Actor) -> None:
    """Keep a firm out until the suspension ends.

    Nobody of it can sign in and its tokens are refused; its sessions end at once. It is in no
    ranking, cannot be invited, its open bids stay but cannot win, and its own requests take no
    bids. What it vouched for ends: its word does not count.

    Raises:
        NotFound: there is no such firm, or the actor is no operator.
        Invalid: no reason is given.
        Conflict: it is suspended already.
    """
    check_operator(by)
    write(driver, _suspend_firm, firm_id, check_suspension_reason(reason), by, utc_now())


def _suspend_firm(tx: Tx, firm_id: str, reason: str, by: Actor, now: datetime) -> None:
    firm = verification.lock(tx, firm_id)
    if firm.suspended_at is not None:
        raise Conflict("This firm is suspended already.")
    verification.set_suspended(tx, firm_id, reason=reason, at=now)
    for user_id in verification.list_users(tx, firm_id):
        sessions.close_all(tx, user_id)
    members = verification.end_vouches(tx, firm_id)
    buyers = verification.list_buyers_with_bids(tx, firm_id)
    _record_event(tx, "firm.suspended", firm_id, by, now, *buyers, firm=firm.name, reason=reason)
    for member in members:
        _record_event(tx, "firm.vouch_ended", member, by, now, firm=firm.name)


def end_suspension(driver: Driver, firm_id: str, *, by: Actor) -> None:
    """Let a suspended firm in again; its tokens work again, its sessions stay ended.

    Raises:
        NotFound: there is no such firm, or the actor is no operator.
        Conflict: it is not suspended.
    """
    check_operator(by)
    write(driver, _end_suspension, firm_id, by, utc_now())


def _end_suspension(tx: Tx, firm_id: str, by: Actor, now: datetime) -> None:
    firm = verification.lock(tx, firm_id)
    if firm.suspended_at is None:
        raise Conflict("This firm is not suspended.")
    verification.set_suspended(tx, firm_id, reason="", at=None)
    buyers = verification.list_buyers_with_bids(tx, firm_id)
    _record_event(tx, "firm.suspension_ended", firm_id, by, now, *buyers, firm=firm.name)


def check_not_suspended(tx: Tx, firm_id: str, message: str) -> None:
    """Refuse what a suspended firm cannot take part in.

    Raises:
        Conflict: it is suspended; ``message`` says so.
    """
    if verification.list_suspended(tx, [firm_id]):
        raise Conflict(message)


def _record_event(
    tx: Tx, kind: str, firm_id: str, by: Actor, now: datetime, *tells: str, **facts: str
) -> None:
    events.record(
        tx,
        kind,
        about_kind="firm",
        about_id=firm_id,
        by=by,
        at=now,
        tells=[firm_id, *tells],
        facts=facts,
    )
