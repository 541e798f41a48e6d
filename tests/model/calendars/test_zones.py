"""The day on which an instant falls where a firm is."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from supplychain.errors import Invalid
from supplychain.model.calendars.firm_days import FirmDays
from supplychain.model.calendars.zones import (
    check_zone,
    day_anywhere,
    day_ends_at,
    day_everywhere,
    day_of,
    day_starts_at,
    find_zone,
    list_zones,
    local_instant,
    show_offset,
    zone_of,
)


@pytest.mark.parametrize("hour", range(24))
def test_the_day_in_china_begins_eight_hours_before_the_utc_day(hour: int) -> None:
    at = datetime(2026, 11, 29, hour, 30, tzinfo=UTC)
    assert day_of("Asia/Shanghai", at) == date(2026, 11, 29 if hour < 16 else 30)
    assert day_of("America/New_York", at) == date(2026, 11, 28 if hour < 5 else 29)


def test_a_day_ends_where_the_next_one_begins_also_when_clocks_change() -> None:
    assert day_ends_at("Asia/Shanghai", date(2026, 11, 29)) == datetime(
        2026, 11, 29, 16, tzinfo=UTC
    )
    # Clocks in Berlin go back on 25 October 2026: that day has 25 hours.
    start, end = (day_ends_at("Europe/Berlin", date(2026, 10, day)) for day in (24, 25))
    assert (end - start).total_seconds() == 25 * 3600


def test_the_zone_comes_from_the_firm_or_its_country() -> None:
    assert zone_of("Europe/Paris", "China") == "Europe/Paris"
    assert zone_of(None, "China") == "Asia/Shanghai"
    assert zone_of("", "Deutschland") == "Europe/Berlin"
    assert zone_of("", "") == "Asia/Shanghai"
    assert find_zone("US") == "America/New_York"
    assert find_zone("nowhere at all") == ""


def test_every_zone_of_a_country_is_one_that_may_be_chosen() -> None:
    for country in ("CN", "RU", "AU", "BR", "ID", "VN", "IN", "KZ", "UA", "MM", "GB"):
        assert find_zone(country) in list_zones()


@pytest.mark.parametrize("zone", ["Mars/Base", "../etc/passwd", "+08:00", "Asia/Shanghai\x00"])
def test_a_zone_that_is_none_is_refused(zone: str) -> None:
    with pytest.raises(Invalid):
        check_zone(zone)


def test_a_zone_is_kept_as_the_database_spells_it() -> None:
    assert check_zone(" Asia/Shanghai ") == "Asia/Shanghai"
    assert check_zone("") == ""


def test_an_hour_is_the_one_that_the_clocks_show() -> None:
    assert local_instant("Asia/Shanghai", datetime(2026, 11, 30, 0, 30)) == datetime(
        2026, 11, 29, 16, 30, tzinfo=UTC
    )
    # Twice on 25 October 2026 the clocks of Berlin show 02:30; the first is meant.
    assert local_instant("Europe/Berlin", datetime(2026, 10, 25, 2, 30)) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )
    assert local_instant("Europe/Berlin", datetime(2028, 2, 29, 23, 59)) == datetime(
        2028, 2, 29, 22, 59, tzinfo=UTC
    )


def test_an_hour_that_the_clocks_jump_over_is_refused() -> None:
    with pytest.raises(Invalid):
        local_instant("Europe/Berlin", datetime(2026, 3, 29, 2, 30))
    assert local_instant("Asia/Shanghai", datetime(2026, 3, 29, 2, 30)).hour == 18


@pytest.mark.parametrize(
    ("zone", "at", "offset"),
    [
        ("Asia/Shanghai", datetime(2026, 7, 1, tzinfo=UTC), "UTC+8"),
        ("Europe/Berlin", datetime(2026, 7, 1, tzinfo=UTC), "UTC+2"),
        ("Europe/Berlin", datetime(2026, 12, 1, tzinfo=UTC), "UTC+1"),
        ("America/St_Johns", datetime(2026, 12, 1, tzinfo=UTC), "UTC-3:30"),
        ("UTC", datetime(2026, 12, 1, tzinfo=UTC), "UTC"),
    ],
)
def test_how_far_a_clock_is_from_utc(zone: str, at: datetime, offset: str) -> None:
    assert show_offset(zone, at) == offset


@pytest.mark.parametrize("hour", range(24))
def test_a_day_lies_between_the_first_and_the_last_on_earth(hour: int) -> None:
    at = datetime(2026, 12, 31, hour, 15, tzinfo=UTC)
    days = {day_of(zone, at) for zone in list_zones()}
    assert min(days) >= day_everywhere(at)
    assert max(days) == day_anywhere(at)
    for zone in list_zones():
        assert day_starts_at(zone, day_of(zone, at)) <= at < day_ends_at(zone, day_of(zone, at))


def test_firms_have_their_own_days_at_one_instant() -> None:
    zones = {"shop": "America/New_York", "mill": "Europe/Berlin"}
    at = datetime(2027, 12, 31, 23, 30, tzinfo=UTC)
    days = FirmDays(at=at, zones=zones)
    assert days.today("shop") == date(2027, 12, 31)
    assert days.today("mill") == days.today("nobody knows") == date(2028, 1, 1)
    leap = FirmDays(at=datetime(2028, 2, 28, 23, 30, tzinfo=UTC), zones=zones)
    assert (leap.today("shop"), leap.today("mill")) == (date(2028, 2, 28), date(2028, 2, 29))
