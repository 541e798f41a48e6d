"""Several capabilities of one routing, lots, and capacity that others hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from supplychain.matching.candidates.arrays import Ragged
from supplychain.matching.feasibility.capacity import possible_quantity, promise_capacity
from supplychain.matching.feasibility.routing import find_bottleneck
from supplychain.matching.feasibility.windows import merged
from supplychain.matching.rows import Promise
from supplychain.model.weeks import day_number
from tests.matching.stated import make_asked, make_stated, ranked

STEPS = ("machining", "heat treatment")
ROUTED = make_asked(routing=STEPS)


def _promise(firm: dict[str, Any], need: Any = ROUTED, steps: Any = STEPS) -> Promise:
    able = make_stated(firm, steps=steps)
    return promise_capacity(need, able, possible_quantity(need, able), 0)


def _firm(machining: tuple[int, int], heat: tuple[int, int], **more: Any) -> dict[str, Any]:
    return {"lead_days": 0, **more, "steps": {"machining": machining, "heat treatment": heat}}


def test_the_promise_is_that_of_the_narrowest_step() -> None:
    promised = _promise(_firm((700, 0), (70, 0)))
    assert promised.step == "heat treatment"
    assert (promised.weekly, promised.possible, promised.state) == (70, 280, "part")


def test_lead_times_of_the_steps_add_up_and_shorten_each_window() -> None:
    firm = _firm((700, 7), (700, 14), lead_days=3)
    assert make_stated(firm, steps=STEPS).lead_days.tolist() == [24]
    # Each step has the 28 days without the lead times of the two others.
    need = make_asked(routing=STEPS, quantity=5000)
    # Forging may use 28 - 21 = 7 days, machining 28 - 17 = 11, heat treatment 28 - 10 = 18.
    assert _promise(firm, need).possible == 700
    assert _promise(firm, make_asked(routing=STEPS, quantity=700)).finish_on == "2026-12-20"


def test_a_firm_that_lacks_a_step_fails_on_that_step() -> None:
    firm = {"steps": {"machining": (100, 0)}}
    ranking = ranked(ROUTED, make_stated(firm, steps=STEPS))
    (fact,) = ranking.unable[0].facts
    assert fact.code == "missing_step"
    assert fact.values == {"steps": [{"step": "heat treatment", "place": 2, "of": 2}]}


def test_a_step_that_is_full_is_named() -> None:
    need = make_asked(routing=STEPS, needed_by=date(2026, 11, 23))
    ranking = ranked(need, make_stated(_firm((700, 0), (1, 0)), steps=STEPS))
    (fact,) = ranking.unable[0].facts
    assert fact.values == {"weekly": 1, "quantity": 500, "step": "heat treatment"}


def test_a_step_of_unknown_capacity_promises_nothing() -> None:
    assert _promise(_firm((0, 0), (700, 0))).state == "unknown"


def test_steps_that_take_longer_than_is_left_fail_on_the_lead_time() -> None:
    ranking = ranked(ROUTED, make_stated(_firm((700, 20), (700, 20)), steps=STEPS))
    codes = [fact.code for fact in ranking.unable[0].facts]
    assert codes == ["lead_time_too_long"]


def test_pieces_are_promised_in_whole_lots() -> None:
    firm = {"weekly_capacity": 100, "lot_size": 150}
    promised = _promise(firm, make_asked(quantity=350), ())
    # 400 pieces by the need date are two lots; the third would make 450.
    assert (promised.possible, promised.made, promised.state) == (300, 450, "part")
    assert _promise(firm, make_asked(quantity=300), ()).state == "whole"


def test_bookings_and_holds_of_the_same_week_add_up() -> None:
    one = Ragged.of([[1, 3], []], [[10, 20], []])
    other = Ragged.of([[3, 4], [2]], [[5, 6], [7]])
    both = merged(one, other)
    assert both.row(0) == ([1, 3, 4], [10, 25, 6])
    assert both.row(1) == ([2], [7])


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 10)), min_size=2, max_size=2),
    st.integers(0, 60),
    st.integers(0, 3),
    st.integers(0, 60),
)
def test_more_capacity_and_shorter_steps_never_promise_less(
    steps: list[tuple[int, int]], weekly: int, place: int, more: int
) -> None:
    firm = _firm(steps[0], steps[1], weekly_capacity=weekly)
    better = [
        (pieces + more if pieces and at == place else pieces, days - min(days, more))
        for at, (pieces, days) in enumerate(steps)
    ]
    wider = _firm(better[0], better[1], weekly_capacity=weekly + (more if weekly else 0))
    able, ampler = (make_stated(each, steps=STEPS) for each in (firm, wider))
    before, after = (possible_quantity(ROUTED, each) for each in (able, ampler))
    assert np.all(after >= before)


@given(
    st.lists(
        st.tuples(
            st.integers(1, 60),
            st.integers(0, 8),
            st.integers(0, 20),
            st.dictionaries(st.integers(-5, 40), st.integers(0, 60), max_size=4),
        ),
        min_size=3,
        max_size=3,
    ),
    st.integers(1, 200),
)
def test_the_last_step_is_done_in_time_exactly_if_all_goes_through_every_step(
    steps: list[tuple[int, int, int, dict[int, int]]], quantity: int
) -> None:
    """Weekly pieces, lead days, lot size and what is promised (due day from today) of each step."""
    need = make_asked(routing=STEPS, quantity=quantity)
    able = make_stated(_firm((1, 0), (1, 0)), steps=STEPS)
    today = day_number(need.today)
    stages = tuple(
        replace(
            stage,
            weekly_capacity=np.array([weekly]),
            lead_days=np.array([days]),
            lot_size=np.array([lot]),
            booked=Ragged.of(
                [[today + day for day in sorted(due)]], [[due[day] for day in sorted(due)]]
            ),
        )
        for stage, (weekly, days, lot, due) in zip(able.steps, steps, strict=True)
    )
    able = replace(able, steps=stages)
    whole = bool(possible_quantity(need, able)[0] >= quantity)
    finish = find_bottleneck(need, able, 0).finish_on
    assert finish is not None
    assert (finish <= day_number(need.needed_by)) == whole
