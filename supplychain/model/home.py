"""Which of the things that wait come first on the home page, by role."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from supplychain.model.events import Event

TASK_ROLES: Final[dict[str, tuple[str, ...]]] = {
    "order_to_accept": ("seller",),
    "share_to_accept": ("seller",),
    "consent": ("buyer",),
    "bids_to_open": ("buyer",),
    "bids_to_compare": ("buyer",),
    "bid_draft": ("seller",),
    "invitation": ("seller",),
    "to_receive": ("buyer", "seller"),
    "chain_invitation": (),
    "cluster_invitation": (),
    "claims_to_answer": ("seller",),
    "request_draft": ("buyer",),
    "relations_to_answer": ("buyer", "seller"),
    "colleague_pending": (),
}
"""Every kind of task, and the roles below an owner who can do it; most pressing kind first."""

_WITH_END: Final = frozenset(
    ("order_to_accept", "share_to_accept", "consent", "bid_draft", "invitation")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedItem:
    """A request, bid or share (``kind``) that the firm began; ``id`` is of the page to open."""

    kind: str
    id: str
    number: str
    title: str | None
    state: str
    at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsItem:
    """An event, and the name of the firm that acted."""

    event: Event
    firm: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmRecord:
    """How much a firm has on record: it decides which first step an empty home page teaches.

    Of requests only whether there are any: 1 or 0.
    """

    capabilities: int = 0
    requests: int = 0
    colleagues: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeTask:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """``tasks`` are the most pressing of ``total``; ``standing`` is what the firm has on record."""

    tasks: list[HomeTask]
    total: int
    started: list[StartedItem]
    news: list[NewsItem]
    standing: FirmRecord


def sort_by_urgency(tasks: Iterable[HomeTask], role: str) -> list[HomeTask]:
    """What this role can do (a viewer sees all, an owner does all), the most pressing first.

    What ends comes by its end; then what does not end, by kind and age.
    """
    order = {kind: number for number, kind in enumerate(TASK_ROLES)}
    mine = [task for task in tasks if role in ("owner", "viewer") or role in TASK_ROLES[task.kind]]
    return sorted(
        mine,
        key=lambda task: (
            not task.ends,
            (task.at or "9") if task.ends else "",
            order[task.kind],
            task.at or "",
            task.id,
        ),
    )
