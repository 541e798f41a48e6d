"""A bound by Lagrangian relaxation: each line's demand becomes a price, each supplier a knapsack.

For prices λ of a unit of each line, the relaxed award is ``Σ λ wanted + min Σ y (one_off + v)``,
where v is what the supplier's best filling of its capacity saves at these prices: a fractional
knapsack over the segments of the hulls, solved by sorting. Which suppliers win is chosen under
``most`` and, where every line must be covered, under the capacity that the lines need at least.
Any prices give a valid bound; a subgradient method with deflected steps looks for good ones.

Source: Geoffrion 1974; Barahona & Anbil 2000 (averages of solutions as a guide to the primal);
Görtz & Klose 2012 (facility location).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from supplychain.award.engines.arrays import INFINITY, Arrays, Floats, Ints
from supplychain.award.engines.covers import (
    MAX_LOAD_CELLS,
    can_cover_whole,
    cheapest_cover,
    price_sides,
)

ROUNDING_SHARE = 1e-9
"""A bound is lowered by this share of the prices it adds up: more than the rounding errors of its
sums, which are some 1e-16 a term for at most a million terms."""
TINY_FACTOR = 1e-12
"""Stands for 0 in a division: by a load, a capacity, the square of a direction."""
TINY_PART_SHARE = 1e-9
"""A part of a firm below it is rounding, not a firm."""
COVER_TOLERANCE = 1e-6
"""By which share capacity may miss the load before winners cannot hold together."""

DEFLECTION_FACTOR = 0.5
"""How much of the last direction stays in the next one: without it the subgradients of degenerate
problems turn to and fro. Source: Camerini, Fratta & Maffioli 1975."""
BETTER_SHARE = 1e-5
"""By which share of itself a bound must rise to count as better, for the patience."""
EARLY_ROUNDS = 20
"""Rounds in which prices still move far."""
EARLY_RATE, LATE_RATE = 0.5, 0.1
"""How fast the average of the winners follows the round: the early ones should soon be forgotten.
Source: Barahona & Anbil 2000, the volume algorithm's mean of primal solutions."""
GUESS_NEAR_SHARE, GUESS_RAISE_SHARE = 0.02, 0.1
"""A guessed cost is raised by a tenth of the bound once that is within 2 % of it: a guess below the
optimum would end the steps too soon."""
LEAST_STEP_FACTOR = 5e-4
"""Steps shorter than this move no bound in its fifth digit."""
LEAST_GAP_SHARE = 1e-6
"""A step is at least as long as for this gap: where the guess is reached it must not be 0."""
REPORT_ROUNDS = 10
"""How often whoever waits is told of the bound, and may end the run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """The relaxed award at some prices, of n suppliers and m lines.

    Attributes:
        bound: no split costs less.
        reduced_cost: n, one-off cost less what the supplier's best filling saves at the prices.
        wins: n, the part in [0, 1] to which it wins here.
        subgradient: m, pieces that are missing or, below 0, bought too much.
    """

    bound: float
    reduced_cost: Floats
    wins: Floats
    subgradient: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Dual:
    """What a subgradient run found.

    Attributes:
        bound, prices: the best bound, and its prices (m).
        reduced_cost: n, at these prices.
        win_share: n, in which part of the later rounds a supplier won.
    """

    bound: float
    prices: Floats
    reduced_cost: Floats
    win_share: Floats


class Relaxation:
    """The relaxed award of some columns, ready to be priced over and over.

    Segments stand in rows of suppliers, filled up to the longest with empty ones.
    """

    def __init__(self, columns: Arrays) -> None:
        self.columns = columns
        n = len(columns.one_off)
        bid = columns.owner
        supplier = columns.supplier[bid]
        order = np.argsort(supplier, kind="stable")
        counts = np.bincount(supplier, minlength=n)
        width = max(1, int(counts.max(initial=0)))
        firsts = np.concatenate([[0], np.cumsum(counts)[:-1]])
        row = supplier[order]
        place = np.arange(len(order)) - firsts[row]
        self.line: Ints = np.zeros((n, width), dtype=np.int64)
        self.slope: Floats = np.full((n, width), INFINITY)
        self.length: Floats = np.zeros((n, width))
        self.load: Floats = np.ones((n, width))
        self.line[row, place] = columns.line[bid[order]]
        self.slope[row, place] = columns.slope[order]
        self.length[row, place] = columns.length[order]
        self.load[row, place] = np.maximum(columns.load[bid[order]], TINY_FACTOR)
        self.room = self.length * self.load
        self.least_load = _least_load(columns)
        self.covers_whole = columns.most is None and can_cover_whole(
            columns.capacity, self.least_load
        )
        self.cells: Ints = np.minimum(columns.capacity, MAX_LOAD_CELLS + 1).astype(np.int64)

    def solve_at_prices(self, prices: Floats, forced: Floats | None = None) -> Priced:
        """Solve the relaxed award at these prices; ``forced``: n, 1 wins, 0 does not, NaN free."""
        columns, able = self.columns, np.arange(len(self.columns.one_off))
        if forced is not None:
            able = np.flatnonzero(forced != 0.0)
        line, load = self.line[able], self.load[able]
        gain = self.slope[able] - prices[line]
        rate = np.where(gain < 0, gain / load, 0.0)
        order = np.argsort(rate, axis=1)
        rows = np.arange(len(able))[:, None]
        rate = rate[rows, order]
        room = np.where(rate < 0, self.room[able][rows, order], 0.0)
        before = np.cumsum(room, axis=1) - room
        taken = np.clip(columns.capacity[able][:, None] - before, 0.0, room)
        fixed = columns.one_off.copy()
        fixed[able] += np.einsum("ij,ij->i", taken, rate)
        chosen = self._choose_winners(fixed, forced)
        part = taken / load[rows, order] * chosen[able][:, None]
        bought = np.bincount(
            line[rows, order].ravel(), weights=part.ravel(), minlength=len(columns.wanted)
        )
        value = float(prices @ columns.wanted + fixed @ chosen)
        return Priced(
            bound=value - ROUNDING_SHARE * float(np.abs(prices) @ columns.wanted),
            reduced_cost=fixed,
            wins=chosen,
            subgradient=columns.wanted - bought,
        )

    def cost_of_winners(self, reduced_cost: Floats, forced: Floats) -> float | None:
        """What the winners cost at least; None if those forced cannot hold together."""
        chosen = self._choose_winners(reduced_cost, forced)
        columns = self.columns
        if columns.most is not None:
            return float(reduced_cost @ chosen) if chosen.sum() <= columns.most else None
        room = float(columns.capacity @ chosen)
        return (
            float(reduced_cost @ chosen)
            if room >= self.least_load * (1 - COVER_TOLERANCE)
            else None
        )

    def price_both_sides(self, reduced_cost: Floats, forced: Floats) -> tuple[Floats, Floats]:
        """What the winners cost at least if each open firm wins, and if it does not (n each).

        Where firms cover the load whole; infinite where those left cannot hold together.
        """
        able = np.flatnonzero(forced != 0.0)
        sure = (forced[able] == 1.0) | (reduced_cost[able] < 0)
        lacking = self._count_lacking(float(self.columns.capacity[able][sure].sum()))
        sides = (np.full(len(forced), np.inf), np.full(len(forced), np.inf))
        some = price_sides(reduced_cost[able], self.cells[able], lacking, sure)
        sides[0][able], sides[1][able] = some
        return sides

    def pick_winners(
        self, reduced_cost: Floats, forced: Floats | None, spare: float
    ) -> NDArray[np.bool_] | None:
        """The cheapest suppliers, each whole, that have capacity for the lines and a part of it to
        spare; None where all together have not.
        """
        needed, capacity = self.least_load * (1 + spare), self.columns.capacity
        free = np.ones(len(capacity), dtype=bool) if forced is None else np.isnan(forced)
        chosen = free & (reduced_cost < 0)
        if forced is not None:
            chosen |= forced == 1.0
        rest = np.flatnonzero(free & ~chosen & (capacity > 0))
        lacking = needed - float(capacity[chosen].sum())
        if lacking <= 0:
            return chosen
        if self.covers_whole:
            cover = cheapest_cover(reduced_cost[rest], self.cells[rest], int(np.ceil(lacking)))
            if cover is None:
                return None
            chosen[rest[cover]] = True
            return chosen
        order = rest[np.argsort(reduced_cost[rest] / capacity[rest], kind="stable")]
        count = int(np.searchsorted(np.cumsum(capacity[order]), lacking)) + 1
        chosen[order[:count]] = True
        return chosen if count <= len(order) else None

    def _count_lacking(self, capacity: float) -> int:
        """Cells that firms with so much capacity leave uncovered; rounded down where floats may
        have made it more.
        """
        return int(np.ceil(self.least_load * (1 - COVER_TOLERANCE / 1000) - capacity))

    def _choose_winners(self, reduced_cost: Floats, forced: Floats | None) -> Floats:
        """Which suppliers win: the cheapest, as many as may and as must (the last in part)."""
        columns = self.columns
        chosen = np.zeros(len(reduced_cost))
        free = np.ones(len(reduced_cost), dtype=bool)
        if forced is not None:
            free = np.isnan(forced)
            chosen[~free] = forced[~free]
        most = None if columns.most is None else columns.most - int(chosen.sum())
        good = np.flatnonzero(free & (reduced_cost < 0))
        if most is not None and len(good) > most:
            good = good[np.argsort(reduced_cost[good], kind="stable")[: max(most, 0)]]
        chosen[good] = 1.0
        lacking = self.least_load - float(columns.capacity @ chosen)
        if most is None and lacking > 0:
            self._add_capacity(chosen, reduced_cost, free & (chosen == 0), lacking)
        return chosen

    def _add_capacity(
        self, chosen: Floats, reduced_cost: Floats, free: NDArray[np.bool_], lacking: float
    ) -> None:
        """Win more until the capacity does: whole firms where all are equal, else parts of them."""
        capacity = self.columns.capacity
        rest = np.flatnonzero(free & (capacity > 0))
        if self.covers_whole:
            cells = self._count_lacking(self.least_load - lacking)
            cover = None if cells <= 0 else cheapest_cover(
                reduced_cost[rest], self.cells[rest], cells
            )  # fmt: skip
            if cover is not None:
                chosen[rest[cover]] = 1.0
                return
        rest = rest[np.argsort(reduced_cost[rest] / capacity[rest], kind="stable")]
        equal = len(rest) > 0 and float(np.ptp(capacity[rest])) == 0.0
        before = np.cumsum(capacity[rest]) - capacity[rest]
        part = np.clip((lacking - before) / capacity[rest], 0.0, 1.0)
        chosen[rest] = np.ceil(part - TINY_PART_SHARE) if equal else part


def _least_load(columns: Arrays) -> float:
    """Load that the lines take at least, if each must be covered; a shade less for floats."""
    least = np.full(len(columns.wanted), INFINITY)
    np.minimum.at(least, columns.line, columns.load)
    must = (columns.shortage >= INFINITY) & (least < INFINITY)
    return float(columns.wanted[must] @ least[must]) * (1 - ROUNDING_SHARE)


def start_prices(columns: Arrays) -> Floats:
    """The cheapest price of each line with a share of the one-off cost, at most a shortage's."""
    bid = columns.owner
    supplier = columns.supplier[bid]
    extra = columns.one_off / np.maximum(columns.capacity, TINY_FACTOR)
    whole = columns.slope + extra[supplier] * columns.load[bid]
    prices = np.full(len(columns.wanted), INFINITY)
    np.minimum.at(prices, columns.line[bid], whole)
    return np.minimum(np.where(prices >= INFINITY, 0.0, prices), columns.shortage)


def run_subgradient(
    relaxation: Relaxation,
    best: float,
    *,
    rounds: int = 300,
    prices: Floats | None = None,
    forced: Floats | None = None,
    patience: int = 12,
    step: float = 1.0,
    guessed: bool = False,
    go_on: Callable[[float], bool] = lambda _: True,
) -> Dual:
    """Raise the bound by moving prices towards lines that are short.

    Args:
        relaxation: of the columns.
        best: the cost of a known split, or a guess of one.
        guessed: it is a guess, and is raised where the bound gets near it.
        rounds: how many prices are tried at most.
        prices: where to start.
        forced: see ``Relaxation.solve_at_prices``.
        patience: rounds without a better bound until the steps are halved.
        step: the first length of a step.
        go_on: told of the bound every tenth round; stops the climb with False.
    """
    columns = relaxation.columns
    now = start_prices(columns) if prices is None else prices
    top, top_prices, top_fixed = -np.inf, now, np.zeros(len(columns.one_off))
    often, direction, idle = np.zeros(len(columns.one_off)), np.zeros(len(now)), 0
    for turn in range(rounds):
        priced = relaxation.solve_at_prices(now, forced)
        idle = 0 if priced.bound > top + BETTER_SHARE * abs(top) else idle + 1
        if priced.bound > top:
            top, top_prices, top_fixed = priced.bound, now, priced.reduced_cost
        if idle >= patience:
            step, idle, now = step / 2, 0, top_prices
            direction = np.zeros(len(now))
            priced = relaxation.solve_at_prices(now, forced)
        often += (LATE_RATE if turn > EARLY_ROUNDS else EARLY_RATE) * (priced.wins - often)
        direction = priced.subgradient / columns.wanted + DEFLECTION_FACTOR * direction
        size = float(direction @ direction)
        if guessed and top > best - GUESS_NEAR_SHARE * abs(best):
            best = top + GUESS_RAISE_SHARE * abs(top)
        if size < TINY_FACTOR or step < LEAST_STEP_FACTOR or top >= best:
            break
        far = step * max(best - priced.bound, LEAST_GAP_SHARE * abs(best)) / size
        now = _step_prices(columns, now, far * direction)
        if turn % REPORT_ROUNDS == REPORT_ROUNDS - 1 and not go_on(top):
            break
    return Dual(bound=top, prices=top_prices, reduced_cost=top_fixed, win_share=often)


def _step_prices(columns: Arrays, prices: Floats, by: Floats) -> Floats:
    """Prices after a step, no higher than a shortage's; 0 or more where more may be bought."""
    now = np.minimum(prices + by / columns.wanted, columns.shortage)
    return np.where(columns.overbuy, np.maximum(now, 0.0), now)
