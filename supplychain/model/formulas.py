"""Texts that a spreadsheet would run: every table that leaves quotes them, every one that comes in
takes the quote off again.

Signs as in OWASP's "CSV Injection"; their full-width and small forms are read as the sign itself by
some programs, so they count as it (Unicode NFKC).
"""

from __future__ import annotations

import unicodedata
from typing import Final

SIGNS: Final = frozenset("=+-@\t\r\n")


def quote_formula(text: str) -> str:
    """A text that a spreadsheet cannot take for a formula; ``unquote_formula`` gives it back."""
    return f"'{text}" if _is_quotable(text) else text


def unquote_formula(text: str) -> str:
    """The text without the apostrophe that keeps a spreadsheet from running it."""
    return text[1:] if text[:1] == "'" and _is_quotable(text[1:]) else text


def _is_quotable(text: str) -> bool:
    # An apostrophe before a formula sign, or before another such apostrophe, is ours.
    first = text.lstrip("'")[:1]
    return first in SIGNS or (
        not first.isascii() and unicodedata.normalize("NFKC", first)[:1] in SIGNS
    )
