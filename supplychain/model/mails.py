"""Mail: what waits to be sent, and the letter that it becomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from supplychain.model.events import Facts

WAITS_MINUTES: Final = (1, 5, 30, 120, 480, 1440)
"""Until the next try after each that failed; the last is given up on. About a day and a half in
all: a server that is mended within a day loses nothing (RFC 5321, 4.5.4.1, advises days)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A mail that waits: no text and no secret, only what it will be about.

    ``to`` is an address, or empty where ``about_id`` is a user. ``tries`` counts the present one.
    """

    id: str
    kind: str
    to: str
    about_id: str
    facts: Facts
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail as it is read: plain text, in its reader's language."""

    to: str
    subject: str
    text: str
