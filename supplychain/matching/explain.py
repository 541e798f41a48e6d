"""Why a firm stands where it stands, as data that pages put into words.

A reason is ``{"code", "values", "adds_to", "contribution"}``: what is known, and how much of the
landed cost (e4 a piece) or of the performance (0 to 1) it makes up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from supplychain.matching.candidates import Candidates, Ints
from supplychain.matching.capacity import finish_day
from supplychain.matching.landed_cost import (
    FREIGHT_OF_BUYER,
    FREIGHT_OF_PART,
    FREIGHT_OF_SUPPLIER,
    FREIGHT_UNKNOWN,
    PRICE_OFFER,
    PRICE_OTHER_CURRENCY,
    PRICE_OWN,
    PRICE_UNKNOWN,
    LandedCost,
)
from supplychain.matching.need import Need
from supplychain.matching.performance import Performance, Rate, combined, interval

Row = dict[str, Any]

PRICE_CODES = {
    PRICE_UNKNOWN: "price_unknown",
    PRICE_OFFER: "price_from_offer",
    PRICE_OWN: "price_from_own_order",
    PRICE_OTHER_CURRENCY: "price_in_other_currency",
}
FREIGHT_CODES = {
    FREIGHT_UNKNOWN: "freight_unknown",
    FREIGHT_OF_PART: "freight_of_part",
    FREIGHT_OF_SUPPLIER: "freight_of_supplier",
    FREIGHT_OF_BUYER: "freight_of_buyer",
}
OWN_CODES = frozenset({
    "price_from_offer", "price_from_own_order", "price_in_other_currency", "quality_record",
    "quality_no_record", "delivery_record", "delivery_no_record", "capacity_whole",
    "capacity_part", "capacity_unknown", "lead_time", "certificates_held",
})  # fmt: skip
"""Reasons made of the supplier's own facts, which it may see. No score and no reference cost (it
may be the buyer's target price), no freight (the buyer's ledger), no mean (rivals' records)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """All columns of one line, and which ``rows`` to explain, in rank order."""

    need: Need
    firms: Candidates
    possible: Ints
    cost: LandedCost
    record: Performance
    rows: list[int]


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
    cost = _cost(table, i)
    promise = _promise(table, i)
    score = None
    if cost["total_e4"] is not None and reference_e4:
        score = round(float(table.record.value[i] * reference_e4 / table.cost.total[i]), 6)
    lead_days = int(table.firms.lead_days[i])
    return {
        "firm_id": table.firms.firm_ids[i],
        "rank": rank,
        "score": score,
        "landed_cost": cost,
        "performance": record,
        "capacity": promise,
        "lead_days": lead_days if lead_days >= 0 else None,
        "reasons": _reasons(table, i, cost, record, promise, lead_days),
    }


def _cost(table: Table, i: int) -> Row:
    cost = table.cost
    return {
        "total_e4": _whole(cost.total[i]),
        "unit_price_e4": _whole(cost.unit_price[i]),
        "tooling_e4": 0,
        "freight_e4": _whole(cost.freight[i]),
    }


def _records(table: Table) -> list[Row]:
    """Performance and its parts, with 90 % intervals, of the shown rows."""
    chosen = np.array(table.rows, np.int64)
    quality, delivery = (
        Rate(a=rate.a[chosen], b=rate.b[chosen], evidence=rate.evidence[chosen])
        for rate in (table.record.quality, table.record.delivery)
    )
    whole = combined(quality, delivery, table.need.weights)
    columns = (
        zip(values.tolist(), *(end.tolist() for end in interval(*pair)), strict=True)
        for values, pair in (
            (table.record.value[chosen], whole),
            (quality.mean, (quality.a, quality.b)),
            (delivery.mean, (delivery.a, delivery.b)),
        )
    )
    evidence = zip(quality.evidence.tolist(), delivery.evidence.tolist(), strict=True)
    return [
        {
            **_span(*all_of_it),
            "quality": {**_span(*of_quality), "evidence": int(seen[0])},
            "delivery": {**_span(*of_delivery), "evidence": int(seen[1])},
        }
        for (all_of_it, of_quality, of_delivery), seen in zip(
            zip(*columns, strict=True), evidence, strict=True
        )
    ]


def _span(value: float, low: float, high: float) -> Row:
    return {"value": round(value, 4), "low": round(low, 4), "high": round(high, 4)}


def _promise(table: Table, i: int) -> Row:
    need, possible = table.need, int(table.possible[i])
    weekly = int(table.firms.weekly_capacity[i])
    if weekly <= 0:
        return {"state": "unknown", "weekly": None, "possible": None, "finish_on": None}
    finish = finish_day(
        today=need.today,
        quantity=need.quantity,
        weekly=weekly,
        booked=zip(*table.firms.booked.row(i), strict=True),
    )
    return {
        "state": "whole" if possible >= need.quantity else "part",
        "weekly": weekly,
        "possible": min(possible, need.quantity),
        "finish_on": finish.isoformat() if finish else None,
    }


def _reasons(
    table: Table, i: int, cost: Row, record: Row, promise: Row, lead_days: int
) -> list[Row]:
    need = table.need
    reasons = [_price_reason(table, i, cost), _freight_reason(table, i, cost)]
    reasons += _record_reasons(table, i, record)
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
    return reasons


def _price_reason(table: Table, i: int, cost: Row) -> Row:
    firms, code = table.firms, PRICE_CODES[int(table.cost.price_source[i])]
    values: Row = {
        "price_from_offer": {
            "unit_price_e4": cost["unit_price_e4"],
            "from_quantity": int(table.cost.tier_from[i]),
            "currency": table.need.currency,
        },
        "price_from_own_order": {
            "unit_price_e4": cost["unit_price_e4"],
            "on": firms.own_price_on[i],
            "currency": table.need.currency,
        },
        "price_in_other_currency": {"currency": firms.offer_currency[i]},
    }.get(code, {})
    return _adding(code, "landed_cost", cost["unit_price_e4"], values)


def _freight_reason(table: Table, i: int, cost: Row) -> Row:
    code = FREIGHT_CODES[int(table.cost.freight_source[i])]
    share = {
        "freight_of_supplier": float(table.firms.own_freight_share[i]),
        "freight_of_buyer": table.firms.mean_freight_share,
    }.get(code)
    values = {} if share is None else {"share": round(share, 4)}
    return _adding(code, "landed_cost", cost["freight_e4"], values)


def _record_reasons(table: Table, i: int, record: Row) -> list[Row]:
    firms, weights = table.firms, table.need.weights
    delivered = int(firms.delivered_lines[i])
    quality = {
        "rejected": int(firms.rejected_quantity[i]),
        "received": int(firms.received_quantity[i]),
        "delivered": delivered,
    }
    delivery = {"on_time": int(firms.on_time_lines[i]), "delivered": delivered}
    return [
        _adding(
            f"{name}_record" if record[name]["evidence"] else f"{name}_no_record",
            "performance",
            round(weight * record[name]["value"], 4),
            values if record[name]["evidence"] else {},
        )
        for name, weight, values in (
            ("quality", weights.quality, quality),
            ("delivery", weights.delivery, delivery),
        )
    ]


def _adding(code: str, adds_to: str, contribution: float | None, values: Row) -> Row:
    return {"code": code, "values": values, "adds_to": adds_to, "contribution": contribution}


def _reason(code: str, **values: Any) -> Row:
    return _adding(code, "", None, values)


def _whole(amount: float) -> int | None:
    return None if np.isnan(amount) else round(float(amount))
