"""The clock: one holder at a time, another one soon after its death, and a figure of how it is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from neo4j import Driver

from supplychain.actions import clock
from supplychain.graph.engine.transactions import read, row
from supplychain.model.clock import BEAT_S, LOOK_S, ClockState, KeeperKind, Watch
from supplychain.model.ids import utc_now

TAKEN_OVER_S = 10.0


def _state(beat: str, *, kind: str = "worker", holder: str = "a") -> ClockState:
    return ClockState(holder=holder, kind=kind, beat=beat)


def test_nobody_kept_time_on_a_new_graph(driver: Driver) -> None:
    assert clock.read_age_s(driver) is None
    assert clock.look(driver) is None


def test_the_first_takes_it_and_the_age_begins_when_all_was_done(driver: Driver) -> None:
    assert clock.take(driver, "a", KeeperKind.WORKER, seen=None)
    assert clock.read_age_s(driver) is None
    assert clock.keep(driver, "a", kept_at=None)
    assert clock.read_age_s(driver) is None
    assert clock.keep(driver, "a", kept_at=utc_now() - timedelta(seconds=40))
    age = clock.read_age_s(driver)
    assert age is not None
    assert 40 <= age < 60
    assert clock.keep(driver, "a", kept_at=None)
    assert (clock.read_age_s(driver) or 0) >= 40


def test_of_many_that_try_one_takes_it(driver: Driver) -> None:
    clock.take(driver, "dead", KeeperKind.WORKER, seen=None)
    seen = clock.look(driver)

    def try_once(number: int) -> bool:
        return clock.take(driver, f"w{number}", KeeperKind.WORKER, seen=seen)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(try_once, range(8))) == 1


def test_of_many_on_a_new_graph_one_takes_it(driver: Driver) -> None:
    def try_once(number: int) -> bool:
        return clock.take(driver, f"w{number}", KeeperKind.WORKER, seen=None)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(try_once, range(8))) == 1
    count = read(driver, lambda tx: row(tx, "MATCH (c:Clock) RETURN count(c) AS n"))
    assert count == {"n": 1}


def test_who_beat_meanwhile_keeps_it(driver: Driver) -> None:
    clock.take(driver, "a", KeeperKind.WORKER, seen=None)
    seen = clock.look(driver)
    clock.keep(driver, "a", kept_at=None)
    assert not clock.take(driver, "b", KeeperKind.WORKER, seen=seen)
    assert clock.keep(driver, "a", kept_at=None)


def test_who_lost_it_learns_so_and_cannot_give_it_back(driver: Driver) -> None:
    clock.take(driver, "a", KeeperKind.WORKER, seen=None)
    assert clock.take(driver, "b", KeeperKind.WORKER, seen=clock.look(driver))
    assert not clock.keep(driver, "a", kept_at=utc_now())
    assert not clock.release(driver, "a")
    assert clock.keep(driver, "b", kept_at=None)


def test_what_was_given_back_is_free_at_once(driver: Driver) -> None:
    clock.take(driver, "a", KeeperKind.WORKER, seen=None)
    watch = Watch()
    assert not watch.may_take(clock.look(driver), KeeperKind.PORTAL, 0)
    assert clock.release(driver, "a")
    assert watch.may_take(clock.look(driver), KeeperKind.PORTAL, 0.1)


def test_a_dead_holder_is_followed_within_ten_seconds_by_anybody() -> None:
    for kind in KeeperKind:
        watch, last_beat_s, now_s = Watch(), 0.0, LOOK_S
        while not watch.may_take(_state("x"), kind, now_s):
            now_s += LOOK_S
        assert now_s - last_beat_s < TAKEN_OVER_S
        assert now_s - last_beat_s > 2 * BEAT_S


def test_a_holder_that_beats_is_never_followed() -> None:
    watch = Watch()
    for second in range(100):
        beat = str(second // 2)
        assert not watch.may_take(_state(beat), KeeperKind.WORKER, float(second))


def test_a_worker_takes_it_from_a_portal_and_not_the_other_way() -> None:
    assert Watch().may_take(_state("x", kind="portal"), KeeperKind.WORKER, 0)
    assert not Watch().may_take(_state("x", kind="portal"), KeeperKind.PORTAL, 0)
    assert not Watch().may_take(_state("x"), KeeperKind.PORTAL, 0)


def test_what_is_over_is_cleared_away_by_one_and_not_again_soon(driver: Driver) -> None:
    clock.take(driver, "a", KeeperKind.WORKER, seen=None)
    now = utc_now()
    assert clock.claim_tidying(driver, now)
    assert not clock.claim_tidying(driver, now + timedelta(seconds=30))
    assert clock.claim_tidying(driver, now + clock.TIDY_EVERY + timedelta(seconds=1))
