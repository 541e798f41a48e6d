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
from supplychain.award.engines.arrays import Arrays, Floats, build_arrays
from supplychain.award.engines.guide import Guide, select_promising, solve_relaxation
from supplychain.award.engines.lagrangian import Relaxation, run_subgradient, start_prices
from supplychain.award.engines.model import Solved, build_model, solve_free_columns
from supplychain.award.engines.neighbourhood import ColumnIndex, improve_split
from supplychain.award.engines.packings import Packings, dive_repeatedly
from supplychain.award.engines.progress import Progress
from supplychain.award.engines.prover import Prover
from supplychain.award.engines.whole import are_lines_whole
from supplychain.award.program.found import Found, Pair, Quantities
from supplychain.award.program.program import Program, columns, quantities_of
from supplychain.award.solving.direct import FINEST_GAP, solve_program

GUIDE_PART, RELAXED_PART, DIVES_PART, RESTRICTED_PART = 0.25, 0.15, 0.5, 0.2
"""How much of the time the relaxations, packings and the promising bids may take."""

LIKED = (0.02, 0.5)
"""From which part of a win in the relaxation on a supplier takes part in a first split."""

NEAR = 0.01
"""The gap from which on neighbourhoods gain more than the promising bids all at once."""

FEW_BIDS, WHOLE_BIDS = (3, 0.01), (5, 0.05)
"""How many bids of a line the neighbourhoods are of, and those within which part of its cost; more
where lines are whole, as the relaxation says less of those."""

FAR_PART = 0.5
"""How much of the time the promising bids may take where no split is known."""

BEST, FILL_PART = 6, 0.1
"""How many firms make room for a line that a dive left out; the part of the time for it."""

NARROW, WIDE, REPAIR_PART = 3, 30, 0.2
"""A rule of so few lines is mended in them, another in about so many; part of the time for it."""

HURRY = 0.7
"""With less of the time left, one first split is enough."""

CLOSE, GOOD_ENOUGH = 5e-5, 1e-5
"""The gaps that the relaxation's tree and the promising bids are searched to, and below which only
the whole program goes on."""


def solve_mixed(
    program: Program,
    deadline: float,
    report: Report | None = None,
    *,
    start: Quantities | None = None,
) -> Found:
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
        self.progress = Progress(deadline, report, program.money)
        self.seconds = max(self.progress.seconds_left, 0.1)
        self.gap = max(float(program.problem.limits.gap), FINEST_GAP)
        self.values: Floats | None = None
        self.prover: Prover | None = None
        self.packings: Packings | None = None

    def find_best_split(self, start: Quantities | None) -> Found:
        """All steps, each as long as it may help."""
        guided = solve_relaxation(
            self.program, self.model, self.index, seconds=GUIDE_PART * self.seconds
        )
        if guided.infeasible:
            return Found(proven_infeasible=True)
        self.progress.note_progress(bound=-inf if guided.bound is None else guided.bound)
        if start:
            self._try_split(start)
        self.prover = Prover(
            self.model,
            self.values,
            seconds=self.progress.seconds_left,
            gap=self.gap,
            tell=lambda best, bound: (
                self.progress.note_progress(best, bound) and not self.progress.is_over(self.gap)
            ),
        )
        try:
            self._try_first_splits(self._bound_by_prices(guided), guided)
            self._try_dives()
            if guided.bound is not None:
                self._search_promising(guided)
            self._search_neighbourhoods(guided)
        except BaseException:
            self.prover.stop_and_wait()
            raise
        return self._conclude_proof(self.prover.wait_for_answer())

    def _conclude_proof(self, whole: Solved) -> Found:
        """The prover's answer if it ended, else the best of both searches."""
        if whole.infeasible and self.values is None:
            return Found(proven_infeasible=True)
        if whole.bound is not None:
            self.progress.note_progress(bound=whole.bound)
        if whole.values is not None:
            ended = whole.bound is not None and whole.cost - whole.bound <= self.gap * whole.cost
            if ended or self.values is None or whole.cost < float(self.model.cost @ self.values):
                self.values = whole.values
            self.progress.note_progress(best=whole.cost)
        return self._read_result()

    def _may_go_on(self, best: float = inf, _: float = -inf) -> bool:
        """Whether the search beside the prover may still be of use."""
        return self.progress.note_progress(best=best) and not (self.prover and self.prover.is_done)

    def _bound_by_prices(self, guided: Guide) -> list[Floats]:
        """Bounds above the relaxation's where prices are straight, and who is liked to win.

        The award of divisible lines bounds that of indivisible ones, and so do knapsacks of whole
        lines; both leave out the other rules.
        """
        liked = np.zeros(self.index.firm_count)
        liked[self.index.supplier[self.index.owner]] = guided.values[self.index.owner]
        columns = build_arrays(self.program.problem)
        if guided.bound is None:
            relaxation = Relaxation(columns)
            guess = 1.1 * relaxation.solve_at_prices(start_prices(columns)).bound
            self._report_bound(
                run_subgradient(relaxation, guess, guessed=True, go_on=self._report_bound).bound
            )
        if len(columns.owner) != len(columns.pairs) or not columns.pairs:
            return [liked]
        if are_lines_whole(self.program.problem):
            self._bound_whole_lines(columns)
        if not (columns.one_off.any() or columns.most is not None):
            return [liked]
        found = facilities.solve_facilities(
            columns,
            time.monotonic() + min(RELAXED_PART * self.seconds, self.progress.seconds_left),
            lambda step: self._report_bound(step.bound),
            gap=CLOSE / 2,
        )
        self._report_bound(found.bound)
        firms = {one.id: j for j, one in enumerate(self.program.problem.suppliers)}
        winners = np.zeros(self.index.firm_count)
        winners[[firms[pair[0]] for pair in found.quantities]] = 1.0
        return [winners, liked]

    def _bound_whole_lines(self, columns: Arrays) -> None:
        """Knapsacks of whole lines, at prices that start from those of the hulls."""
        relaxation, rounds = Packings(columns), 150
        until = time.monotonic() + min(RELAXED_PART * self.seconds, self.progress.seconds_left)
        plain = Relaxation(columns)
        guess = 1.1 * plain.solve_at_prices(start_prices(columns)).bound
        prices = run_subgradient(plain, guess, guessed=True).prices
        guess = 1.01 * relaxation.price(prices).bound
        found = run_subgradient(
            relaxation,
            guess,
            rounds=rounds,
            prices=prices,
            step=0.3,
            guessed=True,
            go_on=lambda bound: self._report_bound(bound) and time.monotonic() < until,
        )
        self._report_bound(found.bound)
        self.packings = relaxation

    def _try_dives(self) -> None:
        """Splits of whole lines by packings, one dive after another."""
        if self.packings is None:
            return
        until = time.monotonic() + DIVES_PART * self.seconds

        def go_on() -> bool:
            return self._may_go_on() and not self._is_over() and time.monotonic() < until

        for pairs in dive_repeatedly(self.packings, go_on=go_on):
            if len(pairs) == len(self.program.lines):
                self._try_split(self._whole_quantities(pairs))
            elif self.packings.least_cost(pairs) < self.progress.best * self.program.money:
                self._place_left_lines(pairs, self.packings)

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
            for firm in packings.bid_cost[:, line].argsort()[:BEST]
        }
        found = solve_free_columns(
            self.model,
            self.index.free_columns(left | {line for line, firm in served.items() if firm in best}),
            self._column_values(self._whole_quantities(pairs)),
            seconds=min(FILL_PART * self.seconds, self.progress.seconds_left),
            gap=CLOSE,
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
        """The best of greedy splits, where they keep the rules."""
        for liking in liked:
            for least in LIKED:
                for worth in (None, guided.reduced_cost):
                    if self.values is None or self.progress.seconds_left > HURRY * self.seconds:
                        split = greedy.split_by_regret(
                            self.program, liking, least=least, reduced_cost=worth
                        )
                        self._try_split(split)

    def _column_values(self, quantities: Mapping[Pair, Decimal]) -> Floats:
        """The columns' values at known quantities; those of rules stay 0."""
        values = np.zeros(len(self.model.cost))
        for place, value in columns(self.program, quantities).items():
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
        unhurried = self.progress.seconds_left > HURRY * self.seconds
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
                of_row if len(of_row) <= NARROW else set(sorted(of_row)[:: len(of_row) // WIDE + 1])
            )
        found = solve_free_columns(
            self.model,
            self.index.free_columns(touched),
            values,
            seconds=min(REPAIR_PART * self.seconds, self.progress.seconds_left),
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
        if self._is_over() or known or self.progress.gap < NEAR:
            return
        free = select_promising(self.index, guided, each=3, within=0.01)
        values = np.zeros(len(free)) if self.values is None else self.values
        found = solve_free_columns(
            self.model,
            free | (values > 0),
            values,
            seconds=min(
                (RESTRICTED_PART if self.values is not None else FAR_PART) * self.seconds,
                self.progress.seconds_left,
            ),
            gap=max(self.gap, CLOSE),
            start=self.values is not None,
            tell=self._may_go_on,
        )
        if found.values is not None:
            self._keep_better(found.values)

    def _search_neighbourhoods(self, guided: Guide) -> None:
        """Neighbourhoods of the best split, of promising bids."""
        if self.values is None or self._is_over():
            return
        each, within = WHOLE_BIDS if are_lines_whole(self.program.problem) else FEW_BIDS
        self.values = improve_split(
            self.model,
            self.index,
            self.values,
            among=select_promising(self.index, guided, each=each, within=within),
            deadline=self.progress.deadline,
            go_on=lambda best: self._may_go_on(best) and not self._is_over(),
        )

    def _is_over(self) -> bool:
        """Whether only the prover has anything left to do."""
        return self.prover is None or self.prover.is_done or self.progress.is_over(GOOD_ENOUGH)

    def _read_result(self) -> Found:
        bound = self.progress.bound
        known = None if bound == -inf else bound * self.program.money
        if self.values is None:
            return Found(bound=known, stopped=self.progress.stopped)
        return Found(
            quantities=quantities_of(self.program, self.values.tolist()),
            bound=known,
            anything=True,
            stopped=self.progress.stopped,
        )
