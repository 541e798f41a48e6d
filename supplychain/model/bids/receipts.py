"""The receipt of a submitted bid: the text that its digest is over."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias

from supplychain.model.bids.lines import BidContent, BidLine, Bundle, PriceTier
from supplychain.model.ids import to_text
from supplychain.model.money import plain_text

Json: TypeAlias = "str | int | list[Json] | dict[str, Json] | None"

ALWAYS_IN_BID: Final = ("valid_until", "note", "lines")
ALWAYS_IN_LINE: Final = (
    "request_line_id",
    "quantity",
    "unit_price",
    "tooling",
    "lead_days",
    "note",
)
"""What every receipt says. Other fields are left out where a bid does not use them, so that a
simple bid reads the same whatever fields are added later."""


def _list_defaults(kind: type[BidContent | BidLine], always: Collection[str]) -> dict[str, object]:
    """The default of each field by name; of those that are always said a value nothing equals."""
    return {
        field.name: ... if field.name in always else field.default
        for field in fields(kind)
        if field.name not in ("number", "tiers", "tier_rule")
    }


BID_DEFAULTS: Final = _list_defaults(BidContent, ALWAYS_IN_BID)
LINE_DEFAULTS: Final = _list_defaults(BidLine, ALWAYS_IN_LINE)
"""Without the line's number, which is the request's, and its prices by quantity with their rule."""


def write_receipt(
    content: BidContent,
    *,
    bid_id: str,
    request_id: str,
    firm_id: str,
    currency: str,
    submitted_at: datetime | None,
) -> str:
    """JSON with sorted keys and no spaces, of all that the bid says."""
    body: dict[str, Json] = {
        "bid_id": bid_id,
        "request_id": request_id,
        "firm_id": firm_id,
        "currency": currency,
        "submitted_at": _as_json(submitted_at),
        **_write_used_fields(content, BID_DEFAULTS),
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_receipt(text: str) -> str:
    """SHA-256 of a receipt's text in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _write_used_fields(
    thing: BidContent | BidLine, defaults: Mapping[str, object]
) -> dict[str, Json]:
    """Those of the fields that are always said, or that differ from what they are by default."""
    return {
        name: _as_json(value)
        for name, default in defaults.items()
        if (value := getattr(thing, name)) != default
    }


def _write_line(line: BidLine) -> dict[str, Json]:
    written = _write_used_fields(line, LINE_DEFAULTS)
    if line.tiers:
        written |= {"tier_rule": line.tier_rule, "tiers": [_as_json(tier) for tier in line.tiers]}
    return written


def _as_json(
    value: str | int | Decimal | date | PriceTier | Bundle | BidLine | tuple[Any, ...] | None,
) -> Json:
    match value:
        case None | str() | int():
            return value
        case Decimal():
            return plain_text(value)
        case datetime():
            return to_text(value)
        case date():
            return value.isoformat()
        case BidLine():
            return _write_line(value)
        case PriceTier():
            return {"from": value.start, "unit_price": plain_text(value.unit_price)}
        case Bundle():
            return {"lines": list(value.request_line_ids), "discount": plain_text(value.discount)}
        case tuple():
            return [_as_json(each) for each in value]
