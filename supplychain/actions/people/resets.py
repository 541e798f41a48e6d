"""A forgotten password: an owner or the operator makes a link, and whoever has it sets another."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from neo4j import Driver

from supplychain.actions.people.accounts import hash_password
from supplychain.actions.people.colleagues import lock_colleague
from supplychain.errors import Conflict, NotFound
from supplychain.graph import events
from supplychain.graph.engine.transactions import Tx, read, write
from supplychain.graph.people import resets, second_factors, sessions, users
from supplychain.model.ids import digest, new_secret, utc_now
from supplychain.model.people.accounts import PasswordReset, check_password
from supplychain.model.people.actors import Actor

RESET_HOURS: Final = 24
"""So long a link lives: enough to reach somebody, too short to lie about."""
UNKNOWN_LINK: Final = "This link is not known, was used, or is over. Ask for a new one."


def make_reset(driver: Driver, user_id: str, *, by: Actor) -> str:
    """Make the link of a colleague who forgot the password; its secret, shown once.

    The old password works until the link is used. A newer link ends the older.

    Raises:
        NotFound: nobody of this firm.
        Conflict: the account is closed.
    """
    by.check_role("owner")
    secret = new_secret()
    write(driver, _create_for_colleague, user_id, digest(secret), by, utc_now())
    return secret


def _create_for_colleague(tx: Tx, user_id: str, key: str, by: Actor, now: datetime) -> None:
    colleague = lock_colleague(tx, user_id, by)
    if colleague.disabled_at is not None:
        raise Conflict("This account is closed. Open it again first.")
    _create_link(tx, user_id, key, now)
    events.record(
        tx,
        "colleague.reset_made",
        about_kind="user",
        about_id=user_id,
        by=by,
        at=now,
        facts={"name": colleague.name},
    )


def make_reset_by_operator(driver: Driver, email: str) -> str:
    """Make the link of whoever has this address; for the operator's command line.

    Raises:
        NotFound: no open account has it.
    """
    secret = new_secret()
    write(driver, _create_for_address, email.strip().lower(), digest(secret), utc_now())
    return secret


def _create_for_address(tx: Tx, email: str, key: str, now: datetime) -> None:
    user = users.find_by_email(tx, email)
    if user is None or user.disabled_at is not None:
        raise NotFound("No open account has this address.")
    _create_link(tx, user.id, key, now)
    operator = Actor(user_id="", firm_id="", role="owner", is_operator=True)
    events.record(
        tx, "password.reset_made", about_kind="user", about_id=user.id, by=operator, at=now
    )


def _create_link(tx: Tx, user_id: str, key: str, now: datetime) -> None:
    users.lock(tx, user_id)
    ends_at = now + timedelta(hours=RESET_HOURS)
    resets.create(tx, digest=key, user_id=user_id, at=now, ends_at=ends_at)


def find_reset(driver: Driver, secret: str) -> PasswordReset:
    """Whose password a link sets.

    Raises:
        NotFound: the link is unknown, used or over, or the account is closed.
    """
    reset = read(driver, resets.find, digest(secret), now=utc_now())
    if reset is None:
        raise NotFound(UNKNOWN_LINK)
    return reset


def reset_password(driver: Driver, secret: str, password: str) -> None:
    """Set the password of a link's account, once; all its sessions and tokens end.

    Raises:
        NotFound: as for ``find_reset``.
        Invalid: the password is too easy.
    """
    check_password(password)
    find_reset(driver, secret)
    write(driver, _save_password, digest(secret), hash_password(password), utc_now())


def _save_password(tx: Tx, key: str, hashed: str, now: datetime) -> None:
    resets.lock(tx, key)
    reset = resets.find(tx, key, now=now)
    if reset is None:
        raise NotFound(UNKNOWN_LINK)
    users.lock(tx, reset.user_id)
    users.set_password(tx, reset.user_id, hashed)
    resets.drop(tx, reset.user_id)
    sessions.close_all(tx, reset.user_id)
    sessions.revoke_all(tx, reset.user_id, at=now)
    second_factors.drop_halves(tx, reset.user_id)
    by = Actor(user_id=reset.user_id, firm_id=reset.firm_id, role=reset.role)
    events.record(tx, "password.reset", about_kind="user", about_id=reset.user_id, by=by, at=now)
