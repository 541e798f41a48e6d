"""Bids as the graph's values, and values as bids. No query.

A field of a bid line is declared here once, in ``LINE_NAMES`` or ``LINE_MONEY``; ``READ_LINES`` in
``graph/bids/opened_bids.py`` is the one query that lists the columns.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from supplychain.graph.list_keys import list_key, state_key
from supplychain.model.bids.bid import PASSING, Bid
from supplychain.model.bids.lines import BidLine, Bundle, PriceTier
from supplychain.model.bids.receipts import BidReceipt
from supplychain.model.ids import to_instant, to_text
from supplychain.model.money import amount_or_none, e4_or_none, from_e4, to_e4
from supplychain.model.quantities import plain_number, plain_number_or_none, tidy_quantity

LINE_NAMES: Final = (
    "request_line_id",
    "number",
    "tier_rule",
    "lead_days",
    "price_per",
    "uom",
    "note",
)
"""Fields of a bid line that the graph keeps as they are, under their own names."""
LINE_QUANTITIES: Final = ("quantity", "min_quantity", "pack")
"""Fields that are quantities: plain numbers in the graph."""
LINE_MONEY: Final = ("unit_price", "tooling", "freight")
"""Fields that are amounts: ``unit_price`` is kept as ``unit_price_e4``."""
NO_VALUES: Final = (None, -1)
"""Where the graph has no value: null, and -1 in columns, as no number of a bid line is below 0."""
COLUMNS: Final = (
    *LINE_NAMES,
    *LINE_QUANTITIES,
    *(f"{name}_e4" for name in LINE_MONEY),
    "tier_from",
    "tier_prices_e4",
)
DEFAULTS: Final = {field.name: field.default for field in fields(BidLine)} | {"request_line_id": ""}
"""Of the fields of a new line."""


CONTENT_NAMES: Final = (
    "currency",
    "valid_until",
    "note",
    "one_off_e4",
    "bundles",
    "incoterm",
    "payment_days",
    "vat_percent_e4",
    "salt",
)
"""Properties of a bid that say what it offers: sealed until the opening."""


def write_bid_row(bid: Bid) -> dict[str, Any]:
    """What may change of a bid and is no secret: not what it offers."""
    receipt = bid.receipt
    return {
        "id": bid.id,
        "state": bid.state,
        "live_key": bid.live_key,
        "submitted_at": to_text(bid.submitted_at) if bid.submitted_at else None,
        "rank": bid.rank,
        "version": bid.version,
        "receipt_number": receipt.number if receipt else None,
        "receipt_key_id": receipt.key_id if receipt else None,
        "receipt_signature": receipt.signature if receipt else None,
        "commitment": receipt.commitment if receipt else None,
        "list_key": list_key(bid.firm_id, to_text(bid.created_at), bid.id),
        "state_key": bid_state_key(bid),
    }


def bid_state_key(bid: Bid) -> str | None:
    """The key of a bid among those of its firm that are in its state."""
    at, ends = to_text(bid.created_at), bid.state not in PASSING
    return state_key(bid.firm_id, bid.state, at, bid.id, ends=ends)


def write_content(bid: Bid) -> dict[str, Any]:
    """What a bid offers, as its node and the nodes of its lines hold it once it is opened."""
    content = {
        "currency": bid.currency,
        "valid_until": bid.valid_until.isoformat() if bid.valid_until else None,
        "note": bid.note,
        "one_off_e4": to_e4(bid.one_off_cost),
        "bundles": _write_bundles(bid.bundles),
        "incoterm": bid.incoterm,
        "payment_days": bid.payment_days,
        "vat_percent_e4": e4_or_none(bid.vat_percent),
        "salt": bid.salt,
    }
    return {"bid": content, "lines": [_write_line_row(bid, line) for line in bid.lines]}


def _write_bundles(bundles: tuple[Bundle, ...]) -> str | None:
    if not bundles:
        return None
    rows = [
        {"lines": list(each.request_line_ids), "discount": str(each.discount)} for each in bundles
    ]
    return json.dumps(rows, separators=(",", ":"))


def _write_line_row(bid: Bid, line: BidLine) -> dict[str, Any]:
    """A line of a bid as the properties of its node."""
    amounts = {f"{name}_e4": getattr(line, name) for name in LINE_MONEY}
    return {
        "id": f"{bid.id}|{line.number}",
        "bid_id": bid.id,
        "tier_from": [plain_number(tier.start) for tier in line.tiers],
        "tier_prices_e4": [to_e4(tier.unit_price) for tier in line.tiers],
        **{name: getattr(line, name) for name in LINE_NAMES},
        **{name: plain_number_or_none(getattr(line, name)) for name in LINE_QUANTITIES},
        **{name: e4_or_none(amount) for name, amount in amounts.items()},
    }


def read_line_rows(rows: Iterable[dict[str, Any]]) -> list[BidLine]:
    """The lines of rows; what the graph has no value for is as in a new line."""
    entries = list(rows)
    return _read_columns({name: [row.get(name) for row in entries] for name in COLUMNS})


def read_lines_by_bid(columns: dict[str, list[Any]] | None) -> dict[str, list[BidLine]]:
    """Lines out of columns, by bid id."""
    by_bid: dict[str, list[BidLine]] = {}
    if columns is not None:
        for bid_id, line in zip(columns["bid_id"], _read_columns(columns), strict=True):
            by_bid.setdefault(bid_id, []).append(line)
    return by_bid


def _read_columns(columns: dict[str, list[Any]]) -> list[BidLine]:
    """Lines out of columns, a field at a time: that takes half as long as line by line."""
    by_name: dict[str, list[Any]] = {}
    for name in LINE_NAMES:
        default = DEFAULTS[name]
        by_name[name] = [default if one in NO_VALUES else one for one in columns[name]]
    for name in LINE_QUANTITIES:
        by_name[name] = [None if one in NO_VALUES else tidy_quantity(one) for one in columns[name]]
    for name in LINE_MONEY:
        default = DEFAULTS[name]
        amounts_e4 = columns[f"{name}_e4"]
        by_name[name] = [default if one in NO_VALUES else from_e4(one) for one in amounts_e4]
    starts_and_prices = zip(columns["tier_from"], columns["tier_prices_e4"], strict=True)
    by_name["tiers"] = [_read_tiers(starts, prices) for starts, prices in starts_and_prices]
    lines = zip(*by_name.values(), strict=True)
    return [BidLine(**dict(zip(by_name, values, strict=True))) for values in lines]


def _read_tiers(starts: list[float] | None, prices_e4: list[int] | None) -> tuple[PriceTier, ...]:
    pairs = zip(starts or (), prices_e4 or (), strict=True)
    return tuple(
        PriceTier(start=tidy_quantity(start), unit_price=from_e4(price)) for start, price in pairs
    )


def read_tiers(row: dict[str, Any]) -> tuple[PriceTier, ...]:
    """The prices by quantity of a row."""
    return _read_tiers(row["tier_from"], row["tier_prices_e4"])


def read_bid_row(row: dict[str, Any], lines: Iterable[BidLine]) -> Bid:
    """The bid of a row, with its lines."""
    return Bid(
        id=row["id"],
        request_id=row["request_id"],
        firm_id=row["firm_id"],
        state=row["state"],
        currency=row["currency"],
        valid_until=date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
        note=row["note"] or "",
        lines=tuple(lines),
        created_by=row["created_by"],
        created_at=to_instant(row["created_at"]),
        submitted_at=_read_instant(row["submitted_at"]),
        rank=row["rank"],
        version=row["version"],
        one_off_cost=from_e4(row["one_off_e4"] or 0),
        bundles=_read_bundles(row["bundles"]),
        incoterm=row["incoterm"],
        payment_days=row["payment_days"],
        vat_percent=amount_or_none(row["vat_percent_e4"]),
        salt=row["salt"] or "",
        receipt=_read_receipt(row),
        receipt_firm_id=row["receipt_firm_id"] or "",
    )


def _read_receipt(row: dict[str, Any]) -> BidReceipt | None:
    if row["receipt_number"] is None:
        return None
    return BidReceipt(
        bid_id=row["id"],
        request_id=row["request_id"],
        firm_id=row["receipt_firm_id"] or row["firm_id"],
        number=row["receipt_number"],
        submitted_at=row["submitted_at"],
        commitment=row["commitment"],
        key_id=row["receipt_key_id"],
        signature=row["receipt_signature"],
    )


def _read_bundles(text: str | None) -> tuple[Bundle, ...]:
    return tuple(
        Bundle(request_line_ids=tuple(each["lines"]), discount=Decimal(each["discount"]))
        for each in json.loads(text or "[]")
    )


def _read_instant(text: str | None) -> datetime | None:
    return to_instant(text) if text else None
