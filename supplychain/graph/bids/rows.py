"""Bids as the graph's values, and values as bids. No query."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from supplychain.model.bids.bid import Bid
from supplychain.model.bids.lines import BidLine, Bundle, PriceTier
from supplychain.model.ids import to_instant, to_text
from supplychain.model.money import from_e4, to_e4


def head_values(bid: Bid) -> dict[str, Any]:
    """What may change of a bid, but its lines."""
    return {
        "id": bid.id,
        "state": bid.state,
        "live_key": bid.live_key,
        "valid_until": bid.valid_until.isoformat() if bid.valid_until else None,
        "note": bid.note,
        "submitted_at": to_text(bid.submitted_at) if bid.submitted_at else None,
        "rank": bid.rank,
        "version": bid.version,
        "one_off_e4": to_e4(bid.one_off_cost),
        "bundles": _bundles_text(bid.bundles),
        "incoterm": bid.incoterm,
        "payment_days": bid.payment_days,
    }


def _bundles_text(bundles: tuple[Bundle, ...]) -> str | None:
    if not bundles:
        return None
    told = [
        {"lines": list(each.request_line_ids), "discount": str(each.discount)} for each in bundles
    ]
    return json.dumps(told, separators=(",", ":"))


def line_values(bid: Bid) -> list[dict[str, Any]]:
    """The lines of a bid."""
    return [
        {
            "id": f"{bid.id}|{line.number}",
            "request_line_id": line.request_line_id,
            "number": line.number,
            "quantity": line.quantity,
            "unit_price_e4": _e4(line.unit_price),
            "tier_from": [tier.start for tier in line.tiers],
            "tier_prices_e4": [to_e4(tier.unit_price) for tier in line.tiers],
            "tier_rule": line.tier_rule,
            "min_quantity": line.min_quantity,
            "tooling_e4": to_e4(line.tooling),
            "freight_e4": _e4(line.freight),
            "lead_days": line.lead_days,
            "note": line.note,
        }
        for line in bid.lines
    ]


def lines_by_bid(columns: dict[str, Any] | None) -> dict[str, list[dict[str, Any]]]:
    """Columns of lines as rows, by bid id."""
    by_bid: dict[str, list[dict[str, Any]]] = {}
    if columns is None:
        return by_bid
    for values in zip(*columns.values(), strict=True):
        line = dict(zip(columns, values, strict=True))
        by_bid.setdefault(line["bid_id"], []).append(line)
    return by_bid


def bid_of(found: dict[str, Any]) -> Bid:
    """The bid of a row with its lines."""
    lines = tuple(_line(line) for line in found["lines"])
    one_off_e4 = found.pop("one_off_e4")
    return Bid(
        **{
            **found,
            "one_off_cost": from_e4(one_off_e4 or 0),
            "bundles": _bundles(found["bundles"]),
            "note": found["note"] or "",
            "valid_until": date.fromisoformat(found["valid_until"])
            if found["valid_until"]
            else None,
            "created_at": to_instant(found["created_at"]),
            "submitted_at": _instant(found["submitted_at"]),
            "lines": lines,
        }
    )


def _line(found: dict[str, Any]) -> BidLine:
    return BidLine(
        request_line_id=found["request_line_id"],
        number=found["number"],
        quantity=found["quantity"],
        unit_price=money_of(found["unit_price_e4"]),
        tiers=tiers_of(found),
        tier_rule=found["tier_rule"] or "all_units",
        min_quantity=found["min_quantity"] or None,
        freight=money_of(found["freight_e4"]),
        tooling=money_of(found["tooling_e4"]) or Decimal(0),
        lead_days=found["lead_days"],
        note=found["note"] or "",
    )


def tiers_of(found: dict[str, Any]) -> tuple[PriceTier, ...]:
    """The prices for larger quantities of a row."""
    pairs = zip(found["tier_from"] or (), found["tier_prices_e4"] or (), strict=True)
    return tuple(PriceTier(start=start, unit_price=from_e4(price)) for start, price in pairs)


def _bundles(text: str | None) -> tuple[Bundle, ...]:
    return tuple(
        Bundle(request_line_ids=tuple(each["lines"]), discount=Decimal(each["discount"]))
        for each in json.loads(text or "[]")
    )


def _e4(amount: Decimal | None) -> int | None:
    return None if amount is None else to_e4(amount)


def money_of(amount_e4: int | None) -> Decimal | None:
    """The amount; none is stored as null, in columns as a negative."""
    return None if amount_e4 is None or amount_e4 < 0 else from_e4(amount_e4)


def _instant(text: str | None) -> datetime | None:
    return to_instant(text) if text else None
