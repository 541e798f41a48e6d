"""Codes of a phone: right, wrong, late, early and used."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from supplychain.model.people.second_factors import (
    find_step,
    is_phone_code,
    new_recovery_codes,
    read_code,
)

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The key of RFC 6238, appendix B, in base 32."""


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_the_codes_of_the_standard_are_right(seconds: int, code: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    assert find_step(SECRET, code, now=now, after=0) == seconds // 30


def test_a_clock_one_step_off_is_forgiven_and_two_are_not() -> None:
    now = datetime.fromtimestamp(1111111109, UTC)
    for steps, is_right in ((-2, False), (-1, True), (0, True), (1, True), (2, False)):
        other = now + timedelta(seconds=30 * steps)
        assert (find_step(SECRET, "081804", now=other, after=0) is not None) is is_right


def test_a_code_and_those_before_it_work_once() -> None:
    now = datetime.fromtimestamp(1111111109, UTC)
    step = find_step(SECRET, "081804", now=now, after=0)
    assert step is not None
    assert find_step(SECRET, "081804", now=now, after=step) is None
    assert find_step(SECRET, "081804", now=now, after=step - 1) == step


@pytest.mark.parametrize("code", ["", "08180", "0818041", "abcdef", "٠٨١٨٠٤"])
def test_what_is_no_code_is_wrong(code: str) -> None:
    now = datetime.fromtimestamp(1111111109, UTC)
    assert find_step(SECRET, code, now=now, after=0) is None


def test_codes_are_read_however_they_are_typed() -> None:
    assert read_code(" ０８１ ８０４ ") == "081804"
    assert read_code("ABCD-efgh jkmn–PQRS") == "abcdefghjkmnpqrs"


def test_recovery_codes_differ_and_are_no_phone_codes() -> None:
    codes = new_recovery_codes()
    assert len({read_code(code) for code in codes}) == 10
    assert not any(is_phone_code(read_code(code)) for code in codes)
