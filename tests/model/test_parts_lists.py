"""Part numbers that look alike, levels, and trees of parts lists."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain.errors import Invalid
from supplychain.model.parts_lists.levels import LEAP, NO_LEVEL, find_standings
from supplychain.model.parts_lists.lists import ListLine, PartsList
from supplychain.model.parts_lists.numbers import fold_part_number, make_part_id
from supplychain.model.parts_lists.trees import grow_tree


def line(number: str, quantity: int = 1, **more: str) -> ListLine:
    return ListLine(row=0, number=number, quantity=Decimal(quantity), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "other", ["dg301", "DG 301", "DG–301", "ＤＧ－３０１", "DG\u00a0301", "DG_301"]
)
def test_case_blanks_and_hyphens_of_all_kinds_do_not_tell_numbers_apart(other: str) -> None:
    assert fold_part_number(other) == fold_part_number("DG-301")


@pytest.mark.parametrize(("one", "other"), [("1.10", "110"), ("8/8", "88"), ("45#", "45")])
def test_signs_that_mean_something_do(one: str, other: str) -> None:
    assert fold_part_number(one) != fold_part_number(other)


@given(st.text(min_size=1, max_size=100), st.text(min_size=1, max_size=100))
@settings(max_examples=200)
def test_an_id_of_our_own_fits_and_keeps_numbers_apart(one: str, other: str) -> None:
    ids = [make_part_id(number) for number in (one, other)]
    for own in ids:
        assert len(own) <= 64
        assert not set(own) & set("|/\\ \t\n")
    assert (ids[0] == ids[1]) == (one == other)


@pytest.mark.parametrize(
    ("codes", "parents"),
    [
        (["0", "1", "1.1", "1.2.", "2"], [None, 0, 1, 1, 0]),
        (["1", "1.1", "2", "2.1"], [None, 0, None, 2]),
        (["0", "1", "2", "1", "2"], [None, 0, 1, 0, 3]),
        (["1", "2", "2"], [None, 0, 0]),
        (["+", "++", "++", "+"], [None, 0, 0, None]),
        (["L1", "L2", "L1"], [None, 0, None]),
        (["1级", "2级"], [None, 0]),
    ],
)
def test_levels_are_read_in_the_ways_that_people_write_them(
    codes: list[str], parents: list[int | None]
) -> None:
    standings = find_standings(codes)
    assert [one.parent for one in standings] == parents
    assert [one.fault for one in standings] == [""] * len(codes)


def test_a_level_that_leaps_or_says_nothing_is_told() -> None:
    assert [one.fault for one in find_standings(["0", "2", "x"])] == ["", LEAP, NO_LEVEL]


def test_a_part_at_several_places_has_its_own_parts_at_each() -> None:
    lines = (
        line("A"), line("B", 2, parent="A"), line("C", 3, parent="A"), line("D", 5, parent="B"),
        line("D", 7, parent="C"), line("E", 1, parent="D"),
    )  # fmt: skip
    tree = grow_tree(PartsList(name="x", lines=lines), "each", adds_up=None)
    assert [(node.line.number, node.depth, node.total) for node in tree.nodes] == [
        ("A", 0, 1), ("B", 1, 2), ("D", 2, 10), ("E", 3, 10), ("C", 1, 3), ("D", 2, 21),
        ("E", 3, 21),
    ]  # fmt: skip
    assert [one.samples for one in tree.questions] == [("D: 5 + 7", "E: 1 + 1")]


def test_a_part_that_contains_itself_is_refused() -> None:
    lines = (line("T"), line("A", parent="T"), line("B", parent="A"), line("A", parent="B"))
    with pytest.raises(Invalid, match="contains itself"):
        grow_tree(PartsList(name="x", lines=lines), "", adds_up=None)
    ring = (line("A", parent="B"), line("B", parent="A"))
    with pytest.raises(Invalid, match="part of another"):
        grow_tree(PartsList(name="x", lines=ring), "", adds_up=None)


def test_the_same_part_under_one_parent_is_added_up_only_where_that_is_wished() -> None:
    lines = (line("A", level="0"), line("B", 2, level="1"), line("B", 3, level="1"))
    read = PartsList(name="x", lines=lines)
    kept = grow_tree(read, "", adds_up=False)
    assert [node.total for node in kept.nodes] == [1, 2, 3]
    added = grow_tree(read, "", adds_up=True)
    assert [node.total for node in added.nodes] == [1, 5]
    assert added.questions == ()


@given(st.lists(st.integers(0, 6), min_size=1, max_size=60))
@settings(max_examples=100)
def test_a_parent_always_stands_above_its_parts(depths: list[int]) -> None:
    lines = tuple(line(f"P{at}", at + 1, level=str(depth)) for at, depth in enumerate(depths))
    tree = grow_tree(PartsList(name="x", lines=lines), "each", adds_up=None)
    for at, node in enumerate(tree.nodes):
        if node.parent is not None:
            above = tree.nodes[node.parent]
            assert node.parent < at
            assert node.depth == above.depth + 1
            assert node.total == above.total * node.each  # type: ignore[operator]
