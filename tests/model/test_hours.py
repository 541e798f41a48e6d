"""Capacity in hours is an exact fraction of pieces."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.model.capacity.hours import HOUR_E4, WorkHours


def test_forty_hours_at_half_an_hour_a_piece_are_eighty_pieces() -> None:
    hours = WorkHours.of(weekly=Decimal(40), piece=Decimal("0.5"))
    assert hours.pace(None) == (80, 1)
    assert hours.weekly_pieces(None) == 80


def test_setting_up_is_once_a_lot() -> None:
    # A lot of 10 takes 2 + 10 × 0.4 = 6 hours: 40 hours are six lots and two thirds.
    hours = WorkHours.of(weekly=Decimal(40), piece=Decimal("0.4"), setup=Decimal(2))
    assert Fraction(*hours.pace(10)) == Fraction(400, 6)
    assert hours.weekly_pieces(10) == 66


@given(st.integers(1, 10**9), st.integers(1, 10**8), st.integers(0, 10**8), st.integers(1, 10**6))
def test_a_decade_at_any_pace_fits_in_64_bits(
    weekly: int, piece: int, setup: int, lot: int
) -> None:
    hours = WorkHours(weekly_e4=weekly, piece_e4=piece, setup_e4=setup)
    pieces, weeks = hours.pace(lot)
    per_lot = setup + piece * lot if setup else piece
    assert Fraction(pieces, weeks) == Fraction(weekly * (lot if setup else 1), per_lot)
    assert pieces * 3_700 < 2**63
    assert weeks * 7 < 2**63


@pytest.mark.parametrize(
    ("weekly", "piece", "setup", "lot", "pointer"),
    [
        (0, 1, 0, None, "/weekly_hours"),
        (-40, 1, 0, None, "/weekly_hours"),
        (100_001, 1, 0, None, "/weekly_hours"),
        (40, 0, 0, None, "/hours_per_piece"),
        (40, -1, 0, None, "/hours_per_piece"),
        (40, 10_001, 0, None, "/hours_per_piece"),
        (40, 1, -1, None, "/setup_hours"),
        (40, 1, 2, None, "/lot_size"),
        (40, 1, 2, 1_000_001, "/lot_size"),
        (40, 41, 0, None, "/weekly_hours"),
    ],
)
def test_absurd_hours_are_refused(
    weekly: int, piece: int, setup: int, lot: int | None, pointer: str
) -> None:
    hours = WorkHours(
        weekly_e4=weekly * HOUR_E4, piece_e4=piece * HOUR_E4, setup_e4=setup * HOUR_E4
    )
    assert [error.pointer for error in hours.list_errors(lot)] == [pointer]
    assert WorkHours.of(weekly=Decimal(40), piece=Decimal(1)).list_errors(None) == []
