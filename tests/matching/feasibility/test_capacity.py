"""Capacity promises, worked by hand and against a day-by-day count."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from supplychain.matching.feasibility.capacity import (
    finish_day,
    possible_quantity,
    promise_capacity,
)
from supplychain.model.weeks import week_of
from tests.matching.make import MONDAY, make_candidates, make_need

WEEK = week_of(MONDAY)


def _possible(need, **firm) -> int:
    return int(possible_quantity(need, make_candidates(firm))[0])


def test_two_free_weeks_make_twice_the_weekly_capacity() -> None:
    assert _possible(make_need(needed_by=date(2026, 12, 6))) == 1400


def test_what_is_booked_is_not_promised_again() -> None:
    need = make_need(needed_by=date(2026, 12, 6))
    assert _possible(need, booked={WEEK: 200, WEEK + 1: 700, WEEK + 2: 700}) == 500


def test_bookings_above_the_capacity_take_no_more_than_their_week() -> None:
    need = make_need(needed_by=date(2026, 12, 6))
    assert _possible(need, booked={WEEK: 5000}) == 700


def test_only_the_days_that_are_left_count() -> None:
    need = make_need(today=date(2026, 11, 26), needed_by=date(2026, 11, 29))
    assert _possible(need) == 400


def test_a_capacity_nobody_stated_is_unknown_not_nothing() -> None:
    assert _possible(make_need(), weekly_capacity=0) == -1


def test_the_finish_is_the_day_on_which_the_last_piece_is_made() -> None:
    day = finish_day(today=MONDAY, quantity=750, weekly=700, booked=[])
    assert day == date(2026, 11, 30)
    assert finish_day(today=MONDAY, quantity=100, weekly=700, booked=[]) == MONDAY


def test_nothing_is_done_before_its_lead_time_is_over() -> None:
    need = make_need(today=date(2026, 11, 29), needed_by=date(2027, 2, 1), quantity=300)
    firms = make_candidates({"weekly_capacity": 400, "lead_days": 35})
    possible = possible_quantity(need, firms)
    assert promise_capacity(need, firms, possible, 0).finish_on == "2027-01-03"
    slow = make_candidates({"weekly_capacity": 40, "lead_days": 35})
    assert promise_capacity(need, slow, possible_quantity(need, slow), 0).finish_on == "2027-01-20"


def test_a_booked_week_moves_the_finish() -> None:
    day = finish_day(today=MONDAY, quantity=100, weekly=700, booked=[(WEEK, 700)])
    assert day == date(2026, 11, 30)


def test_no_finish_is_promised_without_a_capacity_or_within_ten_years() -> None:
    assert finish_day(today=MONDAY, quantity=1, weekly=0, booked=[]) is None
    assert finish_day(today=MONDAY, quantity=10**9, weekly=1, booked=[]) is None


@given(
    start=st.integers(0, 20),
    days=st.integers(0, 60),
    weekly=st.integers(1, 50),
    booked=st.dictionaries(st.integers(WEEK - 1, WEEK + 9), st.integers(0, 60), max_size=6),
    quantity=st.integers(1, 400),
)
def test_quantity_and_finish_agree_with_a_count_day_by_day(
    start: int, days: int, weekly: int, booked: dict[int, int], quantity: int
) -> None:
    today = MONDAY + timedelta(days=start)
    need = make_need(today=today, needed_by=today + timedelta(days=days), quantity=quantity)
    booked = dict(sorted(booked.items()))
    sevenths = sum(
        max(weekly - booked.get(week_of(today + timedelta(days=day)), 0), 0)
        for day in range(days + 1)
    )
    possible = _possible(need, weekly_capacity=weekly, booked=booked)
    assert possible == sevenths // 7
    finish = finish_day(today=today, quantity=quantity, weekly=weekly, booked=booked.items())
    assert finish is not None
    assert (finish <= need.needed_by) == (possible >= quantity)
