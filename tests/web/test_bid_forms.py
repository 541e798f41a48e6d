"""Line numbers as people type them, and prices by quantity out of flat fields."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.web.input import bid_forms
from tests.model.test_bids import make_request


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1, 3-5", [1, 3, 4, 5]),
        ("1 2;3", [1, 2, 3]),
        ("１、２－４", [1, 2, 3, 4]),
        ("5-3", [5]),
        ("all", [0]),
        ("1,, 2,", [1, 2]),
        ("0-99999999", [0]),
        ("1-9999", [0]),
        ("1," * 5000, [0]),
    ],
)
def test_line_numbers_are_read_as_people_type_them(text: str, numbers: list[int]) -> None:
    assert bid_forms.numbers_in(text) == numbers


@given(st.text(max_size=1200))
def test_no_text_makes_many_numbers(text: str) -> None:
    assert len(bid_forms.numbers_in(text)) <= 200_000


def test_no_numbers_are_all_lines_and_an_unknown_one_is_none() -> None:
    asked = make_request(5, 5)
    form = {"bundles": [{"discount": "5"}, {"discount": "5", "lines": "2, 7"}]}
    first, second = bid_forms.read_bid_form(asked, form)["bundles"]
    assert first["lines"] == ["line-1", "line-2"]
    assert second["lines"] == ["line-2", "unknown"]


def test_flat_price_fields_become_a_list_without_gaps() -> None:
    row = {"tiers-4-from": "9", "tiers-1-from": "5", "tiers-1-unit_price": "3", "quantity": "7"}
    (line,) = bid_forms.read_bid_form(make_request(5), {"lines": [row]})["lines"]
    assert line["tiers"] == [{"from": "5", "unit_price": "3"}, {"from": "9"}]
    (shown,) = bid_forms.tidy_rows({"lines": [row]})["lines"]
    assert shown == {
        "quantity": "7",
        "tiers-0-from": "5",
        "tiers-0-unit_price": "3",
        "tiers-1-from": "9",
    }


def test_odd_forms_are_left_for_the_schema_to_refuse() -> None:
    odd = {"lines": "x", "bundles": ["y"], "incoterm": "?"}
    assert bid_forms.read_bid_form(make_request(5), odd)["lines"] == "x"
    assert bid_forms.read_bid_form(make_request(5), odd)["bundles"] == ["y"]
    assert bid_forms.tidy_rows(odd) == {"bundles": ["y"], "incoterm": "?"}
