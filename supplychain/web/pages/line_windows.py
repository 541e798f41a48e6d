"""Lines of a long request, some at a time: the page shows one window and links to the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import request

WINDOW_LINES: Final = 50
"""Lines that a page lists at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWindow:
    """The numbers of the lines that a page lists, from 1."""

    first: int
    last: int

    @classmethod
    def around(cls, number: int) -> LineWindow:
        """The window in which a line is."""
        first = max(number - 1, 0) // WINDOW_LINES * WINDOW_LINES + 1
        return cls(first=first, last=first + WINDOW_LINES - 1)

    def list_others(self, count: int) -> list[LineWindow]:
        """All windows of a request of so many lines, this one too; none where there is but one."""
        if count <= WINDOW_LINES:
            return []
        return [
            LineWindow(first=first, last=min(first + WINDOW_LINES - 1, count))
            for first in range(1, count + 1, WINDOW_LINES)
        ]


def read_line_number() -> int:
    """The line of the address around which lines are listed; 1 unless it is a number."""
    text = request.values.get("line", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else 1
