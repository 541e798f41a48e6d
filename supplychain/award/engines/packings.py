"""Splits of whole lines by column generation: suppliers are given whole packings, one by one.

A packing is a set of lines that one supplier takes whole within its capacity. A linear program
picks packings that cover every line; its duals price the lines, and the knapsacks of those prices
give it new packings. A dive fixes the packing that the program likes most, lets it find new ones
for what is left, and so on until every supplier has one. Later dives choose a little at random.

Source: Sadykov, Vanderbeck, Pessoa, Tahiri & Uchoa 2019, Primal heuristics for branch and price:
the assets of diving methods.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

import highspy
import numpy as np

from supplychain.award.engines.arrays import ENDLESS, Arrays, Floats, Ints
from supplychain.award.engines.model import highs_of
from supplychain.award.engines.whole import WholeRelaxation
from supplychain.award.program.found import Pair

Packing: TypeAlias = tuple[int, tuple[int, ...]]
"""A supplier and the lines that it takes."""

ROUNDS: Final = 4
"""How often new packings are looked for after one is fixed."""

WHIM: Final = 0.15
"""How far a later dive may prefer one packing over another that the program likes better."""

MANY: Final = 800
"""Packings that a dive begins with, at most."""

SURE: Final = 0.999


class Packings(WholeRelaxation):
    """Knapsacks of whole lines that remember the packings that were best at some prices."""

    def __init__(self, columns: Arrays) -> None:
        super().__init__(columns)
        self.known: dict[Packing, float] = {}
        self.cost: Floats = np.full((len(columns.one_off), len(columns.wanted)), ENDLESS)
        bids = columns.owner
        self.cost[columns.supplier[bids], columns.line[bids]] = columns.slope * columns.length
        places = zip(columns.supplier.tolist(), columns.line.tolist(), strict=True)
        self.place = dict(zip(columns.pairs, places, strict=True))

    def pack(self, gain: Floats, firms: Ints | None = None) -> tuple[Floats, Floats]:
        """As in the relaxation."""
        saved, taken = super().pack(gain, firms)
        for place, firm in enumerate(range(len(gain)) if firms is None else firms.tolist()):
            self._remember(firm, taken[place])
        return saved, taken

    def better(self, prices: Floats, worth: Floats) -> bool:
        """Find packings that save more at these prices than each supplier's is worth; whether any
        was new.
        """
        before, firms = len(self.known), np.flatnonzero(worth > -ENDLESS)
        saved, taken = super().pack(self.gain(prices), firms)
        least = worth[firms] - 1e-7 * (1 + np.abs(worth[firms]))
        for place in np.flatnonzero(saved + self.columns.one_off[firms] < least).tolist():
            self._remember(int(firms[place]), taken[place])
        return len(self.known) > before

    def forget(self, most: int, keep: Mapping[Packing, float]) -> None:
        """Keep the packings with the least figures, at most so many."""
        best = sorted(keep, key=lambda packing: (keep[packing], packing))[:most]
        self.known = {packing: self.known[packing] for packing in best}

    def at_least(self, pairs: list[Pair]) -> float:
        """What a split costs at least once each line that it leaves out is placed."""
        prices, places = self.cost.min(axis=0), [self.place[pair] for pair in pairs]
        for firm, line in places:
            prices[line] = self.cost[firm, line]
        winners = sorted({firm for firm, _ in places})
        return float(prices.sum() + self.columns.one_off[winners].sum())

    def _remember(self, firm: int, taken: Floats) -> None:
        lines = tuple(sorted(self.line[firm, taken > 0].tolist()))
        if lines and (firm, lines) not in self.known:
            cost = self.columns.one_off[firm] + self.cost[firm, list(lines)].sum()
            self.known[firm, lines] = float(cost)


def dives(packings: Packings, *, go_on: Callable[[], bool], seed: int = 1) -> Iterator[list[Pair]]:
    """One split after another: who takes which lines whole. What nobody takes is missing.

    Args:
        packings: with those known that a climb of prices met.
        go_on: asked before each program; False ends the dives.
    """
    rng, whim = random.Random(seed), 0.0  # noqa: S311 - a search, not a secret
    while go_on():
        chosen = _dive(_Master(packings), rng, whim, go_on)
        if chosen is None:
            return
        yield _split(packings, chosen)
        whim = WHIM


def _dive(
    master: _Master, rng: random.Random, whim: float, go_on: Callable[[], bool]
) -> list[Packing] | None:
    """A packing for each supplier that gets one; None if there was no time."""
    fixed: dict[int, int] = {}
    values = master.solve(fixed)
    master.forget()
    while go_on():
        open_ = [
            (float(values[place]) + rng.uniform(0, whim), place)
            for place, packing in master.of.items()
            if values[place] > 1e-6 and packing[0] not in fixed
        ]
        if not open_:
            return [master.of[place] for place in fixed.values()]
        sure = [place for _, place in open_ if values[place] > SURE] or [max(open_)[1]]
        for place in sure:
            fixed[master.of[place][0]] = place
            master.take(place)
        values = master.solve(fixed)
    return None


def _split(packings: Packings, chosen: list[Packing]) -> list[Pair]:
    """Each line to the cheapest of those that packed it."""
    best: dict[int, int] = {}
    for firm, lines in chosen:
        for line in lines:
            if line not in best or packings.cost[firm, line] < packings.cost[best[line], line]:
                best[line] = firm
    names = {place: pair for pair, place in packings.place.items()}
    return [names[firm, line] for line, firm in sorted(best.items())]


class _Master:
    """The linear program over packings: columns for what is missing first, then the packings.

    Its rows are the lines, each covered at least once, the suppliers, each with one packing at
    most, and how many suppliers may win.
    """

    def __init__(self, packings: Packings) -> None:
        self.source, columns = packings, packings.columns
        self.lines, self.firms = len(columns.wanted), len(columns.one_off)
        self.of: dict[int, Packing] = {}
        self.told = 0
        self.highs = highs_of(1e9)
        most = self.firms if columns.most is None else columns.most
        for _ in range(self.lines):
            self.highs.addRow(1.0, highspy.kHighsInf, 0, *_nothing())
        for _ in range(self.firms):
            self.highs.addRow(-highspy.kHighsInf, 1.0, 0, *_nothing())
        self.highs.addRow(-highspy.kHighsInf, float(most), 0, *_nothing())
        usual = packings.cost[packings.cost < ENDLESS]
        dear = 10.0 * float(usual.max(initial=1.0) + columns.one_off.max(initial=0.0))
        for line in range(self.lines):
            self._column(min(dear, float(columns.shortage[line] * columns.wanted[line])), [line])
        self._grow()

    def take(self, place: int) -> None:
        """Take a packing for certain."""
        self.highs.changeColBounds(place, 1.0, highspy.kHighsInf)

    def forget(self) -> None:
        """Let the next dive begin with the packings that cost least at the present prices."""
        reduced = self.highs.getSolution().col_dual
        self.source.forget(MANY, {packing: reduced[place] for place, packing in self.of.items()})
        self.told = len(self.source.known)

    def solve(self, fixed: dict[int, int]) -> Floats:
        """Values of all columns, after new packings were found at the program's prices."""
        values, taken = self._run(), list(fixed)
        for _ in range(ROUNDS):
            duals = np.array(self.highs.getSolution().row_dual)
            prices = duals[: self.lines] / self.source.columns.wanted
            worth = duals[self.lines : -1] + duals[-1]
            worth[taken] = -ENDLESS
            if not self.source.better(prices, worth):
                break
            self._grow()
            values = self._run()
        return values

    def _run(self) -> Floats:
        self.highs.run()
        return np.array(self.highs.getSolution().col_value)

    def _grow(self) -> None:
        for packing, cost in list(self.source.known.items())[self.told :]:
            firm, lines = packing
            place = self._column(cost, [*lines, self.lines + firm, self.lines + self.firms])
            self.of[place] = packing
        self.told = len(self.source.known)

    def _column(self, cost: float, rows: list[int]) -> int:
        place = int(self.highs.getNumCol())
        index = np.array(rows, dtype=np.int32)
        self.highs.addCol(cost, 0.0, highspy.kHighsInf, len(rows), index, np.ones(len(rows)))
        return place


def _nothing() -> tuple[Any, Any]:
    return np.array([], dtype=np.int32), np.array([], dtype=np.float64)
