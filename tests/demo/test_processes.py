from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import click
import psutil
import pytest

from supplychain.demo.processes import RESTARTS, Processes
from tests.engines import ROOT


@pytest.fixture
def processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Processes:
    monkeypatch.setenv("SUPPLYCHAIN_DATA", str(tmp_path / "data"))
    return Processes(tmp_path / "logs")


def test_a_child_runs_in_a_group_of_its_own_and_stops(processes: Processes) -> None:
    child = processes.start("graph", "graph")
    try:
        processes.wait(child, lambda: "Graph ready" in child.said())
        assert os.getpgid(child.process.pid) == child.process.pid
    finally:
        processes.stop()
    assert child.process.poll() is not None
    assert processes.children == []


def test_what_ends_by_itself_is_started_three_times_and_then_given_up(
    processes: Processes,
) -> None:
    processes.start("brief", "--version")
    for restart in range(RESTARTS):
        processes.children[0].process.wait(30)
        processes.revive()
        assert processes.children[0].restarts == restart + 1
    processes.children[0].process.wait(30)
    with pytest.raises(click.ClickException, match="ended 4 times"):
        processes.revive()
    processes.stop()


def test_a_child_that_does_not_start_is_told_with_its_last_lines(processes: Processes) -> None:
    child = processes.start("broken", "no-such-command")
    with pytest.raises(click.ClickException, match="No such command"):
        processes.wait(child, lambda: False)
    processes.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal is Linux's")
def test_children_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    program = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        from supplychain.demo.processes import Processes
        processes = Processes(Path(sys.argv[1]))
        child = processes.start("graph", "graph")
        processes.wait(child, lambda: "Graph ready" in child.said())
        print(child.process.pid, flush=True)
        time.sleep(60)
        """
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "SUPPLYCHAIN_DATA": str(tmp_path / "data")},
    )
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    parent.send_signal(signal.SIGKILL)
    parent.wait(10)
    parent.stdout.close()
    until = time.monotonic() + 20
    while child.is_running() and child.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < until, "the graph outlived its parent"
        time.sleep(0.1)
