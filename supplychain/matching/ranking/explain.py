"""Why a firm stands where it stands: one row a firm, whose reasons pages put into words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from supplychain.matching.candidates.arrays import Floats, Ints
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.cost.expected_cost import ExpectedCost
from supplychain.matching.cost.landed_cost import LandedCost
from supplychain.matching.cost.reasons import (
    cost_reasons,
    expected_reasons,
    expected_row,
    landed_row,
)
from supplychain.matching.feasibility.capacity import promise_capacity
from supplychain.matching.feasibility.requirements import list_unstated
from supplychain.matching.need import Need
from supplychain.matching.performance import (
    TERMS,
    Performance,
    Rate,
    combine_rates,
    credible_interval,
)
from supplychain.matching.rows import (
    NO_VALUES,
    CodedFact,
    FactValues,
    OrderRanks,
    PerformanceRow,
    Promise,
    RankedFirm,
    Reason,
    TermRow,
)
from supplychain.model.audiences import CAPACITY
from supplychain.model.cost_settings import COST_PERFORMANCE, EXPECTED_COST
from supplychain.model.quantities import plain_number
from supplychain.model.weeks import day_number

OWN_CODES = frozenset({
    "price_from_offer", "price_from_own_order", "price_in_other_currency", "quality_record",
    "price_ended", "price_not_begun", "price_stated",
    "quality_no_record", "delivery_record", "delivery_no_record", "responsiveness_record",
    "responsiveness_no_record", "resilience_record", "resilience_no_record", "tooling_of_offer",
    "payment_terms", "capacity_whole",
    "capacity_part", "capacity_unknown", "price_on_request", "capacity_on_request", "lead_time",
    "certificates_held", "not_stated",
})  # fmt: skip
"""Reasons made of the supplier's own facts, which it may see. No score and no reference cost (it
may be the buyer's target price), no freight (the buyer's ledger), no mean (rivals' records)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExplainedColumns:
    """All columns of one line, and which ``rows`` of them to explain, in rank order.

    ``ranks`` are the ranks of these rows in either order, by its name; equals share one.
    """

    need: Need
    firms: Candidates
    possible: Ints
    cost: LandedCost
    expected: ExpectedCost
    record: Performance
    rows: list[int]
    ranks: dict[str, Ints]


def explain_best(columns: ExplainedColumns, reference_e4: int | None) -> list[RankedFirm]:
    """One explained row per shown firm, in rank order.

    Args:
        columns: of n firms, of which ``rows`` are shown.
        reference_e4: what a landed cost is measured against, a piece; None gives no scores.
    """
    records = _estimate_records(columns)
    return [
        _explain_firm(columns, i, rank, records[rank - 1], reference_e4)
        for rank, i in enumerate(columns.rows, start=1)
    ]


def for_supplier(row: RankedFirm) -> tuple[CodedFact, ...]:
    """The reasons of a row that the supplier may see, without contributions."""
    return tuple(
        CodedFact(code=reason.code, values=reason.values)
        for reason in row.reasons
        if reason.code in OWN_CODES
    )


def _explain_firm(
    columns: ExplainedColumns,
    i: int,
    rank: int,
    record: PerformanceRow,
    reference_e4: int | None,
) -> RankedFirm:
    cost, expected = landed_row(columns.cost, i), expected_row(columns.expected, i)
    promised = promise_capacity(columns.need, columns.firms, columns.possible, i)
    score = None
    if cost.total_e4 is not None and reference_e4:
        score = round(float(columns.record.value[i] * reference_e4 / columns.cost.total[i]), 6)
    lead_days = int(columns.firms.lead_days[i])
    on_request = columns.firms.on_request(i)
    return RankedFirm(
        firm_id=columns.firms.firm_ids[i],
        rank=rank,
        score=score,
        ranks=OrderRanks(
            cost_performance=int(columns.ranks[COST_PERFORMANCE][rank - 1]),
            expected_cost=int(columns.ranks[EXPECTED_COST][rank - 1]),
        ),
        landed_cost=cost,
        expected_cost=expected,
        performance=record,
        capacity=promised,
        lead_days=lead_days if lead_days >= 0 else None,
        reasons=(
            *cost_reasons(columns.need, columns.firms, columns.cost, i, cost),
            *_explain_record(columns, i, record),
            *_explain_feasibility(columns, i, promised),
            *expected_reasons(columns.expected, i, expected),
        ),
        on_request=on_request,
    )


def _estimate_records(columns: ExplainedColumns) -> list[PerformanceRow]:
    """Performance and its terms, with 90 % intervals, of the shown rows."""
    chosen = np.array(columns.rows, np.int64)
    rates = [
        Rate(
            mean=rate.mean[chosen],
            a=rate.a[chosen],
            b=rate.b[chosen],
            evidence=rate.evidence[chosen],
        )
        for rate in columns.record.terms
    ]
    spans = _round_spans(columns.record.value[chosen], combine_rates(rates, columns.record.weights))
    quality, delivery, responsiveness, resilience = (_estimate_term(rate) for rate in rates)
    return [
        PerformanceRow(
            value=value,
            low=low,
            high=high,
            quality=quality[row],
            delivery=delivery[row],
            responsiveness=responsiveness[row],
            resilience=resilience[row],
        )
        for row, (value, low, high) in enumerate(spans)
    ]


def _estimate_term(rate: Rate) -> list[TermRow]:
    spans = _round_spans(rate.mean, (rate.a, rate.b))
    return [
        TermRow(value=value, low=low, high=high, evidence=int(evidence))
        for (value, low, high), evidence in zip(spans, rate.evidence.tolist(), strict=True)
    ]


def _round_spans(values: Floats, beta: tuple[Floats, Floats]) -> list[tuple[float, float, float]]:
    """Values with the ends of their intervals under Beta (a, b), to four decimals."""
    lows, highs = (end.tolist() for end in credible_interval(*beta))
    return [
        (round(value, 4), round(min(low, value), 4), round(max(high, value), 4))
        for value, low, high in zip(values.tolist(), lows, highs, strict=True)
    ]


def _explain_feasibility(columns: ExplainedColumns, i: int, promised: Promise) -> list[Reason]:
    """Capacity, lead time, certificates, and what is not stated."""
    need, lead_days = columns.need, int(columns.firms.lead_days[i])
    is_hidden = CAPACITY in columns.firms.on_request(i)
    capacity = FactValues(
        possible=promised.possible,
        quantity=need.quantity,
        finish_on=promised.finish_on,
        needed_by=need.needed_by.isoformat(),
    )
    reasons = [Reason(code=f"capacity_{promised.state}", values=capacity)]
    if is_hidden:
        reasons = [Reason(code="capacity_on_request")]
    if lead_days >= 0:
        left = day_number(need.needed_by) - columns.firms.first_day(i, need.today)
        values = FactValues(lead_days=lead_days, days_left=left)
        reasons.append(Reason(code="lead_time", values=values))
    elif not is_hidden:
        reasons.append(Reason(code="lead_time_unknown"))
    if need.certificates:
        held = FactValues(certificates=list(need.certificates))
        reasons.append(Reason(code="certificates_held", values=held))
    if blank := list_unstated(need, columns.firms, i):
        reasons.append(Reason(code="not_stated", values=FactValues(facts=blank)))
    return reasons


def _explain_record(columns: ExplainedColumns, i: int, record: PerformanceRow) -> list[Reason]:
    """What each term rests on; a term that counts nothing is named only where it has evidence."""
    firms = columns.firms
    delivered = int(firms.delivered_lines[i])
    terms = (
        (record.quality, FactValues(
            rejected=plain_number(float(firms.rejected_quantity[i])),
            received=plain_number(float(firms.received_quantity[i])),
            delivered=delivered,
        )),
        (record.delivery, FactValues(on_time=int(firms.on_time_lines[i]), delivered=delivered)),
        (record.responsiveness, FactValues(
            answered=int(firms.answered[i]), asked=int(firms.enquiries[i])
        )),
        (record.resilience, FactValues(
            failed=int(firms.long_late_lines[i]), delivered=delivered
        )),
    )  # fmt: skip
    return [
        Reason(
            code=f"{name}_record" if term.evidence else f"{name}_no_record",
            adds_to="performance",
            contribution=round(weight * term.value, 4),
            values=counts if term.evidence else NO_VALUES,
        )
        for name, weight, (term, counts) in zip(
            TERMS, columns.record.weights.terms, terms, strict=True
        )
        if term and (weight or term.evidence)
    ]
