"""The Lagrangian bound where every line goes whole to one supplier: knapsacks of whole lines.

A supplier's knapsack holds lines or does not, which the hulls' fractional one forgets; the bound
is that of the assignment problem with its knapsacks convexified. Loads are counted in units where
they are whole numbers, else rounded down to parts of the capacity, so that no split is lost.

Source: Fisher, Jaikumar & Van Wassenhove 1986; Martello & Toth 1990, ch. 2 and 7.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from supplychain.award.engines.arrays import INFINITY, Arrays, Floats, Ints
from supplychain.award.engines.lagrangian import ROUNDING_SHARE, Priced, Relaxation
from supplychain.award.problem.problem import Problem

CAPACITY_CELLS: Final = 1024
"""Cells that a capacity is cut into where loads are no small whole numbers. Loads are rounded so
that a bound stays a bound; at this many
it is off by less than 0.1 % of the capacity a line (1 / 1,024)."""

MAX_UNIT_CELLS: Final = 4096
"""Capacities up to here are cut into pieces, exactly. The table of a supplier of 200 lines is then
6.6 MB (200 × 4,096 × 8 bytes) at most; larger capacities are cut into CAPACITY_CELLS."""

NARROW_CELLS: Final = 128
"""Tables up to here are filled for all suppliers at once, wider ones one supplier after another:
4 instead of 10 ms at 65 cells (``assign-e``), 40 instead of 22 ms at 456 (``single-30a``)."""


def are_lines_whole(problem: Problem) -> bool:
    """Whether every line is bought whole, and just so much of it, or not at all."""
    return all(not (line.divisible or line.overbuy) for line in problem.lines)


class WholeRelaxation(Relaxation):
    """The relaxed award of columns whose lines are all indivisible."""

    def __init__(self, columns: Arrays) -> None:
        super().__init__(columns)
        capacity, endless = columns.capacity, columns.capacity >= INFINITY
        loads = np.where(self.length > 0, self.room, 0.0)
        bounded = capacity[~endless]
        units = bool(
            np.all(loads == np.floor(loads)) and bounded.max(initial=0.0) <= MAX_UNIT_CELLS
        )
        cell = np.ones(len(capacity)) if units else np.maximum(capacity, 1e-9) / CAPACITY_CELLS
        cells = (
            np.floor(capacity / cell) if units else np.full(len(capacity), float(CAPACITY_CELLS))
        )
        self.end: Ints = np.where(endless, 0.0, cells).astype(np.int64)
        jumps = np.where(endless[:, None], 0.0, np.floor(loads / cell[:, None]))
        self.jump: Ints = np.minimum(jumps, float(self.end.max(initial=0) + 1)).astype(np.int64)

    @override
    def solve_at_prices(self, prices: Floats, forced: Floats | None = None) -> Priced:
        """As ``Relaxation.price``, with knapsacks of whole lines."""
        columns = self.columns
        gain = self.reduced_bid_costs(prices)
        able = None if forced is None else np.flatnonzero(forced != 0.0)
        saved, taken = np.zeros(len(gain)), np.zeros_like(gain)
        if able is None:
            saved, taken = self.pack_suppliers(gain)
        else:
            saved[able], taken[able] = self.pack_suppliers(gain, able)
        fixed = columns.one_off + saved
        chosen = self._choose_winners(fixed, forced)
        part = taken * self.length * chosen[:, None]
        bought = np.bincount(self.line.ravel(), weights=part.ravel(), minlength=len(columns.wanted))
        value = float(prices @ columns.wanted + fixed @ chosen)
        return Priced(
            bound=value - ROUNDING_SHARE * float(np.abs(prices) @ columns.wanted),
            reduced_cost=fixed,
            wins=chosen,
            subgradient=columns.wanted - bought,
        )

    def reduced_bid_costs(self, prices: Floats) -> Floats:
        """What each bid costs above the prices of a unit, whole; below 0 it saves."""
        return np.where(self.length > 0, self.slope - prices[self.line], 0.0) * self.length

    def pack_suppliers(self, gain: Floats, firms: Ints | None = None) -> tuple[Floats, Floats]:
        """What each supplier's best filling saves, and which bids are in it; of some or of all."""
        firms = np.arange(len(gain)) if firms is None else firms
        if self.end.max(initial=0) <= NARROW_CELLS:
            return self._pack_together(gain, firms)
        saved, taken = np.zeros(len(firms)), np.zeros((len(firms), gain.shape[1]))
        for row, firm in enumerate(firms.tolist()):
            best, used, bids, jumps = self._fill_table(gain[firm], firm)
            at = len(best) - 1
            saved[row] = best[at]
            for step in range(len(bids) - 1, -1, -1):
                if used[step, at]:
                    taken[row, bids[step]] = 1.0
                    at -= jumps[step]
        return saved, taken

    def _pack_together(self, gain: Floats, firms: Ints) -> tuple[Floats, Floats]:
        """The same of all suppliers at once."""
        best, used, order = self._fill_tables(gain, firms)
        end, rows, width = self.end[firms], np.arange(len(firms)), len(used)
        jump, gain = self.jump[firms[:, None], order], gain[firms]
        where, taken = end.copy(), np.zeros_like(gain)
        for step in range(width - 1, -1, -1):
            inside = used[step, rows, where]
            taken[rows[inside], order[inside, step]] = 1.0
            where[inside] -= jump[inside, step]
        return best[rows, end], taken

    def price_single_bids(
        self, prices: Floats, forced: Floats | None = None
    ) -> tuple[float, Floats]:
        """The bound, and what each bid adds to it if it wins (n × m; infinite where there is none).

        A knapsack that must hold a line holds at best that one and the best of what room is left;
        that the line may be in there again only makes it cheaper. All suppliers must win, as where
        none costs anything at once, or must be ``forced`` to win or not; so nothing else of the
        bound changes.

        Source: Posta, Ferland & Michelon 2012.
        """
        gain, firms = self.reduced_bid_costs(prices), np.arange(len(self.end))
        best = np.zeros((len(firms), int(self.end.max(initial=0)) + 1))
        for firm, end in enumerate(self.end.tolist()):
            best[firm, : end + 1] = self._fill_table(gain[firm], firm)[0]
        saved, left = best[firms, self.end][:, None], self.end[:, None] - self.jump
        beside = best[firms[:, None], np.maximum(left, 0)]
        more = np.where(left >= 0, np.maximum(gain + beside - saved, 0.0), INFINITY)
        extra = np.full((len(firms), len(self.columns.wanted)), INFINITY)
        there = self.length > 0
        rows = np.broadcast_to(firms[:, None], there.shape)
        extra[rows[there], self.line[there]] = more[there]
        return self.solve_at_prices(prices, forced).bound, extra

    def _fill_table(
        self, gain: Floats, firm: int
    ) -> tuple[Floats, NDArray[np.bool_], Ints, list[int]]:
        """What each room of one supplier saves at best, which bids were put in, in which order.

        One supplier after another: its table stays in the processor's cache, and no room is looked
        at that it does not have (a fifth of the time of all suppliers at once).
        """
        end = int(self.end[firm])
        bids = np.flatnonzero((gain < 0) & (self.jump[firm] <= end))
        bids = bids[np.argsort(gain[bids], kind="stable")]
        worth, jumps = gain[bids].tolist(), self.jump[firm, bids].tolist()
        best, used = np.zeros(end + 1), np.zeros((len(bids), end + 1), dtype=np.bool_)
        for step, (amount, jump) in enumerate(zip(worth, jumps, strict=True)):
            moved, rest = best[: end + 1 - jump] + amount, best[jump:]
            np.less(moved, rest, out=used[step, jump:])
            np.minimum(moved, rest, out=rest)
        return best, used, bids, jumps

    def _fill_tables(self, gain: Floats, firms: Ints) -> tuple[Floats, NDArray[np.bool_], Ints]:
        """What each capacity saves at best, which bids were put in, and their order."""
        gain, rows = gain[firms], np.arange(len(firms))
        width = int((gain < 0).sum(axis=1).max(initial=0))
        order = np.argsort(gain, axis=1, kind="stable")[:, :width]
        worth = np.minimum(gain[rows[:, None], order], 0.0)
        jump = self.jump[firms[:, None], order]
        grid = np.arange(int(self.end.max(initial=0)) + 1)[None, :]
        best = np.zeros((len(gain), grid.shape[1]))
        used = np.zeros((width, *best.shape), dtype=bool)
        for step in range(width):
            back = grid - jump[:, step, None]
            before = best[rows[:, None], np.maximum(back, 0)] + worth[:, step, None]
            used[step] = (back >= 0) & (before < best)
            best = np.where(used[step], before, best)
        return best, used, order
