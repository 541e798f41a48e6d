"""The day that it is where firms are that say no zone and no country, and days of an award."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, time

import pytest

from supplychain.model.calendars.firm_days import FirmDays
from supplychain.model.calendars.zones import DEFAULT_ZONE, day_of
from supplychain.model.ids import utc_now


def local_today() -> date:
    """The day that it is now at such a firm, as at all that the tests make unless they say more."""
    return day_of(DEFAULT_ZONE, utc_now())


def days_on(day: date) -> FirmDays:
    """An instant which has that day at all such firms."""
    return FirmDays(at=datetime.combine(day, time(8), UTC))


def freeze_clock(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    """Let it be that instant wherever the program, or what the tests make, asks the clock."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("supplychain.", "tests.make.")) and "utc_now" in vars(module):
            monkeypatch.setattr(module, "utc_now", lambda: at)
