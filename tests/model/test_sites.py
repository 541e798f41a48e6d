"""Several sites promise together what they can make, each on its own days; never more."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.errors import Conflict, Invalid
from supplychain.matching.candidates.arrays import Coded, Ragged
from supplychain.matching.feasibility.windows import Paces, possible_columns, weekly_work
from supplychain.model.calendars.work_calendar import Shutdown, WorkCalendar
from supplychain.model.capacity.bookings import Booking, Wish
from supplychain.model.capacity.hours import WorkHours, lot_work
from supplychain.model.capacity.promises import (
    Pace,
    SitePace,
    finish_day,
    possible_work,
    read_pace_text,
    sites_text,
)
from supplychain.model.capacity.sites import SiteCapacity, WorkSite, join_sites
from supplychain.model.weeks import date_of, day_number

SUNDAY = date(2026, 11, 29)
FIRST = day_number(SUNDAY)
WORKWEEK = WorkCalendar(weekdays=(1, 2, 3, 4, 5))


def test_two_sites_make_together_what_each_makes_on_its_own_days() -> None:
    # Ten a day at home; at the other works five days of ten, shut in the second week.
    shut = WorkCalendar(
        weekdays=(1, 2, 3, 4, 5),
        shutdowns=(Shutdown(starts_on=date(2026, 12, 7), ends_on=date(2026, 12, 13)),),
    )
    pace = Pace(weekly=70, sites=(SitePace(weekly=50, calendar=shut),))
    sunday = FIRST + 14
    assert possible_work(pace, {}, today=FIRST, day=FIRST) == 10
    assert possible_work(pace, {}, today=FIRST, day=FIRST + 7) == 80 + 50
    assert possible_work(pace, {}, today=FIRST, day=sunday) == 150 + 50
    assert possible_work(pace, {FIRST + 7: 100}, today=FIRST, day=sunday) == 100
    finish = finish_day(pace, {}, today=FIRST, work=131)
    assert finish is not None
    assert date_of(finish) == date(2026, 12, 7)


def test_a_firm_that_states_nothing_itself_promises_what_its_site_makes() -> None:
    pace = Pace.of(0, f"{sites_text([SitePace(weekly=7)])}")
    assert pace.is_stated
    assert possible_work(pace, {}, today=FIRST, day=FIRST + 1) == 2


def test_sites_stand_behind_calendar_and_hours_in_one_text() -> None:
    sites = (SitePace(weekly=9, calendar=WORKWEEK), SitePace(weekly=5))
    hours = WorkHours(weekly_e4=400_000, piece_e4=4_000, setup_e4=20_000)
    read = read_pace_text(f"CN@{hours.to_text()}{sites_text(sites)}")
    assert (read.calendar.country, read.hours, set(read.sites)) == ("CN", hours, set(sites))
    assert read_pace_text(f"CN{sites_text(sites)}").hours is None
    assert sites_text(reversed(sites)) == sites_text(sites)


def test_a_site_counts_only_what_is_stated_as_the_firm_counts() -> None:
    capacities = (
        SiteCapacity(category_id="gears", weekly_pieces=30),
        SiteCapacity(category_id="rings", weekly_hours_e4=90_000),
    )
    site = WorkSite(id="s", firm_id="f", name="South", calendar=WORKWEEK, capacities=capacities)
    assert join_sites([site], "gears", in_hours=False) == (";|12345@30", 30)
    assert join_sites([site], "rings", in_hours=True) == (";|12345@90000", 90_000)
    for category_id, in_hours in (("gears", True), ("rings", False), ("caps", False)):
        assert join_sites([site], category_id, in_hours=in_hours) == (None, None)


@pytest.mark.parametrize(
    ("name", "capacity", "pointer"),
    [
        ("", None, "/name"),
        ("x" * 81, None, "/name"),
        ("S", SiteCapacity(category_id="c", weekly_pieces=-1), "/capacities/0/weekly_capacity"),
        ("S", SiteCapacity(category_id="c", weekly_pieces=2 * 10**9),
         "/capacities/0/weekly_capacity"),
        ("S", SiteCapacity(category_id="c", weekly_hours_e4=10**10),
         "/capacities/0/weekly_capacity"),
        ("S", SiteCapacity(category_id="c", weekly_pieces=1, weekly_hours_e4=1),
         "/capacities/0/weekly_capacity"),
    ],
)  # fmt: skip
def test_absurd_sites_are_refused(name: str, capacity: SiteCapacity | None, pointer: str) -> None:
    site = WorkSite(id="s", firm_id="f", name=name, capacities=(capacity,) if capacity else ())
    with pytest.raises(Invalid) as refused:
        site.check()
    assert refused.value.errors[0].pointer == pointer


TEXTS = ("", ";|12345@70", "CN@700/3/0;|67@50;DE@9", "||2026-12-01/2026-12-20;@14")


@given(
    firms=st.lists(
        st.tuples(
            st.integers(0, 50),
            st.dictionaries(st.integers(FIRST - 5, FIRST + 60), st.integers(0, 60), max_size=5),
            st.integers(-3, 90),
            st.sampled_from(TEXTS),
        ),
        max_size=6,
    )
)
def test_the_columns_say_of_sites_what_the_rule_says(
    firms: list[tuple[int, dict[int, int], int, str]],
) -> None:
    weekly = np.array([firm[0] for firm in firms], np.int64)
    text = Coded.of_values([firm[3] for firm in firms])
    paces = Paces(weekly=weekly_work(weekly, text), text=text)
    days = [sorted(firm[1]) for firm in firms]
    due = Ragged.of(days, [[firm[1][day] for day in sorted(firm[1])] for firm in firms])
    last = np.array([FIRST + firm[2] for firm in firms], np.int64)
    columns = possible_columns(paces, due, today=FIRST, last=last)
    scalars = [
        possible_work(Pace.of(weekly, text), due, today=FIRST, day=FIRST + days)
        for weekly, due, days, text in firms
    ]
    assert columns.tolist() == [-1 if each is None else each for each in scalars]


def _random_calendar(chance: Random) -> WorkCalendar:
    weekdays = tuple(sorted(chance.sample(range(1, 8), chance.randint(1, 7))))
    start = SUNDAY + timedelta(days=chance.randint(0, 60))
    shut = Shutdown(starts_on=start, ends_on=start + timedelta(days=chance.randint(0, 20)))
    country = chance.choice(("", "CN", "DE"))
    return WorkCalendar(country=country, weekdays=weekdays, shutdowns=(shut,))


def _count_made(pace: Pace) -> dict[int, int]:
    """What all sites make by each day, a day after the other."""
    places = [SitePace(weekly=pace.weekly, calendar=pace.calendar), *pace.sites]
    worked = [0] * len(places)
    made: dict[int, int] = {}
    for day in range(FIRST, FIRST + 91):
        for at, place in enumerate(places):
            worked[at] += place.calendar.is_working(date_of(day))
        made[day] = sum(
            place.weekly * days // len(place.calendar.weekdays)
            for place, days in zip(places, worked, strict=True)
        )
    return made


def _fits(due: dict[int, int], made: dict[int, int]) -> bool:
    total = 0
    for day in sorted(due):
        total += due[day]
        if due[day] and total > made[day]:
            return False
    return True


def _take(
    booked: dict[str, Booking], due: dict[int, int], line: str, after: Booking | None
) -> None:
    """Book a line anew, in the bookings and in what is due."""
    for one, sign in ((booked.pop(line, None), -1), (after, 1)):
        if one is not None:
            due[one.day] = due.get(one.day, 0) + sign * one.work
    if after is not None:
        booked[line] = after


def test_ten_thousand_acceptances_at_sites_with_hours_keep_every_promise() -> None:
    """Random sites, calendars, parts and lots; accepted, cancelled, moved in any order."""
    chance = Random(11)
    accepted = refused = 0
    for _ in range(20):
        hours = WorkHours(weekly_e4=chance.randint(5, 80) * 10_000, piece_e4=10_000, setup_e4=5_000)
        sites = tuple(
            SitePace(weekly=chance.randint(0, 60) * 10_000, calendar=_random_calendar(chance))
            for _ in range(chance.randint(0, 2))
        )
        pace = Pace(weekly=hours.weekly_e4, calendar=_random_calendar(chance), sites=sites)
        lots = [
            lot_work(hours, chance.choice((1, 5)), chance.choice((None, 2_500, 40_000)))
            for _ in range(3)
        ]
        booked: dict[str, Booking] = {}
        due: dict[int, int] = {}
        made = _count_made(pace)
        for number in range(500):
            line = chance.choice(list(booked)) if booked and chance.random() < 0.3 else f"{number}"
            lot, mine = chance.choice(lots), booked.get(line)
            others = dict(due)
            if mine is not None:
                others[mine.day] -= mine.work
            wish = Wish(
                capability_id="f|c",
                line_id=line,
                pieces=0 if chance.random() < 0.2 else chance.randint(1, 40),
                due_on=SUNDAY + timedelta(days=15 * chance.randint(0, 5)),
            )
            day = max(day_number(wish.due_on), FIRST)
            possible = possible_work(pace, others, today=FIRST, day=day) or 0
            try:
                after = wish.booked(mine, due=others, pace=pace, lot=lot, today=FIRST)
            except Conflict:
                refused += 1
                assert lot.count_work(wish.pieces) > possible
                continue
            accepted += 1
            _take(booked, due, line, after)
            assert _fits(due, made)
    assert accepted + refused == 10_000
    assert min(accepted, refused) > 1_000
