"""Long work: a job says what it is, how far it is, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

ACTIVE: Final = ("queued", "running")
TRIES: Final = 5
"""After this many starts without an end a job is failed, not sent again."""
LEASE_SECONDS: Final = 20
"""A running job that says nothing for this long is taken for dead and sent again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of long work; ``done`` of ``total`` steps."""

    id: str
    kind: str
    state: str
    about_id: str
    firm_id: str
    done: int
    total: int
    message: str
    result: dict[str, Any]
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
