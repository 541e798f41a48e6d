"""Whole lines moved and swapped between chosen suppliers until no move is cheaper.

A capacity may be overrun at a price while lines move; the price rises until all fit. A line goes to
another supplier, or two lines change places: the best of all moves each time, as arrays of all.

Source: Yagiura, Ibaraki & Glover 2004 (ejection chains over a penalised generalised assignment).
"""

from __future__ import annotations

import time
from typing import Final

import numpy as np

from supplychain.award.engines.arrays import INFINITY, Arrays, Floats, Ints
from supplychain.award.engines.model import Mask
from supplychain.award.engines.regroup import Dealer

RAISE_FACTOR: Final = 4.0
"""By which the price of an overrun unit rises where lines settle and do not fit."""
MAX_RAISE_ROUNDS: Final = 6
"""From about a line's cost a unit, so often, it is some thousand times that: then nothing else
counts, and what still does not fit is given up."""
LINE_MOVE_ROUNDS: Final = 3
"""Moves at one price, for each line; most settle in fewer than one."""
MAX_SWAP_LINES: Final = 800
"""Pairs of more lines are not looked at, lines are then only moved: the array of all pairs is 5 MB
at 800 (800² × 8 bytes), and larger ones leave the processor's cache."""
NO_BID_AMOUNT: Final = 1e12
"""Stands for the cost of a line where a supplier makes no bid: above any, and still exact to 1e-4
in sums."""
LEAST_GAIN_SHARE: Final = 1e-9
"""A move gains more than this part of what it changes, or it is rounding."""


class Swaps:
    """Costs and loads of whole lines by supplier (n × m), ready to settle splits."""

    def __init__(self, columns: Arrays) -> None:
        shape = (len(columns.one_off), len(columns.wanted))
        slope = np.zeros(len(columns.line))
        slope[columns.owner] = columns.slope
        self.cost: Floats = np.full(shape, NO_BID_AMOUNT)
        self.load: Floats = np.zeros(shape)
        wanted = columns.wanted[columns.line]
        self.cost[columns.supplier, columns.line] = slope * wanted
        self.load[columns.supplier, columns.line] = columns.load * wanted
        self.capacity, self.one_off = columns.capacity, columns.one_off
        self.bid: Ints = np.full(shape, -1)
        self.bid[columns.supplier, columns.line] = np.arange(len(columns.line))
        self.line_load: Ints | None = self._find_line_loads()

    def _find_line_loads(self) -> Ints | None:
        """What each line takes of whoever gets it (m); None where that differs or is not whole."""
        most = self.load.max(axis=0, initial=0.0)
        same = np.all((self.bid < 0) | (self.load == most))
        return most.astype(np.int64) if same and np.all(most == np.floor(most)) else None

    def regroup_lines(
        self, chosen: Mask, bids: Ints, *, seconds: float = 60.0
    ) -> tuple[float, Ints]:
        """Whole lines dealt out anew among three suppliers at a time, from a split that fits on.

        Args:
            chosen: n, who may get lines.
            bids: m, which win.
            seconds: when to give up.

        Returns:
            Cost with all one-off costs and the bids that win, as for ``settle_lines``; those of the
            split itself where what a line takes depends on who gets it.
        """
        firms, at = np.flatnonzero(chosen), np.arange(self.cost.shape[1])
        supplier, line = np.nonzero(np.isin(self.bid[firms], bids))
        owner = np.zeros(len(at), dtype=np.int64)
        owner[line] = supplier
        cost = self.cost[firms]
        if self.line_load is not None:
            room = np.minimum(self.capacity[firms], float(self.line_load.sum()))
            dealer = Dealer(cost, self.line_load, np.floor(room).astype(np.int64), owner)
            dealer.regroup_all(time.monotonic() + seconds)
        return float(cost[owner, at].sum() + self.one_off[firms].sum()), self.bid[firms][owner, at]

    def settle_lines(
        self, chosen: Mask, quantities: Floats, *, seconds: float = 60.0
    ) -> tuple[float, Ints]:
        """Whole lines near a split of divisible ones, and their cost with all one-off costs.

        Args:
            chosen: n, who may get lines.
            quantities: p, of each bid.
            seconds: when to give up.

        Returns:
            Cost and the bids that win; infinite and none where no way to make all fit was seen.
        """
        firms, until = np.flatnonzero(chosen), time.monotonic() + seconds
        cost, load, room = self.cost[firms], self.load[firms], self.capacity[firms]
        bids = self.bid[firms]
        bought = np.where(bids >= 0, quantities[bids], 0.0)
        owner = np.where(bought.max(axis=0) > 0, bought.argmax(axis=0), cost.argmin(axis=0))
        at = np.arange(cost.shape[1])
        usual = cost[owner, at]
        price = float(np.median(usual / np.maximum(load[owner, at], 1e-9)))
        for _ in range(MAX_RAISE_ROUNDS):
            _settle_at_price(cost, load, room, owner, price, until)
            used = np.bincount(owner, weights=load[owner, at], minlength=len(firms))
            if np.all(used <= room * (1 + LEAST_GAIN_SHARE)):
                total = float(cost[owner, at].sum())
                if total < NO_BID_AMOUNT:
                    return total + float(self.one_off[firms].sum()), bids[owner, at]
            price *= RAISE_FACTOR
        return INFINITY, bids[:0, 0]


def _settle_at_price(
    cost: Floats, load: Floats, room: Floats, owner: Ints, price: float, until: float
) -> None:
    """Make the best move over and over, in place, until none gains."""
    at = np.arange(cost.shape[1])
    used = np.bincount(owner, weights=load[owner, at], minlength=len(room)).astype(np.float64)
    for _ in range(LINE_MOVE_ROUNDS * len(at)):
        if time.monotonic() > until:
            return
        shifts = _price_shifts(cost, load, room, owner, used, price)
        swaps = np.zeros((1, 1))
        if len(at) <= MAX_SWAP_LINES:
            swaps = _price_swaps(cost, load, room, owner, used, price)
        shift, swap = int(shifts.argmin()), int(swaps.argmin())
        gain = min(float(shifts.flat[shift]), float(swaps.flat[swap]))
        if gain > -LEAST_GAIN_SHARE * (1.0 + float(np.abs(cost[owner, at]).max())):
            return
        if shifts.flat[shift] <= swaps.flat[swap]:
            firm, line = divmod(shift, len(at))
            moves = [(line, firm)]
        else:
            one, other = divmod(swap, len(at))
            moves = [(one, int(owner[other])), (other, int(owner[one]))]
        for line, firm in moves:
            used[owner[line]] -= load[owner[line], line]
            used[firm] += load[firm, line]
            owner[line] = firm


def _price_shifts(
    cost: Floats, load: Floats, room: Floats, owner: Ints, used: Floats, price: float
) -> Floats:
    """What each line costs more at each supplier, overruns priced (n × m)."""
    at = np.arange(len(owner))
    over = np.maximum(used - room, 0.0)
    left = np.maximum((used - room)[owner] - load[owner, at], 0.0) - over[owner]
    there = np.maximum((used - room)[:, None] + load, 0.0) - over[:, None]
    found = cost - cost[owner, at] + price * (there + left)
    found[owner, at] = 0.0
    return found


def _price_swaps(
    cost: Floats, load: Floats, room: Floats, owner: Ints, used: Floats, price: float
) -> Floats:
    """What it costs more if two lines change places, overruns priced (m × m)."""
    at = np.arange(len(owner))
    away = cost[owner] - cost[owner, at][:, None]
    change = load[owner] - load[owner, at][:, None]
    spare = used - room
    over = np.maximum(spare, 0.0)
    after = np.maximum(spare[owner][:, None] + change, 0.0) - over[owner][:, None]
    half = away + price * after
    found = half + half.T
    found[owner[:, None] == owner[None, :]] = 0.0
    return found
