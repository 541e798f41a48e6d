"""Firms that cover a load whole: the same as trying every choice of them."""

from __future__ import annotations

import itertools
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain.award.engines.covers import can_cover_whole, cheapest_cover, price_sides

FIRMS = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12)), min_size=1, max_size=7)


def least(costs: list[float], room: list[int], load: int, *, sure: set[int]) -> float:
    """What covering costs least, by trying all choices that hold the sure ones."""
    free = [k for k in range(len(costs)) if k not in sure]
    totals = [inf]
    for count in range(len(free) + 1):
        for more in itertools.combinations(free, count):
            firms = sure | set(more)
            if sum(room[k] for k in firms) >= load:
                totals.append(sum(costs[k] for k in firms))
    return min(totals)


@settings(max_examples=60, deadline=None)
@given(FIRMS, st.integers(1, 40))
def test_no_cover_is_cheaper(firms: list[tuple[int, int]], load: int) -> None:
    costs, room = [float(a) for a, _ in firms], [b for _, b in firms]
    cover = cheapest_cover(np.array(costs), np.array(room), load)
    best = least(costs, room, load, sure=set())
    if cover is None:
        assert best == inf
    else:
        assert sum(room[k] for k in np.flatnonzero(cover)) >= load
        assert float(np.array(costs)[cover].sum()) == best


@settings(max_examples=60, deadline=None)
@given(FIRMS, st.integers(1, 40), st.integers(0, 127))
def test_both_sides_of_every_firm_cost_what_trying_all_says(
    firms: list[tuple[int, int]], load: int, chance: int
) -> None:
    costs = [float(a) for a, _ in firms]
    room = [b for _, b in firms]
    sure = np.array([bool(chance >> k & 1) for k in range(len(firms))])
    costs = [-cost if one else cost for cost, one in zip(costs, sure, strict=True)]
    lacking = load - sum(b for b, one in zip(room, sure, strict=True) if one)
    wins, loses = price_sides(np.array(costs), np.array(room), lacking, sure)
    held = {k for k in range(len(firms)) if sure[k]}
    for k in range(len(firms)):
        assert wins[k] == pytest.approx(least(costs, room, load, sure=held | {k}))
        others = [cost for i, cost in enumerate(costs) if i != k]
        spaces = [wide for i, wide in enumerate(room) if i != k]
        rest = {i - (i > k) for i in held if i != k}
        assert loses[k] == pytest.approx(least(others, spaces, load, sure=rest))


@pytest.mark.parametrize(
    ("capacity", "load", "whole"),
    [
        ([3.0, 5.0], 7.0, True),
        ([3.0, 5.0, 1e30], 7.0, True),
        ([3.5, 5.0], 7.0, False),
        ([5.0, 5.0], 7.0, False),
        ([3.0, 5.0], 1e6, False),
    ],
)
def test_firms_are_counted_whole_where_that_is_exact(
    capacity: list[float], load: float, whole: bool
) -> None:
    assert can_cover_whole(np.array(capacity), load) is whole
