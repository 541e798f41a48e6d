"""Bids: what a supplier offers for the lines of a parts request.

draft -> open -> won | lost; draft | open -> withdrawn. All until the request's deadline, except
won and lost, which the award decides.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from supplychain.errors import FieldError, Invalid, NotOpen
from supplychain.model.ids import to_text
from supplychain.model.money import plain
from supplychain.model.parts_requests import PartsRequest, RequestLine

SUBMITTED: Final = ("open", "won", "lost")
"""States of a bid that counts."""
OPENED: Final = ("evaluating", "awarded", "failed")
"""States of a request whose bids its buyer may read."""
DECIDED: Final = ("awarded", "failed")
MAX_LEAD_DAYS: Final = 3650


@dataclass(frozen=True, slots=True, kw_only=True)
class BidLine:
    """What is offered for one request line; in a draft anything may still be missing.

    ``quantity`` in the line's unit, all of it or a part; ``tooling`` once for the whole line;
    ``lead_days`` from the order; ``number`` is the request line's, set by the rules here.
    """

    request_line_id: str
    quantity: int | None = None
    unit_price: Decimal | None = None
    tooling: Decimal = Decimal(0)
    lead_days: int | None = None
    note: str = ""
    number: int = 0

    @property
    def total(self) -> Decimal:
        """Price of the whole line with its tooling; what is missing counts as nothing."""
        return (self.quantity or 0) * (self.unit_price or Decimal(0)) + self.tooling

    def is_blank(self, asked: int) -> bool:
        """Whether nothing was filled in; the full quantity is what a form starts with."""
        untouched = self.unit_price is None and self.lead_days is None and not self.note
        return untouched and not self.tooling and self.quantity in (None, asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class BidContent:
    """What a supplier fills in. Lines left blank are not bid on."""

    valid_until: date | None = None
    note: str = ""
    lines: tuple[BidLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bid:
    """One firm's bid. ``rank`` is set when the request is decided, 1 is best."""

    id: str
    request_id: str
    firm_id: str
    state: str
    currency: str
    valid_until: date | None
    note: str
    lines: tuple[BidLine, ...]
    created_by: str
    created_at: datetime
    submitted_at: datetime | None = None
    rank: int | None = None
    version: int = 1

    @property
    def live_key(self) -> str | None:
        """Unique: one live bid per firm and request; a withdrawn one frees its place."""
        return None if self.state == "withdrawn" else f"{self.request_id}|{self.firm_id}"

    @property
    def total(self) -> Decimal:
        """Price of all lines with tooling."""
        return sum((line.total for line in self.lines), Decimal(0))

    @property
    def content(self) -> str:
        """What the receipt's digest is over: JSON with sorted keys and no spaces."""
        lines = [
            {
                "request_line_id": line.request_line_id,
                "quantity": line.quantity,
                "unit_price": None if line.unit_price is None else plain(line.unit_price),
                "tooling": plain(line.tooling),
                "lead_days": line.lead_days,
                "note": line.note,
            }
            for line in self.lines
        ]
        body = {
            "bid_id": self.id,
            "request_id": self.request_id,
            "firm_id": self.firm_id,
            "currency": self.currency,
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
            "note": self.note,
            "submitted_at": to_text(self.submitted_at) if self.submitted_at else None,
            "lines": lines,
        }
        return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def receipt(self) -> str | None:
        """SHA-256 of the content in hexadecimal, once submitted."""
        if self.submitted_at is None:
            return None
        return hashlib.sha256(self.content.encode()).hexdigest()

    def revised(self, request: PartsRequest, content: BidContent, now: datetime) -> Bid:
        """The bid with other content; one that was submitted stays so and gets a new receipt.

        Raises:
            NotOpen: the request takes no bids at ``now``, or the bid is withdrawn.
            Invalid: the content does not fit, or leaves a submitted bid incomplete.
        """
        self._check_live(request, now)
        lines = fitted(request, content)
        if self.state == "open":
            _check_complete(request, content)
        return replace(
            self,
            valid_until=content.valid_until,
            note=content.note,
            lines=lines,
            submitted_at=now if self.state == "open" else None,
            version=self.version + 1,
        )

    def submitted(self, request: PartsRequest, now: datetime) -> Bid:
        """The bid handed in. Bid: draft -> open.

        Raises:
            NotOpen: the request takes no bids at ``now``, or the bid is no draft.
            Invalid: something is missing.
        """
        self._check_live(request, now)
        if self.state != "draft":
            raise NotOpen("This bid was submitted already.")
        _check_complete(request, self.as_content())
        return replace(self, state="open", submitted_at=now, version=self.version + 1)

    def withdrawn(self, request: PartsRequest, now: datetime) -> Bid:
        """The bid taken back. Bid: draft | open -> withdrawn.

        Raises:
            NotOpen: the deadline has passed, or it was withdrawn already.
        """
        self._check_live(request, now)
        return replace(self, state="withdrawn", version=self.version + 1)

    def as_content(self) -> BidContent:
        """What was filled in."""
        return BidContent(valid_until=self.valid_until, note=self.note, lines=self.lines)

    def _check_live(self, request: PartsRequest, now: datetime) -> None:
        request.check_takes_bid(now)
        if self.state not in ("draft", "open"):
            raise NotOpen("This bid was withdrawn. Place a new one.")


def drafted(
    request: PartsRequest,
    content: BidContent,
    *,
    bid_id: str,
    firm_id: str,
    user_id: str,
    now: datetime,
) -> Bid:
    """A new draft bid.

    Raises:
        NotOpen: the request takes no bids at ``now``.
        Invalid: the content does not fit the request.
    """
    request.check_takes_bid(now)
    return Bid(
        id=bid_id,
        request_id=request.id,
        firm_id=firm_id,
        state="draft",
        currency=request.currency,
        valid_until=content.valid_until,
        note=content.note,
        lines=fitted(request, content),
        created_by=user_id,
        created_at=now,
    )


def fitted(request: PartsRequest, content: BidContent) -> tuple[BidLine, ...]:
    """The lines that are bid on, numbered and in the request's order.

    Raises:
        Invalid: an unknown line, one twice, or a number that no draft may hold.
    """
    asked = {line.id: line for line in request.lines}
    errors: list[FieldError] = []
    kept: dict[str, BidLine] = {}
    for at, line in enumerate(content.lines):
        found = asked.get(line.request_line_id)
        if found is None or line.request_line_id in kept:
            problem = "The request has no such line." if found is None else "This line is twice."
            errors.append(_error(at, "request_line_id", problem))
            continue
        errors.extend(_impossible(at, line, found))
        if not line.is_blank(found.quantity):
            kept[found.id] = replace(line, number=found.number)
    if errors:
        raise Invalid(errors=errors)
    return tuple(sorted(kept.values(), key=lambda line: line.number))


def incomplete(request: PartsRequest, content: BidContent) -> list[FieldError]:
    """What is missing before the bid can be submitted; pointers count ``content.lines``."""
    asked = {line.id: line for line in request.lines}
    errors = _validity(request, content.valid_until)
    filled = 0
    for at, line in enumerate(content.lines):
        if not line.is_blank(asked[line.request_line_id].quantity):
            filled += 1
            errors.extend(_missing(at, line))
    if not filled:
        errors.insert(
            0, FieldError(pointer="/lines", message="Give a price for at least one line.")
        )
    return errors


def _check_complete(request: PartsRequest, content: BidContent) -> None:
    errors = incomplete(request, content)
    if errors:
        raise Invalid(errors=errors)


def _impossible(at: int, line: BidLine, asked: RequestLine) -> list[FieldError]:
    errors: list[FieldError] = []
    if line.quantity is not None and not 1 <= line.quantity <= asked.quantity:
        message = "Offer from 1 to %(most)s, the quantity that is asked for."
        errors.append(_error(at, "quantity", message, most=asked.quantity))
    if line.unit_price is not None and line.unit_price <= 0:
        errors.append(_error(at, "unit_price", "Enter a price above 0."))
    if line.tooling < 0:
        errors.append(_error(at, "tooling", "Enter 0 or more."))
    if line.lead_days is not None and not 0 <= line.lead_days <= MAX_LEAD_DAYS:
        message = "Enter from 0 to %(most)s days."
        errors.append(_error(at, "lead_days", message, most=MAX_LEAD_DAYS))
    return errors


def _missing(at: int, line: BidLine) -> list[FieldError]:
    wanted = (
        ("quantity", line.quantity, "Say how many you offer."),
        ("unit_price", line.unit_price, "Enter the price for one."),
        ("lead_days", line.lead_days, "Say how many days you need from the order."),
    )
    return [_error(at, name, message) for name, value, message in wanted if value is None]


def _validity(request: PartsRequest, valid_until: date | None) -> list[FieldError]:
    if valid_until is None:
        return [FieldError(pointer="/valid_until", message="Say until when your bid holds.")]
    assert request.deadline is not None
    if valid_until < request.deadline.date():
        message = "The bid must hold at least until the day of the deadline."
        return [FieldError(pointer="/valid_until", message=message)]
    return []


def _error(at: int, name: str, message: str, **values: object) -> FieldError:
    return FieldError(pointer=f"/lines/{at}/{name}", message=message, values=tuple(values.items()))
