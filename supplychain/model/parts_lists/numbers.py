"""Part numbers as they are printed, how they are compared, and our own id beside one."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Final

from supplychain.model.imports.tables import MAX_ID_CHARS

_UNFIT: Final = re.compile(r"[|/\\\s]+")
_DIGEST_CHARS: Final = 8


def fold_part_number(number: str) -> str:
    """A part number as it is compared with others that look like it; never stored, never shown.

    Case, blanks and hyphens of all kinds do not count: ``DG-301``, ``dg 301`` and ``DG301`` look
    alike. Dots and slashes do: ``1.10`` is not ``110``.
    """
    plain = unicodedata.normalize("NFKC", number).casefold()
    return "".join(one for one in plain if not _is_passed_over(one))


def _is_passed_over(one: str) -> bool:
    return one in "_\N{MINUS SIGN}" or unicodedata.category(one) in ("Pd", "Zs", "Cf", "Cc")


def make_part_id(number: str) -> str:
    """Our own id for a part number as it is printed: itself where it can be one.

    What an id cannot hold (slash, bar, blanks) becomes a hyphen; then, and where it is too long, a
    few letters of a digest keep two numbers apart.
    """
    plain = _UNFIT.sub("-", number.strip()).strip("-")
    if plain == number and len(plain) <= MAX_ID_CHARS and plain not in (".", ".."):
        return plain
    digest = hashlib.sha256(number.encode()).hexdigest()[:_DIGEST_CHARS]
    return f"{plain[: MAX_ID_CHARS - _DIGEST_CHARS - 1]}-{digest}"
