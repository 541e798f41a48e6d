"""The machine: Python, platform, disk, folder, port."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from supplychain import platforms
from supplychain.config import Settings
from supplychain.doctor.findings import Finding, fail, ok, warn
from supplychain.faults import FULL, find_existing

NEEDED_PYTHON: Final = (3, 11)
BYTES_A_GB: Final = 1024**3
LEAST_GB: Final = 0.5
COMFORTABLE_GB: Final = 5.0
PROBE_BYTES: Final = 64 * 1024
ANSWER_S: Final = 3.0


def check_python() -> Iterator[Finding]:
    """Whether this Python is new enough."""
    version = sys.version_info
    says = f"Python {version[0]}.{version[1]}.{version[2]}"
    if tuple(version[:2]) >= NEEDED_PYTHON:
        yield ok("python", says)
    else:
        mend = "Install Python 3.11 or later, remove .venv, and run scripts/demo."
        yield fail("python", f"{says} is too old", mend)


def check_platform(config: Settings) -> Iterator[Finding]:
    """Whether the graph that is set up can run here."""
    here = platforms.describe_machine()
    if not config.embedded:
        yield ok("platform", f"{here}; the graph runs elsewhere")
    elif platforms.has_embedded_graph() and platforms.is_embedded_installed():
        yield ok("platform", f"{here}; the embedded graph runs here")
    elif platforms.has_embedded_graph():
        mend = "Install it: scripts/environment. Or name a Neo4j: SUPPLYCHAIN_GRAPH_URI"
        yield fail("platform", "The embedded graph is not installed", mend)
    else:
        yield from _check_java(here)


def _check_java(here: str) -> Iterator[Finding]:
    java = platforms.find_java()
    if java is None or java < platforms.NEEDED_JAVA_NUMBER:
        what = "No Java" if java is None else f"Java {java}"
        says = f"{here} has no embedded graph, and {what} starts no Neo4j"
        mend = "Install Java 17 or later and Maven, or name a Neo4j: SUPPLYCHAIN_GRAPH_URI"
        yield fail("platform", says, mend)
    else:
        yield ok("platform", f"{here}; supplychain graph starts a Neo4j with Java {java}")


def check_folder(config: Settings) -> Iterator[Finding]:
    """Whether the data folder and the folder of logs take files."""
    yield check_writable("data folder", config.data_dir)
    logs = config.data_dir / "logs"
    if not logs.exists():
        return
    finding = check_writable("logs", logs)
    shut = [path for path in logs.glob("*.log") if not os.access(path, os.W_OK)]
    if finding.state == "OK" and shut:
        names = ", ".join(path.name for path in shut)
        mend = f"Give them to this user: chown $(id -u) '{logs}'/*.log"
        finding = fail("logs", f"Logs in {logs} cannot be written: {names}", mend)
    yield finding


def check_writable(check: str, folder: Path) -> Finding:
    """Whether a folder takes a file of 64 KB."""
    try:
        write_probe(folder)
    except OSError as error:
        if error.errno in FULL:
            mend = f"Free some space on the disk of {folder}; nothing can be saved until then."
            return fail(check, f"The disk of {folder} is full", mend)
        mend = f"Let this user write to {folder}, or set SUPPLYCHAIN_DATA to another folder."
        return fail(check, f"{folder} cannot be written: {error.strerror}", mend)
    return ok(check, f"{folder} can be written")


def write_probe(folder: Path) -> None:
    """Write a file to the disk and take it away.

    Raises:
        OSError: the folder or the disk does not take it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-") as probe:
        probe.write(bytes(PROBE_BYTES))
        probe.flush()
        os.fsync(probe.fileno())


def check_disk(config: Settings) -> Iterator[Finding]:
    """Whether the disk has room."""
    there = find_existing(config.data_dir)
    free = shutil.disk_usage(there).free / BYTES_A_GB
    says = f"{free:.1f} GB free"
    mend = f"Free some space on the disk of {there}: {COMFORTABLE_GB:.0f} GB is comfortable."
    if free < LEAST_GB:
        yield fail("disk", says, mend)
    elif free < COMFORTABLE_GB:
        yield warn("disk", says, mend)
    else:
        yield ok("disk", says)


def check_port(port: int) -> Iterator[Finding]:
    """Whether the portal answers at its port, or could."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=ANSWER_S) as connection:
            connection.settimeout(ANSWER_S)
            connection.sendall(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
            answer = b"".join(iter(lambda: connection.recv(4096), b""))
    except ConnectionRefusedError:
        yield ok("port", f"No portal runs at port {port} of this machine, which is free")
        return
    except OSError as error:
        answer = type(error).__name__.encode()
    if b'"alive"' in answer:
        yield ok("port", f"The portal answers at port {port}")
        return
    hangs = ", or the portal there hangs" if answer == b"TimeoutError" else ""
    mend = f"Start the portal at another port: supplychain web --port {port + 1}"
    yield fail("port", f"Port {port} is taken by another program{hangs}", mend)
