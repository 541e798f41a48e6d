"""Jobs: firms take turns, none has too many, and what a worker leaves is done by another."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from neo4j import Driver

from supplychain.actions import jobs
from supplychain.errors import NotOpen, QueueFull
from supplychain.graph import jobs as graph_jobs
from supplychain.graph.engine.transactions import read, row, run, write
from supplychain.model.ids import new_id, to_text, utc_now
from supplychain.model.jobs import MAX_TRIES, QUEUES, Queue, StartedJob
from supplychain.tasks.jobs import gather_handlers
from tests.make.hints import queue_jobs

LAPSE = "MATCH (j:Job {id: $id}) SET j.lease = $then"


def _state(driver: Driver, job_id: str) -> tuple[str, int]:
    query = "MATCH (j:Job {id: $id}) RETURN j.state AS state, j.tries AS tries"
    found = read(driver, lambda tx: row(tx, query, id=job_id))
    assert found is not None
    return found["state"], found["tries"]


def _ask(driver: Driver, firm_id: str, kind: str = "match") -> str:
    job_id = new_id()
    write(
        driver,
        jobs.queue_job,
        job_id=job_id,
        kind=kind,
        about_id="x",
        firm_id=firm_id,
        user_id="u",
        at=utc_now(),
    )
    return job_id


def _lapse(driver: Driver, job_id: str) -> None:
    then = to_text(utc_now() - timedelta(seconds=1))
    write(driver, lambda tx: run(tx, LAPSE, id=job_id, then=then))


def test_every_kind_of_job_has_a_queue() -> None:
    assert set(gather_handlers()) == set(QUEUES)
    assert sorted(kind for queue in Queue for kind in queue.kinds) == sorted(QUEUES)


def test_a_firm_with_one_job_waits_for_one_of_a_firm_with_many(driver: Driver) -> None:
    many = queue_jobs(driver, "many", 6)
    one, two = queue_jobs(driver, "few", 2)
    order: list[str] = []

    def note(_driver: Driver, job: StartedJob, _progress: jobs.Progress) -> dict[str, Any]:
        order.append(job.about_id.removeprefix("about-"))
        return {}

    assert jobs.work_off(driver, Queue.RANKINGS, {"match": note}) is False
    assert order == [many[0], one, many[1], two, *many[2:]]


def test_a_queue_gives_nothing_of_another(driver: Driver) -> None:
    queue_jobs(driver, "f", 1, kind="award_study")
    assert jobs.take_next(driver, Queue.RANKINGS) is None
    assert jobs.take_next(driver, Queue.IMPORTS) is None
    hold = jobs.take_next(driver, Queue.STUDIES)
    assert hold is not None
    assert hold.job.kind == "award_study"


def test_no_firm_runs_more_at_once_than_the_setting(
    driver: Driver, limits: Callable[[int, int], None]
) -> None:
    limits(20, 2)
    queue_jobs(driver, "many", 8)
    queue_jobs(driver, "few", 1)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: jobs.take_next(driver, Queue.RANKINGS), range(8)))
    firms = [hold.job.firm_id for hold in taken if hold is not None]
    assert firms.count("many") <= 2
    assert firms.count("few") <= 1
    # What racers left is still there, and no more than the most is ever started.
    for _ in range(3):
        jobs.take_next(driver, Queue.RANKINGS)
    query = "MATCH (j:Job {state: 'running'}) RETURN j.firm_id AS firm, count(j) AS n ORDER BY firm"
    with driver.session() as session:
        running = {
            one["firm"]: one["n"] for one in session.execute_read(lambda tx: list(tx.run(query)))
        }
    assert running == {"few": 1, "many": 2}


def test_a_firm_whose_work_ended_goes_on(
    driver: Driver, limits: Callable[[int, int], None]
) -> None:
    limits(20, 1)
    queue_jobs(driver, "f", 2)
    hold = jobs.take_next(driver, Queue.RANKINGS)
    assert hold is not None
    assert jobs.take_next(driver, Queue.RANKINGS) is None
    write(
        driver,
        graph_jobs.end_job,
        hold.job_id,
        holder=hold.holder,
        state="done",
        message="",
        result={},
        now=utc_now(),
    )
    assert jobs.take_next(driver, Queue.RANKINGS) is not None


def test_too_much_is_refused_when_it_is_asked_for(
    driver: Driver, limits: Callable[[int, int], None]
) -> None:
    limits(3, 2)
    for _ in range(3):
        _ask(driver, "f")
    with pytest.raises(QueueFull, match="as one firm may"):
        _ask(driver, "f")
    _ask(driver, "other")
    _ask(driver, "f", "import")  # another queue
    assert jobs.take_next(driver, Queue.RANKINGS) is not None
    assert jobs.take_next(driver, Queue.RANKINGS) is not None
    _ask(driver, "f")


def test_racers_queue_no_more_than_the_most(
    driver: Driver, limits: Callable[[int, int], None]
) -> None:
    limits(5, 2)

    def try_once(_: int) -> bool:
        try:
            _ask(driver, "f")
        except QueueFull:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(try_once, range(24))) == 5


def test_a_job_is_given_back_at_its_next_step_and_done_by_another(driver: Driver) -> None:
    (job_id,) = queue_jobs(driver, "f", 1)
    ends: list[bool] = []

    def work(_driver: Driver, _job: StartedJob, progress: jobs.Progress) -> dict[str, Any]:
        ends.append(True)
        progress(1, 2, "Half")
        return {"end": 1}

    ended = jobs.run_job(driver, job_id, {"match": work}, must_give_back=lambda: bool(ends))
    assert ended == "given back"
    assert _state(driver, job_id) == ("queued", 0)
    assert jobs.run_job(driver, job_id, {"match": work}) == "done"


def test_a_stopped_job_stays_stopped_when_its_worker_ends(driver: Driver) -> None:
    (job_id,) = queue_jobs(driver, "f", 1)

    def work(driver: Driver, _job: StartedJob, progress: jobs.Progress) -> dict[str, Any]:
        write(driver, graph_jobs.cancel, job_id, viewer="f", now=utc_now())
        progress(1, 1, "End")
        return {}

    jobs.run_job(driver, job_id, {"match": work}, must_give_back=lambda: True)
    assert _state(driver, job_id)[0] == "cancelled"


def test_a_worker_that_ends_gives_back_what_its_processes_hold(driver: Driver) -> None:
    queue_jobs(driver, "a", 1)
    queue_jobs(driver, "b", 1)
    mine = jobs.take_next(driver, Queue.RANKINGS, worker="one@host/")
    theirs = jobs.take_next(driver, Queue.RANKINGS, worker="other@host/")
    assert mine is not None
    assert theirs is not None
    assert jobs.give_back_all(driver, "one@host/") == 1
    assert _state(driver, mine.job_id) == ("queued", 0)
    assert _state(driver, theirs.job_id) == ("running", 1)


def test_a_lost_job_waits_again_and_its_queue_is_woken(driver: Driver) -> None:
    queue_jobs(driver, "f", 1)
    hold = jobs.take_next(driver, Queue.RANKINGS)
    assert hold is not None
    woken: list[Queue] = []
    assert jobs.resend_stranded(driver, woken.append) == 0
    _lapse(driver, hold.job_id)
    assert jobs.resend_stranded(driver, woken.append) == 1
    assert Queue.RANKINGS in woken
    assert _state(driver, hold.job_id) == ("queued", 1)


def test_a_job_that_never_ends_fails_after_some_tries(driver: Driver) -> None:
    (job_id,) = queue_jobs(driver, "f", 1)
    for _ in range(MAX_TRIES):
        assert jobs.take_next(driver, Queue.RANKINGS) is not None
        _lapse(driver, job_id)
        jobs.resend_stranded(driver, lambda _: None)
    assert _state(driver, job_id) == ("failed", MAX_TRIES)
    assert jobs.take_next(driver, Queue.RANKINGS) is None


def test_lost_hints_are_sent_again_and_not_one_for_each_job(driver: Driver) -> None:
    now = utc_now()
    queue_jobs(driver, "f", 30, at=now)
    queue_jobs(driver, "f", 1, kind="import", at=now)
    sent: list[Queue] = []
    assert jobs.resend_hints(driver, sent.append, now=now) == 0
    later = now + jobs.SILENCE_BEFORE_RESEND + timedelta(seconds=1)
    jobs.resend_hints(driver, sent.append, now=later)
    assert sent == [*[Queue.RANKINGS] * jobs.MOST_HINTS_ITEMS, Queue.IMPORTS]


def test_a_process_that_ends_takes_nothing_new(driver: Driver) -> None:
    queue_jobs(driver, "f", 1)
    assert jobs.work_off(driver, Queue.RANKINGS, {}, must_stop=lambda: True) is False
    assert jobs.take_next(driver, Queue.RANKINGS) is not None


def test_a_long_queue_is_left_to_the_next_hint_after_some_time(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "WORK_OFF_S", -1.0)
    queue_jobs(driver, "f", 1)
    assert jobs.work_off(driver, Queue.RANKINGS, {}) is True


def test_who_is_over_cannot_be_stopped(driver: Driver) -> None:
    from tests.make.accounts import make_user
    from tests.make.firms import make_firm

    actor = make_user(driver, make_firm(driver))
    (job_id,) = queue_jobs(driver, actor.firm_id, 1)
    jobs.cancel(driver, job_id, by=actor)
    with pytest.raises(NotOpen):
        jobs.cancel(driver, job_id, by=actor)
