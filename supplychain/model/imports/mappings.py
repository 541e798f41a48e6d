"""What a firm said of a file, remembered for files of the same shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MAX_MAPPINGS_ITEMS: Final = 200
"""Shapes of files that a firm has remembered; the ones not used for the longest time go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportMapping:
    """Answers for files of one shape.

    Attributes:
        id: of its firm and the shape.
        name: of the file that was written last.
        answers: JSON text, as a file of answers holds them.
        sheets: the names of that file's sheets, in its order.
        used_at: when such a file was last written.
        used_by: the name of who did.
    """

    id: str
    name: str
    answers: str
    sheets: tuple[str, ...]
    used_at: str
    used_by: str

    @property
    def shape(self) -> str:
        """The digest of the sheets and headers of such files."""
        return self.id.rpartition("|")[2]


def mapping_id(firm_id: str, shape: str) -> str:
    """The identity of what a firm said of files of a shape."""
    return f"{firm_id}|{shape}"
