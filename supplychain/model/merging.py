"""Two firms that are one: what keeps them apart, and what is said of it.

What would become a dealing of a firm with itself, or a second one where there must be one, is
named and refused. All else moves, or is joined by the rules in ``docs/firms.md``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from supplychain.errors import Conflict

MAX_NAMED_LINES: Final = 5
"""Of each kind so many are named."""

HINDRANCES: Final[Mapping[str, str]] = {
    "groups": "Both stand in %(names)s, where a firm stands once. Let one of them leave it first.",
    "orders": "Orders have both on their way: %(names)s. A firm cannot order from itself.",
    "deliveries": (
        "Deliveries stand between the two: %(names)s. Undo the import that brought them first."
    ),
    "own_bids": "One has a bid for a request of the other: %(names)s. A firm cannot bid to itself.",
    "two_bids": (
        "Both have a bid for %(names)s. Let one of them be withdrawn, or wait until it is decided."
    ),
    "sealed_bids": (
        "Bids of the twin are under seal: %(names)s. Wait until they are opened, or let the twin "
        "withdraw them."
    ),
    "jobs": "Work of the twin is under way: %(names)s. Wait until it has ended.",
    "batches": "An import of the twin is being undone: %(names)s. Wait until it has ended.",
}
"""What forbids a merge, by kind, in the order in which it is said."""


def check_may_merge(hindrances: Mapping[str, Sequence[str]]) -> None:
    """Refuse where anything forbids it.

    Args:
        hindrances: by kind of ``HINDRANCES``, what to call each.

    Raises:
        Conflict: with the first kind, naming up to five.
    """
    for kind, sentence in HINDRANCES.items():
        names = sorted(set(hindrances.get(kind, ())))
        if names:
            more = [] if len(names) <= MAX_NAMED_LINES else ["…"]
            raise Conflict(sentence, names=", ".join([*names[:MAX_NAMED_LINES], *more]))


def swap_firm(ids: Sequence[str], *, keep_id: str, drop_id: str) -> list[str]:
    """The ids with the twin's replaced by that of the firm that stays."""
    return [keep_id if each == drop_id else each for each in ids]
