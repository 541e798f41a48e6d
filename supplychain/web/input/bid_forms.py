"""The form of a bid: nested fields of a line, line numbers of a discount, and back."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

from supplychain.model.bids.lines import BidContent, BidLine
from supplychain.model.bids.rules import MAX_BUNDLES, MAX_TIERS
from supplychain.model.money import plain
from supplychain.model.parts_requests.parts_request import MAX_LINES, PartsRequest

TERMS: Final = ("valid_until", "note", "one_off_cost", "incoterm", "payment_days")
TIER_FIELD: Final = re.compile(r"tiers-([0-9]{1,3})-(from|unit_price)", re.ASCII)
LONGEST: Final = 1000
"""Characters of a list of line numbers."""
RANGE: Final = re.compile(r"([0-9]{1,4})(?:-([0-9]{1,4}))?", re.ASCII)


def given(asked: PartsRequest, form: dict[str, Any]) -> dict[str, Any]:
    """The nested form as ``BidIn`` takes it: an empty field is said to be empty."""
    told = {name: value for name, value in form.items() if name not in ("version", "confirmed")}
    blank = {"valid_until": None, "note": "", "one_off_cost": 0, "incoterm": None}
    whole = {**blank, "payment_days": None, "lines": [], "bundles": [], **told}
    if isinstance(whole["lines"], list):
        whole["lines"] = [_line(row) for row in whole["lines"]]
    if isinstance(whole["bundles"], list):
        whole["bundles"] = [_bundle(asked, row) for row in whole["bundles"]]
    return whole


def _line(row: Any) -> Any:
    if not isinstance(row, dict):
        return row
    kept = {name: value for name, value in row.items() if not TIER_FIELD.fullmatch(name)}
    tiers = [tier for _, tier in sorted(_tiers(row).items())]
    return {**kept, "tiers": tiers} if tiers else kept


def _tiers(row: dict[str, Any]) -> dict[int, dict[str, Any]]:
    tiers: dict[int, dict[str, Any]] = {}
    for name, value in row.items():
        found = TIER_FIELD.fullmatch(name)
        if found:
            tiers.setdefault(int(found[1]), {})[found[2]] = value
    return tiers


def _bundle(asked: PartsRequest, row: Any) -> Any:
    if not isinstance(row, dict):
        return row
    numbers = row.get("lines", "")
    ids = {line.number: line.id for line in asked.lines}
    if isinstance(numbers, str):
        wanted = numbers_in(numbers) if numbers.strip() else list(ids)
        return {**row, "lines": [ids.get(number, "unknown") for number in wanted]}
    return row


def numbers_in(text: str) -> list[int]:
    """Line numbers out of ``1, 3-5``; 0, which no line has, for what cannot be read."""
    if len(text) > LONGEST:
        return [0]
    plain_text = unicodedata.normalize("NFKC", text).replace("、", ",")
    numbers: list[int] = []
    for piece in filter(None, re.split(r"[,;\s]+", plain_text)):
        found = RANGE.fullmatch(piece)
        first = int(found[1]) if found else 0
        last = int(found[2] or first) if found else 0
        numbers.extend(range(first, max(first, last) + 1) if last - first < MAX_LINES else [0])
    return numbers


def settled(values: dict[str, Any]) -> dict[str, Any]:
    """The form as typed, its rows in lists and the prices of a line counted without gaps."""
    kept = {
        name: value
        for name, value in values.items()
        if name not in ("lines", "bundles") or isinstance(value, list)
    }
    rows = kept.get("lines")
    if rows is not None:
        kept["lines"] = [_renumbered(row) if isinstance(row, dict) else row for row in rows]
    return kept


def _renumbered(row: dict[str, Any]) -> dict[str, Any]:
    others = {name: value for name, value in row.items() if not TIER_FIELD.fullmatch(name)}
    for at, (_, tier) in enumerate(sorted(_tiers(row).items())):
        others.update({f"tiers-{at}-{name}": value for name, value in tier.items()})
    return others


def tier_rows(row: Any) -> int:
    """How many rows for further prices a line shows: those filled, and some empty ones."""
    filled = len(_tiers(row)) if isinstance(row, dict) else 0
    return min(MAX_TIERS, max(3, filled + 1))


def bundle_rows(values: dict[str, Any]) -> int:
    """How many rows for discounts the form shows."""
    rows = values.get("bundles")
    return min(MAX_BUNDLES, len(rows) + 1 if isinstance(rows, list) else 1)


def as_typed(asked: PartsRequest, content: BidContent) -> dict[str, Any]:
    """A bid as its form shows it: one row for every line of the request, in its order."""
    filled = {line.request_line_id: line for line in content.lines}
    numbers = {line.id: line.number for line in asked.lines}
    return {
        "valid_until": content.valid_until.isoformat() if content.valid_until else "",
        "note": content.note,
        "one_off_cost": plain(content.one_off_cost) if content.one_off_cost else "",
        "incoterm": content.incoterm or "",
        "payment_days": _text(content.payment_days),
        "lines": [
            {"request_line_id": line.id, **_row(filled.get(line.id), line.quantity)}
            for line in asked.lines
        ],
        "bundles": [
            {
                "lines": ", ".join(str(numbers.get(one, 0)) for one in each.request_line_ids),
                "discount": plain(each.discount),
            }
            for each in content.bundles
        ],
    }


def _row(line: BidLine | None, asked: int) -> dict[str, Any]:
    if line is None:
        return {"quantity": asked}
    row = {
        "quantity": _text(line.quantity),
        "unit_price": "" if line.unit_price is None else plain(line.unit_price),
        "tooling": plain(line.tooling) if line.tooling else "",
        "lead_days": _text(line.lead_days),
        "note": line.note,
        "min_quantity": _text(line.min_quantity),
        "freight": "" if line.freight is None else plain(line.freight),
        "tier_rule": line.tier_rule,
    }
    for at, tier in enumerate(line.tiers):
        row[f"tiers-{at}-from"] = str(tier.start)
        row[f"tiers-{at}-unit_price"] = plain(tier.unit_price)
    return row


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def padded(asked: PartsRequest, content: BidContent) -> tuple[BidLine, ...]:
    """A line for every line of the request, so that errors point at the form's rows."""
    filled = {line.request_line_id: line for line in content.lines}
    return tuple(filled.get(line.id, BidLine(request_line_id=line.id)) for line in asked.lines)
