"""Capabilities and offers as pages send them and the API tells them."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load, pre_load

from supplychain.model.capabilities import MAX_DAYS, MAX_WEEKLY, Tier
from supplychain.web.fields import Currency, Id, Money, Strict, Text, WholeNumber


class CapabilityChangeIn(Strict):
    """What a firm may change of what it can make; quantities in pieces."""

    weekly_capacity = WholeNumber(most=MAX_WEEKLY, required=True)
    certificates = fields.List(Text(most=60), load_default=list)
    min_lot = WholeNumber(least=1, most=MAX_WEEKLY, load_default=None, allow_none=True)
    max_lot = WholeNumber(least=1, most=MAX_WEEKLY, load_default=None, allow_none=True)
    lead_days = WholeNumber(most=MAX_DAYS, load_default=None, allow_none=True)

    @pre_load
    def split(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Pages send certificates as one text, with commas or a line each."""
        given = data.get("certificates") if isinstance(data, dict) else None
        if not isinstance(given, str):
            return data
        marks = str.maketrans({"，": ",", "、": ",", "；": ",", ";": ",", "\n": ","})
        parts = [part.strip() for part in given.translate(marks).split(",")]
        return {**data, "certificates": [part for part in parts if part]}

    @post_load
    def tuples(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Certificates as the domain keeps them."""
        return {**data, "certificates": tuple(data["certificates"])}


class CapabilityIn(CapabilityChangeIn):
    """What a firm can make of a category."""

    category = Text(most=80, least=1, required=True)


class BookedOut(Strict):
    """Pieces booked in one week by accepted orders."""

    monday = fields.String()
    quantity = fields.Integer()


class CapabilityOut(Strict):
    """What the firm can make of a category; ``version`` goes into If-Match."""

    id = fields.String()
    category_id = fields.String()
    category = fields.String()
    weekly_capacity = fields.Integer()
    certificates = fields.List(fields.String())
    min_lot = fields.Integer(allow_none=True)
    max_lot = fields.Integer(allow_none=True)
    lead_days = fields.Integer(allow_none=True)
    booked = fields.List(fields.Nested(BookedOut))
    version = fields.Integer()


class CapabilitiesOut(Strict):
    """All that the firm can make."""

    items = fields.List(fields.Nested(CapabilityOut))


class OfferTierIn(Strict):
    """From this quantity on, the whole quantity costs this much a piece."""

    start = WholeNumber(least=1, most=MAX_WEEKLY, required=True)
    price = Money(required=True)


class OfferChangeIn(Strict):
    """What a firm may change of a standing price."""

    currency = Currency(required=True)
    moq = WholeNumber(least=1, most=MAX_WEEKLY, load_default=1)
    lead_days = WholeNumber(most=MAX_DAYS, required=True)
    tiers = fields.List(fields.Nested(OfferTierIn), required=True)

    @post_load
    def tuples(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Tiers as the domain keeps them."""
        tiers = tuple(Tier(start=tier["start"], price=tier["price"]) for tier in data["tiers"])
        return {**data, "tiers": tiers}


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
    currency = fields.String()
    moq = fields.Integer()
    lead_days = fields.Integer()
    tiers = fields.List(fields.Nested(OfferTierOut))
    changed_at = fields.String()
    version = fields.Integer()


class OfferPage(Strict):
    """Some standing prices of the firm."""

    items = fields.List(fields.Nested(OfferOut))
    next_cursor = fields.String(allow_none=True)
