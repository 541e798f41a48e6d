"""Where everything stands in the tier picture: tiers pinned as columns, heights by regression."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from supplychain.web.tiermap.ordering import Columns, count_crossings, order_columns

ROUNDS = 6
LANE_PX = 8.0
"""Height of a lane through a column, in the units of the boxes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Something to place: its key, its tier (column) and its height."""

    key: str
    tier: int
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Width of a column, of the space between two columns, gap between boxes, top margin."""

    column: float = 188.0
    corridor: float = 72.0
    gap: float = 4.0
    top: float = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A link's way: the y in each column that it passes (lanes), from supplier to buyer.

    ``kind`` is ``on`` (to a later column), ``side`` (within one column) or ``back``.
    """

    supplier: str
    buyer: str
    kind: str
    lanes: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Left edges by tier, tops by key, routes of the links in the given order, and the extent."""

    lefts: dict[int, float]
    tops: dict[str, float]
    routes: tuple[Route, ...]
    width: float
    height: float
    crossings: int


def lay_out(boxes: Sequence[Box], links: Sequence[tuple[str, str]], sizes: Sizes) -> Layout:
    """Place boxes in the columns of their tiers so that few links cross and lines run level.

    Args:
        boxes: with unique keys, in the order that ties keep.
        links: (supplier, buyer) keys.
        sizes: in the units of the boxes' heights.

    Returns:
        No two boxes of a column overlap; the same input gives the same layout.
    """
    tiers = sorted({box.tier for box in boxes})
    column_of = {tier: at for at, tier in enumerate(tiers)}
    graph = _Vertices(boxes, column_of, len(tiers))
    for supplier, buyer in links:
        graph.add_link(supplier, buyer)
    columns = order_columns(graph.columns, graph.left, graph.right)
    tops = _level_tops(columns, graph, sizes.gap)
    lowest = min((tops[at] for at in range(len(graph.heights))), default=0.0)
    tops = [top - lowest + sizes.top for top in tops]
    lefts = {
        tier: sizes.corridor / 2 + at * (sizes.column + sizes.corridor)
        for at, tier in enumerate(tiers)
    }
    bottom = max((tops[at] + each for at, each in enumerate(graph.heights)), default=0.0)
    return Layout(
        lefts=lefts,
        tops={box.key: tops[at] for at, box in enumerate(boxes)},
        routes=tuple(_route_link(graph, link, tops, lefts, tiers) for link in links),
        width=len(tiers) * (sizes.column + sizes.corridor),
        height=bottom + sizes.top,
        crossings=count_crossings(columns, graph.right),
    )


class _Vertices:
    """Boxes and lanes as numbers, with their neighbours in the columns beside."""

    def __init__(self, boxes: Sequence[Box], column_of: dict[int, int], count: int) -> None:
        self.number = {box.key: at for at, box in enumerate(boxes)}
        self.column = [column_of[box.tier] for box in boxes]
        self.heights = [box.height for box in boxes]
        self.left: list[list[int]] = [[] for _ in boxes]
        self.right: list[list[int]] = [[] for _ in boxes]
        self.columns: Columns = [[] for _ in range(count)]
        self.lanes: dict[tuple[str, str], list[int]] = {}
        for at, column in enumerate(self.column):
            self.columns[column].append(at)

    def add_link(self, supplier: str, buyer: str) -> None:
        """Add a link that leads to a later column, with a lane in each column it passes."""
        start, end = self.number[supplier], self.number[buyer]
        if self.column[start] >= self.column[end]:
            return
        before, lanes = start, []
        for column in range(self.column[start] + 1, self.column[end]):
            lane = len(self.heights)
            self.column.append(column)
            self.heights.append(LANE_PX)
            self.left.append([])
            self.right.append([])
            self.columns[column].append(lane)
            lanes.append(lane)
            self._join_vertices(before, lane)
            before = lane
        self._join_vertices(before, end)
        self.lanes[supplier, buyer] = lanes

    def _join_vertices(self, one: int, two: int) -> None:
        self.right[one].append(two)
        self.left[two].append(one)


def _level_tops(columns: Columns, graph: _Vertices, gap: float) -> list[float]:
    """Tops of all vertices: each as level with its neighbours as its column's order allows."""
    heights = graph.heights
    tops = [0.0] * len(heights)
    tallest = max((_column_extent(column, heights, gap) for column in columns), default=0.0)
    for column in columns:
        at = (tallest - _column_extent(column, heights, gap)) / 2
        for vertex in column:
            tops[vertex], at = at, at + heights[vertex] + gap
    for turn in range(ROUNDS):
        span = columns if turn % 2 == 0 else list(reversed(columns))
        for column in span:
            wanted, weights = [], []
            for vertex in column:
                ends = graph.left[vertex] + graph.right[vertex]
                middles = [tops[end] + heights[end] / 2 for end in ends]
                middle = sum(middles) / len(middles) if middles else None
                own = tops[vertex] if middle is None else middle - heights[vertex] / 2
                wanted.append(own)
                weights.append(float(len(ends)) or 0.1)
            _settle_column(column, wanted, weights, tops, heights, gap, tallest)
    return tops


def _column_extent(column: Iterable[int], heights: Sequence[float], gap: float) -> float:
    return sum(heights[vertex] + gap for vertex in column) - gap


def _settle_column(
    column: list[int],
    wanted: list[float],
    weights: list[float],
    tops: list[float],
    heights: list[float],
    gap: float,
    limit: float,
) -> None:
    """Move a column's vertices as near to the wanted tops as their order allows, within limits."""
    offsets, at = [], 0.0
    for vertex in column:
        offsets.append(at)
        at += heights[vertex] + gap
    free = fit_isotonic([want - off for want, off in zip(wanted, offsets, strict=True)], weights)
    most = limit - (at - gap)
    for vertex, level, offset in zip(column, free, offsets, strict=True):
        tops[vertex] = min(max(level, 0.0), most) + offset


def fit_isotonic(values: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The nondecreasing sequence nearest to ``values`` by weighted least squares; O(n).

    Source: pool adjacent violators, Ayer et al. 1955.
    """
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(values, weights, strict=True):
        mean, mass, size = value, weight, 1
        while pools and pools[-1][0] > mean:
            other, heavy, many = pools.pop()
            mean = (mean * mass + other * heavy) / (mass + heavy)
            mass, size = mass + heavy, size + many
        pools.append((mean, mass, size))
    return [mean for mean, _, size in pools for _ in range(size)]


def _route_link(
    graph: _Vertices,
    link: tuple[str, str],
    tops: list[float],
    lefts: dict[int, float],
    tiers: list[int],
) -> Route:
    start, end = (graph.number[key] for key in link)
    if graph.column[start] == graph.column[end]:
        return Route(supplier=link[0], buyer=link[1], kind="side")
    if graph.column[start] > graph.column[end]:
        return Route(supplier=link[0], buyer=link[1], kind="back")
    lanes = tuple(
        (lefts[tiers[graph.column[lane]]], tops[lane] + LANE_PX / 2) for lane in graph.lanes[link]
    )
    return Route(supplier=link[0], buyer=link[1], kind="on", lanes=lanes)
