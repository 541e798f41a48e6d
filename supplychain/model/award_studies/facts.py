"""What a study keeps beside its problem: names, dates, what late and bad pieces will cost.

Without it a problem speaks in ids; with it the page tells a split in words years later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final

from supplychain.model.bids.bid import Bid
from supplychain.model.cost_settings import STANDARD, CostSettings
from supplychain.model.parts_requests.parts_request import PartsRequest

Records = Mapping[tuple[str, str], Mapping[str, Any]]
"""Rows of the buyer's ranking by (firm id, request line id)."""

DAYS_LATE: Final = 5
"""Days that a late delivery is late, where nothing better is known."""


def known_of(
    request: PartsRequest,
    opened: Sequence[tuple[Bid, str]],
    problem: Mapping[str, Any],
    records: Records,
    incumbents: Mapping[str, str],
    *,
    today: date,
    settings: CostSettings = STANDARD,
) -> dict[str, Any]:
    """What a study keeps.

    Args:
        request: with its lines.
        opened: bids with the names of their firms.
        problem: raw, as ``award_problems.problem_of`` makes it.
        records: what the ranking knew of quality and delivery.
        incumbents: part id to the firm that supplies most of it today.
        today: from which lead days count.
        settings: what the buyer reckons a defect and a late day with.
    """
    there = {(bid["supplier"], bid["line"]): bid for bid in problem["bids"]}
    pairs = _pairs(request, opened, there, records, today, settings)
    return {
        "today": today.isoformat(),
        "number": request.number,
        "title": request.title,
        "currency": request.currency,
        "firms": {bid.firm_id: name for bid, name in opened},
        "lines": [
            {
                "id": line.id,
                "number": line.number,
                "description": line.description or line.part_id or "",
                "quantity": line.quantity,
                "uom": line.uom,
            }
            for line in request.lines
        ],
        "pairs": pairs,
        "incumbents": [
            {"supplier": supplier, "line": line.id}
            for line in request.lines
            if (supplier := incumbents.get(line.part_id or "")) and (supplier, line.id) in there
        ],
    }


def within_reach(problem: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The problem with each line cut down to what is offered for it, and what stays missing.

    A line that nobody can cover would make every split impossible; a line without bids is left
    out.
    """
    offered: dict[str, Decimal] = {}
    for bid in problem["bids"]:
        offered[bid["line"]] = offered.get(bid["line"], Decimal(0)) + Decimal(bid["max_quantity"])
    short = {
        line["id"]: str(Decimal(line["quantity"]) - offered.get(line["id"], Decimal(0)))
        for line in problem["lines"]
        if "shortage_price" not in line
        and offered.get(line["id"], Decimal(0)) < Decimal(line["quantity"])
    }
    lines = [
        {**line, "quantity": str(Decimal(line["quantity"]) - Decimal(short.get(line["id"], "0")))}
        for line in problem["lines"]
        if line["id"] in offered
    ]
    return {**problem, "lines": lines}, short


def with_losses(problem: dict[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """The problem with what each bid's pieces are expected to cost beside their price."""
    pairs = {(pair["supplier"], pair["line"]): pair for pair in known["pairs"]}
    bids = [
        {
            "expected_cost": pairs[bid["supplier"], bid["line"]]["loss"],
            "lead_days": pairs[bid["supplier"], bid["line"]]["lead_days"],
            "late": pairs[bid["supplier"], bid["line"]]["late_days"] > 0,
            **bid,
        }
        for bid in problem["bids"]
    ]
    return {**problem, "bids": bids}


def _pairs(
    request: PartsRequest,
    opened: Sequence[tuple[Bid, str]],
    there: Mapping[tuple[str, str], Mapping[str, Any]],
    records: Records,
    today: date,
    settings: CostSettings,
) -> list[dict[str, Any]]:
    need_by = {line.id: line.need_by for line in request.lines}
    found = []
    for bid, _ in opened:
        for line in bid.lines:
            key = (bid.firm_id, line.request_line_id)
            if key not in there:
                continue
            wanted, lead_days = need_by[line.request_line_id], line.lead_days or 0
            promised_on = today + timedelta(days=lead_days)
            late_days = max(0, (promised_on - wanted).days) if wanted else 0
            share = _share(records, key, settings)
            price = Decimal(there[key]["tiers"][0]["unit_price"])
            lost = _mean(records, key[1], settings) if share is None else share
            found.append(
                {
                    "supplier": bid.firm_id,
                    "line": line.request_line_id,
                    "bid_id": bid.id,
                    "lead_days": lead_days,
                    "promised_on": promised_on.isoformat(),
                    "late_days": late_days,
                    "has_record": share is not None,
                    "loss": there[key].get("expected_cost")
                    or f"{_loss(price, lost + late_days * settings.reckoned('late_day_share')):f}",
                }
            )
    return found


def _share(records: Records, key: tuple[str, str], settings: CostSettings) -> float | None:
    """What a firm's bad and late pieces cost, as a part of the price; None if it was not ranked.

    As the ranking reckoned it, where it knew a price; else from quality and delivery alone.
    """
    record = records.get(key) or {}
    price = (record.get("landed_cost") or {}).get("unit_price_e4")
    expected = record.get("expected_cost") or {}
    parts = [expected.get(name) for name in ("defects_e4", "lateness_e4", "risk_e4")]
    if price and None not in parts:
        return sum(part for part in parts if part) / price
    performance = record.get("performance")
    if not performance:
        return None
    bad, late = (1 - performance[name]["value"] for name in ("quality", "delivery"))
    days = late * DAYS_LATE
    return bad * settings.reckoned("defect_multiple") + days * settings.reckoned("late_day_share")


def _mean(records: Records, line_id: str, settings: CostSettings) -> float:
    """The mean of those who were ranked for a line: a firm without a record is like them."""
    shares = [_share(records, key, settings) for key in records if key[1] == line_id]
    known = [share for share in shares if share is not None]
    return sum(known) / len(known) if known else 0.0


def _loss(price: Decimal, share: float) -> Decimal:
    return (price * Decimal(f"{share:.6f}")).quantize(Decimal("0.0001"), ROUND_HALF_EVEN)
