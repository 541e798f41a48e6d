"""What an order line books, what a bid holds, how full the weeks are."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.errors import Conflict
from supplychain.model.capabilities import Capability
from supplychain.model.capacity.bookings import Booking, Wish, pieces_to_make
from supplychain.model.capacity.holds import shrink_days
from supplychain.model.capacity.hours import lot_work
from supplychain.model.capacity.promises import Pace, fits, possible_work
from supplychain.model.weeks import date_of, day_number

TODAY = day_number(date(2026, 11, 29))


def _book(
    pieces: int,
    days: int,
    mine: Booking | None = None,
    *,
    due: dict[int, int] | None = None,
    weekly: int = 70,
    lot_size: int = 0,
    must_fit: bool = True,
) -> Booking | None:
    wish = Wish(
        capability_id="f|c",
        line_id="l",
        pieces=pieces,
        due_on=date_of(TODAY + days),
        must_fit=must_fit,
    )
    pace = Pace(weekly=weekly)
    return wish.booked(mine, due=due or {}, pace=pace, lot=lot_work(None, lot_size), today=TODAY)


def test_what_fits_is_booked_by_its_due_day() -> None:
    assert _book(100, 9) == Booking(day=TODAY + 9, quantity=100, work=100)
    assert _book(0, 9, Booking(day=TODAY + 9, quantity=100, work=100)) is None


def test_what_is_short_is_said_with_the_day_on_which_all_would_be_done() -> None:
    with pytest.raises(Conflict) as refused:
        _book(100, 1, weekly=50)
    assert refused.value.values == {
        "free": 14, "wanted": 100, "short": 86, "day": "2026-11-30", "finish": "2026-12-12",
    }  # fmt: skip
    with pytest.raises(Conflict) as refused:
        _book(10**6, 1, weekly=1)
    assert "finish" not in refused.value.values


def test_a_due_day_that_is_past_leaves_today() -> None:
    assert _book(10, -3) == Booking(day=TODAY - 3, quantity=10, work=10)
    with pytest.raises(Conflict):
        _book(11, -3)


def test_less_or_later_is_never_refused_and_more_or_sooner_must_fit() -> None:
    full = {TODAY: 10**6}
    mine = Booking(day=TODAY + 5, quantity=50, work=50)
    assert _book(40, 5, mine, due=full) == Booking(day=TODAY + 5, quantity=40, work=40)
    assert _book(50, 9, mine, due=full) == Booking(day=TODAY + 9, quantity=50, work=50)
    for pieces, days in ((51, 5), (50, 4), (40, 4)):
        with pytest.raises(Conflict):
            _book(pieces, days, mine, due=full)
        assert _book(pieces, days, mine, due=full, must_fit=False) is not None


def test_lots_are_booked_whole_and_an_unstated_pace_refuses_nothing() -> None:
    assert _book(100, 30, lot_size=150) == Booking(day=TODAY + 30, quantity=150, work=150)
    with pytest.raises(Conflict):
        _book(100, 13, lot_size=150)
    assert _book(10**6, 0, weekly=0) == Booking(day=TODAY, quantity=10**6, work=10**6)


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ({}, 100),
        ({"shipped": 30}, 70),
        ({"made_percent": 60, "shipped": 30}, 40),
        ({"made_percent": 20, "shipped": 30}, 70),
        ({"shared": 40, "handed_over": 40}, 60),
        ({"shared": 40, "handed_over": 40, "made_percent": 50}, 30),
        ({"shared": 40, "made_percent": 50}, 70),
        ({"shared": 40, "handed_over": 40, "from_shares": 40, "shipped": 40}, 60),
        ({"shared": 40, "handed_over": 40, "from_shares": 40, "shipped": 70}, 30),
        ({"shared": 40, "handed_over": 40, "shipped": 30}, 30),
        ({"shared": 100, "handed_over": 100, "made_percent": 100}, 0),
        ({"shipped": 100}, 0),
    ],
)
def test_what_is_left_to_make_is_the_own_part_without_what_is_done(
    line: dict[str, int], left: int
) -> None:
    names = ("shared", "shipped", "made_percent", "handed_over", "from_shares")
    plain = {"quantity": 100, **dict.fromkeys(names, 0)}
    assert pieces_to_make(**{**plain, **line}) == left


def test_what_stays_held_are_the_earliest_days() -> None:
    assert shrink_days({3: 10, 5: 10}, 14) == {3: 10, 5: 4}
    assert shrink_days({3: 10, 5: 10}, 0) == {}


def _capability(**values: Any) -> Capability:
    plain = {"id": "f|c", "firm_id": "f", "category_id": "c", "category": "C"}
    return Capability(**{**plain, **values})


def test_the_load_of_a_week_is_what_must_be_made_in_it_at_the_latest() -> None:
    made = _capability(weekly_capacity=70, booked=((TODAY + 14, 100),))
    # Today is a Sunday and the order is due on one: 10 can be made today, 70 in each week after.
    load = made.weekly_load(date_of(TODAY), 4)
    assert [(monday.isoformat(), pieces) for monday, pieces, _ in load] == [
        ("2026-11-23", 0), ("2026-11-30", 30), ("2026-12-07", 70), ("2026-12-14", 0),
    ]  # fmt: skip
    assert [share for _, _, share in load] == [0, 30 / 70, 1, 0]


def test_a_week_that_cannot_make_what_is_due_is_full_and_no_more() -> None:
    made = _capability(weekly_capacity=70, booked=((TODAY - 3, 100),))
    load = made.weekly_load(date_of(TODAY), 3)
    assert [pieces for _, pieces, _ in load] == [10, 70, 20]


def test_without_a_capacity_what_is_due_is_shown() -> None:
    made = _capability(weekly_capacity=0, booked=((TODAY - 3, 100), (TODAY + 1, 7)))
    assert [(n, share) for _, n, share in made.weekly_load(date_of(TODAY), 2)] == [
        (100, None), (7, None),
    ]  # fmt: skip


@given(
    st.integers(1, 60),
    st.dictionaries(st.integers(TODAY - 9, TODAY + 50), st.integers(1, 60), max_size=5),
    st.integers(0, 6),
)
def test_loads_add_up_to_what_is_promised_and_never_exceed_a_week(
    weekly: int, due: dict[int, int], later: int
) -> None:
    today = TODAY + later
    made = _capability(weekly_capacity=weekly, booked=tuple(sorted(due.items())))
    load = made.weekly_load(date_of(today), 330)
    assert all(0 <= share <= 1 for _, _, share in load if share is not None)
    assert sum(pieces for _, pieces, _ in load) == sum(due.values())


@given(
    st.integers(1, 30),
    st.lists(st.tuples(st.integers(-2, 40), st.integers(1, 80), st.integers(0, 20)), max_size=20),
)
def test_taking_fits_or_is_refused_with_what_is_possible(
    weekly: int, wishes: list[tuple[int, int, int]]
) -> None:
    due: dict[int, int] = {}
    pace = Pace(weekly=weekly)
    for days, pieces, lot_size in wishes:
        day = max(TODAY + days, TODAY)
        possible = possible_work(pace, due, today=TODAY, day=day)
        try:
            after = _book(pieces, days, due=due, weekly=weekly, lot_size=lot_size)
        except Conflict as refused:
            assert refused.values["free"] == possible
            assert refused.values["wanted"] > (possible or 0)
            finish = refused.values.get("finish")
            assert finish is None or date.fromisoformat(finish) > date_of(day)
            continue
        assert after is not None and after.quantity <= (possible or 0)
        due[after.day] = due.get(after.day, 0) + after.quantity
        assert fits(pace, due, today=TODAY)
