"""A broken installation to look at, and servers that refuse, hang or answer."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from supplychain.config import Settings, settings
from supplychain.doctor.findings import Finding, run_check
from supplychain.graph.engine import driver as drivers

Check = Callable[[Settings], Iterator[Finding]]


class Patient:
    """An installation in a folder of its own, of which nothing runs."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.monkeypatch = monkeypatch

    def set(self, **variables: str) -> Settings:
        """Set settings by their names without the prefix, and read them all anew."""
        for name, value in variables.items():
            self.monkeypatch.setenv(f"SUPPLYCHAIN_{name}", value)
        settings.cache_clear()
        return settings()

    def look(self, check: Check, **variables: str) -> dict[str, Finding]:
        """What one check finds, by name."""
        config = self.set(**variables)
        return {finding.check: finding for finding in run_check("check", lambda: check(config))}


@pytest.fixture
def patient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Patient]:
    for name in [name for name in os.environ if name.startswith("SUPPLYCHAIN_")]:
        if not name.startswith("SUPPLYCHAIN_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SUPPLYCHAIN_DATA", str(tmp_path / "data"))
    (tmp_path / "data").mkdir(mode=0o700)
    monkeypatch.setattr(drivers, "_held", {})  # the driver of other tests is not ours to close
    settings.cache_clear()
    yield Patient(tmp_path / "data", monkeypatch)
    drivers.forget()
    settings.cache_clear()


@contextmanager
def listen(answer: bytes | None = None, *, port: int = 0) -> Iterator[int]:
    """A port that takes connections; it answers the first bytes, or None: never anything."""
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", port))
        server.listen(16)
        held: list[socket.socket] = []

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                held.append(connection)
                if answer is not None:
                    connection.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)
            for connection in held:
                connection.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
