"""Rank the suppliers of one line by cost performance or by expected total cost.

Cost performance = performance / (landed cost / reference cost). The reference is one positive
number for all firms of the line, so it sets the scale that people read and never the order. In
either order firms that can make all of the line in time come first, then those whose capacity is
unknown, then those that can make a part (``feasibility.reach``). A firm's place against another
depends on those two alone: no third firm flips them.
"""

from __future__ import annotations

import numpy as np

from supplychain.matching.candidates.arrays import Flags, Floats, Ints
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.cost.expected_cost import ExpectedCost, expected_cost
from supplychain.matching.cost.landed_cost import LandedCost, landed_cost
from supplychain.matching.feasibility import filters
from supplychain.matching.feasibility.capacity import possible_quantity
from supplychain.matching.feasibility.reach import add_reach, group_reach
from supplychain.matching.need import Need
from supplychain.matching.performance import TERMS, Performance, Priors, performance
from supplychain.matching.ranking.explain import ExplainedColumns, explain_best
from supplychain.matching.ranking.insight import add_insights
from supplychain.matching.rows import Assumptions, Ranking, Reference, UnableFirm
from supplychain.matching.what_if.to_pass import to_pass
from supplychain.matching.what_if.weighing import SortKeys
from supplychain.model.cost_settings import COST_PERFORMANCE, EXPECTED_COST

UNPRICED_SCORE = -1e3
"""Added to the sort key of a firm without a price: below every priced one of its group. Keys are
logarithms of a rate above 1e-9 and of at most 1e15 e4 a piece, so they differ by less than 60."""


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

    Who can make all of it in time comes first, then who does not say, then who can make a part.
    In each group firms without a known price come last, by performance. Ties go by firm id.
    The weights of the need and the priors are the same for all firms, and given: with them fixed,
    two firms compare by their own figures alone. O(n + t log t) for t shown rows.

    Args:
        need: the line.
        firms: columns of n suppliers in any order.
        priors: what the category's firms are like, from ``performance.priors``.
        record: ``performance`` of the same firms, where it was worked out for another line.
        top: how many able firms to explain.
        failed_top: how many failing firms to explain; those with fewest failing facts first.

    Source: performance over cost as a ratio scale, docs/matching.md; each figure's own source
    stands with the function that makes it.
    """
    possible = possible_quantity(need, firms)
    sieve = filters.sift_firms(need, firms, possible)
    record = record or performance(firms, priors=priors, weights=need.weights)
    columns, keys = _weigh_firms(need, firms, priors, record, possible, sieve.passed, top)
    reference = _find_reference(need, firms, columns.cost, sieve.passed)
    best, weights = add_insights(
        columns,
        explain_best(columns, reference.cost_e4),
        priors=priors,
        passed=sieve.passed,
        keys=keys,
        order=_sort_keys_of(need),
    )
    return Ranking(
        able=int(sieve.passed.sum()),
        failed=int(len(firms) - sieve.passed.sum()),
        alone=int((sieve.passed & (possible >= need.quantity)).sum()),
        best=best,
        unable=_explain_unable(need, firms, sieve, failed_top),
        reference=reference,
        assumptions=_state_assumptions(need, firms, record),
        weights=weights,
    )


def _weigh_firms(
    need: Need,
    firms: Candidates,
    priors: Priors,
    record: Performance,
    possible: Ints,
    passed: Flags,
    top: int,
) -> tuple[ExplainedColumns, Floats]:
    """All columns of the line with the ``top`` rows to explain, and the sort keys."""
    cost = landed_cost(need, firms)
    expected = expected_cost(need, firms, cost, priors)
    reach = group_reach(need, possible)
    keys = {
        COST_PERFORMANCE: add_reach(sort_key(record, cost), reach),
        EXPECTED_COST: add_reach(expected_key(record, expected), reach),
    }
    best = _choose_first(firms.firm_ids, keys[need.rank_by], passed, top)
    columns = ExplainedColumns(
        need=need,
        firms=firms,
        possible=possible,
        cost=cost,
        expected=expected,
        record=record,
        rows=best,
        ranks={name: _rank_rows(key, passed, best) for name, key in keys.items()},
    )
    return columns, keys[need.rank_by]


def _explain_unable(
    need: Need, firms: Candidates, sieve: filters.Sieve, most: int
) -> tuple[UnableFirm, ...]:
    """Failing firms with what they fail on, those with fewest failing facts first."""
    return tuple(
        UnableFirm(
            firm_id=firms.firm_ids[i],
            facts=filters.list_failing_facts(need, firms, sieve, i),
            to_pass=to_pass(need, firms, sieve, i),
        )
        for i in _choose_first(firms.firm_ids, -sieve.count, ~sieve.passed, most)
    )


def _sort_keys_of(need: Need) -> SortKeys:
    """How firms are ordered by what the need ranks by."""
    if need.rank_by == COST_PERFORMANCE:
        return lambda record, cost, _: sort_key(record, cost)
    return lambda record, _, expected: expected_key(record, expected)


def sort_key(record: Performance, cost: LandedCost) -> Floats:
    """What firms of a group are ordered by, falling: the logarithm of performance / landed cost.

    Rounded to nine decimals, so that what is equal on paper ties whatever the currency's scale.
    """
    key = np.log(record.value) - np.log(np.where(np.isnan(cost.total), 1, cost.total))
    lowered: Floats = np.where(np.isnan(cost.total), UNPRICED_SCORE + key, key)
    return lowered.round(9)


def expected_key(record: Performance, expected: ExpectedCost) -> Floats:
    """What firms of a group are ordered by, falling, when the least expected cost is best.

    Firms without a price come last, by performance. A benefit can make a cost 0 or less only
    beyond the bounds of the settings; it is then the least of all.
    """
    known = ~np.isnan(expected.total)
    key = -np.log(np.where(known, np.maximum(expected.total, 1e-6), 1))
    lowered: Floats = np.where(known, key, UNPRICED_SCORE + np.log(record.value))
    return lowered.round(9)


def _rank_rows(key: Floats, among: Flags, rows: list[int]) -> Ints:
    """Ranks of the rows among the flagged, counted from 1; equals share the better one."""
    ordered = np.sort(-key[among])
    return np.searchsorted(ordered, -key[np.array(rows, np.int64)], side="left") + 1


def _state_assumptions(need: Need, firms: Candidates, record: Performance) -> Assumptions:
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
    return Assumptions(
        rank_by=need.rank_by,
        settings=stated.in_force,
        defaults=stated.defaults,
        weights=dict(zip(TERMS, record.weights.terms, strict=True)),
        unknown=tuple(unknown),
        currencies_without_rate=tuple(sorted(missing)),
    )


def _choose_first(firm_ids: list[str], key: Floats | Ints, among: Flags, top: int) -> list[int]:
    """Rows of the ``top`` largest keys among the flagged, ties by firm id."""
    rows = np.flatnonzero(among)
    if 0 < top < len(rows):
        least = np.partition(key[rows], len(rows) - top)[len(rows) - top]
        rows = rows[key[rows] >= least]
    by_id = np.array(sorted(rows.tolist(), key=firm_ids.__getitem__), np.int64)
    return by_id[np.argsort(-key[by_id], kind="stable")].tolist()[:top]


def _find_reference(need: Need, firms: Candidates, cost: LandedCost, passed: Flags) -> Reference:
    if need.target_price_e4:
        return Reference(cost_e4=need.target_price_e4, source="target")
    if firms.last_paid_e4 > 0:
        return Reference(cost_e4=firms.last_paid_e4, source="last_paid")
    known = cost.total[passed & ~np.isnan(cost.total)]
    if len(known):
        return Reference(cost_e4=max(round(float(np.median(known))), 1), source="offers")
    return Reference(cost_e4=None, source="none")
