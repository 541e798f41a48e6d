"""Weeks taken earliest first and freed latest first, never more than there are."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.errors import Conflict
from supplychain.model.capacity.bookings import Wish
from supplychain.model.weeks import monday_of

WEEK = 2966


def _wish(pieces: int, last: int = WEEK + 3) -> Wish:
    return Wish(capability_id="f|c", line_id="l", pieces=pieces, due_on=monday_of(last))


def test_a_worked_example() -> None:
    taken = {WEEK: 8, WEEK + 1: 10, WEEK + 2: 4}
    after = _wish(9).booked({}, taken=taken, weekly=10, week=WEEK)
    assert after == {WEEK: 2, WEEK + 2: 6, WEEK + 3: 1}
    assert _wish(-6).booked(after, taken=taken, weekly=10, week=WEEK) == {WEEK: 2, WEEK + 2: 1}


def test_a_due_day_that_is_past_leaves_this_week() -> None:
    late = Wish(capability_id="f|c", line_id="l", pieces=5, due_on=date(2020, 1, 1))
    assert late.booked({}, taken={}, weekly=10, week=WEEK) == {WEEK: 5}


def test_what_is_short_is_said() -> None:
    with pytest.raises(Conflict) as refused:
        _wish(25, WEEK + 1).booked({}, taken={WEEK: 3}, weekly=10, week=WEEK)
    assert refused.value.values == {"free": 17, "wanted": 25, "short": 8}


def test_weeks_to_come_are_freed_and_those_past_are_kept() -> None:
    wish = Wish(capability_id="f|c", line_id="l", keep_until=WEEK)
    mine = {WEEK - 1: 4, WEEK: 4, WEEK + 1: 4}
    assert wish.booked(mine, taken=mine, weekly=4, week=WEEK) == {WEEK - 1: 4, WEEK: 4}


@given(
    st.integers(0, 30),
    st.dictionaries(st.integers(WEEK, WEEK + 5), st.integers(0, 40)),
    st.integers(1, 200),
)
def test_taking_fits_or_is_refused_and_freeing_undoes_it(
    weekly: int, taken: dict[int, int], pieces: int
) -> None:
    try:
        after = _wish(pieces).booked({}, taken=taken, weekly=weekly, week=WEEK)
    except Conflict as refused:
        free = sum(max(0, weekly - taken.get(week, 0)) for week in range(WEEK, WEEK + 4))
        assert free < pieces
        assert refused.values["free"] == free
        return
    assert sum(after.values()) == (pieces if weekly else 0)
    together = Counter(taken) + Counter(after)
    assert all(together[week] <= weekly for week in after)
    assert _wish(-pieces).booked(after, taken=together, weekly=weekly, week=WEEK) == {}
