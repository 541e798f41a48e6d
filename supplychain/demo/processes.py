"""The processes of one installation on one machine: started in order, stopped in reverse."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import click

RESTARTS: Final = 3
START_S: Final = 90.0
STOP_S: Final = 15.0


@dataclass(slots=True, kw_only=True)
class Child:
    """One running process; ``log`` is where it writes, from ``log_start`` on for this start."""

    name: str
    arguments: list[str]
    log: Path
    log_start: int
    process: subprocess.Popen[bytes]
    restarts: int = 0

    def said(self) -> str:
        """What it wrote since it was started."""
        with self.log.open("rb") as file:
            file.seek(self.log_start)
            return file.read().decode(errors="replace")


class Processes:
    """Children of this process, each the leader of a process group of its own.

    A terminal's Ctrl-C therefore reaches only this process, which then stops them in order.
    """

    def __init__(self, log_dir: Path) -> None:
        self.log_dir = log_dir
        self.children: list[Child] = []

    def start(self, name: str, *arguments: str) -> Child:
        """Start ``supplychain`` with these arguments."""
        self.log_dir.mkdir(parents=True, exist_ok=True)
        log = self.log_dir / f"{name}.log"
        with log.open("ab") as out:
            start = out.seek(0, os.SEEK_END)
            process = _spawn_process(list(arguments), out)
        child = Child(
            name=name, arguments=list(arguments), log=log, log_start=start, process=process
        )
        self.children.append(child)
        return child

    def wait(self, child: Child, ready: Callable[[], bool]) -> None:
        """Wait until a child is ready.

        Raises:
            ClickException: it ended, or was not ready in time; the message has its last lines.
        """
        until = time.monotonic() + START_S
        while not ready():
            if child.process.poll() is not None or time.monotonic() > until:
                said = child.said()[-1500:]
                raise click.ClickException(
                    f"The {child.name} did not start. Its log, {child.log}, ends with:\n{said}"
                )
            time.sleep(0.1)

    def revive(self) -> None:
        """Start again what ended by itself.

        Raises:
            ClickException: a child ended more than three times.
        """
        for child in [c for c in self.children if c.process.poll() is not None]:
            if child.restarts >= RESTARTS:
                raise click.ClickException(
                    f"The {child.name} ended {RESTARTS + 1} times. Its log: {child.log}"
                )
            click.echo(f"The {child.name} ended; starting it again. Its log: {child.log}")
            _kill_group(child.process.pid)
            place, restarts = self.children.index(child), child.restarts
            self.start(child.name, *child.arguments)
            again = self.children.pop()
            again.restarts = restarts + 1
            self.children[place] = again

    def stop(self) -> None:
        """Stop all, last started first; what does not end in time is killed with its group."""
        while self.children:
            child = self.children.pop()
            if child.process.poll() is None:
                child.process.terminate()
                try:
                    child.process.wait(STOP_S)
                except subprocess.TimeoutExpired:
                    child.process.kill()
                    child.process.wait()
            _kill_group(child.process.pid)


def _spawn_process(arguments: list[str], out: BinaryIO) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "supplychain", *arguments]
    linux = sys.platform == "linux"
    return subprocess.Popen(  # noqa: S603 - our own program
        command,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=_end_with_parent if linux else None,
    )


def _end_with_parent() -> None:
    """Have the kernel end this child when its parent is killed, so that nothing is left behind."""
    pr_set_pdeathsig = 1  # <linux/prctl.h>
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def _kill_group(group: int) -> None:
    """Kill what is left of a child's process group; its id is the child's own."""
    if os.name != "posix":
        return
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
