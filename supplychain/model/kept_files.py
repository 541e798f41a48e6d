"""How much of a firm's files is kept: those it attached, and those it sent to be imported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from supplychain.errors import Invalid

MB: Final = 1024 * 1024
"""Bytes of a megabyte, as all settings count them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFiles:
    """What a firm keeps and what it may keep; a file that it has several times counts once."""

    size_bytes: int
    files: int
    most_bytes: int
    most_files: int

    @property
    def megabytes(self) -> int:
        """What is kept, rounded up."""
        return -(-self.size_bytes // MB)

    @property
    def most_megabytes(self) -> int:
        """What may be kept."""
        return self.most_bytes // MB

    @property
    def share(self) -> float:
        """How full it is, 0 to 1, by bytes or by files."""
        by_bytes = self.size_bytes / self.most_bytes if self.most_bytes else 1.0
        by_files = self.files / self.most_files if self.most_files else 1.0
        return min(1.0, max(by_bytes, by_files))

    def check_room(self, size_bytes: int, files: int, *, pointer: str) -> None:
        """Refuse files for which there is no room.

        Raises:
            Invalid: with how much there is, and how to make room.
        """
        if self.size_bytes + size_bytes > self.most_bytes:
            raise Invalid(
                "Your firm keeps %(used)s of %(most)s MB in files, and this is %(more)s MB. Delete "
                "files of old imports under Import and export, or take files off drafts.",
                pointer=pointer,
                used=self.megabytes,
                most=self.most_megabytes,
                more=-(-size_bytes // MB),
            )
        if self.files + files > self.most_files:
            raise Invalid(
                "Your firm keeps %(used)s files, and %(most)s is the most. Delete files of old "
                "imports under Import and export, or take files off drafts.",
                pointer=pointer,
                used=self.files,
                most=self.most_files,
            )
