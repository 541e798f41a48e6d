"""A worker is killed in the middle of a match; another one ends it, and nothing is twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from neo4j import Driver

from supplychain.graph.engine.transactions import read, row, rows
from tests.conftest import ENGINE
from tests.make.accounts import make_user
from tests.make.firms import make_firm
from tests.make.jobs import job_about
from tests.make.market import make_market
from tests.make.parts_requests import make_parts_request

ROOT = Path(__file__).resolve().parents[2]
LINES = 250


@contextmanager
def worker(log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A whole worker, in a process group of its own."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "supplychain", "worker"],
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)


def _job(driver: Driver, job_id: str) -> dict[str, Any]:
    query = "MATCH (j:Job {id: $id}) RETURN j.state AS state, j.done AS done, j.tries AS tries"
    found = read(driver, lambda tx: row(tx, query, id=job_id))
    assert found is not None
    return found


def _wait(what: Callable[[], bool], seconds: float, log: Path) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, log.read_text()[-3000:]
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_match_survives_the_death_of_its_worker(driver: Driver, tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    make_market(driver, 400)
    buyer = make_user(driver, make_firm(driver, kind="core"))
    lines = [{"category": "forgings", "description": f"Ring {n}"} for n in range(LINES)]
    request_id = make_parts_request(driver, buyer, lines=lines, audience="invited", invite_top=5)
    job_id = job_about(driver, request_id)
    with worker(log) as first:
        _wait(lambda: _job(driver, job_id)["done"] > 0, 60, log)
        os.killpg(first.pid, signal.SIGKILL)
        first.wait(20)
    assert _job(driver, job_id)["state"] == "running"
    with worker(log):
        _wait(lambda: _job(driver, job_id)["state"] == "done", 120, log)
    assert _job(driver, job_id)["tries"] >= 2
    ranked = "MATCH (k:Ranking {request_id: $id}) RETURN count(k) AS n"
    invited = "MATCH (:PartsRequest {id: $id})-[i:INVITES]->(f:Firm) RETURN f.id AS id LIMIT 1000"
    told = "MATCH (e:Event {about_id: $id}) RETURN e.kind AS kind ORDER BY kind LIMIT 1000"
    assert read(driver, lambda tx: row(tx, ranked, id=request_id)) == {"n": LINES}
    firms = [one["id"] for one in read(driver, lambda tx: rows(tx, invited, id=request_id))]
    assert len(firms) == len(set(firms)) > 0
    kinds = [one["kind"] for one in read(driver, lambda tx: rows(tx, told, id=request_id))]
    assert len([kind for kind in kinds if kind.startswith("invitation")]) <= 1, (ENGINE, kinds)
