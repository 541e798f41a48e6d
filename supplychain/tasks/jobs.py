"""Doing jobs: which action does which kind of job."""

from __future__ import annotations

import importlib
import pkgutil

import structlog
from kombu.exceptions import OperationalError

from supplychain import tasks
from supplychain.actions import jobs
from supplychain.graph.engine.driver import graph
from supplychain.tasks.app import app

log = structlog.get_logger()


def gather_handlers() -> dict[str, jobs.Handler]:
    """Job kind to action, gathered from the ``HANDLERS`` of every module in this folder."""
    handlers: dict[str, jobs.Handler] = {}
    for entry in pkgutil.iter_modules(tasks.__path__):
        module = importlib.import_module(f"supplychain.tasks.{entry.name}")
        handlers.update(getattr(module, "HANDLERS", {}))
    return handlers


@app.task(name="supplychain.run_job")
def run_job(job_id: str) -> None:
    """Do one job, unless somebody else does."""
    jobs.run_job(graph(), job_id, gather_handlers())


def send(job_id: str) -> None:
    """Hint to a worker that a job waits. A broker that is away is no error: the sweep re-sends."""
    try:
        app.send_task("supplychain.run_job", (job_id,), retry=False)
    except (OperationalError, OSError) as error:
        log.warning("hint_not_sent", job_id=job_id, error=type(error).__name__)
