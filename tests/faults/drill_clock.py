"""``scripts/drill-clock``: what ``docs/operating.md`` says of time and queues, on processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import psutil
from neo4j import Driver

from supplychain.actions import clock
from supplychain.config import settings
from supplychain.graph.engine import driver as drivers
from supplychain.graph.engine.migrate import migrate
from supplychain.graph.engine.transactions import read, row, run, write
from supplychain.model.ids import to_text, utc_now
from supplychain.model.jobs import Queue
from supplychain.model.people.actors import Actor
from tests import engines
from tests.make.accounts import make_user
from tests.make.firms import make_firm
from tests.make.hints import queue_jobs
from tests.make.market import make_market
from tests.make.parts_requests import DEADLINE, make_parts_request
from tests.make.workers import list_group, wait_for, worker

LATE_S, TAKEN_S, STOP_S = 5.0, 10.0, 12.0
LINES, REQUESTS, BUYERS = 120, 10, 3
STATE = "MATCH (r:PartsRequest {id: $id}) RETURN r.state AS state"
RANKED = "MATCH (k:Ranking) RETURN count(k) AS n"
WAITING = "MATCH (j:Job {state: 'queued'}) RETURN count(j) AS n"
ENDED = "MATCH (j:Job {id: $id}) RETURN j.state AS state"

IDLE = (Queue.IMPORTS, Queue.STUDIES)
"""Queues whose processes read messages while the rankings are at work."""

missed: list[str] = []


def say(what: str, value: float, most: float, unit: str = "s") -> None:
    """Print one figure, and keep it in mind where it is too high."""
    print(f"{what:<58} {value:8.1f} {unit}   at most {most:g}", flush=True)
    if value > most:
        missed.append(what)


def measure_lateness(driver: Driver, buyer: Actor, log: Path) -> float:
    """Seconds from a deadline to the opening of its request."""
    request_id = make_parts_request(driver, buyer)
    deadline = utc_now() + timedelta(seconds=3)
    write(driver, lambda tx: run(tx, DEADLINE, id=request_id, deadline=to_text(deadline)))

    def is_open() -> bool:
        found = read(driver, lambda tx: row(tx, STATE, id=request_id))
        return found is not None and found["state"] == "open"

    wait_for(lambda: not is_open(), 60, log)
    return (utc_now() - deadline).total_seconds()


def fill_queues(driver: Driver) -> Actor:
    """Rankings of several buyers that take minutes, and a buyer whose deadlines are watched."""
    make_market(driver, 400)
    lines = [{"category": "forgings", "description": f"Ring {n}"} for n in range(LINES)]
    for _ in range(BUYERS):
        buyer = make_user(driver, make_firm(driver, kind="core"))
        for _ in range(REQUESTS):
            make_parts_request(driver, buyer, lines=lines, audience="invited", invite_top=5)
    return make_user(driver, make_firm(driver, kind="core"))


def read_figure(driver: Driver, query: str) -> int:
    """The one number of a query."""
    found = read(driver, lambda tx: row(tx, query))  # pyright: ignore[reportArgumentType]
    return found["n"] if found else 0


def find_clock(process: subprocess.Popen[bytes]) -> psutil.Process | None:
    """The process that keeps time for a worker."""
    for one in list_group(process):
        try:
            if "clock" in psutil.Process(one).cmdline():
                return psutil.Process(one)
        except psutil.Error:
            continue
    return None


def drill_takeover(driver: Driver, first: subprocess.Popen[bytes], log: Path) -> None:
    """Kill the worker that keeps time; the other one takes the clock."""
    state = clock.look(driver)
    assert state is not None
    began = time.monotonic()
    os.killpg(first.pid, signal.SIGKILL)

    def is_taken() -> bool:
        now = clock.look(driver)
        return now is not None and now.holder not in ("", state.holder)

    wait_for(is_taken, 60, log)
    say("clock taken over after its worker was killed", time.monotonic() - began, TAKEN_S)


def drill_messages(
    driver: Driver, second: subprocess.Popen[bytes], folder: Path, log: Path
) -> None:
    """Write what is no message, empty the exchanges, and see all processes work on."""
    before = set(list_group(second))
    for number, text in enumerate(("{}", "[]", "", "rubbish", '{"body": "x", "properties": 1}')):
        for queue in IDLE:
            (folder / "broker" / "queue" / f"{number}-.{queue}.msg").write_text(text)
    for args in ([["a", "b", "c"], {}, {}], [{}, {}], 7):
        body = {
            "body": json.dumps(args),
            "content-type": "application/json",
            "content-encoding": "utf-8",
            "headers": {"task": "supplychain.run_job", "id": "x", "lang": "py"},
            "properties": {"delivery_tag": f"t{args}", "delivery_info": {}},
        }
        (folder / "broker" / "queue" / f"9{len(str(args))}.imports.msg").write_text(
            json.dumps(body)
        )
    for table in (folder / "broker" / "control").glob("*.exchange"):
        table.write_text("")
    left = folder / "broker" / "queue"
    wait_for(lambda: not list(left.glob("[0-9]-.*.msg")), 60, log)
    time.sleep(2)
    say("processes lost to broken messages", len(before - set(list_group(second))), 0, "")


def is_over(driver: Driver, job_id: str) -> bool:
    """Whether a job has ended."""
    state = read(driver, lambda tx: row(tx, ENDED, id=job_id))
    return state is not None and state["state"] in ("done", "failed")


def drill(folder: Path) -> None:
    """All of it."""
    log = folder / "worker.log"
    graph, variables = engines.start("embedded", folder)
    os.environ.update(variables)
    settings.cache_clear()
    driver = drivers.graph()
    try:
        migrate(driver)
        buyer = fill_queues(driver)
        with worker(log) as first:
            wait_for(lambda: read_figure(driver, RANKED) > 0, 120, log)
            with worker(log) as second:
                wait_for(lambda: find_clock(second) is not None, 60, log)
                say("jobs that wait", read_figure(driver, WAITING), float("inf"), "")
                lateness = [measure_lateness(driver, buyer, log) for _ in range(8)]
                say("latest opening of 8 while rankings wait", max(lateness), LATE_S)
                drill_takeover(driver, first, log)
                if settings().broker_url.startswith("filesystem:"):
                    drill_messages(driver, second, folder, log)
                (job_id,) = queue_jobs(driver, "small", 1, kind="import")
                say(
                    "a job of another queue, hint lost",
                    wait_for(lambda: is_over(driver, job_id), 120, log),
                    40,
                )
                began = time.monotonic()
                os.killpg(second.pid, signal.SIGTERM)
                wait_for(lambda: not list_group(second), 60, log)
                say("SIGTERM to the group until all have ended", time.monotonic() - began, STOP_S)
    finally:
        drivers.forget()
        graph.terminate()
        graph.wait(20)


def main() -> int:
    """Run the drill; 1 where a figure is too high."""
    with tempfile.TemporaryDirectory() as name:
        drill(Path(name))
    print("missed: " + ", ".join(missed) if missed else "all held")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
