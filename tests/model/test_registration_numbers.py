"""Registration numbers with a check digit are checked by their country's rule."""

from __future__ import annotations

import pytest

from supplychain.errors import Invalid
from supplychain.model.registration_numbers import (
    check_registration_number,
    find_country_code,
    is_right_number,
    number_key,
)


@pytest.mark.parametrize(
    ("country", "code"),
    [
        ("CN", "CN"), ("China", "CN"), ("中国", "CN"), ("chn", "CN"), ("P.R. China", "CN"),
        ("Germany", "DE"), ("Deutschland", "DE"), ("德国", "DE"), ("USA", "US"), ("uk", "GB"),
        ("Atlantis", ""), ("", ""),
    ],
)  # fmt: skip
def test_countries_are_read_as_people_write_them(country: str, code: str) -> None:
    assert find_country_code(country) == code


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("91110000600037341L", "CN"),  # the example of python-stdnum for GB 32100-2015
        ("9111 0000 6000 3734 1L", "中国"),
        ("DE136695976", "Germany"),
        ("732829320", "FR"),
        ("HRB 12345", "DE"),
        ("91320200", "CN"),
        ("whatever", "Atlantis"),
        ("91110000600037341K", ""),
    ],
)
def test_right_and_unfamiliar_numbers_are_taken(number: str, country: str) -> None:
    assert is_right_number(number, country)


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("91110000600037341K", "CN"),
        ("9111000060003734IL", "China"),
        ("DE136695975", "DE"),
        ("732829321", "France"),
    ],
)
def test_wrong_check_digits_are_refused(number: str, country: str) -> None:
    with pytest.raises(Invalid, match="check digit") as refused:
        check_registration_number(number, country)
    assert refused.value.errors[0].pointer == "/registration_id"


def test_one_number_is_one_however_it_is_written() -> None:
    assert number_key("9111-0000 600037341l", "CN") == number_key("91110000600037341L", "")
    assert number_key("1234", "DE") != number_key("1234", "FR")
    assert number_key("", "CN") is None
