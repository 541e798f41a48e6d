"""Long work: a job says what it is, how far it is, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from supplychain.model.events import Facts

ACTIVE: Final = ("queued", "running")
MAX_TRIES: Final = 2
"""After this many starts without an end a job has failed and is not sent again: what kills its
worker twice would kill the next one too."""
LEASE_S: Final = 20
"""A running job that reports nothing for this long counts as dead and is sent again."""


class Queue(StrEnum):
    """What waits for the same processes. No queue holds another up."""

    RANKINGS = "rankings"
    IMPORTS = "imports"
    STUDIES = "studies"

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of job that wait in it."""
        return tuple(sorted(kind for kind, queue in QUEUES.items() if queue is self))


QUEUES: Final = {
    "match": Queue.RANKINGS,
    "import": Queue.IMPORTS,
    "import_reading": Queue.IMPORTS,
    "award_study": Queue.STUDIES,
    "award_replay": Queue.STUDIES,
}
"""Kind of job to where it waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedJob:
    """What a worker has to know of the job that it does.

    ``tries`` counts its starts, this one among them; ``created_at`` is an instant in stored form;
    ``request_id`` is the request that queued it.
    """

    kind: str
    about_id: str
    firm_id: str
    user_id: str
    tries: int
    created_at: str
    request_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of long work; ``done`` of ``total`` steps, ``result`` the figures it ended with."""

    id: str
    kind: str
    state: str
    about_id: str
    firm_id: str
    done: int
    total: int
    message: str
    result: Facts
    created_at: str
    ended_at: str | None

    @property
    def percent(self) -> int:
        """How far it is, 0 to 100."""
        if self.state == "done":
            return 100
        return min(99, 100 * self.done // self.total) if self.total else 0

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state not in ACTIVE
