"""Names that strangers read: nothing unseen, letters of one family of scripts."""

from __future__ import annotations

import pytest

from supplychain.errors import Invalid
from supplychain.model.identities import MIXED_SENTENCE, UNSEEN_SENTENCE, check_identity
from supplychain.model.people.accounts import check_email


@pytest.mark.parametrize(
    "name",
    [
        "Wuxi Taihu Heavy Press Works",
        "无锡太湖重型压力机厂",
        "ABC 机械有限公司",
        "三一重工（中国）",
        "Müller & Söhne GmbH",
        "Łódź",
        "ООО «Металл»",
        "Αθήνα",
        "トヨタ自動車 T-1",
        "한국 Steel",
        "Công ty TNHH Ốc",
        "הראל",
        "O'Brien & Co., Ltd.",
        "3M",
    ],
)
def test_a_name_as_firms_write_themselves_is_kept(name: str) -> None:
    assert check_identity(f" {name}\u3000", pointer="/name") == name


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Wuxi Taihu\u202e", UNSEEN_SENTENCE),
        ("Wuxi\u200b Taihu", UNSEEN_SENTENCE),
        ("Wuxi\u00ad Taihu", UNSEEN_SENTENCE),
        ("Wuxi\u2060Taihu", UNSEEN_SENTENCE),
        ("Wuxi\ufeffTaihu", UNSEEN_SENTENCE),
        ("Wuxi\u3164Taihu", UNSEEN_SENTENCE),
        ("Wuxi\u2800Taihu", UNSEEN_SENTENCE),
        ("Wuxi\ue000Taihu", UNSEEN_SENTENCE),
        ("W\u0301\u0302\u0303\u0304uxi", UNSEEN_SENTENCE),
        ("Wu\u0445i Taihu", MIXED_SENTENCE),
        ("\u0410BC Forging", MIXED_SENTENCE),
        ("\u039fmega Works", MIXED_SENTENCE),
        ("无锡 \u0422aihu", MIXED_SENTENCE),
        ("\u13aaBC", MIXED_SENTENCE),
        ("\U0001d5a0\u0432\u0441", MIXED_SENTENCE),
    ],
)
def test_a_name_that_passes_for_another_is_refused(name: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_identity(name, pointer="/name")
    assert refused.value.message == sentence
    assert refused.value.errors[0].pointer == "/name"


@pytest.mark.parametrize("email", ["li\u200b@example.com", "li@ex\u0430mple.com", "li\u202e@e.com"])
def test_an_address_is_a_name_too(email: str) -> None:
    with pytest.raises(Invalid):
        check_email(email)
