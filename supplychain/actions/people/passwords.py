"""A user's own profile: name, language and password."""

from __future__ import annotations

from datetime import datetime

from neo4j import Driver

from supplychain.actions.people.accounts import hash_password, is_password_of
from supplychain.actions.people.notices import tell_user
from supplychain.errors import Invalid, NotFound
from supplychain.graph import events
from supplychain.graph.engine.transactions import Tx, read, write
from supplychain.graph.people import second_factors, sessions, users
from supplychain.model.ids import utc_now
from supplychain.model.people.accounts import check_name, check_password
from supplychain.model.people.actors import Actor

LANGUAGES = ("en", "zh")


def change_password(driver: Driver, *, old: str, new: str, session_id: str, by: Actor) -> None:
    """Change the acting user's password; end its sessions but the present one, and all its tokens.

    Who changes a password may have lost it: what was made with it must not outlive it.

    Raises:
        Invalid: the old one is not right, or the new one is too easy.
    """
    check_password(new, pointer="/new")
    stored = read(driver, users.find_hash, by.user_id)
    if stored is None:
        raise NotFound
    if not is_password_of(stored, old):
        write(driver, _record_wrong, by, utc_now())
        raise Invalid("This is not your present password.", pointer="/old")
    write(driver, _save_password, stored, hash_password(new), session_id, by, utc_now())


def _record_wrong(tx: Tx, by: Actor, now: datetime) -> None:
    events.record(
        tx,
        "password.refused",
        about_kind="user",
        about_id=by.user_id,
        by=by,
        at=now,
        is_news=False,
    )


def _save_password(
    tx: Tx, old_hash: str, new_hash: str, keep: str, by: Actor, now: datetime
) -> None:
    user = users.lock(tx, by.user_id)
    if user is None or user.password_hash != old_hash:
        raise Invalid("This is not your present password.", pointer="/old")
    users.set_password(tx, by.user_id, new_hash)
    sessions.close_all(tx, by.user_id, keep=keep)
    sessions.revoke_all(tx, by.user_id, at=now)
    second_factors.drop_halves(tx, by.user_id)
    tell_user(tx, "password.changed", by.user_id, now)
    events.record(tx, "password.changed", about_kind="user", about_id=by.user_id, by=by, at=now)


def change_profile(driver: Driver, *, name: str, language: str, by: Actor) -> None:
    """Change the acting user's own name and language.

    Raises:
        Invalid: no name, or an unknown language.
    """
    kept = check_name(name)
    choose_language(driver, language, by=by)
    write(driver, _save_profile, kept, language, by, utc_now())


def _save_profile(tx: Tx, name: str, language: str, by: Actor, now: datetime) -> None:
    users.set_profile(tx, by.user_id, name=name, language=language)
    events.record(
        tx,
        "user.changed",
        about_kind="user",
        about_id=by.user_id,
        by=by,
        at=now,
        facts={"name": name},
        is_news=False,
    )


def choose_language(driver: Driver, language: str, *, by: Actor) -> None:
    """Keep the language that the acting user reads.

    Raises:
        Invalid: an unknown language.
    """
    if language not in LANGUAGES:
        raise Invalid("Choose a language from the list.", pointer="/language")
    write(driver, users.set_language, by.user_id, language)
