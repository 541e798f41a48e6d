"""Running, watching and stopping long work."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from neo4j import Driver

from supplychain.errors import NotOpen, SupplyChainError, Unavailable
from supplychain.graph import jobs
from supplychain.graph.engine.transactions import read, write
from supplychain.model.ids import new_id, utc_now
from supplychain.model.jobs import Job
from supplychain.model.people.actors import Actor

Progress = Callable[[int, int, str], None]
"""``progress(done, total, message)``; raises JobStopped where the job was cancelled."""
Handler = Callable[[Driver, dict[str, Any], Progress], dict[str, Any]]
"""``handler(driver, job, progress)``: ``job`` has kind, about_id, firm_id, user_id."""

log = structlog.get_logger()


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


def run(driver: Driver, job_id: str, handlers: dict[str, Handler]) -> str:
    """Do a job if nobody else does, and return how it stands then. Safe to call twice."""
    holder = new_id()
    taken = write(driver, jobs.start, job_id, holder=holder, now=utc_now())
    if taken is None:
        return "taken"
    try:
        result = handlers[taken["kind"]](driver, taken, _reporter(driver, job_id, holder))
    except JobStopped:
        return "stopped"
    except Unavailable:
        raise  # the lease runs out and the sweep sends it again
    except SupplyChainError as error:
        state, message, result = "failed", error.text, {}
    except Exception:
        log.exception("job_failed", job_id=job_id, kind=taken["kind"])
        state, message, result = "failed", "Something went wrong on our side. It was noted.", {}
    else:
        state, message = "done", ""
    write(
        driver,
        jobs.end,
        job_id,
        holder=holder,
        state=state,
        message=message,
        result=result,
        now=utc_now(),
    )
    return state


def _reporter(driver: Driver, job_id: str, holder: str) -> Progress:
    last = [0.0]

    def report(done: int, total: int, message: str) -> None:
        if done < total and time.monotonic() - last[0] < 0.5:
            return
        last[0] = time.monotonic()
        kept = write(
            driver,
            jobs.progress,
            job_id,
            holder=holder,
            done=done,
            total=total,
            message=message,
            now=utc_now(),
        )
        if not kept:
            raise JobStopped

    return report


def resend_stranded(driver: Driver, send: Callable[[str], None]) -> int:
    """Send the hints of lost jobs again; returns how many."""
    now = utc_now()
    found = read(driver, jobs.stranded, now=now, before=now - timedelta(seconds=15))
    for job in found:
        write(
            driver,
            jobs.resent,
            job["id"],
            now=now,
            message="This was started several times and never ended. It was noted.",
        )
        send(job["id"])
    return len(found)
