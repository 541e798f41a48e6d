"""A file that somebody sends: read by a process of its own within limits, and kept nowhere."""

from __future__ import annotations

import shutil
import tempfile
from io import SEEK_END
from pathlib import Path, PurePath
from typing import IO, Final, Protocol

from supplychain.actions.imports.limits import ReadingLimits
from supplychain.actions.imports.parsing import read_list_facts
from supplychain.actions.imports.reading import TEXTS, WORKBOOKS
from supplychain.actions.imports.sent_workbooks import point_at_file
from supplychain.actions.parts_lists.sheets import ListSheet, read_sheets
from supplychain.config import settings
from supplychain.errors import Invalid
from supplychain.model.texts import fold_short

MAX_FILE_BYTES: Final = 10 * 1024 * 1024
"""A workbook of a list has some kilobytes; with pictures of parts in it some megabytes."""
READING_S: Final = 20
"""Whoever sends a list waits for it."""
READING_MB: Final = 512
MAX_CELLS: Final = 1_000_000
MAX_STEM_CHARS: Final = 80


class SentList(Protocol):
    """A file as a web framework hands it over."""

    filename: str | None
    stream: IO[bytes]


def read_list_file(file: SentList | None) -> list[ListSheet]:
    """The sheets of a file that was sent.

    Raises:
        Invalid: no file, one that is no table, too large, or broken.
    """
    if file is None or not file.filename:
        raise Invalid("Choose a file.", pointer="/file")
    size = file.stream.seek(0, SEEK_END)
    file.stream.seek(0)
    most = MAX_FILE_BYTES // 1024 // 1024
    if size > MAX_FILE_BYTES:
        message = "A list may have at most %(most)s MB. Take the pictures out of it."
        raise Invalid(message, pointer="/file", most=most)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / _make_safe_name(file.filename)
        with path.open("wb") as kept:
            shutil.copyfileobj(file.stream, kept)
        try:
            return read_sheets(read_list_facts(path, _find_limits()))
        except Invalid as error:
            if error.errors[0].pointer:
                raise
            raise point_at_file(error) from error


def _find_limits() -> ReadingLimits:
    config = settings()
    return ReadingLimits(
        seconds=min(READING_S, config.parser_seconds),
        megabytes=min(READING_MB, config.parser_megabytes),
        cells=MAX_CELLS,
        chars=MAX_CELLS * 10,
    )


def _make_safe_name(filename: str) -> str:
    """A name that is safe as a path and that still says what the list is of."""
    name = PurePath(filename.replace("\\", "/")).name[-200:]
    stem, dot, ending = name.rpartition(".")
    ending = f"{dot}{fold_short(ending).lower()}"
    if ending not in (*WORKBOOKS, *TEXTS):
        raise Invalid(
            "%(name)s is neither CSV nor a workbook. Save it as .csv or .xlsx.",
            pointer="/file",
            name=name,
        )
    plain = "".join(one if one.isalnum() or one in " -_()" else "_" for one in stem)
    return f"{plain.strip()[:MAX_STEM_CHARS] or 'list'}{ending}"
