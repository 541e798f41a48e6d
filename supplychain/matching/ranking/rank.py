"""Rank the suppliers of one line by cost performance or by expected total cost.

Cost performance = performance / (landed cost / reference cost). The reference is one positive
number for all firms of the line, so it sets the scale that people read and never the order. In
either order a firm's place against another depends on those two alone: no third firm flips them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from supplychain.matching.candidates.arrays import Flags, Floats, Ints
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.cost.expected_cost import ExpectedCost, expected_cost
from supplychain.matching.cost.landed_cost import LandedCost, landed_cost
from supplychain.matching.feasibility import filters
from supplychain.matching.feasibility.capacity import possible_quantity
from supplychain.matching.need import Need
from supplychain.matching.performance import TERMS, Performance, Priors, performance
from supplychain.matching.ranking import explain, insight
from supplychain.matching.what_if.to_pass import to_pass
from supplychain.matching.what_if.weighing import Order
from supplychain.model.cost_settings import COST_PERFORMANCE, EXPECTED_COST

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
    ``assumptions`` are what all rows were reckoned with. ``docs/matching.md`` describes both.
    ``alone`` counts the able firms that can make all of it by the need date; ``together`` is what
    ``together.propose`` found where there is none. ``weights`` says how far they may move.
    """

    able: int
    failed: int
    best: list[dict[str, Any]]
    unable: list[dict[str, Any]]
    reference: Reference
    assumptions: dict[str, Any] = field(default_factory=dict)
    alone: int = 0
    together: dict[str, Any] | None = None
    weights: dict[str, Any] = field(default_factory=dict)


def rank(
    need: Need,
    firms: Candidates,
    *,
    priors: Priors,
    record: Performance | None = None,
    top: int = 100,
    failed_top: int = 200,
) -> Ranking:
    """Order the suppliers of one line by ``need.rank_by``, best first.

    Firms without a known price come after all priced ones, by performance. Ties go by firm id.
    The weights of the need and the priors are the same for all firms, and given: with them fixed,
    two firms compare by their own figures alone. O(n + t log t) for t shown rows.

    Args:
        need: the line.
        firms: columns of n suppliers in any order.
        priors: what the category's firms are like, from ``performance.priors``.
        record: ``performance`` of the same firms, where it was worked out for another line.
        top: how many able firms to explain.
        failed_top: how many failing firms to explain; those with fewest failing facts first.
    """
    possible = possible_quantity(need, firms)
    sieve = filters.sift(need, firms, possible)
    record = record or performance(firms, priors=priors, weights=need.weights)
    table, key = _table(need, firms, priors, record, possible, sieve.passed, top)
    reference = _reference(need, firms, table.cost, sieve.passed)
    explained, weights = insight.deepen(
        table,
        explain.best(table, reference.cost_e4),
        priors=priors,
        passed=sieve.passed,
        key=key,
        order=_order(need),
    )
    return Ranking(
        able=int(sieve.passed.sum()),
        failed=int(len(firms) - sieve.passed.sum()),
        alone=int((sieve.passed & (possible >= need.quantity)).sum()),
        best=explained,
        unable=_unable(need, firms, sieve, failed_top),
        reference=reference,
        assumptions=_assumptions(need, firms, record),
        weights=weights,
    )


def _table(
    need: Need,
    firms: Candidates,
    priors: Priors,
    record: Performance,
    possible: Ints,
    passed: Flags,
    top: int,
) -> tuple[explain.Table, Floats]:
    """All columns of the line with the ``top`` rows to explain, and the sort key."""
    cost = landed_cost(need, firms)
    expected = expected_cost(need, firms, cost, priors)
    keys = {
        COST_PERFORMANCE: sort_key(record, cost),
        EXPECTED_COST: expected_key(record, expected),
    }
    best = _first(firms.firm_ids, keys[need.rank_by], passed, top)
    table = explain.Table(
        need=need,
        firms=firms,
        possible=possible,
        cost=cost,
        expected=expected,
        record=record,
        rows=best,
        places={name: _places(key, passed, best) for name, key in keys.items()},
    )
    return table, keys[need.rank_by]


def _unable(need: Need, firms: Candidates, sieve: filters.Sieve, most: int) -> list[dict[str, Any]]:
    """Failing firms with what they fail on, those with fewest failing facts first."""
    return [
        {
            "firm_id": firms.firm_ids[i],
            "facts": filters.failing_facts(need, firms, sieve, i),
            "to_pass": to_pass(need, firms, sieve, i),
        }
        for i in _first(firms.firm_ids, -sieve.count, ~sieve.passed, most)
    ]


def _order(need: Need) -> Order:
    """How firms are ordered by what the need ranks by."""
    if need.rank_by == COST_PERFORMANCE:
        return lambda record, cost, _: sort_key(record, cost)
    return lambda record, _, expected: expected_key(record, expected)


def sort_key(record: Performance, cost: LandedCost) -> Floats:
    """What firms are ordered by, falling: the logarithm of performance / landed cost.

    Rounded to nine decimals, so that what is equal on paper ties whatever the currency's scale.
    """
    key = np.log(record.value) - np.log(np.where(np.isnan(cost.total), 1, cost.total))
    lowered: Floats = np.where(np.isnan(cost.total), UNPRICED + key, key)
    return lowered.round(9)


def expected_key(record: Performance, expected: ExpectedCost) -> Floats:
    """What firms are ordered by, falling, when the least expected total cost is best.

    Firms without a price come last, by performance. A benefit can make a cost 0 or less only
    beyond the bounds of the settings; it is then the least of all.
    """
    known = ~np.isnan(expected.total)
    key = -np.log(np.where(known, np.maximum(expected.total, 1e-6), 1))
    lowered: Floats = np.where(known, key, UNPRICED + np.log(record.value))
    return lowered.round(9)


def _places(key: Floats, among: Flags, rows: list[int]) -> Ints:
    """Places of the rows among the flagged, counted from 1; equals share the better one."""
    ordered = np.sort(-key[among])
    return np.searchsorted(ordered, -key[np.array(rows, np.int64)], side="left") + 1


def _assumptions(need: Need, firms: Candidates, record: Performance) -> dict[str, Any]:
    """What holds for all firms of the line: the order, the settings, the weights, the unknown."""
    stated = need.settings
    unknown = [
        f"no_evidence_of_{name}"
        for name, rate in zip(TERMS, record.terms, strict=True)
        if not rate.evidence.any()
    ]
    if not stated.duty_rates:
        unknown.append("no_duty_table")
    if stated.freight_rates and need.weight_kg is None:
        unknown.append("weight_unknown")
    foreign = {code for code in firms.offer_currency.present() if code} - {need.currency}
    exchange = need.exchange
    missing = {c for c in foreign if exchange is None or exchange.quote(c, need.today) is None}
    return {
        "rank_by": need.rank_by,
        "settings": stated.in_force,
        "defaults": list(stated.defaults),
        "weights": dict(zip(TERMS, record.weights.terms, strict=True)),
        "unknown": unknown,
        "currencies_without_rate": sorted(missing),
    }


def _first(firm_ids: list[str], key: Floats | Ints, among: Flags, top: int) -> list[int]:
    """Rows of the ``top`` largest keys among the flagged, ties by firm id."""
    rows = np.flatnonzero(among)
    if 0 < top < len(rows):
        least = np.partition(key[rows], len(rows) - top)[len(rows) - top]
        rows = rows[key[rows] >= least]
    by_id = np.array(sorted(rows.tolist(), key=firm_ids.__getitem__), np.int64)
    return by_id[np.argsort(-key[by_id], kind="stable")].tolist()[:top]


def _reference(need: Need, firms: Candidates, cost: LandedCost, passed: Flags) -> Reference:
    if need.target_price_e4:
        return Reference(cost_e4=need.target_price_e4, source="target")
    if firms.last_paid_e4 > 0:
        return Reference(cost_e4=firms.last_paid_e4, source="last_paid")
    known = cost.total[passed & ~np.isnan(cost.total)]
    if len(known):
        return Reference(cost_e4=max(round(float(np.median(known))), 1), source="offers")
    return Reference(cost_e4=None, source="none")
