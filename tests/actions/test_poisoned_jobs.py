"""A job that kills its worker is tried once more, and by nobody after that."""

from __future__ import annotations

from datetime import timedelta

from neo4j import Driver

from supplychain.graph import jobs
from supplychain.graph.engine.transactions import read, write
from supplychain.model.ids import new_id, utc_now
from supplychain.model.jobs import LEASE_S, MAX_TRIES
from tests.make.accounts import make_user
from tests.make.firms import make_firm


def test_a_job_whose_worker_died_twice_is_not_taken_again(driver: Driver) -> None:
    by, now, job_id = make_user(driver, make_firm(driver)), utc_now(), new_id()
    write(
        driver,
        jobs.create,
        job_id=job_id,
        kind="import",
        about_id=new_id(),
        firm_id=by.firm_id,
        user_id=by.user_id,
        at=now,
    )
    tries = []
    for _ in range(4):
        now += timedelta(seconds=LEASE_S + 1)
        started = write(driver, jobs.start_job, job_id, holder=new_id(), now=now)
        tries.append(None if started is None else started.tries)
    assert tries == [1, 2, None, None]
    assert MAX_TRIES == 2
    assert read(driver, jobs.get, job_id, viewer=by.firm_id).state == "running"
