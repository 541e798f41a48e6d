"""The log of a firm: what its people did, what was refused to them, and who looked at its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from supplychain.model.events import BrokenLink, Facts

GROUPS: Final = {
    "sign_in": ("session.",),
    "rights": ("colleague.", "token.", "password.", "firm.", "user."),
    "download": ("file.downloaded", "tables.exported"),
    "refusal": ("access.refused", "session.refused", "password.refused"),
    "opening": ("parts_request.opened", "parts_request.failed", "bids.read"),
    "look": ("look.",),
}
"""Kinds of entries that a reader chooses between; ``trade`` is whatever is none of them."""
KINDS_OF_ENTRIES: Final = (*GROUPS, "trade")
MAX_ABOUT_CHARS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class LogChoice:
    """Which entries of a log are wanted; whatever is empty or None narrows nothing.

    ``first`` and ``last`` are days as the reader's clock has them, ``about`` the id of a thing,
    or part of its number, name or title.
    """

    kind: str = ""
    person: str = ""
    first: date | None = None
    last: date | None = None
    about: str = ""

    @property
    def is_narrow(self) -> bool:
        """Whether anything is left out."""
        return self != LogChoice()


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One link of a chain with the names of who acted.

    ``sequence`` is its number in the chain from 1, ``at`` an instant in stored form. ``person`` is
    empty where time alone acted, where nobody was signed in, and for people of other firms;
    ``firm`` is that of another firm that acted.
    """

    sequence: int
    kind: str
    about_kind: str
    about_id: str
    at: str
    firm_id: str
    user_id: str
    facts: Facts
    person: str = ""
    firm: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    """Entries, newest first; ``before`` is where older ones go on, None at the beginning."""

    entries: tuple[LogEntry, ...]
    before: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainState:
    """Where a chain ends, and what its last check found; instants are "" before the first one.

    Up to ``archived_sequence`` its links lie in the archive.
    """

    sequence: int = 0
    archived_sequence: int = 0
    digest: str = ""
    checked_at: str = ""
    checked_sequence: int = 0
    broken: BrokenLink | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the firm, to choose from."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedLink:
    """A link as it was signed: with the keys of the installation anybody can check it.

    ``facts`` is the very text that was signed.
    """

    ledger_id: str
    seq: int
    kind: str
    about_kind: str
    about_id: str
    firm_id: str
    user_id: str
    at: str
    facts: str
    key_id: str
    previous: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What a check of a downloaded log came to; ``wrong`` names lines by sequence and reason."""

    lines: int = 0
    gaps: int = 0
    wrong: tuple[tuple[int, str], ...] = field(default=())


def group_of(kind: str) -> str:
    """The group that an event's kind belongs to; refused sign-ins are refusals."""
    if kind in GROUPS["refusal"]:
        return "refusal"
    for group, beginnings in GROUPS.items():
        if kind.startswith(beginnings):
            return group
    return "trade"


def is_about(entry: LogEntry, text: str) -> bool:
    """Whether an entry is about the thing with this id, or one whose number or name holds it."""
    if not text or entry.about_id == text:
        return True
    wanted = text.casefold()
    names = (entry.facts.get(name) for name in ("number", "title", "name", "file", "firm", "part"))
    return any(isinstance(name, str) and wanted in name.casefold() for name in names)
