"""What a search knows so far, told to whoever waits for it."""

from __future__ import annotations

import threading
import time
from math import ceil, inf

from supplychain.award.answer import Report, Step

STEP_LOSS_SHARE = 1e-6
"""What floats may have added to a bound: HiGHS holds rows to 1e-7 and sums some of them. A bound
is lifted to the next step only where it is above the last by more, and where steps are ten times
as wide."""

TOLD_LOSS_SHARE = 2e-9
"""Bounds lose 1e-9 of themselves on the way here, once or twice: by no more than this above the gap
a search is proven to it."""


class Progress:
    """The best cost and the proven bound of a running search, in the request's money.

    Args:
        deadline: of ``time.monotonic``.
        money: the cost of 1 of what is told here.
        step: every split costs a whole multiple of it; 0 where nothing is known of that.
    """

    def __init__(
        self, deadline: float, report: Report | None, money: float = 1.0, step: float = 0.0
    ) -> None:
        self.deadline, self.report, self.money, self.step = deadline, report, money, step
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
            self.bound = max(self.bound, self._lift_bound(bound))
        if self.report is not None and not self.stopped:
            step = Step(
                best=None if self.best == inf else self.best * self.money,
                bound=None if self.bound == -inf else min(self.bound, self.best) * self.money,
                seconds=time.monotonic() - self.began,
            )
            self.stopped = not self.report(step)
        return not self.stopped and self.seconds_left > 0

    def _lift_bound(self, bound: float) -> float:
        """The least cost that a split can have above a bound, where costs come in steps."""
        loss = STEP_LOSS_SHARE * abs(bound)
        if bound == -inf or self.step <= 0 or loss * 10 > self.step:
            return bound
        lifted = ceil((bound - loss) / self.step) * self.step
        return max(bound, lifted - STEP_LOSS_SHARE * 1e-3 * abs(lifted))

    def is_over(self, gap: float) -> bool:
        """Whether to end: stopped, out of time, or within a gap."""
        return self.stopped or self.seconds_left <= 0.02 or self.gap <= gap + TOLD_LOSS_SHARE
