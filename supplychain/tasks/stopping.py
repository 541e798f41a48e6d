"""Whether this process is to end: what is in hand is finished soon, or given back."""

from __future__ import annotations

import signal
import sys
import time
from types import FrameType
from typing import Final

FINISH_S: Final = 3.0
"""For this long after a process was told to end, work goes on, for it may be nearly done."""

_since_s: list[float] = []


def begin(_signal: int = 0, _frame: FrameType | None = None) -> None:
    """Note that this process is to end."""
    if not _since_s:
        _since_s.append(time.monotonic())


def has_begun() -> bool:
    """Whether this process takes nothing new."""
    return bool(_since_s)


def must_give_back() -> bool:
    """Whether the time to finish what is in hand is over."""
    return bool(_since_s) and time.monotonic() - _since_s[0] > FINISH_S


def ignore() -> None:
    """Let a process of a pool live through signals meant for the one that looks after it.

    systemd sends SIGTERM to every process of a unit. Whoever ends in the middle of a message takes
    its pool along into a wait for ever.
    """
    if sys.platform != "win32":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)


def listen() -> None:
    """Let SIGTERM mean ``begin`` in a process of a pool that does a job."""
    if sys.platform != "win32":
        signal.signal(signal.SIGTERM, begin)
