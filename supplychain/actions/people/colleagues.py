"""Inviting colleagues, their roles, and closing their accounts."""

from __future__ import annotations

from datetime import datetime, timedelta

from neo4j import Driver

from supplychain.actions.people.accounts import hash_password
from supplychain.actions.verification import check_not_suspended
from supplychain.errors import Conflict, Invalid, NotFound, NotOpen, Stale
from supplychain.graph import events, firms, verification
from supplychain.graph.engine.transactions import Once, Tx, read, write, write_once
from supplychain.graph.people import colleagues, sessions, users
from supplychain.model.ids import digest, new_id, new_secret, utc_now
from supplychain.model.people.accounts import User, check_email, check_name, check_password
from supplychain.model.people.actors import Actor
from supplychain.model.people.colleagues import (
    INVITE_DAYS,
    MAX_COLLEAGUES,
    Colleague,
    Invite,
    check_owner_left,
    check_role_name,
)
from supplychain.model.verification import OPERATOR, check_operator


def invite_colleague(
    driver: Driver, *, email: str, role: str, by: Actor, once: Once | None = None
) -> tuple[str, str]:
    """Invite somebody into the acting owner's firm; the invitation's id and its link's secret.

    A newer invitation of the same address ends the older. Repeated with the same key, it returns
    the same id and an empty secret: a link is shown once.

    Raises:
        Invalid: the address or the role is wrong.
        Conflict: the address works for this firm already.
    """
    by.check_role("owner")
    kept, role = check_email(email), check_role_name(role)
    invite_id, secret = new_id(), new_secret()
    made = write_once(
        driver, once, _create_invite, invite_id, digest(secret), kept, role, by, utc_now()
    )
    return made, secret if made == invite_id else ""


def _create_invite(
    tx: Tx, invite_id: str, key: str, email: str, role: str, by: Actor, now: datetime
) -> str:
    firms.lock(tx, by.firm_id)
    present = colleagues.list_colleagues(tx, viewer=by.firm_id)
    if any(each.email == email for each in present):
        raise Conflict("This address works for your firm already.")
    if len(present) + len(colleagues.list_invites(tx, viewer=by.firm_id)) >= MAX_COLLEAGUES:
        raise Conflict("A firm has at most %(most)s colleagues.", most=MAX_COLLEAGUES)
    colleagues.drop_invites(tx, by.firm_id, email)
    colleagues.create_invite(
        tx,
        invite_id=invite_id,
        digest=key,
        firm_id=by.firm_id,
        email=email,
        role=role,
        invited_by=by.user_id,
        at=now,
        ends_at=now + timedelta(days=INVITE_DAYS),
    )
    _record_event(tx, "colleague.invited", invite_id, by, now, email=email, role=role)
    return invite_id


def withdraw_invite(driver: Driver, invite_id: str, *, by: Actor) -> None:
    """Take an open invitation back; its link opens nothing any more.

    Raises:
        NotFound: none of this firm's, or accepted already.
    """
    by.check_role("owner")
    write(driver, _withdraw_invite, invite_id, by, utc_now())


def _withdraw_invite(tx: Tx, invite_id: str, by: Actor, now: datetime) -> None:
    email = colleagues.withdraw_invite(tx, invite_id, viewer=by.firm_id)
    if email is None:
        raise NotFound
    _record_event(tx, "colleague.invitation_withdrawn", invite_id, by, now, email=email)


def find_invite(driver: Driver, secret: str) -> Invite:
    """The open invitation of a link.

    Raises:
        NotFound: no such link.
        NotOpen: it was used, or is over.
    """
    invite = read(driver, colleagues.get_by_link, digest(secret))
    invite.check_open(utc_now())
    return invite


def accept_invite(
    driver: Driver, secret: str, *, name: str, password: str, language: str = "en"
) -> str:
    """Make the account of an invitation's link, once; the new user's id.

    Raises:
        NotFound: no such link.
        NotOpen: it was used, or is over.
        Invalid: the name or the password is wrong, or the address has an account elsewhere.
    """
    kept = check_name(name)
    check_password(password)
    invite = find_invite(driver, secret)
    user = User(
        id=new_id(),
        email=invite.email,
        name=kept,
        password_hash=hash_password(password),
        language="zh" if language == "zh" else "en",
    )
    return write(driver, _create_user, digest(secret), user, utc_now())


def _create_user(tx: Tx, key: str, user: User, now: datetime) -> str:
    invite = colleagues.lock_by_link(tx, key)
    invite.check_open(now)
    if users.find_by_email(tx, user.email) is not None:
        raise Invalid("This address has an account already. Sign in instead.")
    check_not_suspended(
        tx, invite.firm_id, "This firm is suspended. Try again when the suspension has ended."
    )
    if invite.claim_by and verification.lock(tx, invite.firm_id).users:
        raise NotOpen("Somebody works for this firm here already. Ask them to invite you.")
    users.create(tx, user, at=now)
    users.employ(tx, user_id=user.id, firm_id=invite.firm_id, role=invite.role)
    colleagues.accept_invite(tx, invite.id, at=now)
    by = Actor(user_id=user.id, firm_id=invite.firm_id, role=invite.role)
    _record_event(tx, "colleague.joined", user.id, by, now, name=user.name, role=invite.role)
    if invite.claim_by:
        tell_of_claim(tx, "firm.claimed", invite, by, now)
    return user.id


def tell_of_claim(tx: Tx, kind: str, invite: Invite, by: Actor, now: datetime) -> None:
    """Tell the firm and whoever invited its first user, a chain leader, what became of it."""
    inviter = [invite.claim_by] if invite.claim_by != OPERATOR else []
    events.record(
        tx,
        kind,
        about_kind="firm",
        about_id=invite.firm_id,
        by=by,
        at=now,
        tells=[invite.firm_id, *inviter],
        facts={"firm": invite.firm_name},
    )


def change_role(driver: Driver, user_id: str, *, role: str, version: int, by: Actor) -> int:
    """Give a colleague another role, in force at their next request; the new version.

    Raises:
        NotFound: nobody of this firm.
        Stale: somebody changed the colleague meanwhile.
        Conflict: it would take the last owner away.
    """
    by.check_role("owner")
    return write(driver, _change_role, user_id, check_role_name(role), version, by, utc_now())


def _change_role(tx: Tx, user_id: str, role: str, version: int, by: Actor, now: datetime) -> int:
    colleague = _lock_version(tx, user_id, version, by)
    if role != "owner":
        check_owner_left(colleague, colleagues.count_owners(tx, by.firm_id))
    colleagues.set_role(tx, user_id, firm_id=by.firm_id, role=role)
    _record_event(tx, "colleague.role_changed", user_id, by, now, name=colleague.name, role=role)
    return colleague.version + 1


def lock_colleague(tx: Tx, user_id: str, by: Actor) -> Colleague:
    """Take the write lock of the acting owner's firm; somebody of it.

    Raises:
        NotFound: nobody of this firm, or the acting user is no owner any more.
    """
    firms.lock(tx, by.firm_id)
    if colleagues.get(tx, by.user_id, viewer=by.firm_id).role != "owner":
        raise NotFound  # lost the role since the request began
    return colleagues.get(tx, user_id, viewer=by.firm_id)


def _lock_version(tx: Tx, user_id: str, version: int, by: Actor) -> Colleague:
    colleague = lock_colleague(tx, user_id, by)
    if colleague.version != version:
        raise Stale
    return colleague


def disable_colleague(driver: Driver, user_id: str, *, version: int, by: Actor) -> int:
    """Close a colleague's account: sessions and tokens end at once. The new version.

    Raises:
        NotFound: nobody of this firm.
        Stale: somebody changed the colleague meanwhile.
        Conflict: it would take the last owner away, or the account is closed already.
    """
    by.check_role("owner")
    return write(driver, _close_account, user_id, version, by, utc_now())


def _close_account(tx: Tx, user_id: str, version: int, by: Actor, now: datetime) -> int:
    colleague = _lock_version(tx, user_id, version, by)
    if colleague.disabled_at is not None:
        raise Conflict("This account is closed already.")
    check_owner_left(colleague, colleagues.count_owners(tx, by.firm_id))
    colleagues.set_disabled(tx, user_id, now)
    sessions.close_all(tx, user_id)
    sessions.revoke_all(tx, user_id, at=now)
    _record_event(tx, "colleague.disabled", user_id, by, now, name=colleague.name)
    return colleague.version + 1


def enable_colleague(driver: Driver, user_id: str, *, version: int, by: Actor) -> int:
    """Open a closed account again; its old sessions and tokens stay dead. The new version.

    Raises:
        NotFound: nobody of this firm.
        Stale: somebody changed the colleague meanwhile.
        Conflict: the account is open.
    """
    by.check_role("owner")
    return write(driver, _reopen_account, user_id, version, by, utc_now())


def _reopen_account(tx: Tx, user_id: str, version: int, by: Actor, now: datetime) -> int:
    colleague = _lock_version(tx, user_id, version, by)
    if colleague.disabled_at is None:
        raise Conflict("This account is open already.")
    colleagues.set_disabled(tx, user_id, None)
    _record_event(tx, "colleague.enabled", user_id, by, now, name=colleague.name)
    return colleague.version + 1


def _record_event(tx: Tx, kind: str, about_id: str, by: Actor, now: datetime, **facts: str) -> None:
    events.record(tx, kind, about_kind="user", about_id=about_id, by=by, at=now, facts=facts)


def list_colleagues(driver: Driver, *, by: Actor) -> list[Colleague]:
    """Who works, or worked, for the acting firm."""
    return read(driver, colleagues.list_colleagues, viewer=by.firm_id)


def list_invites(driver: Driver, *, by: Actor) -> list[Invite]:
    """The acting firm's invitations that nobody has accepted yet."""
    return read(driver, colleagues.list_invites, viewer=by.firm_id)


def list_people(driver: Driver, firm_id: str, *, by: Actor) -> list[Colleague]:
    """Who works, or worked, for a firm, as the operator who helps them sees it.

    Raises:
        NotFound: the actor is no operator.
    """
    check_operator(by)
    return read(driver, colleagues.list_colleagues, viewer=firm_id)
