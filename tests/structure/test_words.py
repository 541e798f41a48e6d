"""One word, one thing: names that a stranger understands, and figures that only get better."""

from __future__ import annotations

from tests.structure import shape

MAX_UNTYPED_A_THOUSAND_LINES = 3.0
MAX_ONE_WORD_SHARE = 0.45


def test_class_names_are_unique() -> None:
    assert shape.repeated_classes() == []


def test_no_parameter_or_attribute_has_a_word_of_a_private_dialect() -> None:
    assert shape.banned_names() == []


def test_constants_carry_their_unit() -> None:
    assert shape.unitless_constants() == []


def test_private_helpers_have_a_verb_and_an_object() -> None:
    assert shape.one_word_helpers() == []


def test_most_functions_say_what_they_do_to_what() -> None:
    assert shape.measure().one_word_share <= MAX_ONE_WORD_SHARE


def test_the_middle_is_typed() -> None:
    assert shape.measure().untyped_a_thousand_lines <= MAX_UNTYPED_A_THOUSAND_LINES


def test_no_module_imports_itself_by_way_of_others() -> None:
    assert shape.import_circles() == []
