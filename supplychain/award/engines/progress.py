"""What a search knows so far, told to whoever waits for it."""

from __future__ import annotations

import threading
import time
from math import inf

from supplychain.award.answer import Report, Step


class Progress:
    """The best cost and the proven bound of a running search, in the request's money.

    Args:
        deadline: of ``time.monotonic``.
        money: the cost of 1 of what is told here.
    """

    def __init__(self, deadline: float, report: Report | None, money: float = 1.0) -> None:
        self.deadline, self.report, self.money = deadline, report, money
        self.began = time.monotonic()
        self.best, self.bound = inf, -inf
        self.stopped = False
        self._lock = threading.RLock()

    @property
    def seconds_left(self) -> float:
        """Seconds until the deadline."""
        return self.deadline - time.monotonic()

    @property
    def gap(self) -> float:
        """Relative, of the best; endless without a best or a bound."""
        if self.best == inf or self.bound == -inf:
            return inf
        return max(0.0, self.best - self.bound) / max(abs(self.best), 1e-12)

    def note_progress(self, best: float = inf, bound: float = -inf) -> bool:
        """Note a better cost or bound, from any thread; whether to go on."""
        with self._lock:
            return self._note_and_report(best, bound)

    def _note_and_report(self, best: float, bound: float) -> bool:
        self.best = min(self.best, best)
        if bound < 1e29:
            self.bound = max(self.bound, bound)
        if self.report is not None and not self.stopped:
            step = Step(
                best=None if self.best == inf else self.best * self.money,
                bound=None if self.bound == -inf else min(self.bound, self.best) * self.money,
                seconds=time.monotonic() - self.began,
            )
            self.stopped = not self.report(step)
        return not self.stopped and self.seconds_left > 0

    def is_over(self, gap: float) -> bool:
        """Whether to end: stopped, out of time, or within a gap."""
        return self.stopped or self.seconds_left <= 0.02 or self.gap <= gap
