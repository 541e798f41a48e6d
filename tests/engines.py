"""The two graph engines as test servers, each in a process of its own on loopback."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from neo4j import Driver

from supplychain import platforms
from supplychain.config import settings
from supplychain.graph.engine import driver as drivers
from supplychain.graph.engine import neo4j_server
from supplychain.graph.engine.migrate import migrate

ROOT = Path(__file__).resolve().parent.parent
JARS = neo4j_server.find_jars(ROOT)
OPENS = neo4j_server.OPENS
KEEP_PLANS = """\
dbms.cypher.statistics_divergence_threshold=1.0
dbms.cypher.min_replan_interval=1h
"""
"""A graph that every test empties would have each query planned anew every ten seconds."""
SOURCE = neo4j_server.SOURCES / "Neo4jServer.java"


def start(
    engine: str, folder: Path, *, port: int = 0
) -> tuple[subprocess.Popen[bytes], dict[str, str]]:
    """Start one engine with its data in ``folder``; returns its process and its settings."""
    return _start_embedded(folder) if engine == "embedded" else _start_neo4j(folder, port)


@contextmanager
def fresh_graph(engine: str) -> Iterator[tuple[subprocess.Popen[bytes], Driver]]:
    """An engine's process and a driver on its empty graph with the schema, for a bench."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        process, variables = start(engine, Path(folder))
        os.environ.pop("SUPPLYCHAIN_GRAPH_URI", None)
        os.environ.update(variables)
        settings.cache_clear()
        drivers.forget()
        try:
            migrate(drivers.graph())
            yield process, drivers.graph()
        finally:
            drivers.forget()
            process.terminate()
            process.wait(60)


def _start_embedded(folder: Path) -> tuple[subprocess.Popen[bytes], dict[str, str]]:
    env = {**os.environ, "SUPPLYCHAIN_DATA": str(folder)}
    env.pop("SUPPLYCHAIN_GRAPH_URI", None)
    process = _spawn([sys.executable, "-m", "supplychain", "graph"], folder, env)
    return process, {"SUPPLYCHAIN_DATA": str(folder)}


def _start_neo4j(folder: Path, port: int) -> tuple[subprocess.Popen[bytes], dict[str, str]]:
    fetch_jars()
    port = port or free_port()
    # Where an installation of its own has it: no file that a backup takes along.
    store = folder / "graph" / neo4j_server.DATA_FOLDER
    store.mkdir(parents=True, exist_ok=True)
    (store / "neo4j.conf").write_text(KEEP_PLANS)
    command = neo4j_server.server_command(JARS, store, port, heap="1g")
    process = _spawn(command, folder, dict(os.environ))
    uri = f"bolt://127.0.0.1:{port}"
    return process, {"SUPPLYCHAIN_DATA": str(folder), "SUPPLYCHAIN_GRAPH_URI": uri}


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def can_run_embedded() -> bool:
    """Whether the embedded graph is installed."""
    return platforms.is_embedded_installed()


def can_run_neo4j() -> bool:
    """Whether Java 17 or later and Maven (or the jars) are here."""
    java = platforms.find_java()
    has_jars = JARS.is_dir() or shutil.which("mvn") is not None
    return java is not None and java >= platforms.NEEDED_JAVA_NUMBER and has_jars


def fetch_jars() -> None:
    """Fetch Neo4j's jars with Maven, once."""
    neo4j_server.fetch_jars(JARS)


def _spawn(command: list[str], folder: Path, env: dict[str, str]) -> subprocess.Popen[bytes]:
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "graph.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=env, cwd=ROOT)
    until = time.monotonic() + 200
    while b"Graph ready" not in log.read_bytes():
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"the graph did not start:\n{log.read_text()[-2000:]}")
        time.sleep(0.1)
    return process
