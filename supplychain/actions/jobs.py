"""Running, watching and stopping long work."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from neo4j import Driver

from supplychain import metrics, trace
from supplychain.config import settings
from supplychain.errors import NotOpen, QueueFull, SupplyChainError, Unavailable
from supplychain.graph import jobs
from supplychain.graph.engine.transactions import Tx, read, write
from supplychain.model.events import Facts
from supplychain.model.ids import new_id, to_instant, utc_now
from supplychain.model.jobs import QUEUES, Job, Queue, StartedJob
from supplychain.model.people.actors import Actor

Progress = Callable[[int, int, str], None]
"""``progress(done, total, message)``; raises JobStopped where the job was cancelled."""
Handler = Callable[[Driver, StartedJob, Progress], Facts]
"""``handler(driver, job, progress)`` does the work and returns the figures of its end."""

log = structlog.get_logger()

REPORT_EVERY_S = 0.5
"""Steps that follow each other faster are not written one by one."""
SILENCE_BEFORE_RESEND = timedelta(seconds=15)
"""A hint that no worker took for this long was lost."""
MOST_HINTS_ITEMS = 4
"""As many processes of a queue are woken again at once; each goes on while something waits."""
WORK_OFF_S = 20.0
"""For how long one hint is worked off before the rest is left to the next."""
RETRY_QUEUE_S = 30
"""When to come again where a queue is full: as a rule a job of one's own is done by then."""


class JobStopped(Exception):
    """The job was cancelled, or another worker has taken it over."""


def get(driver: Driver, job_id: str, *, by: Actor) -> Job:
    """A job of the actor's firm, or NotFound."""
    return read(driver, jobs.get, job_id, viewer=by.firm_id)


def cancel(driver: Driver, job_id: str, *, by: Actor) -> None:
    """Stop a job. Job: queued | running -> cancelled.

    Raises:
        NotFound: no such job of this firm.
        NotOpen: it is over already.
    """
    get(driver, job_id, by=by)
    if not write(driver, jobs.cancel, job_id, viewer=by.firm_id, now=utc_now()):
        raise NotOpen("This work is over already.")


def queue_job(
    tx: Tx, *, job_id: str, kind: str, about_id: str, firm_id: str, user_id: str, at: datetime
) -> None:
    """Queue work in the transaction that makes it needed; send its hint after the commit.

    Raises:
        QueueFull: as many jobs of the firm wait in this queue as one firm may have there.
    """
    if jobs.count_queued(tx, QUEUES[kind], firm_id=firm_id) >= settings().queued_jobs:
        raise QueueFull(retry_after=RETRY_QUEUE_S)
    jobs.create(
        tx,
        job_id=job_id,
        kind=kind,
        about_id=about_id,
        firm_id=firm_id,
        user_id=user_id,
        at=at,
    )


def go_on() -> bool:
    """What a job is told that nobody stops: it need not."""
    return False


def run_job(
    driver: Driver,
    job_id: str,
    handlers: dict[str, Handler],
    *,
    worker: str = "",
    must_give_back: Callable[[], bool] = go_on,
) -> str:
    """Do a job if nobody else does, and return how it stands then. Safe to call twice.

    Args:
        driver: of the graph.
        job_id: which one.
        handlers: kind of job to what does it.
        worker: whose processes it counts to; ``give_back_all`` knows them by it.
        must_give_back: whether this process ends, so that the job is queued again at its next step.
    """
    holder = worker + new_id()
    job = write(driver, jobs.start_job, job_id, holder=holder, now=utc_now())
    if job is None:
        return "taken"
    hold = HeldJob(job_id=job_id, holder=holder, job=job)
    return _do_started(driver, hold, handlers, must_give_back)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldJob:
    """A job in hand, and under what name it is held."""

    job_id: str
    holder: str
    job: StartedJob


def work_off(
    driver: Driver,
    queue: Queue,
    handlers: dict[str, Handler],
    *,
    worker: str = "",
    must_stop: Callable[[], bool] = go_on,
    must_give_back: Callable[[], bool] = go_on,
) -> bool:
    """Do what waits in a queue, firm after firm, for some time; whether more may wait."""
    until = time.monotonic() + WORK_OFF_S
    while not must_stop():
        if time.monotonic() > until:
            return True
        hold = take_next(driver, queue, worker=worker)
        if hold is None:
            return False
        _do_started(driver, hold, handlers, must_give_back)
    return False


def take_next(driver: Driver, queue: Queue, *, worker: str = "") -> HeldJob | None:
    """Start the next job of a queue: of the firm whose turn was longest ago and that may run one.

    A firm with eighty jobs and a firm with one alternate, and no firm runs more at once than
    ``SUPPLYCHAIN_RUNNING_JOBS``.
    """
    for firm_id in read(driver, jobs.list_waiting_firms, queue):
        holder = worker + new_id()
        started = write(
            driver,
            jobs.start_next,
            queue,
            firm_id=firm_id,
            most_running=settings().running_jobs,
            holder=holder,
            now=utc_now(),
        )
        if started is not None:
            return HeldJob(job_id=started[0], holder=holder, job=started[1])
    return None


def _do_started(
    driver: Driver, hold: HeldJob, handlers: dict[str, Handler], must_give_back: Callable[[], bool]
) -> str:
    job = hold.job
    trace.begin_work(f"job {job.kind}", request_id=job.request_id)
    structlog.contextvars.bind_contextvars(job_id=hold.job_id)
    began, waited = time.monotonic(), utc_now() - to_instant(job.created_at)
    if job.tries == 1:
        metrics.JOB_WAIT.labels(kind=job.kind).observe(max(0.0, waited.total_seconds()))
    try:
        state = _do_traced(driver, hold, handlers, must_give_back)
        metrics.JOBS_ENDED.labels(kind=job.kind, state=state).inc()
        metrics.JOB_TIME.labels(kind=job.kind).observe(time.monotonic() - began)
        return state
    finally:
        structlog.contextvars.unbind_contextvars("job_id")
        trace.end_work()


def _do_traced(
    driver: Driver, hold: HeldJob, handlers: dict[str, Handler], must_give_back: Callable[[], bool]
) -> str:
    job_id, holder, job = hold.job_id, hold.holder, hold.job
    progress = _progress_of(driver, job_id, holder, must_give_back)
    try:
        result = handlers[job.kind](driver, job, progress)
    except JobStopped:
        if not must_give_back():
            return "stopped"
        write(driver, jobs.give_back, job_id, holder=holder)
        return "given back"
    except Unavailable:
        raise  # the lease runs out and the sweep sends it again
    except SupplyChainError as error:
        state, message, result = "failed", error.text, {}
    except Exception:
        log.exception("job_failed", job_id=job_id, kind=job.kind)
        state, message, result = "failed", "Something went wrong on our side. It was noted.", {}
    else:
        state, message = "done", ""
    write(
        driver,
        jobs.end_job,
        job_id,
        holder=holder,
        state=state,
        message=message,
        result=result,
        now=utc_now(),
    )
    return state


def give_back_all(driver: Driver, worker: str) -> int:
    """Queue again what the processes of a worker that ends have in hand; returns how much."""
    held = read(driver, jobs.list_held, worker)
    return sum(write(driver, jobs.give_back, job, holder=holder) for job, holder in held)


def _progress_of(
    driver: Driver, job_id: str, holder: str, must_give_back: Callable[[], bool]
) -> Progress:
    last = [0.0]

    def report_step(done: int, total: int, message: str) -> None:
        if must_give_back():
            raise JobStopped
        if done < total and time.monotonic() - last[0] < REPORT_EVERY_S:
            return
        last[0] = time.monotonic()
        kept = write(
            driver,
            jobs.report_progress,
            job_id,
            holder=holder,
            done=done,
            total=total,
            message=message,
            now=utc_now(),
        )
        if not kept:
            raise JobStopped

    return report_step


def resend_stranded(driver: Driver, hint: Callable[[Queue], None]) -> int:
    """Queue again the jobs whose worker was lost, and wake who does them; returns how many."""
    now = utc_now()
    woken = 0
    for job_id in read(driver, jobs.list_expired, now=now):
        write(
            driver,
            jobs.queue_again,
            job_id,
            now=now,
            message="This was started several times and never ended. It was noted.",
        )
        woken += 1
    if woken:
        for queue in Queue:
            hint(queue)
    return woken


def resend_hints(driver: Driver, hint: Callable[[Queue], None], *, now: datetime) -> int:
    """Wake the processes of each queue in which a job waits for long; returns how many hints."""
    counts = read(driver, jobs.count_waiting, before=now - SILENCE_BEFORE_RESEND)
    waiting = [
        QUEUES[kind] for kind, count in counts.items() if kind in QUEUES for _ in range(count)
    ]
    sent = 0
    for queue in Queue:
        for _ in range(min(MOST_HINTS_ITEMS, waiting.count(queue))):
            hint(queue)
            sent += 1
    return sent
