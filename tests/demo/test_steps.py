from __future__ import annotations

import pytest

from supplychain.demo.check.client import ApiAnswer, Client
from supplychain.demo.check.steps import NotHeld, Steps


def test_a_step_that_holds_is_printed_with_its_result(capsys: pytest.CaptureFixture[str]) -> None:
    steps = Steps()
    body = steps.check_answer(
        "It is there", ApiAnswer(status=200, body={"a": 1}, etag="", location=""), 200
    )
    assert body == {"a": 1}
    assert capsys.readouterr().out.split() == ["ok", "1", "It", "is", "there", "200"]


def test_the_first_step_that_does_not_hold_ends_the_check(
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = ApiAnswer(status=409, body={"code": "stale"}, etag="", location="")
    with pytest.raises(NotHeld):
        Steps().check_answer("It is taken", answer, 200, 201)
    said = capsys.readouterr().out
    assert said.startswith("FAIL")
    assert "409" in said
    assert "stale" in said


def test_an_installation_that_is_away_is_an_error_and_no_answer() -> None:
    with pytest.raises(OSError, match="refused"):
        Client(url="http://127.0.0.1:9", token="x").call("GET", "/me")
