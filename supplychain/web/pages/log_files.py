"""The log of a firm as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from supplychain.model.formulas import quote_formula
from supplychain.web.pages.log_words import WrittenEntry

HEADER = ("sequence", "at", "who", "group", "what", "kind", "about", "about_id")


def write_log_csv(rows: Iterable[tuple[WrittenEntry, str, str, str]]) -> bytes:
    """UTF-8 with a byte order mark; a text that a spreadsheet would run gets an apostrophe.

    Args:
        rows: an entry as its reader reads it, its kind, and the noun and id of what it is about.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for entry, kind, about_kind, about_id in rows:
        texts = (entry.at, entry.who, entry.group, entry.text, kind, about_kind, about_id)
        writer.writerow((entry.sequence, *map(quote_formula, texts)))
    return out.getvalue().encode("utf-8-sig")
