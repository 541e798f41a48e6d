"""Awards of divisible lines with capacities and one-off costs: proven by prices and branching.

A Lagrangian bound prices the lines; the suppliers that win at those prices are tried, exchanged
and tried again, each choice split exactly by a linear program. Suppliers whose choice alone would
lift the bound above the best cost are decided. What is left is a search tree over suppliers, each
node with a Lagrangian bound that starts from its parent's prices.

Source: Geoffrion & McBride 1978; Beasley 1993; Görtz & Klose 2012.
"""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass
from math import inf

import numpy as np

from supplychain.award.answer import Report
from supplychain.award.engines.arrays import Arrays, Floats
from supplychain.award.engines.lagrangian import Dual, Relaxation, run_subgradient, start_prices
from supplychain.award.engines.model import Mask
from supplychain.award.engines.progress import Progress
from supplychain.award.engines.transport import TransportSplit, Unsolved, split_among
from supplychain.award.program.results import EngineResult, Quantities
from supplychain.award.solving.direct import FINEST_GAP

ROOT_ROUNDS = 300
"""Of the subgradient at the root: its bound is what all other bounds start from."""
NODE_ROUNDS = 40
"""The same at a node, which starts from the prices of the node above and is near its bound soon."""
MAX_SWAP_TRIES = 40
"""Suppliers exchanged, added or dropped while the search is at the root; later ones gain little."""
LINE_SUPPLIERS = 6
"""A split over chosen suppliers first offers each line to so many of them, the cheapest at the
prices; where that leaves a line short, all of them are offered."""


def solve_facilities(
    columns: Arrays,
    deadline: float,
    report: Report | None = None,
    *,
    gap: float = 0.0,
    start: Quantities | None = None,
) -> EngineResult:
    """Solve exact columns until proven, stopped or the deadline (of ``time.monotonic``).

    Args:
        gap: relative, at which to stop.
        start: a known split; its suppliers are tried.
    """
    return FacilitySearch(columns, deadline, report, gap).find_best_split(start or {})


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchNode:
    """Suppliers decided (1 wins, 0 does not, NaN open), prices to start from, a bound."""

    forced: Floats
    prices: Floats
    bound: float


class FacilitySearch:
    """Branching on which suppliers are chosen, bounded by prices of the lines (subgradient)."""

    def __init__(self, columns: Arrays, deadline: float, report: Report | None, gap: float) -> None:
        self.columns, self.gap = columns, max(gap, FINEST_GAP)
        self.relaxation = Relaxation(columns)
        self.progress = Progress(deadline, report)
        self.best: TransportSplit | None = None
        self.tried: set[bytes] = set()
        self.nodes_bounded, self.nodes_pushed = 0, 0
        self.queue: list[tuple[float, int, SearchNode]] = []
        self.unsolved_bound = inf

    def find_best_split(self, start: Quantities) -> EngineResult:
        """Bound, first splits, exchanges, tree."""
        winners = {pair[0] for pair, number in start.items() if number > 0}
        guess = self.relaxation.solve_at_prices(start_prices(self.columns)).bound * 1.2
        dual = run_subgradient(
            self.relaxation, guess, rounds=ROOT_ROUNDS, guessed=True, go_on=self._report_bound
        )
        if winners:
            chosen = np.zeros(len(self.columns.one_off), dtype=bool)
            known = [pair[0] in winners for pair in self.columns.pairs]
            chosen[self.columns.supplier[known]] = True
            self._try_suppliers(chosen, dual.prices)
        self._try_liked_suppliers(dual)
        if not self.progress.is_over(self.gap):
            self._exchange_suppliers(dual)
        if self.best is not None and not self.progress.is_over(self.gap):
            dual = run_subgradient(
                self.relaxation,
                self.best.cost,
                rounds=ROOT_ROUNDS,
                prices=dual.prices,
                go_on=self._report_bound,
                step=0.3,
            )
            self._try_liked_suppliers(dual)
        if not self.progress.is_over(self.gap):
            self._plant_tree(dual)
            self._search_tree()
        return self._read_result()

    def _report_bound(self, bound: float) -> bool:
        return self.progress.note_progress(bound=bound)

    def _try_liked_suppliers(self, dual: Dual) -> None:
        """Try the suppliers that won at the best prices, and those that won most often."""
        self.progress.note_progress(bound=dual.bound)
        for liking in (
            dual.win_share,
            dual.win_share - dual.reduced_cost / (1 + np.abs(dual.reduced_cost).max()),
        ):
            self._try_suppliers(self._pick_enough_suppliers(liking), dual.prices)

    def _pick_enough_suppliers(self, liking: Floats) -> Mask:
        """The most liked suppliers, as many as the lines need and those liked well."""
        order = np.argsort(-liking, kind="stable")
        room = np.cumsum(self.columns.capacity[order])
        needed = int(np.searchsorted(room, self.relaxation.least_load)) + 1
        chosen = np.zeros(len(liking), dtype=bool)
        chosen[order[:needed]] = True
        chosen |= liking > 0.6
        if self.columns.most is not None:
            chosen[order[self.columns.most :]] = False
        return chosen

    def _try_suppliers(
        self, chosen: Mask, prices: Floats, *, each: int | None = LINE_SUPPLIERS, bound: float = inf
    ) -> TransportSplit | None:
        """Split over some suppliers, once for each choice; keep the best."""
        key = chosen.tobytes()
        if key in self.tried and each is not None:
            return None
        self.tried.add(key)
        try:
            found = split_among(self.columns, chosen, prices, each=each)
            if found is None and each is not None:
                found = split_among(self.columns, chosen, prices, each=None)
        except Unsolved:
            if each is None:
                self.unsolved_bound = min(self.unsolved_bound, bound)
            return None
        if found is not None:
            self._keep_split(chosen, found)
        return found

    def _keep_split(self, chosen: Mask, split: TransportSplit) -> None:
        """Keep a split that is the best."""
        del chosen  # of whole lines alone
        if self.best is None or split.cost < self.best.cost:
            self.best = split
            self.progress.note_progress(best=split.cost)

    def _exchange_suppliers(self, dual: Dual) -> None:
        """Exchange, add and drop single suppliers, the likeliest first, while it helps."""
        left = MAX_SWAP_TRIES
        while self.best is not None and left > 0:
            before = self.best
            now = np.zeros(len(self.columns.one_off), dtype=bool)
            now[self.columns.supplier[before.quantities > 1e-12]] = True
            worth = 0.5 * (
                self.relaxation.solve_at_prices(before.prices).reduced_cost + dual.reduced_cost
            )
            for move in list_moves(now, worth):
                left -= 1
                if left <= 0 or self.progress.is_over(self.gap):
                    return
                room = float(self.columns.capacity[move].sum())
                if room >= self.relaxation.least_load and self._may_all_win(move):
                    self._try_suppliers(move, before.prices)
                if self.best is not before:
                    break
            if self.best is before:
                return

    def _may_all_win(self, chosen: Mask) -> bool:
        return self.columns.most is None or int(chosen.sum()) <= self.columns.most

    def _plant_tree(self, dual: Dual) -> None:
        """Nothing is decided yet."""
        free = np.full(len(self.columns.one_off), np.nan)
        self._push_nodes([SearchNode(forced=free, prices=dual.prices, bound=dual.bound)])

    def _push_nodes(self, nodes: list[SearchNode]) -> None:
        for node in nodes:
            self.nodes_pushed += 1
            heapq.heappush(self.queue, (node.bound, self.nodes_pushed, node))

    def _search_tree(self, until: float = inf) -> None:
        """Decide suppliers one by one, the lowest bound first, until nothing is open.

        Args:
            until: of ``time.monotonic``; a later call goes on from there.
        """
        while self.queue and not self.progress.stopped and self.progress.seconds_left > 0.02:
            bound, _, node = heapq.heappop(self.queue)
            if self._is_pruned(bound):
                self.queue.clear()
                break
            self._raise_bound(bound)
            self._push_nodes(self._branch_node(node))
            if time.monotonic() > until:
                return
        if not self.queue and self.best_cost < inf:
            self._raise_bound(inf)

    @property
    def best_cost(self) -> float:
        """What is to be undercut; infinite while nothing is there."""
        return inf if self.best is None else self.best.cost

    def _raise_bound(self, bound: float) -> None:
        """Nothing open costs less; what was pruned may cost less than the best by the gap."""
        best = self.best_cost * (1 - self.gap)
        self.progress.note_progress(bound=min(bound, best, self.unsolved_bound))

    def _is_pruned(self, bound: float) -> bool:
        return bound >= self.best_cost * (1 - self.gap)

    def _branch_node(self, node: SearchNode) -> list[SearchNode]:
        """Bound a node again, decide what its bound decides, and branch on who is least clear."""
        goal = self.best_cost * (1 - self.gap / 2)
        forced = node.forced.copy()
        dual = run_subgradient(
            self.relaxation, goal if goal < inf else 1.1 * abs(node.bound), rounds=NODE_ROUNDS,
            prices=node.prices, forced=forced, patience=6, step=0.2,
        )  # fmt: skip
        bound = max(node.bound, dual.bound)
        if self._is_pruned(bound):
            return []
        fix_suppliers(self.relaxation, dual, forced, goal)
        free = np.flatnonzero(np.isnan(forced))
        if not len(free):
            self._close_leaf(forced > 0.5, dual.prices, bound)
            return []
        if self.nodes_bounded % 5 == 0:
            self._try_near(dual, forced)
        self.nodes_bounded += 1
        unclear = free[np.argmin(np.abs(dual.win_share[free] - 0.5))]
        children = []
        for side in (1.0, 0.0):
            child = forced.copy()
            child[unclear] = side
            children.append(SearchNode(forced=child, prices=dual.prices, bound=bound))
        return children

    def _try_near(self, dual: Dual, forced: Floats) -> None:
        """Try the suppliers that a node likes."""
        liking = np.where(np.isnan(forced), dual.win_share, 2 * forced - 0.5)
        self._try_suppliers(self._pick_enough_suppliers(liking), dual.prices)

    def _close_leaf(self, chosen: Mask, prices: Floats, bound: float) -> None:
        """Every supplier is decided: split over all their bids, so that the split is proven."""
        self._try_suppliers(chosen, prices, each=None, bound=bound)

    def _read_result(self) -> EngineResult:
        bound = None if self.progress.bound == -inf else self.progress.bound
        if self.best is None:
            return EngineResult(bound=bound, stopped=self.progress.stopped)
        if bound is not None:
            bound = min(bound, self.best.cost)
        quantities = {
            self.columns.pairs[k]: float(self.best.quantities[k])
            for k in np.flatnonzero(self.best.quantities > 1e-12)
        }
        return EngineResult(
            quantities=quantities, bound=bound, has_solution=True, stopped=self.progress.stopped
        )


def fix_suppliers(relaxation: Relaxation, dual: Dual, forced: Floats, goal: float) -> None:
    """Force suppliers, in place, whose other choice lifts the bound to the goal."""
    base = float(dual.prices @ relaxation.columns.wanted)
    safe = 1e-9 * float(np.abs(dual.prices) @ relaxation.columns.wanted)
    if relaxation.covers_whole:
        open_ = np.isnan(forced)
        wins, loses = relaxation.price_both_sides(dual.reduced_cost, forced)
        forced[open_ & (base + loses - safe >= goal)] = 1.0
        forced[open_ & (base + wins - safe >= goal)] = 0.0
        return
    for j in np.flatnonzero(np.isnan(forced)):
        for side in (1.0, 0.0):
            trial = forced.copy()
            trial[j] = side
            value = relaxation.cost_of_winners(dual.reduced_cost, trial)
            if value is None or base + value - safe >= goal:
                forced[j] = 1.0 - side
                break


def list_moves(now: Mask, worth: Floats) -> list[Mask]:
    """Exchanges of one for one, one more, one less: the most promising by worth first."""
    inside, outside = np.flatnonzero(now), np.flatnonzero(~now)
    coming = outside[np.argsort(worth[outside], kind="stable")][:6]
    going = inside[np.argsort(-worth[inside], kind="stable")][:6]
    ranked = [(worth[k] - worth[j], k, j) for k in coming for j in going]
    ranked += [(worth[k], k, -1) for k in coming[:2]] + [(-worth[j], -1, j) for j in going[:2]]
    moves = []
    for _, k, j in sorted(ranked):
        move = now.copy()
        if k >= 0:
            move[k] = True
        if j >= 0:
            move[j] = False
        moves.append(move)
    return moves
