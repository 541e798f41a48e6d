from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.model.names import (
    covers_certificate,
    fold_name,
    fold_names,
    is_same_name,
    missing_certificates,
)

ONE_NAME = (
    (
        "ISO9001",
        "ISO 9001",
        "ISO-9001",
        "iso  9001 ",
        "ＩＳＯ 9001",
        "ＩＳＯ　９００１",
        "ISO–9001",
    ),
    ("5-axis milling", "5 axis milling", "5‑Axis Milling", "５-axis milling"),
    ("sheet metal work", "Sheet-metal work", "SHEET METAL WORK"),
    ("X5CrNi18-10", "X 5 CrNi 18-10", "x5crni18 10", "X5CrNi18–10", "X5CrNi18−10"),
    ("GB/T 700", "GB/T700", "GBT 700", "ＧＢ／Ｔ ７００"),
    ("EN AW-6061-T6", "EN AW 6061 T6", "ENAW6061T6"),
    ("S355J2+N", "S355J2 + N", "s355j2＋n"),
    ("1.4301", "１．４３０１", " 1.4301"),
    ("45 钢", "45钢", "４５钢"),
    ("质量 管理体系", "质量管理体系", "质量　管理体系"),
    ("Acme Co., Ltd.", "ACME Co Ltd", "Acme Co.,Ltd", "“Acme” Co., Ltd."),
    ("Nordrhein-Westfalen", "Nordrhein Westfalen", "NORDRHEIN-WESTFALEN"),
    ("Straße", "STRASSE"),
    ("ISO 9001:2015", "ISO9001：2015", "ISO 9001 : 2015"),
    ("PA6-GF30", "PA 6 GF 30", "PA6 GF30"),
)
DIFFERENT = (
    ("1.4301", "14301"),
    ("1.4301", "1,4301"),
    ("S355J2+N", "S355J2N"),
    ("C45E", "C45+E"),
    ("AlSi10Mg", "AlSi1.0Mg"),
    ("AlSi10Mg", "AlSi12Mg"),
    ("AlMg4.5Mn", "AlMg45Mn"),
    ("PA 6/66", "PA 66"),
    ("PA 6/66", "PA 6.66"),
    ("X5CrNi18-10", "X5CrNi1810"),
    ("GB/T 700", "GB 700"),
    ("ISO 2768-1", "ISO 27681"),
    ("ISO 9001:2015", "ISO 9001-2015"),
    ("SUS 304 2B", "SUS 3042B"),
    ("45#", "45"),
    ('Flange 3"', "Flange 3"),
    ("A&B", "AB"),
    ("C++", "C"),
    ("München", "Munchen"),
    ("milling", "drilling"),
)


@pytest.mark.parametrize("names", ONE_NAME, ids=lambda names: names[0])
def test_ways_to_write_a_name_are_one(names: tuple[str, ...]) -> None:
    assert len({fold_name(one) for one in names}) == 1
    assert is_same_name(names[0], names[-1])


@pytest.mark.parametrize("names", DIFFERENT, ids=lambda names: names[0])
def test_what_differs_stays_different(names: tuple[str, str]) -> None:
    assert fold_name(names[0]) != fold_name(names[1])
    assert not is_same_name(*names)


@pytest.mark.parametrize("nothing", ["", " ", "-", "—", "/", "...", "\u200b", "　", "()"])
def test_a_name_of_which_nothing_is_left_matches_nothing(nothing: str) -> None:
    assert fold_name(nothing) == ""
    assert not is_same_name(nothing, nothing)
    assert not covers_certificate(nothing, nothing)
    assert missing_certificates([nothing], [nothing, "ISO 9001"]) == [nothing]
    assert fold_names([nothing, "ISO 9001"]) == {"iso9001"}


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold_name(fold_name(text)) == fold_name(text)


@given(st.text(alphabet=st.characters(categories=["Lu", "Ll", "Lo", "Nd"]), min_size=1))
def test_a_name_and_its_compatibility_form_are_one(text: str) -> None:
    assert is_same_name(text, unicodedata.normalize("NFKC", text))


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from(" -./:,"))
def test_two_numbers_are_never_run_together(left: int, right: int, sign: str) -> None:
    assert not is_same_name(f"{left}{sign}{right}", f"{left}{right}")


@pytest.mark.parametrize(
    ("held", "required"),
    [
        ("ISO 9001", "ISO9001"),
        ("ＩＳＯ 9001", "ISO-9001"),
        ("ISO 9001:2015", "ISO 9001"),
        ("ISO9001-2015", "ISO 9001"),
        ("ISO 9001 (2015)", "ISO 9001"),
        ("ISO 9001：2015版", "ISO 9001"),
        ("ISO 9001:2015/Amd 1:2024", "ISO 9001"),
        ("ISO 9001:2015/Amd 1:2024", "ISO 9001:2015"),
        ("DIN EN ISO 9001:2015-11", "ISO 9001:2015"),
        ("BS EN ISO 9001", "ISO 9001"),
        ("ISO 9001", "UNE-EN ISO 9001"),
        ("GB/T 19001-2016", "ISO 9001"),
        ("GB/T 19001-2016", "ISO 9001:2015"),
        ("IATF 16949", "ISO 9001"),
        ("IATF16949:2016", "ISO 9001"),
        ("IATF 16949:2016", "ISO 9001:2015"),
        ("TS 16949", "ISO 9001"),
        ("AS9100", "ISO 9001"),
        ("AS9100D", "ISO 9001:2015"),
        ("AS9100 Rev. D", "EN 9100:2018"),
        ("AS9100D", "AS 9100"),
        ("JIS Q 9100", "AS9100"),
        ("EN 9100", "JISQ 9100"),
        ("NF EN 9100:2018", "AS9100"),
        ("AS/EN 9100", "EN 9100"),
        ("EN 9120", "ISO 9001"),
        ("ISO 22163:2023", "ISO 9001"),
        ("ISO/IEC 17025:2017", "ISO 17025"),
        ("EN ISO 3834-2:2021", "ISO 3834-4"),
        ("质量管理体系", "质量 管理体系"),
    ],
)
def test_a_certificate_proves_what_it_is_an_edition_of_and_what_it_includes(
    held: str, required: str
) -> None:
    assert covers_certificate(held, required)
    assert missing_certificates([required], ["PED", held]) == []


@pytest.mark.parametrize(
    ("held", "required"),
    [
        ("ISO 9001", "IATF 16949"),
        ("ISO 9001", "ISO 9001:2015"),
        ("ISO 9001:2008", "ISO 9001:2015"),
        ("ISO 9001:2015", "ISO 9001:2008"),
        ("IATF 16949", "ISO 9001:2015"),
        ("AS9100C", "AS9100D"),
        ("AS9100", "EN 9100:2018"),
        ("EN 9120", "EN 9100"),
        ("ISO 13485", "ISO 9001"),
        ("ISO 13485:2016", "ISO 9001"),
        ("ISO 14001", "ISO 9001"),
        ("ISO 9001", "ISO 14001"),
        ("ISO 3834-4", "ISO 3834-2"),
        ("ISO 2768-1", "ISO 2768"),
        ("EN 9100", "ISO 9100"),
        ("质量管理体系", "ISO 9001"),
        ("ISO 9000", "ISO 9001"),
        ("ISO 900", "ISO 9001"),
    ],
)
def test_a_certificate_proves_nothing_else(held: str, required: str) -> None:
    assert not covers_certificate(held, required)
    assert missing_certificates([required], [held]) == [required]


def test_missing_certificates_are_named_as_they_were_asked_for() -> None:
    required = ("ISO 9001", "ＰＥＤ", "EN 10204")
    assert missing_certificates(required, ["iatf-16949", "en10204"]) == ["ＰＥＤ"]
