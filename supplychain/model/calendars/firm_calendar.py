"""A firm's calendar and time zone: what it states, and what holds where it states nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from supplychain.model.calendars.holidays import list_countries
from supplychain.model.calendars.work_calendar import DEFAULT_CALENDAR, WorkCalendar, read_calendar
from supplychain.model.calendars.zones import day_of, zone_of
from supplychain.model.registration_numbers import find_country_code


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmCalendar:
    """What a firm says of its days; ``version`` counts its changes, 0 before the first.

    ``country`` is that of its profile. ``time_zone`` "" and ``stated`` None are not stated.
    """

    firm_id: str
    country: str = ""
    time_zone: str = ""
    stated: WorkCalendar | None = None
    version: int = 0

    @property
    def zone(self) -> str:
        """The time zone that holds: its own, else its country's, else that of the pages."""
        return zone_of(self.time_zone, self.country)

    @property
    def calendar(self) -> WorkCalendar:
        """The calendar that holds."""
        return self.stated or default_calendar(self.country)

    def today(self, now: datetime) -> date:
        """The day that an instant has at the firm."""
        return day_of(self.zone, now)


def default_calendar(country: str) -> WorkCalendar:
    """Of a firm that states none: every day but the holidays of its country, where it is clear."""
    code = find_country_code(country) if country else ""
    if not code or code not in list_countries():
        return DEFAULT_CALENDAR
    return WorkCalendar(country=code)


def calendar_text(stated: str | None, country: str | None) -> str:
    """The calendar that holds, as ``WorkCalendar.to_text`` writes it.

    Args:
        stated: what the firm stated, as it is kept; None where it never did.
        country: of its profile.
    """
    return default_calendar(country or "").to_text() if stated is None else stated


def read_stated(text: str | None) -> WorkCalendar | None:
    """What a firm stated, from its text."""
    return None if text is None else read_calendar(text)
