"""Capacity promises, worked by hand and against a day-by-day count."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from supplychain.matching.candidates.arrays import Coded, Ragged
from supplychain.matching.feasibility.capacity import possible_quantity, promise_capacity
from supplychain.matching.feasibility.filters import sift_firms
from supplychain.matching.feasibility.windows import Paces, possible_columns, weekly_work
from supplychain.model.capacity.promises import Pace, possible_work
from supplychain.model.weeks import day_number
from tests.matching.make import MONDAY, make_candidates, make_need

FIRST = day_number(MONDAY)
SUNDAYS = [FIRST + 6, FIRST + 13, FIRST + 20]


def _possible(need, **firm) -> int:
    return int(possible_quantity(need, make_candidates(firm))[0])


def test_two_free_weeks_make_twice_the_weekly_capacity() -> None:
    assert _possible(make_need(needed_by=date(2026, 12, 6))) == 1400


def test_what_is_booked_is_not_promised_again() -> None:
    need = make_need(needed_by=date(2026, 12, 6))
    assert _possible(need, booked=dict(zip(SUNDAYS, (200, 700, 700), strict=True))) == 500


def test_more_promised_than_can_be_made_leaves_nothing_until_it_is_made() -> None:
    assert _possible(make_need(needed_by=date(2026, 12, 6)), booked={SUNDAYS[0]: 5000}) == 0
    late = make_need(needed_by=date(2027, 1, 17))
    assert _possible(late, booked={SUNDAYS[0]: 5000}) == 600


def test_what_is_due_later_bounds_what_is_possible_before() -> None:
    need = make_need(needed_by=date(2026, 12, 6))
    assert _possible(need, booked={SUNDAYS[2]: 2000}) == 100


def test_only_the_days_that_are_left_count() -> None:
    need = make_need(today=date(2026, 11, 26), needed_by=date(2026, 11, 29))
    assert _possible(need) == 400


def test_a_capacity_nobody_stated_is_unknown_not_nothing() -> None:
    assert _possible(make_need(), weekly_capacity=0) == -1


def _finish(quantity: int, **firm: object) -> str | None:
    need = make_need(quantity=quantity)
    firms = make_candidates({"lead_days": 0, **firm})
    return promise_capacity(need, firms, possible_quantity(need, firms), 0).finish_on


def test_the_finish_is_the_day_on_which_the_last_piece_is_made() -> None:
    assert _finish(750) == "2026-11-30"
    assert _finish(100) == "2026-11-23"


def test_nothing_is_done_before_its_lead_time_is_over() -> None:
    need = make_need(today=date(2026, 11, 29), needed_by=date(2027, 2, 1), quantity=300)
    firms = make_candidates({"weekly_capacity": 400, "lead_days": 35})
    possible = possible_quantity(need, firms)
    assert promise_capacity(need, firms, possible, 0).finish_on == "2027-01-03"
    slow = make_candidates({"weekly_capacity": 40, "lead_days": 35})
    assert promise_capacity(need, slow, possible_quantity(need, slow), 0).finish_on == "2027-01-20"


def test_what_is_promised_moves_the_finish() -> None:
    assert _finish(100, booked={SUNDAYS[0]: 700}) == "2026-11-30"
    assert _finish(100, booked={SUNDAYS[0]: 600}) == "2026-11-23"


def test_no_finish_is_promised_without_a_capacity_or_within_ten_years() -> None:
    assert _finish(1, weekly_capacity=0) is None
    assert _finish(10**9, weekly_capacity=1) is None


DUE = st.dictionaries(st.integers(FIRST - 5, FIRST + 60), st.integers(0, 60), max_size=6)


PACES = (
    "",
    "CN",
    "CN|12345|2026-12-01/2026-12-09|2026-12-05",
    "|135@70000/3/0",
    "DE@400000/4000/20000",
)


@given(
    firms=st.lists(
        st.tuples(
            st.integers(-1, 50), DUE, st.integers(-3, 90) | st.just(70_000), st.sampled_from(PACES)
        ),
        max_size=6,
    ),
    start=st.integers(0, 20),
)
def test_the_columns_say_of_each_firm_what_the_rule_says(
    firms: list[tuple[int, dict[int, int], int, str]], start: int
) -> None:
    today = FIRST + start
    weekly = np.array([weekly for weekly, *_ in firms], np.int64)
    text = Coded.of_values([text for *_, text in firms])
    paces = Paces(weekly=weekly_work(weekly, text), text=text)
    days = [sorted(due) for _, due, *_ in firms]
    pieces = [[firm[1][day] for day in sorted(firm[1])] for firm in firms]
    last = np.array([today + days for _, _, days, _ in firms], np.int64)
    columns = possible_columns(paces, Ragged.of(days, pieces), today=today, last=last)
    scalars = [
        possible_work(Pace.of(weekly, text), due, today=today, day=today + days)
        for weekly, due, days, text in firms
    ]
    assert columns.tolist() == [-1 if each is None else each for each in scalars]
    assert paces.made(today, last).tolist() == [
        Pace.of(weekly, text).made(today, today + days) for weekly, _, days, text in firms
    ]


@given(
    text=st.sampled_from(PACES),
    weekly=st.integers(1, 50),
    first=st.integers(FIRST, FIRST + 400),
    work=st.integers(0, 300),
)
def test_the_day_by_which_work_is_done_is_the_first_that_does_it(
    text: str, weekly: int, first: int, work: int
) -> None:
    pace = Pace.of(weekly, text)
    day = pace.day_made(work, first)
    assert day is not None
    assert day >= first
    assert pace.made(first, day) >= work
    assert day == first or pace.made(first, day - 1) < work


def test_the_week_of_spring_festival_makes_nothing() -> None:
    today, need_by = date(2026, 2, 10), date(2026, 2, 23)
    need = make_need(today=today, needed_by=need_by, quantity=100)
    firms = [{"weekly_capacity": 70, "lead_days": 0, "pace": pace} for pace in ("", "CN")]
    able = make_candidates(*firms)
    # Ten a day: fourteen days, of which the nine from 15 to 23 February are off.
    assert possible_quantity(need, able).tolist() == [140, 50]
    promised = promise_capacity(need, able, possible_quantity(need, able), 1)
    assert (promised.state, promised.finish_on) == ("part", "2026-02-28")
    # Needed on a holiday: what was made by then, never an error.
    holiday = make_need(today=today, needed_by=date(2026, 2, 18), quantity=50)
    assert possible_quantity(holiday, able).tolist() == [90, 50]


def test_hours_make_pieces_lot_by_lot() -> None:
    # 40 hours over five days; a lot of 10 takes 2 + 10 × 0.4 = 6 hours. Ten working days have
    # 80 hours: 13 whole lots, two hours are left.
    need = make_need(today=date(2026, 11, 2), needed_by=date(2026, 11, 15), quantity=200)
    firm = {"weekly_capacity": 66, "lead_days": 0, "pace": "|12345@400000/4000/20000"}
    able = replace(make_candidates(firm), lot_size=np.array([10], np.int64))
    assert possible_quantity(need, able).tolist() == [130]


@given(
    days=st.integers(0, 60),
    weekly=st.integers(2, 50),
    booked=DUE,
    quantity=st.integers(1, 400),
    lot_size=st.integers(0, 30),
)
def test_a_line_is_whole_exactly_if_its_finish_is_in_time(
    days: int, weekly: int, booked: dict[int, int], quantity: int, lot_size: int
) -> None:
    need = make_need(needed_by=MONDAY + timedelta(days=days), quantity=quantity)
    firm = {"weekly_capacity": weekly, "lead_days": 0, "booked": dict(sorted(booked.items()))}
    able = replace(make_candidates(firm), lot_size=np.array([lot_size], np.int64))
    promised = promise_capacity(need, able, possible_quantity(need, able), 0)
    assert promised.finish_on is not None
    assert (promised.finish_on <= need.needed_by.isoformat()) == (promised.state == "whole")


@given(
    st.lists(st.tuples(st.integers(1, 50), st.integers(-1, 1), st.integers(0, 30)), min_size=1),
    st.integers(0, 20),
)
def test_each_firm_works_from_the_day_that_it_is_there(
    firms: list[tuple[int, int, int]], days: int
) -> None:
    today = date(2026, 12, 31)
    need = make_need(today=today, needed_by=today + timedelta(days=days), quantity=100)
    plain = [
        {"weekly_capacity": weekly, "lead_days": 0, "booked": {day_number(today) + 3: taken}}
        for weekly, _, taken in firms
    ]
    ahead = np.array([each for _, each, _ in firms], np.int64)
    able = replace(make_candidates(*plain), ahead_days=ahead)
    possible = possible_quantity(need, able)
    for i, one in enumerate(plain):
        alone = make_candidates(one)
        there = replace(need, today=today + timedelta(days=firms[i][1]))
        assert int(possible[i]) == int(possible_quantity(there, alone)[0])
        mine = promise_capacity(need, able, possible, i)
        assert mine == promise_capacity(there, alone, possible_quantity(there, alone), 0)


def test_a_lead_time_counts_from_the_firms_own_day() -> None:
    need = make_need(today=date(2028, 2, 28), needed_by=date(2028, 3, 1), quantity=1)
    able = replace(
        make_candidates(*[{"lead_days": 2}] * 3), ahead_days=np.array([-1, 0, 1], np.int64)
    )
    fails = sift_firms(need, able, possible_quantity(need, able)).fails["lead_time_too_long"]
    assert fails.tolist() == [False, False, True]
