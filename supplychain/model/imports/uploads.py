"""Uploads: files of tables that a firm sent, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass

from supplychain.model.jobs import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """Files that a firm sent to be imported; ``name`` is what they were called.

    ``cleared_at`` says when the files and the report of bad rows were deleted; None while they are
    kept.
    """

    id: str
    name: str
    size_bytes: int
    skip_bad: bool
    created_at: str
    job: Job
    cleared_at: str | None = None
