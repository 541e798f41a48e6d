"""The cheapest firms that cover a load together, each whole: a knapsack turned round.

Where capacities differ, covering a load with parts of firms costs less than any firms do; the
difference is most of what is open on awards with one-off costs and scarce capacity. Capacities and
load are whole numbers here, so dynamic programming over the load is exact.

Source: Martello & Toth 1990, ch. 2 (knapsacks by dynamic programming); Posta, Ferland & Michelon
2012 (what deciding each firm costs, at the prices of a Lagrangian bound).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from supplychain.award.engines.arrays import Floats, Ints

MAX_LOAD_CELLS: Final = 8192
"""Loads up to here are covered by whole firms. A row of the table is then 64 kB, which stays in the
processor's cache; a search prices hundreds of times a second."""


def can_cover_whole(capacity: Floats, load: float) -> bool:
    """Whether firms are counted whole: whole numbers, no two alike alone, and a load that fits."""
    return bool(
        load <= MAX_LOAD_CELLS
        and np.ptp(capacity) > 0.0
        and np.all(capacity[capacity < load] == np.floor(capacity[capacity < load]))
    )


def cheapest_cover(cost: Floats, room: Ints, load: int) -> NDArray[np.bool_] | None:
    """Which firms cover a load at the least cost; None if all together do not.

    Args:
        cost: k, 0 or more.
        room: k, whole numbers above 0.
        load: above 0.
    """
    if int(room.sum()) < load:
        return None
    best = np.full(load + 1, np.inf)
    best[0] = 0.0
    used = np.zeros((len(cost), load + 1), dtype=bool)
    for firm, (price, wide) in enumerate(zip(cost.tolist(), room.tolist(), strict=True)):
        with_it = _shift_table(best, price, wide)
        used[firm] = with_it < best
        best = np.minimum(best, with_it)
    chosen, left = np.zeros(len(cost), dtype=bool), load
    for firm in range(len(cost) - 1, -1, -1):
        if used[firm, left]:
            chosen[firm] = True
            left = max(0, left - int(room[firm]))
    return chosen


def price_sides(
    cost: Floats, room: Ints, load: int, sure: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """What all cost at least if each firm wins, and if it does not; infinite where none covers.

    Args:
        cost: k; those of ``sure`` firms count as they are, in whatever is returned.
        load: what firms that are not sure must cover; 0 or less where the sure ones do.
        sure: k, firms that win but where they are the one that must not.
    """
    base, open_ = float(cost[sure].sum()), np.flatnonzero(~sure)
    wins = np.full(len(cost), base)
    loses = np.full(len(cost), np.inf)
    most = max(load, 0) + int(room[sure].max(initial=0))
    before, after = _list_tables(cost[open_], room[open_], most)
    whole, need = before[-1], max(load, 0)
    wins[sure] += whole[need]
    for firm in np.flatnonzero(sure).tolist():
        more = max(load + int(room[firm]), 0)
        loses[firm] = base - float(cost[firm]) + float(whole[more])
    for step, firm in enumerate(open_.tolist()):
        left = max(load - int(room[firm]), 0)
        wins[firm] += float(cost[firm]) + _join_tables(before[step], after[step + 1], left)
        loses[firm] = base + _join_tables(before[step], after[step + 1], need)
    return wins, loses


def _list_tables(cost: Floats, room: Ints, load: int) -> tuple[list[Floats], list[Floats]]:
    """The tables of the first k firms and of those from k on, for each k."""
    empty = np.full(load + 1, np.inf)
    empty[0] = 0.0
    before, after = [empty], [empty]
    for price, wide in zip(cost.tolist(), room.tolist(), strict=True):
        before.append(np.minimum(before[-1], _shift_table(before[-1], price, wide)))
    for price, wide in zip(cost[::-1].tolist(), room[::-1].tolist(), strict=True):
        after.append(np.minimum(after[-1], _shift_table(after[-1], price, wide)))
    return before, after[::-1]


def _shift_table(best: Floats, price: float, wide: int) -> Floats:
    """The least cost of each load with one more firm in."""
    shifted = np.empty_like(best)
    wide = min(wide, len(best))
    shifted[:wide] = best[0] + price
    shifted[wide:] = best[: len(best) - wide] + price
    return shifted


def _join_tables(one: Floats, other: Floats, load: int) -> float:
    """The least cost of a load covered by both."""
    return float((one[: load + 1] + other[: load + 1][::-1]).min())
