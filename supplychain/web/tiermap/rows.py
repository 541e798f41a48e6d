"""The list under the picture: the same firms as rows, sorted and paged by the address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from supplychain.model.tiers import STATES, TierMap, TierNode
from supplychain.web.tiermap.words import Translate, firm_name

PAGE_ROWS = 50
Value = str | float | int | None

SORTS: dict[str, Callable[[TierNode], Value]] = {
    "tier": lambda node: node.tier,
    "name": lambda node: node.name.casefold() if node.name is not None else None,
    "state": lambda node: STATES.index(node.figures.state) if not node.hidden else None,
    "load": lambda node: node.figures.load,
    "on_time": lambda node: node.figures.on_time,
    "orders": lambda node: node.figures.open_orders,
    "marks": lambda node: (node.sole * 1000 + node.branches) or None,
}
"""What the list can be sorted by; a minus before the name turns it round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmListPage:
    """One page of the list."""

    nodes: list[TierNode]
    total: int
    page: int
    pages: int
    sort: str


def list_rows(
    picture: TierMap, *, sort: str, page: int, keys: frozenset[str] | None, _: Translate
) -> FirmListPage:
    """One page of the firms; what is unknown comes last, whichever way it is sorted.

    Args:
        picture: the tiers.
        sort: a key of ``SORTS``, with or without a minus; anything else is ``tier``.
        page: from 1; beyond the end is the last one.
        found: keys to keep, or None for all.
        _: translates.
    """
    name = sort.removeprefix("-")
    name, down = (name, sort.startswith("-")) if name in SORTS else ("tier", False)
    kept = [node for node in picture.nodes if keys is None or node.key in keys]
    kept.sort(key=lambda node: (node.hidden, firm_name(node, _)))
    known = [node for node in kept if SORTS[name](node) is not None]
    known.sort(key=SORTS[name], reverse=down)  # type: ignore[arg-type]  # no None among them
    kept = known + [node for node in kept if SORTS[name](node) is None]
    pages = max(1, -(-len(kept) // PAGE_ROWS))
    page = min(max(page, 1), pages)
    return FirmListPage(
        nodes=kept[(page - 1) * PAGE_ROWS : page * PAGE_ROWS],
        total=len(kept),
        page=page,
        pages=pages,
        sort=("-" if down else "") + name,
    )
