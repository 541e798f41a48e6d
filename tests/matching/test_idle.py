"""Which open lines fit idle capacity, and in which order."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from supplychain.matching.idle import OpenLine, list_fitting_lines
from supplychain.model.capacity.idle_capacity import IdleCapacity
from supplychain.model.parts_requests.requirements import Requirements
from supplychain.model.weeks import week_of

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
WEEK = week_of(NOW.date())


def _posted(**given: Any) -> IdleCapacity:
    values = {
        "id": "idle", "firm_id": "forge", "category_id": "gears", "process": "5-axis milling",
        "quantity": 120, "unit": "pieces", "from_week": WEEK + 2, "to_week": WEEK + 4, **given,
    }  # fmt: skip
    return IdleCapacity(**values)


def _line(name: str = "a", **given: Any) -> OpenLine:
    asked = {key: given.pop(key) for key in ("process", "routing") if key in given}
    values = {
        "request_id": name, "request_number": "PR-1", "title": "", "buyer_name": "", "number": 1,
        "deadline": NOW + timedelta(days=7), "is_invited": False, "description": "",
        "category_id": "gears", "quantity": 100, "uom": "pcs", "need_by": date(2027, 1, 31),
        "certificates": (), "requirements": Requirements.of(asked), **given,
    }  # fmt: skip
    return OpenLine(**values)


def _found(posted: IdleCapacity, *lines: OpenLine) -> list[tuple[str, str]]:
    return [(fit.line.request_id, fit.kind) for fit in list_fitting_lines(posted, lines, now=NOW)]


def test_the_better_the_fit_the_higher_the_line_stands() -> None:
    lines = [
        _line("step", category_id="pumps", routing=["forging", "5-axis milling"]),
        _line("process", category_id="pumps", process="5-axis milling"),
        _line("category"),
        _line("both", process="5-axis milling"),
    ]
    assert _found(_posted(), *lines) == [
        ("both", "category_and_process"),
        ("category", "category"),
        ("process", "process"),
        ("step", "step"),
    ]


def test_another_process_or_category_does_not_fit() -> None:
    assert _found(_posted(), _line(process="forging"), _line(category_id="pumps")) == []


def test_a_blank_posting_of_a_category_fits_no_line_without_one() -> None:
    assert _found(_posted(process="", category_id="gears"), _line(category_id="")) == []
    assert _found(_posted(process="x", category_id=""), _line(category_id="")) == []


def test_a_line_that_is_needed_before_the_first_idle_day_does_not_fit() -> None:
    first = _posted().starts_on
    assert _found(_posted(), _line(need_by=first - timedelta(days=1))) == []
    assert len(_found(_posted(), _line(need_by=first))) == 1


def test_a_request_whose_deadline_is_over_does_not_fit() -> None:
    assert _found(_posted(), _line(deadline=NOW)) == []


def test_what_can_be_made_whole_comes_before_what_can_be_made_in_part() -> None:
    lines = [_line("large", quantity=240), _line("small", quantity=120)]
    fits = list_fitting_lines(_posted(), lines, now=NOW)
    assert [(fit.line.request_id, fit.covers) for fit in fits] == [("small", 1.0), ("large", 0.5)]


def test_hours_promise_no_share_and_the_nearest_deadline_comes_first() -> None:
    lines = [_line("later"), _line("sooner", deadline=NOW + timedelta(days=1))]
    fits = list_fitting_lines(_posted(unit="hours"), lines, now=NOW)
    assert [(fit.line.request_id, fit.covers) for fit in fits] == [
        ("sooner", None),
        ("later", None),
    ]


@given(st.lists(st.tuples(st.integers(1, 300), st.integers(1, 9)), max_size=8), st.randoms())
def test_the_order_in_which_lines_are_found_changes_nothing(
    lines: list[tuple[int, int]], chance: Any
) -> None:
    made = [
        _line(str(place), quantity=quantity, deadline=NOW + timedelta(days=days))
        for place, (quantity, days) in enumerate(lines)
    ]
    assert _found(_posted(), *made) == _found(_posted(), *chance.sample(made, len(made)))


def test_a_step_or_process_fits_however_it_is_written() -> None:
    posted = _posted(category_id="deep-drawn parts", process="deep drawing")
    lines = [
        _line("category", category_id="deep drawn parts"),
        _line("process", process="Deep-Drawing"),
        _line("step", routing=["ｄeep drawn parts"]),
    ]
    assert _found(posted, *lines) == [
        ("category", "category"), ("process", "process"), ("step", "step"),
    ]  # fmt: skip
    assert _found(_posted(category_id="-", process="-"), _line(process="-", routing=["-"])) == []
