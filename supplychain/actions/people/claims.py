"""Inviting the first user of an unclaimed firm, by a link that works once.

The firm came by import; who brought it, a chain leader or the operator, hands its link to somebody
of the firm, who becomes its owner and says from then on what is right about it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from neo4j import Driver

from supplychain.actions.people.colleagues import tell_of_claim
from supplychain.actions.verification import check_not_suspended
from supplychain.errors import Conflict, NotFound
from supplychain.graph import verification
from supplychain.graph.engine.transactions import Once, Tx, read, write, write_once
from supplychain.graph.people import colleagues
from supplychain.model.ids import digest, new_id, new_secret, to_text, utc_now
from supplychain.model.people.accounts import check_email
from supplychain.model.people.actors import Actor
from supplychain.model.people.colleagues import CLAIM_DAYS, MAX_CLAIM_LINKS, Invite
from supplychain.model.verification import OPERATOR


def invite_first_user(
    driver: Driver, firm_id: str, *, email: str, by: Actor, once: Once | None = None
) -> tuple[str, str]:
    """Invite somebody to be the owner of an unclaimed firm; the invitation's id, its link's secret.

    A newer link for the same address ends the older. Repeated with the same key, it returns the
    same id and an empty secret: a link is shown once.

    Raises:
        NotFound: there is no such firm, or the acting firm did not bring it in.
        Conflict: somebody works for it already, it is suspended, or too many links are open.
        Invalid: it is no address.
    """
    _check_inviter(by)
    kept, invite_id, secret = check_email(email), new_id(), new_secret()
    made = write_once(
        driver, once, _create_claim, invite_id, digest(secret), firm_id, kept, by, utc_now()
    )
    return made, secret if made == invite_id else ""


def _create_claim(
    tx: Tx, invite_id: str, key: str, firm_id: str, email: str, by: Actor, now: datetime
) -> str:
    firm = verification.lock(tx, firm_id)
    inviter = _name_inviter(by)
    if inviter not in (OPERATOR, firm.imported_by):
        raise NotFound
    if firm.users:
        raise Conflict("Somebody works for this firm here already. Its owner invites colleagues.")
    check_not_suspended(
        tx, firm_id, "This firm is suspended. Try again when the suspension has ended."
    )
    colleagues.drop_invites(tx, firm_id, email)
    live = [
        one
        for one in colleagues.list_claims(tx, firm_id, viewer=inviter)
        if one.ends_at > to_text(now)
    ]
    if len(live) >= MAX_CLAIM_LINKS:
        raise Conflict(
            "At most %(most)s links to one firm are open at once. Withdraw one first.",
            most=MAX_CLAIM_LINKS,
        )
    colleagues.create_invite(
        tx,
        invite_id=invite_id,
        digest=key,
        firm_id=firm_id,
        email=email,
        role="owner",
        invited_by=by.user_id,
        at=now,
        ends_at=now + timedelta(days=CLAIM_DAYS),
        claim_by=inviter,
    )
    _tell_both(tx, "firm.claim_invited", firm_id, firm.name, inviter, by, now)
    return invite_id


def _check_inviter(by: Actor) -> None:
    if not by.is_operator:
        by.check_role("buyer")


def _name_inviter(by: Actor) -> str:
    return OPERATOR if by.is_operator else by.firm_id


def _tell_both(
    tx: Tx, kind: str, firm_id: str, name: str, inviter: str, by: Actor, now: datetime
) -> None:
    invite = Invite(
        id="",
        firm_id=firm_id,
        firm_name=name,
        email="",
        role="owner",
        created_at="",
        ends_at="",
        accepted_at=None,
        claim_by=inviter,
    )
    tell_of_claim(tx, kind, invite, by, now)


def withdraw_claim(driver: Driver, firm_id: str, invite_id: str, *, by: Actor) -> None:
    """Take an open link back; it opens nothing any more.

    Raises:
        NotFound: none that the acting firm (or the operator) made, or used already.
    """
    _check_inviter(by)
    write(driver, _withdraw_claim, firm_id, invite_id, by, utc_now())


def _withdraw_claim(tx: Tx, firm_id: str, invite_id: str, by: Actor, now: datetime) -> None:
    firm, inviter = verification.lock(tx, firm_id), _name_inviter(by)
    if colleagues.withdraw_claim(tx, invite_id, firm_id, viewer=inviter) is None:
        raise NotFound
    _tell_both(tx, "firm.claim_withdrawn", firm_id, firm.name, inviter, by, now)


def list_claims(driver: Driver, firm_id: str, *, by: Actor) -> list[Invite]:
    """The open links to an unclaimed firm that the acting firm (or the operator) made."""
    return read(driver, colleagues.list_claims, firm_id, viewer=_name_inviter(by))


def may_invite(driver: Driver, firm_id: str, *, by: Actor) -> bool:
    """Whether the acting firm brought this firm in, and nobody works for it yet.

    Raises:
        NotFound: there is no such firm.
    """
    firm = read(driver, verification.watch_firm, firm_id)
    return not firm.users and _name_inviter(by) in (OPERATOR, firm.imported_by)
