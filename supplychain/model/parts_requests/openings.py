"""Two people of the buyer's firm open the bids of a request, where the buyer chose so.

Both are owners or buyers of the firm, and both say so after the deadline. Whose account was closed
or who is no buyer any more does not count: an owner makes another colleague a buyer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A user of the buyer's firm agreed to open the bids; ``at`` is the instant as text.

    ``counts``: the user still may.
    """

    user_id: str
    name: str
    at: str
    counts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How the opening of a request stands; ``openers`` are those of the firm who may open."""

    opening: str
    agreements: tuple[Agreement, ...]
    openers: int
    is_due: bool


def find_partner(agreements: Iterable[Agreement], user_id: str) -> Agreement | None:
    """The other person whose agreement counts, if there is one."""
    others = (one for one in agreements if one.user_id != user_id and one.counts)
    return next(others, None)
