"""On which days a firm works: holidays, make-up workdays, shutdowns, and what cannot be."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain.errors import Invalid
from supplychain.model.calendars.holidays import read_holidays
from supplychain.model.calendars.work_calendar import (
    ALL_WEEKDAYS,
    DEFAULT_CALENDAR,
    Shutdown,
    WorkCalendar,
    read_calendar,
)
from supplychain.model.capabilities import Capability
from supplychain.model.weeks import day_number

CHINA = WorkCalendar.of(country="CN")
CHINA_OFFICE = WorkCalendar.of(country="CN", weekdays=(1, 2, 3, 4, 5))
AUGUST = Shutdown(starts_on=date(2026, 8, 3), ends_on=date(2026, 8, 16))


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def test_a_firm_that_says_nothing_works_every_day() -> None:
    assert DEFAULT_CALENDAR.count_working_days(date(2026, 1, 1), date(2026, 12, 31)) == 365
    assert DEFAULT_CALENDAR.to_text() == ""
    assert read_calendar("") == DEFAULT_CALENDAR


def test_the_spring_festival_of_2026_is_nine_days_off_as_the_notice_says() -> None:
    # State Council notice of 2025-11-04: 15 to 23 February off, 14 and 28 February worked.
    assert CHINA.count_working_days(date(2026, 2, 15), date(2026, 2, 23)) == 0
    for office in (CHINA, CHINA_OFFICE):
        assert office.is_working(date(2026, 2, 14))  # a Saturday
        assert office.is_working(date(2026, 2, 28))  # a Saturday
        assert not office.is_working(date(2026, 2, 15))
        assert office.is_working(date(2026, 2, 24))
    shown = CHINA.list_holidays(date(2026, 2, 20), date(2026, 4, 4))
    assert [each.day.isoformat() for each in shown] == [
        "2026-02-20", "2026-02-21", "2026-02-22", "2026-02-23", "2026-04-04",
    ]  # fmt: skip
    assert "Tomb-Sweeping" in shown[-1].name


def test_all_of_the_notice_for_2026_is_as_announced() -> None:
    off = {
        *_days(date(2026, 1, 1), date(2026, 1, 3)),
        *_days(date(2026, 2, 15), date(2026, 2, 23)),
        *_days(date(2026, 4, 4), date(2026, 4, 6)),
        *_days(date(2026, 5, 1), date(2026, 5, 5)),
        *_days(date(2026, 6, 19), date(2026, 6, 21)),
        *_days(date(2026, 9, 25), date(2026, 9, 27)),
        *_days(date(2026, 10, 1), date(2026, 10, 7)),
    }
    worked = {
        date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28),
        date(2026, 5, 9), date(2026, 9, 20), date(2026, 10, 10),
    }  # fmt: skip
    year = read_holidays("CN", 2026)
    assert set(year.off) == off
    assert year.workdays == worked
    assert not year.is_estimate


def test_a_year_that_is_not_announced_is_an_estimate_and_one_beyond_the_package_is_plain() -> None:
    assert read_holidays("CN", 2027).is_estimate
    assert CHINA.count_working_days(date(2027, 2, 5), date(2027, 2, 10)) == 0
    assert CHINA.list_estimates(date(2026, 12, 1), date(2027, 1, 1)) == [2027]
    assert not read_holidays("CN", 2101).is_covered
    assert CHINA.count_working_days(date(2101, 2, 1), date(2101, 2, 28)) == 28
    assert CHINA.list_estimates(date(2101, 1, 1), date(2101, 1, 2)) == [2101]
    assert DEFAULT_CALENDAR.list_estimates(date(2027, 1, 1), date(2030, 1, 1)) == []


def test_in_another_country_a_weekend_is_off_only_between_two_holidays() -> None:
    germany = WorkCalendar.of(country="DE")
    # 2026: Good Friday, April 3, and Easter Monday, April 6.
    assert germany.count_working_days(date(2026, 4, 3), date(2026, 4, 6)) == 0
    # Christmas: Friday 25 and Saturday 26 December are holidays, Sunday 27 is an ordinary one.
    assert germany.count_working_days(date(2026, 12, 25), date(2026, 12, 27)) == 1
    assert germany.count_working_days(date(2026, 1, 1), date(2026, 1, 4)) == 3


def test_shutdowns_and_extra_days_are_the_owners_word() -> None:
    calendar = WorkCalendar.of(
        country="CN", shutdowns=[AUGUST], extra_days=[date(2026, 2, 18), date(2026, 8, 1)]
    )
    assert calendar.count_working_days(date(2026, 8, 3), date(2026, 8, 16)) == 0
    assert calendar.is_working(date(2026, 8, 17))
    assert calendar.is_working(date(2026, 2, 18))
    five = WorkCalendar.of(weekdays=(1, 2, 3, 4, 5), extra_days=[date(2026, 8, 22)])
    assert five.count_working_days(date(2026, 8, 17), date(2026, 8, 23)) == 6


def test_shutdowns_that_touch_or_overlap_become_one() -> None:
    pairs = [(3, 9), (8, 12), (13, 16), (20, 20), (20, 20)]
    calendar = WorkCalendar.of(
        shutdowns=[
            Shutdown(starts_on=date(2026, 8, first), ends_on=date(2026, 8, last))
            for first, last in pairs
        ]
    )
    assert calendar.shutdowns == (
        AUGUST,
        Shutdown(starts_on=date(2026, 8, 20), ends_on=date(2026, 8, 20)),
    )


def test_29_february_and_the_weeks_around_new_year() -> None:
    assert DEFAULT_CALENDAR.count_working_days(date(2028, 2, 28), date(2028, 3, 1)) == 3
    shut = Shutdown(starts_on=date(2028, 2, 29), ends_on=date(2028, 2, 29))
    leap = WorkCalendar.of(shutdowns=[shut])
    assert leap.count_working_days(date(2028, 2, 28), date(2028, 3, 1)) == 2
    # 2026 has a week 53: 28 December to 3 January; a shutdown goes over the end of the year.
    turn = WorkCalendar.of(
        weekdays=(1, 2, 3, 4, 5),
        shutdowns=[Shutdown(starts_on=date(2026, 12, 30), ends_on=date(2027, 1, 5))],
    )
    assert turn.count_working_days(date(2026, 12, 28), date(2027, 1, 10)) == 2 + 3
    assert turn.find_working_day(date(2026, 12, 28), 3, until=date(2027, 2, 1)) == date(2027, 1, 6)


@pytest.mark.parametrize(
    ("stated", "pointer", "words"),
    [
        ({"weekdays": ()}, "/weekdays", "at least one"),
        ({"weekdays": (0, 8)}, "/weekdays", "1 (Monday) to 7"),
        ({"country": "XX"}, "/country", "not there"),
        (
            {"shutdowns": [Shutdown(starts_on=date(2026, 8, 9), ends_on=date(2026, 8, 3))]},
            "/shutdowns/0", "Swap the two days",
        ),
        (
            {"shutdowns": [Shutdown(starts_on=date(2026, 1, 1), ends_on=date(2027, 1, 2))]},
            "/shutdowns/0", "at most a year",
        ),
        (
            {"shutdowns": [Shutdown(starts_on=date(1, 1, 1), ends_on=date(1, 1, 2))]},
            "/shutdowns/0", "between 2000 and 2100",
        ),
        ({"shutdowns": [AUGUST], "extra_days": [date(2026, 8, 4)]}, "/extra_days/0", "both shut"),
        ({"extra_days": [date(9999, 1, 1)]}, "/extra_days/0", "between 2000 and 2100"),
        (
            {"extra_days": [date(2026, 1, 1) + timedelta(days=n) for n in range(101)]},
            "/extra_days", "at most 100",
        ),
        (
            {
                "shutdowns": [
                    Shutdown(starts_on=day, ends_on=day)
                    for day in [date(2026, 1, 1) + timedelta(days=2 * n) for n in range(41)]
                ]
            },
            "/shutdowns", "at most 40",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_what_to_do(
    stated: dict[str, object], pointer: str, words: str
) -> None:
    with pytest.raises(Invalid) as caught:
        WorkCalendar.of(**stated)  # pyright: ignore[reportArgumentType]
    assert [error.pointer for error in caught.value.errors] == [pointer]
    assert words in caught.value.errors[0].text


DAYS = st.dates(date(2024, 1, 1), date(2029, 12, 31))


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    """Any calendar that may be stated."""
    starts = draw(st.lists(st.tuples(DAYS, st.integers(0, 40)), max_size=4))
    shutdowns = [
        Shutdown(starts_on=day, ends_on=day + timedelta(days=length)) for day, length in starts
    ]
    extra = draw(st.lists(DAYS, max_size=4))
    return WorkCalendar.of(
        country=draw(st.sampled_from(["", "CN", "DE", "US", "VN"])),
        weekdays=draw(st.sets(st.sampled_from(ALL_WEEKDAYS), min_size=1)),
        shutdowns=shutdowns,
        extra_days=[
            day for day in extra if not any(s.starts_on <= day <= s.ends_on for s in shutdowns)
        ],
    )


@settings(max_examples=150, deadline=None)
@given(calendars(), DAYS, st.integers(-5, 800), st.integers(1, 60))
def test_counting_is_adding_up_days_and_finding_is_its_inverse(
    calendar: WorkCalendar, first: date, length: int, number: int
) -> None:
    last = first + timedelta(days=length)
    worked = [day for day in _days(first, last) if calendar.is_working(day)]
    assert calendar.count_working_days(first, last) == len(worked)
    expected = worked[number - 1] if len(worked) >= number else None
    assert calendar.find_working_day(first, number, until=last) == expected
    assert read_calendar(calendar.to_text()) == calendar


def test_the_package_of_holidays_is_imported_only_where_a_holiday_is_wanted() -> None:
    code = (
        "import sys; from supplychain.model.calendars import work_calendar as w;"
        "from datetime import date;"
        "assert w.DEFAULT_CALENDAR.is_working(date(2026, 2, 18));"
        "assert 'holidays' not in sys.modules;"
        "assert not w.WorkCalendar.of(country='CN').is_working(date(2026, 2, 18));"
        "assert 'holidays' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_a_week_in_which_nothing_is_made_has_no_load() -> None:
    due = date(2026, 3, 1)
    able = Capability(
        id="a|forgings",
        firm_id="a",
        category_id="forgings",
        category="Forgings",
        weekly_capacity=70,
        calendar="CN",
        booked=((day_number(due), 40),),
    )
    shown = able.weekly_load(date(2026, 2, 9), 3)
    # 9 to 14 February make 60; the week of 16 February nothing; 24 February to 1 March 60.
    assert [(taken, load) for _, taken, load in shown] == [(0, 0.0), (0, None), (40, 40 / 60)]
