"""Further sites of a firm, as pages and the API send and tell them."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load, validate
from typing_extensions import override

from supplychain.actions.capacity.calendars import CalendarChoice
from supplychain.model.capacity.sites import MAX_NAME_CHARS, MAX_WEEKLY_PIECES, SiteCapacity
from supplychain.model.categories.tree import identify_category
from supplychain.model.money import to_e4
from supplychain.web.input.fields import Day, Makes, Money, MoneyE4, Strict, Text, WholeNumber
from supplychain.web.schemas.calendars import CalendarForm, CalendarIn, ShutdownOut

DAYS = ("time_zone", "country", "weekdays", "shutdowns", "extra_days")


class SiteCapacityIn(Makes[SiteCapacity]):
    """What the site makes of a category in an ordinary week, counted as the firm's capacity is."""

    makes = SiteCapacity

    category_id = Text(most=80, least=1, required=True)
    weekly_capacity = WholeNumber(
        most=MAX_WEEKLY_PIECES,
        load_default=None,
        allow_none=True,
        metadata={"description": "pieces, where the firm's capacity is in pieces"},
    )
    weekly_hours = Money(
        load_default=None,
        allow_none=True,
        metadata={"description": "hours, where the firm's capacity is in hours"},
    )

    @override
    @post_load
    def make(self, fields: dict[str, Any], **_: Any) -> SiteCapacity:
        """The capacity, hours in ten-thousandths."""
        hours = fields["weekly_hours"]
        return SiteCapacity(
            category_id=identify_category(fields["category_id"]),
            weekly_pieces=fields["weekly_capacity"],
            weekly_hours_e4=None if hours is None else to_e4(hours),
        )


class _SiteFields(Strict):
    """Name, place and capacities; what is left blank of a capacity is left out."""

    name = Text(most=MAX_NAME_CHARS, least=1, required=True)
    city = Text(most=MAX_NAME_CHARS, load_default="")
    capacities = fields.List(
        fields.Nested(SiteCapacityIn), load_default=list, validate=validate.Length(max=200)
    )

    def gather(self, fields: dict[str, Any]) -> dict[str, Any]:
        """The arguments of the action."""
        stated = [
            each
            for each in fields["capacities"]
            if each.weekly_pieces is not None or each.weekly_hours_e4 is not None
        ]
        return {
            "name": fields["name"],
            "city": fields["city"],
            "days": CalendarChoice(**{name: fields[name] for name in DAYS}),
            "capacities": tuple(stated),
        }


class SiteIn(_SiteFields, CalendarIn):
    """A further site of the firm; its days as those of the firm's calendar."""

    @override
    @post_load
    def make(self, fields: dict[str, Any], **_: Any) -> dict[str, Any]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Its days in one."""
        return self.gather(fields)


class SiteForm(_SiteFields, CalendarForm):
    """The same as the page sends it: days as text, a shutdown a line."""

    @override
    @post_load
    def make(self, fields: dict[str, Any], **_: Any) -> dict[str, Any]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Its days in one."""
        return self.gather(fields)


class SiteCapacityOut(Strict):
    """What the site makes of a category in an ordinary week."""

    category_id = fields.String()
    weekly_capacity = fields.Integer(attribute="weekly_pieces", allow_none=True)
    weekly_hours = MoneyE4(attribute="weekly_hours_e4", allow_none=True)


class SiteOut(Strict):
    """A further site of the firm; ``version`` goes into If-Match."""

    id = fields.String()
    name = fields.String()
    city = fields.String()
    time_zone = fields.String(metadata={"description": "that is stated, or blank"})
    country = fields.String(
        attribute="calendar.country", metadata={"description": "whose public holidays are kept"}
    )
    weekdays = fields.List(fields.Integer(), attribute="calendar.weekdays")
    shutdowns = fields.List(fields.Nested(ShutdownOut), attribute="calendar.shutdowns")
    extra_days = fields.List(Day(), attribute="calendar.extra_days")
    capacities = fields.List(fields.Nested(SiteCapacityOut))
    version = fields.Integer()


class SitesOut(Strict):
    """All further sites of the firm."""

    items = fields.List(fields.Nested(SiteOut))
