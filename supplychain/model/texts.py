"""Texts from outside, looked at before they are normalised.

Unicode's normalisation sorts the marks that follow a letter, and takes a time that grows with the
square of their number: 40,000 marks on one letter hold a processor for seconds. No language needs
more than a handful; the Stream-Safe Text Format (UAX #15) allows 30.
"""

from __future__ import annotations

import unicodedata
from typing import Final

MAX_LETTER_MARKS: Final = 30
MAX_SHORT_CHARS: Final = 200
_RUN: Final = b"\1" * (MAX_LETTER_MARKS + 1)


def is_overmarked(text: str) -> bool:
    """Whether more than 30 combining marks follow each other somewhere in a text."""
    if text.isascii() or len(text) <= MAX_LETTER_MARKS:
        return False
    return _RUN in bytes(map(bool, map(unicodedata.combining, text)))


def fold_short(text: str) -> str:
    """A short text (a number, a day, a code) in NFKC and without blanks around it.

    Empty where it is longer than 200 characters or overmarked: then it is none of these.
    """
    if len(text) > MAX_SHORT_CHARS or is_overmarked(text):
        return ""
    return unicodedata.normalize("NFKC", text).strip()
