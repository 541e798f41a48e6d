"""What is over and may be forgotten: found by its age, then deleted by its key.

In two steps, because the embedded engine leaves the index of an age as soon as a write follows in
the same query, and would look at all that is kept. And from the age on up to which all is gone:
that engine's indexes keep a trace of what was deleted, which a search from their beginning would
step over each time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, LiteralString

from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.model.ids import to_instant, to_text

SLACK: Final = timedelta(days=1)
"""So far behind the last age a search begins again, for what came late or by another clock."""


class Kind(StrEnum):
    """What has an age. Each has its two queries in ``QUERIES``."""

    KEYS = "keys"
    SESSIONS = "sessions"
    HALF_SESSIONS = "half_sessions"
    REGISTRATIONS = "registrations"
    RESETS = "resets"
    INVITES = "invites"
    TOKENS = "tokens"
    JOBS = "jobs"
    UPLOADS = "uploads"
    MAILS = "mails"
    LOOKS = "looks"
    RANKINGS = "rankings"


OLD_KEYS = """
MATCH (n:Idem) WHERE n.at >= $after AND n.at < $before WITH n LIMIT $most RETURN n.key AS key
"""
FORGET_KEYS = "UNWIND $keys AS key MATCH (n:Idem {key: key}) DETACH DELETE n"

OLD_SESSIONS = """
MATCH (n:Session) WHERE n.ends_at >= $after AND n.ends_at < $before
WITH n LIMIT $most RETURN n.id AS key
"""
FORGET_SESSIONS = "UNWIND $keys AS key MATCH (n:Session {id: key}) DETACH DELETE n"

OLD_HALF_SESSIONS = """
MATCH (n:HalfSession) WHERE n.ends_at >= $after AND n.ends_at < $before
WITH n LIMIT $most RETURN n.digest AS key
"""
FORGET_HALF_SESSIONS = "UNWIND $keys AS key MATCH (n:HalfSession {digest: key}) DETACH DELETE n"

OLD_REGISTRATIONS = """
MATCH (n:WaitingRegistration) WHERE n.ends_at >= $after AND n.ends_at < $before
WITH n LIMIT $most RETURN n.id AS key
"""
FORGET_REGISTRATIONS = "UNWIND $keys AS key MATCH (n:WaitingRegistration {id: key}) DETACH DELETE n"

OLD_RESETS = """
MATCH (n:PasswordReset) WHERE n.ends_at >= $after AND n.ends_at < $before
WITH n LIMIT $most RETURN n.digest AS key
"""
FORGET_RESETS = "UNWIND $keys AS key MATCH (n:PasswordReset {digest: key}) DETACH DELETE n"

OLD_INVITES = """
MATCH (n:ColleagueInvite) WHERE n.ends_at >= $after AND n.ends_at < $before
WITH n LIMIT $most RETURN n.id AS key
"""
FORGET_INVITES = "UNWIND $keys AS key MATCH (n:ColleagueInvite {id: key}) DETACH DELETE n"

OLD_TOKENS = """
MATCH (n:Token) WHERE n.ends_at >= $after AND n.ends_at < $before
WITH n LIMIT $most RETURN n.id AS key
"""
FORGET_TOKENS = "UNWIND $keys AS key MATCH (n:Token {id: key}) DETACH DELETE n"

OLD_JOBS = """
MATCH (n:Job) WHERE n.ended_at >= $after AND n.ended_at < $before
WITH n LIMIT $most RETURN n.id AS key
"""
FORGET_JOBS = """
UNWIND $keys AS key
MATCH (n:Job {id: key}) SET n.lock = $nonce
WITH n WHERE NOT n.state IN ['queued', 'running']
DETACH DELETE n
"""

OLD_UPLOADS = """
MATCH (n:Upload) WHERE n.created_at >= $after AND n.created_at < $before
WITH n LIMIT $most RETURN n.id AS key
"""
FORGET_UPLOADS = """
UNWIND $keys AS key
MATCH (n:Upload {id: key})
OPTIONAL MATCH (j:Job {id: n.job_id})
WITH n, j WHERE j IS NULL
DETACH DELETE n
"""

OLD_MAILS = """
MATCH (n:Mail) WHERE n.created_at >= $after AND n.created_at < $before
WITH n LIMIT $most RETURN n.id AS key
"""
FORGET_MAILS = "UNWIND $keys AS key MATCH (n:Mail {id: key}) DETACH DELETE n"

OLD_LOOKS = """
MATCH (n:Look) WHERE n.day >= $after AND n.day < $before WITH n LIMIT $most RETURN n.id AS key
"""
FORGET_LOOKS = "UNWIND $keys AS key MATCH (n:Look {id: key}) DETACH DELETE n"

OLD_RANKINGS = """
MATCH (n:Ranking) WHERE n.made_at >= $after AND n.made_at < $before
WITH n LIMIT $most RETURN n.id AS key
"""
FORGET_RANKINGS = "UNWIND $keys AS key MATCH (n:Ranking {id: key}) DETACH DELETE n"

QUERIES: Final[dict[Kind, tuple[LiteralString, LiteralString]]] = {
    Kind.KEYS: (OLD_KEYS, FORGET_KEYS),
    Kind.SESSIONS: (OLD_SESSIONS, FORGET_SESSIONS),
    Kind.HALF_SESSIONS: (OLD_HALF_SESSIONS, FORGET_HALF_SESSIONS),
    Kind.REGISTRATIONS: (OLD_REGISTRATIONS, FORGET_REGISTRATIONS),
    Kind.RESETS: (OLD_RESETS, FORGET_RESETS),
    Kind.INVITES: (OLD_INVITES, FORGET_INVITES),
    Kind.TOKENS: (OLD_TOKENS, FORGET_TOKENS),
    Kind.JOBS: (OLD_JOBS, FORGET_JOBS),
    Kind.UPLOADS: (OLD_UPLOADS, FORGET_UPLOADS),
    Kind.MAILS: (OLD_MAILS, FORGET_MAILS),
    Kind.LOOKS: (OLD_LOOKS, FORGET_LOOKS),
    Kind.RANKINGS: (OLD_RANKINGS, FORGET_RANKINGS),
}

MARK = "MATCH (c:Clock {id: $id}) RETURN c.forgotten_to AS upto"

SET_MARK = "MERGE (c:Clock {id: $id}) SET c.forgotten_to = $upto"

SET_LOOKED = "MERGE (c:Clock {id: $id}) SET c.looked_at = $now"


def forget_old(
    tx: Tx, kind: Kind, *, before: datetime, now: datetime | None = None, most: int = 1000
) -> int:
    """Delete up to ``most`` of what is older than an instant; returns how many it looked at.

    Fewer than ``most`` says that nothing older is left, but for what may not go; ``now``, if given,
    is noted then. The next search begins a day before that age; a restored or moved graph is
    searched from its beginning.
    """
    old, forget = QUERIES[kind]
    mark = row(tx, MARK, id=_mark_id(kind))
    after = (mark["upto"] or "") if mark else ""
    keys = [one["key"] for one in rows(tx, old, after=after, before=to_text(before), most=most)]
    if keys:
        run(tx, forget, keys=keys, nonce=nonce())
    if len(keys) == most:
        return most
    if not after or before - SLACK > to_instant(after) + SLACK:
        run(tx, SET_MARK, id=_mark_id(kind), upto=to_text(before - SLACK))
    if now is not None:
        run(tx, SET_LOOKED, id=_mark_id(kind), now=to_text(now))
    return len(keys)


LOOKED = """
UNWIND $ids AS id
MATCH (c:Clock {id: id}) WHERE c.looked_at > $since AND c.looked_at <= $now
RETURN c.id AS id
"""


def list_due(tx: Tx, *, since: datetime, now: datetime) -> list[Kind]:
    """The kinds that were not searched to their end since an instant."""
    ids = {_mark_id(kind): kind for kind in Kind}
    looked = rows(tx, LOOKED, ids=list(ids), since=to_text(since), now=to_text(now))
    fresh = {one["id"] for one in looked}
    return [kind for id, kind in ids.items() if id not in fresh]


def _mark_id(kind: Kind) -> str:
    return f"forget|{kind}"
