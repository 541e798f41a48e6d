"""A keeper of the clock: what is slow or broken in it holds nothing else up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from neo4j import Driver

from supplychain.actions import clock as actions
from supplychain.errors import Unavailable
from supplychain.model.clock import KeeperKind
from supplychain.tasks import clock
from supplychain.tasks.clock import Duty, Keeper, list_duties
from supplychain.tasks.sweeps import gather_sweeps


@contextmanager
def kept(*duties: Duty, kind: KeeperKind = KeeperKind.WORKER) -> Iterator[Keeper]:
    """A keeper at work."""
    keeper = Keeper(kind, duties)
    thread = threading.Thread(target=keeper.run, daemon=True)
    thread.start()
    try:
        yield keeper
    finally:
        keeper.stop()
        thread.join(20)
        assert not thread.is_alive()


def _wait(what: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_all_sweeps_are_counted_and_each_has_a_thread_of_its_own() -> None:
    counted = [duty for duty in list_duties() if duty.is_counted]
    assert len(counted) == len(gather_sweeps())
    names = [duty.name for duty in list_duties()]
    assert len(set(names)) == len(names)
    assert all(duty.period_s <= 2 for duty in counted)


def test_one_that_hangs_does_not_hold_another_up(driver: Driver) -> None:
    rounds: list[float] = []
    release = threading.Event()
    slow = Duty(name="slow", period_s=0.05, run=lambda: release.wait(60))
    quick = Duty(name="quick", period_s=0.05, run=lambda: rounds.append(time.monotonic()))
    with kept(slow, quick):
        _wait(lambda: len(rounds) >= 5)
        release.set()


def test_the_age_says_when_something_due_does_not_end(driver: Driver) -> None:
    release = threading.Event()
    calls: list[int] = []

    def hang_at_second() -> None:
        calls.append(1)
        if len(calls) > 1:
            release.wait(60)

    duties = (
        Duty(name="hangs", period_s=0.05, run=hang_at_second, is_counted=True),
        Duty(name="well", period_s=0.05, run=lambda: None, is_counted=True),
    )
    with kept(*duties) as keeper:
        _wait(lambda: actions.read_age_s(driver) is not None)
        first = actions.read_age_s(driver)
        _wait(lambda: (actions.read_age_s(driver) or 0) > (first or 0) + 3)
        assert keeper.holds
        release.set()
        _wait(lambda: (actions.read_age_s(driver) or 9) < 3)


def test_one_that_fails_is_tried_again_and_the_rest_goes_on(driver: Driver) -> None:
    calls: list[str] = []

    def fail() -> None:
        calls.append("fail")
        raise ZeroDivisionError

    def be_away() -> None:
        calls.append("away")
        raise Unavailable

    duties = (
        Duty(name="fail", period_s=0.02, run=fail),
        Duty(name="away", period_s=0.02, run=be_away),
    )
    with kept(*duties):
        _wait(lambda: calls.count("fail") > 2 and calls.count("away") > 2)


def test_nothing_is_done_by_who_does_not_hold_it(driver: Driver) -> None:
    mine: list[int] = []
    theirs: list[int] = []
    with kept(Duty(name="a", period_s=0.05, run=lambda: mine.append(1))) as first:
        _wait(lambda: first.holds and bool(mine))
        with kept(Duty(name="b", period_s=0.05, run=lambda: theirs.append(1))) as second:
            time.sleep(2.5)
            assert not second.holds
            assert theirs == []
            first.stop()
            _wait(lambda: second.holds and bool(theirs), 15)


def test_a_portal_keeps_time_until_a_worker_comes(driver: Driver) -> None:
    with kept(kind=KeeperKind.PORTAL) as portal:
        _wait(lambda: portal.holds)
        with kept() as worker:
            _wait(lambda: worker.holds, 15)
            _wait(lambda: not portal.holds, 15)


def test_who_slept_does_not_believe_to_hold_it(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = Keeper(KeeperKind.WORKER, ())
    keeper.step()
    assert keeper.holds
    woken = time.monotonic() + 60
    monkeypatch.setattr(clock.time, "monotonic", lambda: woken)
    assert not keeper.holds


def test_a_sweep_that_hangs_is_named(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    hangs = Duty(name="hangs", period_s=0.05, run=lambda: release.wait(60), is_counted=True)
    monkeypatch.setattr(clock, "STUCK_S", 0.2)
    with kept(hangs) as keeper:
        _wait(lambda: keeper.find_stuck() == "hangs")
        release.set()
