"""An installation moves to another graph and back, whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from neo4j import Driver, GraphDatabase

from supplychain.actions.backups import sections
from supplychain.config import settings
from supplychain.errors import Unavailable
from supplychain.graph.backup import loading
from supplychain.graph.engine import gate, transactions
from supplychain.graph.engine.transactions import write
from tests import engines
from tests.make.installation import book_one, make_installation


@pytest.fixture
def other(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Address and password of a second graph."""
    process, _ = engines.start("embedded", tmp_path / "other")
    bolt = json.loads((tmp_path / "other" / "graph" / "bolt.json").read_text(encoding="ascii"))
    yield f"bolt://127.0.0.1:{bolt['port']}", bolt["password"]
    process.terminate()
    process.wait(60)


@pytest.fixture(autouse=True)
def opened(driver: Driver) -> Iterator[None]:
    yield
    gate.forget_look()
    loading.break_gate(driver)
    write(driver, loading.begin, "", 0)


def call(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **variables}
    command = [sys.executable, "-m", "supplychain", *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def test_there_and_back_node_by_node(
    driver: Driver, other: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transactions, "GATE_WAIT_S", 0.1)
    firm_ids = make_installation(driver, 800)
    before = [(each.name, each.count, each.digest) for each in sections.sum_graph(driver)]
    uri, password = other
    key = tmp_path / "password"
    key.write_text(password, encoding="ascii")

    there = call("move", "--to", uri, "--user", "root", "--password-file", str(key))
    assert there.returncode == 0, there.stderr
    assert "each node and each relation is as in the backup" in there.stdout
    assert password not in there.stdout + there.stderr
    gate.forget_look()
    with pytest.raises(Unavailable, match="moved"):
        book_one(driver, firm_ids[0], "late")
    with GraphDatabase.driver(uri, auth=("root", password)) as moved:
        after = [(each.name, each.count, each.digest) for each in sections.sum_graph(moved)]
        assert after == before
        book_one(moved, firm_ids[0], "more")

    own = {"SUPPLYCHAIN_GRAPH_URI": uri, "SUPPLYCHAIN_GRAPH_USER": "root"}
    own["SUPPLYCHAIN_GRAPH_PASSWORD"] = password
    home = str(settings().graph_uri or "embedded")
    key.write_text("", encoding="ascii")
    back = ("move", "--to", home, "--password-file", str(key))
    refused = call(*back, **own)
    assert refused.returncode == 1
    assert "--replace" in refused.stderr
    nodes = sum(count for name, count, _ in before if "-" not in name)
    done = call(*back, "--replace", "--confirm", f"replace {nodes}", **own)
    assert done.returncode == 0, done.stderr
    gate.forget_look()
    later = {each.name: each.count for each in sections.sum_graph(driver)}
    counts = {name: count for name, count, _ in before}
    assert later["Booking"] == counts["Booking"] + 1
    book_one(driver, firm_ids[0], "home again")


def test_a_move_is_taken_back(driver: Driver, other: tuple[str, str], tmp_path: Path) -> None:
    firm_ids = make_installation(driver, 300)
    uri, password = other
    key = tmp_path / "password"
    key.write_text(password, encoding="ascii")
    assert call("move", "--to", uri, "--user", "root", "--password-file", str(key)).returncode == 0
    undone = call("move", "--undo")
    assert "written again" in undone.stdout
    gate.forget_look()
    book_one(driver, firm_ids[0], "late")
