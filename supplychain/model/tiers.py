"""A firm's tiers: who supplies it and whom it supplies, as far as a viewer may see.

Suppliers stand at tiers -1, -2, … and customers at 1, 2, …: the fewest steps from the firm in the
middle, which stands at 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

LOAD_WEEKS: Final = 4
"""Load looks at this week and the three after it."""

MIN_EVIDENCE_LINES: Final = 3
"""With fewer deliveries than this the on-time rate says nothing about a firm's state."""

SOLE_SHARE: Final = 0.999
"""From this share of a buyer's need for a part upwards, a supplier is its sole source."""

OPEN_ORDER_STATES: Final = ("offered", "accepted", "in_production", "shipped")
STATES: Final = ("risk", "watch", "healthy", "unknown", "hidden")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is known of a firm; None is unknown.

    ``load`` is booked ÷ weekly capacity of its busiest capability over the next four weeks;
    ``on_time`` in [0, 1] over ``evidence`` deliveries; ``scope`` is ``own`` (all of the firm's),
    ``together`` (only what it and the viewer trade) or ``none`` (hidden).
    """

    load: float | None = None
    on_time: float | None = None
    evidence: int = 0
    open_orders: int | None = None
    scope: str = "none"

    @property
    def load_state(self) -> str:
        """The load as a word: above 1 ``risk``, above 0.85 ``watch``."""
        if self.load is None:
            return "unknown"
        return "risk" if self.load > 1 else "watch" if self.load > 0.85 else "healthy"

    @property
    def on_time_state(self) -> str:
        """The on-time rate as a word: below 0.8 ``risk``, below 0.9 ``watch``."""
        if self.on_time is None or self.evidence < MIN_EVIDENCE_LINES:
            return "unknown"
        return "risk" if self.on_time < 0.8 else "watch" if self.on_time < 0.9 else "healthy"

    @property
    def state(self) -> str:
        """The worse of load and on-time rate; what is unknown does not count.

        A firm of which there is no delivery and nothing is booked is ``unknown``: that it has room
        says nothing of how it works.
        """
        if self.scope == "none":
            return "hidden"
        if not self.evidence and not self.load:
            return "unknown"
        return min(self.load_state, self.on_time_state, key=STATES.index)


@dataclass(frozen=True, slots=True, kw_only=True)
class TierNode:
    """A firm in the picture.

    A hidden one has no name, city, category or figures, only its ``number`` in its tier; its
    ``key`` says nothing about who it is. ``sole`` counts the supply relations in which it is the
    sole source; ``branches`` the direct suppliers of the middle that all depend on it.
    ``claimed``: it is here by the viewer's own word alone, which it did not confirm.
    """

    key: str
    tier: int
    name: str | None = None
    number: int = 0
    city: str = ""
    category: str = ""
    figures: Figures = field(default_factory=Figures)
    sole: int = 0
    branches: int = 0
    claimed: bool = False

    @property
    def hidden(self) -> bool:
        """Whether the viewer may not know who this is."""
        return self.name is None

    @property
    def common(self) -> bool:
        """Whether it is a hidden common source: two or more direct suppliers depend on it."""
        return self.tier < -1 and self.branches > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TierLink:
    """Supplier → buyer, by their keys.

    ``parts`` counts the parts; 1 where an end is hidden. ``sole``: for one of them at least the
    supplier is the buyer's sole source (told to the buyer and to its chain leader only).
    ``claimed``: the viewer says it and the other end did not confirm it.
    """

    supplier: str
    buyer: str
    parts: int = 1
    sole: bool = False
    claimed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TierMap:
    """The tiers around a firm, nodes by tier and name; ``cut`` when it was too much to show all."""

    focal: str
    viewer: str
    nodes: tuple[TierNode, ...]
    links: tuple[TierLink, ...]
    cut: bool = False
    part_id: str | None = None

    @property
    def hidden(self) -> int:
        """How many firms are shown without their name."""
        return sum(node.hidden for node in self.nodes)

    @property
    def coverage(self) -> str:
        """``COMPLETE``, or ``PARTIAL`` when a firm is hidden or something was cut off."""
        return "PARTIAL" if self.cut or self.hidden else "COMPLETE"


def is_sole(supplier_id: str, share: float, suppliers: Iterable[str]) -> bool:
    """Whether a supplier is a buyer's sole source of a part, given all its suppliers of it."""
    return share >= SOLE_SHARE or set(suppliers) == {supplier_id}


def count_branches(tiers: dict[str, int], links: Iterable[tuple[str, str]]) -> dict[str, int]:
    """How many direct suppliers of the middle each firm further upstream stands behind.

    Args:
        tiers: tier by key.
        links: (supplier, buyer) keys; only those between upstream firms count.

    Returns:
        Counts by key of the firms at tiers below -1. O(links x tiers), as bit sets.
    """
    upstream = [(one, two) for one, two in links if tiers[one] < 0 and tiers[two] < 0]
    upstream.sort(key=lambda pair: (-tiers[pair[1]], pair))
    direct = sorted(key for key, tier in tiers.items() if tier == -1)
    behind = {key: 1 << place for place, key in enumerate(direct)}
    changed = True
    while changed:
        changed = False
        for supplier, buyer in upstream:
            before = behind.get(supplier, 0)
            behind[supplier] = before | behind.get(buyer, 0)
            changed = changed or behind[supplier] != before
    return {key: behind.get(key, 0).bit_count() for key, tier in tiers.items() if tier < -1}
