"""What can still be promised by a day: worked by hand, and against a count day by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.model.calendars.work_calendar import WorkCalendar
from supplychain.model.capacity.hours import lot_work
from supplychain.model.capacity.promises import (
    Due,
    Pace,
    due_by,
    find_overload,
    finish_day,
    fits,
    least_weekly_work,
    possible_work,
    read_pace_text,
)
from supplychain.model.weeks import date_of, day_number

SUNDAY = day_number(date(2026, 11, 29))
PROMISED = st.dictionaries(st.integers(SUNDAY - 5, SUNDAY + 60), st.integers(0, 60), max_size=6)


def test_a_lead_time_of_35_days_ends_on_the_third_of_january() -> None:
    day = finish_day(Pace(weekly=400), {}, today=SUNDAY, work=300, lead_days=35)
    assert day is not None and date_of(day) == date(2027, 1, 3)
    made = finish_day(Pace(weekly=400), {}, today=SUNDAY, work=300)
    assert made is not None and date_of(made) == date(2026, 12, 4)


def test_on_a_sunday_fifty_a_week_make_fourteen_until_tomorrow() -> None:
    pace = Pace(weekly=50)
    assert possible_work(pace, {}, today=SUNDAY, day=SUNDAY + 1) == 14
    day = finish_day(pace, {}, today=SUNDAY, work=100)
    assert day is not None and date_of(day) == date(2026, 12, 12)


def test_of_four_orders_of_30_nine_days_at_40_a_week_take_one() -> None:
    pace, monday = Pace(weekly=40), SUNDAY + 8
    assert date_of(monday) == date(2026, 12, 7)
    assert possible_work(pace, {}, today=SUNDAY, day=monday) == 51
    assert possible_work(pace, {monday: 30}, today=SUNDAY, day=monday) == 21


def test_what_is_due_later_bounds_what_is_possible_now() -> None:
    pace = Pace(weekly=70)
    due = {SUNDAY + 9: 95}
    assert possible_work(pace, due, today=SUNDAY, day=SUNDAY + 2) == 5
    assert possible_work(pace, due, today=SUNDAY, day=SUNDAY + 10) == 15
    # Six pieces do not fit before the tenth day is full: they are done on the eleventh.
    assert finish_day(pace, due, today=SUNDAY, work=5) == SUNDAY
    assert finish_day(pace, due, today=SUNDAY, work=6) == SUNDAY + 10


def test_what_is_overdue_is_due_today() -> None:
    pace = Pace(weekly=70)
    overdue = {SUNDAY - 30: 25}
    assert due_by(overdue, SUNDAY, today=SUNDAY) == 25
    assert possible_work(pace, overdue, today=SUNDAY, day=SUNDAY + 1) == 0
    assert possible_work(pace, overdue, today=SUNDAY, day=SUNDAY + 3) == 15
    assert find_overload(pace, overdue, today=SUNDAY) == SUNDAY
    assert not fits(pace, overdue, today=SUNDAY)


def test_an_unstated_pace_says_nothing() -> None:
    for weekly in (0, -1):
        pace = Pace(weekly=weekly)
        assert possible_work(pace, {}, today=SUNDAY, day=SUNDAY + 9) is None
        assert finish_day(pace, {}, today=SUNDAY, work=1) is None
        assert fits(pace, {SUNDAY: 10**6}, today=SUNDAY)


def test_nothing_is_possible_before_today_and_ten_years_are_the_end() -> None:
    pace = Pace(weekly=7)
    assert possible_work(pace, {}, today=SUNDAY, day=SUNDAY - 1) == 0
    assert finish_day(pace, {}, today=SUNDAY, work=3640) == SUNDAY + 3639
    assert finish_day(pace, {}, today=SUNDAY, work=3641) is None


@pytest.mark.parametrize("last_day", [date(2199, 12, 31), date(9999, 12, 31)])
def test_a_need_date_centuries_ahead_counts_ten_years(last_day: date) -> None:
    pace = Pace(weekly=70, calendar=WorkCalendar(country="CN"))
    day = day_number(last_day)
    promised = {day: 100}
    decade = possible_work(pace, {}, today=SUNDAY, day=SUNDAY + 3639)
    assert decade is not None and 30_000 < decade < 36_400
    assert possible_work(pace, promised, today=SUNDAY, day=day) == decade - 100
    assert finish_day(pace, promised, today=SUNDAY, work=decade - 100) is not None
    counted = pace.calendar.count_days
    with pytest.MonkeyPatch.context() as patch:  # no year beyond is looked at
        asked: list[int] = []

        def count(self: WorkCalendar, first: int, last: int) -> int:
            asked.append(last)
            return counted(first, last)

        patch.setattr(WorkCalendar, "count_days", count)
        possible_work(pace, promised, today=SUNDAY, day=day)
    assert max(asked) == SUNDAY + 3639


@pytest.mark.parametrize(
    ("pieces", "lot_size", "made"), [(350, 150, 450), (300, 150, 300), (350, 0, 350), (0, 150, 0)]
)
def test_what_is_made_comes_in_whole_lots(pieces: int, lot_size: int, made: int) -> None:
    assert lot_work(None, lot_size).round_up(pieces) == made


def _made_in_time(weekly: int, due: Due) -> bool:
    """Day by day, the earliest due first, in sevenths of a piece."""
    left = [[max(at, SUNDAY), 7 * pieces] for at, pieces in sorted(due.items())]
    for day in range(SUNDAY, SUNDAY + 400):
        capacity = weekly
        for work in left:
            spent = min(capacity, work[1])
            work[1] -= spent
            capacity -= spent
        if any(work[1] > 0 for work in left if work[0] <= day):
            return False
    return not any(work[1] for work in left)


@given(st.integers(1, 50), PROMISED, st.integers(0, 70))
def test_what_is_possible_can_be_made_beside_the_rest_and_no_piece_more(
    weekly: int, due: Due, days: int
) -> None:
    pace, day = Pace(weekly=weekly), SUNDAY + days
    assert fits(pace, due, today=SUNDAY) == _made_in_time(weekly, due)
    if not fits(pace, due, today=SUNDAY):
        return
    possible = possible_work(pace, due, today=SUNDAY, day=day)
    assert possible is not None
    more = {**due, day: due.get(day, 0) + possible}
    assert _made_in_time(weekly, more)
    assert not _made_in_time(weekly, {**more, day: more[day] + 1})


@given(st.integers(2, 50), PROMISED, st.integers(1, 200))
def test_the_finish_is_the_first_day_on_which_all_is_possible(
    weekly: int, due: Due, pieces: int
) -> None:
    pace = Pace(weekly=weekly)
    first = finish_day(pace, due, today=SUNDAY, work=pieces)
    assert first is not None
    assert (possible_work(pace, due, today=SUNDAY, day=first) or 0) >= pieces
    assert (possible_work(pace, due, today=SUNDAY, day=first - 1) or 0) < pieces


@given(st.integers(1, 50), PROMISED, st.integers(0, 70), st.integers(0, 20), st.integers(1, 20))
def test_more_time_more_capacity_and_fewer_promises_never_make_less_possible(
    weekly: int, due: Due, days: int, later: int, more: int
) -> None:
    def possible(pace: int, promised: Due, day: int) -> int:
        return possible_work(Pace(weekly=pace), promised, today=SUNDAY, day=day) or 0

    day = SUNDAY + days
    before = possible(weekly, due, day)
    assert possible(weekly, due, day + later) >= before
    assert possible(weekly + more, due, day) >= before
    fewer = {at: max(0, pieces - more) for at, pieces in due.items()}
    assert possible(weekly, fewer, day) >= before


@given(
    st.sampled_from(("", "||2026-11-20/2026-12-10", "CN|12345", ";|12345@14;|67@3", "|7;@1")),
    PROMISED,
    st.integers(-2, 70),
    st.integers(1, 300),
)
def test_the_least_week_makes_enough_and_one_piece_less_a_week_does_not(
    text: str, due: Due, days: int, work: int
) -> None:
    beside, day = read_pace_text(text), SUNDAY + days
    pace = Pace(weekly=7, calendar=beside.calendar, sites=beside.sites)

    def is_enough(weekly: int) -> bool:
        at = replace(pace, weekly=weekly)
        return (possible_work(at, due, today=SUNDAY, day=day) or 0) >= work

    least = least_weekly_work(pace, due, today=SUNDAY, day=day, work=work)
    if least is None:
        assert not is_enough(10**9)
    else:
        assert is_enough(least)
        assert least == 0 or not is_enough(least - 1)


def _pass_day(promised: dict[int, tuple[int, int]], weekly: int) -> None:
    """One day's work on what is due first; sevenths of a piece."""
    for order in sorted(promised, key=lambda one: promised[one][0]):
        at, left = promised.pop(order)
        spent = min(weekly, left)
        weekly -= spent
        if left > spent:
            promised[order] = (at, left - spent)


def _pieces_due(promised: dict[int, tuple[int, int]]) -> dict[int, int]:
    """Due day to whole pieces; one that is begun counts until it is done."""
    days: dict[int, int] = {}
    for at, sevenths in promised.values():
        days[at] = days.get(at, 0) - (-sevenths // 7)
    return days


def _is_makeable(promised: dict[int, tuple[int, int]], weekly: int, today: int) -> bool:
    total = 0
    for at, sevenths in sorted(promised.values()):
        total += sevenths
        if at < today or total > weekly * (at - today + 1):
            return False
    return True


def test_ten_thousand_acceptances_in_any_order_keep_every_promise() -> None:
    """Accepted, cancelled, moved and made at random, day after day: all stays makeable."""
    chance, pace, today = Random(29), Pace(weekly=40), SUNDAY
    promised: dict[int, tuple[int, int]] = {}  # order -> due day and sevenths of a piece left
    accepted = refused = 0
    while accepted + refused < 10_000:
        day, pieces = today + chance.randint(0, 30), chance.randint(1, 40)
        possible = possible_work(pace, _pieces_due(promised), today=today, day=day)
        assert possible is not None
        if pieces <= possible:
            promised[accepted], accepted = (day, 7 * pieces), accepted + 1
        else:
            refused += 1
        if promised and chance.random() < 0.2:
            del promised[chance.choice(list(promised))]
        if promised and chance.random() < 0.2:
            moved = chance.choice(list(promised))
            at, left = promised.pop(moved)
            to = today + chance.randint(0, 40)
            room = possible_work(pace, _pieces_due(promised), today=today, day=to) or 0
            promised[moved] = (to, left) if left <= 7 * room else (at, left)
        if chance.random() < 0.3:
            _pass_day(promised, pace.weekly)
            today += 1
        assert _is_makeable(promised, pace.weekly, today)
    assert accepted > 1000 and refused > 1000
