"""The day that it is at each of several firms, at one instant.

``docs/decisions.md`` says whose day decides what: the supplier's what it promises, the buyer's
what it needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from supplychain.model.calendars.zones import DEFAULT_ZONE, day_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmDays:
    """An aware instant and the time zones of firms by id; one that is not there has the default."""

    at: datetime
    zones: Mapping[str, str] = field(default_factory=dict)

    def zone(self, firm_id: str) -> str:
        """The time zone of a firm."""
        return self.zones.get(firm_id, DEFAULT_ZONE)

    def today(self, firm_id: str) -> date:
        """The day that it is at a firm."""
        return day_of(self.zone(firm_id), self.at)
