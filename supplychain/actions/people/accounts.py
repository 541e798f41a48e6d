"""Registering, signing in and out, tokens."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from neo4j import Driver

from supplychain.config import settings
from supplychain.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn, StepNeeded
from supplychain.graph import events, firms, lookalikes, verification
from supplychain.graph.engine.transactions import Once, Tx, read, write, write_once
from supplychain.graph.people import second_factors, sessions, users
from supplychain.model.firms import Firm
from supplychain.model.identities import check_identity
from supplychain.model.ids import digest, new_id, new_secret, utc_now
from supplychain.model.people.accounts import (
    SCOPES,
    Principal,
    Registration,
    Token,
    User,
    check_email,
    check_password,
)
from supplychain.model.people.actors import KINDS, Actor
from supplychain.model.people.second_factors import HALF_SIGNED_IN_MINUTES, SignInStep

MAX_TOKEN_DAYS = 365
MAX_TOKENS = 20
SEEN_NOTED_EVERY = timedelta(minutes=1)
"""A session or token notes its use once in so long, not at every request."""
_hasher = PasswordHasher()
_hashing = threading.BoundedSemaphore(2)  # a hash takes 64 MiB: never many at once
CLOSED = "Registration is closed here. Ask the operator of this network for an account."
WRONG_PASSWORD = "The address or the password is not right. Try again."
SUSPENDED = (
    "The operator of this network has suspended your firm (%(reason)s). Ask the operator how to "
    "end it."
)
NAMESAKE = (
    "A firm of this name is here already: %(name)s. If it is yours, ask its owner or the operator "
    "to invite you. If it is another firm, say so and go on: it is marked until it is verified."
)
_DUMMY_HASH = _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    """Argon2id; at most two at a time in this process."""
    with _hashing:
        return _hasher.hash(password)


def register_firm(driver: Driver, registration: Registration, *, once: Once | None = None) -> str:
    """Register a firm with its first user and return the firm's id.

    Where mail is sent, people register by ``registrations.begin_registration`` instead.

    Raises:
        Invalid: a field is wrong, or the address is taken.
        NotFound: this installation takes no registrations.
    """
    firm, owner = read_registration(registration)
    is_namesake = registration.is_namesake
    return write_once(driver, once, _create_registered, firm, owner, is_namesake, utc_now())


def _create_registered(tx: Tx, firm: Firm, owner: User, is_namesake: bool, now: datetime) -> str:
    if not is_namesake:
        check_no_namesake(tx, firm.name, pointer="/firm_name")
    return create_firm(tx, firm, owner, now)


def read_registration(registration: Registration) -> tuple[Firm, User]:
    """The firm and its owner to be, with the password hashed.

    Raises:
        Invalid: a field is wrong.
        NotFound: this installation takes no registrations.
    """
    if not settings().open_registration:
        raise NotFound(CLOSED)
    email = check_email(registration.email)
    check_password(registration.password)
    firm_name = check_identity(registration.firm_name, pointer="/firm_name")
    if not firm_name:
        raise Invalid("Enter the name of your firm.", pointer="/firm_name")
    if registration.kind not in KINDS:
        raise Invalid("Choose what kind of firm this is.", pointer="/kind")
    firm = Firm(
        id=new_id(),
        name=firm_name,
        kind=registration.kind,
        country=check_identity(registration.country, pointer="/country"),
        region=check_identity(registration.region, pointer="/region"),
        city=check_identity(registration.city, pointer="/city"),
    )
    owner = User(
        id=new_id(),
        email=email,
        name=check_identity(registration.user_name, pointer="/user_name"),
        password_hash=hash_password(registration.password),
        language=registration.language,
    )
    return firm, owner


def check_no_namesake(tx: Tx, name: str, *, pointer: str, firm_id: str = "") -> None:
    """Tell who names a firm like one that is here already; they may go on, and are marked.

    Args:
        tx: the transaction.
        name: the new name.
        pointer: of its field.
        firm_id: the firm that takes the name, which is no namesake of itself.

    Raises:
        Invalid: another firm's name looks like this one.
    """
    ids = [one for ids in lookalikes.find_namesakes(tx, [name]).values() for one in ids]
    other = next((one for one in ids if one != firm_id), None)
    if other is not None:
        raise Invalid(NAMESAKE, pointer=pointer, name=firms.names(tx, [other]).get(other, ""))


def create_firm(tx: Tx, firm: Firm, owner: User, now: datetime) -> str:
    """Make a firm and its owner; the firm's id.

    Raises:
        Invalid: the address is taken.
    """
    _check_address_free(tx, owner.email)
    firms.create(tx, firm, at=now)
    users.create(tx, owner, at=now)
    users.employ(tx, user_id=owner.id, firm_id=firm.id, role="owner")
    by = Actor(user_id=owner.id, firm_id=firm.id, role="owner")
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
        NotFound: there is no such firm.
    """
    kept = check_email(email)
    check_password(password)
    user = User(
        id=new_id(),
        email=kept,
        name=name,
        password_hash=hash_password(password),
        language=language,
        is_operator=operator,
    )
    return write(driver, _create_user, user, firm_id, role, utc_now())


def _create_user(tx: Tx, user: User, firm_id: str, role: str, now: datetime) -> str:
    _check_address_free(tx, user.email)
    if firm_id:
        firms.get(tx, firm_id)
    users.create(tx, user, at=now)
    if firm_id:
        users.employ(tx, user_id=user.id, firm_id=firm_id, role=role)
    events.record(
        tx,
        "colleague.added",
        about_kind="user",
        about_id=user.id,
        by=Actor(user_id="", firm_id=firm_id, role="viewer", is_operator=True),
        at=now,
        facts={"name": user.name, "role": role if firm_id else "operator"},
        is_news=False,
    )
    return user.id


def _check_address_free(tx: Tx, email: str) -> None:
    if users.find_by_email(tx, email) is not None:
        raise Invalid("This address has an account already. Sign in instead.", pointer="/email")


def sign_in(driver: Driver, email: str, password: str) -> str:
    """Check the password, start a session and return its secret for the cookie.

    Raises:
        Invalid: unknown address, wrong password or disabled user: one answer, one duration.
        Forbidden: the account takes a second step, which only a browser can make.
    """
    step = begin_sign_in(driver, email, password)
    if step.needs_code:
        raise Forbidden("This account takes a code as well. Sign in with a browser.")
    return step.secret


def begin_sign_in(driver: Driver, email: str, password: str) -> SignInStep:
    """Check the password: a session, or, where the account takes a second step, half of one.

    Raises:
        Invalid: unknown address, wrong password or disabled user: one answer, one duration.
    """
    user = read(driver, users.find_by_email, email.strip().lower())
    may_enter = user is not None and user.disabled_at is None
    # A hash is checked in any case: the answer takes as long for an address that has no account.
    is_right = is_password_of(user.password_hash if user and may_enter else _DUMMY_HASH, password)
    if user is None or not may_enter or not is_right:
        # Written for an address without an account too: the answer must take as long.
        user_id = user.id if user else ""
        write(driver, _record_refusal, digest(email.strip().lower()), user_id, utc_now())
        raise Invalid(WRONG_PASSWORD, pointer="/email")
    secret = new_secret()
    is_half = write(driver, _begin_session, digest(secret), user.id, user.password_hash, utc_now())
    return SignInStep(secret=secret, needs_code=is_half)


def _begin_session(tx: Tx, key: str, user_id: str, checked_hash: str, now: datetime) -> bool:
    # The password was checked outside: it must not have changed, nor the user been disabled, since.
    user = users.lock(tx, user_id)
    if user is None or user.disabled_at or user.password_hash != checked_hash:
        raise Invalid(WRONG_PASSWORD, pointer="/email")
    reason = verification.find_suspension_of_user(tx, user_id)
    if reason is not None:
        raise Invalid(SUSPENDED, pointer="/email", reason=reason)
    if user.second_factor_at is not None:
        ends_at = now + timedelta(minutes=HALF_SIGNED_IN_MINUTES)
        second_factors.open_half(tx, digest=key, user_id=user_id, at=now, ends_at=ends_at)
        return True
    open_session(tx, key, user_id, now)
    return False


def open_session(tx: Tx, key: str, user_id: str, now: datetime, **facts: str) -> None:
    """Start the session of a locked user who proved who it is; ``facts`` say by what else."""
    ends_at = now + timedelta(hours=settings().session_hours)
    sessions.open_session(tx, digest=key, user_id=user_id, at=now, ends_at=ends_at)
    by = Actor(user_id=user_id, firm_id=users.find_work(tx, user_id)[0], role="viewer")
    events.record(
        tx,
        "session.started",
        about_kind="user",
        about_id=user_id,
        by=by,
        at=now,
        facts=facts,
        is_news=False,
    )


def _record_refusal(tx: Tx, address: str, user_id: str, now: datetime) -> None:
    """In the log of the firm whose account was tried; else in that of the installation."""
    firm_id = users.find_work(tx, user_id)[0]
    events.record(
        tx,
        "session.refused",
        about_kind="user" if firm_id else "address",
        about_id=user_id if firm_id else address,
        by=Actor(user_id="", firm_id=firm_id, role="viewer"),
        at=now,
        is_news=False,
    )


def is_password_of(hashed: str, password: str) -> bool:
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
    live = read(driver, sessions.of_session, digest(secret), now=now, idle_since=now - idle)
    if live is None:
        return None
    if now - live.seen_at > SEEN_NOTED_EVERY:
        write(driver, sessions.note_seen, digest(secret), at=now)
    return live.principal


def principal_of_token(driver: Driver, secret: str) -> Principal:
    """Who an API token belongs to.

    Raises:
        NotSignedIn: it is unknown, revoked or over.
    """
    now = utc_now()
    live = read(driver, sessions.of_token, digest(secret), now=now)
    if live is None:
        reason = read(driver, verification.find_suspension_of_token, digest(secret))
        if reason is not None:
            raise NotSignedIn(SUSPENDED, reason=reason)
        raise NotSignedIn("This token is unknown, revoked or over. Make a new one in the portal.")
    if now - live.seen_at > SEEN_NOTED_EVERY:
        write(driver, sessions.note_token_seen, digest(secret), at=now)
    return live.principal


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
    driver: Driver,
    name: str,
    *,
    days: int,
    scope: str = "trade",
    by: Actor,
    once: Once | None = None,
) -> tuple[str, str]:
    """Make an API token for the acting user; returns its id and its secret, shown only once.

    Repeated with the same key, it returns the same id and an empty secret.

    Raises:
        Invalid: no name, not 1 to 365 days, or no such scope.
        Conflict: the user has 20 already.
        StepNeeded: the firm demands the second step at signing in, and the user has none.
    """
    kept = name.strip()
    if not 1 <= len(kept) <= 80:
        raise Invalid("Give it a name of 1 to 80 characters.", pointer="/name")
    if not 1 <= days <= MAX_TOKEN_DAYS:
        raise Invalid("Choose 1 to 365 days.", pointer="/days")
    if scope not in SCOPES:
        raise Invalid("Choose what the token may do.", pointer="/scope")
    token_id, secret = new_id(), new_secret()
    made = write_once(
        driver, once, _create_token, token_id, digest(secret), kept, scope, days, by, utc_now()
    )
    return made, secret if made == token_id else ""


def _create_token(
    tx: Tx, token_id: str, key: str, name: str, scope: str, days: int, by: Actor, now: datetime
) -> str:
    users.lock(tx, by.user_id)
    if second_factors.is_missing(tx, by.user_id):
        raise StepNeeded("Your firm demands a second step at signing in. Set it up first.")
    if len(sessions.list_tokens(tx, by.user_id, now=now)) >= MAX_TOKENS:
        raise Conflict("You have %(most)s tokens. Revoke one first.", most=MAX_TOKENS)
    sessions.create_token(
        tx,
        token_id=token_id,
        digest=key,
        user_id=by.user_id,
        name=name,
        scope=scope,
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
        facts={"name": name, "scope": scope, "days": days},
    )
    return token_id


def token_for(driver: Driver, email: str, password: str) -> str:
    """A token for one day for whoever knows the password; its secret.

    Raises:
        Invalid: unknown address, wrong password or disabled user.
    """
    return token_of_session(driver, sign_in(driver, email, password))


def token_of_session(driver: Driver, session: str) -> str:
    """A token for one day in the place of a session just begun; its secret."""
    user = principal_of_session(driver, session)
    assert user is not None
    sign_out(driver, session)
    return create_token(driver, "registration", days=1, scope="administer", by=user.actor)[1]


def list_tokens(driver: Driver, *, by: Actor) -> list[Token]:
    """The live tokens of the acting user, newest first."""
    return read(driver, sessions.list_tokens, by.user_id, now=utc_now())


def revoke_token(driver: Driver, token_id: str, *, by: Actor) -> None:
    """End a token of the acting user at once.

    Raises:
        NotFound: none of theirs, or over already.
    """
    write(driver, _revoke_token, token_id, by, utc_now())


def _revoke_token(tx: Tx, token_id: str, by: Actor, now: datetime) -> None:
    name = sessions.revoke_token(tx, token_id, user_id=by.user_id, at=now)
    if name is None:
        raise NotFound
    events.record(
        tx,
        "token.revoked",
        about_kind="token",
        about_id=token_id,
        by=by,
        at=now,
        facts={"name": name},
    )
