"""Who keeps time: the one process that does what is due, and how the others notice its death."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

BEAT_S: Final = 2.0
"""How often the holder of the clock says that it lives."""
LOOK_S: Final = 1.0
"""How often all others look whether it does."""


class KeeperKind(StrEnum):
    """What keeps time: a worker, or a portal as long as there is no worker."""

    WORKER = "worker"
    PORTAL = "portal"

    @property
    def patience_s(self) -> float:
        """Seconds without a beat after which the holder counts as dead.

        Portals wait longer than workers. With the looks between, the clock has a new holder
        within 7 s by a worker and 9 s by a portal.
        """
        return 5.0 if self is KeeperKind.WORKER else 7.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockState:
    """The clock as it stands in the graph.

    ``beat`` is another text after each beat: whoever watches it needs no clock that agrees with
    the holder's. ``holder`` is empty where it was given back.
    """

    holder: str
    kind: str
    beat: str


@dataclass(slots=True, kw_only=True)
class Watch:
    """What one process has seen of the holder, by its own steady seconds."""

    beat: str = ""
    since_s: float = 0.0

    def may_take(self, state: ClockState | None, kind: KeeperKind, now_s: float) -> bool:
        """Whether the clock is free: nobody's, silent for too long, or a portal's for a worker."""
        if state is None or not state.holder:
            return True
        if kind is KeeperKind.WORKER and state.kind == KeeperKind.PORTAL:
            return True
        if state.beat != self.beat:
            self.beat, self.since_s = state.beat, now_s
            return False
        return now_s - self.since_s >= kind.patience_s
