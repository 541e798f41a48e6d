"""Capacity in hours: what lots take of it, in whole ten-thousandths of an hour."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.model.capacity.hours import HOUR_E4, LotWork, WorkHours, lot_work


def test_forty_hours_at_half_an_hour_a_piece_are_eighty_pieces() -> None:
    hours = WorkHours.of(weekly=Decimal(40), piece=Decimal("0.5"))
    assert lot_work(hours, 0) == LotWork(lot_pieces=1, lot_work=5_000)
    assert hours.weekly_pieces(None) == 80


def test_setting_up_is_once_a_lot() -> None:
    # A lot of 10 takes 2 + 10 × 0.4 = 6 hours: 40 hours are six lots and two thirds.
    hours = WorkHours.of(weekly=Decimal(40), piece=Decimal("0.4"), setup=Decimal(2))
    lot = lot_work(hours, 10)
    assert lot == LotWork(lot_pieces=10, lot_work=60_000)
    assert (lot.count_work(1), lot.count_work(11)) == (60_000, 120_000)
    assert lot.count_pieces(400_000) == 60
    assert hours.weekly_pieces(10) == 66


def test_a_part_with_hours_of_its_own_takes_them_and_the_same_setting_up() -> None:
    hours = WorkHours.of(weekly=Decimal(40), piece=Decimal("0.4"), setup=Decimal(2))
    assert lot_work(hours, 10, 15_000) == LotWork(lot_pieces=10, lot_work=170_000)
    assert lot_work(None, 10, 15_000) == LotWork(lot_pieces=10, lot_work=10)


@given(st.integers(1, 10**9), st.integers(1, 10**8), st.integers(0, 10**8), st.integers(1, 10**6))
def test_work_counts_whole_lots_there_and_back(
    weekly: int, piece: int, setup: int, size: int
) -> None:
    hours = WorkHours(weekly_e4=weekly, piece_e4=piece, setup_e4=setup)
    assert WorkHours.of_text(hours.to_text()) == hours
    lot = lot_work(hours, size)
    assert lot.lot_work == setup + size * piece
    for pieces in (1, size, size + 1, 7 * size):
        work = lot.count_work(pieces)
        assert lot.count_pieces(work) == -(-pieces // size) * size
        assert lot.count_pieces(work - 1) < pieces
        assert lot.spread_pieces(lot.spread_work(pieces)) == pieces
    assert Fraction(hours.weekly_pieces(size)) <= Fraction(weekly * size, lot.lot_work)
    assert weekly * 3_700 < 2**63


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
