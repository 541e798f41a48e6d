from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from neo4j import Driver

from supplychain.config import settings
from supplychain.demo.check.client import Client
from supplychain.graph.engine.installation import mark_installation
from tests.engines import ROOT

SUPPLYCHAIN = [sys.executable, "-m", "supplychain"]


def _doctor(**variables: str) -> tuple[int, dict[str, dict[str, str]]]:
    done = subprocess.run(
        [*SUPPLYCHAIN, "doctor", "--json"],
        capture_output=True,
        text=True,
        timeout=90,
        cwd=ROOT,
        env={**os.environ, **variables},
        check=False,
    )
    return done.returncode, {entry["check"]: entry for entry in json.loads(done.stdout)}


def test_with_nothing_started_the_doctor_says_what_to_start(tmp_path: Path) -> None:
    code, found = _doctor(SUPPLYCHAIN_DATA=str(tmp_path), SUPPLYCHAIN_GRAPH_URI="")
    assert code == 1
    assert found["python"]["state"] == found["data folder"]["state"] == "OK"
    assert found["graph"]["state"] == "FAIL"
    assert found["graph"]["mend"] == "Start it: supplychain graph"
    assert found["worker"]["mend"] == "Start one: supplychain worker"


def test_a_graph_that_answers_is_ok_and_named(driver: Driver) -> None:
    mark_installation(driver, settings())
    code, found = _doctor()
    assert found["graph"]["state"] == "OK"
    assert found["graph"]["says"].startswith("Neo4j/5.26")
    assert found["migrations"]["state"] == "OK"
    assert code == 1  # no worker runs in this test


@pytest.mark.parametrize("broken", [{"PROXIES": "many"}, {"DATA": "/proc/nowhere"}])
def test_in_no_state_it_ends_in_a_traceback(tmp_path: Path, broken: dict[str, str]) -> None:
    variables = {"SUPPLYCHAIN_DATA": str(tmp_path), "SUPPLYCHAIN_GRAPH_URI": ""}
    variables |= {f"SUPPLYCHAIN_{name}": value for name, value in broken.items()}
    code, found = _doctor(**variables)
    assert code == 1
    assert [entry["state"] for entry in found.values()].count("FAIL") == 1
    other = subprocess.run(
        [*SUPPLYCHAIN, "migrate"],
        capture_output=True,
        text=True,
        timeout=90,
        cwd=ROOT,
        env={**os.environ, **variables},
        check=False,
    )
    assert other.returncode == 1
    assert other.stderr.strip().endswith("How to mend it: supplychain doctor")
    assert "Traceback" not in other.stderr


def test_the_web_command_serves_the_portal_and_the_api(driver: Driver) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([*SUPPLYCHAIN, "web", "--port", str(port)], cwd=ROOT)
    try:
        assert _ready(f"http://127.0.0.1:{port}/readyz")
        refused = Client(url=f"http://127.0.0.1:{port}", token="nobody").call("GET", "/jobs/x")
        assert refused.status == 401
        assert refused.body["code"] == "not_signed_in"
    finally:
        process.terminate()
        assert process.wait(30) == 0


def _ready(url: str) -> bool:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return answer.status == 200
        except OSError:
            time.sleep(0.2)
    return False


@pytest.mark.slow
def test_a_worker_that_runs_is_found(driver: Driver) -> None:
    mark_installation(driver, settings())
    process = subprocess.Popen([*SUPPLYCHAIN, "worker", "--processes", "1"], cwd=ROOT)
    try:
        until = time.monotonic() + 60
        while _doctor()[1]["worker"]["state"] != "OK":
            assert time.monotonic() < until
        code, found = _doctor()
        assert (code, {entry["state"] for entry in found.values()} - {"WARN"}) == (0, {"OK"})
    finally:
        process.terminate()
        process.wait(30)
