"""The whole program in a thread of its own, beside the search for good splits.

HiGHS lets go of Python's lock while it works, so two searches use two cores. The prover takes no
splits from the other search: an answer that it proves does not depend on how fast that one was.
Whole lines are the exception: their splits are passed to it, as it prunes little without them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np

from supplychain.award.engines.arrays import Floats
from supplychain.award.engines.model import Mask, Model, Solved, solve_free_columns


class Prover:
    """HiGHS on all columns, until proven, told to stop, or out of time.

    Args:
        model: the program.
        start: a solution to begin with, or None.
        seconds: when to stop.
        gap: relative; what is within it counts as proven.
        tell: told of the best cost and the bound, in the thread; stops the search with False.
        free: the columns to search, the others are 0; None: all.
        offer: values that cost less than what it has, or None; looked at in the thread.

    Attributes:
        is_heard: it has told of something, so it ends soon after it is stopped; before, it may
            still be in its first linear program.
    """

    def __init__(
        self,
        model: Model,
        start: Floats | None,
        *,
        seconds: float,
        gap: float,
        tell: Callable[[float, float], bool],
        free: Mask | None = None,
        offer: Callable[[float], Floats | None] | None = None,
    ) -> None:
        self._model, self._start, self._tell = model, start, tell
        self._free = np.ones(len(model.cost), dtype=bool) if free is None else free
        self._offer = offer
        self._seconds, self._gap = seconds, gap
        self._found: Solved | None = None
        self._failed: BaseException | None = None
        self._halted = False
        self.is_heard = False
        self._thread = threading.Thread(target=self._solve_whole, name="prover", daemon=True)
        self._thread.start()

    @property
    def is_done(self) -> bool:
        """Whether it has ended: proven, or stopped."""
        return not self._thread.is_alive()

    def wait_for_answer(self) -> Solved:
        """Its answer, once it has ended; what went wrong in it goes wrong here."""
        self._thread.join()
        if self._failed is not None:
            raise self._failed
        assert self._found is not None
        return self._found

    def stop_and_wait(self) -> Solved:
        """End it and take what it has."""
        self._halted = True
        return self.wait_for_answer()

    def _solve_whole(self) -> None:
        try:
            self._found = solve_free_columns(
                self._model,
                self._free,
                np.zeros(len(self._free)) if self._start is None else self._start,
                seconds=self._seconds,
                gap=self._gap,
                start=self._start is not None,
                tell=self._pass_progress,
                offer=self._offer,
            )
        except BaseException as error:  # told to whoever waits
            self._failed = error

    def _pass_progress(self, best: float, bound: float) -> bool:
        self.is_heard = True
        if self._failed is not None:
            return False
        try:
            return self._tell(best, bound) and not self._halted
        except BaseException as error:  # told to whoever waits
            self._failed = error
            return False
