"""What reading one file may cost, and what its reader is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from supplychain.config import settings

OPERATOR_FACTOR: Final = 10
"""Who imports at the machine may take so much longer than a firm that uploads."""
MAX_UPLOAD_CELLS: Final = 16_000_000
MAX_OPERATOR_CELLS: Final = 2_000_000_000
MAX_TEXT_CHARS: Final = 400_000_000
"""Characters of all cells; a workbook keeps a text once and may use it millions of times."""


MAX_FORM_CELLS: Final = 100_000
"""Of a form that is filled in as a workbook: 400 lines have some 15,000."""
MAX_FORM_CHARS: Final = 4_000_000
MAX_FORM_S: Final = 20
"""Somebody waits for the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLimits:
    """What reading one file, or one folder of files, may cost.

    ``seconds`` are those of a processor and those of a clock (while its rows are waited for),
    ``megabytes`` of memory, ``cells`` and ``chars`` of all tables together.
    """

    seconds: int
    megabytes: int
    cells: int
    chars: int

    @classmethod
    def of_uploads(cls) -> ReadingLimits:
        """Of what firms send."""
        config = settings()
        return cls(
            seconds=config.parser_seconds,
            megabytes=config.parser_megabytes,
            cells=MAX_UPLOAD_CELLS,
            chars=MAX_TEXT_CHARS,
        )

    @classmethod
    def of_forms(cls) -> ReadingLimits:
        """Of a form that is filled in as a workbook, read while its sender waits."""
        config = settings()
        return cls(
            seconds=min(config.parser_seconds, MAX_FORM_S),
            megabytes=config.parser_megabytes,
            cells=MAX_FORM_CELLS,
            chars=MAX_FORM_CHARS,
        )

    @classmethod
    def of_operator(cls) -> ReadingLimits:
        """Of what the operator imports at the machine."""
        config = settings()
        return cls(
            seconds=config.parser_seconds * OPERATOR_FACTOR,
            megabytes=config.parser_megabytes,
            cells=MAX_OPERATOR_CELLS,
            chars=MAX_TEXT_CHARS * OPERATOR_FACTOR,
        )
