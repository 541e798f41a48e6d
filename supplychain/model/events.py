"""Events: what a firm did to a thing, as home pages and histories read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
"""A value that JSON can hold."""
Facts: TypeAlias = Mapping[str, Json]
"""What the sentence about an event needs: names and numbers, by the words of the sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event; ``kind`` is ``noun.verb``, ``at`` an instant in stored form.

    ``firm_id`` and ``user_id`` say who acted; both are empty where time alone did.
    """

    kind: str
    about_kind: str
    about_id: str
    at: str
    firm_id: str
    user_id: str
    facts: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedEvent:
    """An event that one worker handles until its lease ends."""

    id: str
    kind: str
    about_id: str
    at: str
    facts: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerHead:
    """Where a chain of events ends: the number and the digest of its last one.

    Up to ``archived_seq`` its events lie in the archive.
    """

    ledger_id: str
    seq: int
    digest: str
    archived_seq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenLink:
    """The first place at which a chain does not hold; ``why`` is for the operator."""

    ledger_id: str
    seq: int
    kind: str
    at: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """What a check of all chains came to.

    ``unkeyed`` links are of before there were keys: they hold, but anybody could have made them.
    """

    ledgers: int
    links: int
    unkeyed: int
    anchors: int
    broken: tuple[BrokenLink, ...]
