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

from supplychain.demo.check.client import Client
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
    assert found["worker"]["mend"] == "Start one: supplychain worker --beat"


def test_a_graph_that_answers_is_ok_and_named(driver: Driver) -> None:
    code, found = _doctor()
    assert found["graph"]["state"] == "OK"
    assert found["graph"]["says"].startswith("Neo4j/5.26")
    assert found["migrations"]["state"] == "OK"
    assert code == 1  # no worker runs in this test


def test_a_secret_that_others_can_read_fails(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("x" * 64, encoding="ascii")
    (tmp_path / "secret_key").chmod(0o644)
    code, found = _doctor(SUPPLYCHAIN_DATA=str(tmp_path), SUPPLYCHAIN_GRAPH_URI="")
    assert code == 1
    assert found["secrets"]["mend"].startswith("chmod 600")


def test_mail_that_is_set_up_in_part_is_said(tmp_path: Path) -> None:
    part = {"SUPPLYCHAIN_DATA": str(tmp_path), "SUPPLYCHAIN_SMTP_URL": "smtp://mail.example.com"}
    _, found = _doctor(**part, SUPPLYCHAIN_GRAPH_URI="")
    assert found["mail"]["state"] == "WARN"
    assert "SUPPLYCHAIN_MAIL_FROM" in found["mail"]["mend"]


def test_a_broker_that_is_away_fails(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"amqp://127.0.0.1:{port}//"
    _, found = _doctor(SUPPLYCHAIN_DATA=str(tmp_path), SUPPLYCHAIN_BROKER_URL=url)
    assert found["broker"]["state"] == "FAIL"
    assert "worker" not in found


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
