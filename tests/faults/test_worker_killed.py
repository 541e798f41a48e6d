"""A worker ends in any way in the middle of a match; another one ends it, and nothing is twice."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from neo4j import Driver

from supplychain.graph.engine.transactions import read, row, rows
from tests.conftest import ENGINE
from tests.make.accounts import make_user
from tests.make.firms import make_firm
from tests.make.jobs import job_about
from tests.make.market import make_market
from tests.make.parts_requests import make_parts_request
from tests.make.workers import (
    START_S,
    kill_group,
    list_group,
    read_job,
    wait_for,
    worker,
)

LINES = 120
BOUND_S = 20.0
"""Within this a worker ends: 12 s by its own bound, and what a busy machine adds."""
QUEUE = ("--only", "rankings", "--only", "clock")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def _term(process: subprocess.Popen[bytes]) -> None:
    process.terminate()


def _term_group(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGTERM)


def _term_group_twice(process: subprocess.Popen[bytes]) -> None:
    _term_group(process)
    time.sleep(1)
    if process.poll() is None:
        _term_group(process)


def _kill_first(process: subprocess.Popen[bytes]) -> None:
    process.kill()


def _make_match(driver: Driver) -> tuple[str, str]:
    make_market(driver, 400)
    buyer = make_user(driver, make_firm(driver, kind="core"))
    lines = [{"category": "forgings", "description": f"Ring {n}"} for n in range(LINES)]
    request_id = make_parts_request(driver, buyer, lines=lines, audience="invited", invite_top=5)
    return request_id, job_about(driver, request_id)


def _check_done_once(driver: Driver, request_id: str) -> None:
    ranked = "MATCH (k:Ranking {request_id: $id}) RETURN count(k) AS n"
    invited = "MATCH (:PartsRequest {id: $id})-[i:INVITES]->(f:Firm) RETURN f.id AS id LIMIT 1000"
    told = "MATCH (e:Event {about_id: $id}) RETURN e.kind AS kind ORDER BY kind LIMIT 1000"
    assert read(driver, lambda tx: row(tx, ranked, id=request_id)) == {"n": LINES}
    firms = [one["id"] for one in read(driver, lambda tx: rows(tx, invited, id=request_id))]
    assert len(firms) == len(set(firms)) > 0
    kinds = [one["kind"] for one in read(driver, lambda tx: rows(tx, told, id=request_id))]
    assert len([kind for kind in kinds if kind.startswith("invitation")]) <= 1, (ENGINE, kinds)


@pytest.mark.parametrize("end", [_term, _term_group, _term_group_twice, _kill_first])
def test_a_worker_ends_within_a_bound_and_gives_back_what_it_has(
    driver: Driver, tmp_path: Path, end: Callable[[subprocess.Popen[bytes]], None]
) -> None:
    log = tmp_path / "worker.log"
    request_id, job_id = _make_match(driver)
    with worker(log, *QUEUE) as first:
        wait_for(lambda: read_job(driver, job_id)["done"] > 0, START_S, log)
        end(first)
        wait_for(lambda: not list_group(first), BOUND_S, log)
        first.wait(5)
    assert read_job(driver, job_id)["state"] in ("queued", "done")
    with worker(log, *QUEUE):
        wait_for(lambda: read_job(driver, job_id)["state"] == "done", START_S, log)
    assert read_job(driver, job_id)["tries"] == 1  # to give back is no failed try
    _check_done_once(driver, request_id)


def test_a_match_survives_the_death_of_its_worker(driver: Driver, tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    request_id, job_id = _make_match(driver)
    with worker(log, *QUEUE) as first:
        wait_for(lambda: read_job(driver, job_id)["done"] > 0, START_S, log)
        kill_group(first)
    assert read_job(driver, job_id)["state"] == "running"
    with worker(log, *QUEUE):
        wait_for(lambda: read_job(driver, job_id)["state"] == "done", 120, log)
    assert read_job(driver, job_id)["tries"] >= 2
    _check_done_once(driver, request_id)
