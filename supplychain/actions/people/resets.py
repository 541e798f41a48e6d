"""A forgotten password: a link, by mail, an owner or the operator; whoever has it sets another."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from neo4j import Driver

from supplychain.actions import mails
from supplychain.actions.mails import Compose
from supplychain.actions.people.accounts import hash_password
from supplychain.actions.people.colleagues import lock_colleague
from supplychain.actions.people.notices import tell_user
from supplychain.actions.translations import translate
from supplychain.config import settings
from supplychain.errors import Conflict, NotFound, NotOpen
from supplychain.graph import events
from supplychain.graph.engine.transactions import Tx, read, write
from supplychain.graph.people import resets, second_factors, sessions, users
from supplychain.model.ids import digest, new_secret, utc_now
from supplychain.model.mails import Letter, Outgoing
from supplychain.model.people.accounts import PasswordReset, Reader, check_email, check_password
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


def ask_for_mail(driver: Driver, email: str) -> None:
    """Have a link mailed to whoever has this address.

    Whether somebody has it is looked up by the worker alone: nothing that is done here, nor how
    long it takes, depends on it.

    Raises:
        Invalid: it is no address.
        NotOpen: no mail is sent here.
    """
    kept = check_email(email)
    if not settings().sends_mail:
        raise NotOpen("No mail is sent here. Ask an owner of your firm for a link.")
    write(driver, _ask_for_mail, kept, utc_now())


def _ask_for_mail(tx: Tx, email: str, now: datetime) -> None:
    mails.post(tx, "password_reset", to=email, at=now)
    events.record(
        tx,
        "password.reset_asked",
        about_kind="address",
        about_id=digest(email),
        by=Actor(user_id="", firm_id="", role="viewer"),
        at=now,
        is_news=False,
    )


def write_reset_mail(driver: Driver, mail: Outgoing, now: datetime) -> Letter | None:
    """The letter with a fresh link; None where no open account has the address."""
    secret = new_secret()
    reader = write(driver, _create_for_mail, mail.to, digest(secret), now)
    if reader is None:
        return None
    lines = (
        translate("Hello %(name)s,", reader.language, name=reader.name),
        translate(
            "here you set a new password: %(link)s",
            reader.language,
            link=mails.build_link(f"reset/{secret}"),
        ),
        translate(
            "The link lives %(hours)s hours and works once. Did you not ask for it? Then do "
            "nothing: your password stays as it is.",
            reader.language,
            hours=RESET_HOURS,
        ),
    )
    subject = translate("Set a new password", reader.language)
    return Letter(to=reader.email, subject=subject, text="\n\n".join(lines) + "\n")


def _create_for_mail(tx: Tx, email: str, key: str, now: datetime) -> Reader | None:
    user = users.find_by_email(tx, email)
    if user is None or user.disabled_at is not None:
        return None
    _create_link(tx, user.id, key, now)
    return users.find_reader(tx, user.id)


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
    tell_user(tx, "password.reset", reset.user_id, now)
    events.record(tx, "password.reset", about_kind="user", about_id=reset.user_id, by=by, at=now)


LETTERS: dict[str, Compose] = {"password_reset": write_reset_mail}
