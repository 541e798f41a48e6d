"""Fewer bids for the prover: what is left out costs too much, and steps of money lift bounds."""

from __future__ import annotations

import itertools
import time
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain.award.checking.check import violations
from supplychain.award.engines import mixed
from supplychain.award.engines.arrays import build_arrays
from supplychain.award.engines.cost_steps import choose_cut, find_cost_step, has_wide_steps
from supplychain.award.engines.model import build_model, solve_free_columns
from supplychain.award.engines.progress import Progress
from supplychain.award.engines.swaps import NO_BID_AMOUNT, Swaps
from supplychain.award.engines.whole import WholeRelaxation
from supplychain.award.problem.reading import parse
from supplychain.award.program.building import build
from supplychain.award.solving.solve import conclude_answer
from tests.award.engines.test_mixed import soon
from tests.award.engines.test_packings import request
from tests.award.engines.test_whole_search import exact
from tests.award.make import Raw, bid, raw

TWO = {"L1": {"quantity": "10", "divisible": False}, "L2": {"quantity": "4", "divisible": False}}


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 999), st.integers(0, 40))
def test_no_split_with_a_bid_costs_less_than_the_bound_and_what_it_adds(
    seed: int, price: int
) -> None:
    columns = build_arrays(request(5, 3, seed=seed))
    swaps = Swaps(columns)
    least = np.full((3, 5), inf)
    for owner in itertools.product(range(3), repeat=5):
        at = np.array(owner), np.arange(5)
        if np.all(np.bincount(at[0], weights=swaps.load[at], minlength=3) <= columns.capacity):
            least[at] = np.minimum(least[at], swaps.cost[at].sum())
    least[least >= NO_BID_AMOUNT] = inf
    prices = np.minimum(price + np.arange(5.0), columns.shortage)
    bound, extra = WholeRelaxation(columns).price_single_bids(prices)
    assert np.all(extra >= 0)
    assert np.all(bound + extra <= least + 1e-6)


def test_the_step_of_all_costs_is_their_greatest_divisor() -> None:
    bids = [bid("S1", "L1", "1.25"), bid("S1", "L2", "5"), bid("S2", "L1", "0.75")]
    assert find_cost_step(parse(raw(TWO, bids=bids))) == 2.5
    firms = {"S1": {"one_off_cost": "3"}, "S2": {}}
    assert find_cost_step(parse(raw(TWO, firms, bids))) == 0.5


@pytest.mark.parametrize(
    "fields",
    [
        {"lines": {"L1": {"quantity": "100"}}},
        {"objective": "expected_cost"},
        {"bundles": [{"supplier": "S1", "lines": ["L1", "L2"], "discount": "0.1"}]},
    ],
)
def test_no_step_is_told_where_costs_are_not_of_whole_lines_alone(
    fields: Raw,
) -> None:
    bids = [bid("S1", "L1", "1"), bid("S1", "L2", "5")]
    lines = fields.pop("lines", TWO)
    assert find_cost_step(parse(raw(lines, bids=bids[: len(lines)], **fields))) == 0.0


def test_a_cost_of_a_rule_that_is_no_step_takes_the_step_away() -> None:
    bids = [bid("S1", "L1", "1"), bid("S1", "L2", "5"), bid("S2", "L1", "2")]
    rule = {"kind": "incumbent", "line": "L1", "supplier": "S2", "switch_cost": "0.3"}
    steps = [
        mixed.ProgramSearch(build(parse(raw(TWO, bids=bids, rules=rules))), soon(), None)
        for rules in ([], [rule])
    ]
    assert steps[0].progress.step * steps[0].program.money == pytest.approx(10)
    assert steps[1].progress.step == 0.0


@pytest.mark.parametrize(
    ("bound", "lifted"), [(2389.02, 2390.0), (2389.001, 2389.0), (2389.0, 2389.0), (-0.5, 0.0)]
)
def test_a_bound_is_lifted_to_the_next_step_where_no_float_can_have_made_it(
    bound: float, lifted: float
) -> None:
    progress = Progress(soon(), None, step=1.0)
    progress.note_progress(bound=bound)
    assert bound <= progress.bound + 1e-9
    assert progress.bound == pytest.approx(lifted, abs=0.0011)
    assert progress.bound <= lifted + 0.0011


def test_steps_finer_than_floats_lift_nothing() -> None:
    progress = Progress(soon(), None, step=1e-4)
    progress.note_progress(bound=2389.00002)
    assert progress.bound == 2389.00002


def test_with_few_steps_left_only_what_costs_no_more_than_the_bound_is_looked_for() -> None:
    progress = Progress(soon(), None, step=1.0)
    progress.note_progress(best=2385.0, bound=2378.3)
    cut, is_step = choose_cut(progress, 1e-7)
    assert is_step
    assert 2379 < cut < 2379.1
    progress.note_progress(bound=cut)  # nothing costs less than the cut: one step higher
    assert progress.bound == pytest.approx(2380, abs=0.01)
    progress.note_progress(best=2380.0)
    assert choose_cut(progress, 1e-7) == (pytest.approx(2379.5), True)


def test_one_step_after_another_can_be_looked_for_before_there_is_a_split() -> None:
    progress = Progress(soon(), None, step=1.0)
    progress.note_progress(bound=2378.3)
    assert choose_cut(progress, 1e-7) == (np.inf, False)
    cut, is_step = choose_cut(progress, 1e-7, by_steps=True)
    assert is_step
    assert 2379 < cut < 2379.1
    progress.note_progress(best=5818.0)
    assert choose_cut(progress, 1e-7, by_steps=True) == (cut, True)
    progress.step = 0.0
    assert not choose_cut(progress, 1e-7, by_steps=True)[1]


@pytest.mark.parametrize(
    ("step", "bound", "wide"), [(1.0, 2378.3, True), (1.0, 12190.0, False), (0.0, 9.0, False)]
)
def test_steps_are_wide_by_their_part_of_the_cost(step: float, bound: float, wide: bool) -> None:
    progress = Progress(soon(), None, step=step)
    assert not has_wide_steps(progress)
    progress.note_progress(bound=bound)
    assert has_wide_steps(progress) == wide


@pytest.mark.parametrize("seed", range(6))
def test_a_proof_by_steps_from_the_beginning_is_that_of_all_bids(
    monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(mixed, "STEP_BIDS_SHARE", 1.0)
    problem = request(16, 4, seed=seed)
    found = mixed.solve_mixed(build(problem), soon(20))
    answer = conclude_answer(problem, found, deadline=soon())
    assert violations(problem, answer) == []
    assert float(answer.cost or 0) == pytest.approx(exact(problem))
    assert answer.status == "optimal"


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_what_no_whole_line_can_fill_is_not_looked_for_step_by_step(
    monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    monkeypatch.setattr(mixed, "STEP_BIDS_SHARE", share)
    lines = {f"L{i}": {"quantity": "2", "divisible": False} for i in range(3)}
    firms = {"S1": {"capacity": "3"}, "S2": {"capacity": "3"}}
    bids = [bid(firm, line, str(3 + len(line))) for firm in firms for line in lines]
    found = mixed.solve_mixed(build(parse(raw(lines, firms, bids))), soon(20))
    assert found.proven_infeasible


def test_with_many_steps_left_or_none_all_that_is_cheaper_is_looked_for() -> None:
    for step in (0.0, 1.0):
        progress = Progress(soon(), None, step=step)
        progress.note_progress(best=2500.0, bound=2378.3)
        cut, is_step = choose_cut(progress, 1e-7)
        assert not is_step
        assert 2499 < cut <= 2500


@pytest.mark.parametrize("seed", range(6))
def test_a_narrowed_proof_is_that_of_all_bids(seed: int) -> None:
    problem = request(16, 4, seed=seed)
    best = exact(problem)
    found = mixed.solve_mixed(build(problem), soon(20))
    answer = conclude_answer(problem, found, deadline=soon())
    assert violations(problem, answer) == []
    assert float(answer.cost or 0) == pytest.approx(best)
    assert answer.status == "optimal"


def test_values_that_are_offered_are_taken() -> None:
    model = build_model(build(request(40, 6, seed=4)))
    every, zeros = np.ones(len(model.cost), dtype=bool), np.zeros(len(model.cost))
    good = solve_free_columns(model, every, zeros, seconds=20, gap=0.01, start=False)
    values = good.values
    assert values is not None
    seen: list[float] = []

    def offer(best: float) -> np.ndarray | None:
        seen.append(best)
        return values if best > good.cost + 1e-6 else None

    began = time.monotonic()
    again = solve_free_columns(
        model, every, zeros, seconds=20, start=False, offer=offer,
        tell=lambda best, _: best > good.cost + 1e-6 and time.monotonic() - began < 15,
    )  # fmt: skip
    assert seen
    assert again.cost <= good.cost + 1e-6
