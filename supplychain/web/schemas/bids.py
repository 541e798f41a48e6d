"""Bids as the API and the pages read and tell them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from marshmallow import fields, validate

from supplychain.model.bids import MAX_LEAD_DAYS, Bid, BidContent, BidLine
from supplychain.model.money import plain
from supplychain.model.parts_requests import MAX_LINES, PartsRequest
from supplychain.web.fields import Day, Id, Instant, Money, Strict, Text, WholeNumber


class BidLineIn(Strict):
    """What is offered for one line; a draft may leave any of it open. No price: no bid on it."""

    request_line_id = Id(required=True)
    quantity = WholeNumber(least=1, allow_none=True, metadata={"description": "all or a part"})
    unit_price = Money(allow_none=True)
    tooling = Money(metadata={"description": "once for the whole line"})
    lead_days = WholeNumber(
        least=0, most=MAX_LEAD_DAYS, allow_none=True, metadata={"description": "from the order"}
    )
    note = Text(most=500)


class BidIn(Strict):
    """A bid, or what to change of it: what is left out stays, ``lines`` replace all lines."""

    valid_until = Day(allow_none=True, metadata={"description": "not before the deadline's day"})
    note = Text(most=2000)
    lines = fields.List(
        fields.Nested(BidLineIn),
        validate=validate.Length(max=MAX_LINES, error="There are not so many lines."),
    )


class BidLineOut(Strict):
    """What is offered for one line."""

    request_line_id = fields.String()
    number = fields.Integer()
    quantity = fields.Integer(allow_none=True)
    unit_price = Money(allow_none=True)
    tooling = Money()
    lead_days = fields.Integer(allow_none=True)
    note = fields.String()
    total = Money()


class BidReceiptOut(Strict):
    """Proof of what was handed in and when: ``sha256`` is over ``content`` in UTF-8."""

    bid_id = fields.String()
    submitted_at = Instant()
    sha256 = fields.String()
    content = fields.String()


class BidOut(Strict):
    """A bid of your firm; for a request of your firm, once its bids are opened."""

    id = fields.String()
    request_id = fields.String()
    firm_id = fields.String()
    state = fields.String(metadata={"description": "draft, open, won, lost, withdrawn"})
    currency = fields.String()
    valid_until = Day(allow_none=True)
    note = fields.String()
    lines = fields.List(fields.Nested(BidLineOut))
    total = Money()
    created_at = Instant()
    submitted_at = Instant(allow_none=True)
    rank = fields.Integer(allow_none=True, metadata={"description": "once decided; 1 is best"})
    bids = fields.Integer(allow_none=True, metadata={"description": "how many were ranked"})
    receipt = fields.Nested(BidReceiptOut, allow_none=True)
    version = fields.Integer()


class BidListed(Strict):
    """A bid in the list of your firm's bids."""

    id = fields.String()
    request_id = fields.String()
    request_number = fields.String()
    title = fields.String()
    request_state = fields.String()
    deadline = fields.String(allow_none=True)
    buyer_name = fields.String()
    state = fields.String()
    created_at = fields.String()
    submitted_at = fields.String(allow_none=True)
    rank = fields.Integer(allow_none=True)
    bids = fields.Integer(allow_none=True)
    version = fields.Integer()


class BidPage(Strict):
    """A page of bids."""

    items = fields.List(fields.Nested(BidListed))
    next_cursor = fields.String(allow_none=True)


class OpenedBidOut(BidOut):
    """A bid as the buyer reads it after the opening."""

    firm_name = fields.String()


class OpenedBids(Strict):
    """All bids for a request, in order of submission."""

    items = fields.List(fields.Nested(OpenedBidOut))


class BidCount(Strict):
    """How many bids stand: all that is told before the opening."""

    count = fields.Integer()


def content_of(given: dict[str, Any], stored: Bid | None = None) -> BidContent:
    """What was sent, over what is stored."""
    kept = stored.as_content() if stored else BidContent()
    lines = kept.lines
    if "lines" in given:
        lines = tuple(BidLine(**line) for line in given["lines"])
    return BidContent(
        valid_until=given.get("valid_until", kept.valid_until),
        note=given.get("note", kept.note),
        lines=lines,
    )


def as_told(bid: Bid, *, ranked: int | None = None) -> dict[str, Any]:
    """A bid as ``BidOut`` tells it; ``ranked`` is among how many bids its rank is."""
    names = (
        "id", "request_id", "firm_id", "state", "currency", "valid_until", "note", "lines",
        "total", "created_at", "submitted_at", "rank", "version",
    )  # fmt: skip
    receipt = bid.receipt and {
        "bid_id": bid.id,
        "submitted_at": bid.submitted_at,
        "sha256": bid.receipt,
        "content": bid.content,
    }
    told = {name: getattr(bid, name) for name in names}
    return {**told, "bids": ranked, "receipt": receipt}


def as_typed(asked: PartsRequest, content: BidContent) -> dict[str, Any]:
    """A bid as its form shows it: one row for every line of the request, in its order."""
    filled = {line.request_line_id: line for line in content.lines}
    return {
        "valid_until": content.valid_until.isoformat() if content.valid_until else "",
        "note": content.note,
        "lines": [
            {"request_line_id": line.id, **_row(filled.get(line.id), line.quantity)}
            for line in asked.lines
        ],
    }


def padded(asked: PartsRequest, content: BidContent) -> BidContent:
    """The content with a row for every line, so that errors point at the form's rows."""
    filled = {line.request_line_id: line for line in content.lines}
    rows = (filled.get(line.id, BidLine(request_line_id=line.id)) for line in asked.lines)
    return BidContent(valid_until=content.valid_until, note=content.note, lines=tuple(rows))


def _row(line: BidLine | None, asked: int) -> dict[str, Any]:
    if line is None:
        return {"quantity": asked}
    price = line.unit_price
    return {
        "quantity": "" if line.quantity is None else line.quantity,
        "unit_price": "" if price is None else plain(price),
        "tooling": plain(line.tooling) if line.tooling > Decimal(0) else "",
        "lead_days": "" if line.lead_days is None else line.lead_days,
        "note": line.note,
    }
