"""Capabilities and offers as pages send them and the API tells them."""

from __future__ import annotations

import re
from dataclasses import fields as dataclass_fields
from typing import Any

from marshmallow import fields, post_load, pre_load, validate
from typing_extensions import override

from supplychain.model.capabilities import MAX_LEAD_DAYS, MAX_WEEKLY_PIECES
from supplychain.model.capacity.part_hours import PartTime
from supplychain.model.money import PRICE_BASES_UNITS, e4_or_none, to_e4
from supplychain.model.offers import INCOTERMS, MAX_PAYMENT_DAYS, TIER_RULES, OfferTerms, OfferTier
from supplychain.model.parts_requests.requirements import GEOMETRICAL, LINEAR, MAX_KG, MAX_MM
from supplychain.model.texts import fold_short
from supplychain.web.input.fields import (
    Choice,
    Currency,
    Day,
    Id,
    Makes,
    Money,
    MoneyE4,
    Strict,
    Text,
    WholeNumber,
)
from supplychain.web.schemas.parts_requests.requirements import Terms, split_list, tolerance

HOURS = ("weekly_hours", "hours_per_piece", "setup_hours")
_DAY_OR_BLANK = r"^(\d{4}-\d{2}-\d{2})?$"
_SAY_DAY = "Enter a date such as 2026-11-22."
_DATED = re.compile(r"(.+?)[\s(（=]+(\d{4}-\d{2}-\d{2})[)）]?")


def _split_end(text: str) -> tuple[str, str]:
    """Name and end of a certificate: ``ISO 9001 2027-05-31``; the end may be blank."""
    match = _DATED.fullmatch(fold_short(text))
    return (match[1].strip(), match[2]) if match else (text, "")


class CapabilityChangeIn(Strict):
    """What a firm may change of what it can make; quantities in pieces."""

    weekly_capacity = WholeNumber(
        most=MAX_WEEKLY_PIECES,
        load_default=None,
        allow_none=True,
        metadata={"description": "pieces a week; left out where hours are stated"},
    )
    certificates = fields.List(Text(most=60), load_default=list)
    min_lot = WholeNumber(least=1, most=MAX_WEEKLY_PIECES, load_default=None, allow_none=True)
    max_lot = WholeNumber(least=1, most=MAX_WEEKLY_PIECES, load_default=None, allow_none=True)
    lead_days = WholeNumber(most=MAX_LEAD_DAYS, load_default=None, allow_none=True)
    certificate_ends = fields.List(
        fields.String(validate=validate.Regexp(_DAY_OR_BLANK, error=_SAY_DAY)),
        load_default=list,
        metadata={"description": "days beside the certificates, blank where not known; or none"},
    )
    lot_size = WholeNumber(
        least=1,
        most=MAX_WEEKLY_PIECES,
        load_default=None,
        allow_none=True,
        metadata={"description": "pieces are made in multiples of it"},
    )
    processes = Terms(load_default=list)
    materials = Terms(load_default=list)
    length_mm = WholeNumber(least=1, most=MAX_MM, load_default=None, allow_none=True)
    width_mm = WholeNumber(least=1, most=MAX_MM, load_default=None, allow_none=True)
    height_mm = WholeNumber(least=1, most=MAX_MM, load_default=None, allow_none=True)
    weight_kg = WholeNumber(least=1, most=MAX_KG, load_default=None, allow_none=True)
    tolerance_linear = tolerance(LINEAR, load_default="")
    tolerance_geometrical = tolerance(GEOMETRICAL, load_default="")
    weekly_hours = Money(
        load_default=None,
        allow_none=True,
        metadata={"description": "hours a week, of all machines together, instead of pieces"},
    )
    hours_per_piece = Money(load_default=None, allow_none=True)
    setup_hours = Money(load_default=None, allow_none=True, metadata={"description": "once a lot"})

    @pre_load
    def split_certificates(self, fields: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Pages send certificates as one text, each with its end behind it if it has one."""
        text = fields.get("certificates") if isinstance(fields, dict) else None
        if not isinstance(text, str):
            return fields
        pairs = [_split_end(part) for part in split_list(text)]
        ends = [end for _, end in pairs] if any(end for _, end in pairs) else []
        return {**fields, "certificates": [name for name, _ in pairs], "certificate_ends": ends}

    @post_load
    def freeze_lists(self, fields: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Lists as tuples and hours in ten-thousandths, as a ``Capability`` holds them."""
        names = ("certificates", "certificate_ends", "processes", "materials")
        hours = {name: fields.pop(name) for name in HOURS}
        return {
            **fields,
            **{name: tuple(fields[name]) for name in names},
            **{f"{name}_e4": e4_or_none(each) for name, each in hours.items()},
        }


class CapabilityIn(CapabilityChangeIn):
    """What a firm can make of a category."""

    category = Text(most=80, least=1, required=True)


class BookedOut(Strict):
    """What accepted orders still need, or bids hold, by the day it is due."""

    due_on = fields.String()
    quantity = fields.Integer(
        metadata={"description": "pieces; of hours, what they make at the category's hours a piece"}
    )
    hours = MoneyE4(
        attribute="hours_e4",
        allow_none=True,
        metadata={"description": "null where the capacity is in pieces"},
    )


class PartTimeIn(Makes[PartTime]):
    """A part and the hours that a piece of it takes."""

    makes = PartTime

    part_id = Id(required=True)
    hours_per_piece = Money(required=True)

    @override
    @post_load
    def make(self, fields: dict[str, Any], **_: Any) -> PartTime:
        """The part with its hours in ten-thousandths, as they are kept."""
        return PartTime(part_id=fields["part_id"], hours_e4=to_e4(fields["hours_per_piece"]))


class PartHoursIn(Strict):
    """All parts of a capability that take hours of their own."""

    items = fields.List(
        fields.Nested(PartTimeIn),
        load_default=list,
        metadata={"description": "parts left out take the hours of the category"},
    )


class PartTimeOut(Strict):
    """A part and the hours that a piece of it takes."""

    part_id = fields.String()
    part_name = fields.String()
    hours_per_piece = MoneyE4(attribute="hours_e4")


class PartHoursOut(Strict):
    """All parts of a capability that take hours of their own."""

    items = fields.List(fields.Nested(PartTimeOut))


class CapabilityOut(Strict):
    """What the firm can make of a category; ``version`` goes into If-Match."""

    id = fields.String()
    category_id = fields.String()
    category = fields.String()
    weekly_capacity = fields.Integer(
        metadata={"description": "pieces in an ordinary week; of hours, the whole pieces"}
    )
    weekly_hours = MoneyE4(attribute="weekly_hours_e4", allow_none=True)
    hours_per_piece = MoneyE4(attribute="hours_per_piece_e4", allow_none=True)
    setup_hours = MoneyE4(
        attribute="setup_hours_e4", allow_none=True, metadata={"description": "once a lot"}
    )
    certificates = fields.List(fields.String())
    min_lot = fields.Integer(allow_none=True)
    max_lot = fields.Integer(allow_none=True)
    lead_days = fields.Integer(allow_none=True)
    certificate_ends = fields.List(fields.String())
    lot_size = fields.Integer(allow_none=True)
    processes = fields.List(fields.String())
    materials = fields.List(fields.String())
    length_mm = fields.Integer(allow_none=True)
    width_mm = fields.Integer(allow_none=True)
    height_mm = fields.Integer(allow_none=True)
    weight_kg = fields.Integer(allow_none=True)
    tolerance_linear = fields.String(metadata={"description": "f, m, c, v, or blank"})
    tolerance_geometrical = fields.String(metadata={"description": "H, K, L, or blank"})
    booked = fields.List(fields.Nested(BookedOut), attribute="booked_work")
    held = fields.List(
        fields.Nested(BookedOut),
        attribute="held_work",
        metadata={"description": "by bids of yours, until they end"},
    )
    version = fields.Integer()


class CapabilitiesOut(Strict):
    """All that the firm can make."""

    items = fields.List(fields.Nested(CapabilityOut))


class OfferTierIn(Makes[OfferTier]):
    """From this quantity on the price of ``price_per`` pieces is this much."""

    makes = OfferTier

    start = WholeNumber(least=1, most=MAX_WEEKLY_PIECES, required=True)
    price = Money(required=True)


class OfferChangeIn(Strict):
    """What a firm may change of a standing price."""

    currency = Currency(required=True)
    moq = WholeNumber(least=1, most=MAX_WEEKLY_PIECES, load_default=1)
    lead_days = WholeNumber(most=MAX_LEAD_DAYS, required=True)
    tiers = fields.List(fields.Nested(OfferTierIn), required=True)
    tier_rule = Choice(*TIER_RULES, load_default=TIER_RULES[0])
    price_per = WholeNumber(
        least=1,
        most=max(PRICE_BASES_UNITS),
        load_default=1,
        metadata={"description": "pieces that the prices are for: 1, 10, 100 or 1000"},
    )
    incoterm = Choice(*INCOTERMS, load_default=None, allow_none=True)
    payment_days = WholeNumber(most=MAX_PAYMENT_DAYS, load_default=None, allow_none=True)
    freight = Money(load_default=None, allow_none=True)
    tooling = Money(load_default=None, allow_none=True)
    valid_from = Day(
        load_default=None, allow_none=True, metadata={"description": "the first day; null: now"}
    )
    valid_until = Day(
        load_default=None,
        allow_none=True,
        metadata={"description": "the last day, after it there is no price; null: none"},
    )

    @post_load
    def make_terms(self, fields: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The terms in one, as an ``Offer`` holds them."""
        names = tuple(one.name for one in dataclass_fields(OfferTerms))
        terms = OfferTerms(**{name: fields.pop(name) for name in names})
        return {**fields, "tiers": tuple(fields["tiers"]), "terms": terms}


class OfferIn(OfferChangeIn):
    """A standing price for a part."""

    part_id = Id(required=True)


class OfferTierOut(Strict):
    """A price from a quantity on."""

    start = fields.Integer()
    price = Money()


class OfferOut(Strict):
    """A standing price of the firm; ``version`` goes into If-Match."""

    id = fields.String()
    part_id = fields.String()
    part_name = fields.String()
    uom = fields.String(metadata={"description": "of the part: its prices are in it"})
    currency = fields.String()
    moq = fields.Integer()
    lead_days = fields.Integer()
    tiers = fields.List(fields.Nested(OfferTierOut))
    tier_rule = fields.String(attribute="terms.tier_rule")
    price_per = fields.Integer(
        attribute="terms.price_per",
        metadata={"description": "pieces that the prices are for"},
    )
    incoterm = fields.String(attribute="terms.incoterm", allow_none=True)
    payment_days = fields.Integer(attribute="terms.payment_days", allow_none=True)
    freight = Money(
        attribute="terms.freight", allow_none=True, metadata={"description": "a piece's"}
    )
    tooling = Money(
        attribute="terms.tooling", allow_none=True, metadata={"description": "paid once"}
    )
    valid_from = Day(attribute="terms.valid_from", allow_none=True)
    valid_until = Day(attribute="terms.valid_until", allow_none=True)
    changed_at = fields.String(metadata={"description": "when the price was last stated"})
    version = fields.Integer()


class OfferPage(Strict):
    """Some standing prices of the firm."""

    items = fields.List(fields.Nested(OfferOut))
    next_cursor = fields.String(allow_none=True)
