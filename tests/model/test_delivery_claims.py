"""Whose word about a delivery counts, and how much of one buyer's word others see."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.errors import Invalid
from supplychain.matching.performance import PRIOR_DELIVERIES, STRONGEST_DELIVERIES
from supplychain.model.deliveries import TrackRecord
from supplychain.model.delivery_claims import (
    ALONE_LINES,
    MOST_LINES,
    cap_buyers,
    check_answer,
    is_counted,
    share_record,
)


def record(lines: int, on_time: int, failed: int = 0) -> TrackRecord:
    return TrackRecord(
        delivered_lines=lines,
        on_time_lines=on_time,
        received_quantity=100 * lines,
        rejected_quantity=lines - on_time,
        late_days_sum=20 * failed,
        long_late_lines=failed,
    )


@st.composite
def records(draw: st.DrawFn) -> TrackRecord:
    lines = draw(st.integers(0, 400))
    on_time = draw(st.integers(0, lines))
    return record(lines, on_time, draw(st.integers(0, lines - on_time)))


BUYERS = st.dictionaries(st.sampled_from("abcdef"), records())


@pytest.mark.parametrize(
    ("source", "claim", "verified", "counts"),
    [
        ("received", None, True, True),
        ("received", None, False, False),
        ("imported", None, False, True),
        ("imported", "confirmed", True, True),
        ("imported", "confirmed", False, False),
        ("imported", "claimed", True, False),
        ("imported", "disputed", True, False),
    ],
)
def test_what_counts_for_everyone(
    source: str, claim: str | None, verified: bool, counts: bool
) -> None:
    assert is_counted(source, claim, by_verified=verified) is counts


def test_the_caps_are_those_of_the_priors() -> None:
    assert ALONE_LINES == PRIOR_DELIVERIES
    assert MOST_LINES == STRONGEST_DELIVERIES / 2


@pytest.mark.parametrize(
    ("lines", "others", "capped"),
    [
        ({"a": 3}, 0, {"a": 3}),
        ({"a": 3000}, 0, {"a": 10}),
        ({"a": 3000}, 30, {"a": 30}),
        ({"a": 3000}, 800, {"a": 50}),
        ({"a": 3000, "b": 4}, 0, {"a": 10, "b": 4}),
        ({"a": 3000, "b": 24}, 0, {"a": 24, "b": 24}),
        ({"a": 3000, "b": 3000}, 7, {"a": 50, "b": 50}),
    ],
)
def test_one_buyer_weighs_no_more_than_the_others(
    lines: dict[str, int], others: int, capped: dict[str, int]
) -> None:
    whole = {buyer: record(count, count) for buyer, count in lines.items()}
    kept = cap_buyers(whole, others_lines=others)
    assert {buyer: one.delivered_lines for buyer, one in kept.items()} == capped
    assert all(one.on_time_lines == one.delivered_lines for one in kept.values())


@given(buyers=BUYERS, others=st.integers(0, 200))
def test_caps_keep_a_record_possible_and_its_rates(
    buyers: dict[str, TrackRecord], others: int
) -> None:
    capped = cap_buyers(buyers, others_lines=others)
    total = others + sum(one.delivered_lines for one in capped.values())
    for buyer, one in capped.items():
        whole = buyers[buyer]
        assert one.delivered_lines <= min(whole.delivered_lines, MOST_LINES)
        assert one.delivered_lines <= max(ALONE_LINES, total / 2)
        assert one.on_time_lines + one.long_late_lines <= one.delivered_lines
        assert 0 <= one.rejected_quantity <= one.received_quantity
        if whole.delivered_lines:
            fair = whole.on_time_lines * one.delivered_lines / whole.delivered_lines
            assert abs(one.on_time_lines - fair) <= 0.5


@given(witnessed=BUYERS, unwitnessed=BUYERS, own=records())
def test_a_buyer_sees_all_of_its_own_word_and_the_rest_as_everyone_does(
    witnessed: dict[str, TrackRecord], unwitnessed: dict[str, TrackRecord], own: TrackRecord
) -> None:
    shared = share_record(own, witnessed, unwitnessed)
    capped = cap_buyers(witnessed, others_lines=own.delivered_lines)
    nothing = TrackRecord()
    for buyer in {*witnessed, *unwitnessed}:
        others = sum((one for name, one in capped.items() if name != buyer), own)
        said = witnessed.get(buyer, nothing) + unwitnessed.get(buyer, nothing)
        assert shared.everyone + shared.more.get(buyer, nothing) == others + said
    backwards = share_record(own, dict(reversed(witnessed.items())), unwitnessed)
    assert backwards == shared
    assert share_record(own, witnessed, {}).everyone == shared.everyone


@pytest.mark.parametrize(
    ("answer", "statement", "pointer"),
    [
        ("maybe", "", "/answer"),
        ("", "", "/answer"),
        ("disputed", "", "/statement"),
        ("disputed", "  no ", "/statement"),
        ("disputed", "x" * 501, "/statement"),
    ],
)
def test_a_bad_answer_names_its_field(answer: str, statement: str, pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_answer(answer, statement)
    assert [one.pointer for one in refused.value.errors] == [pointer]


def test_only_a_dispute_keeps_a_statement() -> None:
    assert check_answer("disputed", "  Not so.  ") == "Not so."
    assert check_answer("confirmed", "Thanks.") == ""
    assert check_answer("claimed", "") == ""
