"""A bound is never above the cheapest split, whatever the prices and whoever is forced."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from supplychain.award.engines.arrays import build_arrays, is_plain
from supplychain.award.engines.lagrangian import Relaxation, run_subgradient, start_prices
from supplychain.award.engines.whole import WholeRelaxation, are_lines_whole
from supplychain.award.problem import orlib
from supplychain.award.problem.reading import parse
from supplychain.award.program.segments import segments_of
from supplychain.award.solving.pricing import objective
from tests.award.make import Raw, bid, cheapest, files, parsed, raw, tiers

FILES = Path(__file__).parents[2] / "data" / "orlib_cflp"


@settings(max_examples=25, deadline=None)
@given(files(), st.integers(0, 99))
def test_no_prices_give_a_bound_above_the_cheapest_split(file: Raw, seed: int) -> None:
    problem = parsed(file)
    assume(problem is not None)
    assert problem is not None
    best = cheapest(problem)
    assume(best is not None)
    assert best is not None
    value = float(objective(problem, best) or 0)
    columns = build_arrays(problem)
    relaxation = Relaxation(columns)
    rng = random.Random(seed)
    prices = np.array([rng.uniform(0, 30) for _ in problem.lines])
    prices = np.minimum(prices, columns.shortage)
    assert relaxation.solve_at_prices(prices).bound <= value + 1e-6
    assert run_subgradient(relaxation, value + 1.0, rounds=60).bound <= value + 1e-6


@settings(max_examples=25, deadline=None)
@given(files(), st.integers(0, 99))
def test_knapsacks_of_whole_lines_are_a_bound_too_and_no_worse(file: Raw, seed: int) -> None:
    whole = {"divisible": False, "overbuy": False, "max_suppliers": None, "max_quantity": None}
    problem = parsed({**file, "lines": [{**line, **whole} for line in file["lines"]]})
    assume(problem is not None)
    assert problem is not None
    best = cheapest(problem)
    assume(best is not None)
    assert best is not None
    columns, rng = build_arrays(problem), random.Random(seed)
    prices = np.array([rng.uniform(0, 30) for _ in problem.lines])
    prices = np.minimum(prices, columns.shortage)
    bound = WholeRelaxation(columns).solve_at_prices(prices).bound
    assert are_lines_whole(problem)
    assert bound <= float(objective(problem, best) or 0) + 1e-6
    if all(one.capacity is None or one.capacity % 1 == 0 for one in problem.suppliers) and all(
        one.load_per_unit % 1 == 0 for one in problem.bids
    ):
        assert bound >= Relaxation(columns).solve_at_prices(prices).bound - 1e-6


@pytest.mark.parametrize(("name", "optimum"), [("cap41", 1040444.375), ("cap131", 793439.562)])
def test_the_bound_of_a_published_instance_is_just_below_its_optimum(
    name: str, optimum: float
) -> None:
    columns = build_arrays(
        parse(orlib.convert((FILES / f"{name}.txt").read_text(encoding="ascii")))
    )
    bound = run_subgradient(Relaxation(columns), optimum, rounds=400).bound
    assert 0.985 * optimum < bound <= optimum * (1 + 1e-8)


def test_a_forced_loser_only_lifts_the_bound() -> None:
    columns = build_arrays(parse(orlib.convert((FILES / "cap41.txt").read_text(encoding="ascii"))))
    relaxation, prices = Relaxation(columns), start_prices(columns)
    free = relaxation.solve_at_prices(prices).bound
    for j in range(len(columns.one_off)):
        for side in (0.0, 1.0):
            forced = np.full(len(columns.one_off), np.nan)
            forced[j] = side
            assert relaxation.solve_at_prices(prices, forced).bound >= free - 1e-6


def test_the_hull_of_tiers_prices_each_unit_as_if_the_best_tier_were_reached() -> None:
    one = bid("S1", "L1", tiers=tiers(("0", "10"), ("50", "6")), line_cost="20")
    columns = build_arrays(parse(raw(bids=[one])))
    assert columns.slope.tolist() == pytest.approx([6.2])
    assert columns.length.tolist() == [100.0]
    assert not columns.exact


def test_straight_prices_are_their_own_hull() -> None:
    problem = parse(raw())
    assert is_plain(problem)
    assert build_arrays(problem).slope.tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    "fields",
    [
        {"lines": {"L1": {"quantity": "100", "divisible": False}}},
        {"lines": {"L1": {"quantity": "100", "max_suppliers": 1}}},
        {"bids": [bid("S1", "L1", line_cost="1")]},
        {"rules": [{"kind": "two_sources"}]},
    ],
)
def test_whatever_else_is_asked_is_not_plain(fields: Raw) -> None:
    assert not is_plain(parse(raw(**fields)))


@settings(max_examples=20, deadline=None)
@given(files(), st.integers(0, 3))
def test_the_pieces_of_some_bids_are_those_among_the_pieces_of_all(file: Raw, every: int) -> None:
    problem = parsed(file)
    assume(problem is not None)
    assert problem is not None
    pieces = segments_of(problem)
    some = list(pieces)[:: every + 1]
    assert segments_of(problem, some) == {pair: pieces[pair] for pair in some}
