"""Bids: what a supplier offers for the lines of a parts request.

draft -> open -> won | lost; draft | open -> withdrawn. All until the request's deadline, except
won and lost, which the award decides.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from supplychain.errors import NotOpen
from supplychain.model.bids.lines import BidContent, BidLine, Bundle
from supplychain.model.bids.prices import Charge, charge_for
from supplychain.model.bids.rules import check_complete, fitted
from supplychain.model.ids import to_text
from supplychain.model.money import plain
from supplychain.model.parts_requests.parts_request import PartsRequest

SUBMITTED: Final = ("open", "won", "lost")
"""States of a bid that counts."""
OPENED: Final = ("evaluating", "awarded", "failed")
"""States of a request whose bids its buyer may read."""
DECIDED: Final = ("awarded", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bid:
    """One firm's bid. ``rank`` is set when the request is decided, 1 is best.

    ``one_off_cost``, ``bundles``, ``incoterm`` and ``payment_days`` are as in ``BidContent``.
    """

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
    one_off_cost: Decimal = Decimal(0)
    bundles: tuple[Bundle, ...] = ()
    incoterm: str | None = None
    payment_days: int | None = None

    @property
    def live_key(self) -> str | None:
        """Unique: one live bid per firm and request; a withdrawn one frees its place."""
        return None if self.state == "withdrawn" else f"{self.request_id}|{self.firm_id}"

    def charge(self, given: Mapping[str, int]) -> Charge:
        """What it charges for so many pieces by request line id."""
        return charge_for(self.lines, self.bundles, self.one_off_cost, given)

    @property
    def total(self) -> Decimal:
        """Price of all that is offered: lines with tooling, one-off cost, less bundles."""
        return self.charge({line.request_line_id: line.quantity or 0 for line in self.lines}).total

    @property
    def content(self) -> str:
        """What the receipt's digest is over: JSON with sorted keys and no spaces.

        Terms that a bid does not use are left out, so simple bids read as they always did.
        """
        body = {
            "bid_id": self.id,
            "request_id": self.request_id,
            "firm_id": self.firm_id,
            "currency": self.currency,
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
            "note": self.note,
            "submitted_at": to_text(self.submitted_at) if self.submitted_at else None,
            "lines": [_told_line(line) for line in self.lines],
            **_told_terms(self),
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
            check_complete(request, content)
        return replace(
            self,
            **_terms(content),
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
        check_complete(request, self.as_content())
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
        return BidContent(lines=self.lines, **_terms(self))

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
        lines=fitted(request, content),
        created_by=user_id,
        created_at=now,
        **_terms(content),
    )


def _terms(of: Bid | BidContent) -> dict[str, Any]:
    """What holds for the whole bid, by name."""
    return {
        "valid_until": of.valid_until,
        "note": of.note,
        "one_off_cost": of.one_off_cost,
        "bundles": of.bundles,
        "incoterm": of.incoterm,
        "payment_days": of.payment_days,
    }


def _told_line(line: BidLine) -> dict[str, Any]:
    told: dict[str, Any] = {
        "request_line_id": line.request_line_id,
        "quantity": line.quantity,
        "unit_price": None if line.unit_price is None else plain(line.unit_price),
        "tooling": plain(line.tooling),
        "lead_days": line.lead_days,
        "note": line.note,
    }
    if line.tiers:
        told["tier_rule"] = line.tier_rule
        told["tiers"] = [
            {"from": each.start, "unit_price": plain(each.unit_price)} for each in line.tiers
        ]
    if line.min_quantity is not None:
        told["min_quantity"] = line.min_quantity
    if line.freight is not None:
        told["freight"] = plain(line.freight)
    return told


def _told_terms(bid: Bid) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if bid.one_off_cost:
        told["one_off_cost"] = plain(bid.one_off_cost)
    if bid.bundles:
        told["bundles"] = [
            {"lines": list(each.request_line_ids), "discount": plain(each.discount)}
            for each in bid.bundles
        ]
    if bid.incoterm is not None:
        told["incoterm"] = bid.incoterm
    if bid.payment_days is not None:
        told["payment_days"] = bid.payment_days
    return told
