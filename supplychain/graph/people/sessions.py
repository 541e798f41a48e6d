"""Signed-in sessions and API tokens: only digests of their secrets are stored."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.model.calendars.zones import zone_of
from supplychain.model.ids import digest, to_instant, to_text
from supplychain.model.people.accounts import LiveSession, OpenSession, Principal, Token

OPEN = """
CREATE (s:Session {
    id: $digest, user_id: $user_id, created_at: $at, seen_at: $at, ends_at: $ends_at})
"""


def open_session(tx: Tx, *, digest: str, user_id: str, at: datetime, ends_at: datetime) -> None:
    """Start a session."""
    run(tx, OPEN, digest=digest, user_id=user_id, at=to_text(at), ends_at=to_text(ends_at))


CLOSE = "MATCH (s:Session {id: $digest}) DETACH DELETE s"


def close_session(tx: Tx, digest: str) -> None:
    """End a session; its cookie is worth nothing from then on."""
    run(tx, CLOSE, digest=digest)


CLOSE_ALL = "MATCH (s:Session {user_id: $user_id}) WHERE s.id <> $keep DETACH DELETE s"


def close_all(tx: Tx, user_id: str, *, keep: str = "") -> None:
    """End all sessions of a user, but for one."""
    run(tx, CLOSE_ALL, user_id=user_id, keep=keep)


OF_SESSION = """
MATCH (s:Session {id: $digest}) WHERE s.ends_at > $now AND s.seen_at > $idle_since
MATCH (u:User {id: s.user_id}) WHERE u.disabled_at IS NULL
OPTIONAL MATCH (u)-[w:WORKS_FOR]->(f:Firm)
WITH s, u, w, f WHERE f.suspended_at IS NULL
OPTIONAL MATCH (c:Chain {leader_id: f.id})
RETURN u.id AS user_id, u.name AS name, u.email AS email, u.language AS language,
       u.operator AS is_operator, f.id AS firm_id, f.name AS firm_name, f.kind AS firm_kind,
       f.time_zone AS time_zone, f.country AS country,
       w.role AS role, c.id AS leads_chain_id, s.id AS session_id, s.seen_at AS seen_at,
       coalesce(s.proved_at, s.created_at) AS proved_at,
       u.second_factor_at IS NOT NULL AS has_second_factor,
       (f.second_factor_demanded_at IS NOT NULL AND u.second_factor_at IS NULL
        AND s.created_at >= f.second_factor_demanded_at) AS must_set_up
ORDER BY leads_chain_id LIMIT 1
"""


def of_session(tx: Tx, digest: str, *, now: datetime, idle_since: datetime) -> LiveSession | None:
    """The live session of a secret's digest, and who it belongs to."""
    return _read_live(
        row(tx, OF_SESSION, digest=digest, now=to_text(now), idle_since=to_text(idle_since))
    )


def _read_live(record: dict[str, Any] | None) -> LiveSession | None:
    if record is None:
        return None
    seen_at = to_instant(record.pop("seen_at"))
    return LiveSession(principal=_read_principal(record), seen_at=seen_at)


def _read_principal(record: dict[str, Any]) -> Principal:
    texts = {key: record[key] or "" for key in ("firm_id", "firm_name", "firm_kind", "role")}
    marks = {key: bool(record.get(key)) for key in ("is_operator", "must_set_up")}
    zone = zone_of(record.pop("time_zone"), record.pop("country"))
    return Principal(**{**record, **texts, **marks}, zone=zone)


SEEN = "MATCH (s:Session {id: $digest}) SET s.lock = $nonce WITH s SET s.seen_at = $at"


def note_seen(tx: Tx, digest: str, *, at: datetime) -> None:
    """Note that a session was used."""
    run(tx, SEEN, digest=digest, at=to_text(at), nonce=nonce())


PROVED = "MATCH (s:Session {id: $digest}) SET s.lock = $nonce WITH s SET s.proved_at = $at"


def note_proof(tx: Tx, digest: str, *, at: datetime) -> None:
    """Note that the user of a session proved once more who it is."""
    run(tx, PROVED, digest=digest, at=to_text(at), nonce=nonce())


LIST_SESSIONS = """
MATCH (s:Session {user_id: $user_id}) WHERE s.ends_at > $now AND s.seen_at > $idle_since
RETURN s.id AS digest, s.created_at AS created_at, s.seen_at AS seen_at
ORDER BY seen_at DESC, digest LIMIT 200
"""


def list_sessions(
    tx: Tx, user_id: str, *, now: datetime, idle_since: datetime, present: str = ""
) -> dict[str, OpenSession]:
    """The live sessions of a user by their digests, the last used first."""
    live = rows(
        tx, LIST_SESSIONS, user_id=user_id, now=to_text(now), idle_since=to_text(idle_since)
    )
    return {
        record["digest"]: OpenSession(
            id=public_id(record["digest"]),
            created_at=record["created_at"],
            seen_at=record["seen_at"],
            is_present=record["digest"] == present,
        )
        for record in live
    }


def public_id(key: str) -> str:
    """A name for a session that says nothing of its secret nor of what is stored of it."""
    return digest(f"session|{key}")[:32]


OF_TOKEN = """
MATCH (t:Token {digest: $digest}) WHERE t.revoked_at IS NULL AND t.ends_at > $now
MATCH (u:User {id: t.user_id}) WHERE u.disabled_at IS NULL
OPTIONAL MATCH (u)-[w:WORKS_FOR]->(f:Firm)
WITH t, u, w, f WHERE f.suspended_at IS NULL
OPTIONAL MATCH (c:Chain {leader_id: f.id})
RETURN u.id AS user_id, u.name AS name, u.email AS email, u.language AS language,
       u.operator AS is_operator, f.id AS firm_id, f.name AS firm_name, f.kind AS firm_kind,
       f.time_zone AS time_zone, f.country AS country,
       w.role AS role, c.id AS leads_chain_id, t.id AS session_id,
       coalesce(t.scope, 'administer') AS scope, coalesce(t.seen_at, t.created_at) AS seen_at
ORDER BY leads_chain_id LIMIT 1
"""


def of_token(tx: Tx, digest: str, *, now: datetime) -> LiveSession | None:
    """Who a live API token belongs to, and when it was used last."""
    return _read_live(row(tx, OF_TOKEN, digest=digest, now=to_text(now)))


TOKEN_SEEN = "MATCH (t:Token {digest: $digest}) SET t.lock = $nonce WITH t SET t.seen_at = $at"


def note_token_seen(tx: Tx, key: str, *, at: datetime) -> None:
    """Note that a token was used."""
    run(tx, TOKEN_SEEN, digest=key, at=to_text(at), nonce=nonce())


CREATE_TOKEN = """
CREATE (t:Token {
    id: $id, digest: $digest, user_id: $user_id, name: $name, scope: $scope, created_at: $at,
    ends_at: $ends_at})
"""


def create_token(
    tx: Tx,
    *,
    token_id: str,
    digest: str,
    user_id: str,
    name: str,
    scope: str,
    at: datetime,
    ends_at: datetime,
) -> None:
    """Add an API token of a user."""
    run(
        tx,
        CREATE_TOKEN,
        id=token_id,
        digest=digest,
        user_id=user_id,
        name=name,
        scope=scope,
        at=to_text(at),
        ends_at=to_text(ends_at),
    )


LIST_TOKENS = """
MATCH (t:Token {user_id: $user_id}) WHERE t.revoked_at IS NULL AND t.ends_at > $now
RETURN t.id AS id, t.name AS name, coalesce(t.scope, 'administer') AS scope,
       t.created_at AS created_at, t.ends_at AS ends_at, coalesce(t.seen_at, '') AS seen_at
ORDER BY created_at DESC, id LIMIT 200
"""


def list_tokens(tx: Tx, user_id: str, *, now: datetime) -> list[Token]:
    """The live tokens of a user, newest first; their secrets are not kept."""
    live = rows(tx, LIST_TOKENS, user_id=user_id, now=to_text(now))
    return [Token(**record) for record in live]


REVOKE_TOKEN = """
MATCH (t:Token {id: $id}) WHERE t.user_id = $user_id SET t.lock = $nonce
WITH t WHERE t.revoked_at IS NULL
SET t.revoked_at = $at
RETURN t.name AS name
"""


def revoke_token(tx: Tx, token_id: str, *, user_id: str, at: datetime) -> str | None:
    """End one token of a user; its name, None where there is no such live token."""
    record = row(tx, REVOKE_TOKEN, id=token_id, user_id=user_id, at=to_text(at), nonce=nonce())
    return None if record is None else record["name"]


REVOKE_ALL = """
MATCH (t:Token {user_id: $user_id}) WHERE t.revoked_at IS NULL SET t.revoked_at = $at
"""


def revoke_all(tx: Tx, user_id: str, *, at: datetime) -> None:
    """End all tokens of a user."""
    run(tx, REVOKE_ALL, user_id=user_id, at=to_text(at))
