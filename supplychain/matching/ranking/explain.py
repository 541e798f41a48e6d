"""Why a firm stands where it stands, as data that pages put into words.

A reason is ``{"code", "values", "adds_to", "contribution"}``: what is known, and how much of the
landed cost (e4 a piece), of the expected cost beyond it, or of the performance (0 to 1) it makes
up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from supplychain.matching.candidates.arrays import Floats, Ints
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.cost.expected_cost import ExpectedCost
from supplychain.matching.cost.landed_cost import LandedCost
from supplychain.matching.cost.reasons import (
    adding,
    cost_reasons,
    expected_reasons,
    expected_row,
    landed_row,
)
from supplychain.matching.feasibility.capacity import promise
from supplychain.matching.feasibility.requirements import unknowns
from supplychain.matching.need import Need
from supplychain.matching.performance import (
    TERMS,
    Performance,
    Rate,
    combine_rates,
    credible_interval,
)

Row = dict[str, Any]

OWN_CODES = frozenset({
    "price_from_offer", "price_from_own_order", "price_in_other_currency", "quality_record",
    "quality_no_record", "delivery_record", "delivery_no_record", "responsiveness_record",
    "responsiveness_no_record", "resilience_record", "resilience_no_record", "tooling_of_offer",
    "payment_terms", "capacity_whole",
    "capacity_part", "capacity_unknown", "lead_time", "certificates_held", "not_stated",
})  # fmt: skip
"""Reasons made of the supplier's own facts, which it may see. No score and no reference cost (it
may be the buyer's target price), no freight (the buyer's ledger), no mean (rivals' records)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """All columns of one line, and which ``rows`` to explain, in rank order.

    ``places`` are the places of the rows in either order, by its name; equals share one.
    """

    need: Need
    firms: Candidates
    possible: Ints
    cost: LandedCost
    expected: ExpectedCost
    record: Performance
    rows: list[int]
    places: dict[str, Ints]


def best(table: Table, reference_e4: int | None) -> list[Row]:
    """One explained row per able firm, in rank order."""
    records = _records(table)
    return [
        _row(table, i, rank, records[rank - 1], reference_e4)
        for rank, i in enumerate(table.rows, start=1)
    ]


def for_supplier(row: Row) -> list[Row]:
    """The reasons of a row that the supplier may see, without contributions."""
    return [
        {"code": reason["code"], "values": reason["values"]}
        for reason in row["reasons"]
        if reason["code"] in OWN_CODES
    ]


def _row(table: Table, i: int, rank: int, record: Row, reference_e4: int | None) -> Row:
    cost, expected = landed_row(table.cost, i), expected_row(table.expected, i)
    promise = _promise(table, i)
    score = None
    if cost["total_e4"] is not None and reference_e4:
        score = round(float(table.record.value[i] * reference_e4 / table.cost.total[i]), 6)
    lead_days = int(table.firms.lead_days[i])
    return {
        "firm_id": table.firms.firm_ids[i],
        "rank": rank,
        "score": score,
        "ranks": {name: int(places[rank - 1]) for name, places in table.places.items()},
        "landed_cost": cost,
        "expected_cost": expected,
        "performance": record,
        "capacity": promise,
        "lead_days": lead_days if lead_days >= 0 else None,
        "reasons": [
            *cost_reasons(table.need, table.firms, table.cost, i, cost),
            *_reasons(table, i, record, promise, lead_days),
            *expected_reasons(table.expected, i, expected),
        ],
    }


def _records(table: Table) -> list[Row]:
    """Performance and its terms, with 90 % intervals, of the shown rows."""
    chosen = np.array(table.rows, np.int64)
    terms = [
        Rate(a=rate.a[chosen], b=rate.b[chosen], evidence=rate.evidence[chosen])
        for rate in table.record.terms
    ]
    whole = combine_rates(terms, table.record.weights)
    columns = [_spans(table.record.value[chosen], whole)]
    columns += [_spans(rate.mean, (rate.a, rate.b)) for rate in terms]
    evidence = [rate.evidence.tolist() for rate in terms]
    return [
        {
            **columns[0][place],
            **{
                name: {**columns[at + 1][place], "evidence": int(evidence[at][place])}
                for at, name in enumerate(TERMS)
            },
        }
        for place in range(len(chosen))
    ]


def _spans(values: Floats, pair: tuple[Floats, Floats]) -> list[Row]:
    ends = (end.tolist() for end in credible_interval(*pair))
    return [_span(*one) for one in zip(values.tolist(), *ends, strict=True)]


def _span(value: float, low: float, high: float) -> Row:
    return {"value": round(value, 4), "low": round(low, 4), "high": round(high, 4)}


def _promise(table: Table, i: int) -> Row:
    return promise(table.need, table.firms, table.possible, i)


def _reasons(table: Table, i: int, record: Row, promise: Row, lead_days: int) -> list[Row]:
    need = table.need
    reasons = _record_reasons(table, i, record)
    reasons.append(
        _reason(
            f"capacity_{promise['state']}",
            possible=promise["possible"],
            quantity=need.quantity,
            finish_on=promise["finish_on"],
            needed_by=need.needed_by.isoformat(),
        )
    )
    if lead_days >= 0:
        reasons.append(_reason("lead_time", lead_days=lead_days, days_left=need.days_left))
    else:
        reasons.append(_reason("lead_time_unknown"))
    if need.certificates:
        reasons.append(_reason("certificates_held", certificates=list(need.certificates)))
    if blank := unknowns(need, table.firms, i):
        reasons.append(_reason("not_stated", facts=blank))
    return reasons


def _record_reasons(table: Table, i: int, record: Row) -> list[Row]:
    """What each term rests on. A term that counts nothing is told only where there is a record."""
    firms = table.firms
    delivered = int(firms.delivered_lines[i])
    facts: tuple[Row, ...] = (
        {
            "rejected": int(firms.rejected_quantity[i]),
            "received": int(firms.received_quantity[i]),
            "delivered": delivered,
        },
        {"on_time": int(firms.on_time_lines[i]), "delivered": delivered},
        {"answered": int(firms.answered[i]), "asked": int(firms.asked[i])},
        {"failed": int(firms.long_late_lines[i]), "delivered": delivered},
    )
    return [
        adding(
            f"{name}_record" if record[name]["evidence"] else f"{name}_no_record",
            "performance",
            round(weight * record[name]["value"], 4),
            values if record[name]["evidence"] else {},
        )
        for name, weight, values in zip(TERMS, table.record.weights.terms, facts, strict=True)
        if weight or record[name]["evidence"]
    ]


def _reason(code: str, **values: Any) -> Row:
    return adding(code, "", None, values)
