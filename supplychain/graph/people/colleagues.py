"""Colleagues of a firm, and invitations by a one-time link of which only the digest is stored.

Every change locks the firm first: who owns it is a rule over all its users.
"""

from __future__ import annotations

from datetime import datetime

from supplychain.errors import NotFound
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.model.ids import to_text
from supplychain.model.people.colleagues import Colleague, Invite

LIST = """
MATCH (u:User {firm_id: $viewer})-[w:WORKS_FOR]->(:Firm)
RETURN u.id AS id, u.name AS name, u.email AS email, w.role AS role,
       coalesce(u.created_at, '') AS created_at, u.disabled_at AS disabled_at,
       coalesce(u.version, 1) AS version, u.second_factor_at IS NOT NULL AS has_second_factor
ORDER BY name, id LIMIT 1000
"""


def list_colleagues(tx: Tx, *, viewer: str) -> list[Colleague]:
    """Who works, or worked, for the firm."""
    return [Colleague(**record) for record in rows(tx, LIST, viewer=viewer)]


GET = """
MATCH (u:User {id: $id})-[w:WORKS_FOR]->(f:Firm {id: $viewer})
RETURN u.id AS id, u.name AS name, u.email AS email, w.role AS role,
       coalesce(u.created_at, '') AS created_at, u.disabled_at AS disabled_at,
       coalesce(u.version, 1) AS version, u.second_factor_at IS NOT NULL AS has_second_factor
LIMIT 1
"""


def get(tx: Tx, user_id: str, *, viewer: str) -> Colleague:
    """One colleague.

    Raises:
        NotFound: nobody of this firm.
    """
    record = row(tx, GET, id=user_id, viewer=viewer)
    if record is None:
        raise NotFound
    return Colleague(**record)


OWNERS = """
MATCH (u:User {firm_id: $firm_id})-[:WORKS_FOR {role: 'owner'}]->(:Firm)
WHERE u.disabled_at IS NULL
RETURN count(u) AS n
"""


def count_owners(tx: Tx, firm_id: str) -> int:
    """How many owners the firm has who can sign in."""
    record = row(tx, OWNERS, firm_id=firm_id)
    return 0 if record is None else record["n"]


SET_ROLE = """
MATCH (u:User {id: $id}) SET u.lock = $nonce
WITH u
MATCH (u)-[w:WORKS_FOR]->(f:Firm {id: $firm_id})
SET w.role = $role, u.version = u.version + 1
"""


def set_role(tx: Tx, user_id: str, *, firm_id: str, role: str) -> None:
    """Give a colleague another role; the firm must be locked."""
    run(tx, SET_ROLE, id=user_id, firm_id=firm_id, role=role, nonce=nonce())


SET_DISABLED = """
MATCH (u:User {id: $id}) SET u.lock = $nonce
WITH u SET u.disabled_at = $at, u.version = u.version + 1
"""


def set_disabled(tx: Tx, user_id: str, at: datetime | None) -> None:
    """Close an account, or with None open it again; the firm must be locked."""
    run(tx, SET_DISABLED, id=user_id, at=None if at is None else to_text(at), nonce=nonce())


CREATE_INVITE = """
CREATE (i:ColleagueInvite {
    id: $id, digest: $digest, firm_id: $firm_id, email: $email, role: $role,
    invited_by: $invited_by, created_at: $at, ends_at: $ends_at, claim_by: $claim_by})
"""


def create_invite(
    tx: Tx,
    *,
    invite_id: str,
    digest: str,
    firm_id: str,
    email: str,
    role: str,
    invited_by: str,
    at: datetime,
    ends_at: datetime,
    claim_by: str | None = None,
) -> None:
    """Add an invitation; ``claim_by`` invites the first user of an unclaimed firm."""
    run(
        tx,
        CREATE_INVITE,
        id=invite_id,
        digest=digest,
        firm_id=firm_id,
        email=email,
        role=role,
        invited_by=invited_by,
        at=to_text(at),
        ends_at=to_text(ends_at),
        claim_by=claim_by,
    )


DROP_INVITES = """
MATCH (i:ColleagueInvite {firm_id: $firm_id}) WHERE i.email = $email AND i.accepted_at IS NULL
DETACH DELETE i
"""


def drop_invites(tx: Tx, firm_id: str, email: str) -> None:
    """Forget the open invitations of an address: a newer link takes their place."""
    run(tx, DROP_INVITES, firm_id=firm_id, email=email)


WITHDRAW = """
MATCH (i:ColleagueInvite {id: $id}) WHERE i.firm_id = $viewer SET i.lock = $nonce
WITH i, i.email AS email WHERE i.accepted_at IS NULL
DETACH DELETE i
RETURN email
"""


def withdraw_invite(tx: Tx, invite_id: str, *, viewer: str) -> str | None:
    """Forget an open invitation of the firm; its address, None where there is none."""
    record = row(tx, WITHDRAW, id=invite_id, viewer=viewer, nonce=nonce())
    return None if record is None else record["email"]


LIST_INVITES = """
MATCH (i:ColleagueInvite {firm_id: $viewer}) WHERE i.accepted_at IS NULL
MATCH (f:Firm {id: i.firm_id})
RETURN i.id AS id, i.firm_id AS firm_id, f.name AS firm_name, i.email AS email, i.role AS role,
       i.created_at AS created_at, i.ends_at AS ends_at, i.accepted_at AS accepted_at,
       coalesce(i.claim_by, '') AS claim_by
ORDER BY ends_at, id LIMIT 1000
"""


def list_invites(tx: Tx, *, viewer: str) -> list[Invite]:
    """The invitations of the firm that nobody has accepted yet, also those that are over."""
    return [Invite(**record) for record in rows(tx, LIST_INVITES, viewer=viewer)]


LIST_CLAIMS = """
MATCH (i:ColleagueInvite {firm_id: $firm_id}) WHERE i.accepted_at IS NULL AND i.claim_by = $viewer
MATCH (f:Firm {id: i.firm_id})
RETURN i.id AS id, i.firm_id AS firm_id, f.name AS firm_name, i.email AS email, i.role AS role,
       i.created_at AS created_at, i.ends_at AS ends_at, i.accepted_at AS accepted_at,
       i.claim_by AS claim_by
ORDER BY ends_at, id LIMIT 100
"""


def list_claims(tx: Tx, firm_id: str, *, viewer: str) -> list[Invite]:
    """The open links to an unclaimed firm that the viewer, or the operator, made."""
    return [Invite(**record) for record in rows(tx, LIST_CLAIMS, firm_id=firm_id, viewer=viewer)]


WITHDRAW_CLAIM = """
MATCH (i:ColleagueInvite {id: $id}) WHERE i.claim_by = $viewer AND i.firm_id = $firm_id
SET i.lock = $nonce
WITH i, i.email AS email WHERE i.accepted_at IS NULL
DETACH DELETE i
RETURN email
"""


def withdraw_claim(tx: Tx, invite_id: str, firm_id: str, *, viewer: str) -> str | None:
    """Forget an open link that the viewer made; its address, None where there is none."""
    values = {"id": invite_id, "firm_id": firm_id, "viewer": viewer}
    record = row(tx, WITHDRAW_CLAIM, **values, nonce=nonce())
    return None if record is None else record["email"]


BY_LINK = """
MATCH (i:ColleagueInvite {digest: $digest})
MATCH (f:Firm {id: i.firm_id})
RETURN i.id AS id, i.firm_id AS firm_id, f.name AS firm_name, i.email AS email, i.role AS role,
       i.created_at AS created_at, i.ends_at AS ends_at, i.accepted_at AS accepted_at,
       coalesce(i.claim_by, '') AS claim_by
LIMIT 1
"""


def get_by_link(tx: Tx, digest: str) -> Invite:
    """The invitation of a link; whoever has the link may see it.

    Raises:
        NotFound: no such link.
    """
    record = row(tx, BY_LINK, digest=digest)
    if record is None:
        raise NotFound("This link is not known. Ask your colleague for a new one.")
    return Invite(**record)


LOCK_LINK = "MATCH (i:ColleagueInvite {digest: $digest}) SET i.lock = $nonce RETURN i.id AS id"


def lock_by_link(tx: Tx, digest: str) -> Invite:
    """``get_by_link``, after taking its write lock.

    Raises:
        NotFound: no such link.
    """
    row(tx, LOCK_LINK, digest=digest, nonce=nonce())
    return get_by_link(tx, digest)


ACCEPTED = "MATCH (i:ColleagueInvite {id: $id}) SET i.accepted_at = $at"


def accept_invite(tx: Tx, invite_id: str, *, at: datetime) -> None:
    """Note that the link was used; the invitation must be locked."""
    run(tx, ACCEPTED, id=invite_id, at=to_text(at))
