"""Reading and stating a firm's calendar and time zone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from neo4j import Driver

from supplychain.errors import Stale
from supplychain.graph import events
from supplychain.graph.capacity import calendars
from supplychain.graph.engine.transactions import Tx, read, write
from supplychain.model.calendars.firm_calendar import FirmCalendar
from supplychain.model.calendars.holidays import ENGLISH
from supplychain.model.calendars.work_calendar import ALL_WEEKDAYS, Holiday, Shutdown, WorkCalendar
from supplychain.model.calendars.zones import check_zone
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor

SHOWN_DAYS: Final = 365
"""How far ahead holidays are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarChoice:
    """What a firm states; ``time_zone`` "" is that of its country, ``country`` "" no holidays."""

    time_zone: str = ""
    country: str = ""
    weekdays: Iterable[int] = ALL_WEEKDAYS
    shutdowns: Iterable[Shutdown] = ()
    extra_days: Iterable[date] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarView:
    """The calendar that holds for a firm, with what comes of it in the next twelve months."""

    time_zone: str
    zone: str
    today: date
    is_stated: bool
    country: str
    weekdays: tuple[int, ...]
    shutdowns: tuple[Shutdown, ...]
    extra_days: tuple[date, ...]
    holidays: list[Holiday]
    estimated_years: list[int]
    version: int


def get(driver: Driver, *, by: Actor) -> FirmCalendar:
    """The calendar of the acting firm, as far as it stated one."""
    return read(driver, calendars.get, viewer=by.firm_id)


def show(
    driver: Driver, *, by: Actor, now: datetime | None = None, language: str = ENGLISH
) -> CalendarView:
    """The calendar that holds for the acting firm, from the day that it is there on."""
    own = get(driver, by=by)
    today = own.today(now or utc_now())
    until = today + timedelta(days=SHOWN_DAYS)
    held = own.calendar
    return CalendarView(
        time_zone=own.time_zone,
        zone=own.zone,
        today=today,
        is_stated=own.stated is not None,
        country=held.country,
        weekdays=held.weekdays,
        shutdowns=held.shutdowns,
        extra_days=held.extra_days,
        holidays=held.list_holidays(today, until, language=language),
        estimated_years=held.list_estimates(today, until),
        version=own.version,
    )


def change(driver: Driver, choice: CalendarChoice, *, version: int, by: Actor) -> int:
    """State when the acting firm works; the new version.

    It counts from the next promise on; orders that were accepted stay, and may no longer fit.

    Raises:
        Forbidden: the actor does not sell.
        Invalid: it contradicts itself, or names a country or zone that is not there.
        Stale: somebody changed it meanwhile.
    """
    by.check_role("seller")
    zone = check_zone(choice.time_zone)
    stated = WorkCalendar.of(
        country=choice.country,
        weekdays=choice.weekdays,
        shutdowns=choice.shutdowns,
        extra_days=choice.extra_days,
    )
    return write(driver, _save_change, zone, stated, version, by, utc_now())


def _save_change(
    tx: Tx, zone: str, stated: WorkCalendar, version: int, by: Actor, now: datetime
) -> int:
    present = calendars.lock(tx, viewer=by.firm_id)
    if present.version != version:
        raise Stale
    changed = replace(present, time_zone=zone, stated=stated, version=version + 1)
    calendars.save(tx, changed)
    events.record(
        tx,
        "calendar.changed",
        about_kind="firm",
        about_id=by.firm_id,
        by=by,
        at=now,
        facts={
            "zone": changed.zone,
            "country": stated.country,
            "weekdays": "".join(map(str, stated.weekdays)),
            "shutdowns": len(stated.shutdowns),
            "extra_days": len(stated.extra_days),
        },
    )
    return changed.version
