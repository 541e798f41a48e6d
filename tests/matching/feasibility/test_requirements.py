"""What a line requires: which stated fact fails, by how much, and what is unknown."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.matching.rows import CodedFact
from supplychain.model.capabilities import ends_beside
from supplychain.model.parts_requests.requirements import GEOMETRICAL, LINEAR, Requirements, term
from tests.matching.stated import make_asked, make_stated, ranked

SIDE = st.one_of(st.none(), st.integers(1, 9))
PROCESS = st.sampled_from(["turning", "milling", "forging"])
STATED = st.fixed_dictionaries(
    {},
    optional={
        "length_mm": st.integers(1, 9),
        "width_mm": st.integers(1, 9),
        "height_mm": st.integers(1, 9),
        "weight_kg": st.integers(1, 9),
        "linear": st.sampled_from(LINEAR),
        "geometrical": st.sampled_from(GEOMETRICAL),
        "processes": st.lists(PROCESS, min_size=1, unique=True),
    },
)
ASKED = st.fixed_dictionaries(
    {
        "length_mm": SIDE,
        "width_mm": SIDE,
        "height_mm": SIDE,
        "weight_kg": SIDE,
        "tolerance_linear": st.sampled_from(["", *LINEAR]),
        "tolerance_geometrical": st.sampled_from(["", *GEOMETRICAL]),
        "process": st.one_of(st.just(""), PROCESS),
    }
)


def _facts(firm: dict[str, Any], **asked: Any) -> tuple[CodedFact, ...]:
    ranking = ranked(make_asked(**asked), make_stated(firm))
    assert ranking.able + ranking.failed == 1
    return ranking.unable[0].facts if ranking.unable else ()


def _unknown(firm: dict[str, Any], **asked: Any) -> list[str]:
    ranking = ranked(make_asked(**asked), make_stated(firm))
    reasons = {reason.code: reason.values for reason in ranking.best[0].reasons}
    return reasons.get("not_stated", {}).get("facts", [])


@pytest.mark.parametrize(
    ("firm", "asked", "code", "values"),
    [
        (
            {"processes": ["turning"]},
            {"process": "Five-Axis milling"},
            "process_missing",
            {"process": "5-axis milling", "processes": ["turning"]},
        ),
        (
            {"materials": ["brass"]},
            {"material": "titanium"},
            "material_missing",
            {"material": "titanium", "materials": ["brass"]},
        ),
        (
            {"weight_kg": 40},
            {"weight_kg": 55},
            "weight_exceeded",
            {"weight_kg": 55, "most_kg": 40, "over_kg": 15},
        ),
        (
            {"linear": "c"},
            {"tolerance_linear": "f"},
            "tolerance_too_coarse",
            {"asked": "f", "offered": "c", "steps": 2},
        ),
        (
            {"geometrical": "L"},
            {"tolerance_geometrical": "K"},
            "geometry_too_coarse",
            {"asked": "K", "offered": "L", "steps": 1},
        ),
        (
            {"region": "Anhui"},
            {"regions": ["Jiangsu", "Zhejiang"]},
            "region_not_allowed",
            {"regions": ["Jiangsu", "Zhejiang"], "region": "Anhui"},
        ),
        ({"barred": True}, {}, "barred_by_chain", {}),
    ],
)
def test_a_failing_requirement_says_by_how_much(
    firm: dict[str, Any], asked: dict[str, Any], code: str, values: dict[str, Any]
) -> None:
    assert [(fact.code, fact.values) for fact in _facts(firm, **asked)] == [(code, values)]


def test_a_part_that_fits_when_it_is_turned_round_fits() -> None:
    machine = {"length_mm": 600, "width_mm": 300, "height_mm": 200}
    assert _facts(machine, length_mm=200, width_mm=600, height_mm=300) == ()


def test_each_side_that_is_too_long_is_named_with_its_excess() -> None:
    machine = {"length_mm": 600, "width_mm": 300, "height_mm": 200}
    (fact,) = _facts(machine, length_mm=250, width_mm=900, height_mm=310)
    assert fact.code == "envelope_exceeded"
    assert fact.values["sides"] == [
        {"side": "width", "part_mm": 900, "most_mm": 600, "over_mm": 300},
        {"side": "height", "part_mm": 310, "most_mm": 300, "over_mm": 10},
        {"side": "length", "part_mm": 250, "most_mm": 200, "over_mm": 50},
    ]


def test_a_certificate_that_ends_before_the_need_date_is_named_with_its_day() -> None:
    firm = {"certificates": ["ISO 9001", "PED"], "ends": ["2026-12-19", "2026-12-20"]}
    (fact,) = _facts(firm, certificates=("iso 9001", "PED"))
    assert fact.code == "certificate_expires"
    assert fact.values == {
        "certificates": [{"name": "ISO 9001", "ends_on": "2026-12-19"}],
        "needed_by": "2026-12-20",
    }


def test_a_country_is_a_region_too() -> None:
    assert _facts({"region": "Anhui"}, regions=["cn"]) == ()


def test_what_a_firm_does_not_state_does_not_fail_and_is_named() -> None:
    asked = {
        "process": "turning", "material": "brass", "length_mm": 5, "weight_kg": 3,
        "tolerance_linear": "m", "tolerance_geometrical": "H", "regions": ["Anhui"],
    }  # fmt: skip
    assert _facts({}, **asked) == ()
    assert _unknown({}, **asked) == [
        "process", "material", "envelope", "weight", "tolerance_linear", "tolerance_geometrical",
        "region",
    ]  # fmt: skip


def test_what_is_not_asked_is_not_called_unknown() -> None:
    assert _unknown({}) == []


def test_a_held_certificate_without_an_end_is_unknown_there() -> None:
    held = {"certificates": ["PED"], "ends": []}
    assert _unknown(held, certificates=("PED",)) == ["certificate_end"]


def test_terms_are_the_same_however_they_are_written() -> None:
    words = ["五轴", "5-Axis", "five-axis  milling", " 5‐axis milling".replace("‐", "-")]
    assert {term(word) for word in words} == {"5-axis milling"}


def test_requirements_survive_being_kept_as_text() -> None:
    asked = Requirements.of({"process": "turning", "regions": ["Anhui"], "length_mm": 12})
    assert Requirements.from_text(asked.as_text()) == asked
    assert Requirements().as_text() is None


@given(st.lists(STATED, min_size=1, max_size=6), ASKED, st.randoms(use_true_random=False))
def test_the_order_of_firms_changes_nothing(
    firms: list[dict[str, Any]], asked: dict[str, Any], chance: Any
) -> None:
    named = [{**firm, "firm_id": f"f{i}"} for i, firm in enumerate(firms)]
    mixed = chance.sample(named, len(named))
    need = make_asked(**asked)
    one, other = (ranked(need, make_stated(*each)) for each in (named, mixed))
    assert (one.best, one.unable) == (other.best, other.unable)


@given(STATED, ASKED, st.data())
def test_a_wider_capability_never_falls_from_passing_to_failing(
    firm: dict[str, Any], asked: dict[str, Any], data: st.DataObject
) -> None:
    wider = dict(firm)
    for side in ("length_mm", "width_mm", "height_mm", "weight_kg"):
        if side in firm:
            wider[side] = firm[side] + data.draw(st.integers(0, 5))
    for name, classes in (("linear", LINEAR), ("geometrical", GEOMETRICAL)):
        if name in firm:
            wider[name] = data.draw(st.sampled_from(classes[: classes.index(firm[name]) + 1]))
    if "processes" in firm:
        wider["processes"] = [*firm["processes"], data.draw(PROCESS)]
    before, after = _facts(firm, **asked), _facts(wider, **asked)
    assert {fact.code for fact in after} <= {fact.code for fact in before}


@pytest.mark.parametrize("held", ["ＩＳＯ 9001", "ISO9001", "ISO 9001:2015", "IATF 16949"])
def test_a_certificate_that_is_held_by_another_name_is_not_missing_but_ends(held: str) -> None:
    firm = {"certificates": [held], "ends": ["2026-12-19"]}
    (fact,) = _facts(firm, certificates=("ISO 9001",))
    assert fact.code == "certificate_expires"
    assert fact.values["certificates"] == [{"name": held, "ends_on": "2026-12-19"}]


def test_a_certificate_that_ended_does_not_fail_where_another_one_proves_it() -> None:
    held = ["ISO 9001:2008", "IATF 16949"]
    lasts = {"certificates": held, "ends": ["2018-09-15", "2027-01-01"]}
    assert _facts(lasts, certificates=("ISO 9001",)) == ()
    assert _unknown(lasts, certificates=("ISO 9001",)) == []
    may_last = {"certificates": held, "ends": ["2018-09-15", ""]}
    assert _facts(may_last, certificates=("ISO 9001",)) == ()
    assert _unknown(may_last, certificates=("ISO 9001",)) == ["certificate_end"]
    ended = {"certificates": held, "ends": ["2018-09-15", "2026-12-01"]}
    (fact,) = _facts(ended, certificates=("ISO 9001", "ISO9001"))
    assert fact.values["certificates"] == [{"name": "IATF 16949", "ends_on": "2026-12-01"}]


@pytest.mark.parametrize(
    ("asked", "stated"),
    [
        ("deep drawing", "Deep-drawing"),
        ("sheet-metal work", "ＳＨＥＥＴ metal work"),
        ("钣金", "sheet metal-work"),
    ],
)
def test_a_process_is_the_same_however_it_is_written(asked: str, stated: str) -> None:
    assert _facts({"processes": [stated]}, process=asked) == ()


def test_materials_that_differ_by_a_sign_stay_different() -> None:
    assert _facts({"materials": ["X 5 CrNi 18-10"]}, material="X5CrNi18-10") == ()
    for asked, stated in (("1.4301", "14301"), ("S355J2+N", "S355J2N"), ("PA 6/66", "PA 66")):
        (fact,) = _facts({"materials": [stated]}, material=asked)
        assert fact.code == "material_missing"


def test_a_region_is_the_same_however_it_is_written() -> None:
    assert _facts({"region": "Ｎordrhein Westfalen"}, regions=["nordrhein-westfalen"]) == ()
    assert _unknown({"region": "Anhui", "processes": ["-"]}, process="turning") == ["process"]


def test_ends_stand_beside_their_certificates_however_these_are_written() -> None:
    ends = ["iso9001=2027-05-31", "ＰＥＤ=2027-01-01"]
    assert ends_beside(["ISO 9001", "EN 10204", "PED", "-"], ends) == [
        "2027-05-31", "", "2027-01-01", "",
    ]  # fmt: skip
