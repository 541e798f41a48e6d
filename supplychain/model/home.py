"""Which of the things that wait come first on the home page, by role."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

KINDS: Final[dict[str, tuple[str, ...]]] = {
    "order_to_accept": ("seller",),
    "share_to_accept": ("seller",),
    "consent": ("buyer",),
    "bids_to_compare": ("buyer",),
    "bid_draft": ("seller",),
    "invitation": ("seller",),
    "to_receive": ("buyer", "seller"),
    "chain_invitation": (),
    "cluster_invitation": (),
    "request_draft": ("buyer",),
    "colleague_pending": (),
}
"""Every kind of task, and the roles below an owner who can do it; most pressing kind first."""

_WITH_END: Final = frozenset(
    ("order_to_accept", "share_to_accept", "consent", "bid_draft", "invitation")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing that waits: ``at`` is the instant by which, or since when (stored form)."""

    kind: str
    id: str
    number: str
    title: str
    other: str
    n: int
    at: str | None

    @property
    def ends(self) -> bool:
        """Whether ``at`` is an end, not a beginning."""
        return self.kind in _WITH_END


def urgent(tasks: Iterable[Task], role: str) -> list[Task]:
    """What this role can do (a viewer sees all, an owner does all), the most pressing first.

    What ends comes by its end; then what does not end, by kind and age.
    """
    ranks = {kind: at for at, kind in enumerate(KINDS)}
    mine = [task for task in tasks if role in ("owner", "viewer") or role in KINDS[task.kind]]
    return sorted(
        mine,
        key=lambda task: (
            not task.ends,
            (task.at or "9") if task.ends else "",
            ranks[task.kind],
            task.at or "",
            task.id,
        ),
    )
