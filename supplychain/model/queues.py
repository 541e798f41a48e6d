"""What waits in an installation, and for how long: the operator's view, without anybody's trade."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from supplychain.model.ids import to_instant

Waiting: TypeAlias = Literal["job", "event", "mail", "deadline"]

FAILED_FOR: Final = timedelta(hours=24)
"""For how long what failed is shown."""
LATE_AFTER_S: Final[dict[Waiting, int]] = {"job": 60, "event": 30, "mail": 600, "deadline": 10}
"""From when on something that waits is late: a deadline is opened within seconds, a mail that its
server refused is tried again after minutes, a job waits for those before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLine:
    """What waits, runs or failed of one kind.

    ``kind`` is a job's; empty for the rest. ``oldest_at`` is an instant in stored form, None where
    there is nothing.
    """

    what: Waiting
    kind: str
    state: Literal["queued", "running", "failed"]
    number: int
    oldest_at: str | None

    def age_s(self, now: datetime) -> float:
        """Seconds since the oldest of it came; 0 where there is nothing."""
        if not self.number or not self.oldest_at:
            return 0.0
        return max(0.0, (now - to_instant(self.oldest_at)).total_seconds())

    def is_late(self, now: datetime) -> bool:
        """Whether it waits for longer than it should."""
        return self.state == "queued" and self.age_s(now) > LATE_AFTER_S[self.what]


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedJob:
    """A job that failed: enough to look for it in the log, nothing of what it was about."""

    id: str
    kind: str
    tries: int
    ended_at: str
    request_id: str
