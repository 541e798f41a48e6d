"""Names that a reader takes for one another fold to one form; others stay apart."""

from __future__ import annotations

import pytest

from supplychain.model.lookalikes import fold_firm_name

ALIKE = [
    ("Bosch GmbH", "BOSCH"),
    ("Bosch", "ВОSСН"),
    ("Iron Works", "lron works"),
    ("Foundry 10", "Foundry lO"),
    ("Mill", "Rnill"),
    ("Wuxi Taihu Forging Co., Ltd.", "wuxi taihu forging"),
    ("Wuxi Taihu Forging Co., Ltd.", "WUXI TAIHU-FORGING CO.LTD"),
    ("无锡太湖锻造有限公司", "无锡太湖锻造股份有限公司"),
    ("无锡太湖锻造有限公司", "无锡太湖锻造"),
    ("Rossi S.p.A.", "ROSSI SpA"),
    ("ООО Вектор", "вектор"),
    ("土木集团", "士木有限公司"),
    ("ＡＢＣ Tools", "abc tools"),
    ("Tai\u200bhu", "Taihu"),
]
APART = [
    ("Taihu Forging", "Taihu Casting"),
    ("Mill 7", "Mill 1"),
    ("Müller", "Muller"),
    ("无锡太湖锻造", "无锡太湖铸造"),
    ("Group Holding", "Holding Limited"),
    ("Supplier 0011", "Supplier 0012"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_names_that_look_alike_are_one(one: str, other: str) -> None:
    assert fold_firm_name(one) == fold_firm_name(other) != ""


@pytest.mark.parametrize(("one", "other"), APART)
def test_names_that_differ_stay_apart(one: str, other: str) -> None:
    assert fold_firm_name(one) != fold_firm_name(other)


def test_a_name_of_nothing_but_signs_is_like_no_other() -> None:
    assert fold_firm_name("…!") == ""
