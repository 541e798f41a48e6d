"""TOPSIS, weighted sum and Pareto front of the shown rows of a ranking: views, never the rank.

Cost counts for one half, the terms of performance for the other half by their weights, as in cost
performance. Rows without a price are left out: these methods know no unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from supplychain.matching.alternatives.views import pareto_front, topsis, weighted_sum
from supplychain.matching.candidates.arrays import Floats
from supplychain.matching.performance import TERMS
from supplychain.matching.rows import RankedFirm

COST_WEIGHT = 0.5
"""Cost performance is a ratio of two figures, so each counts for one half."""
LEAST_TERM_RATE = 1e-9
"""A weighted sum needs values above 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowViews:
    """One shown firm in the views: ranks from 1, equals sharing one, None without a price.

    ``pareto``: no shown firm is better in everything.
    """

    topsis: int | None = None
    weighted_sum: int | None = None
    pareto: bool = False

    def position(self, view: str) -> int | None:
        """Where the firm stands in a view; on the Pareto front all are first."""
        if view == "pareto":
            return 1 if self.pareto else None
        return self.topsis if view == "topsis" else self.weighted_sum


def view_rows(
    rows: Sequence[RankedFirm], weights: Mapping[str, float] | None = None
) -> dict[str, RowViews]:
    """Each shown firm by TOPSIS and weighted sum, and whether it is on the front, by firm id.

    Args:
        rows: of a ranking.
        weights: of the terms of performance by name; None counts them alike.

    Source: ``views`` names that of each method.
    """
    by_firm = {row.firm_id: RowViews() for row in rows}
    priced = [(row, cost_e4) for row in rows if (cost_e4 := row.landed_cost.total_e4 or 0) > 0]
    counted = [name for name in TERMS if (weights or dict.fromkeys(TERMS, 1.0)).get(name, 0) > 0]
    if not priced or not counted:
        return by_firm
    share = np.array([(weights or {}).get(name, 1.0) for name in counted])
    shares = [COST_WEIGHT, *((1 - COST_WEIGHT) * share / share.sum()).tolist()]
    benefit = [False, *(True for _ in counted)]
    criteria = [
        [float(cost_e4), *(_rate_of(row, name) for name in counted)] for row, cost_e4 in priced
    ]
    matrix = np.array(criteria, np.float64)
    columns = (
        _rank_values(topsis(matrix, shares, benefit)),
        _rank_values(weighted_sum(matrix, shares, benefit)),
        pareto_front(matrix, benefit).tolist(),
    )
    for (row, _), one, other, front in zip(priced, *columns, strict=True):
        by_firm[row.firm_id] = RowViews(topsis=one, weighted_sum=other, pareto=front)
    return by_firm


def _rate_of(row: RankedFirm, name: str) -> float:
    term = row.performance.term(name)
    return max(term.value if term else 0.0, LEAST_TERM_RATE)


def _rank_values(values: Floats) -> list[int]:
    """Ranks of values, the largest first; to nine decimals, so that equals on paper tie."""
    ordered = np.sort(-values.round(9))
    return (np.searchsorted(ordered, -values.round(9), side="left") + 1).tolist()
