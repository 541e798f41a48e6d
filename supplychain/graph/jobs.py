"""Jobs: the durable truth of long work. The broker only carries hints."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from supplychain import trace
from supplychain.errors import NotFound
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.model.events import Facts
from supplychain.model.ids import to_text
from supplychain.model.jobs import LEASE_S, MAX_TRIES, Job, Queue, StartedJob

CREATE = """
CREATE (j:Job {
    id: $id, kind: $kind, state: 'queued', about_id: $about_id, firm_id: $firm_id,
    user_id: $user_id, done: 0, total: 0, message: '', result: '{}', tries: 0,
    created_at: $at, seen_at: $at, lease: '', request_id: $request_id, version: 1})
CREATE (:LiveJob {id: $id})
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
        request_id=trace.request_id(),
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
WITH j WHERE j.state = 'queued' OR (j.state = 'running' AND j.lease < $now
                               AND j.tries < $tries)
SET j.state = 'running', j.lease = $until, j.tries = j.tries + 1, j.started_at = $now,
    j.seen_at = $now, j.holder = $holder
RETURN j.kind AS kind, j.about_id AS about_id, j.firm_id AS firm_id, j.user_id AS user_id,
       j.tries AS tries, j.created_at AS created_at,
       coalesce(j.request_id, '') AS request_id
"""


def start_job(tx: Tx, job_id: str, *, holder: str, now: datetime) -> StartedJob | None:
    """Take a queued job, or one whose worker died; None where another worker has it."""
    until = to_text(now + timedelta(seconds=LEASE_S))
    record = row(
        tx,
        START,
        id=job_id,
        nonce=nonce(),
        now=to_text(now),
        until=until,
        holder=holder,
        tries=MAX_TRIES,
    )
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


DROP_LIVE = "MATCH (w:LiveJob {id: $id}) DELETE w"


def _note_end(tx: Tx, job_id: str) -> None:
    """Take a job out of those that wait or run: a search among them costs nothing for its past."""
    run(tx, DROP_LIVE, id=job_id)


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
    if record is not None:
        _note_end(tx, job_id)
    return record is not None


CANCEL = """
MATCH (j:Job {id: $id}) WHERE j.firm_id = $viewer SET j.lock = $nonce
WITH j WHERE j.state IN ['queued', 'running']
SET j.state = 'cancelled', j.ended_at = $now, j.lease = ''
RETURN j.id AS id
"""


def cancel(tx: Tx, job_id: str, *, viewer: str, now: datetime) -> bool:
    """Stop a job of the viewer's firm; False where it is over or not theirs."""
    record = row(tx, CANCEL, id=job_id, viewer=viewer, nonce=nonce(), now=to_text(now))
    if record is not None:
        _note_end(tx, job_id)
    return record is not None


WAITING_FIRMS = """
MATCH (w:LiveJob)
MATCH (j:Job {id: w.id}) WHERE j.state = 'queued' AND j.kind IN $kinds
WITH j.firm_id AS firm_id, min(j.created_at) AS first_at
OPTIONAL MATCH (t:JobTurn {id: firm_id + $suffix})
RETURN firm_id AS firm_id, coalesce(t.at, '') AS turn, first_at AS first_at
ORDER BY turn, first_at, firm_id LIMIT 100
"""


def list_waiting_firms(tx: Tx, queue: Queue) -> list[str]:
    """Firms with jobs in a queue, the one whose turn was longest ago first."""
    waiting = rows(tx, WAITING_FIRMS, kinds=list(queue.kinds), suffix=_turn_suffix(queue))
    return [firm["firm_id"] for firm in waiting]


def _turn_suffix(queue: Queue) -> str:
    return f"|{queue}"


LOCK_TURN = """
MERGE (t:JobTurn {id: $id}) SET t.lock = $nonce, t.at = coalesce(t.at, '') RETURN t.id AS id
"""
COUNT = """
MATCH (w:LiveJob)
MATCH (j:Job {id: w.id}) WHERE j.state = $state
  AND j.firm_id = $firm_id AND j.kind IN $kinds
RETURN count(j) AS n
"""


def count_queued(tx: Tx, queue: Queue, *, firm_id: str) -> int:
    """How many jobs of a firm wait in a queue. Locks the firm's turn there first."""
    run(tx, LOCK_TURN, id=firm_id + _turn_suffix(queue), nonce=nonce())
    return _count_jobs(tx, queue, firm_id, "queued")


def _count_jobs(tx: Tx, queue: Queue, firm_id: str, state: str) -> int:
    record = row(tx, COUNT, state=state, firm_id=firm_id, kinds=list(queue.kinds))
    return record["n"] if record else 0


NEXT = """
MATCH (w:LiveJob)
MATCH (j:Job {id: w.id}) WHERE j.state = 'queued'
  AND j.firm_id = $firm_id AND j.kind IN $kinds
RETURN j.id AS id, j.created_at AS created_at ORDER BY created_at, id LIMIT 1
"""
SERVED = "MATCH (t:JobTurn {id: $id}) SET t.at = $now"


def start_next(
    tx: Tx, queue: Queue, *, firm_id: str, most_running: int, holder: str, now: datetime
) -> tuple[str, StartedJob] | None:
    """Take a firm's oldest job of a queue; None where none waits or enough of its run already.

    The firm's turn is locked first, so that two workers never start more than the most.
    """
    turn = firm_id + _turn_suffix(queue)
    run(tx, LOCK_TURN, id=turn, nonce=nonce())
    if _count_jobs(tx, queue, firm_id, "running") >= most_running:
        return None
    record = row(tx, NEXT, firm_id=firm_id, kinds=list(queue.kinds))
    job = None if record is None else start_job(tx, record["id"], holder=holder, now=now)
    if record is None or job is None:
        return None
    run(tx, SERVED, id=turn, now=to_text(now))
    return record["id"], job


GIVE_BACK = """
MATCH (j:Job {id: $id}) SET j.lock = $nonce
WITH j WHERE j.state = 'running' AND j.holder = $holder
SET j.state = 'queued', j.lease = '', j.holder = '', j.tries = j.tries - 1
RETURN j.id AS id
"""


def give_back(tx: Tx, job_id: str, *, holder: str) -> bool:
    """Queue a job again that its worker cannot end, and count no try; False where not its own."""
    return row(tx, GIVE_BACK, id=job_id, nonce=nonce(), holder=holder) is not None


HELD = """
MATCH (w:LiveJob)
MATCH (j:Job {id: w.id}) WHERE j.state = 'running' AND j.holder STARTS WITH $worker
RETURN j.id AS id, j.holder AS holder ORDER BY id LIMIT 1000
"""


def list_held(tx: Tx, worker: str) -> list[tuple[str, str]]:
    """(job, holder) of what the processes of one worker have in hand."""
    return [(job["id"], job["holder"]) for job in rows(tx, HELD, worker=worker)]


EXPIRED = """
MATCH (w:LiveJob)
MATCH (j:Job {id: w.id}) WHERE j.state = 'running' AND j.lease < $now
RETURN j.id AS id ORDER BY id LIMIT 100
"""


def list_expired(tx: Tx, *, now: datetime) -> list[str]:
    """Ids of jobs whose worker was lost."""
    return [job["id"] for job in rows(tx, EXPIRED, now=to_text(now))]


QUEUE_AGAIN = """
MATCH (j:Job {id: $id}) SET j.lock = $nonce
WITH j, j.tries >= $tries AS is_last WHERE j.state = 'running' AND j.lease < $now
SET j.state = CASE WHEN is_last THEN 'failed' ELSE 'queued' END,
    j.message = CASE WHEN is_last THEN $message ELSE j.message END,
    j.ended_at = CASE WHEN is_last THEN $now ELSE j.ended_at END,
    j.lease = '', j.holder = '', j.seen_at = $now
RETURN j.state AS state
"""


def queue_again(tx: Tx, job_id: str, *, now: datetime, message: str) -> str | None:
    """Queue a job whose worker was lost, or fail it if it was started too often; how it stands."""
    record = row(
        tx,
        QUEUE_AGAIN,
        id=job_id,
        nonce=nonce(),
        now=to_text(now),
        tries=MAX_TRIES,
        message=message,
    )
    if record is not None and record["state"] == "failed":
        _note_end(tx, job_id)
    return None if record is None else record["state"]


WAITING = """
MATCH (w:LiveJob)
MATCH (j:Job {id: w.id}) WHERE j.state = 'queued' AND j.seen_at < $before
RETURN j.kind AS kind, count(j) AS n ORDER BY kind
"""


def count_waiting(tx: Tx, *, before: datetime) -> dict[str, int]:
    """Kind to how many jobs of it wait since before an instant."""
    return {each["kind"]: each["n"] for each in rows(tx, WAITING, before=to_text(before))}
