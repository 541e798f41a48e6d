"""What the cells of a column prove about how numbers are written in a file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from supplychain.model.reading.habits import NumberHabit
from supplychain.model.reading.numbers import PLAIN_NUMBER, fold_number

POINT_MARK: Final = "."
COMMA_MARK: Final = ","
_CORE: Final = re.compile(r"[0-9][0-9., ']*[0-9]")
_GROUPED: Final = re.compile(r"[1-9][0-9]{0,2}(?:[.,][0-9]{3})")


def find_mark(text: str) -> str:
    """The sign that begins decimals by this cell alone: ``.``, ``,``, or empty.

    ``12,5`` and ``1.234,5`` prove a comma, ``1,234.5`` a point, ``1.234.567`` a comma;
    ``1.250`` proves nothing.
    """
    if "." not in text and "," not in text and text.isascii():
        return ""
    if PLAIN_NUMBER.fullmatch(text):
        return POINT_MARK
    match = _CORE.search(fold_number(text))
    if not match:
        return ""
    core = match[0]
    points, commas = core.count("."), core.count(",")
    if not points and not commas:
        return ""
    if points and commas:
        return POINT_MARK if core.rfind(".") > core.rfind(",") else COMMA_MARK
    if points + commas > 1:
        return COMMA_MARK if points else POINT_MARK
    if _GROUPED.fullmatch(core):
        return ""
    return POINT_MARK if points else COMMA_MARK


def find_marks(texts: Iterable[str]) -> frozenset[str]:
    """The signs that some cells prove."""
    return frozenset(filter(None, map(find_mark, texts)))


def conclude(column: frozenset[str], file: frozenset[str], delimiter: str) -> NumberHabit:
    """How numbers are written in a column.

    Args:
        column: what its own cells prove.
        file: what all cells of numbers in the file prove.
        delimiter: what stands between columns; empty in a workbook.
    """
    for marks in (column, file):
        if marks == {POINT_MARK}:
            return NumberHabit.FILE_POINT
        if marks == {COMMA_MARK}:
            return NumberHabit.FILE_COMMA
        if marks:
            return NumberHabit.UNKNOWN
    return NumberHabit.LIKELY_POINT if delimiter == "," else NumberHabit.UNKNOWN
