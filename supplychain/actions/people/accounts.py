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
from supplychain.errors import Conflict, Invalid, NotFound, NotSignedIn
from supplychain.graph import events, firms
from supplychain.graph.engine.transactions import Once, Tx, read, write, write_once
from supplychain.graph.people import sessions, users
from supplychain.model.firms import Firm
from supplychain.model.ids import digest, new_id, new_secret, to_instant, utc_now
from supplychain.model.people.accounts import Principal, check_email, check_password
from supplychain.model.people.actors import KINDS, Actor

MAX_TOKEN_DAYS = 365
MOST_TOKENS = 20
_hasher = PasswordHasher()
_hashing = threading.BoundedSemaphore(2)  # a hash takes 64 MiB: never many at once
CLOSED = "Registration is closed here. Ask the operator of this network for an account."
WRONG = "The address or the password is not right. Try again."
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
        NotFound: this installation takes no registrations.
    """
    if not settings().open_registration:
        raise NotFound(CLOSED)
    email = check_email(given.email)
    check_password(given.password)
    if not given.firm_name.strip():
        raise Invalid("Enter the name of your firm.", pointer="/firm_name")
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
    events.record(
        tx,
        "firm.registered",
        about_kind="firm",
        about_id=firm.id,
        by=by,
        at=now,
        facts={"name": firm.name},
    )
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
    if not matches(found["password_hash"] if known and found else _DUMMY, password) or not known:
        raise Invalid(WRONG, pointer="/email")
    assert found is not None
    secret = new_secret()
    write(driver, _open_session, digest(secret), found["id"], found["password_hash"], utc_now())
    return secret


def _open_session(tx: Tx, key: str, user_id: str, checked_hash: str, now: datetime) -> None:
    # The password was checked outside: it must not have changed, nor the user been disabled, since.
    user = users.lock(tx, user_id)
    if user is None or user["disabled_at"] or user["password_hash"] != checked_hash:
        raise Invalid(WRONG, pointer="/email")
    ends_at = now + timedelta(hours=settings().session_hours)
    sessions.open_session(tx, digest=key, user_id=user_id, at=now, ends_at=ends_at)


def matches(hashed: str, password: str) -> bool:
    """Whether the password is the one of the hash."""
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


def add_session(driver: Driver, user_id: str) -> str:
    """Start a session for somebody just made; its secret. For whoever proved who they are."""
    secret, now = new_secret(), utc_now()
    ends_at = now + timedelta(hours=settings().session_hours)
    write(
        driver,
        sessions.open_session,
        digest=digest(secret),
        user_id=user_id,
        at=now,
        ends_at=ends_at,
    )
    return secret


def create_token(
    driver: Driver, name: str, *, days: int, by: Actor, once: Once | None = None
) -> tuple[str, str]:
    """Make an API token for the acting user; returns its id and its secret, shown only once.

    Repeated with the same key, it returns the same id and an empty secret.

    Raises:
        Invalid: no name, or not 1 to 365 days.
        Conflict: the user has 20 already.
    """
    kept = name.strip()
    if not 1 <= len(kept) <= 80:
        raise Invalid("Give it a name of 1 to 80 characters.", pointer="/name")
    if not 1 <= days <= MAX_TOKEN_DAYS:
        raise Invalid("Choose 1 to 365 days.", pointer="/days")
    token_id, secret = new_id(), new_secret()
    made = write_once(
        driver, once, _create_token, token_id, digest(secret), kept, days, by, utc_now()
    )
    return made, secret if made == token_id else ""


def _create_token(
    tx: Tx, token_id: str, key: str, name: str, days: int, by: Actor, now: datetime
) -> str:
    users.lock(tx, by.user_id)
    if len(sessions.list_tokens(tx, by.user_id, now=now)) >= MOST_TOKENS:
        raise Conflict("You have %(most)s tokens. Revoke one first.", most=MOST_TOKENS)
    sessions.create_token(
        tx,
        token_id=token_id,
        digest=key,
        user_id=by.user_id,
        name=name,
        at=now,
        ends_at=now + timedelta(days=days),
    )
    events.record(
        tx,
        "token.made",
        about_kind="token",
        about_id=token_id,
        by=by,
        at=now,
        facts={"name": name, "days": days},
    )
    return token_id


def token_for(driver: Driver, email: str, password: str) -> str:
    """A token for one day for whoever knows the password; its secret.

    Raises:
        Invalid: unknown address, wrong password or disabled user.
    """
    session = sign_in(driver, email, password)
    found = principal_of_session(driver, session)
    assert found is not None
    sign_out(driver, session)
    return create_token(driver, "registration", days=1, by=found.actor)[1]


def list_tokens(driver: Driver, *, by: Actor) -> list[dict[str, Any]]:
    """The live tokens of the acting user: id, name, created_at, ends_at."""
    return read(driver, sessions.list_tokens, by.user_id, now=utc_now())


def revoke_token(driver: Driver, token_id: str, *, by: Actor) -> None:
    """End a token of the acting user at once.

    Raises:
        NotFound: none of theirs, or over already.
    """
    write(driver, _revoke_token, token_id, by, utc_now())


def _revoke_token(tx: Tx, token_id: str, by: Actor, now: datetime) -> None:
    revoked = sessions.revoke_token(tx, token_id, user_id=by.user_id, at=now)
    if revoked is None:
        raise NotFound
    events.record(
        tx,
        "token.revoked",
        about_kind="token",
        about_id=token_id,
        by=by,
        at=now,
        facts={"name": revoked["name"]},
    )
