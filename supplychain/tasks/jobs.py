"""Doing jobs: which action does which kind of job, and in which process."""

from __future__ import annotations

import importlib
import pkgutil
import time
from functools import lru_cache
from typing import Any, Final

import structlog

from supplychain import tasks
from supplychain.actions import jobs
from supplychain.graph.engine.driver import graph
from supplychain.model.jobs import Queue
from supplychain.tasks import stopping
from supplychain.tasks.app import app

log = structlog.get_logger()

QUIET_S: Final = 10.0
"""For how long a broker that did not answer is left alone."""
_quiet_until: list[float] = [0.0]

worker: list[str] = [""]
"""Under what name the processes of this worker hold jobs; set before they are forked."""


@lru_cache(maxsize=1)
def gather_handlers() -> dict[str, jobs.Handler]:
    """Job kind to action, gathered from the ``HANDLERS`` of every module in this folder."""
    handlers: dict[str, jobs.Handler] = {}
    for entry in pkgutil.iter_modules(tasks.__path__):
        module = importlib.import_module(f"supplychain.tasks.{entry.name}")
        handlers.update(getattr(module, "HANDLERS", {}))
    return handlers


@app.task(name="supplychain.run_job", bind=True)
def run_job(self: Any, _job_id: str = "") -> None:
    """Do what waits in the queue that the hint came through, whichever job it was about.

    Workers of before 0.1 have one queue for all, called ``celery``: its hints go to each of ours.
    """
    name = (self.request.delivery_info or {}).get("routing_key", "")
    if name not in set(Queue):
        for queue in Queue:
            hint(queue)
        return
    stopping.listen()
    try:
        is_more = jobs.work_off(
            graph(),
            Queue(name),
            gather_handlers(),
            worker=worker[0],
            must_stop=stopping.has_begun,
            must_give_back=stopping.must_give_back,
        )
    finally:
        stopping.ignore()
    if is_more:
        hint(Queue(name))


def send(job_id: str, queue: Queue) -> None:
    """Hint to a worker that a job waits. A broker that is away is no error: the clock re-sends.

    After one that could not be reached in time, hints are left out for a moment: whoever publishes
    a request waits for a frozen broker once, not each time.
    """
    if time.monotonic() < _quiet_until[0]:
        return
    try:
        app.send_task("supplychain.run_job", (job_id,), queue=queue.value, retry=False)
    except Exception as error:  # each transport raises errors of its own
        _quiet_until[0] = time.monotonic() + QUIET_S
        log.warning("hint_not_sent", job_id=job_id, error=type(error).__name__)


def hint(queue: Queue) -> None:
    """Wake a process of a queue: something waits there."""
    send("", queue)
