"""Lines of three suppliers dealt out anew: exactly the cheapest, and never dearer than before."""

from __future__ import annotations

import itertools
from math import inf

import numpy as np
import pytest

from supplychain.award.engines.arrays import build_arrays
from supplychain.award.engines.regroup import Dealer, deal_lines
from supplychain.award.engines.swaps import Swaps
from supplychain.award.engines.transport import split_among
from supplychain.award.engines.whole import WholeRelaxation
from tests.award.engines.test_mixed import soon
from tests.award.engines.test_whole_search import request


@pytest.mark.parametrize("seed", range(60))
def test_three_suppliers_share_lines_at_the_least_cost_or_they_do_not_fit(seed: int) -> None:
    draws = np.random.default_rng(seed)
    count = int(draws.integers(1, 7))
    load = draws.integers(0, 9, count)
    cost = draws.integers(0, 30, (3, count)).astype(np.float64)
    room = draws.integers(0, 25, 3)
    at, best = np.arange(count), inf
    for owner in itertools.product(range(3), repeat=count):
        if np.all(np.bincount(owner, weights=load, minlength=3) <= room):
            best = min(best, float(cost[list(owner), at].sum()))
    dealt = deal_lines(cost, load, room)
    assert (dealt is None) == (best == inf)
    if dealt is not None:
        assert np.all(np.bincount(dealt, weights=load, minlength=3) <= room)
        assert cost[dealt, at].sum() == pytest.approx(best)


@pytest.mark.parametrize("seed", range(6))
def test_regrouped_lines_fit_and_cost_no_more(seed: int) -> None:
    columns = build_arrays(request(40, 6, seed, room=1.05))
    chosen = np.ones(6, dtype=bool)
    split = split_among(columns, chosen, np.full(40, 5.0), each=None)
    assert split is not None
    swaps = Swaps(columns)
    before, bids = swaps.settle_lines(chosen, split.quantities)
    after, bids = swaps.regroup_lines(chosen, bids)
    assert split.cost <= after <= before
    assert sorted(columns.line[bids].tolist()) == list(range(40))
    used = np.bincount(columns.supplier[bids], weights=columns.wanted[columns.line[bids]])
    assert np.all(used <= columns.capacity)
    slope = np.zeros(len(columns.line))
    slope[columns.owner] = columns.slope
    total = float((slope * columns.wanted[columns.line])[bids].sum() + columns.one_off.sum())
    assert after == pytest.approx(total)


def test_lines_change_places_in_a_ring_where_no_pair_fits() -> None:
    # Each supplier is full; only all three lines at once can move.
    cost = np.array([[9.0, 1.0, 9.0], [9.0, 9.0, 1.0], [1.0, 9.0, 9.0]])
    owner = np.array([0, 1, 2])
    Dealer(cost, np.array([4, 4, 4]), np.array([4, 4, 4]), owner).regroup_all(soon())
    assert owner.tolist() == [2, 0, 1]


def test_loads_that_depend_on_the_supplier_are_left_as_they_are() -> None:
    problem = request(10, 3, 2)
    columns = build_arrays(problem)
    swaps = Swaps(columns)
    assert swaps.line_load is not None
    columns.load[0] *= 2
    assert Swaps(columns).line_load is None


@pytest.mark.parametrize("seed", range(8))
def test_what_a_bid_adds_over_chosen_suppliers_is_never_more_than_the_truth(seed: int) -> None:
    columns = build_arrays(request(6, 4, seed, room=1.9))
    swaps, chosen = Swaps(columns), np.array([True, True, False, True])
    at, firms = np.arange(6), np.flatnonzero(chosen)
    best = np.full((4, 6), inf)
    for picks in itertools.product(firms.tolist(), repeat=6):
        owner = np.array(picks)
        used = np.bincount(owner, weights=swaps.load[owner, at], minlength=4)
        if np.all(used <= columns.capacity):
            cost = float(swaps.cost[owner, at].sum() + columns.one_off[chosen].sum())
            best[owner, at] = np.minimum(best[owner, at], cost)
    prices = np.random.default_rng(seed).uniform(2, 9, 6)
    bound, extra = WholeRelaxation(columns).price_single_bids(prices, chosen.astype(np.float64))
    assert bound <= best.min() + 1e-9
    there = chosen[:, None] & (swaps.bid >= 0)
    assert np.all((bound + extra)[there] <= best[there] + 1e-6)
