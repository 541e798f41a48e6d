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
from typing_extensions import override

from supplychain.award.engines.arrays import INFINITY, Arrays, Floats, Ints
from supplychain.award.engines.lagrangian import (
    Dual,
    Relaxation,
    run_subgradient,
    start_prices,
)
from supplychain.award.engines.model import make_highs
from supplychain.award.engines.whole import WholeRelaxation
from supplychain.award.program.results import Pair

Packing: TypeAlias = tuple[int, tuple[int, ...]]
"""A supplier and the lines that it takes."""

PRICING_ROUNDS: Final = 4
"""How often new packings are looked for after one is fixed."""

WHIM_SHARE: Final = 0.15
"""How far a later dive may prefer one packing over another that the program likes better."""

MAX_START_COLUMNS: Final = 800
"""Packings that a dive begins with, at most."""

SURE_SHARE: Final = 0.999
"""From here on the relaxation is taken to have decided: all such packings are fixed at once, as
each fixed alone would cost one more program for the same choice."""

CLIMB_ROUNDS: Final = 150
"""Of the subgradient over knapsacks of whole lines: its bound rises little after."""
CLIMB_STEP_FACTOR: Final = 0.3
"""Its first step: it starts near the best prices."""
SHARP_GOAL_SHARE: Final = 1e-3
"""A sharp climb goes on towards a bound higher by this: from 2,378.27 to 2,378.88 on ``assign-c``,
in a quarter of a second, and 292 bids instead of 359 are left to a split of one step more."""


def climb_whole_prices(
    columns: Arrays, *, go_on: Callable[[float], bool], is_sharp: bool
) -> tuple[Packings, Dual]:
    """Knapsacks of whole lines with the packings met, and prices that start from those of hulls.

    Args:
        columns: of indivisible lines alone.
        go_on: told of the bound; False ends the climb.
        is_sharp: climb as long again, where the last digit decides.
    """
    packings, plain = Packings(columns), Relaxation(columns)
    guess = 1.1 * plain.solve_at_prices(start_prices(columns)).bound
    prices = run_subgradient(plain, guess, guessed=True).prices
    guess = 1.01 * packings.solve_at_prices(prices).bound
    climbed = run_subgradient(
        packings,
        guess,
        rounds=CLIMB_ROUNDS,
        prices=prices,
        step=CLIMB_STEP_FACTOR,
        guessed=True,
        go_on=go_on,
    )
    if is_sharp and go_on(climbed.bound):
        climbed = run_subgradient(
            packings,
            (1 + SHARP_GOAL_SHARE) * climbed.bound,
            rounds=CLIMB_ROUNDS,
            prices=climbed.prices,
            step=CLIMB_STEP_FACTOR,
            go_on=go_on,
        )
    return packings, climbed


class Packings(WholeRelaxation):
    """Knapsacks of whole lines that remember the packings that were best at some prices."""

    def __init__(self, columns: Arrays) -> None:
        super().__init__(columns)
        self.costs: dict[Packing, float] = {}
        self.bid_cost: Floats = np.full((len(columns.one_off), len(columns.wanted)), INFINITY)
        bids = columns.owner
        self.bid_cost[columns.supplier[bids], columns.line[bids]] = columns.slope * columns.length
        places = zip(columns.supplier.tolist(), columns.line.tolist(), strict=True)
        self.bid_index = dict(zip(columns.pairs, places, strict=True))

    @override
    def pack_suppliers(self, gain: Floats, firms: Ints | None = None) -> tuple[Floats, Floats]:
        """As in the relaxation."""
        saved, taken = super().pack_suppliers(gain, firms)
        for place, firm in enumerate(range(len(gain)) if firms is None else firms.tolist()):
            self._remember_packing(firm, taken[place])
        return saved, taken

    def find_better(self, prices: Floats, worth: Floats) -> bool:
        """Find packings that save more at these prices than each supplier's is worth; whether any
        was new.
        """
        before, firms = len(self.costs), np.flatnonzero(worth > -INFINITY)
        saved, taken = super().pack_suppliers(self.reduced_bid_costs(prices), firms)
        least = worth[firms] - 1e-7 * (1 + np.abs(worth[firms]))
        for place in np.flatnonzero(saved + self.columns.one_off[firms] < least).tolist():
            self._remember_packing(int(firms[place]), taken[place])
        return len(self.costs) > before

    def keep_cheapest(self, most: int, keep: Mapping[Packing, float]) -> None:
        """Keep the packings with the least figures, at most so many."""
        best = sorted(keep, key=lambda packing: (keep[packing], packing))[:most]
        self.costs = {packing: self.costs[packing] for packing in best}

    def least_cost(self, pairs: list[Pair]) -> float:
        """What a split costs at least once each line that it leaves out is placed."""
        prices, places = self.bid_cost.min(axis=0), [self.bid_index[pair] for pair in pairs]
        for firm, line in places:
            prices[line] = self.bid_cost[firm, line]
        winners = sorted({firm for firm, _ in places})
        return float(prices.sum() + self.columns.one_off[winners].sum())

    def _remember_packing(self, firm: int, taken: Floats) -> None:
        lines = tuple(sorted(self.line[firm, taken > 0].tolist()))
        if lines and (firm, lines) not in self.costs:
            cost = self.columns.one_off[firm] + self.bid_cost[firm, list(lines)].sum()
            self.costs[firm, lines] = float(cost)


def dive_repeatedly(
    packings: Packings, *, go_on: Callable[[], bool], seed: int = 1
) -> Iterator[list[Pair]]:
    """One split after another: who takes which lines whole. What nobody takes is missing.

    Args:
        packings: with those known that a climb of prices met.
        go_on: asked before each program; False ends the dives.
    """
    rng, whim = random.Random(seed), 0.0  # noqa: S311 - a search, not a secret
    while go_on():
        chosen = _dive_once(_MasterProgram(packings), rng, whim, go_on)
        if chosen is None:
            return
        yield _read_split(packings, chosen)
        whim = WHIM_SHARE


def _dive_once(
    master: _MasterProgram, rng: random.Random, whim: float, go_on: Callable[[], bool]
) -> list[Packing] | None:
    """A packing for each supplier that gets one; None if there was no time."""
    fixed: dict[int, int] = {}
    values = master.generate_columns(fixed)
    master.trim_packings()
    while go_on():
        open_ = [
            (float(values[place]) + rng.uniform(0, whim), place)
            for place, packing in master.packing_of.items()
            if values[place] > 1e-6 and packing[0] not in fixed
        ]
        if not open_:
            return [master.packing_of[place] for place in fixed.values()]
        sure = [place for _, place in open_ if values[place] > SURE_SHARE] or [max(open_)[1]]
        for place in sure:
            fixed[master.packing_of[place][0]] = place
            master.fix_packing(place)
        values = master.generate_columns(fixed)
    return None


def _read_split(packings: Packings, chosen: list[Packing]) -> list[Pair]:
    """Each line to the cheapest of those that packed it."""
    best: dict[int, int] = {}
    for firm, lines in chosen:
        for line in lines:
            if (
                line not in best
                or packings.bid_cost[firm, line] < packings.bid_cost[best[line], line]
            ):
                best[line] = firm
    names = {place: pair for pair, place in packings.bid_index.items()}
    return [names[firm, line] for line, firm in sorted(best.items())]


class _MasterProgram:
    """The linear program over packings: columns for what is missing first, then the packings.

    Its rows are the lines, each covered at least once, the suppliers, each with one packing at
    most, and how many suppliers may win.
    """

    def __init__(self, packings: Packings) -> None:
        self.source, columns = packings, packings.columns
        self.lines, self.firms = len(columns.wanted), len(columns.one_off)
        self.packing_of: dict[int, Packing] = {}
        self.added_count = 0
        self.highs = make_highs(1e9)
        most = self.firms if columns.most is None else columns.most
        for _ in range(self.lines):
            self.highs.addRow(1.0, highspy.kHighsInf, 0, *_no_entries())
        for _ in range(self.firms):
            self.highs.addRow(-highspy.kHighsInf, 1.0, 0, *_no_entries())
        self.highs.addRow(-highspy.kHighsInf, float(most), 0, *_no_entries())
        usual = packings.bid_cost[packings.bid_cost < INFINITY]
        dear = 10.0 * float(usual.max(initial=1.0) + columns.one_off.max(initial=0.0))
        for line in range(self.lines):
            self._add_column(
                min(dear, float(columns.shortage[line] * columns.wanted[line])), [line]
            )
        self._add_packings()

    def fix_packing(self, column: int) -> None:
        """Take a packing for certain."""
        self.highs.changeColBounds(column, 1.0, highspy.kHighsInf)

    def trim_packings(self) -> None:
        """Let the next dive begin with the packings that cost least at the present prices."""
        reduced = self.highs.getSolution().col_dual
        self.source.keep_cheapest(
            MAX_START_COLUMNS,
            {packing: reduced[place] for place, packing in self.packing_of.items()},
        )
        self.added_count = len(self.source.costs)

    def generate_columns(self, fixed: dict[int, int]) -> Floats:
        """Values of all columns, after new packings were found at the program's prices."""
        values, taken = self._solve_program(), list(fixed)
        for _ in range(PRICING_ROUNDS):
            duals = np.array(self.highs.getSolution().row_dual)
            prices = duals[: self.lines] / self.source.columns.wanted
            worth = duals[self.lines : -1] + duals[-1]
            worth[taken] = -INFINITY
            if not self.source.find_better(prices, worth):
                break
            self._add_packings()
            values = self._solve_program()
        return values

    def _solve_program(self) -> Floats:
        self.highs.run()
        return np.array(self.highs.getSolution().col_value)

    def _add_packings(self) -> None:
        for packing, cost in list(self.source.costs.items())[self.added_count :]:
            firm, lines = packing
            place = self._add_column(cost, [*lines, self.lines + firm, self.lines + self.firms])
            self.packing_of[place] = packing
        self.added_count = len(self.source.costs)

    def _add_column(self, cost: float, rows: list[int]) -> int:
        place = int(self.highs.getNumCol())
        index = np.array(rows, dtype=np.int32)
        self.highs.addCol(cost, 0.0, highspy.kHighsInf, len(rows), index, np.ones(len(rows)))
        return place


def _no_entries() -> tuple[Any, Any]:
    return np.array([], dtype=np.int32), np.array([], dtype=np.float64)
