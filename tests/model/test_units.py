"""Units: what people write, its code, and what converts."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest

from supplychain.model.units import UNITS, Unit, convert, converts, find_unit, unit_code


def unit(code: str) -> Unit:
    found = find_unit(code)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("pcs", "H87"), ("PCS.", "H87"), ("Piece", "H87"), ("件", "H87"), ("个", "H87"),
        ("EA", "H87"), ("Stk.", "H87"), ("C62", "H87"), ("套", "SET"), ("ＫＧ", "KGM"),
        ("公斤", "KGM"), ("kgm", "KGM"), ("吨", "TNE"), ("m", "MTR"), ("㎡", "MTK"), ("m²", "MTK"),
        ("M2", "MTK"), ("卷", "XRO"), ("pack", "XPK"), (" kg ", "KGM"),
    ],
)  # fmt: skip
def test_what_people_write_has_one_code(text: str, code: str) -> None:
    assert unit_code(text) == code


@pytest.mark.parametrize("text", ["", "x", "pieces of eight", "kg/m", "Ω"])
def test_what_is_no_unit_stays(text: str) -> None:
    assert find_unit(text) is None
    assert unit_code(text) == text


def test_conversion_is_exact_and_back() -> None:
    assert convert(Decimal("1.5"), unit("t"), unit("kg")) == 1500
    assert convert(Decimal(250), unit("g"), unit("kg")) == Decimal("0.25")
    assert convert(Decimal(3), unit("dozen"), unit("pcs")) == 36
    assert convert(Decimal("2.5"), unit("m²"), unit("cm²")) == 25_000
    for one, other in product(UNITS, UNITS):
        if converts(one, other):
            there = convert(Decimal("12.5"), one, other)
            assert abs(convert(there, other, one) - Decimal("12.5")) < Decimal("1e-20")


def test_different_things_do_not_convert() -> None:
    for one, other in (("kg", "m"), ("box", "roll"), ("pcs", "kg"), ("h", "m")):
        with pytest.raises(ValueError, match="does not convert"):
            convert(Decimal(1), unit(one), unit(other))


def test_codes_are_unique_and_every_word_means_one_unit() -> None:
    assert len({each.code for each in UNITS}) == len(UNITS)
    for each in UNITS:
        for word in (each.code, each.name, each.symbol, *each.aliases):
            assert find_unit(word) is each
