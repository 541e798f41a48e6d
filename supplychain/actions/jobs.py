"""Running, watching and stopping long work."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import structlog
from neo4j import Driver

from supplychain import metrics, trace
from supplychain.errors import NotOpen, SupplyChainError, Unavailable
from supplychain.graph import jobs
from supplychain.graph.engine.transactions import read, write
from supplychain.model.events import Facts
from supplychain.model.ids import new_id, to_instant, utc_now
from supplychain.model.jobs import Job, StartedJob
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


def run_job(driver: Driver, job_id: str, handlers: dict[str, Handler]) -> str:
    """Do a job if nobody else does, and return how it stands then. Safe to call twice."""
    holder = new_id()
    job = write(driver, jobs.start_job, job_id, holder=holder, now=utc_now())
    if job is None:
        return "taken"
    trace.begin_work(f"job {job.kind}", request_id=job.request_id)
    structlog.contextvars.bind_contextvars(job_id=job_id)
    began, waited = time.monotonic(), utc_now() - to_instant(job.created_at)
    if job.tries == 1:
        metrics.JOB_WAIT.labels(kind=job.kind).observe(max(0.0, waited.total_seconds()))
    try:
        state = _work_off(driver, job_id, job, holder, handlers)
        metrics.JOBS_ENDED.labels(kind=job.kind, state=state).inc()
        metrics.JOB_TIME.labels(kind=job.kind).observe(time.monotonic() - began)
        return state
    finally:
        structlog.contextvars.unbind_contextvars("job_id")
        trace.end_work()


def _work_off(
    driver: Driver, job_id: str, job: StartedJob, holder: str, handlers: dict[str, Handler]
) -> str:
    try:
        result = handlers[job.kind](driver, job, _progress_of(driver, job_id, holder))
    except JobStopped:
        return "stopped"
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


def _progress_of(driver: Driver, job_id: str, holder: str) -> Progress:
    last = [0.0]

    def report_step(done: int, total: int, message: str) -> None:
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


def resend_stranded(driver: Driver, send: Callable[[str], None]) -> int:
    """Send the hints of lost jobs again; returns how many."""
    now = utc_now()
    stranded = read(driver, jobs.list_stranded, now=now, before=now - SILENCE_BEFORE_RESEND)
    for job_id in stranded:
        write(
            driver,
            jobs.note_resent,
            job_id,
            now=now,
            message="This was started several times and never ended. It was noted.",
        )
        send(job_id)
    return len(stranded)
