"""The order of boxes in pinned columns, so that few links cross.

Barycentre sweeps as in Sugiyama, Tagawa & Toda 1981, then swaps of neighbours while they help.
A link that passes a column has a lane there: an unseen box of its own.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from itertools import pairwise

Columns = list[list[int]]
"""Vertices (boxes and lanes) of each column, from top to bottom."""

SWEEPS = 6
PASSES = 6


def count_crossings(columns: Columns, right: Sequence[Sequence[int]]) -> int:
    """How many pairs of links between neighbouring columns cross; O(links log links)."""
    total = 0
    for one, two in pairwise(columns):
        place = {vertex: at for at, vertex in enumerate(two)}
        seen: list[int] = []
        for vertex in one:
            ends = sorted(place[other] for other in right[vertex])
            for end in ends:
                total += len(seen) - bisect_left(seen, end + 1)
            for end in ends:
                insort(seen, end)
    return total


def order_columns(
    columns: Columns, left: Sequence[Sequence[int]], right: Sequence[Sequence[int]]
) -> Columns:
    """The columns with few crossings; the same input gives the same answer.

    Args:
        columns: vertices by column, in the order that ties keep.
        left: by vertex, its neighbours in the column before.
        right: by vertex, its neighbours in the column after.

    Returns:
        New columns; never more crossings than the given ones.
    """
    best, fewest = [list(each) for each in columns], count_crossings(columns, right)
    present = [list(each) for each in columns]
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        span = range(1, len(present)) if forward else range(len(present) - 2, -1, -1)
        for at in span:
            beside = present[at - 1] if forward else present[at + 1]
            present[at] = _by_barycentre(present[at], beside, left if forward else right)
        _swap_neighbours(present, left, right)
        count = count_crossings(present, right)
        if count < fewest:
            best, fewest = [list(each) for each in present], count
    return best


def _by_barycentre(
    column: list[int], beside: list[int], neighbours: Sequence[Sequence[int]]
) -> list[int]:
    place = {vertex: at for at, vertex in enumerate(beside)}
    weight = {}
    for at, vertex in enumerate(column):
        ends = neighbours[vertex]
        middle = at * len(beside) / len(column)
        weight[vertex] = sum(place[end] for end in ends) / len(ends) if ends else middle
    return sorted(column, key=weight.__getitem__)


def _swap_neighbours(
    columns: Columns, left: Sequence[Sequence[int]], right: Sequence[Sequence[int]]
) -> None:
    """Swap neighbours while that takes crossings away, at most ``PASSES`` times over all."""
    place = {vertex: at for column in columns for at, vertex in enumerate(column)}
    near: dict[int, tuple[list[int], list[int]]] = {}
    for _ in range(PASSES):
        better = False
        for column in columns:
            for vertex in column:
                near[vertex] = (
                    sorted(place[end] for end in left[vertex]),
                    sorted(place[end] for end in right[vertex]),
                )
            for at in range(len(column) - 1):
                upper, lower = column[at], column[at + 1]
                if _count_gain(near[upper], near[lower]) > 0:
                    column[at], column[at + 1] = lower, upper
                    place[upper], place[lower] = at + 1, at
                    better = True
        if not better:
            return


def _count_gain(upper: tuple[list[int], list[int]], lower: tuple[list[int], list[int]]) -> int:
    """How many crossings go away when two neighbours change places."""
    return sum(
        _count_crossed(above, below) - _count_crossed(below, above)
        for above, below in zip(upper, lower, strict=True)
    )


def _count_crossed(above: list[int], below: list[int]) -> int:
    """Pairs in which an end of the upper vertex lies under one of the lower; both sorted."""
    total = passed = 0
    for end in above:
        while passed < len(below) and below[passed] < end:
            passed += 1
        total += passed
    return total
