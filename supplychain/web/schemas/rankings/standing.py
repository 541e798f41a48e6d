"""A supplier's standing and the records behind a firm, as the API tells them."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, pre_dump
from typing_extensions import override

from supplychain.graph.rankings.standing import RequestStanding
from supplychain.web.input.fields import Strict, UnitQuantity
from supplychain.web.input.line_spans import NextLines, Spanned
from supplychain.web.schemas.rankings.rankings import AmountE4, FiguresOut
from supplychain.web.schemas.sent import read_fields


class OwnFactOut(Strict):
    """A fact of your own firm that the line fails on, with the numbers that say by how much."""

    code = fields.String()
    values = FiguresOut()


class OwnChangeOut(Strict):
    """A fact of your own: what it is and what would pass; null cannot be changed."""

    what = fields.String()
    now = fields.Raw(allow_none=True)
    then = fields.Raw(allow_none=True)


class OwnLineOut(Strict):
    """Your firm's standing to one line."""

    line_number = fields.Integer()
    state = fields.String(metadata={"description": "able, failing or no_capability"})
    facts = fields.List(fields.Nested(OwnFactOut))
    changes = fields.List(fields.Nested(OwnChangeOut))
    advice = fields.Nested(
        OwnFactOut, metadata={"description": "the one fact of your own that would change most"}
    )


class StandingOut(Strict):
    """Why your firm was or was not invited, from your own facts alone."""

    source = fields.String(
        allow_none=True,
        metadata={"description": "picked, top or chain; null: not among those invited by name"},
    )
    lines = fields.List(fields.Nested(OwnLineOut))
    next_cursor = NextLines()
    on_request = fields.List(
        fields.String(),
        metadata={"description": "what your firm does not show this buyer: prices, capacity"},
    )

    @pre_dump
    def read_spanned(self, shown: Spanned[RequestStanding], **_: Any) -> dict[str, Any]:
        """The standing, and where its lines go on."""
        return {**read_fields(shown.thing), "next_cursor": shown.next_cursor}


class CountsOut(Strict):
    """Deliveries counted."""

    delivered = fields.Integer()
    on_time = fields.Integer(metadata={"description": "and in full"})
    received = fields.Integer(metadata={"description": "pieces"})
    rejected = fields.Integer(metadata={"description": "pieces"})
    failed = fields.Integer(metadata={"description": "more than 14 days late"})


class PaidPrice(AmountE4):
    """What was paid, in e4, as decimal text; 0 was never stated."""

    @override
    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return super()._serialize(value or None, attr, obj, **kwargs)


class RecordOut(Strict):
    """One delivery that your own firm bought."""

    id = fields.String()
    part_id = fields.String(allow_none=True)
    quantity = UnitQuantity(allow_none=True)
    promised_on = fields.String(allow_none=True)
    delivered_on = fields.String(allow_none=True)
    delivered_quantity = UnitQuantity(may_be_nothing=True, allow_none=True)
    rejected_quantity = UnitQuantity(may_be_nothing=True, allow_none=True)
    unit_price = PaidPrice(attribute="unit_price_e4", allow_none=True)
    currency = fields.String(allow_none=True)
    source = fields.String(allow_none=True)
    claim = fields.String(
        allow_none=True,
        metadata={"description": "of an import: claimed, confirmed, disputed by the supplier"},
    )
    statement = fields.String(allow_none=True, metadata={"description": "the supplier's"})


class RecordsOut(Strict):
    """What a firm's performance rests on: your own deliveries in full, others' as counts."""

    firm_id = fields.String()
    category_id = fields.String()
    deliveries = fields.List(fields.Nested(RecordOut))
    own = fields.Nested(CountsOut)
    others = fields.Nested(CountsOut)
    asked = fields.Integer(
        attribute="enquiries", metadata={"description": "invitations and orders that are over"}
    )
    answered = fields.Integer(metadata={"description": "of them in time"})
