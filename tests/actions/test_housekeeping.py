"""What is over is cleared away; what is in use stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest
from neo4j import Driver

from supplychain.actions import housekeeping
from supplychain.graph import housekeeping as graph
from supplychain.graph.engine.transactions import read, row, run, write
from supplychain.graph.housekeeping import Kind
from supplychain.model.ids import to_text, utc_now
from supplychain.tasks.sweeps import gather_sweeps, gather_tidies


def _kept(driver: Driver, query: str) -> int:
    found = read(driver, lambda tx: row(tx, query))
    assert found is not None
    return found["n"]


MAKE = {
    Kind.KEYS: "CREATE (:Idem {key: $id, at: $at})",
    Kind.SESSIONS: "CREATE (:Session {id: $id, user_id: 'u', ends_at: $at})",
    Kind.HALF_SESSIONS: "CREATE (:HalfSession {digest: $id, user_id: 'u', ends_at: $at})",
    Kind.REGISTRATIONS: "CREATE (:WaitingRegistration {id: $id, ends_at: $at})",
    Kind.RESETS: "CREATE (:PasswordReset {digest: $id, user_id: 'u', ends_at: $at})",
    Kind.INVITES: "CREATE (:ColleagueInvite {id: $id, digest: $id, firm_id: 'f', ends_at: $at})",
    Kind.TOKENS: "CREATE (:Token {id: $id, digest: $id, user_id: 'u', ends_at: $at})",
    Kind.JOBS: "CREATE (:Job {id: $id, state: 'done', ended_at: $at})",
    Kind.UPLOADS: "CREATE (:Upload {id: $id, firm_id: 'f', job_id: 'j' + $id, created_at: $at})",
    Kind.MAILS: "CREATE (:Mail {id: $id, state: 'D', created_at: $at})",
    Kind.LOOKS: "CREATE (:Look {id: $id, firm_id: 'f', viewer_id: 'v', day: left($at, 10)})",
    Kind.RANKINGS: "CREATE (:Ranking {id: $id, request_id: 'r', made_at: $at})",
}
COUNT = """
MATCH (n) WHERE n:Idem OR n:Session OR n:HalfSession OR n:WaitingRegistration OR n:PasswordReset
    OR n:ColleagueInvite OR n:Token OR n:Job OR n:Upload OR n:Mail OR n:Look OR n:Ranking
RETURN count(n) AS n
"""
KEPT_DAYS = {
    Kind.KEYS: 2, Kind.SESSIONS: 0, Kind.HALF_SESSIONS: 0, Kind.REGISTRATIONS: 0, Kind.RESETS: 30,
    Kind.INVITES: 30, Kind.TOKENS: 30, Kind.JOBS: 90, Kind.UPLOADS: 120, Kind.MAILS: 7,
    Kind.LOOKS: 401, Kind.RANKINGS: 800,
}  # fmt: skip


def _make(driver: Driver, kind: Kind, id: str, at: datetime) -> None:
    write(driver, lambda tx: run(tx, MAKE[kind], id=id, at=to_text(at)))


@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_older_than_its_setting_goes_and_the_rest_stays(driver: Driver, kind: Kind) -> None:
    now = utc_now()
    edge = now - timedelta(days=KEPT_DAYS[kind])
    _make(driver, kind, "old", edge - timedelta(days=2))
    _make(driver, kind, "young", edge + timedelta(days=1))
    assert housekeeping.forget_old(driver, kind, now) == 1
    assert _kept(driver, COUNT) == 1
    assert housekeeping.forget_old(driver, kind, now) == 0
    assert housekeeping.forget_old(driver, kind, now + timedelta(days=3)) == 1
    assert _kept(driver, COUNT) == 0


MARKS = "MATCH (c:Clock {id: 'forget|keys'}) RETURN c.forgotten_to AS upto"


def test_a_search_begins_where_all_before_is_gone(driver: Driver) -> None:
    now = utc_now()
    edge = now - timedelta(days=2)
    for number in range(3):
        _make(driver, Kind.KEYS, f"k{number}", edge - timedelta(days=5 - number))
    forget = partial(graph.forget_old, kind=Kind.KEYS, before=edge)
    assert write(driver, lambda tx: forget(tx, most=2)) == 2
    assert read(driver, lambda tx: row(tx, MARKS)) is None  # something older may be left
    assert write(driver, lambda tx: forget(tx, most=2)) == 1
    assert read(driver, lambda tx: row(tx, MARKS)) == {"upto": to_text(edge - graph.SLACK)}
    _make(driver, Kind.KEYS, "late", edge - timedelta(hours=20))  # by another clock
    assert write(driver, lambda tx: forget(tx, most=2)) == 1


def test_many_go_at_one_tidying_in_bounded_batches(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "BATCH_ROWS", 2)
    for number in range(5):
        _make(driver, Kind.KEYS, f"k{number}", utc_now() - timedelta(days=9))
    assert housekeeping.forget_old(driver, Kind.KEYS, utc_now()) == 5


def test_a_kind_that_was_searched_is_left_alone_for_an_hour(driver: Driver) -> None:
    now = utc_now()
    assert set(housekeeping.forget_all_old(driver, now)) == set(Kind)
    _make(driver, Kind.KEYS, "old", now - timedelta(days=3))
    assert housekeeping.forget_all_old(driver, now + timedelta(minutes=59)) == {}
    assert housekeeping.forget_all_old(driver, now + timedelta(minutes=61))[Kind.KEYS] == 1
    # A clock that was ahead and was set right does not leave it alone for longer.
    assert set(housekeeping.forget_all_old(driver, now)) == set(Kind)


def test_a_kind_with_more_than_one_tidying_takes_is_searched_at_the_next(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = utc_now()
    monkeypatch.setattr(housekeeping, "BATCH_ROWS", 2)
    monkeypatch.setattr(housekeeping, "MOST_BATCHES", 2)
    for number in range(5):
        _make(driver, Kind.KEYS, f"k{number}", now - timedelta(days=9))
    assert housekeeping.forget_all_old(driver, now)[Kind.KEYS] == 4
    assert housekeeping.forget_all_old(driver, now + timedelta(minutes=10)) == {Kind.KEYS: 1}


def test_a_job_that_runs_and_the_upload_of_a_job_stay(driver: Driver) -> None:
    past = utc_now() - timedelta(days=500)
    _make(driver, Kind.UPLOADS, "a", past)
    query = "CREATE (:Job {id: 'ja', state: 'running', ended_at: $at})"
    write(driver, lambda tx: run(tx, query, at=to_text(past)))
    housekeeping.forget_all_old(driver, utc_now())
    assert _kept(driver, COUNT) == 2


def test_every_sweep_and_tidy_runs_on_an_empty_graph(driver: Driver) -> None:
    assert len(gather_sweeps()) >= 3
    assert len(gather_tidies()) >= 3
    for due in (*gather_sweeps(), *gather_tidies()):
        due(driver, utc_now())
