"""The form of a bid: nested fields of a line, line numbers of a discount, and back.

The form's fields have the names of ``BidLine`` and ``BidContent``, and one that is left empty is as
in a new bid. Only prices by quantity and the lines of a discount are written otherwise.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeAlias

from supplychain.errors import Invalid
from supplychain.model.bids.lines import BidContent, BidLine, Bundle
from supplychain.model.bids.rules import MAX_BUNDLES, MAX_TIERS, list_missing
from supplychain.model.money import plain_text
from supplychain.model.parts_requests.parts_request import MAX_LINES, PartsRequest
from supplychain.model.reading.numbers import unambiguous_text

Row: TypeAlias = dict[str, str]
"""A row of the form as it is typed: text by the name of its field."""
Form: TypeAlias = Mapping[str, str | list[Row]]
"""The whole form as it is typed; under the name of a list there may be text that is none."""

TIER_FIELD: Final = re.compile(r"tiers-([0-9]{1,3})-(from|unit_price)", re.ASCII)
MAX_NUMBERS_CHARS: Final = 1000
"""The longest list of line numbers that is read."""
NUMBER_RANGE: Final = re.compile(r"([0-9]{1,4})(?:-([0-9]{1,4}))?", re.ASCII)
QUANTITY_FIELDS: Final = ("quantity", "min_quantity", "pack")
USUAL_TIER_ROWS: Final = 3
"""Rows for prices by quantity that a line shows though they are empty."""


def read_bid_form(request: PartsRequest, form: Form) -> dict[str, Any]:
    """The form as ``BidIn`` takes it; what is no row is left for the schema to refuse."""
    values: dict[str, Any] = {
        name: value for name, value in form.items() if name not in ("version", "confirmed")
    }
    if isinstance(form.get("lines"), list):
        values["lines"] = [_read_line_row(row) for row in form["lines"]]
    if isinstance(form.get("bundles"), list):
        values["bundles"] = [_read_bundle_row(request, row) for row in form["bundles"]]
    return values


def _read_line_row(row: Row | str) -> dict[str, str | list[Row]] | str:
    if not isinstance(row, dict):
        return row
    tiers = [tier for _, tier in sorted(_tiers_by_number(row).items())]
    return {**_without_tiers(row), "tiers": tiers} if tiers else {**_without_tiers(row)}


def _without_tiers(row: Row) -> Row:
    return {name: value for name, value in row.items() if not TIER_FIELD.fullmatch(name)}


def _tiers_by_number(row: Row) -> dict[int, Row]:
    tiers: dict[int, Row] = {}
    for name, value in row.items():
        match = TIER_FIELD.fullmatch(name)
        if match:
            tiers.setdefault(int(match[1]), {})[match[2]] = value
    return tiers


def _read_bundle_row(request: PartsRequest, row: Row | str) -> dict[str, str | list[str]] | str:
    """The discount with ids of lines for their numbers; no numbers are all lines."""
    if not isinstance(row, dict):
        return row
    numbers = row.get("lines", "")
    ids = {line.number: line.id for line in request.lines}
    wanted = numbers_in(numbers) if numbers.strip() else list(ids)
    return {**row, "lines": [ids.get(number, "unknown") for number in wanted]}


def numbers_in(text: str) -> list[int]:
    """Line numbers out of ``1, 3-5``; 0, which no line has, for what cannot be read."""
    if len(text) > MAX_NUMBERS_CHARS:
        return [0]
    plain_text = unicodedata.normalize("NFKC", text).replace("、", ",")
    numbers: list[int] = []
    for piece in filter(None, re.split(r"[,;\s]+", plain_text)):
        match = NUMBER_RANGE.fullmatch(piece)
        first = int(match[1]) if match else 0
        last = int(match[2] or first) if match else 0
        numbers.extend(range(first, max(first, last) + 1) if last - first < MAX_LINES else [0])
    return numbers


def tidy_rows(form: Form) -> Form:
    """The form as typed, its rows in lists and the prices of a line counted without gaps."""
    kept = {
        name: value
        for name, value in form.items()
        if name not in ("lines", "bundles") or isinstance(value, list)
    }
    rows = kept.get("lines")
    if isinstance(rows, list):
        kept["lines"] = [_renumber_tiers(row) if isinstance(row, dict) else row for row in rows]
    return kept


def _renumber_tiers(row: Row) -> Row:
    renumbered = _without_tiers(row)
    for index, (_, tier) in enumerate(sorted(_tiers_by_number(row).items())):
        renumbered.update({f"tiers-{index}-{name}": value for name, value in tier.items()})
    return renumbered


def count_tier_rows(row: Row | str | None) -> int:
    """How many rows for further prices a line shows: those filled, and some empty ones."""
    return min(MAX_TIERS, max(USUAL_TIER_ROWS, count_filled_tiers(row) + 1))


def count_filled_tiers(row: Row | str | None) -> int:
    """How many prices for larger quantities a row holds."""
    return len(_tiers_by_number(row)) if isinstance(row, dict) else 0


def count_bundle_rows(form: Form) -> int:
    """How many rows for discounts the form shows."""
    rows = form.get("bundles")
    return min(MAX_BUNDLES, len(rows) + 1 if isinstance(rows, list) else 1)


def fill_bid_form(request: PartsRequest, content: BidContent) -> Form:
    """A bid as its form shows it: one row for every line of the request, in its order.

    Numbers are written so that they read in one way only when the form comes back.
    """
    filled = {line.request_line_id: line for line in content.lines}
    numbers = {line.id: line.number for line in request.lines}
    lines = [
        _write_line_row(filled[line.id])
        if line.id in filled
        else {"request_line_id": line.id, "quantity": unambiguous_text(Decimal(line.quantity))}
        for line in request.lines
    ]
    bundles = [_write_bundle_row(bundle, numbers) for bundle in content.bundles]
    return {
        **_write_fields(content, besides=("lines", "bundles")),
        "lines": lines,
        "bundles": bundles,
    }


def _write_line_row(line: BidLine) -> Row:
    row = _write_fields(line, besides=("tiers", "number", "typed"))
    for index, tier in enumerate(line.tiers):
        row[f"tiers-{index}-from"] = unambiguous_text(Decimal(tier.start))
        row[f"tiers-{index}-unit_price"] = _write_amount(tier.unit_price)
    return row


def _write_bundle_row(bundle: Bundle, numbers: dict[str, int]) -> Row:
    return {
        "lines": ", ".join(str(numbers.get(one, 0)) for one in bundle.request_line_ids),
        "discount": _write_amount(bundle.discount),
    }


def _write_fields(thing: BidContent | BidLine, *, besides: Collection[str]) -> Row:
    """The fields as text; what nobody filled in is empty."""
    return {
        field.name: _write_value(field.name, value)
        if (value := getattr(thing, field.name)) != field.default
        else ""
        for field in fields(thing)
        if field.name not in besides
    }


def _write_value(name: str, value: str | int | Decimal | date) -> str:
    if not isinstance(value, Decimal):
        return str(value)
    return unambiguous_text(value) if name in QUANTITY_FIELDS else _write_amount(value)


def _write_amount(amount: Decimal) -> str:
    """With its cents, but never with just three decimals, which could be thousands."""
    text = plain_text(amount)
    return unambiguous_text(amount) if len(text.partition(".")[2]) == 3 else text


def pad_lines(request: PartsRequest, content: BidContent) -> tuple[BidLine, ...]:
    """A line for every line of the request, so that errors point at the form's rows."""
    filled = {line.request_line_id: line for line in content.lines}
    return tuple(filled.get(line.id, BidLine(request_line_id=line.id)) for line in request.lines)


def find_missing(request: PartsRequest, content: BidContent) -> Invalid | None:
    """What the bid lacks before it can be submitted, as errors of the form's fields."""
    padded = replace(content, lines=pad_lines(request, content))
    errors = list_missing(request, padded)
    return Invalid(errors=errors) if errors else None
