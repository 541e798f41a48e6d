"""Idle capacity as the API and the pages read and tell it."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from supplychain.matching.idle import Fit
from supplychain.model.capacity.idle_capacity import (
    AUDIENCES,
    MAX_NOTE,
    MAX_QUANTITY,
    UNITS,
    IdleCapacity,
)
from supplychain.model.parts_requests.requirements import TERM_LENGTH
from supplychain.web.input.fields import Choice, Day, Instant, Strict, Text, WholeNumber


class IdleCapacityIn(Strict):
    """Idle capacity to post, in whole weeks; say a category, a process, or both."""

    category = Text(most=80, load_default="")
    process = Text(most=TERM_LENGTH, load_default="")
    quantity = WholeNumber(least=1, most=MAX_QUANTITY, required=True)
    unit = Choice(*UNITS, required=True)
    starts_on = Day(required=True, metadata={"description": "a day of the first week"})
    ends_on = Day(required=True, metadata={"description": "a day of the last week"})
    audience = Choice(
        *AUDIENCES,
        load_default="nobody",
        metadata={"description": "who sees that it was posted: nobody, chain, all"},
    )
    note = Text(most=MAX_NOTE, load_default="")


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

    request_id = fields.String()
    request_number = fields.String()
    title = fields.String()
    buyer_name = fields.String()
    deadline = Instant()
    invited = fields.Boolean()
    number = fields.Integer()
    description = fields.String()
    category_id = fields.String()
    quantity = fields.Integer()
    uom = fields.String()
    need_by = Day(allow_none=True)
    certificates = fields.List(fields.String())
    fits_by = fields.String(
        metadata={"description": "category_and_process, category, process or step"}
    )
    covers = fields.Float(
        allow_none=True, metadata={"description": "share of the quantity; null for hours"}
    )


class FittingLinesOut(Strict):
    """The open lines that fit, best first; at most 200."""

    items = fields.List(fields.Nested(FittingLineOut))


def as_posted(posted: IdleCapacity) -> dict[str, Any]:
    """A posting as the API tells it."""
    return {name: getattr(posted, name) for name in IdleCapacityOut().fields}


def as_fit(fit: Fit) -> dict[str, Any]:
    """A fitting line as the API tells it."""
    line = fit.line
    names = (
        "request_id", "request_number", "title", "buyer_name", "deadline", "number",
        "description", "category_id", "quantity", "uom", "need_by", "certificates",
    )  # fmt: skip
    told = {name: getattr(line, name) for name in names}
    return {**told, "invited": line.is_invited, "fits_by": fit.kind, "covers": fit.covers}
