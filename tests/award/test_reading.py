"""Award files: what is wrong is refused at once, all of it, with pointer and reason."""

from __future__ import annotations

import copy
import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from supplychain.award.problem.problem import Problem
from supplychain.award.problem.reading import parse
from supplychain.award.problem.writing import to_raw
from supplychain.errors import Invalid
from tests.award.make import Raw, bid, files, parsed, raw, tiers


def _pointers(file: object) -> list[str]:
    with pytest.raises(Invalid) as refused:
        parse(file)
    for error in refused.value.errors:
        assert error.text
    return [error.pointer for error in refused.value.errors]


def _put(file: Raw, pointer: str, value: object) -> Raw:
    changed = copy.deepcopy(file)
    *path, last = pointer.strip("/").split("/")
    target: Any = changed
    for step in path:
        target = target[int(step)] if isinstance(target, list) else target[step]
    if isinstance(target, list):
        target[int(last)] = value
    else:
        target[last] = value
    return changed


NUMBERS = ["/lines/0/quantity", "/suppliers/0/capacity", "/suppliers/0/one_off_cost",
           "/bids/0/tiers/0/unit_price", "/bids/0/tiers/0/from", "/bids/0/min_quantity",
           "/bids/0/load_per_unit", "/bids/0/line_cost", "/bids/0/expected_cost",
           "/limits/gap"]  # fmt: skip
WRONG_NUMBERS = ["NaN", "Infinity", "-1", "1e5", "1E999999999", "+1", " 1", "1,5", "", ".5", "5.",
                 str(2**63), "0.0000000000001", "٣", "0x10", True, False, 1.5, float("nan"),
                 float("inf"), -3, 2**63, [], {}]  # fmt: skip


@pytest.mark.parametrize("pointer", NUMBERS)
@pytest.mark.parametrize("value", WRONG_NUMBERS, ids=repr)
def test_what_is_no_number_is_refused_where_it_stands(pointer: str, value: object) -> None:
    file = raw(bids=[bid("S1", "L1")], limits={"seconds": 1})
    assert pointer in _pointers(_put(file, pointer, value))


def test_a_number_may_also_be_a_whole_json_number() -> None:
    problem = parse(_put(raw(), "/lines/0/quantity", 120))
    assert problem.lines[0].quantity == Decimal(120)


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/currency", ""),
        ("/currency", None),
        ("/lines", []),
        ("/lines", {}),
        ("/lines/0", "L1"),
        ("/lines/0/id", "L\ud800"),
        ("/lines/0/id", "a\nb"),
        ("/lines/0/id", "x" * 201),
        ("/lines/0/id", 7),
        ("/lines/0/quantity", "0"),
        ("/lines/0/quantity", "0.0000000001"),
        ("/lines/0/divisible", "false"),
        ("/lines/0/divisible", 1),
        ("/lines/0/max_suppliers", 0),
        ("/lines/0/max_suppliers", "1.5"),
        ("/lines/0/max_suppliers", True),
        ("/lines/0/colour", "red"),
        ("/suppliers/0/attributes", []),
        ("/suppliers/0/attributes/a~b", [1]),
        ("/bids/0/tiers", []),
        ("/bids/0/tier_rule", "each"),
        ("/bids/0/late", "yes"),
        ("/bids/0/lead_days", -1),
        ("/bids/0/max_quantity", "0"),
        ("/bids/0/supplier", "S9"),
        ("/bids/0/line", "L9"),
        ("/rules/0", {"kind": "wish"}),
        ("/rules/0", {"kind": "max_suppliers", "at_most": 0}),
        ("/rules/0", {"kind": "require"}),
        ("/rules/0", {"kind": "require", "supplier": "S9"}),
        ("/rules/0", {"kind": "forbid", "supplier": "S1", "line": "L9"}),
        ("/rules/0", {"kind": "share", "supplier": "S1"}),
        ("/rules/0", {"kind": "share", "supplier": "S1", "at_most": "1.2"}),
        ("/rules/0", {"kind": "share", "supplier": "S1", "at_least": ".7", "at_most": "0.2"}),
        ("/rules/0", {"kind": "group_share", "attribute": "x", "equals": 1, "at_least": "1"}),
        ("/rules/0", {"kind": "incumbent", "supplier": "S1"}),
        ("/bundles/0", {"supplier": "S2", "lines": ["L1"], "discount": "1.5"}),
        ("/bundles/0", {"supplier": "S2", "lines": ["L1", "L1"], "discount": "0.5"}),
        ("/bundles/0", {"supplier": "S9", "lines": ["L1"], "discount": "0.5"}),
        ("/limits/seconds", "99999"),
        ("/objective", "profit"),
        ("/what", "else"),
    ],
    ids=str,
)
def test_a_wrong_field_is_refused_where_it_stands(pointer: str, value: object) -> None:
    suppliers = {"S1": {"attributes": {}}, "S2": {}}
    file = raw(suppliers=suppliers, rules=[{}], bundles=[{}], limits={})
    pointers = _pointers(_put(file, pointer, value))
    assert any(one.startswith(pointer.replace("~", "~0")) for one in pointers)


@pytest.mark.parametrize("file", [None, [], "x", 5, {}, {"lines": 3}], ids=repr)
def test_what_is_no_file_at_all_is_refused(file: object) -> None:
    assert _pointers(file)


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"tiers": tiers(("0", "2"), ("0", "1"))}, "/bids/0/tiers/1/from"),
        ({"tiers": tiers(("50", "2"), ("10", "1"))}, "/bids/0/tiers/1/from"),
        ({"tiers": tiers(("0", "2"), ("101", "1"))}, "/bids/0/tiers/1/from"),
        ({"tiers": tiers(("0", "2"), ("60", "1")), "max_quantity": "50"}, "/bids/0/tiers/1/from"),
        ({"min_quantity": "60", "max_quantity": "50"}, "/bids/0/min_quantity"),
        ({"min_quantity": "101"}, "/bids/0/min_quantity"),
    ],
    ids=str,
)
def test_tiers_that_never_apply_and_crossed_bounds_are_refused(fields: Raw, pointer: str) -> None:
    assert _pointers(raw(bids=[bid("S1", "L1") | fields])) == [pointer]


def test_double_ids_and_bids_are_refused_at_the_second() -> None:
    file = raw(bids=[bid("S1", "L1", "1"), bid("S1", "L1", "2")], rules=[
        {"kind": "forbid", "supplier": "S2"}, {"kind": "forbid", "supplier": "S2"},
    ])  # fmt: skip
    file["lines"].append({"id": "L1", "quantity": "5"})
    file["suppliers"].append({"id": "S2"})
    assert _pointers(file) == ["/lines/1/id", "/suppliers/2/id", "/bids/1", "/rules/1"]


ONE, TWO, BOTH = {"supplier": "S1"}, {"supplier": "S2"}, {"line": "L1"}


@pytest.mark.parametrize(
    ("line", "rules"),
    [
        ({}, [{"kind": "require", **ONE}, {"kind": "forbid", **ONE}]),
        ({}, [{"kind": "require", **ONE, **BOTH}, {"kind": "forbid", **ONE}]),
        ({}, [{"kind": "require", **ONE}, {"kind": "forbid", **ONE, **BOTH}]),
        ({}, [{"kind": "require", "supplier": "S3"}]),
        ({}, [{"kind": "share", "supplier": "S3", "line": "L1", "at_least": "0.1"}]),
        ({}, [{"kind": "share", **ONE, "at_least": "0.1"}, {"kind": "forbid", **ONE}]),
        ({}, [{"kind": "share", **one, **BOTH, "at_least": "0.6"} for one in (ONE, TWO)]),
        ({}, [{"kind": "share", **one, "at_least": "0.6"} for one in (ONE, TWO)]),
        ({}, [{"kind": "group_share", "attribute": "sme", "equals": one, "at_least": "0.6"}
              for one in (True, False)]),
        ({}, [{"kind": "share", **ONE, "at_least": "0.6"},
              {"kind": "share", **ONE, "at_most": "0.5"}]),
        ({"single_source": True}, [{"kind": "two_sources", **BOTH}]),
        ({"divisible": False}, [{"kind": "two_sources"}]),
        ({"max_suppliers": 1}, [{"kind": "two_sources", **BOTH}]),
        ({}, [{"kind": "two_sources", **BOTH}, {"kind": "max_suppliers", **BOTH, "at_most": 1}]),
        ({}, [{"kind": "two_sources"}, {"kind": "max_suppliers", "at_most": 1}]),
        ({}, [{"kind": "max_suppliers", "at_most": 1},
              {"kind": "require", **ONE}, {"kind": "require", **TWO}]),
        ({"single_source": True}, [{"kind": "require", **one, **BOTH} for one in (ONE, TWO)]),
    ],
    ids=str,
)  # fmt: skip
def test_rules_that_contradict_each_other_are_refused(line: Raw, rules: list[Raw]) -> None:
    suppliers = {"S1": {"attributes": {"sme": True}}, "S2": {"attributes": {"sme": False}},
                 "S3": {}}  # fmt: skip
    file = raw({"L1": {"quantity": "100", **line}}, suppliers, rules=rules)
    assert {one.split("/")[1] for one in _pointers(file)} == {"rules"}


def test_everything_wrong_is_told_at_once() -> None:
    file = raw(rules=[{"kind": "wish"}, {"kind": "require", "supplier": "S9"}], more=1)
    file["lines"][0]["quantity"] = "-5"
    file["bids"][1]["tiers"][0]["unit_price"] = None
    assert sorted(_pointers(file)) == [
        "/bids/1/tiers/0/unit_price", "/lines/0/quantity", "/more", "/rules/0/kind",
        "/rules/1/supplier",
    ]  # fmt: skip


def test_a_file_of_absurd_size_is_refused_unread() -> None:
    file = raw()
    file["lines"] = [{}] * 10_001
    assert "/lines" in _pointers(file)


def test_defaults_are_those_of_the_document() -> None:
    problem = parse(raw(bids=[bid("S1", "L1")]))
    line, supplier, one = problem.lines[0], problem.suppliers[0], problem.bids[0]
    assert (line.divisible, line.single_source, line.max_suppliers) == (True, False, None)
    assert (line.overbuy, line.shortage_price, line.whole) == (False, None, False)
    assert (supplier.capacity, supplier.one_off_cost) == (None, 0)
    assert (one.tier_rule, one.min_quantity, one.max_quantity) == ("all_units", 0, 100)
    assert (one.load_per_unit, one.line_cost, problem.limits.seconds) == (1, 0, 30.0)


def test_with_overbuy_a_bid_reaches_to_its_last_tier() -> None:
    file = raw({"L1": {"quantity": "6", "overbuy": True}},
               bids=[{**bid("S1", "L1"), "tiers": tiers(("0", "2"), ("9", "1"))}])  # fmt: skip
    assert parse(file).bids[0].max_quantity == 9


@given(files(rules=4), st.randoms(use_true_random=False))
def test_the_order_of_lists_changes_nothing(file: Raw, chance: random.Random) -> None:
    problem = parsed(file)
    assume(problem is not None)
    shuffled = copy.deepcopy(file)
    for name in ("lines", "suppliers", "bids", "bundles", "rules"):
        chance.shuffle(shuffled[name])
    assert parse(shuffled) == problem


@given(files(rules=4))
def test_a_problem_written_and_read_again_is_the_same(file: Raw) -> None:
    problem = parsed(file)
    assume(problem is not None)
    assert isinstance(problem, Problem)
    assert parse(to_raw(problem)) == problem


@settings(max_examples=300)
@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["lines", "id", "bids", "tiers", "kind", "rules", "x"]), inner, max_size=4),
))  # fmt: skip
def test_any_json_is_refused_and_never_a_fault(junk: object) -> None:
    file = {"currency": "CNY", "lines": junk, "suppliers": junk, "bids": junk, "rules": junk}
    assert _pointers(file)
