"""The plain models that the award's engines are measured against: HiGHS and CP-SAT on the whole.

CP-SAT speaks integers: quantities are whole units, money is in ten-thousandths, shares in
thousandths. It knows what the bench's files hold, not all that ``docs/award.md`` allows.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from supplychain.award.problem.problem import Problem
from supplychain.award.rules.group_share import GroupShare
from supplychain.award.rules.incumbent import Incumbent
from supplychain.award.rules.max_suppliers import MaxSuppliers
from supplychain.award.rules.share import Share
from supplychain.award.rules.two_sources import TwoSources
from supplychain.award.solving import direct

MONEY: Final = 10_000
PARTS: Final = 1000
WORKERS: Final = 8

Outcome = tuple[float | None, float | None]
"""Cost and bound."""


def highs(problem: Problem, seconds: float) -> Outcome:
    """The whole program in HiGHS, from nothing."""
    until = time.monotonic() + seconds
    # Stopped by its report: what it counts itself is the clock of the wall.
    far = until + 10 * seconds
    found = direct.solve_directly(problem, far, lambda _: time.monotonic() < until)
    if not found.has_solution:
        return None, found.bound
    from supplychain.award.solving.solve import conclude_answer

    answer = conclude_answer(problem, found, deadline=time.monotonic() + 5)
    return (None if answer.cost is None else float(answer.cost)), found.bound


def cp_sat(problem: Problem, seconds: float) -> Outcome:
    """The whole program in CP-SAT with eight workers, from nothing."""
    from ortools.sat.python import cp_model

    began = time.monotonic()
    model = cp_model.CpModel()
    made = _Model(problem, model)
    model.minimize(sum(made.cost))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = WORKERS
    solver.parameters.random_seed = 0
    left = max(1.0, seconds - (time.monotonic() - began))
    with _stopped_after(solver, left):
        status = solver.solve(model)
    bound = solver.best_objective_bound / MONEY
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None, bound
    return solver.objective_value / MONEY, bound


@contextmanager
def _stopped_after(solver: Any, seconds: float) -> Iterator[None]:
    """Stop a search after so many seconds of ``time.monotonic``, whatever that counts."""
    until, ended = time.monotonic() + seconds, threading.Event()

    def watch() -> None:
        while not ended.wait(0.05):
            if time.monotonic() >= until:
                solver.stop_search()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


class _Model:
    """Columns and rows of a problem in CP-SAT."""

    def __init__(self, problem: Problem, model: Any) -> None:
        self.problem, self.model, self.cost = problem, model, []
        self.wins = {one.id: model.new_bool_var("") for one in problem.suppliers}
        self.on: dict[tuple[str, str], Any] = {}
        self.bought: dict[tuple[str, str], Any] = {}
        self.spend: dict[tuple[str, str], Any] = {}
        self.of_line: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self.load: dict[str, list[Any]] = defaultdict(list)
        self.lines = {line.id: line for line in problem.lines}
        self.cost += [_money(one.one_off_cost) * self.wins[one.id] for one in problem.suppliers]
        for bid in problem.bids:
            self._bid(bid)
        for line in problem.lines:
            self._line(line)
        for one in problem.suppliers:
            if one.capacity is not None:
                model.add(sum(self.load[one.id]) <= int(one.capacity) * self.wins[one.id])
        for rule in problem.rules:
            self._rule(rule)

    def _bid(self, bid: Any) -> None:
        model, line = self.model, self.lines[bid.line]
        pair, most = (bid.supplier, bid.line), int(bid.max_quantity)
        least = int(line.quantity) if not line.divisible else int(bid.min_quantity)
        ons, amounts, spends = [], [], []
        ends = [int(tier.start) for tier in bid.tiers[1:]] + [most]
        for tier, end in zip(bid.tiers, ends, strict=True):
            low, high = max(int(tier.start), least), min(end, most)
            if low > high:
                continue
            on, amount = model.new_bool_var(""), model.new_int_var(0, high, "")
            model.add(amount <= high * on)
            model.add(amount >= low * on)
            ons.append(on)
            amounts.append(amount)
            spends.append(_money(tier.unit_price) * amount)
        model.add(sum(ons) <= self.wins[bid.supplier])
        self.on[pair], self.bought[pair] = sum(ons), sum(amounts)
        self.spend[pair] = sum(spends)
        self.of_line[bid.line].append(pair)
        self.load[bid.supplier].append(int(bid.load_per_unit) * self.bought[pair])
        self.cost += spends

    def _line(self, line: Any) -> None:
        wanted, bought = int(line.quantity), [self.bought[pair] for pair in self.of_line[line.id]]
        if line.shortage_price is not None:
            missing = self.model.new_int_var(0, wanted, "")
            self.cost.append(_money(line.shortage_price) * missing)
            bought.append(missing)
        self.model.add(sum(bought) == wanted)
        if not line.divisible:
            self.model.add(sum(self.on[pair] for pair in self.of_line[line.id]) <= 1)

    def _rule(self, rule: Any) -> None:
        model = self.model
        if isinstance(rule, MaxSuppliers):
            model.add(sum(self.wins.values()) <= rule.at_most)
        elif isinstance(rule, TwoSources):
            model.add(sum(self.on[pair] for pair in self.of_line[rule.line or ""]) >= 2)
        elif isinstance(rule, Incumbent):
            pair = (rule.supplier, rule.line or "")
            lost = model.new_bool_var("")
            model.add(self.on[pair] + lost >= 1)
            self.cost.append(_money(rule.switch_cost) * lost)
        elif isinstance(rule, Share | GroupShare):
            self._share(rule)

    def _share(self, rule: Share | GroupShare) -> None:
        if isinstance(rule, Share):
            inside = {rule.supplier}
        else:
            inside = {
                one.id
                for one in self.problem.suppliers
                if one.attributes.get(rule.attribute) == rule.equals
            }
        of = self.spend if rule.line is None else self.bought
        pairs = list(of) if rule.line is None else self.of_line[rule.line]
        part, whole = sum(of[p] for p in pairs if p[0] in inside), sum(of[p] for p in pairs)
        self.model.add(PARTS * part >= int(rule.at_least * PARTS) * whole)
        self.model.add(PARTS * part <= int(rule.at_most * PARTS) * whole)


def _money(price: Any) -> int:
    return round(float(price) * MONEY)
