"""Rank the suppliers of one line by cost performance.

Cost performance = performance / (landed cost / reference cost). The reference is one positive
number for all firms of the line, so it sets the scale that people read and never the order; a
firm's place against another depends on those two alone, and no third firm can flip them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from supplychain.matching import explain, filters
from supplychain.matching.candidates import Candidates, Flags, Floats, Ints
from supplychain.matching.capacity import possible_quantity
from supplychain.matching.landed_cost import LandedCost, landed_cost
from supplychain.matching.need import Need
from supplychain.matching.performance import Performance, Priors, performance

UNPRICED = -1e6
"""Added to the sort key of a firm without a price: below every priced one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What a landed cost is measured against, and where it comes from.

    ``source`` is target, last_paid, offers (the median landed cost on offer) or none.
    """

    cost_e4: int | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The order of one line's suppliers, best first, with its reasons as plain JSON values.

    ``able`` and ``failed`` count all firms; ``best`` and ``unable`` hold the first of them.
    ``docs/matching.md`` describes a row.
    """

    able: int
    failed: int
    best: list[dict[str, Any]]
    unable: list[dict[str, Any]]
    reference: Reference


def rank(
    need: Need, firms: Candidates, *, priors: Priors, top: int = 100, failed_top: int = 200
) -> Ranking:
    """Order the suppliers of one line by cost performance, best first.

    Firms without a known price come after all priced ones, by performance. Ties go by firm id.
    The weights of the need and the priors are the same for all firms, and given: with them fixed,
    two firms compare by their own figures alone. O(n + t log t) for t shown rows.

    Args:
        need: the line.
        firms: columns of n suppliers in any order.
        priors: what the category's firms are like, from ``performance.priors``.
        top: how many able firms to explain.
        failed_top: how many failing firms to explain; those with fewest failing facts first.
    """
    possible = possible_quantity(need, firms)
    sieve = filters.sift(need, firms, possible)
    cost = landed_cost(need, firms)
    record = performance(firms, priors=priors, weights=need.weights)
    reference = _reference(need, firms, cost, sieve.passed)
    best = _first(firms.firm_ids, sort_key(record, cost), sieve.passed, top)
    table = explain.Table(
        need=need, firms=firms, possible=possible, cost=cost, record=record, rows=best
    )
    return Ranking(
        able=int(sieve.passed.sum()),
        failed=int(len(firms) - sieve.passed.sum()),
        best=explain.best(table, reference.cost_e4),
        unable=[
            {"firm_id": firms.firm_ids[i], "facts": filters.failing_facts(need, firms, sieve, i)}
            for i in _first(firms.firm_ids, -sieve.count, ~sieve.passed, failed_top)
        ],
        reference=reference,
    )


def sort_key(record: Performance, cost: LandedCost) -> Floats:
    """What firms are ordered by, falling: the logarithm of performance / landed cost.

    Rounded to nine decimals, so that what is equal on paper ties whatever the currency's scale.
    """
    key = np.log(record.value) - np.log(np.where(np.isnan(cost.total), 1, cost.total))
    lowered: Floats = np.where(np.isnan(cost.total), UNPRICED + key, key)
    return lowered.round(9)


def _first(firm_ids: list[str], key: Floats | Ints, among: Flags, top: int) -> list[int]:
    """Rows of the ``top`` largest keys among the flagged, ties by firm id."""
    rows = np.flatnonzero(among)
    if 0 < top < len(rows):
        least = np.partition(key[rows], len(rows) - top)[len(rows) - top]
        rows = rows[key[rows] >= least]
    return sorted(rows.tolist(), key=lambda i: (-key[i], firm_ids[i]))[:top]


def _reference(need: Need, firms: Candidates, cost: LandedCost, passed: Flags) -> Reference:
    if need.target_price_e4:
        return Reference(cost_e4=need.target_price_e4, source="target")
    if firms.last_paid_e4 > 0:
        return Reference(cost_e4=firms.last_paid_e4, source="last_paid")
    known = cost.total[passed & ~np.isnan(cost.total)]
    if len(known):
        return Reference(cost_e4=max(round(float(np.median(known))), 1), source="offers")
    return Reference(cost_e4=None, source="none")
