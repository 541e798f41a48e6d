"""Uploads: files of tables that a firm sent, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from supplychain.errors import NotOpen, Stale
from supplychain.model.jobs import Job

READING: Final = "import_reading"
"""The kind of job that reads a file and writes nothing."""
WRITING: Final = "import"
"""The kind of job that writes what is in a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """Files that a firm sent to be imported; ``name`` is what they were called.

    Attributes:
        cleared_at: when the files and the report of bad rows were deleted; None while they are
            kept.
        by_steps: whether what was understood is looked at before anything is written.
        version: of what was said and mended.
        remembered_at: when what was said of such a file before was last used; empty where nothing
            was.
        remembered_by: who used it then.
    """

    id: str
    name: str
    size_bytes: int
    skip_bad: bool
    created_at: str
    job: Job
    cleared_at: str | None = None
    by_steps: bool = False
    version: int = 1
    remembered_at: str = ""
    remembered_by: str = ""

    @property
    def is_written(self) -> bool:
        """Whether its rows were written."""
        is_done = self.job.kind == WRITING and self.job.state == "done"
        return is_done and bool(self.job.result.get("written"))

    @property
    def waits(self) -> bool:
        """Whether somebody has to go on with it."""
        return (
            self.by_steps and self.job.is_over and not self.is_written and self.cleared_at is None
        )

    def check_can_change(self, version: int) -> None:
        """Hold that something may be said of it.

        Raises:
            NotOpen: it is written, is being written, or its files are deleted.
            Stale: somebody else said something meanwhile.
        """
        if not self.by_steps:
            raise NotOpen("This file was written at once. Send it again to look at it first.")
        if self.cleared_at is not None:
            raise NotOpen("The files of this import are deleted. Send them again.")
        if self.is_written:
            raise NotOpen("This file is written. Send it again to change more.")
        if self.job.kind == WRITING and not self.job.is_over:
            raise NotOpen("This file is being written. Stop that first, or wait for its end.")
        if version != self.version:
            raise Stale
