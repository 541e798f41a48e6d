"""How deep a row of a list stands: ``1``, ``1.1``, ``1.2.1``; ``0 1 2``; ``..2``; ``**``; indents.

A list says it in one way. Which one is seen by all its rows together: where a code has a dot inside
(``1.2``), the codes are an outline, and ``2`` is the second group of the product; where none has,
they are depths.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_OUTLINE: Final = re.compile(r"[0-9]+(?:\.[0-9]+)*\.?")
_DEPTH: Final = re.compile(
    r"[.\s·…\-–—_>+*│├└]*(?:l|lv|lvl|level|stufe|ebene|第)?\.?\s*([0-9]{1,2})\s*[级层階]?", re.I
)
_MARKS: Final = re.compile(r"([+*.·\->])\1*")
NO_PARENT_ROW: Final = "The row that this one is part of is missing."
TWICE: Final = (
    "This position is there twice. A spreadsheet may have made 1.10 of it: format the column as "
    "text."
)
NO_LEVEL: Final = "This is no level. Write 0, 1, 2 or 1, 1.1, 1.2."
LEAP: Final = "This row stands more than one level below the one before it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a row stands: the place of its parent among the rows, None for one at the top.

    ``fault`` is why it cannot be said.
    """

    parent: int | None = None
    fault: str = ""


def find_standings(codes: Sequence[str]) -> list[Standing]:
    """Where each row of a list stands, by its codes."""
    plain = [code.strip() for code in codes]
    if any("." in code.rstrip(".").lstrip(".") for code in plain if _OUTLINE.fullmatch(code)):
        return _follow_outline([code.rstrip(".") for code in plain])
    return follow_depths([_read_depth(code) for code in plain])


def is_outline(codes: Sequence[str]) -> bool:
    """Whether some codes that may as well be positions are an outline: most are, some deeper."""
    filled = [code.strip() for code in codes if code.strip()]
    fitting = [code for code in filled if _OUTLINE.fullmatch(code)]
    deeper = sum("." in code.rstrip(".") for code in fitting)
    return bool(deeper) and len(fitting) == len(filled)


def _read_depth(code: str) -> int | None:
    match = _DEPTH.fullmatch(code)
    if match:
        return int(match[1])
    return len(code) if code and _MARKS.fullmatch(code) else None


def _follow_outline(codes: Sequence[str]) -> list[Standing]:
    """``1.2.1`` is part of ``1.2``; ``0`` is the whole, of which ``1`` and ``2`` are parts."""
    top = next((at for at, code in enumerate(codes) if code == "0"), None)
    seen: dict[str, int] = {}
    standings = []
    for at, code in enumerate(codes):
        if not _OUTLINE.fullmatch(code):
            standings.append(Standing(parent=top if top != at else None, fault=NO_LEVEL))
            continue
        above = code.rpartition(".")[0]
        if code in seen:
            standings.append(Standing(parent=seen.get(above, top), fault=TWICE))
            continue
        seen[code] = at
        if not above:
            standings.append(Standing(parent=None if at == top else top))
        elif above in seen:
            standings.append(Standing(parent=seen[above]))
        else:
            standings.append(Standing(parent=top, fault=NO_PARENT_ROW))
    return standings


def follow_depths(depths: Sequence[int | None]) -> list[Standing]:
    """A row is part of the last one above it that is less deep; None is a depth that is unread."""
    above: list[tuple[int, int]] = []
    standings = []
    for at, depth in enumerate(depths):
        if depth is None:
            standings.append(Standing(parent=above[-1][1] if above else None, fault=NO_LEVEL))
            continue
        while above and above[-1][0] >= depth:
            above.pop()
        leaps = bool(above) and depth > above[-1][0] + 1
        parent = above[-1][1] if above else None
        standings.append(Standing(parent=parent, fault=LEAP if leaps else ""))
        above.append((depth, at))
    return standings


def follow_indents(indents: Sequence[int]) -> list[Standing]:
    """As ``follow_depths``; how far the levels are apart does not matter."""
    steps = {indent: depth for depth, indent in enumerate(sorted(set(indents)))}
    depths: list[int] = []
    open_indents: list[int] = []
    for indent in indents:
        while open_indents and open_indents[-1] >= indent:
            open_indents.pop()
        open_indents.append(indent)
        depths.append(len(open_indents) - 1)
    return follow_depths(depths) if len(steps) > 1 else [Standing() for _ in indents]
