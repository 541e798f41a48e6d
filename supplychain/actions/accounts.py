"""Registering, signing in and out."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from neo4j import Driver

from supplychain.config import settings
from supplychain.errors import Invalid, NotSignedIn
from supplychain.graph import events, firms, sessions, users
from supplychain.graph.transactions import Once, Tx, read, write, write_once
from supplychain.model.accounts import Principal, check_email, check_password
from supplychain.model.actors import KINDS, Actor
from supplychain.model.firms import Firm
from supplychain.model.ids import digest, new_id, new_secret, to_instant, utc_now

_hasher = PasswordHasher()
_hashing = threading.BoundedSemaphore(2)  # a hash takes 64 MiB: never many at once
_DUMMY = _hasher.hash("nobody has this password")


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A firm and its first user, who becomes its owner."""

    firm_name: str
    kind: str
    country: str
    region: str
    city: str
    user_name: str
    email: str
    password: str
    language: str = "en"


def hash_password(password: str) -> str:
    """Argon2id; at most two at a time in this process."""
    with _hashing:
        return _hasher.hash(password)


def register(driver: Driver, given: Registration, *, once: Once | None = None) -> str:
    """Register a firm with its first user and return the firm's id.

    Raises:
        Invalid: a field is wrong, or the address is taken.
    """
    email = check_email(given.email)
    check_password(given.password)
    if given.kind not in KINDS:
        raise Invalid("Choose what kind of firm this is.", pointer="/kind")
    firm = Firm(
        id=new_id(),
        name=given.firm_name,
        kind=given.kind,
        country=given.country,
        region=given.region,
        city=given.city,
    )
    hashed = hash_password(given.password)
    user_id = new_id()
    return write_once(driver, once, _register, firm, given, email, hashed, user_id, utc_now())


def _register(
    tx: Tx, firm: Firm, given: Registration, email: str, hashed: str, user_id: str, now: datetime
) -> str:
    if users.find_by_email(tx, email) is not None:
        raise Invalid("This address has an account already. Sign in instead.", pointer="/email")
    firms.create(tx, firm, at=now)
    users.create(
        tx,
        user_id=user_id,
        email=email,
        name=given.user_name,
        password_hash=hashed,
        language=given.language,
        operator=False,
        at=now,
    )
    users.employ(tx, user_id=user_id, firm_id=firm.id, role="owner")
    by = Actor(user_id=user_id, firm_id=firm.id, role="owner")
    events.record(tx, "firm.registered", about_kind="firm", about_id=firm.id, by=by, at=now)
    return firm.id


def add_user(
    driver: Driver,
    *,
    email: str,
    password: str,
    name: str,
    firm_id: str = "",
    role: str = "owner",
    operator: bool = False,
    language: str = "en",
) -> str:
    """Add a user to an existing firm, or an operator without one; returns the user's id.

    For the operator's command line and the demo; people invite colleagues instead.

    Raises:
        Invalid: the address or the password is wrong, or the address is taken.
    """
    kept = check_email(email)
    check_password(password)
    user_id = new_id()
    return write(
        driver,
        _add_user,
        {
            "user_id": user_id,
            "email": kept,
            "name": name,
            "password_hash": hash_password(password),
            "language": language,
            "operator": operator,
        },
        firm_id,
        role,
        utc_now(),
    )


def _add_user(tx: Tx, values: dict[str, Any], firm_id: str, role: str, now: datetime) -> str:
    if users.find_by_email(tx, values["email"]) is not None:
        raise Invalid("This address has an account already. Sign in instead.", pointer="/email")
    users.create(tx, **values, at=now)
    if firm_id:
        users.employ(tx, user_id=values["user_id"], firm_id=firm_id, role=role)
    return values["user_id"]


def sign_in(driver: Driver, email: str, password: str) -> str:
    """Check the password, start a session and return its secret for the cookie.

    Raises:
        Invalid: unknown address, wrong password or disabled user: one answer, one duration.
    """
    found = read(driver, users.find_by_email, email.strip().lower())
    known = found is not None and found["disabled_at"] is None
    if not _matches(found["password_hash"] if known and found else _DUMMY, password) or not known:
        raise Invalid("The address or the password is not right. Try again.", pointer="/email")
    assert found is not None
    secret, now = new_secret(), utc_now()
    write(
        driver,
        sessions.open_session,
        digest=digest(secret),
        user_id=found["id"],
        at=now,
        ends_at=now + timedelta(hours=settings().session_hours),
    )
    return secret


def _matches(hashed: str, password: str) -> bool:
    with _hashing:
        try:
            return _hasher.verify(hashed, password[:1000])
        except (VerifyMismatchError, InvalidHashError):
            return False


def sign_out(driver: Driver, secret: str) -> None:
    """End the session; a kept copy of its cookie opens nothing any more."""
    write(driver, sessions.close_session, digest(secret))


def principal_of_session(driver: Driver, secret: str) -> Principal | None:
    """Who the cookie's secret belongs to, or None where the session has ended."""
    now = utc_now()
    idle = timedelta(minutes=settings().session_idle_minutes)
    found = read(driver, sessions.of_session, digest(secret), now=now, idle_since=now - idle)
    if found is None:
        return None
    seen_at = to_instant(found.pop("seen_at"))
    if now - seen_at > timedelta(minutes=1):
        write(driver, sessions.seen, digest(secret), at=now)
    return _principal(found)


def principal_of_token(driver: Driver, secret: str) -> Principal:
    """Who an API token belongs to.

    Raises:
        NotSignedIn: it is unknown, revoked or over.
    """
    found = read(driver, sessions.of_token, digest(secret), now=utc_now())
    if found is None:
        raise NotSignedIn("This token is unknown, revoked or over. Make a new one in the portal.")
    return _principal(found)


def _principal(found: dict[str, Any]) -> Principal:
    texts = {key: found[key] or "" for key in ("firm_id", "firm_name", "firm_kind", "role")}
    return Principal(**{**found, **texts, "is_operator": bool(found["is_operator"])})


def create_token(driver: Driver, name: str, *, days: int, by: Actor) -> tuple[str, str]:
    """Make an API token for the acting user; returns its id and its secret, shown only once."""
    token_id, secret, now = new_id(), new_secret(), utc_now()
    write(
        driver,
        sessions.create_token,
        token_id=token_id,
        digest=digest(secret),
        user_id=by.user_id,
        name=name,
        at=now,
        ends_at=now + timedelta(days=days),
    )
    return token_id, secret
