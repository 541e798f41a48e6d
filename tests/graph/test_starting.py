"""Processes refuse to work on a graph of another version, with a plain word."""

from __future__ import annotations

import subprocess
import sys

import pytest
from neo4j import Driver

from supplychain.errors import Unavailable
from supplychain.graph.engine import starting
from supplychain.graph.engine.migrate import migrate
from supplychain.graph.engine.schema import list_shipped
from supplychain.graph.engine.starting import SchemaGate
from supplychain.graph.engine.transactions import run, write
from supplychain.web.access import schema_gate
from supplychain.web.app import create_app
from tests.engines import ROOT


def _forget_newest(driver: Driver) -> None:
    newest = list_shipped()[-1].version
    query = "MATCH (m:Migration {version: $version}) DELETE m"
    write(driver, lambda tx: run(tx, query, version=newest))


@pytest.mark.parametrize("command", ["web", "worker"])
def test_portal_and_worker_do_not_start_on_an_older_schema(driver: Driver, command: str) -> None:
    _forget_newest(driver)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "supplychain", command],
            capture_output=True,
            text=True,
            timeout=120,
            cwd=ROOT,
            check=False,
        )
    finally:
        migrate(driver)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("supplychain: The graph is of an older version (V")
    assert last.endswith("Bring it up to date: supplychain migrate")
    assert "Traceback" not in done.stderr


def test_the_portal_answers_nothing_on_an_older_schema_and_goes_on_after(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "WRONG_S", 0.0)
    app = create_app()
    app.testing = True
    schema_gate.init_app(app, SchemaGate(lambda: driver))
    client = app.test_client()
    _forget_newest(driver)
    try:
        refused = client.get("/sign-in")
        assert refused.status_code == 503
        assert b"brought up to date" in refused.data
        assert client.get("/healthz").status_code == 200
    finally:
        migrate(driver)
    assert client.get("/sign-in").status_code == 200


def test_a_graph_that_is_away_is_looked_at_by_one_request_in_five_seconds() -> None:
    looks: list[int] = []

    def away() -> Driver:
        looks.append(1)
        raise Unavailable

    gate = SchemaGate(away)
    assert [gate.find_refusal() for _ in range(5)] == [None] * 5
    assert len(looks) == 1


def test_without_a_graph_the_portal_starts_and_the_worker_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []
    tries: list[int] = []

    def away() -> Driver:
        tries.append(1)
        if len(tries) > 2:
            raise KeyboardInterrupt
        raise Unavailable("The embedded graph is not running. Start it: supplychain graph")

    monkeypatch.setattr(starting, "graph", away)
    monkeypatch.setattr(starting, "POLL_S", 0.0)
    starting.await_schema(said.append, without_graph=True)
    assert "supplychain graph" in said[0]
    with pytest.raises(KeyboardInterrupt):
        starting.await_schema(said.append)
    assert said[1].startswith("Waiting for the graph: The embedded graph is not running.")
