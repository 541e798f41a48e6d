"""Idle capacity as the API and the pages read and tell it."""

from __future__ import annotations

from marshmallow import fields

from supplychain.model.capacity.idle_capacity import (
    AUDIENCES,
    MAX_NOTE_CHARS,
    MAX_POSTED_UNITS,
    UNITS,
)
from supplychain.model.parts_requests.requirements import MAX_TERM_CHARS
from supplychain.web.input.fields import (
    Choice,
    Day,
    Instant,
    Strict,
    Text,
    UnitQuantity,
    WholeNumber,
)


class IdleCapacityIn(Strict):
    """Idle capacity to post, in whole weeks; say a category, a process, or both."""

    category = Text(most=80, load_default="")
    process = Text(most=MAX_TERM_CHARS, load_default="")
    quantity = WholeNumber(least=1, most=MAX_POSTED_UNITS, required=True)
    unit = Choice(*UNITS, required=True)
    starts_on = Day(required=True, metadata={"description": "a day of the first week"})
    ends_on = Day(required=True, metadata={"description": "a day of the last week"})
    audience = Choice(
        *AUDIENCES,
        load_default="nobody",
        metadata={"description": "who sees that it was posted: nobody, chain, all"},
    )
    note = Text(most=MAX_NOTE_CHARS, load_default="")


class IdleCapacityOut(Strict):
    """Idle capacity that the firm posted; ``version`` goes into If-Match."""

    id = fields.String()
    category_id = fields.String()
    process = fields.String()
    quantity = fields.Integer()
    unit = fields.String()
    starts_on = Day()
    ends_on = Day()
    audience = fields.String()
    note = fields.String()
    state = fields.String(metadata={"description": "open or withdrawn"})
    created_at = fields.String()
    version = fields.Integer()


class IdleCapacitiesOut(Strict):
    """What the firm posted, newest first."""

    items = fields.List(fields.Nested(IdleCapacityOut))


class FittingLineOut(Strict):
    """An open line that fits a posting."""

    request_id = fields.String(attribute="line.request_id")
    request_number = fields.String(attribute="line.request_number")
    title = fields.String(attribute="line.title")
    buyer_name = fields.String(attribute="line.buyer_name")
    deadline = Instant(attribute="line.deadline")
    invited = fields.Boolean(attribute="line.is_invited")
    number = fields.Integer(attribute="line.number")
    description = fields.String(attribute="line.description")
    category_id = fields.String(attribute="line.category_id")
    quantity = UnitQuantity(attribute="line.quantity")
    uom = fields.String(attribute="line.uom")
    need_by = Day(attribute="line.need_by", allow_none=True)
    certificates = fields.List(fields.String(), attribute="line.certificates")
    fits_by = fields.String(
        attribute="kind",
        metadata={"description": "category_and_process, category, process or step"},
    )
    covers = fields.Float(
        allow_none=True, metadata={"description": "share of the quantity; null for hours"}
    )


class FittingLinesOut(Strict):
    """The open lines that fit, best first; at most 200."""

    items = fields.List(fields.Nested(FittingLineOut))
