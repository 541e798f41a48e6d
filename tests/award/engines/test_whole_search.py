"""Whole lines over suppliers with one-off costs: bounds are true, splits fit, the end is proven."""

from __future__ import annotations

import itertools
import random
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain.award.answer import Step
from supplychain.award.checking.check import violations
from supplychain.award.engines import mixed
from supplychain.award.engines.arrays import build_arrays
from supplychain.award.engines.swaps import Swaps
from supplychain.award.engines.transport import assign_whole, split_among
from supplychain.award.engines.whole_search import WholeLineSearch
from supplychain.award.problem.problem import Problem
from supplychain.award.problem.reading import parse
from supplychain.award.program.building import build
from supplychain.award.solving import direct
from supplychain.award.solving.pricing import objective
from supplychain.award.solving.solve import conclude_answer
from tests.award.engines.test_mixed import soon
from tests.award.make import bid, raw


def request(
    lines: int, suppliers: int, seed: int, *, room: float = 1.8, shortage: bool = False
) -> Problem:
    """Indivisible lines by distance, one-off costs, capacities that differ and bind."""
    rng = random.Random(seed)
    wanted = [rng.randint(3, 15) for _ in range(lines)]
    wide = [rng.uniform(0.5, 1.5) for _ in range(suppliers)]
    scale = room * sum(wanted) / sum(wide)
    more = {"shortage_price": "60"} if shortage else {}
    asked = {
        f"L{i}": {"quantity": str(q), "divisible": False, **more} for i, q in enumerate(wanted)
    }
    firms = {
        f"S{j}": {"capacity": str(max(15, round(scale * w))), "one_off_cost": str(40 + 9 * j)}
        for j, w in enumerate(wide)
    }
    bids = [
        bid(f, n, f"{rng.uniform(1, 9):.2f}") for f in firms for n in asked if rng.random() < 0.9
    ]
    return parse(raw(asked, firms, bids))


def search(problem: Problem, costs: list[float], best: float = inf) -> WholeLineSearch:
    """A search until nothing is open; the costs of its splits, priced by the file, in ``costs``."""
    columns = build_arrays(problem)
    swaps = Swaps(columns)
    numbers = {pair: k for k, pair in enumerate(columns.pairs)}

    def take(pairs: list[tuple[str, str]]) -> None:
        won = np.array([numbers[pair] for pair in pairs], dtype=np.int64)
        load = np.zeros(len(columns.one_off))
        np.add.at(load, columns.supplier[won], (columns.load * columns.wanted[columns.line])[won])
        assert np.all(load <= columns.capacity + 1e-9)
        short = np.ones(len(columns.wanted), dtype=bool)
        short[columns.line[won]] = False
        cost = float(swaps.cost[columns.supplier[won], columns.line[won]].sum())
        cost += float((columns.shortage * columns.wanted)[short].sum())
        costs.append(cost + float(columns.one_off[np.unique(columns.supplier[won])].sum()))

    made = WholeLineSearch(
        columns, soon(), None, 1e-7, known_cost=lambda: min([best, *costs]), take_split=take
    )
    made.start_search()
    while not made.is_done and made.progress.seconds_left > 0:
        made.go_on_until(soon(5))
    assert made.is_done
    return made


def exact(problem: Problem) -> float:
    """What the whole program proves; infinite where nothing fits."""
    answer = conclude_answer(problem, direct.solve_directly(problem, soon()), deadline=soon())
    value = objective(problem, answer)
    assert answer.status in ("optimal", "infeasible")
    return inf if value is None else float(value)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 999), st.sampled_from([1.05, 1.3, 1.8, 3.0]), st.booleans())
def test_the_search_ends_with_what_the_whole_program_proves(
    seed: int, room: float, shortage: bool
) -> None:
    problem = request(9, 4, seed, room=room, shortage=shortage)
    best, found = exact(problem), list[float]()
    made = search(problem, found)
    assert made.progress.bound <= best * (1 + 1e-9)
    assert min(found, default=inf) == pytest.approx(best, rel=1e-6)
    if best < inf:
        assert made.progress.bound == pytest.approx(best, rel=1e-6)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 999), st.floats(1.0, 1.1))
def test_a_cost_that_others_found_makes_no_bound_wrong(seed: int, part: float) -> None:
    problem = request(9, 4, seed)
    best, found = exact(problem), list[float]()
    made = search(problem, found, best=part * best)
    assert made.progress.bound <= best * (1 + 1e-9)
    assert made.progress.bound == pytest.approx(best, rel=1e-6)
    assert min([part * best, *found]) == pytest.approx(best, rel=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 999), st.floats(0.95, 1.3))
def test_whole_lines_over_chosen_suppliers_are_the_cheapest_or_not_to_be_undercut(
    seed: int, part: float
) -> None:
    columns = build_arrays(request(6, 3, seed, room=1.6))
    swaps, best = Swaps(columns), inf
    for owner in itertools.product(range(3), repeat=6):
        at = np.array(owner), np.arange(6)
        used = np.bincount(at[0], weights=swaps.load[at], minlength=3)
        if np.all(used <= columns.capacity):
            best = min(best, float(swaps.cost[at].sum() + columns.one_off.sum()))
    chosen = np.ones(3, dtype=bool)
    split = split_among(columns, chosen, np.full(6, 5.0), each=None)
    if split is None:
        assert best >= 1e12
        return
    below = part * split.cost
    whole = assign_whole(columns, chosen, split, below=below, seconds=10)
    assert whole.is_proven
    assert whole.bound <= best * (1 + 1e-9) or whole.bound <= below
    if best < below * (1 - 1e-6):
        assert whole.cost == pytest.approx(best, rel=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_settled_lines_fit_and_cost_what_is_told(seed: int) -> None:
    columns = build_arrays(request(40, 6, seed, room=1.15))
    chosen = np.ones(6, dtype=bool)
    split = split_among(columns, chosen, np.full(40, 5.0), each=None)
    assert split is not None
    cost, bids = Swaps(columns).settle_lines(chosen, split.quantities)
    assert sorted(columns.line[bids].tolist()) == list(range(40))
    used = np.bincount(columns.supplier[bids], weights=columns.wanted[columns.line[bids]])
    assert np.all(used <= columns.capacity)
    slope = np.zeros(len(columns.line))
    slope[columns.owner] = columns.slope
    told = float((slope * columns.wanted[columns.line])[bids].sum() + columns.one_off.sum())
    assert cost == pytest.approx(told)
    assert split.cost <= cost <= 1.2 * split.cost


def test_lines_that_cannot_fit_are_settled_nowhere() -> None:
    columns = build_arrays(request(10, 4, 1))
    cost, bids = Swaps(columns).settle_lines(
        np.array([True, False, False, False]), np.zeros(len(columns.pairs))
    )
    assert cost >= 1e29
    assert len(bids) == 0


def test_an_award_of_whole_lines_with_one_off_costs_is_proven() -> None:
    problem = request(25, 6, 7)
    steps: list[Step] = []

    def watch(step: Step) -> bool:
        steps.append(step)
        return True

    found = mixed.solve_mixed(build(problem), soon(20), watch)
    answer = conclude_answer(problem, found, deadline=soon())
    assert answer.status == "optimal"
    assert violations(problem, answer) == []
    assert float(answer.cost or 0) == pytest.approx(exact(problem), rel=1e-6)
    best = min(step.best for step in steps if step.best is not None)
    assert all(step.bound is None or step.bound <= best * (1 + 1e-9) for step in steps)


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "share", "supplier": "S1", "at_most": "0.15"},
        {"kind": "max_suppliers", "at_most": 3},
        {"kind": "share", "supplier": "S0", "at_least": "0.3"},
    ],
)
def test_rules_are_kept_beside_the_tree(rule: dict[str, object]) -> None:
    base = request(25, 7, 3, room=2.5)
    lines = {one.id: {"quantity": str(one.quantity), "divisible": False} for one in base.lines}
    firms = {
        one.id: {"capacity": str(one.capacity), "one_off_cost": str(one.one_off_cost)}
        for one in base.suppliers
    }
    bids = [bid(one.supplier, one.line, str(one.tiers[0].unit_price)) for one in base.bids]
    problem = parse(raw(lines, firms, bids, rules=[rule]))
    whole = direct.solve_directly(problem, soon())
    found = mixed.solve_mixed(build(problem), soon(15))
    assert found.proven_infeasible == whole.proven_infeasible
    if not whole.proven_infeasible:
        answer = conclude_answer(problem, found, deadline=soon())
        assert violations(problem, answer) == []
        assert whole.bound is not None and answer.bound is not None
        assert float(answer.cost or 0) == pytest.approx(exact(problem), rel=1e-6)


def test_a_search_leads_with_its_own_split_and_not_where_that_breaks_a_rule() -> None:
    found = list[float]()
    made = search(request(9, 4, 3), found)
    assert made.leads
    made.known_cost = lambda: inf
    assert not made.leads
    made.known_cost = lambda: 2 * made.whole_cost
    assert not made.leads
