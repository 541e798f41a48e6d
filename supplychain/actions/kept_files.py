"""Files of firms on the disk: how much of them, whole or not at all, and what is left behind."""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Final

from neo4j import Driver

from supplychain.config import settings
from supplychain.errors import DiskFull, Invalid
from supplychain.faults import FULL
from supplychain.graph import kept_files
from supplychain.graph.engine.transactions import Tx, read
from supplychain.model.ids import new_id, utc_now
from supplychain.model.kept_files import MB, KeptFiles
from supplychain.model.people.actors import Actor

UPLOADS_KEPT: Final = timedelta(days=30)
"""Files and reports of uploads are deleted after this."""
BLOCK_BYTES: Final = 1 << 20
HALF: Final = ".half"
"""How the name of a file ends that is not yet whole."""
HALF_KEPT_S: Final = 3600
"""Half a file that is older belongs to a process that is dead: no request takes so long."""
SAY_FULL: Final = (
    "The disk of this installation is full: nothing of it was kept. Its operator has to make room."
)


def of_firm(driver: Driver, *, by: Actor) -> KeptFiles:
    """What the actor's firm keeps in files, and what it may keep."""
    return read(driver, count_kept, by.firm_id, utc_now())


def lock_room(
    tx: Tx, firm_id: str, *, size_bytes: int, files: int, now: datetime, pointer: str
) -> None:
    """Refuse files for which the firm has no room, in the transaction that keeps them.

    Raises:
        Invalid: there is no room.
    """
    kept_files.lock(tx, firm_id)
    count_kept(tx, firm_id, now).check_room(size_bytes, files, pointer=pointer)


def count_kept(tx: Tx, firm_id: str, now: datetime) -> KeptFiles:
    """What a firm keeps in files, and what it may keep."""
    size_bytes, files = kept_files.count(tx, firm_id, since=now - UPLOADS_KEPT)
    config = settings()
    return KeptFiles(
        size_bytes=size_bytes,
        files=files,
        most_bytes=config.firm_megabytes * MB,
        most_files=config.firm_files,
    )


def keep_stream(stream: IO[bytes], path: Path, *, most_bytes: int, pointer: str) -> int:
    """Write a stream to a file that appears whole or not at all; returns its bytes.

    Raises:
        Invalid: the stream is longer than the most.
        DiskFull: it is.
    """
    half = path.with_name(f"{path.name}.{new_id()}{HALF}")
    size = 0
    with say_full(), drop_half(half), half.open("xb") as file:
        for block in blocks_of(stream):
            size += len(block)
            if size > most_bytes:
                raise Invalid("This is too large. Send less at once.", pointer=pointer)
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
        half.replace(path)
    return size


def blocks_of(stream: IO[bytes]) -> Iterator[bytes]:
    """A stream from its beginning, a megabyte at a time."""
    stream.seek(0)
    while block := stream.read(BLOCK_BYTES):
        yield block


@contextlib.contextmanager
def drop_half(path: Path) -> Iterator[None]:
    """Delete a half file (or what is left of it) when what writes it fails."""
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def say_full() -> Iterator[None]:
    """Call a full disk what it is.

    Raises:
        DiskFull: it is full.
    """
    try:
        yield
    except OSError as error:
        if error.errno in FULL or error.errno == errno.EFBIG:
            raise DiskFull(SAY_FULL, retry_after=600) from error
        raise


def clear_half_files(_driver: Driver, _now: datetime) -> int:
    """Delete what processes left behind that died while they wrote; returns how many."""
    before = time.time() - HALF_KEPT_S
    cleared = 0
    for path in settings().files_dir.rglob(f"*{HALF}"):
        with contextlib.suppress(FileNotFoundError):  # whole by now, or cleared by another worker
            if path.stat().st_mtime < before:
                path.unlink()
                cleared += 1
    return cleared


TIDIES = (clear_half_files,)
