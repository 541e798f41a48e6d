"""A lost password of the embedded graph locks nobody out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from neo4j import GraphDatabase

COUNT = "MATCH (n:Kept) RETURN count(n) AS nodes"


def start(folder: Path) -> subprocess.Popen[bytes]:
    env = {**os.environ, "SUPPLYCHAIN_DATA": str(folder)}
    env.pop("SUPPLYCHAIN_GRAPH_URI", None)
    log = folder.with_suffix(".log")
    with log.open("wb") as out:
        command = [sys.executable, "-m", "supplychain", "graph"]
        process = subprocess.Popen(command, env=env, stdout=out, stderr=subprocess.STDOUT)
    until = time.monotonic() + 200
    while b"Graph ready" not in log.read_bytes() and process.poll() is None:
        assert time.monotonic() < until
        time.sleep(0.1)
    return process


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(60)


def query(folder: Path, text: str) -> int:
    bolt = json.loads((folder / "graph" / "bolt.json").read_text(encoding="ascii"))
    uri, auth = f"bolt://127.0.0.1:{bolt['port']}", ("root", bolt["password"])
    with (
        GraphDatabase.driver(uri, auth=auth) as driver,
        driver.session(database="neo4j") as session,
    ):
        return session.execute_write(lambda tx: tx.run(text).single(strict=True)["nodes"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An installation's graph with one node in it, stopped."""
    folder = tmp_path_factory.mktemp("password") / "installation"
    process = start(folder)
    assert query(folder, "CREATE (n:Kept) RETURN 1 AS nodes") == 1
    stop(process)
    yield folder


@pytest.mark.parametrize("content", [None, b'{"port": 1'], ids=["lost", "torn"])
def test_bolt_json_is_written_anew(folder: Path, content: bytes | None) -> None:
    bolt = folder / "graph" / "bolt.json"
    bolt.unlink()
    if content is not None:
        bolt.write_bytes(content)
    process = start(folder)
    try:
        assert query(folder, COUNT) == 1
        assert bolt.stat().st_mode & 0o077 == 0
    finally:
        stop(process)
