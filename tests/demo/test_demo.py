from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from tests.engines import ROOT

DEMO = [sys.executable, "-m", "supplychain", "demo"]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def _environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("SUPPLYCHAIN_")}
    return {**kept, "PYTHONUNBUFFERED": "1"}


def _start(folder: Path, log: Path) -> tuple[subprocess.Popen[bytes], str]:
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*DEMO, "--data", str(folder), "--port", "8650"],
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env=_environment(),
        )
    until = time.monotonic() + 240
    while "Stop: Ctrl-C" not in log.read_text(encoding="utf-8"):
        assert process.poll() is None, log.read_text(encoding="utf-8")
        assert time.monotonic() < until
        time.sleep(0.2)
    ready = next(line for line in log.read_text(encoding="utf-8").splitlines() if "Ready:" in line)
    return process, ready.split()[1]


def _alive(folder: Path) -> list[int]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("SUPPLYCHAIN_DATA") == str(folder):
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def _wait_until_nothing_is_alive(folder: Path) -> None:
    until = time.monotonic() + 60
    while _alive(folder):
        assert time.monotonic() < until, [psutil.Process(p).cmdline() for p in _alive(folder)]
        time.sleep(0.2)


def test_the_demo_starts_serves_stops_and_starts_again(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    first, url = _start(folder, tmp_path / "first.log")
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=30) as answer:
            assert answer.status == 200
        again = subprocess.run(
            [*DEMO, "--data", str(folder)],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=_environment(),
            timeout=60,
            check=False,
        )
        assert again.returncode == 1
        assert url in again.stderr
    finally:
        first.send_signal(signal.SIGINT)
        assert first.wait(60) == 0
    _wait_until_nothing_is_alive(folder)
    second, _ = _start(folder, tmp_path / "second.log")
    assert "Loading" not in (tmp_path / "second.log").read_text(encoding="utf-8")
    second.send_signal(signal.SIGKILL)  # killed, not stopped: its children must end all the same
    second.wait(10)
    if sys.platform == "linux":
        _wait_until_nothing_is_alive(folder)
