"""Registering where mail is sent: the address is confirmed first, and its reader alone learns
whether it has an account already.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from neo4j import Driver

from supplychain.actions import mails
from supplychain.actions.mails import Compose
from supplychain.actions.people.accounts import (
    add_session,
    check_no_namesake,
    create_firm,
    is_password_of,
    read_registration,
)
from supplychain.actions.translations import translate
from supplychain.errors import Invalid, NotFound
from supplychain.graph.engine.transactions import Once, Tx, read, write, write_once
from supplychain.graph.people import registrations, users
from supplychain.model.firms import Firm
from supplychain.model.ids import digest, new_id, new_secret, utc_now
from supplychain.model.mails import Letter, Outgoing
from supplychain.model.people.accounts import Registration, User, WaitingRegistration

CONFIRM_HOURS: Final = 48
UNKNOWN_LINK: Final = "This link is not known, was used, or is over. Register again."


def begin_registration(
    driver: Driver, registration: Registration, *, once: Once | None = None
) -> None:
    """Keep a registration until the link that is mailed to its address confirms it.

    Whether the address has an account is looked up by the worker alone: nothing that is done here,
    nor how long it takes, depends on it.

    Raises:
        Invalid: a field is wrong.
        NotFound: this installation takes no registrations.
    """
    firm, owner = read_registration(registration)
    is_namesake = registration.is_namesake
    write_once(driver, once, _keep_registration, new_id(), firm, owner, is_namesake, utc_now())


def _keep_registration(
    tx: Tx, registration_id: str, firm: Firm, owner: User, is_namesake: bool, now: datetime
) -> str:
    if not is_namesake:
        check_no_namesake(tx, firm.name, pointer="/firm_name")
    ends_at = now + timedelta(hours=CONFIRM_HOURS)
    registrations.create(tx, registration_id, firm, owner, at=now, ends_at=ends_at)
    mails.post(tx, "registration", to=owner.email, about_id=registration_id, at=now)
    return registration_id


def write_registration_mail(driver: Driver, mail: Outgoing, now: datetime) -> Letter | None:
    """The letter: a fresh link, or that there is an account already; None where it is over."""
    secret = new_secret()
    waiting = write(driver, _set_link, mail.about_id, digest(secret))
    if waiting is None:
        return None
    if waiting.is_taken:
        return _write_taken(waiting)
    language, lines = waiting.owner.language, [_greet_owner(waiting)]
    lines += [
        translate(
            "%(firm)s is registered once you open this link and enter your password: %(link)s",
            language,
            firm=waiting.firm.name,
            link=mails.build_link(f"registration/{secret}"),
        ),
        translate(
            "The link lives %(hours)s hours. Did you not register? Then do nothing.",
            language,
            hours=CONFIRM_HOURS,
        ),
    ]
    subject = translate("Confirm your address", language)
    return Letter(to=mail.to, subject=subject, text="\n\n".join(lines) + "\n")


def _write_taken(waiting: WaitingRegistration) -> Letter:
    language = waiting.owner.language
    lines = (
        _greet_owner(waiting),
        translate(
            "somebody, perhaps you, wanted to register a firm with this address. It has an account "
            "here already: sign in with it, or set a new password: %(link)s",
            language,
            link=mails.build_link("forgot"),
        ),
    )
    subject = translate("You have an account already", language)
    return Letter(to=waiting.owner.email, subject=subject, text="\n\n".join(lines) + "\n")


def _greet_owner(waiting: WaitingRegistration) -> str:
    # Whoever registered chose the name; a stranger's words stand in no mail.
    return translate("Hello,", waiting.owner.language)


def _set_link(tx: Tx, registration_id: str, key: str) -> WaitingRegistration | None:
    registrations.lock(tx, registration_id)
    waiting = registrations.find(tx, registration_id)
    if waiting is None:
        return None
    if users.find_by_email(tx, waiting.owner.email) is not None:
        registrations.drop(tx, registration_id)
        return waiting.as_taken()
    registrations.set_link(tx, registration_id, key)
    return waiting


def find_waiting(driver: Driver, secret: str) -> WaitingRegistration:
    """The registration that a link confirms.

    Raises:
        NotFound: the link is unknown, used or over.
    """
    waiting = read(driver, registrations.find_by_link, digest(secret), now=utc_now())
    if waiting is None:
        raise NotFound(UNKNOWN_LINK)
    return waiting


def confirm_registration(driver: Driver, secret: str, password: str) -> tuple[str, str]:
    """Make the firm and its owner, once; the firm's id and the secret of the owner's session.

    The password is that of the registration: whoever only reads the mail of an address that
    somebody else registered makes no account with that other's password.

    Raises:
        NotFound: the link is unknown, used or over.
        Invalid: the password is another, or the address has an account meanwhile.
    """
    waiting = find_waiting(driver, secret)
    if not is_password_of(waiting.owner.password_hash, password):
        raise Invalid("This is not the password that you registered with.", pointer="/password")
    firm_id = write(driver, _confirm_registration, digest(secret), waiting.id, utc_now())
    return firm_id, add_session(driver, waiting.owner.id)


def _confirm_registration(tx: Tx, key: str, registration_id: str, now: datetime) -> str:
    registrations.lock(tx, registration_id)
    waiting = registrations.find_by_link(tx, key, now=now)
    if waiting is None:
        raise NotFound(UNKNOWN_LINK)
    firm_id = create_firm(tx, waiting.firm, waiting.owner, now)
    registrations.drop(tx, registration_id)
    return firm_id


LETTERS: dict[str, Compose] = {"registration": write_registration_mail}
