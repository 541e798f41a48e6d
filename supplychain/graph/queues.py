"""What waits in the whole installation, by kind and age; never whose it is."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from supplychain.graph.engine.transactions import Tx, rows
from supplychain.model.ids import to_text
from supplychain.model.queues import FailedJob, Waiting, WaitingLine

ALWAYS: Final[tuple[Waiting, ...]] = ("deadline", "event", "mail")
"""Queues that are told when they are empty, too: on the embedded engine a part of a union that
matches nothing may give no row."""

QUEUES = """
MATCH (w:LiveJob) MATCH (j:Job {id: w.id}) WHERE j.state = 'queued'
RETURN 'job' AS what, j.kind AS kind, 'queued' AS state, count(j) AS number,
       min(j.created_at) AS oldest_at
UNION ALL
MATCH (w:LiveJob) MATCH (j:Job {id: w.id}) WHERE j.state = 'running'
RETURN 'job' AS what, j.kind AS kind, 'running' AS state, count(j) AS number,
       min(j.started_at) AS oldest_at
UNION ALL
MATCH (j:Job {state: 'failed'}) WHERE j.ended_at >= $since
RETURN 'job' AS what, j.kind AS kind, 'failed' AS state, count(j) AS number,
       min(j.ended_at) AS oldest_at
UNION ALL
MATCH (w:Pending) WHERE w.due_at <= $now
RETURN 'event' AS what, '' AS kind, 'queued' AS state, count(w) AS number, min(w.at) AS oldest_at
UNION ALL
MATCH (w:Pending) WHERE w.due_at > $now
RETURN 'event' AS what, '' AS kind, 'running' AS state, count(w) AS number, min(w.at) AS oldest_at
UNION ALL
MATCH (m:Mail {state: 'P'})
RETURN 'mail' AS what, '' AS kind, 'queued' AS state, count(m) AS number,
       min(m.created_at) AS oldest_at
UNION ALL
MATCH (m:Mail {state: 'F'}) WHERE m.created_at >= $since
RETURN 'mail' AS what, '' AS kind, 'failed' AS state, count(m) AS number,
       min(m.created_at) AS oldest_at
UNION ALL
MATCH (w:OpenDeadline) WHERE w.deadline <= $now
MATCH (r:PartsRequest {id: w.id}) WHERE r.state = 'open'
  AND (coalesce(r.opening, 'deadline') <> 'two_people'
       OR NOT EXISTS { MATCH (r)<-[:ANSWERS]-(b:Bid) WHERE b.state = 'open' })
RETURN 'deadline' AS what, '' AS kind, 'queued' AS state, count(r) AS number,
       min(r.deadline) AS oldest_at
"""


def list_queues(tx: Tx, *, now: datetime, since: datetime) -> tuple[WaitingLine, ...]:
    """All queues in one round trip; of what failed, what failed since an instant.

    Deadlines are those that the clock should have kept by now, as ``parties.list_due`` says.
    """
    records = rows(tx, QUEUES, now=to_text(now), since=to_text(since))
    queues = [WaitingLine(**record) for record in records]
    held = {one.what for one in queues if one.state == "queued"}
    queues += [
        WaitingLine(what=what, kind="", state="queued", number=0, oldest_at=None)
        for what in ALWAYS
        if what not in held
    ]
    return tuple(sorted(queues, key=lambda one: (one.what, one.kind, one.state)))


FAILED = """
MATCH (j:Job {state: 'failed'}) WHERE j.ended_at >= $since
RETURN j.id AS id, j.kind AS kind, j.tries AS tries, j.ended_at AS ended_at,
       coalesce(j.request_id, '') AS request_id
ORDER BY ended_at DESC, id LIMIT 20
"""


def list_failed(tx: Tx, *, since: datetime) -> tuple[FailedJob, ...]:
    """The jobs that failed last, newest first."""
    return tuple(FailedJob(**record) for record in rows(tx, FAILED, since=to_text(since)))
