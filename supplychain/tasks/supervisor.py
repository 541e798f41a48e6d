"""One worker of a machine: starts the clock and a process for each queue, and keeps them running.

Its children listen on a pipe from it. What stands in the pipe, or that it closes because this
process died, tells them to stop, so that nobody is orphaned and no signal is counted twice.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import Final

import structlog

log = structlog.get_logger()

STOP_S: Final = 12.0
"""After this long a child that was told to stop is killed; a hand ends itself before."""
HURRY_S: Final = 4.0
"""The same, once the supervisor was told twice."""
AGAIN_S: Final = 0.5
"""A second signal this long after the first is meant."""
LOOK_S: Final = 0.2
FIRST_PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 10.0
"""How long it waits before it starts a child again: doubled each time, up to this."""
HEALTHY_S: Final = 60.0
"""A child that ran for this long ended for a new reason."""
STOP: Final = b"stop\n"
NOW: Final = b"now\n"


@dataclass(slots=True, kw_only=True)
class Part:
    """One child: what it does, and how often it was started of late."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_s: float = 0.0
    pause_s: float = FIRST_PAUSE_S
    again_s: float = 0.0

    @property
    def is_running(self) -> bool:
        """Whether its process lives."""
        return self.process is not None and self.process.poll() is None


class Supervisor:
    """Starts children, starts them again, and stops them within a bound."""

    def __init__(self, commands: dict[str, Sequence[str]]) -> None:
        self.parts = [Part(name=name, command=command) for name, command in commands.items()]
        self._signals_s: list[float] = []

    def run(self) -> None:
        """Keep all children running until SIGTERM or SIGINT; then stop them."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.on_signal)
        while not self._signals_s:
            self.revive_parts()
            time.sleep(LOOK_S)
        self._stop_parts()

    def on_signal(self, _signal: int, _frame: FrameType | None) -> None:
        """Note it: the first asks the children to stop, one that comes later to stop now."""
        self._signals_s.append(time.monotonic())

    @property
    def _is_hurried(self) -> bool:
        return bool(self._signals_s) and self._signals_s[-1] - self._signals_s[0] > AGAIN_S

    def revive_parts(self) -> None:
        """Start what does not run, after a pause that grows."""
        now_s = time.monotonic()
        for part in self.parts:
            if part.is_running:
                continue
            if part.process is not None:
                _note_end(part, part.process, now_s)
            if now_s >= part.again_s and not self._signals_s:
                part.process = subprocess.Popen(part.command, stdin=subprocess.PIPE)  # noqa: S603 - our own program
                part.started_s = now_s

    def _stop_parts(self) -> None:
        began_s = time.monotonic()
        self._tell_parts(STOP)
        is_told_twice = False
        while any(part.is_running for part in self.parts):
            if self._is_hurried and not is_told_twice:
                is_told_twice, began_s = True, time.monotonic()
                self._tell_parts(NOW)
            if time.monotonic() - began_s > (HURRY_S if is_told_twice else STOP_S):
                self._kill_parts()
            time.sleep(LOOK_S / 4)

    def _tell_parts(self, word: bytes) -> None:
        for part in self.parts:
            if part.process is not None and part.process.stdin is not None:
                try:
                    part.process.stdin.write(word)
                    part.process.stdin.flush()
                except OSError:
                    continue  # it has ended

    def _kill_parts(self) -> None:
        for part in self.parts:
            if part.process is not None and part.is_running:
                log.error("part_killed", part=part.name)
                part.process.kill()
                part.process.wait()


def _note_end(part: Part, process: subprocess.Popen[bytes], now_s: float) -> None:
    if now_s - part.started_s > HEALTHY_S:
        part.pause_s = FIRST_PAUSE_S
    log.warning("part_ended", part=part.name, code=process.returncode, again_in_s=part.pause_s)
    if process.stdin is not None:
        process.stdin.close()
    part.process = None
    part.again_s = now_s + part.pause_s
    part.pause_s = min(LONGEST_PAUSE_S, 2 * part.pause_s)


def child_command(name: str, *arguments: str) -> list[str]:
    """What starts one part of a worker."""
    return [sys.executable, "-m", "supplychain", "worker", "--part", name, *arguments]


def run_to_end(command: Sequence[str]) -> int:
    """Run a child that ends by itself, or with this process; its exit code, 1 for a signal."""
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:  # noqa: S603 - our own program
        code = process.wait()
    return max(code, 1) if code else 0


class Parent:
    """What the supervisor says to this process on standard input; its death is a word too.

    Until ``heed`` is called this process only starts, so the word to stop ends it at once.
    """

    def __init__(self) -> None:
        self._stop: Callable[[], None] = _end_at_once
        self._stop_now: Callable[[], None] = _end_at_once
        threading.Thread(target=self._read_words, daemon=True, name="parent").start()

    def heed(self, stop: Callable[[], None], stop_now: Callable[[], None]) -> None:
        """From here on call these: ``stop`` may come several times."""
        self._stop, self._stop_now = stop, stop_now

    def _read_words(self) -> None:
        with open(0, "rb", buffering=0, closefd=False) as pipe:
            for word in iter(pipe.readline, b""):
                (self._stop_now if word == NOW else self._stop)()
        self._stop()


def _end_at_once() -> None:
    os._exit(0)
