"""How far what a buyer weighs by can move before another firm is first, and which one that is.

Weights: one term's weight moves, the others keep their proportion. Split: cost performance is
performance ÷ cost, both counted alike; at a share ``s`` it is performance^s ÷ cost^(1 - s), so 0
ranks by cost alone, .5 as it is, 1 by performance alone. Settings of the expected total cost move
one at a time. In each of them a firm's figure is a straight line, so the point where it meets that
of the first firm is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from supplychain.matching.candidates.arrays import Flags, Floats, Ints
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.cost.expected_cost import ExpectedCost
from supplychain.matching.cost.freight import table_rate
from supplychain.matching.cost.landed_cost import (
    DAYS_A_YEAR,
    PRICE_CONVERTED,
    PRICE_OFFER,
    LandedCost,
)
from supplychain.matching.need import Need
from supplychain.matching.performance import TERMS, Performance, Priors
from supplychain.model.cost_settings import BOUNDS, COST_PERFORMANCE

Row = dict[str, Any]
DEFECT_COST = "defect_cost"
"""The one setting that is an amount: its range is told in e4."""
PARALLEL = 1e-12
"""Lines whose slopes differ by less than this part of their size never meet."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Field:
    """All firms of a line as they were weighed; ``first`` is the row of the one that is first."""

    need: Need
    firms: Candidates
    cost: LandedCost
    expected: ExpectedCost
    record: Performance
    priors: Priors
    passed: Flags
    first: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Lines:
    """A figure of n firms, higher is better, as ``base`` + ``slope`` × what moves."""

    name: str
    now: float
    least: float
    most: float
    base: Floats
    slope: Floats


def bands(field: Field) -> list[Row]:
    """Each weight, or each setting, with the range in which the first firm stays first.

    Returns:
        ``{name, now, low, high, below, above}`` (an amount as ``now_e4`` …): ``below`` is the firm
        that is first just under ``low`` and ``above`` just over ``high``, None where the range
        ends with what is possible. ``name`` is a term of performance or ``split``, or a setting of
        the cost. O(terms × n).
    """
    priced = ~np.isnan(field.cost.total)
    among = np.flatnonzero(field.passed & (priced == priced[field.first]))
    if field.need.rank_by == COST_PERFORMANCE:
        lines = [*_weights(field, among), *_split(field, among)]
    else:
        lines = _settings(field, among) if priced[field.first] else []
    first = int(np.flatnonzero(among == field.first)[0])
    ids = [field.firms.firm_ids[i] for i in among.tolist()]
    return [_band(one, first, ids) for one in lines]


def _weights(field: Field, among: Ints) -> list[_Lines]:
    record = field.record
    rates = np.array([rate.mean[among] for rate in record.terms])
    total = field.cost.total[among]
    cost = np.where(np.isnan(total), 1.0, total)
    counted = [
        weight > 0 or prior.deliveries > 0
        for weight, prior in zip(record.weights.terms, field.priors.terms, strict=True)
    ]
    found: list[_Lines] = []
    for place, name in enumerate(TERMS):
        others = _others(record.weights.terms, counted, place)
        if not counted[place] or not sum(others):
            continue
        rest = np.asarray(others) @ rates / sum(others)
        found.append(
            _Lines(
                name=name,
                now=record.weights.terms[place],
                least=0.0,
                most=1.0,
                base=rest / cost,
                slope=(rates[place] - rest) / cost,
            )
        )
    return found


def _others(weights: tuple[float, ...], counted: list[bool], place: int) -> list[float]:
    """The proportion of the other weights; alike where one weight is everything."""
    left = [0.0 if at == place else weight for at, weight in enumerate(weights)]
    if sum(left) > PARALLEL:
        return left
    return [float(is_counted and at != place) for at, is_counted in enumerate(counted)]


def _split(field: Field, among: Ints) -> list[_Lines]:
    total = field.cost.total[among]
    if np.isnan(total).any():
        return []
    good, dear = np.log(field.record.value[among]), np.log(total)
    return [_Lines(name="split", now=0.5, least=0.0, most=1.0, base=-dear, slope=good + dear)]


def _settings(field: Field, among: Ints) -> list[_Lines]:
    need, price = field.need, field.cost.unit_price
    reckoned = need.settings.reckoned
    amount = need.settings.defect_cost_e4
    offered = np.isin(field.cost.price_source, (PRICE_OFFER, PRICE_CONVERTED))
    days = np.where(offered & (field.firms.payment_days >= 0), field.firms.payment_days, 0)
    rate = field.expected.defect_rate
    moving: list[tuple[str, float, Floats]] = [
        ("late_day_share", reckoned("late_day_share"), field.expected.late_days * price),
        ("switch_share", reckoned("switch_share"), field.expected.failure_rate * price),
        ("annual_rate", reckoned("annual_rate"), -price * days / DAYS_A_YEAR),
    ]
    if amount is None:
        moving.insert(0, ("defect_multiple", reckoned("defect_multiple"), rate * price))
    else:
        moving.insert(0, (DEFECT_COST, float(amount), rate * (table_rate(need) or 0.0)))
    dearest = max(float(amount or 0), BOUNDS["defect_multiple"][1] * float(price[field.first]))
    found: list[_Lines] = []
    for name, now, unit in moving:
        each = np.nan_to_num(unit[among])
        least, most = BOUNDS.get(name) or (0.0, dearest)
        if each.any():
            base = now * each - field.expected.total[among]
            found.append(
                _Lines(name=name, now=float(now), least=least, most=most, base=base, slope=-each)
            )
    return found


def _band(lines: _Lines, first: int, ids: list[str]) -> Row:
    apart, faster = lines.base - lines.base[first], lines.slope - lines.slope[first]
    size = max(float(np.abs(lines.slope).max()), float(np.abs(lines.base).max()), PARALLEL)
    tilted = np.abs(faster) > PARALLEL * size
    meets = -apart / np.where(tilted, faster, 1.0)
    # The first firm is first now: whatever meets it on the wrong side of now is equal to it.
    above = np.where(tilted & (faster > 0), np.maximum(meets, lines.now), np.inf)
    below = np.where(tilted & (faster < 0), np.minimum(meets, lines.now), -np.inf)
    high, low = float(above.min()), float(below.max())
    span = {"now": lines.now, "low": max(low, lines.least), "high": min(high, lines.most)}
    return {
        "name": lines.name,
        **{
            f"{name}_e4" if lines.name == DEFECT_COST else name: _short(value)
            for name, value in span.items()
        },
        "below": _winner(below == low, -faster, ids) if low > lines.least else None,
        "above": _winner(above == high, faster, ids) if high < lines.most else None,
    }


def _winner(there: Flags, gains: Floats, ids: list[str]) -> str:
    """Who is first just beyond: of those that meet there, the one that gains most."""
    return ids[min(np.flatnonzero(there).tolist(), key=lambda i: (-gains[i], ids[i]))]


def _short(value: float) -> float:
    return float(f"{value:.9g}")
