"""What one delivery is, and what many of them add up to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.model.deliveries import Delivery, Punctuality, TrackRecord

GOOD = Delivery(
    id="d",
    supplier_id="s",
    buyer_id="b",
    part_id="p",
    quantity=100,
    promised_on=date(2026, 5, 4),
    delivered_on=date(2026, 5, 4),
    delivered_quantity=100,
    rejected_quantity=0,
    unit_price_e4=None,
    currency=None,
    freight_e4=None,
    category_id="forgings",
)
DAYS = st.none() | st.integers(-20, 40).map(lambda late: date(2026, 5, 4) + timedelta(late))
COUNTS = st.none() | st.integers(0, 9)
DELIVERIES = st.lists(
    st.builds(
        replace,
        st.just(GOOD),
        quantity=COUNTS,
        promised_on=DAYS,
        delivered_on=DAYS,
        delivered_quantity=COUNTS,
        rejected_quantity=COUNTS,
    )
)


@pytest.mark.parametrize(
    ("changes", "is_good"),
    [
        ({}, True),
        ({"delivered_on": date(2026, 4, 1)}, True),
        ({"delivered_quantity": 120, "rejected_quantity": 20}, True),
        ({"delivered_on": date(2026, 5, 5)}, False),
        ({"delivered_quantity": 99}, False),
        ({"rejected_quantity": 1}, False),
        ({"delivered_on": None, "delivered_quantity": 0}, None),
        ({"promised_on": None}, None),
        ({"quantity": None}, None),
        ({"delivered_quantity": None}, None),
        ({"rejected_quantity": None}, None),
    ],
)
def test_on_time_in_full_is_by_the_promised_day_with_all_that_was_ordered_accepted(
    changes: dict[str, date | int | None], is_good: bool | None
) -> None:
    assert replace(GOOD, **changes).on_time_in_full is is_good


@pytest.mark.parametrize(
    ("delivered_on", "days", "failed"),
    [
        (date(2026, 4, 1), 0, False),
        (date(2026, 5, 18), 14, False),
        (date(2026, 5, 19), 15, True),
        (None, None, None),
    ],
)
def test_a_delivery_fails_when_it_is_more_than_two_weeks_late(
    delivered_on: date | None, days: int | None, failed: bool | None
) -> None:
    delivery = replace(GOOD, delivered_on=delivered_on)
    assert (delivery.days_late, delivery.failed) == (days, failed)


def test_what_cannot_be_judged_counts_nothing() -> None:
    unknown = replace(GOOD, rejected_quantity=None)
    under_way = replace(GOOD, delivered_on=None, delivered_quantity=0)
    assert TrackRecord.of([unknown, under_way]) == TrackRecord()
    assert TrackRecord.of([GOOD, unknown]) == TrackRecord(
        delivered_lines=1, on_time_lines=1, received_quantity=100
    )
    assert Punctuality().on_time_share is None


def test_a_line_delivered_in_part_and_later_in_full_takes_back_what_it_counted() -> None:
    part = replace(GOOD, delivered_quantity=60)
    whole = replace(GOOD, delivered_on=date(2026, 5, 20))
    record = TrackRecord.of([part]) + (TrackRecord.of([whole]) - TrackRecord.of([part]))
    assert record == TrackRecord(
        delivered_lines=1, received_quantity=100, late_days_sum=16, long_late_lines=1
    )


@given(one=DELIVERIES, other=DELIVERIES)
def test_records_add_up_and_come_apart(one: list[Delivery], other: list[Delivery]) -> None:
    together = TrackRecord.of([*one, *other])
    assert together == TrackRecord.of(one) + TrackRecord.of(other)
    assert together - TrackRecord.of(other) == TrackRecord.of(one)
    assert together.on_time_lines <= together.delivered_lines
