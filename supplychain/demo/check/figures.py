"""Whether a text tells a number, as somebody who reads it would see it.

Digits alone say nothing: a timestamp, an id or a longer number holds those of any price by chance.
A text is therefore cut into its numbers, and they are compared as numbers.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

INSTANT: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?|\d\d:\d\d(?::\d\d)?"
)
"""Days and times of day, with parts of a second: they are no prices."""
NUMBER: Final = re.compile(
    r"(?<![\w.,])\d(?:[\d,\u00a0\u202f]*\d)?(?:\.\d+)?(?!\w|[.,]\d)", re.ASCII
)
"""A number that stands by itself: no piece of a word, of an id or of a longer number."""
MARKS: Final = re.compile(r"[,\u00a0\u202f]")
"""What stands between thousands."""
E4: Final = 10_000
"""In so many parts of a unit the graph counts money."""


def tells_number(text: str, number: Decimal) -> bool:
    """Whether a text has this number: plain, with marks between thousands, or in ten-thousandths.

    Args:
        text: a page or an answer.
        number: a price of at least four digits, for a small number stands for much else.
    """
    return not {number, number * E4}.isdisjoint(_list_numbers(text))


def _list_numbers(text: str) -> set[Decimal]:
    plain = INSTANT.sub(" ", text)
    return {Decimal(MARKS.sub("", shown)) for shown in NUMBER.findall(plain)}


def is_telling(price: str) -> bool:
    """Whether a price is found nowhere by chance: parts of a unit, and four digits or more."""
    number = Decimal(price)
    return number != number.to_integral_value() and len(number.normalize().as_tuple().digits) >= 4
