"""Further sites of a firm, each with its own days and what it makes of each category.

The firm itself is the first site: what its capabilities state, on the days of its calendar. What
is promised is promised by the firm, at whatever sites it is made: more is possible as long as, for
every due day, all that is due by it can be made by it at all sites together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from supplychain.errors import FieldError, Invalid
from supplychain.model.calendars.work_calendar import DEFAULT_CALENDAR, WorkCalendar
from supplychain.model.calendars.zones import day_of, zone_of
from supplychain.model.capacity.hours import HOUR_E4, MAX_WEEKLY_HOURS
from supplychain.model.capacity.promises import SitePace, sites_text

MAX_SITES_ITEMS: Final = 20
"""Of one firm."""
MAX_NAME_CHARS: Final = 80
MAX_WEEKLY_PIECES: Final = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteCapacity:
    """What a site makes of a category in an ordinary week of its own: pieces, or hours.

    Hours are in ten-thousandths; the one that is not stated is None.
    """

    category_id: str
    weekly_pieces: int | None = None
    weekly_hours_e4: int | None = None

    @property
    def work(self) -> int:
        """Pieces, or ten-thousandths of an hour."""
        stated = self.weekly_hours_e4 if self.in_hours else self.weekly_pieces
        return stated or 0

    @property
    def in_hours(self) -> bool:
        """Whether it is stated in hours."""
        return self.weekly_hours_e4 is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkSite:
    """A further site; ``time_zone`` "" is that of the firm's country."""

    id: str
    firm_id: str
    name: str
    city: str = ""
    time_zone: str = ""
    calendar: WorkCalendar = DEFAULT_CALENDAR
    capacities: tuple[SiteCapacity, ...] = ()
    version: int = 1

    def check(self) -> None:
        """Refuse what makes no sense.

        Raises:
            Invalid: with one error for each wrong field.
        """
        errors = []
        if not 1 <= len(self.name) <= MAX_NAME_CHARS:
            message = "Name the site, in at most 80 characters."
            errors.append(FieldError(pointer="/name", message=message))
        if len(self.city) > MAX_NAME_CHARS:
            errors.append(FieldError(pointer="/city", message="Use at most 80 characters."))
        for at, each in enumerate(self.capacities):
            most = MAX_WEEKLY_HOURS * HOUR_E4 if each.in_hours else MAX_WEEKLY_PIECES
            if each.in_hours and each.weekly_pieces is not None:
                errors.append(_capacity_error(at, "Enter pieces or hours, not both."))
            elif not 0 <= each.work <= most:
                errors.append(_capacity_error(at, "Enter what the site makes a week: 0 or more."))
        if len({each.category_id for each in self.capacities}) < len(self.capacities):
            message = "Name each category once."
            errors.append(FieldError(pointer="/capacities", message=message))
        if errors:
            raise Invalid(errors=errors)

    def work_of(self, category_id: str, *, in_hours: bool) -> int:
        """What it makes in a week of a category that is counted so; 0 where it says nothing."""
        return sum(
            each.work
            for each in self.capacities
            if each.category_id == category_id and each.in_hours == in_hours
        )

    def today(self, now: datetime, country: str) -> date:
        """The day that an instant has at the site."""
        return day_of(zone_of(self.time_zone, country), now)

    def stated_anew(self, stated: WorkSite) -> WorkSite:
        """The site as it is stated now."""
        return replace(stated, id=self.id, firm_id=self.firm_id, version=self.version + 1)


def _capacity_error(at: int, message: str) -> FieldError:
    return FieldError(pointer=f"/capacities/{at}/weekly_capacity", message=message)


def join_sites(
    sites: Iterable[WorkSite], category_id: str, *, in_hours: bool
) -> tuple[str | None, int | None]:
    """What a capability keeps of its firm's sites: their text and work a week; None without one."""
    paces = [
        SitePace(weekly=work, calendar=site.calendar)
        for site in sites
        if (work := site.work_of(category_id, in_hours=in_hours)) > 0
    ]
    return (sites_text(paces), sum(each.weekly for each in paces)) if paces else (None, None)
