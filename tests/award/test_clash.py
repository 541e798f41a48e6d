"""Why nothing fits: the sets named cannot hold together, and none of their parts is spare."""

from __future__ import annotations

import time

from hypothesis import assume, given, settings

from supplychain.award.answer import Clash
from supplychain.award.infeasible.clash import clashing, possible
from supplychain.award.problem.reading import parse
from supplychain.award.solving.solve import solve
from supplychain.errors import FieldError
from tests.award.make import Raw, bid, files, parsed, raw


def _text(one: Clash) -> str:
    return FieldError(pointer="", message=one.message, values=one.values).text


def _why(file: Raw) -> set[str]:
    answer = solve(parse(file))
    assert answer.status == "infeasible"
    return {_text(one) for one in answer.clash}


def test_a_line_that_its_bids_cannot_cover_says_how_much_they_offer() -> None:
    bids = [bid("S1", "L3", max_quantity="100"), bid("S2", "L3", max_quantity="200")]
    why = _why(raw({"L3": {"quantity": "500"}}, bids=bids))
    assert "Line L3 needs 500, but its bids offer 300 together." in why
    assert len(why) == 2


def test_a_line_without_bids_is_the_whole_reason() -> None:
    why = _why(raw({"L1": {"quantity": "5"}, "L2": {"quantity": "7"}}))
    assert why == {"Line L2 needs 7, but nobody bids for it."}


def test_capacities_that_are_too_small_are_named_with_the_lines_that_need_them() -> None:
    lines = {"L1": {"quantity": "60"}, "L2": {"quantity": "60"}, "L3": {"quantity": "5"}}
    bids = [bid("S1", "L1"), bid("S1", "L2"), bid("S2", "L3")]
    why = _why(raw(lines, {"S1": {"capacity": "100"}, "S2": {"capacity": "9"}}, bids))
    assert why == {"Line L1 needs 60.", "Line L2 needs 60.", "S1 has a capacity of 100."}


def test_rules_are_told_in_words() -> None:
    why = _why(
        raw(
            suppliers={"S1": {"attributes": {"sme": True}}, "S2": {}},
            rules=[
                {"kind": "group_share", "attribute": "sme", "equals": True, "at_least": "0.3"},
                {"kind": "forbid", "supplier": "S1", "line": "L1"},
            ],
        )
    )
    assert why == {
        "Line L1 needs 100.",
        "Suppliers whose sme is True get 30 % to 100 % of the spend.",
        "S1 must get nothing of line L1.",
    }


def test_many_parts_of_a_kind_are_told_together() -> None:
    lines = {f"L{n}": {"quantity": "10"} for n in range(12)}
    suppliers = {f"S{n}": {"capacity": "9"} for n in range(12)}
    bids = [bid(name, line) for name in suppliers for line in lines]
    assert _why(raw(lines, suppliers, bids)) == {
        "12 lines must be covered.",
        "12 suppliers have limited capacities, 108 together.",
    }


@settings(max_examples=40)
@given(files(rules=4))
def test_a_clash_cannot_hold_and_holds_without_any_one_of_its_parts(file: Raw) -> None:
    problem = parsed(file)
    assume(problem is not None)
    assert problem is not None
    until = time.monotonic() + 60
    found = clashing(problem, deadline=until)
    answer = solve(problem)
    assert bool(found) == (answer.status == "infeasible") == bool(answer.clash)
    if found:
        assert not possible(problem, found, deadline=until)
    for spare in found:
        rest = [unit for unit in found if unit != spare]
        assert possible(problem, rest, deadline=until)
