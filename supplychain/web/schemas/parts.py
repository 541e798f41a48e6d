"""Parts as pages and the API send and tell them."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load

from supplychain.model.parts import MAX_NAME_CHARS
from supplychain.web.input.fields import Number, Strict, Text
from supplychain.web.schemas.parts_requests.parts_requests import ConversionOut, Conversions


class PartIn(Strict):
    """What a part's designer may say anew; category and unit come with an import."""

    name = Text(most=MAX_NAME_CHARS, least=1, required=True)
    weight_kg = Number(
        load_default=None,
        allow_none=True,
        metadata={"description": "of one unit of it; left out or null: not stated"},
    )
    conversions = Conversions(
        load_default=list,
        metadata={"description": "what other units are in the part's, at most 5"},
    )

    @post_load
    def make(self, stated: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The arguments of the action."""
        return {**stated, "conversions": tuple(stated["conversions"])}


class TradedPartOut(Strict):
    """A part; ``designer_id`` null: of the catalogue."""

    id = fields.String()
    name = fields.String()
    category_id = fields.String()
    category = fields.String()
    uom = fields.String(metadata={"description": "code of UN/ECE Recommendation 20"})
    weight_kg = fields.Float(attribute="piece_kg", allow_none=True)
    conversions = fields.List(fields.Nested(ConversionOut))
    designer_id = fields.String(allow_none=True)
    is_own = fields.Boolean(metadata={"description": "your firm designs it"})
    version = fields.Integer()


class TradedPartPage(Strict):
    """Parts that your firm designs, by id."""

    items = fields.List(fields.Nested(TradedPartOut))
    next_cursor = fields.String(allow_none=True)
