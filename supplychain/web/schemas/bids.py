"""Bids as the API and the pages read and tell them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import fields, post_load, pre_dump, validate

from supplychain.errors import FieldError
from supplychain.model.bids.bid import Bid
from supplychain.model.bids.lines import (
    BidContent,
    BidLine,
    Bundle,
    PriceTier,
)
from supplychain.model.bids.rules import MAX_BUNDLES, MAX_LEAD_DAYS, MAX_TIERS
from supplychain.model.money import PRICE_BASES_UNITS
from supplychain.model.offers import INCOTERMS, MAX_PAYMENT_DAYS, TIER_RULES
from supplychain.model.parts_requests.parts_request import MAX_LINES
from supplychain.web.input.fields import (
    Choice,
    Currency,
    Day,
    Id,
    Instant,
    Money,
    OfLine,
    Strict,
    Text,
    UnitOfMeasure,
    UnitQuantity,
    WholeNumber,
)
from supplychain.web.pages.i18n import translate
from supplychain.web.schemas.sent import Sent, read_fields


class PriceTierIn(Strict):
    """A price for larger quantities, from ``from`` pieces on."""

    start = UnitQuantity(required=True, data_key="from")
    unit_price = Money(required=True)

    @post_load
    def make_tier(self, values: dict[str, Any], **_: Any) -> PriceTier:
        """The price itself."""
        return PriceTier(**values)


class BidLineIn(OfLine):
    """What is offered for one line; a draft may leave any of it open. No price: no bid on it.

    ``unit_price`` holds from the first piece on, ``tiers`` are further prices for larger
    quantities, ascending.
    """

    request_line_id = Id(required=True)
    quantity = UnitQuantity(
        allow_none=True,
        metadata={"description": "all, a part, or up to the line's most_quantity"},
    )
    uom = UnitOfMeasure(
        metadata={
            "description": "unit of these quantities and prices, if not the line's: one that "
            "converts into it, or that the line's conversions state"
        }
    )
    unit_price = Money(allow_none=True, metadata={"description": "of price_per units"})
    price_per = WholeNumber(
        least=1,
        most=max(PRICE_BASES_UNITS),
        metadata={"description": "units that the prices are for: 1, 10, 100 or 1000"},
    )
    tiers = fields.List(
        fields.Nested(PriceTierIn),
        metadata={"description": f"at most {MAX_TIERS}"},
    )
    tier_rule = Choice(
        *TIER_RULES,
        metadata={
            "description": "all_units: the price reached holds for the whole quantity; "
            "incremental: each price for the pieces above its from"
        },
    )
    min_quantity = UnitQuantity(
        allow_none=True, metadata={"description": "the least that is made if any is"}
    )
    pack = UnitQuantity(
        allow_none=True,
        metadata={"description": "sold in whole packs of so much; null is any quantity"},
    )
    tooling = Money(metadata={"description": "once for the whole line"})
    freight = Money(
        allow_none=True,
        metadata={"description": "carriage of a piece beside the price; null is not said"},
    )
    lead_days = WholeNumber(
        least=0, most=MAX_LEAD_DAYS, allow_none=True, metadata={"description": "from the order"}
    )
    note = Text(most=500)

    @post_load
    def make_line(self, values: dict[str, Any], **_: Any) -> BidLine:
        """The line itself."""
        return BidLine(**{**values, "tiers": tuple(values.get("tiers", ()))})


class BundleIn(Strict):
    """A discount if all of these lines are won whole."""

    lines = fields.List(
        Id(), required=True, attribute="request_line_ids", validate=validate.Length(max=MAX_LINES)
    )
    discount = Money(required=True, metadata={"description": "percent, above 0, below 100"})

    @post_load
    def make_bundle(self, values: dict[str, Any], **_: Any) -> Bundle:
        """The discount itself."""
        return Bundle(**{**values, "request_line_ids": tuple(values["request_line_ids"])})


class BidIn(Strict):
    """A bid, or what to change of it: what is left out stays, ``lines`` replace all lines."""

    currency = Currency(
        metadata={"description": "one that the request accepts; left out is the request's own"}
    )
    valid_until = Day(allow_none=True, metadata={"description": "not before the deadline's day"})
    note = Text(most=2000)
    lines = fields.List(
        fields.Nested(BidLineIn),
        validate=validate.Length(max=MAX_LINES, error="There are not so many lines."),
    )
    one_off_cost = Money(metadata={"description": "once, if the bid wins anything"})
    bundles = fields.List(
        fields.Nested(BundleIn), metadata={"description": f"at most {MAX_BUNDLES}"}
    )
    incoterm = Choice(*INCOTERMS, allow_none=True, metadata={"description": "null is not said"})
    payment_days = WholeNumber(
        most=MAX_PAYMENT_DAYS,
        allow_none=True,
        metadata={"description": "from the invoice; null is not said"},
    )
    vat_percent = Money(
        allow_none=True,
        metadata={"description": "rate of the VAT; needed where the request asks for gross prices"},
    )

    @post_load
    def make_content(self, values: dict[str, Any], **_: Any) -> Sent[BidContent]:
        """The content that was sent, and which of its fields were."""
        lists = {name: tuple(values[name]) for name in ("lines", "bundles") if name in values}
        return Sent.of(BidContent, {**values, **lists})


class PriceTierOut(Strict):
    """A price for larger quantities."""

    start = UnitQuantity(data_key="from")
    unit_price = Money()


class BundleOut(Strict):
    """A discount in percent if all of these lines are won whole."""

    lines = fields.List(fields.String(), attribute="request_line_ids")
    discount = Money()


class BidWarningOut(Strict):
    """What to look at again; the bid counts all the same. Only its own firm is told."""

    line = fields.Integer(metadata={"description": "number of the request's line"})
    detail = fields.String()


class BidLineOut(BidLineIn):
    """What is offered for one line."""

    number = fields.Integer()
    tiers = fields.List(fields.Nested(PriceTierOut))
    total = Money()


class BidReceiptOut(Strict):
    """Proof of what was handed in and when.

    ``commitment`` is SHA-256 over ``salt`` and ``content``, one after the other, in UTF-8.
    ``signed`` is the receipt as the installation signed it: it tells nothing of the content, and
    anybody can check it. Who has ``salt`` and ``content`` too proves what was sent: keep them, and
    show them to nobody before the opening.
    """

    bid_id = fields.String()
    submitted_at = Instant()
    commitment = fields.String()
    number = fields.Integer(
        allow_none=True,
        metadata={"description": "counts your firm's receipts; null: from before they were signed"},
    )
    salt = fields.String()
    content = fields.String()
    signed = fields.String(
        allow_none=True,
        metadata={"description": "JSON, Ed25519; null: from before they were signed"},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BidAnswer:
    """A bid with what its reader learns beside it.

    ``ranked`` is among how many bids its rank is; ``firm_name`` is for the buyer.
    """

    bid: Bid
    ranked: int | None = None
    warnings: Sequence[FieldError] = ()
    firm_name: str = ""


class BidOut(BidIn):
    """A bid of your firm; for a request of your firm, once its bids are opened."""

    id = fields.String()
    request_id = fields.String()
    firm_id = fields.String()
    state = fields.String(metadata={"description": "draft, open, won, lost, withdrawn"})
    currency = fields.String()
    lines = fields.List(fields.Nested(BidLineOut))
    bundles = fields.List(fields.Nested(BundleOut))
    total = Money(metadata={"description": "if all that is offered is won"})
    created_at = Instant()
    submitted_at = Instant(allow_none=True)
    rank = fields.Integer(allow_none=True, metadata={"description": "once decided; 1 is best"})
    bids = fields.Integer(allow_none=True, metadata={"description": "how many were ranked"})
    receipt = fields.Nested(BidReceiptOut, allow_none=True)
    warnings = fields.List(fields.Nested(BidWarningOut))
    version = fields.Integer()

    @pre_dump
    def read_answer(self, answer: BidAnswer, **_: Any) -> dict[str, Any]:
        """The fields of the bid, and what its reader learns beside it."""
        bid = answer.bid
        receipt = bid.submitted_at and {
            "bid_id": bid.id,
            "submitted_at": bid.submitted_at,
            "commitment": bid.commitment,
            "number": bid.receipt.number if bid.receipt else None,
            "salt": bid.salt,
            "content": bid.receipt_text,
            "signed": bid.receipt.as_text() if bid.receipt else None,
        }
        warnings = [
            {"line": values["number"], "detail": translate(each.message, **values)}
            for each in answer.warnings
            if (values := dict(each.values))
        ]
        return {
            **read_fields(bid),
            "total": bid.total,
            "bids": answer.ranked,
            "receipt": receipt,
            "warnings": warnings,
            "firm_name": answer.firm_name,
        }


class BidWorkbookOut(Strict):
    """Your bid as a workbook left it."""

    bid = fields.Nested(BidOut)
    notices = fields.List(
        fields.String(),
        metadata={"description": "how the workbook was read where it could surprise"},
    )

    @pre_dump
    def read_placed(self, placed: Any, **_: Any) -> dict[str, Any]:
        """The bid, and the notices as sentences."""
        notices = [translate(each.message, **dict(each.values)) for each in placed.notices]
        return {"bid": placed.bid, "notices": notices}


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
