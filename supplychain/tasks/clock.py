"""The clock: whichever process holds it does what is due, and when it dies the next one takes it.

Every worker and every portal has a ``Keeper``. One of them holds the clock, a short lease in the
graph; the others look every second whether it still beats. What is due is done here and now, in
threads of its own: no message, no broker and no other work stands between a deadline and its
opening, and nothing that is slow holds up what is not.
"""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from supplychain.actions import clock, jobs
from supplychain.errors import Unavailable
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.starting import await_schema
from supplychain.model.clock import BEAT_S, LOOK_S, KeeperKind, Watch
from supplychain.model.ids import new_id, utc_now
from supplychain.tasks.jobs import hint
from supplychain.tasks.mails import send_mails
from supplychain.tasks.sweeps import Sweep, gather_sweeps, gather_tidies, run_sweep

log = structlog.get_logger()

SWEEP_S: Final = 2.0
MAIL_S: Final = 5.0
HINT_S: Final = 15.0
TIDY_LOOK_S: Final = 30.0
"""How far apart each of what is due is done, and how often it is looked whether to clear away."""
FINISH_S: Final = 5.0
"""How long a keeper that ends waits for what it has in hand, before it gives the clock back."""
RELEASE_S: Final = 2.0
"""How long giving it back may take."""
STUCK_S: Final = 120.0
"""A sweep that does not come back for this long will not: its process makes room for another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something to be done again and again, in a thread of its own.

    ``is_counted``: the clock is only called kept while this comes to its end.
    """

    name: str
    period_s: float
    run: Callable[[], object]
    is_counted: bool = False


class Keeper:
    """Holds the clock, or waits for it."""

    def __init__(self, kind: KeeperKind, duties: tuple[Duty, ...]) -> None:
        self.id = new_id()
        self.kind = kind
        self.duties = duties
        self.ended = threading.Event()
        self._watch = Watch()
        self._held_until_s = 0.0
        self._begun_s: dict[str, float] = {}
        self._finished: dict[str, datetime] = {}

    @property
    def holds(self) -> bool:
        """Whether what is due is this process's to do: it beat not long ago, and found itself."""
        return time.monotonic() < self._held_until_s

    def run(self) -> None:
        """Keep time until ``stop``."""
        threads = [
            threading.Thread(target=self._repeat_duty, args=(duty,), daemon=True, name=duty.name)
            for duty in self.duties
        ]
        for thread in threads:
            thread.start()
        was_away = False
        while not self.ended.is_set():
            try:
                self.step()
                was_away = False
            except Exception as error:
                if not was_away:
                    log.warning("clock_waits", error=type(error).__name__, text=str(error))
                was_away = True
            self.ended.wait(BEAT_S if self.holds else LOOK_S)
        self._release_clock(threads)

    def stop(self) -> None:
        """Give the clock back and let ``run`` return."""
        self.ended.set()

    def step(self) -> None:
        """Beat once if this process holds the clock, else look whether it is free.

        Raises:
            Unavailable: the graph is away.
        """
        now_s = time.monotonic()
        if self._held_until_s:
            if clock.keep(graph(), self.id, kept_at=self._find_kept()):
                self._held_until_s = now_s + self.kind.patience_s
            else:
                self._held_until_s = 0.0
                log.warning("clock_lost", kind=self.kind.value)
            return
        state = clock.look(graph())
        if not self._watch.may_take(state, self.kind, now_s):
            return
        if clock.take(graph(), self.id, self.kind, seen=state):
            self._finished.clear()
            self._held_until_s = now_s + self.kind.patience_s
            log.info("clock_taken", kind=self.kind.value)

    def _find_kept(self) -> datetime | None:
        """Since when nothing that is due was left undone; None before all was done once."""
        counted = [duty.name for duty in self.duties if duty.is_counted]
        finished = [self._finished[name] for name in counted if name in self._finished]
        return min(finished) if finished and len(finished) == len(counted) else None

    def find_stuck(self) -> str | None:
        """The name of a duty that has not come back for too long."""
        before = time.monotonic() - STUCK_S
        begun = list(self._begun_s.items())
        counted = {duty.name for duty in self.duties if duty.is_counted}
        return next((name for name, since in begun if name in counted and since < before), None)

    def _repeat_duty(self, duty: Duty) -> None:
        was_away = False
        while not self.ended.is_set():
            if self.holds:
                self._begun_s[duty.name] = time.monotonic()
                was_away = self._run_duty(duty, was_away)
                self._begun_s.pop(duty.name, None)
            self.ended.wait(duty.period_s if self.holds else LOOK_S)

    def _run_duty(self, duty: Duty, was_away: bool) -> bool:
        """Do it once; whether the graph was away. That is said once, not every two seconds."""
        began = utc_now()
        try:
            duty.run()
        except Unavailable as error:
            if not was_away:
                log.warning("duty_waits", duty=duty.name, text=error.text)
            return True
        except Exception:
            log.exception("duty_failed", duty=duty.name)
        self._finished[duty.name] = began
        return False

    def _release_clock(self, threads: list[threading.Thread]) -> None:
        until = time.monotonic() + FINISH_S
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))
        if self._held_until_s:
            try:
                clock.release(graph(), self.id)
            except Exception as error:  # whoever waits takes it all the same, some seconds later
                log.warning("clock_not_released", error=type(error).__name__)


def list_duties() -> tuple[Duty, ...]:
    """All that the holder of the clock does: each sweep by itself, mail, hints, clearing away."""
    sweeps = tuple(_sweep_duty(sweep) for sweep in gather_sweeps())
    return (
        *sweeps,
        Duty(name="lost_jobs", period_s=SWEEP_S, run=_resend_stranded),
        Duty(name="lost_hints", period_s=HINT_S, run=_resend_hints),
        Duty(name="mail", period_s=MAIL_S, run=send_mails),
        Duty(name="tidy", period_s=TIDY_LOOK_S, run=_tidy_now_and_then),
    )


def _sweep_duty(sweep: Sweep) -> Duty:
    name = f"{sweep.__module__}.{sweep.__name__}"
    return Duty(name=name, period_s=SWEEP_S, run=lambda: run_sweep(sweep), is_counted=True)


def _resend_stranded() -> None:
    jobs.resend_stranded(graph(), hint)


def _resend_hints() -> None:
    jobs.resend_hints(graph(), hint, now=utc_now())


def _tidy_now_and_then() -> None:
    if clock.claim_tidying(graph(), utc_now()):
        for tidy in gather_tidies():
            run_sweep(tidy)


def start_keeper() -> Keeper:
    """Let this portal process wait for the clock in a thread, and keep time while no worker does.

    Call it after the fork: threads do not cross it.
    """
    keeper = Keeper(KeeperKind.PORTAL, list_duties())

    def wait_and_keep() -> None:
        await_schema(log.warning, patience_s=math.inf)
        keeper.run()

    threading.Thread(target=wait_and_keep, daemon=True, name="clock").start()
    return keeper


def watch_stuck(keeper: Keeper) -> None:
    """End this process where one of its duties hangs, so that another takes the clock."""
    while not keeper.ended.wait(BEAT_S):
        stuck = keeper.find_stuck()
        if stuck is not None:
            log.error("clock_stuck", duty=stuck)
            os._exit(3)
