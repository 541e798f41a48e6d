"""How far what a buyer weighs by can move before another firm is first, and which one that is.

Weights: one term's weight moves, the others keep their proportion. Split: cost performance is
performance ÷ cost, both counted alike; at a share ``s`` it is performance^s ÷ cost^(1 - s), so 0
ranks by cost alone, .5 as it is, 1 by performance alone. Settings of the expected total cost move
one at a time. In each of them a firm's figure is a straight line, so the point where it meets that
of the first firm is exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from supplychain.matching.candidates.arrays import Flags, Floats, Ints
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.cost.expected_cost import ExpectedCost
from supplychain.matching.cost.freight import table_rate
from supplychain.matching.cost.landed_cost import (
    PRICE_CONVERTED,
    PRICE_OFFER,
    YEAR_DAYS,
    LandedCost,
)
from supplychain.matching.need import Need
from supplychain.matching.performance import TERMS, Performance, Priors
from supplychain.matching.rows import DEFECT_COST, WeightBand
from supplychain.model.cost_settings import BOUNDS, COST_PERFORMANCE

PARALLEL_TOLERANCE = 1e-12
"""Lines whose slopes differ by less than this part of their size never meet: a few thousand times
the rounding of a double (2.2e-16), which is all that such a difference would be."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WeighedLine:
    """All firms of a line as they were weighed; ``first`` is the row of the one that is first.

    ``reach`` are their groups of ``feasibility.reach``, which no weight moves.
    """

    need: Need
    firms: Candidates
    cost: LandedCost
    expected: ExpectedCost
    record: Performance
    priors: Priors
    passed: Flags
    reach: Ints
    first: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FigureLines:
    """A figure of n firms, higher is better, as ``base`` + ``slope`` × what moves."""

    name: str
    now: float
    least: float
    most: float
    base: Floats
    slope: Floats


def find_bands(line: WeighedLine) -> tuple[WeightBand, ...]:
    """Each weight, or each setting, with the range in which the first firm stays first.

    Args:
        line: all firms of a line as they were weighed.

    Returns:
        A band for each term of performance and the split, or for each setting of the expected
        cost; none for a setting that moves nothing. O(terms × n).
    """
    priced = ~np.isnan(line.cost.total)
    rivals = line.passed & (line.reach == line.reach[line.first])
    among = np.flatnonzero(rivals & (priced == priced[line.first]))
    if line.need.rank_by == COST_PERFORMANCE:
        figures = [*_move_weights(line, among), *_move_split(line, among)]
    else:
        figures = _move_settings(line, among) if priced[line.first] else []
    first = int(np.flatnonzero(among == line.first)[0])
    ids = [line.firms.firm_ids[i] for i in among.tolist()]
    return tuple(_find_band(one, first, ids) for one in figures)


def _move_weights(line: WeighedLine, among: Ints) -> list[FigureLines]:
    record = line.record
    rates = np.array([rate.mean[among] for rate in record.terms])
    total = line.cost.total[among]
    cost = np.where(np.isnan(total), 1.0, total)
    counted = [
        weight > 0 or prior.deliveries > 0
        for weight, prior in zip(record.weights.terms, line.priors.terms, strict=True)
    ]
    figures: list[FigureLines] = []
    for term, name in enumerate(TERMS):
        others = _proportion_others(record.weights.terms, counted, term)
        if not counted[term] or not sum(others):
            continue
        rest = np.asarray(others) @ rates / sum(others)
        figures.append(
            FigureLines(
                name=name,
                now=record.weights.terms[term],
                least=0.0,
                most=1.0,
                base=rest / cost,
                slope=(rates[term] - rest) / cost,
            )
        )
    return figures


def _proportion_others(weights: tuple[float, ...], counted: list[bool], moved: int) -> list[float]:
    """The proportion of the other weights; alike where one weight is everything."""
    left = [0.0 if term == moved else weight for term, weight in enumerate(weights)]
    if sum(left) > PARALLEL_TOLERANCE:
        return left
    return [float(is_counted and term != moved) for term, is_counted in enumerate(counted)]


def _move_split(line: WeighedLine, among: Ints) -> list[FigureLines]:
    total = line.cost.total[among]
    if np.isnan(total).any():
        return []
    good, dear = np.log(line.record.value[among]), np.log(total)
    return [FigureLines(name="split", now=0.5, least=0.0, most=1.0, base=-dear, slope=good + dear)]


def _move_settings(line: WeighedLine, among: Ints) -> list[FigureLines]:
    need, price = line.need, line.cost.unit_price
    reckoned = need.settings.reckoned
    amount = need.settings.defect_cost_e4
    offered = np.isin(line.cost.price_source, (PRICE_OFFER, PRICE_CONVERTED))
    days = np.where(offered & (line.firms.payment_days >= 0), line.firms.payment_days, 0)
    rate = line.expected.defect_rate
    moving: list[tuple[str, float, Floats]] = [
        ("late_day_share", reckoned("late_day_share"), line.expected.late_days * price),
        ("switch_share", reckoned("switch_share"), line.expected.failure_rate * price),
        ("annual_rate", reckoned("annual_rate"), -price * days / YEAR_DAYS),
    ]
    if amount is None:
        moving.insert(0, ("defect_multiple", reckoned("defect_multiple"), rate * price))
    else:
        moving.insert(0, (DEFECT_COST, float(amount), rate * (table_rate(need) or 0.0)))
    dearest = max(float(amount or 0), BOUNDS["defect_multiple"][1] * float(price[line.first]))
    figures: list[FigureLines] = []
    for name, now, unit in moving:
        each = np.nan_to_num(unit[among])
        least, most = BOUNDS.get(name) or (0.0, dearest)
        if each.any():
            base = now * each - line.expected.total[among]
            figures.append(
                FigureLines(
                    name=name, now=float(now), least=least, most=most, base=base, slope=-each
                )
            )
    return figures


def _find_band(lines: FigureLines, first: int, ids: list[str]) -> WeightBand:
    apart, faster = lines.base - lines.base[first], lines.slope - lines.slope[first]
    size = max(
        float(np.abs(lines.slope).max()), float(np.abs(lines.base).max()), PARALLEL_TOLERANCE
    )
    tilted = np.abs(faster) > PARALLEL_TOLERANCE * size
    meets = -apart / np.where(tilted, faster, 1.0)
    # The first firm is first now: whatever meets it on the wrong side of now is equal to it.
    above = np.where(tilted & (faster > 0), np.maximum(meets, lines.now), np.inf)
    below = np.where(tilted & (faster < 0), np.minimum(meets, lines.now), -np.inf)
    high, low = float(above.min()), float(below.max())
    return WeightBand(
        name=lines.name,
        now=_round_digits(lines.now),
        low=_round_digits(max(low, lines.least)),
        high=_round_digits(min(high, lines.most)),
        below=_choose_winner(below == low, -faster, ids) if low > lines.least else None,
        above=_choose_winner(above == high, faster, ids) if high < lines.most else None,
    )


def _choose_winner(there: Flags, gains: Floats, ids: list[str]) -> str:
    """Who is first just beyond: of those that meet there, the one that gains most."""
    return ids[min(np.flatnonzero(there).tolist(), key=lambda i: (-gains[i], ids[i]))]


def _round_digits(value: float) -> float:
    """Nine digits: as many as sort keys have decimals."""
    return float(f"{value:.9g}")
