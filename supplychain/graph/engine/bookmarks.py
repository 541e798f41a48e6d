"""Who has just written reads it again, whichever server answers.

Behind ``neo4j://`` a read may go to a server that has not yet got the last write. A bookmark is
the graph's own word for "as of that write": each transaction hands one out, and one that is opened
with it waits for it. A bookmark is kept for what runs now (a request, a job, a command) and carried
on by whoever comes back: a browser in a cookie, a program in a header. One server needs none.
"""

from __future__ import annotations

from contextvars import ContextVar

from neo4j import Bookmarks

from supplychain.config import settings

MAX_KEYS = 8
"""Bookmarks that are carried at once: a transaction hands out one, a merge of several few."""

_carried: ContextVar[frozenset[str]] = ContextVar("bookmarks", default=frozenset())


def are_needed() -> bool:
    """Whether several servers may answer."""
    return (settings().graph_uri or "").startswith("neo4j")


def carry(values: frozenset[str]) -> None:
    """What runs from here on sees at least what these bookmarks stand for."""
    _carried.set(frozenset(sorted(values)[:MAX_KEYS]))


def list_carried() -> frozenset[str]:
    """The bookmarks of what was read and written so far."""
    return _carried.get()


def carried() -> Bookmarks | None:
    """The bookmarks to open a session with; None where one server answers all."""
    values = _carried.get()
    return Bookmarks.from_raw_values(values) if values and are_needed() else None


def keep(fresh: Bookmarks) -> None:
    """Remember what a transaction has handed out: it stands for all before it too."""
    if are_needed() and fresh.raw_values:
        carry(fresh.raw_values)
