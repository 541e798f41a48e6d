"""The day on which an instant falls where a firm is."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from supplychain.errors import Invalid
from supplychain.model.calendars.zones import (
    check_zone,
    day_ends_at,
    day_of,
    find_zone,
    list_zones,
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
