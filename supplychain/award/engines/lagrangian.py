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

BOUND_LOSS_SHARE = 1e-9
"""Of a bound is given up for what floats may have lost in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """The relaxed award at some prices.

    Attributes:
        bound: no split costs less.
        fixed: n, what it costs that a supplier wins or does not: its one-off cost and savings.
        open: n, the part to which it wins here.
        short: m, what is missing or, below 0, bought too much.
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
        fixed: n, costs of winning at these prices.
        often: n, in which part of the later rounds a supplier won.
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
        self.load[row, place] = np.maximum(columns.load[bid[order]], 1e-12)
        self.room = self.length * self.load
        self.least_load = _least_load(columns)

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
            bound=value - BOUND_LOSS_SHARE * float(np.abs(prices) @ columns.wanted),
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
        return float(reduced_cost @ chosen) if room >= self.least_load * (1 - 1e-6) else None

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
        rest = rest[np.argsort(reduced_cost[rest] / capacity[rest], kind="stable")]
        equal = len(rest) > 0 and float(np.ptp(capacity[rest])) == 0.0
        before = np.cumsum(capacity[rest]) - capacity[rest]
        part = np.clip((lacking - before) / capacity[rest], 0.0, 1.0)
        chosen[rest] = np.ceil(part - 1e-9) if equal else part


def _least_load(columns: Arrays) -> float:
    """Load that the lines take at least, if each must be covered; a shade less for floats."""
    least = np.full(len(columns.wanted), INFINITY)
    np.minimum.at(least, columns.line, columns.load)
    must = (columns.shortage >= INFINITY) & (least < INFINITY)
    return float(columns.wanted[must] @ least[must]) * (1 - 1e-9)


def start_prices(columns: Arrays) -> Floats:
    """The cheapest price of each line with a share of the one-off cost, at most a shortage's."""
    bid = columns.owner
    supplier = columns.supplier[bid]
    extra = columns.one_off / np.maximum(columns.capacity, 1e-12)
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
        forced: see ``Relaxation.price``.
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
        idle = 0 if priced.bound > top + 1e-5 * abs(top) else idle + 1
        if priced.bound > top:
            top, top_prices, top_fixed = priced.bound, now, priced.reduced_cost
        if idle >= patience:
            step, idle, now = step / 2, 0, top_prices
            direction = np.zeros(len(now))
            priced = relaxation.solve_at_prices(now, forced)
        often += (0.1 if turn > 20 else 0.5) * (priced.wins - often)
        direction = priced.subgradient / columns.wanted + 0.5 * direction
        size = float(direction @ direction)
        if guessed and top > best - 0.02 * abs(best):
            best = top + 0.1 * abs(top)
        if size < 1e-12 or step < 5e-4 or top >= best:
            break
        far = step * max(best - priced.bound, 1e-6 * abs(best)) / size
        now = _step_prices(columns, now, far * direction)
        if turn % 10 == 9 and not go_on(top):
            break
    return Dual(bound=top, prices=top_prices, reduced_cost=top_fixed, win_share=often)


def _step_prices(columns: Arrays, prices: Floats, by: Floats) -> Floats:
    """Prices after a step, no higher than a shortage's; 0 or more where more may be bought."""
    now = np.minimum(prices + by / columns.wanted, columns.shortage)
    return np.where(columns.overbuy, np.maximum(now, 0.0), now)
