"""Awards with tiers, minimum quantities and rules: relax, prove, and search nearby beside it.

The linear relaxation gives a bound and prices every bid. From then on the whole program is searched
in a thread of its own, so that its bound holds for all bids. Beside it a first split by regret is
improved in the program cut down to promising bids, then by neighbourhoods.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from decimal import Decimal
from math import inf

import numpy as np

from supplychain.award.answer import Report
from supplychain.award.engines import facilities, greedy
from supplychain.award.engines.arrays import Arrays, Floats, build_arrays, chooses_suppliers
from supplychain.award.engines.cost_steps import choose_cut, find_program_step, has_wide_steps
from supplychain.award.engines.guide import Guide, select_promising, solve_relaxation
from supplychain.award.engines.lagrangian import Relaxation, run_subgradient, start_prices
from supplychain.award.engines.model import Mask, Solved, build_model, solve_free_columns
from supplychain.award.engines.neighbourhood import ColumnIndex, Neighbourhoods
from supplychain.award.engines.packings import Packings, climb_whole_prices, dive_repeatedly
from supplychain.award.engines.progress import Progress
from supplychain.award.engines.prover import Prover
from supplychain.award.engines.whole import are_lines_whole
from supplychain.award.engines.whole_search import WholeLineSearch
from supplychain.award.program.program import Program, column_values, quantities_of
from supplychain.award.program.results import EngineResult, Pair, Quantities
from supplychain.award.solving.direct import FINEST_GAP, solve_program

# The shares of the time keep most of it for the neighbourhoods, which gain longest; they were set
# by trial on the shapes of scripts/award_shapes.py, and only how soon a good split is there
# depends on them, never whether an answer is right.
GUIDE_SHARE = 0.25
"""For the linear relaxation of the program: nothing else says which bids are worth a look."""
RELAXED_SHARE = 0.15
"""For each Lagrangian run: its bound rises little after some hundred rounds."""
DIVES_SHARE = 0.5
"""For packings of whole lines, whose splits neighbourhoods seldom better."""
TURN_SHARE = 0.12
"""For the tree over suppliers of whole lines, and then for neighbourhoods, in turn."""
PROVER_WAIT_SHARE = 0.4
"""The prover of whole lines with one-off costs waits so long for the tree, which mostly proves more
in the same time of the processor; what the tree has left open by then is left to both."""
RESTRICTED_SHARE = 0.2
"""For the promising bids solved all at once, where a split is there to compare with."""
FAR_SHARE = 0.5
"""The same where no split is there yet: nothing else finds one sooner."""
FILL_SHARE = 0.1
"""For making room for the lines that a dive left out."""
REPAIR_SHARE = 0.2
"""For mending the rules that a first split breaks."""

WIN_SHARES = (0.02, 0.5)
"""From which part of a win in the relaxation on a supplier takes part in a first split: nearly all
that it uses at all, then only those that it mostly uses."""

NEAR_GAP = 0.01
"""From this gap on neighbourhoods gain more than the promising bids all at once."""

FEW_BIDS, WHOLE_BIDS = (3, 0.01), (5, 0.05)
"""How many bids of a line the neighbourhoods are of, and those within which part of its cost; more
where lines are whole, as the relaxation says less of those."""

ROOM_FIRMS = 6
"""How many firms make room for a line that a dive left out: the cheapest for it."""

NARROW_LINES, WIDE_LINES = 3, 30
"""A rule of at most so many lines is mended in all of them, another in about so many of its lines:
a program of more takes longer than the share of the time for it."""

NARROW_BIDS_SHARE = 0.6
"""The prover starts again where so many of its bids are left: it loses what it has done so far, and
a program of half the bids is solved several times as fast."""

STEP_BIDS_SHARE = 0.1
"""Where so few bids are left to a split that costs no more than the bound says, the prover looks
for one before anything is there to compare with: 7 % on ``assign-c``, a second's work."""

HURRY_SHARE = 0.7
"""With less of the time left, one first split is enough."""

CLOSE_GAP = 5e-5
"""What the relaxation's tree and the promising bids are searched to: neighbourhoods close the rest
sooner."""
GOOD_ENOUGH_GAP = 1e-5
"""Below it only the whole program goes on: what can be gained is less than its proof takes."""


def solve_mixed(
    program: Program,
    deadline: float,
    report: Report | None = None,
    *,
    start: Quantities | None = None,
) -> EngineResult:
    """Solve a program until proven, stopped or the deadline (of ``time.monotonic``)."""
    if not program.rows.cost:
        return solve_program(program, deadline, report)
    return ProgramSearch(program, deadline, report).find_best_split(start)


class ProgramSearch:
    """One run: the program, the best values so far, and what is proven."""

    def __init__(self, program: Program, deadline: float, report: Report | None) -> None:
        self.program = program
        self.model = build_model(program)
        self.index = ColumnIndex(program)
        step = find_program_step(program, self.model)
        self.progress = Progress(deadline, report, program.money, step)
        self.seconds = max(self.progress.seconds_left, 0.1)
        self.gap = max(float(program.problem.limits.gap), FINEST_GAP)
        self.values: Floats | None = None
        self.prover: Prover | None = None
        self.packings: Packings | None = None
        self.tree: WholeLineSearch | None = None
        self.near: Neighbourhoods | None = None
        self.columns = build_arrays(program.problem)
        self.has_tree = (
            are_lines_whole(program.problem)
            and 0 < len(self.columns.pairs) == len(self.columns.owner)
            and chooses_suppliers(self.columns)
        )
        self.prices: Floats | None = None
        self.cut, self.searched_bids, self.is_step = inf, len(program.parts), False

    def find_best_split(self, start: Quantities | None) -> EngineResult:
        """All steps, each as long as it may help."""
        guided = solve_relaxation(
            self.program, self.model, self.index, seconds=GUIDE_SHARE * self.seconds
        )
        if guided.infeasible:
            return EngineResult(proven_infeasible=True)
        self.progress.note_progress(bound=-inf if guided.bound is None else guided.bound)
        if start:
            self._try_split(start)
        if not self.has_tree:
            self._start_prover(None)
        try:
            self._try_first_splits(self._bound_by_prices(guided), guided)
            self._search_tree(guided)
            self._try_dives()
            if guided.bound is not None:
                self._search_promising(guided)
            self._search_neighbourhoods(guided, self.progress.deadline)
        except BaseException:
            if self.prover is not None:
                self.prover.stop_and_wait()
            raise
        if self.prover is not None:
            whole = self.prover.wait_for_answer()
            while not self._has_prover_ended():
                whole = self.prover.wait_for_answer()
            if whole.infeasible and self.values is None and self.cut == inf:
                return EngineResult(proven_infeasible=True)
            self._take_proof(whole)
        return self._read_result()

    def _start_prover(self, free: Mask | None) -> None:
        """HiGHS beside the search, on all columns or some; no split of others is below the cut."""
        whole, cut = are_lines_whole(self.program.problem), self.cut
        self.prover = Prover(
            self.model,
            self.values,
            seconds=self.progress.seconds_left,
            gap=self.gap,
            tell=lambda best, bound: (
                self.progress.note_progress(best, min(bound, cut))
                and not self.progress.is_over(self.gap)
                and bound < cut
            ),
            free=free,
            offer=self._offer_values if whole else None,
        )

    def _offer_values(self, best: float) -> Floats | None:
        """The best split, if the prover's is dearer."""
        values = self.values
        if values is None or float(self.model.cost @ values) >= best - CLOSE_GAP * abs(best):
            return None
        return values

    def _narrow_prover(self, *, goes_on: bool = False, by_steps: bool = False) -> None:
        """Start the prover again on the bids that a cheaper split may hold, where those are few.

        What a bid adds to the bound of the knapsacks decides; a split that holds another costs at
        least the cut (``choose_cut``). A proof that ``goes_on`` takes however many are left.
        """
        if self.packings is None or self.prices is None or self.prover is None:
            return
        if not (self.prover.is_heard or self.prover.is_done):
            return
        by_steps |= self.is_step
        is_early = by_steps and (self.is_step or not self.prover.is_done)
        if self.progress.is_over(GOOD_ENOUGH_GAP) or (self.values is None and not is_early):
            return
        cut, is_step = choose_cut(self.progress, self.gap, by_steps=by_steps)
        if cut == inf or (is_step and self.cut == cut):
            return
        bound, extra = self.packings.price_single_bids(self.prices)
        keep = bound + extra < cut * self.program.money
        index = self.index
        free = np.ones(len(self.model.cost), dtype=bool)
        of_bid = np.flatnonzero(index.pair >= 0)
        free[of_bid] = keep[index.supplier[of_bid], index.line[of_bid]]
        if self.values is not None:
            free |= self.values > 0
        left = int(keep.sum())
        most = NARROW_BIDS_SHARE * (len(self.program.parts) if is_step else self.searched_bids)
        if self.values is None:
            most = STEP_BIDS_SHARE * len(self.program.parts)
        if left > most and not (goes_on and self.values is not None):
            if goes_on:  # no split to compare with: only the whole program says if there is one
                self.cut, self.searched_bids, self.is_step = inf, len(self.program.parts), False
                self._start_prover(None)
            return
        self._take_proof(self.prover.stop_and_wait())
        self.cut, self.searched_bids, self.is_step = cut, left, is_step
        self._start_prover(free)

    def _has_prover_ended(self) -> bool:
        """Whether nothing runs any more; where one step of costs is proven, the next is tried."""
        if self.prover is None or not self.prover.is_done:
            return False
        if self.is_step:
            self._take_proof(self.prover.wait_for_answer())
            self._narrow_prover(goes_on=True)
        return self.prover.is_done

    def _take_proof(self, whole: Solved) -> None:
        """The prover's answer if it ended, else the best of both searches."""
        if whole.infeasible:
            self.progress.note_progress(bound=self.cut)
        if whole.bound is not None:
            self.progress.note_progress(bound=min(whole.bound, self.cut))
        if whole.values is not None:
            ended = whole.bound is not None and whole.cost - whole.bound <= self.gap * whole.cost
            now = inf if self.values is None else float(self.model.cost @ self.values)
            if whole.cost < now or (ended and whole.cost <= now * (1 + self.gap)):
                self.values = whole.values
            self.progress.note_progress(best=whole.cost)

    def _may_go_on(self, best: float = inf, _: float = -inf) -> bool:
        """Whether the search beside the prover may still be of use."""
        return self.progress.note_progress(best=best) and not self._has_prover_ended()

    def _bound_by_prices(self, guided: Guide) -> list[Floats]:
        """Bounds above the relaxation's where prices are straight, and who is liked to win.

        The award of divisible lines bounds that of indivisible ones, and so do knapsacks of whole
        lines; both leave out the other rules.
        """
        liked = np.zeros(self.index.firm_count)
        liked[self.index.supplier[self.index.owner]] = guided.values[self.index.owner]
        columns = self.columns
        if guided.bound is None:
            relaxation = Relaxation(columns)
            guess = 1.1 * relaxation.solve_at_prices(start_prices(columns)).bound
            self._report_bound(
                run_subgradient(relaxation, guess, guessed=True, go_on=self._report_bound).bound
            )
        if self.has_tree:
            return [self._start_tree(columns), liked]
        if len(columns.owner) != len(columns.pairs) or not columns.pairs:
            return [liked]
        if are_lines_whole(self.program.problem):
            self._bound_whole_lines(columns)
        if not chooses_suppliers(columns):
            return [liked]
        found = facilities.solve_facilities(
            columns,
            time.monotonic() + min(RELAXED_SHARE * self.seconds, self.progress.seconds_left),
            lambda step: self._report_bound(step.bound),
            gap=CLOSE_GAP / 2,
        )
        self._report_bound(found.bound)
        firms = {one.id: j for j, one in enumerate(self.program.problem.suppliers)}
        winners = np.zeros(self.index.firm_count)
        winners[[firms[pair[0]] for pair in found.quantities]] = 1.0
        return [winners, liked]

    def _start_tree(self, columns: Arrays) -> Floats:
        """The tree over suppliers of whole lines, with its first splits; who is liked to win."""
        self.tree = WholeLineSearch(
            columns,
            self.progress.deadline,
            lambda step: self._report_bound(step.bound),
            self.gap,
            known_cost=lambda: self.progress.best * self.program.money,
            take_split=lambda pairs: self._try_split(self._whole_quantities(pairs)),
        )
        return self.tree.start_search()

    def _search_tree(self, guided: Guide) -> None:
        """The tree first, alone while its splits are the best; then the prover beside it too.

        Where rules that the tree leaves out break its splits, neighbourhoods go on in turn with it.
        """
        turn, wait_until = TURN_SHARE * self.seconds, PROVER_WAIT_SHARE * self.seconds
        while self.tree is not None and not self._is_over() and not self.tree.is_done:
            waits = self.progress.seconds_left > self.seconds - wait_until
            if not (waits and self.tree.leads and self.tree.queue):
                self._start_prover_late()
            self.tree.go_on_until(time.monotonic() + turn)
            if not self.tree.leads:
                self._search_neighbourhoods(guided, time.monotonic() + turn)
        if self.has_tree and not self._is_over():
            self._start_prover_late()

    def _start_prover_late(self) -> None:
        if self.prover is None:
            self._start_prover(None)

    def _bound_whole_lines(self, columns: Arrays) -> None:
        """Knapsacks of whole lines; where costs come in steps, the prover begins with the first."""
        until = time.monotonic() + min(RELAXED_SHARE * self.seconds, self.progress.seconds_left)
        by_steps = has_wide_steps(self.progress)
        self.packings, climbed = climb_whole_prices(
            columns,
            go_on=lambda bound: self._report_bound(bound) and time.monotonic() < until,
            is_sharp=by_steps,
        )
        self._report_bound(climbed.bound)
        self.prices = climbed.prices
        if by_steps:
            self._narrow_prover(by_steps=True)

    def _try_dives(self) -> None:
        """Splits of whole lines by packings, one dive after another."""
        if self.packings is None:
            return
        until = time.monotonic() + DIVES_SHARE * self.seconds

        def go_on() -> bool:
            return self._may_go_on() and not self._is_over() and time.monotonic() < until

        for pairs in dive_repeatedly(self.packings, go_on=go_on):
            if len(pairs) == len(self.program.lines):
                self._try_split(self._whole_quantities(pairs))
            elif self.packings.least_cost(pairs) < self.progress.best * self.program.money:
                self._place_left_lines(pairs, self.packings)
            self._narrow_prover()

    def _whole_quantities(self, pairs: list[Pair]) -> dict[Pair, Decimal]:
        return {pair: self.program.lines[pair[1]].quantity for pair in pairs}

    def _place_left_lines(self, pairs: list[Pair], packings: Packings) -> None:
        """What a dive left out is placed by opening the lines of the firms that are best at it."""
        served = {self.index.line_number[pair[1]]: pair[0] for pair in pairs}
        left = set(range(len(self.index.bidders))) - served.keys()
        firms = self.program.problem.suppliers
        best = {
            firms[int(firm)].id
            for line in left
            for firm in packings.bid_cost[:, line].argsort()[:ROOM_FIRMS]
        }
        found = solve_free_columns(
            self.model,
            self.index.free_columns(left | {line for line, firm in served.items() if firm in best}),
            self._column_values(self._whole_quantities(pairs)),
            seconds=min(FILL_SHARE * self.seconds, self.progress.seconds_left),
            gap=CLOSE_GAP,
            start=False,
            tell=lambda *_: self._may_go_on(),
        )
        if found.values is not None and self.model.is_feasible(found.values):
            self._keep_better(found.values)

    def _report_bound(self, bound: float | None) -> bool:
        """Tell of a bound in the request's money."""
        known = -inf if bound is None else bound / self.program.money
        return self.progress.note_progress(
            bound=known - 1e-9 * abs(known) if known > -inf else known
        )

    def _try_first_splits(self, liked: list[Floats], guided: Guide) -> None:
        """The best of greedy splits, where they keep the rules and none of the tree's does."""
        if self.tree is not None and self.tree.leads:
            return
        for liking in liked:
            for least in WIN_SHARES:
                for worth in (None, guided.reduced_cost):
                    if (
                        self.values is None
                        or self.progress.seconds_left > HURRY_SHARE * self.seconds
                    ):
                        split = greedy.split_by_regret(
                            self.program, liking, least=least, reduced_cost=worth
                        )
                        self._try_split(split)
                        self._has_prover_ended()

    def _column_values(self, quantities: Mapping[Pair, Decimal]) -> Floats:
        """The columns' values at known quantities; those of rules stay 0."""
        values = np.zeros(len(self.model.cost))
        for place, value in column_values(self.program, quantities).items():
            values[place] = value
        return values

    def _try_split(self, quantities: Mapping[Pair, Decimal]) -> None:
        """Keep a split if it is a solution; what the rules' own columns are is solved for."""
        values = self._column_values(quantities)
        if not self.program.complete:
            rest = solve_free_columns(
                self.model, self.index.other, values, seconds=1.0, start=False
            )
            values = values if rest.values is None else rest.values
        unhurried = self.progress.seconds_left > HURRY_SHARE * self.seconds
        if self.values is None and unhurried and not self.model.is_feasible(values):
            values = self._repair_rules(values)
        if self.model.is_feasible(values):
            self._keep_better(values)

    def _repair_rules(self, values: Floats) -> Floats:
        """Open the lines of broken rules again; of rules for the whole request, some lines."""
        broken = self.model.broken_rows(values)[self.model.row]
        rows, lines = self.model.row[broken], self.index.line[self.model.column[broken]]
        touched: set[int] = set()
        for row in np.unique(rows):
            of_row = set(lines[(rows == row) & (lines >= 0)].tolist())
            touched |= (
                of_row
                if len(of_row) <= NARROW_LINES
                else set(sorted(of_row)[:: len(of_row) // WIDE_LINES + 1])
            )
        found = solve_free_columns(
            self.model,
            self.index.free_columns(touched),
            values,
            seconds=min(REPAIR_SHARE * self.seconds, self.progress.seconds_left),
            gap=1e-3,
            nodes=200,
            start=False,
            tell=lambda *_: self._may_go_on(),
        )
        return values if found.values is None else found.values

    def _keep_better(self, values: Floats) -> None:
        cost = float(self.model.cost @ values)
        if self.values is None or cost < float(self.model.cost @ self.values):
            self.values = values
        self.progress.note_progress(best=cost)

    def _search_promising(self, guided: Guide) -> None:
        """The program of the promising bids alone."""
        known = self.values is not None and self.packings is not None
        if self._is_over() or known or self.progress.gap < NEAR_GAP:
            return
        free = select_promising(self.index, guided, each=3, within=0.01)
        values = np.zeros(len(free)) if self.values is None else self.values
        found = solve_free_columns(
            self.model,
            free | (values > 0),
            values,
            seconds=min(
                (RESTRICTED_SHARE if self.values is not None else FAR_SHARE) * self.seconds,
                self.progress.seconds_left,
            ),
            gap=max(self.gap, CLOSE_GAP),
            start=self.values is not None,
            tell=self._may_go_on,
        )
        if found.values is not None:
            self._keep_better(found.values)

    def _search_neighbourhoods(self, guided: Guide, until: float) -> None:
        """Neighbourhoods of the best split, of promising bids."""
        if self.values is None or self._is_over():
            return
        each, within = WHOLE_BIDS if are_lines_whole(self.program.problem) else FEW_BIDS
        if self.near is None:
            among = select_promising(self.index, guided, each=each, within=within)
            self.near = Neighbourhoods(self.model, self.index, among=among)
        self.values = self.near.improve_split(
            self.values,
            deadline=min(until, self.progress.deadline),
            go_on=lambda best: self._may_go_on(best) and not self._is_over(),
        )

    def _is_over(self) -> bool:
        """Whether only the prover has anything left to do."""
        return self._has_prover_ended() or self.progress.is_over(GOOD_ENOUGH_GAP)

    def _read_result(self) -> EngineResult:
        bound = self.progress.bound
        known = None if bound == -inf else bound * self.program.money
        if self.values is None:
            return EngineResult(bound=known, stopped=self.progress.stopped)
        return EngineResult(
            quantities=quantities_of(self.program, self.values.tolist()),
            bound=known,
            has_solution=True,
            stopped=self.progress.stopped,
        )
