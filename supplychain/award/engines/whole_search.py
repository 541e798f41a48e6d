"""Whole lines over suppliers with one-off costs: the tree of divisible lines, leaves of whole ones.

Who wins decides nearly all of such an award's cost. The tree over suppliers is that of divisible
lines, whose bounds hold for whole ones too, but it is pruned by the best split of whole lines
alone. Each choice of suppliers that could still be cheaper is split by lines, whole: first briefly
wherever the search comes by, then without hurry at the leaves, which are kept until last where
they take long.

Source: Gadegaard, Klose & Nielsen 2018 (single-source facility location by small programs, one
after another, above a bound for the rest); Posta, Ferland & Michelon 2012.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from math import inf

import numpy as np
from typing_extensions import override

from supplychain.award.answer import Report
from supplychain.award.engines.arrays import INFINITY, Arrays, Floats, Ints
from supplychain.award.engines.facilities import ROOT_ROUNDS, FacilitySearch, list_moves
from supplychain.award.engines.lagrangian import (
    TINY_PART_SHARE,
    Dual,
    run_subgradient,
    start_prices,
)
from supplychain.award.engines.model import Mask
from supplychain.award.engines.swaps import Swaps
from supplychain.award.engines.transport import TransportSplit, Unsolved, assign_whole, split_among
from supplychain.award.engines.whole import WholeRelaxation
from supplychain.award.program.results import Pair

BRIEF_S = 1.5
"""For whole lines over one choice of suppliers at first: most that can be cheaper are by then."""
LONGER_FACTOR = 2.0
"""So much longer each time that the same choice comes up again."""
NEAR_SHARE = 0.03
"""A choice of suppliers is split by whole lines up to so far above its split of divisible ones, and
not at all where that is so far above the bound: the best ones are within a percent or two."""
NEAR_TRIES = 1
"""So often only that near: what is not there then may be anywhere."""
SETTLED_SHARE = 0.003
"""Where moving and swapping lines ends further above the best than this, a program seldom finds a
better one: it gains some tenths of a percent at most."""
SPARE_SHARES = (0.0, 0.004, 0.01, 0.02, 0.04)
"""How much more capacity than the lines take is tried: with none to spare whole lines hardly fit,
and what fits is dear; more than a line or two a supplier only costs."""
SETTLE_S = 1.0
"""For moving and swapping lines over one choice; 300 lines take a tenth of that."""
DIVISIBLE_SHARE = 0.15
"""Of the time, for the best suppliers of divisible lines, which take some tenths of a second to
some seconds."""
DIVISIBLE_GAP = 1e-4
"""To which they are proven; the tree goes on from there."""
EXCESS_SHARE = 0.5
"""A choice of suppliers whose whole lines would have to come nearer to its divisible ones than this
part of the least difference seen so far is not dealt out: differences lie within a factor of two
of each other (56 to 94 on ``single-30a``, 83 to 112 on ``single-60a``)."""
LEAF_ROUNDS = 60
"""Of the subgradient over knapsacks of a leaf, from the prices of its divisible lines: its bound
rises by a fourth of what is open then, hardly more later."""
LEAF_STEP_FACTOR = 0.3
"""Its first step: it starts near the best prices."""
EXCHANGE_TRIES = 24
"""Exchanges of suppliers tried between two looks at the tree."""


class WholeLineSearch(FacilitySearch):
    """A search that goes on where it was left, as long as there is time for it.

    Args:
        known_cost: what others found; only cheaper splits are looked for.
        take_split: told of each better split, who gets which line.
    """

    def __init__(
        self,
        columns: Arrays,
        deadline: float,
        report: Report | None,
        gap: float,
        *,
        known_cost: Callable[[], float],
        take_split: Callable[[list[Pair]], None],
    ) -> None:
        super().__init__(columns, deadline, report, gap)
        self.known_cost, self.take_split = known_cost, take_split
        self.whole_cost = inf
        self.closed: set[bytes] = set()
        self.settled: set[bytes] = set()
        self.swaps = Swaps(columns)
        self.knapsacks = WholeRelaxation(columns)
        self.least_excess = inf
        self.least_with: dict[bytes, tuple[float, Floats]] = {}
        self.tries_of: dict[bytes, int] = {}
        self.hard: list[tuple[float, bytes, TransportSplit]] = []
        self.until = inf
        self.whole_chosen: Mask | None = None
        self.whole_prices: Floats | None = None
        self.spare_turn = 0

    @property
    @override
    def best_cost(self) -> float:
        """Of whole lines, whoever found them."""
        return min(self.whole_cost, self.known_cost())

    def start_search(self) -> Floats:
        """Prices and first splits; in which part of the rounds each supplier won (n)."""
        guess = 1.2 * self.relaxation.solve_at_prices(start_prices(self.columns)).bound
        dual = run_subgradient(
            self.relaxation, guess, rounds=ROOT_ROUNDS, guessed=True, go_on=self._report_bound
        )
        self._report_bound(dual.bound)
        self._choose_divisible()
        for spare in SPARE_SHARES:
            if self._has_time():
                self._try_spare(dual, spare)
        self._plant_tree(dual)
        return dual.win_share

    def _choose_divisible(self) -> None:
        """Whole lines over the suppliers that split divisible ones best: few are better."""
        now = time.monotonic()
        until = now + DIVISIBLE_SHARE * max(self.progress.deadline - now, 0.0)
        divisible = FacilitySearch(
            self.columns,
            until,
            lambda step: step.bound is None or self._report_bound(step.bound),
            DIVISIBLE_GAP,
        )
        divisible.find_best_split({})
        if divisible.best is not None:
            chosen = np.zeros(len(self.columns.one_off), dtype=bool)
            chosen[self.columns.supplier[divisible.best.quantities > TINY_PART_SHARE]] = True
            self._keep_split(chosen, divisible.best)

    def go_on_until(self, until: float) -> None:
        """Search until then (of ``time.monotonic``), or until nothing is open."""
        self.until = until
        self._exchange_winners()
        self._search_tree(until)
        while not self.queue and self.hard and self._has_time():
            self._close_hardest()
        if self.is_done and self.best_cost < inf:
            self._raise_bound(inf)

    @property
    def is_done(self) -> bool:
        """Whether nothing is open: the bound is what was proven."""
        return not self.queue and not self.hard

    @property
    def leads(self) -> bool:
        """Whether its split is the best that anybody has; not one that breaks a rule."""
        known = self.known_cost()
        return known < inf and abs(self.whole_cost - known) <= self.gap * known

    def _has_time(self) -> bool:
        now = time.monotonic()
        return not self.progress.stopped and now < min(self.until, self.progress.deadline - 0.02)

    @override
    def _try_near(self, dual: Dual, forced: Floats) -> None:
        """Another capacity to spare at each turn."""
        self.spare_turn += 1
        self._try_spare(dual, SPARE_SHARES[self.spare_turn % len(SPARE_SHARES)], forced)

    def _try_spare(self, dual: Dual, spare: float, forced: Floats | None = None) -> None:
        """The cheapest suppliers at these prices that have so much capacity to spare."""
        chosen = self.relaxation.pick_winners(dual.reduced_cost, forced, spare)
        if chosen is not None and self._may_all_win(chosen):
            self._try_suppliers(chosen, dual.prices)

    def _exchange_winners(self) -> None:
        """Exchange, add and drop suppliers of the best split of whole lines, while it helps."""
        left = EXCHANGE_TRIES
        while self.whole_chosen is not None and self.whole_prices is not None and left > 0:
            now, prices = self.whole_chosen, self.whole_prices
            worth = self.relaxation.solve_at_prices(prices).reduced_cost
            for move in list_moves(now, worth):
                left -= 1
                if left <= 0 or not self._has_time():
                    return
                room = float(self.columns.capacity[move].sum())
                if room >= self.relaxation.least_load and self._may_all_win(move):
                    self._try_suppliers(move, prices)
                if self.whole_chosen is not now:
                    break
            if self.whole_chosen is now:
                return

    @override
    def _raise_bound(self, bound: float) -> None:
        """Leaves that were left open bound it too."""
        super()._raise_bound(min([bound, *(leaf[0] for leaf in self.hard)]))

    @override
    def _keep_split(self, chosen: Mask, split: TransportSplit) -> None:
        if self.best is None or split.cost < self.best.cost:
            self.best = split
        if split.cost < (1 + NEAR_SHARE) * self.progress.bound:
            cost = self._settle_whole(chosen, split)
            if self.swaps.line_load is None and cost < (1 + SETTLED_SHARE) * self.best_cost:
                self._split_whole(chosen, split)

    def _settle_whole(self, chosen: Mask, split: TransportSplit) -> float:
        """Settle whole lines over a choice of suppliers, once; the cost if that was now."""
        key = chosen.tobytes()
        if key in self.settled:
            return inf
        self.settled.add(key)
        left = max(self.progress.seconds_left, 0.0)
        cost, bids = self.swaps.settle_lines(chosen, split.quantities, seconds=min(SETTLE_S, left))
        if cost < INFINITY and self._may_regroup(split):
            left = max(self.progress.seconds_left, 0.0)
            cost, bids = self.swaps.regroup_lines(chosen, bids, seconds=left)
            self.least_excess = min(self.least_excess, cost - split.cost)
        self._take_whole(cost, bids, chosen, split)
        return cost

    def _may_regroup(self, split: TransportSplit) -> bool:
        """Whether dealing out whole lines near a split of divisible ones may undercut the best."""
        if self.swaps.line_load is None:
            return False
        near = 0.0 if self.least_excess == inf else EXCESS_SHARE * self.least_excess
        return split.cost + near < self.best_cost

    def _take_whole(self, cost: float, bids: Ints, chosen: Mask, split: TransportSplit) -> None:
        """Keep a split of whole lines that is the best, and pass it on."""
        if cost < self.best_cost and cost < INFINITY:
            self.whole_cost = cost
            self.whole_chosen, self.whole_prices = chosen, split.prices
            self.take_split([self.columns.pairs[k] for k in bids.tolist()])

    def _split_whole(self, chosen: Mask, split: TransportSplit) -> float:
        """Split whole lines over a choice, longer each time; no split over it costs less."""
        key, goal = chosen.tobytes(), self.best_cost * (1 - self.gap)
        if key in self.closed or split.cost >= goal:
            return goal
        tries = self.tries_of.get(key, 0)
        self.tries_of[key] = tries + 1
        seconds = BRIEF_S * LONGER_FACTOR**tries
        left = min(seconds, max(self.progress.seconds_left, 0.0))
        near = (1 + NEAR_SHARE) * split.cost if tries < NEAR_TRIES else INFINITY
        below = min(goal, near)
        least, least_with = self._bound_leaf(key, chosen, split)
        if least >= goal:
            self.closed.add(key)
            return goal
        whole = assign_whole(
            self.columns, chosen, split, below=below, seconds=left, least_with=least_with
        )
        self._take_whole(whole.cost, whole.bids, chosen, split)
        if whole.is_proven and (whole.cost < below or below == goal or near == INFINITY):
            self.closed.add(key)
        return max(split.cost, least, whole.bound)

    def _bound_leaf(self, key: bytes, chosen: Mask, split: TransportSplit) -> tuple[float, Floats]:
        """A bound by knapsacks of whole lines over a choice, and what it becomes with each bid."""
        if key not in self.least_with:
            forced = chosen.astype(np.float64)
            dual = run_subgradient(
                self.knapsacks,
                min(self.best_cost, (1 + NEAR_SHARE) * split.cost),
                rounds=LEAF_ROUNDS,
                prices=np.minimum(split.prices, self.columns.shortage),
                forced=forced,
                step=LEAF_STEP_FACTOR,
            )
            bound, extra = self.knapsacks.price_single_bids(dual.prices, forced)
            self.least_with[key] = (bound, bound + extra)
        return self.least_with[key]

    @override
    def _close_leaf(self, chosen: Mask, prices: Floats, bound: float) -> None:
        """A leaf is closed if it is proven soon, else kept for later."""
        key = chosen.tobytes()
        if key in self.closed:
            return
        try:
            found = split_among(self.columns, chosen, prices, each=None)
        except Unsolved:
            self.unsolved_bound = min(self.unsolved_bound, bound)
            return
        if found is None:
            return
        self._settle_whole(chosen, found)
        whole = max(bound, self._split_whole(chosen, found))
        if key not in self.closed and not self._is_pruned(whole):
            self.hard.append((whole, key, found))

    def _close_hardest(self) -> None:
        """Look again at the open leaf with the lowest bound."""
        self.hard.sort(key=lambda leaf: (leaf[0], leaf[1]))
        bound, key, found = self.hard.pop(0)
        if self._is_pruned(bound):
            self.hard.clear()
            return
        whole = max(bound, self._split_whole(np.frombuffer(key, dtype=bool), found))
        if key not in self.closed and not self._is_pruned(whole):
            self.hard.append((whole, key, found))
        self._raise_bound(inf)
