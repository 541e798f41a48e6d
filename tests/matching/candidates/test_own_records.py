"""What a buyer's own word adds to the columns of a category."""

from __future__ import annotations

from dataclasses import fields

from supplychain.matching.candidates.arrays import UNKNOWN
from supplychain.matching.candidates.own_records import BLANKS, COUNTERS, add_own_records
from supplychain.matching.candidates.sources import BuyerRecordColumns, CapabilityColumns


def able(**changes: list[int]) -> CapabilityColumns:
    columns = {name: [blank, blank] for name, blank in BLANKS.items()}
    columns |= {name: [4, 0] for name in COUNTERS}
    return CapabilityColumns(firm_ids=["a", "b"], **{**columns, **changes})


def own(*firm_ids: str) -> BuyerRecordColumns:
    return BuyerRecordColumns(
        firm_ids=list(firm_ids), **{name: [1] * len(firm_ids) for name in COUNTERS}
    )


def test_every_column_is_a_counter_or_has_a_blank() -> None:
    names = {each.name for each in fields(CapabilityColumns)}
    assert names == {"firm_ids", *COUNTERS, *BLANKS}


def test_counters_are_added_by_firm_and_a_firm_of_the_buyers_alone_is_a_row_more() -> None:
    seen = add_own_records(able(), own("b", "new", "a"))
    assert seen.firm_ids == ["a", "b", "new"]
    for name in COUNTERS:
        assert getattr(seen, name) == [5, 1, 1]
    assert seen.weekly_capacity == [0, 0, 0]
    assert seen.lead_days[2] == UNKNOWN
    assert {len(getattr(seen, each.name)) for each in fields(seen)} == {3}


def test_what_was_never_counted_stays_unknown() -> None:
    seen = add_own_records(able(long_late_lines=[UNKNOWN, 0]), own("a"))
    assert seen.long_late_lines == [UNKNOWN, 0]


def test_without_a_word_of_its_own_the_columns_are_the_same() -> None:
    columns = able()
    assert add_own_records(columns, own()) is columns


def test_sums_by_age_are_added_where_they_were_counted_by_one_half_life() -> None:
    columns = able(aged=[[1.0, 2.0, 12.0], []])
    word = BuyerRecordColumns(
        firm_ids=["a", "b", "new"],
        aged=[[0.5, 0.5, 12.0], [3.0, 3.0, 12.0], [1.0, 1.0, 12.0]],
        **{name: [1] * 3 for name in COUNTERS},
    )
    seen = add_own_records(columns, word)
    assert seen.aged == [[1.5, 2.5, 12.0], [3.0, 3.0, 12.0], [1.0, 1.0, 12.0]]
