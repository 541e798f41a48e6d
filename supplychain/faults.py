"""What is wrong with this machine, told apart from what is wrong with a request."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path
from typing import Final

from supplychain import logs
from supplychain.config import settings

FULL: Final = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
"""How the system says that a disk, or a user's share of it, is full."""
LOW_BYTES: Final = 16 * 1024 * 1024
"""With less than this left the embedded graph can no longer write its files."""


def is_full_disk(error: BaseException | None) -> bool:
    """Whether an error comes from a full disk: of the file that was written, or of the graph's."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in FULL:
            return True
        error = error.__cause__ or error.__context__
    return has_full_disk()


def has_full_disk() -> bool:
    """Whether the disk of the data folder is full."""
    return shutil.disk_usage(find_existing(settings().data_dir)).free < LOW_BYTES


def find_existing(folder: Path) -> Path:
    """The folder, or the nearest above it that is there: it lies on the same disk."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def find_local() -> str:
    """What keeps this process from working, in two or three words; empty if nothing does."""
    if has_full_disk():
        return "disk full"
    if logs.stream.is_broken:
        return "log cannot be written"
    return ""
