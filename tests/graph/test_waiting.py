"""What waits is told by small nodes that go with it; what waited before is not looked at."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from neo4j import Driver

from supplychain.actions.orders.orders import accept_order
from supplychain.actions.orders.reactions import react
from supplychain.graph import inspection, jobs, queues
from supplychain.graph.engine.transactions import read, rows, write
from supplychain.graph.parts_requests import parties
from supplychain.model.ids import new_id, utc_now
from supplychain.model.jobs import MAX_TRIES, Queue
from tests.make.firms import make_actor, make_firm
from tests.make.orders import make_order
from tests.make.parts_requests import make_parts_request, pass_deadline

NAMES = """
MATCH (w:LiveJob) RETURN 'job' AS kind, w.id AS id
UNION ALL
MATCH (w:OpenDeadline) RETURN 'deadline' AS kind, w.id AS id
UNION ALL
MATCH (w:OpenOffer) RETURN 'offer' AS kind, w.id AS id
"""


def _list_waiting(driver: Driver, kind: str) -> list[str]:
    found = read(driver, lambda tx: rows(tx, NAMES))
    return [one["id"] for one in found if one["kind"] == kind]


def _queue_job(driver: Driver) -> str:
    job_id = new_id()
    write(
        driver, jobs.create, job_id=job_id, kind="match", about_id="r", firm_id="f", user_id="u",
        at=utc_now(),
    )  # fmt: skip
    return job_id


def _end(driver: Driver, job_id: str, now: datetime) -> None:
    write(driver, jobs.start_job, job_id, holder="h", now=now)
    assert write(
        driver, jobs.end_job, job_id, holder="h", state="done", message="", result={}, now=now
    )


def _cancel(driver: Driver, job_id: str, now: datetime) -> None:
    assert write(driver, jobs.cancel, job_id, viewer="f", now=now)


def _lose_too_often(driver: Driver, job_id: str, now: datetime) -> None:
    state = None
    for turn in range(MAX_TRIES):
        at = now + timedelta(days=turn)
        write(driver, jobs.start_job, job_id, holder="h", now=at)
        late = at + timedelta(hours=12)
        assert read(driver, jobs.list_expired, now=late) == [job_id]
        state = write(driver, jobs.queue_again, job_id, now=late, message="lost")
    assert state == "failed"


@pytest.mark.parametrize("work", [_end, _cancel, _lose_too_often])
def test_a_job_is_searched_for_until_it_is_over(driver: Driver, work: object) -> None:
    job_id = _queue_job(driver)
    assert _list_waiting(driver, "job") == [job_id]
    assert read(driver, jobs.list_waiting_firms, Queue.RANKINGS) == ["f"]
    assert callable(work)
    work(driver, job_id, utc_now())
    assert _list_waiting(driver, "job") == []
    assert read(driver, jobs.list_waiting_firms, Queue.RANKINGS) == []


def test_a_deadline_is_searched_for_until_the_request_is_opened(driver: Driver) -> None:
    buyer = make_actor(make_firm(driver))
    assert make_parts_request(driver, buyer, publish=False)
    request_id = make_parts_request(driver, buyer)
    assert _list_waiting(driver, "deadline") == [request_id]
    pass_deadline(driver, request_id, sweep=False)
    assert [one.id for one in read(driver, parties.list_due, now=utc_now())] == [request_id]
    pass_deadline(driver, request_id)
    assert _list_waiting(driver, "deadline") == []


def test_an_offer_is_searched_for_until_it_is_answered(driver: Driver) -> None:
    buyer, supplier = (make_actor(make_firm(driver)) for _ in range(2))
    order_id = make_order(driver, buyer, supplier)
    assert _list_waiting(driver, "offer") == [order_id]
    accept_order(driver, order_id, by=supplier)
    assert _list_waiting(driver, "offer") == []


def test_events_that_wait_are_counted_for_the_operator(driver: Driver) -> None:
    make_parts_request(driver, make_actor(make_firm(driver)), publish=False)
    react(driver, utc_now())
    assert read(driver, inspection.find_outbox).count == 0
    make_parts_request(driver, make_actor(make_firm(driver)), publish=False)
    waiting = read(driver, inspection.find_outbox).count
    assert waiting > 0
    now = utc_now()
    queued = read(driver, queues.list_queues, now=now, since=now)
    assert {(one.what, one.state): one.number for one in queued}["event", "queued"] == waiting
