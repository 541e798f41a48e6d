"""Bids: what a supplier offers for the lines of a parts request.

draft -> open -> won | lost; draft | open -> withdrawn. All until the request's deadline, except
won and lost, which the award decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from supplychain.errors import NotOpen
from supplychain.model.bids.lines import CONTENT_FIELDS, BidContent
from supplychain.model.bids.prices import ALL_OFFERED, Charge, charge_for
from supplychain.model.bids.receipts import BidReceipt, commit_to, write_receipt
from supplychain.model.bids.rules import check_complete, fit_content
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.model.quantities import Quantity

PASSING: Final = ("draft", "open")
"""States that a bid does not stay in: few bids of a firm are in them at a time."""
SUBMITTED: Final = ("open", "won", "lost")
"""States of a bid that counts."""
OPENED: Final = ("evaluating", "awarded", "failed")
"""States of a request whose bids its buyer may read."""
DECIDED: Final = ("awarded", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bid(BidContent):
    """One firm's bid: its content, whose it is and how it stands.

    ``rank`` is set when the request is decided, 1 is best. ``salt`` and ``receipt`` are those of
    its last submission.
    """

    id: str
    request_id: str
    firm_id: str
    state: str
    created_by: str
    created_at: datetime
    submitted_at: datetime | None = None
    rank: int | None = None
    version: int = 1
    salt: str = ""
    receipt: BidReceipt | None = None
    receipt_firm_id: str = ""

    @property
    def live_key(self) -> str | None:
        """Unique: one live bid per firm and request; a withdrawn one makes way for another."""
        return None if self.state == "withdrawn" else f"{self.request_id}|{self.firm_id}"

    def charge(
        self,
        won_pieces: Mapping[str, Quantity],
        asked_pieces: Mapping[str, Quantity] = ALL_OFFERED,
    ) -> Charge:
        """What it charges for so many pieces by request line id, of what is asked for."""
        return charge_for(self.lines, self.bundles, self.one_off_cost, won_pieces, asked_pieces)

    def price_of(self, request_line_id: str) -> Decimal | None:
        """What a piece of a request line costs, from the first one on; None if it is not bid on."""
        prices = {line.request_line_id: line.unit_price for line in self.lines}
        return prices.get(request_line_id)

    @property
    def total(self) -> Decimal:
        """Price of all that is offered: lines with tooling, freight, one-off cost, less bundles."""
        return self.whole_charge.total

    @property
    def whole_charge(self) -> Charge:
        """What it charges if it wins all that it offers."""
        return self.charge({line.request_line_id: line.quantity or 0 for line in self.lines})

    @property
    def receipt_text(self) -> str:
        """What the receipt's commitment is over, besides the salt."""
        return write_receipt(
            self,
            bid_id=self.id,
            request_id=self.request_id,
            firm_id=self.receipt_firm_id or self.firm_id,
            currency=self.currency,
            submitted_at=self.submitted_at,
        )

    @property
    def commitment(self) -> str | None:
        """SHA-256 over salt and receipt's text in hexadecimal, once submitted."""
        if self.submitted_at is None:
            return None
        return commit_to(self.salt, self.receipt_text)

    def revised(self, request: PartsRequest, content: BidContent, now: datetime) -> Bid:
        """The bid with other content; one that was submitted stays so and gets a new receipt.

        Raises:
            NotOpen: the request takes no bids at ``now``, or the bid is withdrawn.
            Invalid: the content does not fit, or leaves a submitted bid incomplete.
        """
        self._check_live(request, now)
        fitted = fit_content(request, content)
        if self.state == "open":
            check_complete(request, content)
        return replace(
            self._filled_with(fitted),
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

    def _check_live(self, request: PartsRequest, now: datetime) -> None:
        request.check_takes_bid(now)
        if self.state not in ("draft", "open"):
            raise NotOpen("This bid was withdrawn. Place a new one.")

    def _filled_with(self, content: BidContent) -> Bid:
        return replace(self, **{name: getattr(content, name) for name in CONTENT_FIELDS})


def draft_bid(
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
    empty = Bid(
        id=bid_id,
        request_id=request.id,
        firm_id=firm_id,
        state="draft",
        created_by=user_id,
        created_at=now,
    )
    return empty._filled_with(fit_content(request, content))
