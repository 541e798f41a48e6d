"""A number is read in one way or refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.model.reading.evidence import conclude, find_mark, find_marks
from supplychain.model.reading.habits import NumberHabit
from supplychain.model.reading.misread import Misread
from supplychain.model.reading.numbers import (
    DECIMAL,
    WHOLE,
    NumberField,
    read_number,
    unambiguous_text,
)

EN, DE = NumberHabit.TYPED_POINT, NumberHabit.TYPED_COMMA
POINT, COMMA = NumberHabit.FILE_POINT, NumberHabit.FILE_COMMA
LIKELY, UNKNOWN = NumberHabit.LIKELY_POINT, NumberHabit.UNKNOWN

TYPED = [
    ("12,50", DECIMAL, None, "12.50"),
    ("2,5", WHOLE, None, None),
    ("1.000", WHOLE, None, "1000"),
    ("1,234.50", DECIMAL, "1234.50", "1234.50"),
    ("1.234,50", DECIMAL, "1234.50", "1234.50"),
    ("1,234", DECIMAL, None, "1.234"),
    ("1.250", DECIMAL, None, None),
    ("1.2500", DECIMAL, "1.25", "1.25"),
    ("1250", DECIMAL, "1250", "1250"),
    ("0.250", DECIMAL, "0.25", "0.25"),
    ("1250.000", DECIMAL, "1250", "1250"),
    ("1,234", WHOLE, "1234", None),
    ("1,000", WHOLE, "1000", None),
    ("1,234,567", WHOLE, "1234567", "1234567"),
    ("1.234.567", WHOLE, "1234567", "1234567"),
    ("1234,567,890", WHOLE, None, None),
    ("１２", WHOLE, "12", "12"),
    ("１，２３４．５０", DECIMAL, "1234.50", "1234.50"),
    ("1万", WHOLE, "10000", "10000"),
    ("1.5万", WHOLE, "15000", "15000"),
    ("3亿", WHOLE, "300000000", "300000000"),
    ("2百万", WHOLE, "2000000", "2000000"),
    ("1.250万", WHOLE, None, None),
    ("1 234,50", DECIMAL, "1234.50", "1234.50"),
    ("1\u202f234\u00a0567", WHOLE, "1234567", "1234567"),
    ("1'234.50", DECIMAL, "1234.50", "1234.50"),
    ("1’234", WHOLE, "1234", "1234"),
    ("-5", DECIMAL, "-5", "-5"),
    ("−5", DECIMAL, "-5", "-5"),
    ("5-", DECIMAL, "-5", "-5"),
    ("(5)", DECIMAL, "-5", "-5"),
    ("+5", DECIMAL, "5", "5"),
    (".5", DECIMAL, "0.5", "0.5"),
    ("5.", DECIMAL, None, None),
    ("1 23", WHOLE, None, None),
    ("12,34,56", DECIMAL, None, None),
    ("1.2.3", DECIMAL, None, None),
    ("1,234.567.8", DECIMAL, None, None),
    ("", DECIMAL, None, None),
    ("1e5", DECIMAL, None, None),
    ("0x10", DECIMAL, None, None),
    ("NaN", DECIMAL, None, None),
    ("²", DECIMAL, "2", "2"),
    ("1" * 300, DECIMAL, None, None),
]


def read_or_none(text: str, field: NumberField, habit: NumberHabit) -> Decimal | None:
    try:
        return read_number(text, field, habit)
    except Misread:
        return None


@pytest.mark.parametrize(("text", "field", "english", "german"), TYPED)
def test_what_is_typed_is_read_in_the_habit_of_the_reader(
    text: str, field: NumberField, english: str | None, german: str | None
) -> None:
    for habit, right in ((EN, english), (DE, german)):
        assert read_or_none(text, field, habit) == (None if right is None else Decimal(right))


@pytest.mark.parametrize(
    ("text", "field", "habit", "right"),
    [
        ("1.000", WHOLE, COMMA, "1000"),
        ("1.000", WHOLE, POINT, "1"),
        ("1.000", WHOLE, UNKNOWN, None),
        ("1.000", WHOLE, LIKELY, None),
        ("12,5", DECIMAL, UNKNOWN, "12.5"),
        ("12,5", DECIMAL, LIKELY, "12.5"),
        ("1.125", DECIMAL, LIKELY, "1.125"),
        ("1.125", DECIMAL, UNKNOWN, None),
        ("1.125", DECIMAL, COMMA, "1125"),
        ("1,234", DECIMAL, LIKELY, None),
        ("1,234", WHOLE, LIKELY, "1234"),
        ("1,234", WHOLE, COMMA, None),
        ("1,234", DECIMAL, COMMA, "1.234"),
        ("12,50", DECIMAL, COMMA, "12.5"),
    ],
)
def test_a_file_is_read_in_its_own_habit(
    text: str, field: NumberField, habit: NumberHabit, right: str | None
) -> None:
    assert read_or_none(text, field, habit) == (None if right is None else Decimal(right))


def test_both_readings_are_named() -> None:
    with pytest.raises(Misread) as caught:
        read_number("1.250", DECIMAL, EN)
    assert caught.value.text == "This could be 1250 or 1.25: write 1250 or 1.2500."
    assert caught.value.readings == ("1250", "1.25")
    with pytest.raises(Misread, match=r".*") as caught:
        read_number("12,50", DECIMAL, EN)
    assert caught.value.readings == ("1250", "12.5")


def test_what_the_field_cannot_hold_is_no_reading() -> None:
    percent = NumberField(most=Decimal(100))
    assert read_number("1.250", percent, EN) == Decimal("1.25")


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("12,5", ","), ("12.5", "."), ("1.250", ""), ("1,250", ""), ("1.234,5", ","),
        ("1,234.5", "."), ("1.234.567", ","), ("1,234,567", "."), ("5", ""), ("¥ 12,50", ","),
        ("0.250", "."), ("1250.000", "."), ("A", ""), ("12,50\u00a0€", ","),
    ],
)  # fmt: skip
def test_a_cell_proves_a_habit_or_nothing(text: str, mark: str) -> None:
    assert find_mark(text) == mark


def test_the_column_decides_before_the_file() -> None:
    none: frozenset[str] = frozenset()
    comma, point = find_marks(["1.000", "12,5"]), find_marks(["12.5"])
    assert conclude(comma, point, ",") is NumberHabit.FILE_COMMA
    assert conclude(none, point, ";") is NumberHabit.FILE_POINT
    assert conclude(comma | point, none, ",") is NumberHabit.UNKNOWN
    assert conclude(none, none, ",") is NumberHabit.LIKELY_POINT
    assert conclude(none, none, ";") is NumberHabit.UNKNOWN


numbers = st.decimals(0, 10**9, allow_nan=False, places=4).map(lambda one: one.normalize())


def write_number(number: Decimal, decimal: str, group: str) -> str:
    return f"{number:,f}".replace(",", "\0").replace(".", decimal).replace("\0", group)


@given(numbers, st.sampled_from([EN, DE, LIKELY, UNKNOWN, POINT, COMMA, NumberHabit.CANONICAL]))
def test_what_the_program_writes_is_read_by_everybody(number: Decimal, habit: NumberHabit) -> None:
    assert read_number(unambiguous_text(number), DECIMAL, habit) == number


@given(
    numbers, st.sampled_from([(".", ",", EN), (",", ".", DE), (",", ".", COMMA), (".", ",", POINT)])
)
def test_a_number_in_its_own_habit_is_never_another_one(
    number: Decimal, habit: tuple[str, str, NumberHabit]
) -> None:
    decimal, group, whose = habit
    assert read_or_none(write_number(number, decimal, group), DECIMAL, whose) in (number, None)


SIGNS = [(".", ","), (",", "."), (",", " "), (".", "'"), (".", ""), (",", "")]


@given(numbers, st.sampled_from(SIGNS), st.sampled_from([LIKELY, UNKNOWN, EN]))
def test_without_proof_a_number_is_right_or_refused(
    number: Decimal, signs: tuple[str, str], habit: NumberHabit
) -> None:
    text = write_number(number, *signs)
    wrong_but_likely = habit is LIKELY and signs[0] == "," and text.count(".") == 1
    if not wrong_but_likely:
        assert read_or_none(text, DECIMAL, habit) in (number, None)
