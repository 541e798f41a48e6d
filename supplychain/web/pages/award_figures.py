"""Frontiers as drawings: places of points, steps and ticks in the units of the view box."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from supplychain.award.scenarios.frontier import FrontierPoint

WIDTH_PX: Final = 400
HEIGHT_PX: Final = 240
LEFT, RIGHT, TOP, BOTTOM = 74, 30, 22, 44
"""Margins of the drawing in the view box's own units, for the ticks and titles of its axes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A point of the drawing, with what it stands for."""

    x: float
    y: float
    point: FrontierPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A mark on an axis: its place and its value."""

    at: float
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A frontier: dots, the line that joins them, and ticks of both axes."""

    dots: tuple[Dot, ...]
    path: str
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    impossible: tuple[FrontierPoint, ...]
    width: int = WIDTH_PX
    height: int = HEIGHT_PX
    left: int = LEFT
    right: int = WIDTH_PX - RIGHT
    top: int = TOP
    bottom: int = HEIGHT_PX - BOTTOM


def draw_frontier(points: Sequence[FrontierPoint], *, steps: bool) -> Figure | None:
    """The drawing of a frontier, or None where fewer than two points can be drawn.

    Args:
        points: by ``at``; those without a cost are impossible and only told.
        steps: counts: every one has its tick, and cost falls in steps; else a straight line.
    """
    priced = [point for point in points if point.cost is not None]
    if len(priced) < 2:
        return None
    costs = [point.cost for point in priced if point.cost is not None]
    x_of = _scale_axis([point.at for point in priced], LEFT + 14, WIDTH_PX - RIGHT - 14)
    y_of = _scale_axis(costs, HEIGHT_PX - BOTTOM - 14, TOP + 14)
    dots = tuple(
        Dot(x=x_of(point.at), y=y_of(cost), point=point)
        for point, cost in zip(priced, costs, strict=True)
    )
    shown = priced if steps else [priced[0], priced[-1]]
    return Figure(
        dots=dots,
        path=_draw_path(dots, steps=steps),
        across=tuple(Tick(at=x_of(point.at), value=point.at) for point in shown),
        up=tuple(Tick(at=y_of(cost), value=cost) for cost in (min(costs), max(costs))),
        impossible=tuple(point for point in points if point.cost is None),
    )


def _scale_axis(values: Sequence[Decimal], low: float, high: float) -> Callable[[Decimal], float]:
    least, most = min(values), max(values)
    span = float(most - least) or 1.0

    def position_of(value: Decimal) -> float:
        return round(low + (high - low) * float(value - least) / span, 1)

    return position_of


def _draw_path(dots: Sequence[Dot], *, steps: bool) -> str:
    start = f"M{dots[0].x} {dots[0].y}"
    if steps:
        return start + "".join(f"H{dot.x}V{dot.y}" for dot in dots[1:])
    return start + "".join(f"L{dot.x} {dot.y}" for dot in dots[1:])
