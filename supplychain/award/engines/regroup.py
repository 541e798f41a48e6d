"""The lines of three suppliers dealt out among them anew, at the least cost: dynamic programming.

Where a choice of suppliers has hardly any capacity to spare, moves and swaps of single lines end
soon: nothing fits but what is there. All lines of three suppliers at once are dealt out exactly,
one triple of near suppliers after another, until none gains.

Source: Ahuja, Orlin, Pallottino, Scaparra & Scutellà 2004 (very large neighbourhoods of
single-source location); Martello & Toth 1990 (knapsacks by dynamic programming).
"""

from __future__ import annotations

import time
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from supplychain.award.engines.arrays import Floats, Ints

MAX_DEAL_CELLS: Final = 6_000_000
"""Cells of one table, lines × loads of the two smaller suppliers: a byte each, some 50 ms of work.
Triples of more lines or larger capacities are left as they are."""
NEAR_FIRMS: Final = 6
"""A supplier is regrouped with pairs of so many others, those that could take its lines cheapest:
what lies further off seldom gains (fifteen pairs each)."""
CHEAP_LINES: Final = 4
"""By so many lines, the cheapest to give away, it is told how near another supplier is."""
LEAST_GAIN_SHARE: Final = 1e-9
"""Less than this part of what three suppliers cost is rounding."""


class Dealer:
    """Costs and loads of whole lines over some suppliers (k × m), each line at one of them.

    Args:
        cost: k × m.
        load: m, whole numbers, the same at every supplier.
        room: k, whole numbers.
        owner: m, which supplier has each line; changed in place.
    """

    def __init__(self, cost: Floats, load: Ints, room: Ints, owner: Ints) -> None:
        self.cost, self.load, self.room, self.owner = cost, load, room, owner
        self._seen: dict[tuple[int, ...], tuple[int, ...]] = {}
        self._changes = [0] * len(room)

    def regroup_all(self, until: float) -> None:
        """Deal out triple after triple until none gains, or until then (of ``time.monotonic``)."""
        gained = True
        while gained:
            gained = False
            for triple in self._list_triples():
                if time.monotonic() > until:
                    return
                state = tuple(self._changes[firm] for firm in triple)
                if self._seen.get(triple) != state:
                    gained |= self._regroup_triple(triple)
                    self._seen[triple] = tuple(self._changes[firm] for firm in triple)

    def _list_triples(self) -> list[tuple[int, ...]]:
        """Each supplier with pairs of those near it, each triple once."""
        extra = self.cost - self.cost[self.owner, np.arange(len(self.owner))]
        triples: dict[tuple[int, ...], None] = {}
        for firm in range(len(self.room)):
            mine = extra[:, self.owner == firm]
            if not mine.shape[1]:
                continue
            far = np.sort(mine, axis=1)[:, :CHEAP_LINES].sum(axis=1)
            far[firm] = np.inf
            near = np.argsort(far, kind="stable")[: min(NEAR_FIRMS, len(far) - 1)].tolist()
            for pair in combinations(near, 2):
                triples[tuple(sorted((firm, *pair)))] = None
        return list(triples)

    def _regroup_triple(self, triple: tuple[int, ...]) -> bool:
        """Deal the lines of three suppliers out anew; whether that is cheaper."""
        firms = sorted(triple, key=lambda firm: (int(self.room[firm]), firm))
        lines = np.flatnonzero(np.isin(self.owner, firms))
        wide = (int(self.room[firms[0]]) + 1) * (int(self.room[firms[1]]) + 1)
        if len(lines) < 2 or len(lines) * wide > MAX_DEAL_CELLS:
            return False
        cost, before = self.cost[firms][:, lines], self.owner[lines]
        dealt = deal_lines(cost, self.load[lines], self.room[firms])
        if dealt is None:
            return False
        after = np.array(firms)[dealt]
        spent = float(self.cost[before, lines].sum())
        gain = spent - float(self.cost[after, lines].sum())
        if gain <= LEAST_GAIN_SHARE * (1.0 + abs(spent)):
            return False
        self.owner[lines] = after
        for firm in {*before[before != after].tolist(), *after[before != after].tolist()}:
            self._changes[firm] += 1
        return True


def deal_lines(cost: Floats, load: Ints, room: Ints) -> Ints | None:
    """Which of three suppliers takes each of k lines, at the least cost; None if they do not fit.

    Args:
        cost: 3 × k.
        load: k, whole numbers, the same at each supplier.
        room: 3 capacities, whole numbers; the first two best the smaller ones.

    The states are the loads of the first two; what is left of the lines so far is the third's.
    Loads from which the rest no longer fills what the others have no room for are left out: where
    capacity is scarce that is most of them. O(k × room[0] × room[1]).
    """
    widths, total = load.tolist(), int(load.sum())
    first, second = int(room[0]), int(room[1])
    needs = (total - int(room[1]) - int(room[2]), total - int(room[0]) - int(room[2]))
    now = np.full((first + 1, second + 1), np.inf, dtype=np.float32)
    after = now.copy()
    now[0, 0] = 0.0
    takes = np.zeros((2, len(widths), first + 1, second + 1), dtype=np.bool_)
    extra = (cost - cost.min(axis=0)).astype(np.float32)  # small numbers lose least in 32 bits
    loaded, left = 0, total
    for step, width in enumerate(widths):
        loaded, left = loaded + width, left - width
        low, high = max(0, needs[0] - left), min(first, loaded)
        floor, top = max(0, needs[1] - left), min(second, loaded)
        rows, columns = slice(low, high + 1), slice(floor, top + 1)
        np.add(now[rows, columns], extra[2, step], out=after[rows, columns])
        start = max(low, width)
        if start <= high:
            moved = now[start - width : high + 1 - width, columns] + extra[0, step]
            target = after[start : high + 1, columns]
            np.less(moved, target, out=takes[0, step, start : high + 1, columns])
            np.minimum(moved, target, out=target)
        start = max(floor, width)
        if start <= top:
            moved = now[rows, start - width : top + 1 - width] + extra[1, step]
            target = after[rows, start : top + 1]
            np.less(moved, target, out=takes[1, step, rows, start : top + 1])
            np.minimum(moved, target, out=target)
        now, after = after, now
    return _trace_back(now, takes, widths, total - int(room[2]))


def _trace_back(
    best: NDArray[np.float32], takes: NDArray[np.bool_], widths: list[int], least: int
) -> Ints | None:
    """The dealing behind the cheapest loads that leave the third supplier no more than fits."""
    if least > 0:
        sums = np.arange(best.shape[0])[:, None] + np.arange(best.shape[1])[None, :]
        best = np.where(sums >= least, best, np.float32(np.inf))
    at, beside = divmod(int(best.argmin()), best.shape[1])
    if not np.isfinite(best[at, beside]):
        return None
    owner = np.full(len(widths), 2, dtype=np.int64)
    for step in range(len(widths) - 1, -1, -1):
        if takes[1, step, at, beside]:
            owner[step], beside = 1, beside - widths[step]
        elif takes[0, step, at, beside]:
            owner[step], at = 0, at - widths[step]
    return owner
