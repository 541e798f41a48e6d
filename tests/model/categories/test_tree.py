"""The tree of categories: words that meet, words that are near, names in both languages."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain.demo.parts import invent_parts
from supplychain.model.categories.suggesting import find_slips, list_held, suggest_categories
from supplychain.model.categories.tree import (
    find_category,
    find_node,
    find_parent,
    identify_category,
    list_ancestors,
    list_descendants,
    list_folded_names,
    list_nodes,
    list_relatives,
    name_beside,
    name_category,
)


def test_the_tree_is_whole() -> None:
    nodes = list_nodes()
    codes = [node.code for node in nodes]
    assert codes == sorted(set(codes))
    assert len({node.id for node in nodes}) == len(nodes)
    assert 150 <= len(nodes) <= 200
    assert {node.level for node in nodes} == {1, 2, 3}
    for node in nodes:
        assert node.level == 1 or find_parent(node) is not None
        assert node.name and re.search("[一-鿿]", node.name_zh)
        assert node.unspsc == "" or re.fullmatch(r"[1-9]\d{7}", node.unspsc)
        assert len(node.id) <= 80


def test_every_word_names_one_node() -> None:
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for folded, node in list_folded_names():
        owners[folded].add(node.id)
    assert {folded: ids for folded, ids in owners.items() if len(ids) > 1} == {}
    for node in list_nodes():
        assert [find_category(name) for name in node.names] == [node] * len(node.names)


@pytest.mark.parametrize(
    "text",
    [
        "Forging",
        " FORGINGS ",
        "锻件",
        "锻造",
        "Schmieden",
        "schmiedeteile",
        "鍛造",
        "ｆｏｒｇｉｎｇｓ",
    ],
)
def test_words_of_four_languages_meet(text: str) -> None:
    assert identify_category(text) == "forgings"


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("five axis machining", "five-axis machining"), ("5-Axis Machining", "five-axis machining"),
        ("machining centers", "machining centres"), ("gear-boxes", "gearboxes"),
        ("Deep-drawn parts", "deep drawn parts"), ("Aluminum castings", "aluminium castings"),
        ("线束", "cable harnesses"), ("PCB", "circuit boards"), ("O型圈", "seals"),
    ],
)  # fmt: skip
def test_case_width_plural_blanks_and_hyphens_make_no_difference(text: str, id: str) -> None:
    assert identify_category(text) == id


@pytest.mark.parametrize("text", ["ARV Pediatric", "rings", "  ", "c", "7.5", "大型锻件", "锻"])
def test_what_the_tree_does_not_have_keeps_its_text(text: str) -> None:
    assert find_category(text) is None
    assert identify_category(text) == text.strip().lower()


@given(st.text(max_size=40))
@settings(max_examples=200)
def test_identifying_twice_changes_nothing(text: str) -> None:
    once = identify_category(text)
    assert identify_category(once) == once
    suggest_categories(text)


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("forgngs", ["forgings"]), ("beaings", ["bearings"]), ("fasterners", ["fasteners"]),
        ("hidraulics", ["hydraulics"]), ("forgings", []), ("rings", []), ("bears", []),
        ("ARV Adult", []), ("大型锻件", []),
    ],
)  # fmt: skip
def test_a_slip_of_the_pen_names_its_node(text: str, near: list[str]) -> None:
    assert [node.id for node in find_slips(text)] == near


def test_words_within_a_text_are_offered_and_its_beginning_completed() -> None:
    assert list_held("steel forgings for presses")[0].id == "forgings"
    assert [node.id for node in list_held("大型锻件")] == ["forgings"]
    assert list_held("ARV Pediatric") == []
    assert suggest_categories("轴承")[0].id == "bearings"
    assert "forgings" in [node.id for node in suggest_categories("forg")]
    assert {"rolled rings", "ring blanks"} <= {node.id for node in suggest_categories("ring")}
    assert suggest_categories("f") == suggest_categories("") == ()
    assert len(suggest_categories("machin", 3)) == 3


def test_relatives_are_below_above_and_beside() -> None:
    iron = find_node("iron castings")
    castings = find_node("castings")
    assert iron and castings
    assert list_ancestors(iron) == [castings]
    assert iron in list_descendants(castings)
    assert list_relatives(iron)[0] == castings
    assert set(list_relatives(castings)) == set(list_descendants(castings))


def test_a_reader_sees_its_own_language_and_the_other_beside_it() -> None:
    assert name_category("forgings", "en") == "Forgings"
    assert name_category("forgings", "zh") == "锻件"
    assert name_beside("forgings", "zh") == "Forgings"
    assert name_category("arv adult", "zh", stored="ARV Adult") == "ARV Adult"
    assert name_beside("arv adult", "zh") == ""


def test_all_that_the_demo_makes_is_in_the_tree() -> None:
    assert [part.category for part in invent_parts() if find_category(part.category) is None] == []
