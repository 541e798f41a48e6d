"""Marks of firms: verified, vouched for, unclaimed, alike, suspended. No trade is read here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from supplychain.errors import Conflict, NotFound
from supplychain.graph import firms
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.model.ids import to_text
from supplychain.model.verification import (
    OPERATOR,
    UNVERIFIED_FIRMS,
    FirmLock,
    Verification,
    WatchedFirm,
)

MARKS = """
UNWIND $ids AS id
MATCH (f:Firm {id: id})
OPTIONAL MATCH (v:Firm {id: coalesce(f.verified_by, '')})
OPTIONAL MATCH (o:Firm {id: coalesce(f.alike_id, '')})
OPTIONAL MATCH (n:Firm {id: coalesce(f.number_twin_id, '')})
RETURN f.id AS firm_id, f.verified_at AS verified_at, coalesce(f.verified_by, '') AS verified_by,
       coalesce(v.name, '') AS verifier,
       NOT EXISTS { MATCH (:User)-[:WORKS_FOR]->(f) } AS is_unclaimed,
       CASE WHEN f.verified_at IS NULL AND o.name_fold = f.name_fold THEN o.id ELSE '' END
           AS alike_id,
       CASE WHEN f.verified_at IS NULL AND o.name_fold = f.name_fold THEN o.name ELSE '' END
           AS alike,
       f.verified_at IS NULL AND n.number_key IS NOT NULL AND n.number_key = f.number_key
           AS shares_number,
       f.suspended_at AS suspended_at
LIMIT 10000
"""


def list_marks(tx: Tx, ids: list[str]) -> dict[str, Verification]:
    """The marks of these firms by id; public, and one lookup a firm."""
    return {entry["firm_id"]: _read_marks(entry) for entry in rows(tx, MARKS, ids=ids)}


def get_marks(tx: Tx, firm_id: str) -> Verification:
    """The marks of one firm.

    Raises:
        NotFound: there is no such firm.
    """
    marks = list_marks(tx, [firm_id])
    if firm_id not in marks:
        raise NotFound
    return marks[firm_id]


def _read_marks(entry: dict[str, Any]) -> Verification:
    return Verification(**{**entry, "shares_number": bool(entry["shares_number"])})


AS_LOCKED = """
MATCH (f:Firm {id: $id})
RETURN f.id AS id, f.name AS name, f.verified_at AS verified_at,
       coalesce(f.verified_by, '') AS verified_by, f.suspended_at AS suspended_at,
       coalesce(f.imported_by, '') AS imported_by,
       COUNT { MATCH (u:User)-[:WORKS_FOR]->(f) } AS users
"""


def lock(tx: Tx, firm_id: str) -> FirmLock:
    """Take a firm's write lock, then look.

    Raises:
        NotFound: there is no such firm.
    """
    firms.lock(tx, firm_id)
    return FirmLock(**(row(tx, AS_LOCKED, id=firm_id) or {}))


SET_VERIFIED = "MATCH (f:Firm {id: $id}) SET f.verified_at = $at, f.verified_by = $by"


def set_verified(tx: Tx, firm_id: str, *, by: str, at: datetime | None) -> None:
    """Note who verified a locked firm; None takes it back."""
    at_text = None if at is None else to_text(at)
    run(tx, SET_VERIFIED, id=firm_id, by=by if at else None, at=at_text)


END_VOUCHES = """
MATCH (f:Firm {verified_by: $leader_id}) SET f.lock = $nonce
WITH f WHERE f.verified_by = $leader_id
SET f.verified_at = null, f.verified_by = null
RETURN collect(f.id) AS ids
"""


def end_vouches(tx: Tx, leader_id: str) -> list[str]:
    """Take back all that a leader vouched for: its own word no longer counts. The firms' ids."""
    record = row(tx, END_VOUCHES, leader_id=leader_id, nonce=nonce())
    return sorted(record["ids"]) if record else []


END_UNFOUNDED = """
MATCH (l:Firm {id: $leader_id}) WHERE l.verified_at IS NULL
MATCH (f:Firm {verified_by: $leader_id})
SET f.verified_at = null, f.verified_by = null
"""


def end_unfounded_vouches(tx: Tx, leader_id: str) -> None:
    """``end_vouches`` of a locked firm, where it is not verified (any more)."""
    run(tx, END_UNFOUNDED, leader_id=leader_id)


END_VOUCH = """
MATCH (c:Chain {id: $chain_id})<-[:LEADS]-(l:Firm)
MATCH (f:Firm {id: $firm_id}) WHERE f.verified_by = l.id
  AND NOT EXISTS { MATCH (l)-[:LEADS]->(:Chain)<-[:BELONGS_TO {state: 'member'}]-(f) }
SET f.lock = $nonce
WITH f, l WHERE f.verified_by = l.id
SET f.verified_at = null, f.verified_by = null
RETURN f.id AS id
"""


def end_vouch_of_former_member(tx: Tx, chain_id: str, firm_id: str) -> bool:
    """Take the vouch of a chain's leader back from who is in none of its chains; whether it had."""
    values = {"chain_id": chain_id, "firm_id": firm_id}
    return row(tx, END_VOUCH, **values, nonce=nonce()) is not None


VERIFY_IMPORTED = """
MATCH (f:Firm {imported_by: $operator})
WHERE f.verified_at IS NULL AND f.suspended_at IS NULL
WITH f ORDER BY f.id LIMIT $limit
SET f.lock = $nonce, f.verified_at = $at, f.verified_by = $operator
RETURN count(f) AS n
"""


def verify_imported(tx: Tx, *, at: datetime, limit: int = 2000) -> int:
    """Verify firms that the operator imported at the machine; how many, 0 when all are."""
    values = {"operator": OPERATOR, "at": to_text(at), "limit": limit, "nonce": nonce()}
    record = row(tx, VERIFY_IMPORTED, **values)
    return record["n"] if record else 0


COUNT_IMPORTED = "MATCH (f:Firm {imported_by: $firm_id}) RETURN count(f) AS n"


def count_imported(tx: Tx, firm_id: str) -> int:
    """How many firms came by a leader's imports."""
    record = row(tx, COUNT_IMPORTED, firm_id=firm_id)
    return record["n"] if record else 0


TOO_MANY_FIRMS = (
    "Until the operator has verified your firm it may bring in %(most)s firms at most. Ask the "
    "operator to verify it, then send the file again."
)


def check_few_imported(tx: Tx, owner: str) -> None:
    """Refuse, after the fact and in its transaction, what a leader nobody verified brought in.

    Raises:
        Conflict: with this import they are too many.
    """
    firm = lock(tx, owner)
    if firm.verified_at is None and count_imported(tx, owner) > UNVERIFIED_FIRMS:
        raise Conflict(TOO_MANY_FIRMS, most=UNVERIFIED_FIRMS)


SUSPEND = """
MATCH (f:Firm {id: $id}) SET f.suspended_at = $at, f.suspended_reason = $reason
"""


def set_suspended(tx: Tx, firm_id: str, *, reason: str, at: datetime | None) -> None:
    """Suspend a locked firm, or with None end it."""
    at_text = None if at is None else to_text(at)
    run(tx, SUSPEND, id=firm_id, reason=reason if at else None, at=at_text)


USERS = """
MATCH (u:User {firm_id: $id}) RETURN collect(u.id) AS ids
"""


def list_users(tx: Tx, firm_id: str) -> list[str]:
    """The ids of the users of a firm."""
    record = row(tx, USERS, id=firm_id)
    return sorted(record["ids"]) if record else []


REASON_OF_USER = """
MATCH (u:User {id: $user_id})-[:WORKS_FOR]->(f:Firm) WHERE f.suspended_at IS NOT NULL
RETURN coalesce(f.suspended_reason, '') AS reason LIMIT 1
"""


def find_suspension_of_user(tx: Tx, user_id: str) -> str | None:
    """Why the firm of a user is suspended; None where it is not."""
    record = row(tx, REASON_OF_USER, user_id=user_id)
    return None if record is None else record["reason"]


REASON_OF_TOKEN = """
MATCH (t:Token {digest: $digest}) WHERE t.revoked_at IS NULL
MATCH (u:User {id: t.user_id})-[:WORKS_FOR]->(f:Firm) WHERE f.suspended_at IS NOT NULL
RETURN coalesce(f.suspended_reason, '') AS reason LIMIT 1
"""


def find_suspension_of_token(tx: Tx, digest: str) -> str | None:
    """Why the firm behind a live token is suspended; None where it is not."""
    record = row(tx, REASON_OF_TOKEN, digest=digest)
    return None if record is None else record["reason"]


SUSPENDED = """
MATCH (f:Firm) WHERE f.id IN $ids AND f.suspended_at IS NOT NULL
RETURN collect(f.id) AS ids
"""


def list_suspended(tx: Tx, ids: list[str]) -> frozenset[str]:
    """Which of these firms are suspended."""
    record = row(tx, SUSPENDED, ids=ids) if ids else None
    return frozenset(record["ids"]) if record else frozenset()


SUSPENDED_BIDDERS = """
MATCH (r:PartsRequest {id: $request_id}) WHERE r.buyer_id = $viewer
MATCH (r)<-[:ANSWERS]-(b:Bid)
MATCH (f:Firm)-[:PLACED]->(b) WHERE f.suspended_at IS NOT NULL
RETURN collect(DISTINCT f.id) AS ids
"""


def list_suspended_bidders(tx: Tx, request_id: str, *, viewer: str) -> frozenset[str]:
    """Which firms with a bid for the viewer's own request are suspended."""
    record = row(tx, SUSPENDED_BIDDERS, request_id=request_id, viewer=viewer)
    return frozenset(record["ids"]) if record else frozenset()


BUYERS = """
MATCH (f:Firm {id: $id})-[:PLACED]->(b:Bid)-[:ANSWERS]->(r:PartsRequest)
WHERE b.state = 'open' AND r.state = 'evaluating'
RETURN collect(DISTINCT r.buyer_id) AS ids
"""


def list_buyers_with_bids(tx: Tx, firm_id: str) -> list[str]:
    """Who compares an opened bid of the firm now; of sealed ones nobody hears."""
    record = row(tx, BUYERS, id=firm_id)
    return sorted(record["ids"]) if record else []


ALL_SUSPENDED = """
MATCH (f:Firm) WHERE f.suspended_at > '' RETURN collect(f.id) AS ids
"""


def list_all_suspended(tx: Tx) -> list[str]:
    """The ids of all suspended firms."""
    record = row(tx, ALL_SUSPENDED)
    return sorted(record["ids"]) if record else []


WATCH = """
MATCH (f:Firm)
WHERE f.name >= $after_name AND (f.name > $after_name OR f.id > $after_id)
  AND ($text = '' OR toLower(f.name) CONTAINS $text OR f.id = $id)
  AND ($mark = ''
       OR ($mark = 'unverified' AND f.verified_at IS NULL)
       OR ($mark = 'alike' AND f.alike_id IS NOT NULL AND f.verified_at IS NULL)
       OR ($mark = 'number' AND f.number_twin_id IS NOT NULL AND f.verified_at IS NULL)
       OR ($mark = 'unclaimed' AND NOT EXISTS { MATCH (:User)-[:WORKS_FOR]->(f) })
       OR ($mark = 'suspended' AND f.suspended_at IS NOT NULL))
WITH f ORDER BY f.name, f.id LIMIT $limit
RETURN f.id AS id, f.name AS name, f.kind AS kind, coalesce(f.country, '') AS country,
       coalesce(f.region, '') AS region, coalesce(f.city, '') AS city,
       coalesce(f.registration_id, '') AS registration_id,
       coalesce(f.created_at, '') AS created_at, coalesce(f.imported_by, '') AS imported_by,
       COUNT { MATCH (:User)-[:WORKS_FOR]->(f) } AS users
ORDER BY name, id LIMIT $limit
"""


def watch_firms(
    tx: Tx,
    *,
    text: str = "",
    mark: str = "",
    after: tuple[str, str] = ("", ""),
    limit: int = 50,
) -> list[WatchedFirm]:
    """Firms by name for the operator; ``text`` is part of a name in lower case, or a whole id."""
    found = rows(
        tx,
        WATCH,
        text=text.lower(),
        id=text,
        mark=mark,
        after_name=after[0],
        after_id=after[1],
        limit=limit,
    )
    marks = list_marks(tx, [entry["id"] for entry in found])
    return [
        WatchedFirm(**entry, verification=marks[entry["id"]])
        for entry in found
        if entry["id"] in marks
    ]


WATCH_ONE = """
MATCH (f:Firm {id: $id})
RETURN f.id AS id, f.name AS name, f.kind AS kind, coalesce(f.country, '') AS country,
       coalesce(f.region, '') AS region, coalesce(f.city, '') AS city,
       coalesce(f.registration_id, '') AS registration_id,
       coalesce(f.created_at, '') AS created_at, coalesce(f.imported_by, '') AS imported_by,
       COUNT { MATCH (:User)-[:WORKS_FOR]->(f) } AS users
"""


def watch_firm(tx: Tx, firm_id: str) -> WatchedFirm:
    """One firm for the operator.

    Raises:
        NotFound: there is no such firm.
    """
    entry = row(tx, WATCH_ONE, id=firm_id)
    if entry is None:
        raise NotFound
    return WatchedFirm(**entry, verification=get_marks(tx, firm_id))


TWINS = """
MATCH (f:Firm {id: $id})
CALL (f) {
    MATCH (o:Firm {name_fold: f.name_fold}) WHERE o.id <> f.id RETURN o.id AS id LIMIT 20
    UNION
    MATCH (o:Firm {number_key: f.number_key}) WHERE o.id <> f.id RETURN o.id AS id LIMIT 20
}
RETURN DISTINCT id AS id ORDER BY id LIMIT 20
"""


def list_twins(tx: Tx, firm_id: str) -> list[WatchedFirm]:
    """Firms of the same folded name or number, for the operator."""
    return [watch_firm(tx, entry["id"]) for entry in rows(tx, TWINS, id=firm_id)]
