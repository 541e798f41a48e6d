"""Whole lines by packings: every dive is a split that fits, and the best of a few is near."""

from __future__ import annotations

import itertools
import random
from decimal import Decimal

import numpy as np
import pytest

from supplychain.award.checking.check import violations
from supplychain.award.engines import mixed, whole
from supplychain.award.engines.arrays import build_arrays
from supplychain.award.engines.lagrangian import Relaxation, run_subgradient, start_prices
from supplychain.award.engines.packings import Packings, dive_repeatedly
from supplychain.award.problem.problem import Problem
from supplychain.award.problem.reading import parse
from supplychain.award.program.building import build
from supplychain.award.solving.solve import conclude_answer
from tests.award.engines.test_mixed import soon
from tests.award.make import bid, cheapest, raw


def request(lines: int, suppliers: int, *, seed: int = 1, one_off: bool = False) -> Problem:
    """Indivisible lines whose loads and prices depend on the pair; capacities that bind."""
    rng = random.Random(seed)
    loads = {(j, i): rng.randint(5, 30) for j in range(suppliers) for i in range(lines)}
    wanted = {f"L{i}": {"quantity": "1", "divisible": False} for i in range(lines)}
    room = sum(loads.values()) // suppliers**2 + 10
    firms = {
        f"S{j}": {"capacity": str(room), "one_off_cost": str(rng.randint(1, 20) if one_off else 0)}
        for j in range(suppliers)
    }
    bids = [
        bid(f"S{j}", f"L{i}", str(40 - load + rng.randint(0, 10)), load_per_unit=str(load))
        for (j, i), load in loads.items()
    ]
    return parse(raw(wanted, firms, bids))


def some_dives(problem: Problem, many: int) -> list[list[tuple[str, str]]]:
    """The first splits of lines that dives find."""
    packings = Packings(build_arrays(problem))
    packings.solve_at_prices(np.full(len(problem.lines), 30.0))
    return list(itertools.islice(dive_repeatedly(packings, go_on=lambda: True), many))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("one_off", [False, True])
def test_every_dive_keeps_capacities_and_gives_a_line_once(seed: int, one_off: bool) -> None:
    problem = request(12, 4, seed=seed, one_off=one_off)
    loads = {(one.supplier, one.line): one.load_per_unit for one in problem.bids}
    for pairs in some_dives(problem, 4):
        lines = [line for _, line in pairs]
        assert len(lines) == len(set(lines))
        for firm in problem.suppliers:
            used = sum((loads[p] for p in pairs if p[0] == firm.id), Decimal(0))
            assert firm.capacity is not None and used <= firm.capacity


def test_the_best_of_a_few_dives_is_near_the_cheapest_split() -> None:
    problem = request(6, 3, seed=3)
    best = cheapest(problem)
    prices = {(one.supplier, one.line): one.tiers[0].unit_price for one in problem.bids}
    found = [sum(prices[p] for p in pairs) for pairs in some_dives(problem, 6) if len(pairs) == 6]
    assert best is not None and best.cost is not None and found
    assert best.cost <= min(found) <= best.cost * Decimal("1.1")


def test_the_same_seed_dives_the_same_way() -> None:
    problem = request(15, 4)
    assert some_dives(problem, 3) == some_dives(problem, 3)


def test_only_packings_that_are_worth_it_are_kept() -> None:
    packings = Packings(build_arrays(request(10, 4)))
    prices = np.full(10, 30.0)
    saved, _ = packings.pack_suppliers(packings.reduced_bid_costs(prices))
    known = len(packings.costs)
    assert known == 4
    assert not packings.find_better(prices + 1e-9, saved - 1.0)
    assert len(packings.costs) == known


def test_the_subgradient_works_on_whole_lines_and_remembers_their_packings() -> None:
    columns = build_arrays(request(12, 4, seed=5))
    packings, plain = Packings(columns), Relaxation(columns)
    guess = 1.1 * plain.solve_at_prices(start_prices(columns)).bound
    whole = run_subgradient(packings, guess, guessed=True, rounds=100).bound
    assert len(packings.costs) > 4
    assert whole > run_subgradient(plain, guess, guessed=True, rounds=100).bound


def test_who_is_fixed_gets_no_new_packing() -> None:
    packings = Packings(build_arrays(request(10, 4)))
    worth = np.zeros(4)
    worth[[0, 2]] = -1e30
    packings.find_better(np.full(10, 35.0), worth)
    assert {firm for firm, _ in packings.costs} == {1, 3}


def test_a_packing_costs_what_its_lines_and_the_supplier_cost() -> None:
    problem = request(8, 3, one_off=True)
    packings = Packings(build_arrays(problem))
    packings.solve_at_prices(np.full(8, 35.0))
    prices = {(one.supplier, one.line): one.tiers[0].unit_price for one in problem.bids}
    for (firm, lines), cost in packings.costs.items():
        supplier = problem.suppliers[firm]
        told = sum(prices[supplier.id, problem.lines[line].id] for line in lines)
        assert cost == pytest.approx(float(told + supplier.one_off_cost))


def test_an_award_of_whole_lines_is_right() -> None:
    problem = request(40, 6, seed=7)
    answer = conclude_answer(problem, mixed.solve_mixed(build(problem), soon(6)), deadline=soon())
    assert answer.status in ("optimal", "feasible")
    assert violations(problem, answer) == []
    assert answer.gap is not None and answer.gap < Decimal("0.02")


@pytest.mark.parametrize("seed", range(5))
def test_suppliers_are_packed_alike_one_by_one_and_together(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    relaxation = whole.WholeRelaxation(build_arrays(request(20, 4, seed=seed)))
    gain = relaxation.reduced_bid_costs(np.random.default_rng(seed).uniform(10, 40, 20))
    together = relaxation.pack_suppliers(gain)
    monkeypatch.setattr(whole, "NARROW_CELLS", 0)
    saved, taken = relaxation.pack_suppliers(gain)
    assert saved == pytest.approx(together[0])
    assert (taken * relaxation.jump).sum(axis=1).max() <= relaxation.end.max()
    assert (taken * np.minimum(gain, 0)).sum(axis=1) == pytest.approx(saved)
