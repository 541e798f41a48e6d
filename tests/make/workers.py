"""Workers as they run on a machine, in a process group of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
from neo4j import Driver

from supplychain.graph.engine.transactions import read, row
from tests.engines import ROOT

START_S = 90.0
"""A worker of several processes that starts on a busy machine."""


@contextmanager
def worker(log: Path, *arguments: str, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker, ended with all that it started."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "supplychain", "worker", *arguments],
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, **variables},
        )
    try:
        yield process
    finally:
        kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a worker with all that is of its group; nothing of it is left."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(20)


def list_group(process: subprocess.Popen[bytes]) -> list[int]:
    """The living processes of a worker's group."""
    alive = []
    for one in psutil.process_iter():
        try:
            is_one = os.getpgid(one.pid) == process.pid
            if is_one and one.status() != psutil.STATUS_ZOMBIE:
                alive.append(one.pid)
        except (psutil.Error, ProcessLookupError):
            continue
    return alive


def wait_for(what: Callable[[], object], seconds: float, log: Path) -> float:
    """Wait until something holds; returns how many seconds it took."""
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < seconds, log.read_text()[-3000:]
        time.sleep(0.05)
    return time.monotonic() - began


def read_job(driver: Driver, job_id: str) -> dict[str, Any]:
    """How a job stands."""
    query = "MATCH (j:Job {id: $id}) RETURN j.state AS state, j.done AS done, j.tries AS tries"
    found = read(driver, lambda tx: row(tx, query, id=job_id))
    assert found is not None
    return found
