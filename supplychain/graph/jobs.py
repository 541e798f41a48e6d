"""Jobs: the durable truth of long work. The broker only carries hints."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from supplychain.errors import NotFound
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.model.events import Facts
from supplychain.model.ids import to_text
from supplychain.model.jobs import LEASE_S, MAX_TRIES, Job, StartedJob

CREATE = """
CREATE (j:Job {
    id: $id, kind: $kind, state: 'queued', about_id: $about_id, firm_id: $firm_id,
    user_id: $user_id, done: 0, total: 0, message: '', result: '{}', tries: 0,
    created_at: $at, seen_at: $at, lease: '', version: 1})
"""


def create(
    tx: Tx, *, job_id: str, kind: str, about_id: str, firm_id: str, user_id: str, at: datetime
) -> None:
    """Queue work in the transaction that makes it needed; send the hint after the commit."""
    run(
        tx,
        CREATE,
        id=job_id,
        kind=kind,
        about_id=about_id,
        firm_id=firm_id,
        user_id=user_id,
        at=to_text(at),
    )


GET = """
MATCH (j:Job {id: $id}) WHERE j.firm_id = $viewer
RETURN j.id AS id, j.kind AS kind, j.state AS state, j.about_id AS about_id,
       j.firm_id AS firm_id, j.done AS done, j.total AS total, j.message AS message,
       j.result AS result, j.created_at AS created_at, j.ended_at AS ended_at
"""


def get(tx: Tx, job_id: str, *, viewer: str) -> Job:
    """A job of the viewer's firm.

    Raises:
        NotFound: no such job, or another firm's.
    """
    record = row(tx, GET, id=job_id, viewer=viewer)
    if record is None:
        raise NotFound
    return _read_job(record)


ABOUT = """
MATCH (j:Job {about_id: $about_id}) WHERE j.kind = $kind AND j.firm_id = $viewer
RETURN j.id AS id, j.kind AS kind, j.state AS state, j.about_id AS about_id,
       j.firm_id AS firm_id, j.done AS done, j.total AS total, j.message AS message,
       j.result AS result, j.created_at AS created_at, j.ended_at AS ended_at
ORDER BY created_at DESC LIMIT 1
"""


def find_latest(tx: Tx, kind: str, about_id: str, *, viewer: str) -> Job | None:
    """The newest job of a kind about a thing, as far as it is the viewer's."""
    record = row(tx, ABOUT, kind=kind, about_id=about_id, viewer=viewer)
    return None if record is None else _read_job(record)


def _read_job(record: dict[str, Any]) -> Job:
    return Job(**{**record, "result": json.loads(record["result"])})


START = """
MATCH (j:Job {id: $id}) SET j.lock = $nonce
WITH j WHERE j.state = 'queued' OR (j.state = 'running' AND j.lease < $now)
SET j.state = 'running', j.lease = $until, j.tries = j.tries + 1, j.started_at = $now,
    j.seen_at = $now, j.holder = $holder
RETURN j.kind AS kind, j.about_id AS about_id, j.firm_id AS firm_id, j.user_id AS user_id,
       j.tries AS tries, j.created_at AS created_at
"""


def start_job(tx: Tx, job_id: str, *, holder: str, now: datetime) -> StartedJob | None:
    """Take a queued job, or one whose worker died; None where another worker has it."""
    until = to_text(now + timedelta(seconds=LEASE_S))
    record = row(tx, START, id=job_id, nonce=nonce(), now=to_text(now), until=until, holder=holder)
    return None if record is None else StartedJob(**record)


PROGRESS = """
MATCH (j:Job {id: $id}) SET j.lock = $nonce
WITH j WHERE j.state = 'running' AND j.holder = $holder
SET j.done = $done, j.total = $total, j.message = $message, j.lease = $until, j.seen_at = $now
RETURN j.id AS id
"""


def report_progress(
    tx: Tx, job_id: str, *, holder: str, done: int, total: int, message: str, now: datetime
) -> bool:
    """Say how far it is and keep the lease; False where the job is no longer ours."""
    until = to_text(now + timedelta(seconds=LEASE_S))
    record = row(
        tx,
        PROGRESS,
        id=job_id,
        nonce=nonce(),
        holder=holder,
        done=done,
        total=total,
        message=message,
        until=until,
        now=to_text(now),
    )
    return record is not None


END = """
MATCH (j:Job {id: $id}) SET j.lock = $nonce
WITH j WHERE j.state = 'running' AND j.holder = $holder
SET j.state = $state, j.message = $message, j.result = $result, j.ended_at = $now, j.lease = ''
RETURN j.id AS id
"""


def end_job(
    tx: Tx,
    job_id: str,
    *,
    holder: str,
    state: str,
    message: str,
    result: Facts,
    now: datetime,
) -> bool:
    """Close a job as done or failed; False where it is no longer ours."""
    record = row(
        tx,
        END,
        id=job_id,
        nonce=nonce(),
        holder=holder,
        state=state,
        message=message,
        result=json.dumps(result),
        now=to_text(now),
    )
    return record is not None


CANCEL = """
MATCH (j:Job {id: $id}) WHERE j.firm_id = $viewer SET j.lock = $nonce
WITH j WHERE j.state IN ['queued', 'running']
SET j.state = 'cancelled', j.ended_at = $now, j.lease = ''
RETURN j.id AS id
"""


def cancel(tx: Tx, job_id: str, *, viewer: str, now: datetime) -> bool:
    """Stop a job of the viewer's firm; False where it is over or not theirs."""
    return row(tx, CANCEL, id=job_id, viewer=viewer, nonce=nonce(), now=to_text(now)) is not None


STRANDED = """
MATCH (j:Job {state: 'queued'}) WHERE j.seen_at < $before
RETURN j.id AS id ORDER BY id LIMIT 100
UNION ALL
MATCH (j:Job {state: 'running'}) WHERE j.lease < $now
RETURN j.id AS id ORDER BY id LIMIT 100
"""


def list_stranded(tx: Tx, *, now: datetime, before: datetime) -> list[str]:
    """Ids of the jobs whose hint or worker was lost."""
    return [job["id"] for job in rows(tx, STRANDED, now=to_text(now), before=to_text(before))]


RESENT = """
MATCH (j:Job {id: $id}) SET j.lock = $nonce, j.seen_at = $now
WITH j WHERE j.tries >= $tries AND j.state = 'running'
SET j.state = 'failed', j.message = $message, j.ended_at = $now
"""


def note_resent(tx: Tx, job_id: str, *, now: datetime, message: str) -> None:
    """Note that a hint was sent again; a job that was started too often is failed instead."""
    run(tx, RESENT, id=job_id, nonce=nonce(), now=to_text(now), tries=MAX_TRIES, message=message)
