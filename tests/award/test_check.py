"""The checker catches whatever an answer could get wrong, one kind of constraint at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from supplychain.award.answer import Answer, Clash, Shortage, Switch, Winner
from supplychain.award.checking.check import violations
from supplychain.award.problem.problem import Problem, ProblemBundle
from supplychain.award.problem.reading import parse
from supplychain.award.problem.reading_answer import parse_answer
from supplychain.award.problem.writing import answer_to_raw
from supplychain.award.solving.pricing import price
from supplychain.award.solving.solve import solve
from tests.award.make import Raw, bid, files, parsed, raw, tiers

Split = dict[tuple[str, str], str]
LINE: Raw = {"quantity": "10"}
A, B = ("S1", "L1"), ("S2", "L1")
SME = {"S1": {"attributes": {"sme": True}}, "S2": {"attributes": {"sme": False}}}


def _codes(file: Raw, split: Split) -> set[str]:
    problem = parse(file)
    answer = price(problem, {pair: Decimal(text) for pair, text in split.items()})
    return {one.code for one in violations(problem, answer)}


def _file(line: Raw | None = None, first: Raw | None = None, **fields: object) -> Raw:
    bids = [{**bid("S1", "L1"), **(first or {})}, bid("S2", "L1", "2")]
    return raw({"L1": LINE | (line or {})}, bids=bids, **fields)


def _rule(kind: str, **fields: object) -> Raw:
    return _file(suppliers=SME, rules=[{"kind": kind, **fields}])


HALVES: Split = {A: "5", B: "5"}


@pytest.mark.parametrize(
    ("file", "split", "code"),
    [
        (_file(), {A: "9"}, "not_covered"),
        (_file(), {A: "9", B: "2"}, "bought_too_much"),
        (_file({"single_source": True}), HALVES, "single_source"),
        (_file({"divisible": False}), HALVES, "single_source"),
        (_file({"divisible": False, "shortage_price": "1"}), {A: "4"}, "indivisible"),
        (_file({"max_suppliers": 1}), HALVES, "line_max_suppliers"),
        (_file({"whole": True}), {A: "4.5", B: "5.5"}, "step"),
        (_file(), {A: "4.0000000001", B: "5.9999999999"}, "step"),
        (_file(first={"min_quantity": "6"}), HALVES, "min_quantity"),
        (_file(first={"tiers": tiers(("6", "1"))}), HALVES, "min_quantity"),
        (_file(first={"max_quantity": "4"}), HALVES, "max_quantity"),
        (_file(suppliers={"S1": {"capacity": "4.999"}, "S2": {}}), HALVES, "capacity"),
        (_file(first={"load_per_unit": "3"}, suppliers={"S1": {"capacity": "14"}, "S2": {}}),
         HALVES, "capacity"),
        (_rule("max_suppliers", at_most=1), HALVES, "max_suppliers"),
        (_rule("max_suppliers", at_most=1, line="L1"), HALVES, "max_suppliers"),
        (_rule("share", supplier="S1", line="L1", at_least="0.6"), HALVES, "share_at_least"),
        (_rule("share", supplier="S1", line="L1", at_most="0.4"), HALVES, "share_at_most"),
        (_rule("share", supplier="S1", at_least="0.34"), HALVES, "share_at_least"),
        (_rule("share", supplier="S2", at_most="0.66"), HALVES, "share_at_most"),
        (_rule("group_share", attribute="sme", equals=True, line="L1", at_least="0.6"), HALVES,
         "group_share_at_least"),
        (_rule("group_share", attribute="sme", equals=False, at_most="0.6"), HALVES,
         "group_share_at_most"),
        (_rule("two_sources"), {A: "10"}, "two_sources"),
        (_rule("two_sources", line="L1"), {A: "9.5", B: "0.5"}, "two_sources"),
        (_rule("require", supplier="S2"), {A: "10"}, "require"),
        (_rule("require", supplier="S2", line="L1"), {A: "9.5", B: "0.5"}, "require"),
        (_rule("forbid", supplier="S2"), HALVES, "forbid"),
        (_rule("forbid", supplier="S2", line="L1"), HALVES, "forbid"),
    ],
    ids=str,
)  # fmt: skip
def test_a_split_that_breaks_a_constraint_is_caught(file: Raw, split: Split, code: str) -> None:
    assert _codes(file, split) == {code}


def test_a_split_that_keeps_everything_passes() -> None:
    rules = [{"kind": "share", "supplier": "S1", "line": "L1", "at_least": "0.5", "at_most": "0.5"}]
    assert _codes(_file(suppliers=SME, rules=rules), HALVES) == set()


def test_true_is_not_the_number_one() -> None:
    suppliers = {"S1": {"attributes": {"sme": True}}, "S2": {"attributes": {"sme": 1}}}
    rule = {"kind": "group_share", "attribute": "sme", "equals": 1, "at_most": "0"}
    assert _codes(_file(suppliers=suppliers, rules=[rule]), {A: "10"}) == set()


def _rich() -> tuple[Problem, Answer]:
    bids = [
        {**bid("S1", "L1"), "tiers": tiers(("0", "3"), ("5", "2")), "line_cost": "1"},
        {**bid("S2", "L2"), "tiers": tiers(("0", "3"), ("5", "2")), "tier_rule": "incremental"},
        bid("S2", "L1", "9"),
    ]
    problem = parse(
        raw(
            {"L1": LINE, "L2": {"quantity": "7", "shortage_price": "50"}},
            {"S1": {"one_off_cost": "4"}, "S2": {"capacity": "6"}},
            bids,
            bundles=[{"supplier": "S1", "lines": ["L1"], "discount": "0.1"}],
            rules=[{"kind": "incumbent", "supplier": "S2", "line": "L1", "switch_cost": "3"}],
        )
    )
    return problem, solve(problem)


def test_the_parts_of_a_cost_are_what_the_document_says() -> None:
    problem, answer = _rich()
    assert violations(problem, answer) == []
    # 10 × 2 + 1, a tenth off; 5 × 3 + 1 × 2; once 4; one missing at 50; leaving S2 on L1
    assert answer.cost == Decimal("18.9") + 17 + 4 + 50 + 3
    assert [one.unit_price for one in answer.allocations] == [2, Decimal("2.833333333333")]


def _first(answer: Answer, **fields: object) -> Answer:
    return replace(
        answer, allocations=(replace(answer.allocations[0], **fields), *answer.allocations[1:])
    )


MUTATIONS: dict[str, Callable[[Answer], Answer]] = {
    "cost": lambda a: replace(a, cost=a.cost - Decimal("0.01")),
    "allocation_cost": lambda a: _first(a, cost=a.allocations[0].cost - 1),
    "unit_price": lambda a: _first(a, unit_price=Decimal("1.9")),
    "quantity": lambda a: _first(a, quantity=Decimal("-1")),
    "number": lambda a: _first(a, cost=Decimal("NaN")),
    "unknown_bid": lambda a: _first(a, line="L2"),
    "twice": lambda a: replace(a, allocations=(a.allocations[0], *a.allocations)),
    "winners": lambda a: replace(a, suppliers=a.suppliers[1:]),
    "load": lambda a: replace(a, suppliers=(replace(a.suppliers[0], load=Decimal(1)),
                                            *a.suppliers[1:])),
    "one_off_cost": lambda a: replace(
        a, suppliers=(Winner(id="S1", one_off_cost=Decimal(0), load=Decimal(10)), a.suppliers[1])),
    "shortages": lambda a: replace(a, shortages=()),
    "switches": lambda a: replace(a, switches=(Switch(supplier="S2", line="L1",
                                                      cost=Decimal(1)),)),
    "bundle": lambda a: replace(a, bundles=(*a.bundles, ProblemBundle(
        supplier="S2", lines=("L2",), discount=Decimal("0.9")))),
    "bound": lambda a: replace(a, bound=a.cost + 1),
    "gap": lambda a: replace(a, gap=Decimal("0.5")),
    "status": lambda a: replace(a, bound=a.cost / 2, gap=Decimal("0.5")),
    "expected": lambda a: replace(a, expected=Decimal(3)),
}  # fmt: skip


@pytest.mark.parametrize("code", MUTATIONS)
def test_a_number_changed_by_hand_is_caught(code: str) -> None:
    problem, answer = _rich()
    assert code in {one.code for one in violations(problem, MUTATIONS[code](answer))}


@pytest.mark.parametrize(
    "wrong",
    [
        Answer(status="optimal", cost=None, bound=None, gap=None),
        Answer(status="feasible", cost=None, bound=None, gap=Decimal(0)),
        Answer(status="infeasible", cost=None, bound=None, gap=None, shortages=(
            Shortage(line="L1", quantity=Decimal(1), cost=Decimal(0)),)),
        Answer(status="feasible", cost=None, bound=None, gap=None, clash=(
            Clash(kind="line", subject="L1", message=""),)),
    ],
)  # fmt: skip
def test_an_answer_without_a_cost_claims_nothing(wrong: Answer) -> None:
    assert violations(_rich()[0], wrong)


@settings(max_examples=25)
@given(files(whole=False), st.data())
def test_moving_some_of_an_answer_never_passes_unseen_as_the_same(
    file: Raw, data: st.DataObject
) -> None:
    problem = parsed(file)
    assume(problem is not None)
    assert problem is not None
    answer = solve(problem)
    assume(answer.allocations)
    place = data.draw(st.integers(0, len(answer.allocations) - 1))
    one = answer.allocations[place]
    moved = replace(one, quantity=one.quantity + Decimal("0.000000001"))
    allocations = (*answer.allocations[:place], moved, *answer.allocations[place + 1 :])
    assert violations(problem, replace(answer, allocations=allocations))


@settings(max_examples=25)
@given(files(whole=False))
def test_an_answer_written_and_read_again_still_passes(file: Raw) -> None:
    problem = parsed(file)
    assume(problem is not None)
    assert problem is not None
    answer = solve(problem)
    again = parse_answer(answer_to_raw(answer))
    assert violations(problem, again) == []
    assert replace(again, clash=answer.clash) == answer
