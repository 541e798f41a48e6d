"""The search of the tests for figures: it finds them, and no digits of ids and instants."""

from __future__ import annotations

import pytest

from tests.make.secrets import find_secrets


@pytest.mark.parametrize(
    "text",
    ['{"pieces": 613}', "<td>613</td>", "613 of 700", "[1,613]", "613.50 CNY", "weekly=613)"],
)
def test_a_figure_is_found_however_it_is_written(text: str) -> None:
    assert find_secrets(text, ["613", "614"]) == ["613"]


def test_a_price_is_found_with_zeros_behind_it() -> None:
    assert find_secrets("at 11.0000 each", ["11.00", "11.5"]) == ["11.00"]


@pytest.mark.parametrize(
    "text",
    [
        "6a0310180bd84cf39ac70f6130adf865",
        "2026-11-29T20:35:07.613Z",
        "2026-11-29 20:35:11.000613+00:00",
        "16130",
        "0.613",
        "a613b",
    ],
)
def test_digits_of_ids_instants_and_other_numbers_are_not_it(text: str) -> None:
    assert find_secrets(text, ["613", "11.00"]) == []
