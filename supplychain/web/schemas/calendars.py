"""A firm's calendar and time zone, as the page and the API send and tell it."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import fields, pre_load, validate

from supplychain.actions.capacity.calendars import CalendarChoice
from supplychain.model.calendars.work_calendar import (
    ALL_WEEKDAYS,
    MAX_EXTRA_DAYS,
    MAX_SHUTDOWNS_ITEMS,
    Shutdown,
)
from supplychain.web.input.fields import Day, Makes, Strict, Text, WholeNumber

_DAY_TEXT = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")


class ShutdownIn(Makes[Shutdown]):
    """Days on which nothing is made, both ends among them."""

    makes = Shutdown

    starts_on = Day(required=True)
    ends_on = Day(required=True)


class CalendarIn(Makes[CalendarChoice]):
    """When the firm works; what is left out is every weekday, no holidays, no shutdown."""

    makes = CalendarChoice

    time_zone = Text(
        most=60,
        load_default="",
        metadata={"description": "of the IANA database; blank: that of the firm's country"},
    )
    country = fields.String(
        load_default="",
        validate=validate.Regexp(r"^([A-Z]{2})?$", error="Choose one from the list."),
        metadata={"description": "ISO 3166 code whose public holidays are kept; blank: none"},
    )
    weekdays = fields.List(
        WholeNumber(least=1, most=7),
        load_default=lambda: list(ALL_WEEKDAYS),
        metadata={"description": "that are worked, Monday 1 to Sunday 7"},
    )
    shutdowns = fields.List(
        fields.Nested(ShutdownIn),
        load_default=list,
        validate=validate.Length(max=MAX_SHUTDOWNS_ITEMS),
    )
    extra_days = fields.List(
        Day(),
        load_default=list,
        validate=validate.Length(max=MAX_EXTRA_DAYS),
        metadata={"description": "worked although a holiday or no working weekday"},
    )


class CalendarForm(CalendarIn):
    """The same as the page sends it: days as text, a shutdown a line."""

    @pre_load
    def split_days(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Lines and lists of days; what is no day is left for the field to refuse."""
        shutdowns = [_split_shutdown(line) for line in _split_lines(values.get("shutdowns"))]
        extra = [
            day for line in _split_lines(values.get("extra_days")) for day in _split_days(line)
        ]
        return {
            **values,
            "weekdays": values.get("weekdays", []),
            "shutdowns": shutdowns,
            "extra_days": extra,
        }


def _split_lines(text: object) -> list[str]:
    return [line.strip() for line in str(text or "").splitlines() if line.strip()]


def _split_days(line: str) -> list[str]:
    return [word for word in re.split(r"[\s,;，；、]+", line) if word]


def _split_shutdown(line: str) -> dict[str, str]:
    """The two days of a line, one day twice; a line without a day as it is."""
    days = _DAY_TEXT.findall(line)
    if len(days) not in (1, 2):
        return {"starts_on": line, "ends_on": line}
    return {"starts_on": days[0], "ends_on": days[-1]}


class ShutdownOut(Strict):
    """Days on which nothing is made, both ends among them."""

    starts_on = Day()
    ends_on = Day()


class HolidayOut(Strict):
    """A day on which the firm does not work because it is a public holiday."""

    day = Day()
    name = fields.String()


class CalendarOut(Strict):
    """When the firm works; ``version`` goes into If-Match."""

    time_zone = fields.String(metadata={"description": "that the firm states, or blank"})
    zone = fields.String(metadata={"description": "that holds: its own, else its country's"})
    today = Day(metadata={"description": "the day that it is there now"})
    is_stated = fields.Boolean(metadata={"description": "false: what holds is the usual one"})
    country = fields.String()
    weekdays = fields.List(fields.Integer())
    shutdowns = fields.List(fields.Nested(ShutdownOut))
    extra_days = fields.List(Day())
    holidays = fields.List(
        fields.Nested(HolidayOut), metadata={"description": "of the twelve months to come"}
    )
    estimated_years = fields.List(
        fields.Integer(), metadata={"description": "whose holidays are not announced yet"}
    )
    version = fields.Integer()
