"""What the doctor reads of a graph: ages, clocks and keys, never what firms said."""

from __future__ import annotations

from dataclasses import dataclass

from supplychain.graph.engine.transactions import Tx, row, rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What waits in the graph: how much of it, and since when (a stored instant, or empty)."""

    kind: str
    count: int
    since: str


SERVER_TIME = "RETURN timestamp() AS ms"


def read_server_ms(tx: Tx) -> int:
    """The clock of the graph's machine, in milliseconds since 1970."""
    record = row(tx, SERVER_TIME)
    return 0 if record is None else int(record["ms"])


CLOCK = "MATCH (c:Clock {id: 'time'}) RETURN c.kept_at AS kept_at"


def find_clock(tx: Tx) -> str:
    """Until when all that time makes due is done, a stored instant; empty for never."""
    record = row(tx, CLOCK)
    return "" if record is None else str(record["kept_at"] or "")


OUTBOX = "MATCH (w:Pending) RETURN count(w) AS count, coalesce(min(w.at), '') AS since"


def find_outbox(tx: Tx) -> Backlog:
    """Events that nobody reacted to yet."""
    record = row(tx, OUTBOX) or {"count": 0, "since": ""}
    return Backlog(kind="events", **record)


MAILS = "MATCH (m:Mail {state: 'P'}) RETURN count(m) AS count, coalesce(min(m.due_at), '') AS since"


def find_mails(tx: Tx) -> Backlog:
    """Mails that are to be sent, since the time the first of them was or is due."""
    record = row(tx, MAILS) or {"count": 0, "since": ""}
    return Backlog(kind="mails", **record)


JOBS = """
MATCH (w:LiveJob) MATCH (j:Job {id: w.id}) WHERE j.state = 'queued'
RETURN j.kind AS kind, count(j) AS count, min(j.created_at) AS since ORDER BY kind
"""


def list_queued_jobs(tx: Tx) -> list[Backlog]:
    """Jobs that wait, by kind."""
    return [Backlog(**record) for record in rows(tx, JOBS)]


SIGNED = """
MATCH (h:Ledger) WHERE h.seq IS NOT NULL
WITH h ORDER BY h.id LIMIT $limit
MATCH (e:Event {ledger_id: h.id}) WHERE e.seq = h.seq AND e.key_id IS NOT NULL
RETURN DISTINCT e.key_id AS key_id ORDER BY key_id
"""


def list_signing_keys(tx: Tx, *, limit: int = 50) -> list[str]:
    """Ids of the keys that signed the ends of some chains of events."""
    return [record["key_id"] for record in rows(tx, SIGNED, limit=limit)]


FACTORS = """
MATCH (f:SecondFactor) WHERE f.sealed IS NOT NULL
RETURN DISTINCT split(f.sealed, ':')[0] AS key_id ORDER BY key_id
"""


def list_factor_keys(tx: Tx) -> list[str]:
    """Ids of the keys that encrypt second steps at signing in."""
    return [record["key_id"] for record in rows(tx, FACTORS)]
