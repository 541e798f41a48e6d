"""The two graph engines as test servers, each in a process of its own on loopback."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
JARS = ROOT / "build" / "neo4j" / "lib"
OPENS = [
    f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in ("java.nio", "java.io", "sun.nio.ch")
]


def start(
    engine: str, folder: Path, *, port: int = 0
) -> tuple[subprocess.Popen[bytes], dict[str, str]]:
    """Start one engine with its data in ``folder``; returns its process and its settings."""
    return _start_embedded(folder) if engine == "embedded" else _start_neo4j(folder, port)


def _start_embedded(folder: Path) -> tuple[subprocess.Popen[bytes], dict[str, str]]:
    env = {**os.environ, "SUPPLYCHAIN_DATA": str(folder)}
    env.pop("SUPPLYCHAIN_GRAPH_URI", None)
    process = _spawn([sys.executable, "-m", "supplychain", "graph"], folder, env)
    return process, {"SUPPLYCHAIN_DATA": str(folder)}


def _start_neo4j(folder: Path, port: int) -> tuple[subprocess.Popen[bytes], dict[str, str]]:
    fetch_jars()
    port = port or free_port()
    java = ["java", "-Xmx1g", *OPENS, "-cp", f"{JARS}/*"]
    source = str(ROOT / "tests" / "neo4j" / "Neo4jServer.java")
    process = _spawn([*java, source, str(folder / "neo4j"), str(port)], folder, dict(os.environ))
    uri = f"bolt://127.0.0.1:{port}"
    return process, {"SUPPLYCHAIN_DATA": str(folder), "SUPPLYCHAIN_GRAPH_URI": uri}


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def can_run_neo4j() -> bool:
    """Whether Java 17 or later and Maven (or the jars) are here."""
    if shutil.which("java") is None or not (JARS.is_dir() or shutil.which("mvn")):
        return False
    told = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    major = told.split('"')[1].split(".")[0] if '"' in told else "0"
    return major.isdigit() and int(major) >= 17


def fetch_jars() -> None:
    """Fetch Neo4j's jars with Maven, once."""
    done = JARS.parent / "complete"
    if done.exists():
        return
    pom = str(ROOT / "tests" / "neo4j" / "pom.xml")
    goal = ["dependency:copy-dependencies", f"-DoutputDirectory={JARS}"]
    subprocess.run(["mvn", "-q", "-B", "-f", pom, *goal], check=True)
    done.touch()


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
