"""What a spreadsheet would run leaves no table, in whatever width it is written."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.model.formulas import SIGNS, quote_formula, unquote_formula


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠SUM(1)",
     "﹦1", "﹢1", "﹣1", "﹫x", "'=1", "''＝1"],
)  # fmt: skip
def test_a_formula_is_quoted_in_every_width(text: str) -> None:
    quoted = quote_formula(text)
    assert quoted == f"'{text}"
    assert unquote_formula(quoted) == text


@given(st.text(max_size=12))
def test_any_text_comes_back_and_starts_no_formula(text: str) -> None:
    quoted = quote_formula(text)
    assert unquote_formula(quoted) == text
    assert unicodedata.normalize("NFKC", quoted[:1])[:1] not in SIGNS
