"""The picture's layout: few crossings, no overlap, the same each time, and quick."""

from __future__ import annotations

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.web.tiermap.layout import Box, Sizes, fit_isotonic, lay_out
from supplychain.web.tiermap.ordering import count_crossings, order_columns

SIZES = Sizes()


def network(
    seed: int, counts: dict[int, int], links_each: int = 2
) -> tuple[list[Box], list[tuple[str, str]]]:
    draw = random.Random(seed)
    boxes = [
        Box(key=f"{tier}.{at}", tier=tier, height=26)
        for tier, count in counts.items()
        for at in range(count)
    ]
    keys = {tier: [box.key for box in boxes if box.tier == tier] for tier in counts}
    links = set()
    for one, two in pairwise(sorted(counts)):
        for key in keys[one] if one < 0 else keys[two]:
            others = keys[two] if one < 0 else keys[one]
            for other in draw.sample(others, min(links_each, len(others))):
                links.add((key, other) if one < 0 else (other, key))
    for key in keys[min(counts)][:3]:
        links.add((key, "0.0"))
    return boxes, sorted(links)


EIGHTY = {-3: 28, -2: 26, -1: 14, 0: 1, 1: 11}


def test_ordering_takes_at_least_a_fifth_of_the_crossings_away() -> None:
    for seed in range(5):
        boxes, links = network(seed, EIGHTY)
        columns, left, right = _bare(boxes, links)
        assert count_crossings(order_columns(columns, left, right), right) <= 0.8 * count_crossings(
            columns, right
        )


def _bare(boxes, links):
    number = {box.key: at for at, box in enumerate(boxes)}
    tiers = sorted({box.tier for box in boxes})
    columns = [[number[box.key] for box in boxes if box.tier == tier] for tier in tiers]
    left = [[] for _ in boxes]
    right = [[] for _ in boxes]
    for one, two in links:
        a, b = number[one], number[two]
        if tiers.index(boxes[b].tier) - tiers.index(boxes[a].tier) == 1:
            right[a].append(b)
            left[b].append(a)
    return columns, left, right


def test_a_tangle_that_can_be_undone_is_undone() -> None:
    boxes = [Box(key=f"{tier}.{at}", tier=tier, height=20) for tier in (-2, -1) for at in range(9)]
    links = [(f"-2.{at}", f"-1.{(at * 4) % 9}") for at in range(9)]
    assert lay_out(boxes, links, SIZES).crossings == 0


def test_crossings_are_counted_as_by_hand() -> None:
    right = [[3, 4], [2], [], [], []]
    assert count_crossings([[0, 1], [2, 3, 4]], right) == 2
    assert count_crossings([[1, 0], [2, 3, 4]], right) == 0


@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 12), st.integers(1, 5))
def test_boxes_never_overlap_and_lie_inside(seed: int, far: int, near: int, after: int) -> None:
    boxes, links = network(seed, {-2: far, -1: near, 0: 1, 1: after})
    made = lay_out(boxes, links, SIZES)
    for tier in {box.tier for box in boxes}:
        placed = sorted((made.tops[b.key], b.height) for b in boxes if b.tier == tier)
        for (top, height), (below, _) in pairwise(placed):
            assert below >= top + height + SIZES.gap - 1e-6
    for box in boxes:
        assert 0 <= made.tops[box.key] <= made.height - box.height
        assert 0 <= made.lefts[box.tier] <= made.width - SIZES.column


def test_the_same_input_gives_the_same_layout() -> None:
    boxes, links = network(7, EIGHTY)
    assert lay_out(boxes, links, SIZES) == lay_out(list(boxes), list(links), SIZES)


def test_columns_keep_the_tiers_order_and_a_link_that_skips_one_has_a_lane() -> None:
    boxes = [Box(key=k, tier=t, height=20) for k, t in (("a", -2), ("b", -1), ("c", 0))]
    made = lay_out(boxes, [("a", "b"), ("b", "c"), ("a", "c")], SIZES)
    assert made.lefts[-2] < made.lefts[-1] < made.lefts[0]
    lane = made.routes[2].lanes[0]
    assert lane[0] == made.lefts[-1]
    assert not made.tops["b"] <= lane[1] <= made.tops["b"] + 20


def test_links_within_a_tier_and_backwards_are_kept_apart() -> None:
    boxes = [Box(key=k, tier=t, height=20) for k, t in (("a", -1), ("b", -1), ("c", 0))]
    made = lay_out(boxes, [("a", "b"), ("c", "a"), ("a", "c")], SIZES)
    assert [route.kind for route in made.routes] == ["side", "back", "on"]


@pytest.mark.parametrize("boxes", [[], [Box(key="a", tier=0, height=20)]])
def test_nothing_and_one_firm_have_a_layout(boxes: list[Box]) -> None:
    assert len(lay_out(boxes, [], SIZES).tops) == len(boxes)


@given(st.lists(st.floats(-1e6, 1e6), max_size=30))
def test_isotonic_rises_and_keeps_the_mean(values: list[float]) -> None:
    found = fit_isotonic(values, [1.0] * len(values))
    assert all(one <= two for one, two in pairwise(found))
    assert sum(found) == pytest.approx(sum(values), abs=1e-3)


def test_isotonic_of_a_published_example() -> None:
    assert fit_isotonic([1, 3, 2, 4, 3.5, 5], [1] * 6) == [1, 2.5, 2.5, 3.75, 3.75, 5]


def test_eighty_firms_take_few_milliseconds() -> None:
    boxes, links = network(3, EIGHTY)
    taken = []
    for _ in range(5):
        begun = time.process_time()
        lay_out(boxes, links, SIZES)
        taken.append(time.process_time() - begun)
    assert min(taken) < 0.03
