"""What one delivery is, and what many of them add up to."""

from __future__ import annotations

from dataclasses import astuple, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.matching.candidates.aged import read_sums
from supplychain.model.deliveries import (
    AGED_SUMS,
    AgedRecord,
    Delivery,
    Punctuality,
    TrackRecord,
    month_of,
)

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


def late_by(days: int, **changes: object) -> Delivery:
    """A good delivery that came so many days after its day."""
    return replace(GOOD, delivered_on=GOOD.promised_on + timedelta(days), **changes)


@pytest.mark.parametrize(
    ("delivery", "credit"),
    [
        (GOOD, 1.0),
        (late_by(1), 14 / 15),
        (late_by(14), 1 / 15),
        (late_by(15), 0.0),
        (late_by(60), 0.0),
        (late_by(-14), 1.0),
        (late_by(-20), 1 - 6 / 30),
        (late_by(-200), 0.5),
        (late_by(0, rejected_quantity=10), 0.9),
        (late_by(1, delivered_quantity=50), 0.5 * 14 / 15),
        (replace(GOOD, delivered_on=None), None),
    ],
)
def test_how_late_and_how_short_a_delivery_is_counts(
    delivery: Delivery, credit: float | None
) -> None:
    assert delivery.credit == (None if credit is None else pytest.approx(credit))


def test_half_the_deliveries_sixty_days_late_are_worse_than_always_a_day_late() -> None:
    half = TrackRecord.of([GOOD, late_by(60)] * 10)
    always = TrackRecord.of([late_by(1)] * 20)
    assert half.aged.credit < always.aged.credit


def test_one_outlier_counts_as_ninety_days() -> None:
    assert TrackRecord.of([late_by(13_000)]).late_days_sum == 90


def test_what_is_overdue_counts_by_the_days_of_today_and_nothing_without_a_day() -> None:
    waits = replace(GOOD, delivered_on=None, delivered_quantity=None, rejected_quantity=None)
    assert TrackRecord.of([waits]) == TrackRecord()
    assert TrackRecord.of([waits], today=GOOD.promised_on) == TrackRecord()
    found = TrackRecord.of([waits] * 60, today=GOOD.promised_on + timedelta(183))
    assert found.delivered_lines == 60
    assert (found.on_time_lines, found.late_days_sum, found.long_late_lines) == (0, 5400, 60)
    assert found.punctuality.on_time_share == 0


def _sums_at(kept: AgedRecord, day: date, half_life_months: int) -> AgedRecord:
    """What a ranking of a day reads from the kept sums."""
    read, _ = read_sums([[*astuple(kept), float(half_life_months)]], month_of(day))
    return AgedRecord(**{name: float(getattr(read, name)[0]) for name in AGED_SUMS})


def test_a_delivery_weighs_half_after_its_half_life() -> None:
    old, new = GOOD, replace(GOOD, promised_on=date(2027, 5, 1), delivered_on=date(2027, 5, 1))
    kept = TrackRecord.of([old, new, new], half_life_months=12).aged
    now = _sums_at(kept, date(2027, 5, 31), 12)
    assert (now.lines, now.squares) == (2.5, 2.25)
    later = _sums_at(kept, date(2029, 5, 1), 12)
    assert (later.lines, later.squares) == pytest.approx((2.5 / 4, 2.25 / 16))
    slower = TrackRecord.of([old], half_life_months=24).aged
    assert _sums_at(slower, new.promised_on, 24).lines == pytest.approx(0.5**0.5)


@given(DELIVERIES)
def test_sums_by_age_do_not_depend_on_the_order(deliveries: list[Delivery]) -> None:
    assert TrackRecord.of(deliveries).aged == TrackRecord.of(list(reversed(deliveries))).aged


@given(one=DELIVERIES, other=DELIVERIES)
def test_sums_by_age_add_up_and_come_apart(one: list[Delivery], other: list[Delivery]) -> None:
    together, first = TrackRecord.of([*one, *other]), TrackRecord.of(one)
    left = (together - TrackRecord.of(other)).aged
    assert astuple(left) == pytest.approx(astuple(first.aged), rel=1e-12, abs=1e-6)
