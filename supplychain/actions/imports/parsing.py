"""Files of tables, read by a process of their own that may die of them.

``supplychain.actions.imports.parser`` is that process. Here it is started, watched and ended: by
the system's limits where there are such, and everywhere by looking at its clock and its memory
while its next rows are waited for.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import psutil

from supplychain.actions.imports import parser
from supplychain.actions.imports.filled_sheets import read_sheet_facts
from supplychain.actions.imports.limits import ReadingLimits
from supplychain.actions.imports.reading import OpenedFile, Source
from supplychain.actions.imports.understanding.facts import (
    answers_facts,
    read_habits,
    read_understanding,
)
from supplychain.errors import Invalid
from supplychain.model.imports.tables import TABLES
from supplychain.model.imports.understanding import NO_ANSWERS, Answers
from supplychain.model.workbooks import FilledSheet

LOOK_S: Final = 0.2
"""How often the process is looked at while its next rows are waited for."""
BEAT_S: Final = 1.0
"""How often whoever waits is told so."""
START_S: Final = 20
"""What starting a process may take on a busy machine, beside the limit of reading."""
AHEAD_ITEMS: Final = 2
"""Chunks that are read ahead of whoever takes them."""
KEPT_VARIABLES: Final = ("SYSTEMROOT", "TMPDIR", "TEMP", "LANG", "LC_ALL")
"""Of the environment; the settings, with their secrets, are not among them."""


def read_sources(
    path: Path, limits: ReadingLimits, *, beat: Callable[[], None] = lambda: None
) -> list[Source]:
    """The tables at a path, of which nothing is left to ask.

    Raises:
        Invalid: as ``read_file``, or a question must be answered first.
    """
    opened = read_file(path, limits, beat=beat)
    opened.check_answered()
    return list(opened.sources)


def read_file(
    path: Path,
    limits: ReadingLimits,
    *,
    answers: Answers = NO_ANSWERS,
    beat: Callable[[], None] = lambda: None,
) -> OpenedFile:
    """What is at a path, as ``reading.open_file`` says, read by another process.

    The chunks of its sources come as that process reads them: take them in the order of the list.

    Args:
        path: a folder of CSV files, one CSV file, or a workbook.
        limits: what reading may cost; where it is too much, whoever takes the next chunk is told.
        answers: what somebody said of the file.
        beat: called about once a second while something is waited for; what it raises ends all.

    Raises:
        Invalid: nothing to read there, a broken file, or one that costs more than the limits.
    """
    reader = _Reader(path, limits, answers, beat)
    first = reader.next_message()
    sources = tuple(
        Source(
            table=TABLES[name],
            header=tuple(header),
            chunks=reader.chunks_of(number),
            habits=read_habits(habits),
            sheet=sheet,
        )
        for number, (name, header, habits, sheet) in enumerate(first["tables"])
    )
    return OpenedFile(understanding=read_understanding(first["understood"]), sources=sources)


def read_sheets(path: Path, limits: ReadingLimits) -> list[FilledSheet]:
    """The cells of a workbook as they stand, read by another process.

    Raises:
        Invalid: no workbook, a broken one, or one that costs more than the limits.
    """
    return [read_sheet_facts(facts) for facts in _read_facts(path, limits, parser.CELLS)]


def read_list_facts(path: Path, limits: ReadingLimits) -> list[dict[str, Any]]:
    """The sheets of a file as JSON (``parts_lists.sheets``), read by another process.

    Raises:
        Invalid: as ``read_file``.
    """
    return _read_facts(path, limits, parser.LIST)


def _read_facts(path: Path, limits: ReadingLimits, wanted: str) -> list[dict[str, Any]]:
    reader = _Reader(path, limits, NO_ANSWERS, lambda: None, wanted=wanted)
    facts: list[dict[str, Any]] = reader.next_message()["sheets"]
    reader.end()
    return facts


class _Reader:
    """The process and what it said so far; it ends with this object at the latest."""

    def __init__(
        self,
        path: Path,
        limits: ReadingLimits,
        answers: Answers,
        beat: Callable[[], None],
        wanted: str = parser.TABLES,
    ) -> None:
        self.limits, self.beat = limits, beat
        self.waited_s = 0.0
        self.last_beat = time.monotonic()
        self.waiting: dict[str, Any] | None = None
        module = "supplychain.actions.imports.parser"
        arguments = [str(path.resolve()), json.dumps(asdict(limits)), wanted]
        self.process = subprocess.Popen(  # noqa: S603 - this program's own module and a path
            [sys.executable, "-I", "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ},
        )
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError), self.process.stdin as standard_input:
            facts = answers_facts(answers)
            standard_input.write(json.dumps(facts).encode())
        self.lines: queue.Queue[bytes] = queue.Queue(AHEAD_ITEMS)
        args = (self.process, self.lines)
        threading.Thread(target=_pass_lines, args=args, daemon=True).start()
        weakref.finalize(self, _end_process, self.process, self.lines)

    def chunks_of(self, number: int) -> Iterator[tuple[list[int], list[list[str]]]]:
        """The rows of one table; those of tables before it that nobody took are passed over."""
        while True:
            message = self.waiting or self.next_message()
            self.waiting = None
            if message.get("end") or message["table"] > number:
                self.waiting = message
                return
            if message["table"] == number:
                yield message["numbers"], message["rows"]

    def next_message(self) -> dict[str, Any]:
        """What the process says next.

        Raises:
            Invalid: it refuses the file, took more than its limits, or is dead.
        """
        try:
            message = self._read_message()
        except BaseException:
            self.end()
            raise
        if "end" in message:
            self.end()
        return message

    def end(self) -> None:
        """End the process."""
        _end_process(self.process, self.lines)

    def _read_message(self) -> dict[str, Any]:
        line = self._wait_for_line()
        message: dict[str, Any] = json.loads(line) if line.endswith(b"\n") else {}
        if not message:
            raise self._explain_death()
        if "refused" in message:
            refused = message["refused"]
            raise Invalid(refused["message"], **refused["values"])
        return message

    def _wait_for_line(self) -> bytes:
        while True:
            started = time.monotonic()
            try:
                return self.lines.get(timeout=LOOK_S)
            except queue.Empty:
                now = time.monotonic()
            self.waited_s += now - started
            if now - self.last_beat >= BEAT_S:
                self.last_beat = now
                self.beat()
            if self.waited_s > self.limits.seconds + START_S:
                raise _say_slow(self.limits)
            if _is_large(self.process.pid, self.limits):
                raise _say_large(self.limits)

    def _explain_death(self) -> Invalid:
        try:
            code = self.process.wait(START_S)
        except subprocess.TimeoutExpired:
            code = 0  # it wrote its last and does not end: whoever called ends it
        if code == -getattr(signal, "SIGXCPU", 24):
            return _say_slow(self.limits)
        if code in (parser.MEMORY_EXIT_NUMBER, -signal.SIGABRT):
            return _say_large(self.limits)
        return Invalid(
            "This file could not be read: its reader broke down over it. Save it again, as .xlsx "
            "or CSV, and try once more."
        )


def _pass_lines(process: subprocess.Popen[bytes], lines: queue.Queue[bytes]) -> None:
    """Hand on what the process writes, line by line, and an empty line at its end."""
    assert process.stdout is not None
    with process.stdout as output:
        for line in output:
            lines.put(line)
    lines.put(b"")


def _end_process(process: subprocess.Popen[bytes], lines: queue.Queue[bytes]) -> None:
    """End the process and let go of what it wrote; safe to call twice."""
    if process.returncode is not None:
        return
    process.kill()
    process.wait()
    with contextlib.suppress(queue.Empty):
        while lines.get(timeout=LOOK_S):
            pass


def _is_large(pid: int, limits: ReadingLimits) -> bool:
    try:
        used = psutil.Process(pid).memory_info().rss
    except psutil.Error:
        return False
    return used > (limits.megabytes + parser.OWN_MB) * 1024 * 1024


def _say_slow(limits: ReadingLimits) -> Invalid:
    return Invalid(
        "This file takes more than %(seconds)s seconds to read. Split it, or save it as CSV files.",
        seconds=limits.seconds,
    )


def _say_large(limits: ReadingLimits) -> Invalid:
    return Invalid(
        "This file needs more than %(megabytes)s MB of memory to read. Split it, or save it as CSV "
        "files.",
        megabytes=limits.megabytes,
    )
