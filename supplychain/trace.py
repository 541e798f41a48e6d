"""Which request or job the work at hand belongs to: one id through web, job, Cypher and log.

The id of a request is at every line of the log that it causes, in the answer's ``X-Request-ID``,
at the jobs that it queues, at their lines of the log, and in the metadata of each transaction
(Neo4j: ``SHOW TRANSACTIONS``).
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from typing import Final
from uuid import uuid4

import structlog

ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
"""How an id looks that another program may have made: nothing that a log could stumble over."""
_request_id: ContextVar[str] = ContextVar("request_id", default="")
_doing: ContextVar[str] = ContextVar("doing", default="")


def begin_work(doing: str, *, request_id: str = "") -> str:
    """From here on this thread works for a request; returns its id.

    Args:
        doing: what is done: the endpoint of a request, the kind of a job.
        request_id: the id that the work came with; where it is none, a fresh one.
    """
    if not ID.fullmatch(request_id):
        request_id = uuid4().hex
    _request_id.set(request_id)
    _doing.set(doing)
    structlog.contextvars.bind_contextvars(request_id=request_id, doing=doing)
    return request_id


def end_work() -> None:
    """What this thread does next belongs to nobody yet."""
    _request_id.set("")
    _doing.set("")
    structlog.contextvars.unbind_contextvars("request_id", "doing")


def request_id() -> str:
    """The id of the request that the work at hand belongs to; empty where there is none."""
    return _request_id.get()


def describe_work() -> dict[str, str]:
    """The work at hand as a transaction carries it; empty where it belongs to nobody."""
    if not _request_id.get():
        return {}
    return {"request_id": _request_id.get(), "doing": _doing.get()}
