"""Links by which somebody who forgot a password sets another: only digests of their secrets."""

from __future__ import annotations

from datetime import datetime

from supplychain.graph.engine.transactions import Tx, nonce, row, run
from supplychain.model.ids import to_text
from supplychain.model.people.accounts import PasswordReset

DROP = "MATCH (p:PasswordReset {user_id: $user_id}) DETACH DELETE p"

CREATE = """
CREATE (p:PasswordReset {digest: $digest, user_id: $user_id, created_at: $at, ends_at: $ends_at})
"""


def create(tx: Tx, *, digest: str, user_id: str, at: datetime, ends_at: datetime) -> None:
    """Make a link for a locked user; an older one ends."""
    run(tx, DROP, user_id=user_id)
    run(tx, CREATE, digest=digest, user_id=user_id, at=to_text(at), ends_at=to_text(ends_at))


FIND = """
MATCH (p:PasswordReset {digest: $digest}) WHERE p.ends_at > $now
MATCH (u:User {id: p.user_id}) WHERE u.disabled_at IS NULL
OPTIONAL MATCH (u)-[w:WORKS_FOR]->(f:Firm)
RETURN u.id AS user_id, u.email AS email, f.id AS firm_id, w.role AS role, p.ends_at AS ends_at
LIMIT 1
"""


def find(tx: Tx, digest: str, *, now: datetime) -> PasswordReset | None:
    """Whose password a live link sets; whoever has the link may see it."""
    record = row(tx, FIND, digest=digest, now=to_text(now))
    if record is None:
        return None
    texts = {name: record[name] or "" for name in ("firm_id", "role")}
    return PasswordReset(**{**record, **texts})


LOCK = "MATCH (p:PasswordReset {digest: $digest}) SET p.lock = $nonce RETURN p.user_id AS user_id"


def lock(tx: Tx, digest: str) -> None:
    """Take the write lock of a link: of two that use it at once, one finds it gone."""
    row(tx, LOCK, digest=digest, nonce=nonce())


def drop(tx: Tx, user_id: str) -> None:
    """Forget a user's links."""
    run(tx, DROP, user_id=user_id)
