"""How whoever wrote a text writes numbers and days."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class NumberHabit(Enum):
    """Which sign begins the decimals, and how sure that is.

    ``TYPED_…`` is the language of a person at a form: what a slip could make of it is refused.
    ``FILE_…`` is what a file proves by itself. ``LIKELY_POINT`` is a file with commas between its
    columns, in which nothing proves more. ``CANONICAL`` is a machine: digits and a point.
    """

    TYPED_POINT = "typed point"
    TYPED_COMMA = "typed comma"
    FILE_POINT = "file point"
    FILE_COMMA = "file comma"
    LIKELY_POINT = "likely point"
    UNKNOWN = "unknown"
    CANONICAL = "canonical"

    @property
    def decimal_sign(self) -> str:
        """``.`` or ``,``; empty where it is not known."""
        if self in (NumberHabit.TYPED_COMMA, NumberHabit.FILE_COMMA):
            return ","
        return "" if self is NumberHabit.UNKNOWN else "."

    @property
    def is_proved(self) -> bool:
        """Whether the sign is beyond doubt."""
        return self in (NumberHabit.FILE_POINT, NumberHabit.FILE_COMMA, NumberHabit.CANONICAL)


class DayOrder(Enum):
    """What comes first in ``12/11/2026``."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How numbers and days are written; without an order of days both are possible."""

    numbers: NumberHabit = NumberHabit.UNKNOWN
    days: DayOrder | None = None
