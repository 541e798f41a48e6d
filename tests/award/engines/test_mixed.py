"""Tiers, minimum quantities and rules: relax, restrict, search nearby, prove."""

from __future__ import annotations

import random
import time
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import assume, given, settings

from supplychain.award.answer import Step
from supplychain.award.checking.check import violations
from supplychain.award.engines import greedy, mixed
from supplychain.award.engines.guide import select_promising, solve_relaxation
from supplychain.award.engines.model import build_model, solve_free_columns
from supplychain.award.engines.neighbourhood import ColumnIndex, Neighbourhoods
from supplychain.award.problem.problem import Problem
from supplychain.award.problem.reading import parse
from supplychain.award.program.building import build
from supplychain.award.solving.pricing import objective
from supplychain.award.solving.solve import conclude_answer
from tests.award.make import Raw, bid, cheapest, files, parsed, raw, tiers


def soon(seconds: float = 30.0) -> float:
    return time.monotonic() + seconds


def request(lines: int = 12, suppliers: int = 6, *, seed: int = 1, **fields: object) -> Problem:
    """Every supplier bids three tiers for every line; one-off costs and scarce capacities."""
    rng = random.Random(seed)
    wanted = {f"L{i}": {"quantity": str(rng.randint(20, 90)), "shortage_price": "99"}
              for i in range(lines)}  # fmt: skip
    firms = {f"S{j}": {"capacity": "250", "one_off_cost": str(rng.randint(50, 200))}
             for j in range(suppliers)}  # fmt: skip
    bids = []
    for firm in firms:
        for line in wanted:
            first = rng.uniform(10, 14)
            steps = tiers(
                ("0", f"{first:.2f}"), ("8", f"{0.95 * first:.2f}"), ("15", f"{0.9 * first:.2f}")
            )
            bids.append(bid(firm, line, tiers=steps, min_quantity="5"))
    return parse(raw(wanted, firms, bids, **fields))


@settings(max_examples=25, deadline=None)
@given(files())
def test_no_split_of_a_small_request_is_cheaper(file: Raw) -> None:
    problem = parsed(file)
    assume(problem is not None)
    assert problem is not None
    answer = conclude_answer(problem, mixed.solve_mixed(build(problem), soon()), deadline=soon())
    best = cheapest(problem)
    assert violations(problem, answer) == []
    if best is None:
        assert answer.status == "infeasible"
    else:
        assert answer.status == "optimal"
        assert objective(problem, answer) == objective(problem, best)


def test_a_request_of_tiers_is_proven_and_keeps_its_rules() -> None:
    problem = request(rules=[{"kind": "max_suppliers", "at_most": 4}, {"kind": "two_sources"}])
    answer = conclude_answer(problem, mixed.solve_mixed(build(problem), soon()), deadline=soon())
    assert violations(problem, answer) == []
    assert len(answer.suppliers) <= 4
    assert answer.gap is not None
    assert answer.gap < Decimal("0.02")


def test_a_stop_keeps_the_best_split() -> None:
    problem = request()

    def stop(step: Step) -> bool:
        return step.best is None

    found = mixed.solve_mixed(build(problem), soon(), stop)
    assert found.stopped
    assert found.has_solution
    assert violations(problem, conclude_answer(problem, found, deadline=soon())) == []


def test_the_steps_never_get_worse() -> None:
    steps: list[Step] = []

    def watch(step: Step) -> bool:
        steps.append(step)
        return True

    mixed.solve_mixed(build(request()), soon(10), watch)
    best = [one.best for one in steps if one.best is not None]
    bound = [one.bound for one in steps if one.bound is not None]
    assert best == sorted(best, reverse=True)
    assert all(one <= min(best) * (1 + 1e-9) for one in bound)


def test_whole_lines_go_to_those_with_room() -> None:
    program = build(request())
    split = greedy.split_by_regret(program, np.ones(6))
    load: dict[str, Decimal] = {}
    for (firm, _), quantity in split.items():
        load[firm] = load.get(firm, Decimal(0)) + quantity
    assert split
    assert max(load.values()) <= 250


def test_greedy_keeps_to_the_suppliers_that_may_win() -> None:
    program = build(request(rules=[{"kind": "max_suppliers", "at_most": 2}]))
    split = greedy.split_by_regret(program, np.array([0, 0, 1.0, 0, 0.7, 0]))
    assert {pair[0] for pair in split} <= {"S2", "S4"}


def test_a_neighbourhood_only_improves_and_stays_a_solution() -> None:
    program = build(request())
    model, places = build_model(program), ColumnIndex(program)
    every = np.ones(len(model.cost), dtype=bool)
    first = solve_free_columns(
        model, every, np.zeros(len(model.cost)), seconds=20, nodes=1, gap=0.5, start=False
    )
    assert first.values is not None
    near = Neighbourhoods(model, places, among=every, size=4)
    better = near.improve_split(first.values, deadline=soon(20), go_on=lambda _: True, rounds=6)
    assert model.is_feasible(better)
    assert model.cost @ better <= first.cost + 1e-9


def test_the_guide_bounds_the_program_and_ranks_the_bids_of_the_relaxation_first() -> None:
    program = build(request())
    model, places = build_model(program), ColumnIndex(program)
    guided = solve_relaxation(program, model, places, seconds=10)
    answer = conclude_answer(request(), mixed.solve_mixed(program, soon()), deadline=soon())
    assert guided.bound is not None
    assert guided.bound * program.money <= float(answer.cost or 0)
    assert guided.extra_share[guided.values > 1e-6].max() <= 1e-5
    kept = select_promising(places, guided, each=2, within=-1.0)
    assert len(set(places.pair[kept & (places.pair >= 0)].tolist())) >= 2 * 12


def test_what_nobody_can_cover_is_infeasible() -> None:
    lines = {"L1": {"quantity": "100"}}
    problem = parse(raw(lines, {"S1": {"capacity": "30"}, "S2": {"capacity": "60"}}))
    assert mixed.solve_mixed(build(problem), soon()).proven_infeasible


def test_a_request_without_bids_has_no_columns() -> None:
    problem = parse(raw({"L1": {"quantity": "1"}}, {"S1": {}}, []))
    assert mixed.solve_mixed(build(problem), soon()).proven_infeasible


@pytest.mark.parametrize("at_least", ["0.3", "0.6"])
def test_a_share_of_the_spend_is_kept(at_least: str) -> None:
    rule = {"kind": "share", "supplier": "S0", "at_least": at_least}
    problem = request(rules=[rule])
    found = mixed.solve_mixed(build(problem), soon())
    assert violations(problem, conclude_answer(problem, found, deadline=soon())) == []


def test_indivisible_lines_are_bounded_by_the_same_lines_as_divisible_ones() -> None:
    rng = random.Random(3)
    lines = {f"L{i}": {"quantity": str(rng.randint(5, 35)), "divisible": False}
             for i in range(25)}  # fmt: skip
    firms = {f"S{j}": {"capacity": "160", "one_off_cost": "900"} for j in range(8)}
    bids = [bid(f, n, f"{rng.uniform(1, 10):.2f}") for f in firms for n in lines]
    problem = parse(raw(lines, firms, bids))
    answer = conclude_answer(problem, mixed.solve_mixed(build(problem), soon()), deadline=soon())
    assert violations(problem, answer) == []
    assert answer.gap is not None
    assert answer.gap < Decimal("0.01")
