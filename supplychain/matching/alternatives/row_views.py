"""TOPSIS, weighted sum and Pareto front of the shown rows of a ranking: views, never the rank.

Cost counts for one half, the terms of performance for the other half by their weights, as in cost
performance. Rows without a price are left out: these methods know no unknown.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from supplychain.matching.alternatives.views import pareto_front, topsis, weighted_sum
from supplychain.matching.candidates.arrays import Floats
from supplychain.matching.performance import TERMS

Row = dict[str, Any]
COST_COUNTS = 0.5
TINY = 1e-9


def views(rows: list[Row], weights: dict[str, float] | None = None) -> dict[str, Row]:
    """Places of each shown firm by TOPSIS and weighted sum, and whether it is on the front.

    Args:
        rows: explained rows of a ranking.
        weights: of the terms of performance; None counts them alike.

    Returns:
        By firm id: ``{"topsis", "weighted_sum", "pareto"}``, places from 1 with equals sharing
        one, None without a price.
    """
    blank: Row = {"topsis": None, "weighted_sum": None, "pareto": False}
    found = {row["firm_id"]: blank for row in rows}
    priced = [row for row in rows if (row["landed_cost"]["total_e4"] or 0) > 0]
    counted = [name for name in TERMS if (weights or dict.fromkeys(TERMS, 1.0)).get(name, 0) > 0]
    if not priced or not counted:
        return found
    share = np.array([(weights or {}).get(name, 1.0) for name in counted])
    shares = [COST_COUNTS, *((1 - COST_COUNTS) * share / share.sum()).tolist()]
    benefit = [False, *(True for _ in counted)]
    matrix = np.array([_criteria(row, counted) for row in priced], np.float64)
    columns = (
        _places(topsis(matrix, shares, benefit)),
        _places(weighted_sum(matrix, shares, benefit)),
        pareto_front(matrix, benefit).tolist(),
    )
    for row, one, other, front in zip(priced, *columns, strict=True):
        found[row["firm_id"]] = {"topsis": one, "weighted_sum": other, "pareto": front}
    return found


def _criteria(row: Row, counted: list[str]) -> list[float]:
    terms = [max(row["performance"].get(name, {}).get("value", 0.0), TINY) for name in counted]
    return [float(row["landed_cost"]["total_e4"]), *terms]


def _places(values: Floats) -> list[int]:
    ordered = np.sort(-values.round(9))
    return (np.searchsorted(ordered, -values.round(9), side="left") + 1).tolist()
