"""Expected total cost: the landed cost, and what a firm's failings are likely to cost on top.

Per piece: share of defective pieces × cost of a defect, days late × cost of a day, and the
probability that the firm fails × the cost of another source. Each rate is drawn from the firm's
own record, by age, towards the mean of its category's firms, with the strength of the prior of its
term (``performance``): (k × mean + what happened) ÷ (k + deliveries). What the whole category has
no evidence of stays unknown and counts nothing, for all firms alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from supplychain.matching.candidates.aged import age_of
from supplychain.matching.candidates.arrays import Floats
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.cost.freight import table_rate
from supplychain.matching.cost.landed_cost import LandedCost, count_known
from supplychain.matching.need import Need
from supplychain.matching.performance import Priors


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExpectedCost:
    """n rows, in e4 of the request's currency a piece; NaN is unknown.

    ``defect_rate`` is a share of pieces, ``late_days`` of a delivery, ``failure_rate`` the
    probability of one that comes more than ``deliveries.LONG_LATE_DAYS`` late. ``total`` is NaN
    only without a price.
    """

    defects: Floats
    lateness: Floats
    risk: Floats
    total: Floats
    defect_rate: Floats
    late_days: Floats
    failure_rate: Floats


def expected_cost(need: Need, able: Candidates, cost: LandedCost, priors: Priors) -> ExpectedCost:
    """The expected total cost of a piece from each firm. O(n).

    Args:
        need: the line, with the buyer's cost settings.
        able: columns of n firms.
        cost: their landed cost.
        priors: of the category.

    Returns:
        n rows in e4 of the request's currency a piece; NaN is unknown.
    """
    reckoned = need.settings.reckoned
    price = cost.unit_price
    defect_rate, late_days, failure_rate = expected_rates(able, priors)
    defects = defect_rate * _price_defect(need, price)
    lateness = late_days * float(reckoned("late_day_share")) * price
    risk = failure_rate * float(reckoned("switch_share")) * price
    extras = (defects, lateness, risk)
    return ExpectedCost(
        defects=defects,
        lateness=lateness,
        risk=risk,
        total=cost.total + sum(count_known(extra) for extra in extras),
        defect_rate=defect_rate,
        late_days=late_days,
        failure_rate=failure_rate,
    )


def expected_rates(able: Candidates, priors: Priors) -> tuple[Floats, Floats, Floats]:
    """Defective share of pieces, days late a delivery and probability of failure, n of each.

    NaN where the whole category has no evidence.
    """
    aged = age_of(able)
    received = aged.received > 0
    tried = np.where(received, aged.lines, 0)
    rejected = np.clip(aged.rejected, 0, aged.received) / np.where(received, aged.received, 1)
    return (
        _shrink_means(tried * rejected, tried, priors.defect_rate, priors.quality.strength),
        _shrink_counts(aged.late_days, aged.lines, priors.late_days, priors.delivery.strength),
        _shrink_counts(
            np.minimum(aged.failed, aged.lines),
            aged.lines,
            priors.failure_rate,
            priors.resilience.strength,
        ),
    )


def _shrink_counts(sums: Floats, lines: Floats, mean: float | None, strength: float) -> Floats:
    counted = ~np.isnan(sums)
    return _shrink_means(np.where(counted, sums, 0), np.where(counted, lines, 0), mean, strength)


def _shrink_means(sums: Floats, tried: Floats, mean: float | None, strength: float) -> Floats:
    """Means of n firms, each drawn to the category's by its own evidence."""
    if mean is None:
        return np.full(len(tried), np.nan)
    return (strength * mean + sums) / (strength + tried)


def _price_defect(need: Need, price: Floats) -> Floats:
    """What a defective piece costs: the stated amount, else a multiple of the price."""
    amount, rate = need.settings.defect_cost_e4, table_rate(need)
    if amount is None:
        return float(need.settings.reckoned("defect_multiple")) * price
    return np.full(len(price), np.nan if rate is None else amount * rate) + 0 * price
