"""What is over and may be forgotten: found by its age, then deleted by its key.

In two steps, because the embedded engine leaves the index of an age as soon as a write follows in
the same query, and would look at all that is kept.
"""

from __future__ import annotations

from datetime import date, datetime

from supplychain.graph.engine.transactions import Tx, nonce, rows, run
from supplychain.model.ids import to_text

OLD_KEYS = "MATCH (i:Idem) WHERE i.at < $before WITH i LIMIT $most RETURN i.key AS key"

FORGET_KEYS = "UNWIND $keys AS key MATCH (i:Idem {key: key}) DETACH DELETE i"


def forget_keys(tx: Tx, *, before: datetime, most: int = 5000) -> int:
    """Delete up to ``most`` idempotency keys made before an instant; returns how many."""
    keys = [one["key"] for one in rows(tx, OLD_KEYS, before=to_text(before), most=most)]
    if keys:
        run(tx, FORGET_KEYS, keys=keys)
    return len(keys)


OLD_SESSIONS = "MATCH (s:Session) WHERE s.ends_at < $before WITH s LIMIT $most RETURN s.id AS id"

FORGET_SESSIONS = "UNWIND $ids AS id MATCH (s:Session {id: id}) DETACH DELETE s"


def forget_sessions(tx: Tx, *, before: datetime, most: int = 1000) -> int:
    """Delete up to ``most`` sessions that ended before an instant; returns how many."""
    ids = [one["id"] for one in rows(tx, OLD_SESSIONS, before=to_text(before), most=most)]
    if ids:
        run(tx, FORGET_SESSIONS, ids=ids)
    return len(ids)


OLD_JOBS = "MATCH (j:Job) WHERE j.ended_at < $before WITH j LIMIT $most RETURN j.id AS id"

FORGET_JOBS = """
UNWIND $ids AS id
MATCH (j:Job {id: id}) SET j.lock = $nonce
WITH j WHERE NOT j.state IN ['queued', 'running']
DETACH DELETE j
"""


def forget_jobs(tx: Tx, *, before: datetime, most: int = 1000) -> int:
    """Delete up to ``most`` jobs that ended before an instant; returns how many it looked at."""
    ids = [one["id"] for one in rows(tx, OLD_JOBS, before=to_text(before), most=most)]
    if ids:
        run(tx, FORGET_JOBS, ids=ids, nonce=nonce())
    return len(ids)


OLD_MAILS = "MATCH (m:Mail) WHERE m.created_at < $before WITH m LIMIT $most RETURN m.id AS id"

FORGET_MAILS = "UNWIND $ids AS id MATCH (m:Mail {id: id}) DETACH DELETE m"


def forget_mails(tx: Tx, *, before: datetime, most: int = 1000) -> int:
    """Delete up to ``most`` mails made before an instant; returns how many."""
    ids = [one["id"] for one in rows(tx, OLD_MAILS, before=to_text(before), most=most)]
    if ids:
        run(tx, FORGET_MAILS, ids=ids)
    return len(ids)


OLD_LOOKS = "MATCH (n:Look) WHERE n.day < $before WITH n LIMIT $most RETURN n.id AS id"

FORGET_LOOKS = "UNWIND $ids AS id MATCH (n:Look {id: id}) DETACH DELETE n"


def forget_looks(tx: Tx, *, before: date, most: int = 1000) -> int:
    """Delete up to ``most`` looks of before a day; returns how many."""
    ids = [one["id"] for one in rows(tx, OLD_LOOKS, before=before.isoformat(), most=most)]
    if ids:
        run(tx, FORGET_LOOKS, ids=ids)
    return len(ids)
