"""What is sold in packs, and what may be bought above the need."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain.award.answer import Answer
from supplychain.award.checking.check import violations
from supplychain.award.problem.coverage import can_cover, find_reach
from supplychain.award.problem.problem import Problem
from supplychain.award.problem.reading import parse
from supplychain.award.problem.writing import to_raw
from supplychain.award.solving.pricing import price
from supplychain.award.solving.solve import solve
from supplychain.errors import Invalid
from tests.award.make import Raw, bid, cheapest, raw, tiers

UP_TO_110: Raw = {"quantity": "100", "overbuy": True, "max_quantity": "110", "whole": True}


def _bought(answer: Answer) -> dict[str, str]:
    return {one.supplier: f"{one.quantity}" for one in answer.allocations}


def _problem(line: Raw, *bids: Raw, **fields: object) -> Problem:
    names: dict[str, Raw] = {one["supplier"]: {} for one in bids}
    return parse(raw({"L1": line}, names, list(bids), **fields))


def test_a_step_above_the_need_is_bought_where_that_costs_less_in_all() -> None:
    ladder = bid("S1", "L1", tiers=tiers(("0", "11"), ("110", "9")))
    answer = solve(_problem(UP_TO_110, ladder))
    assert (answer.status, answer.cost, _bought(answer)) == ("optimal", 990, {"S1": "110"})
    exact = {"quantity": "100", "whole": True}
    answer = solve(_problem(exact, bid("S1", "L1", "11")))
    assert (answer.cost, _bought(answer)) == (1100, {"S1": "100"})


def test_no_more_is_bought_where_the_step_is_out_of_reach_or_dearer() -> None:
    ladder = bid("S1", "L1", tiers=tiers(("0", "11"), ("110", "10.5")))
    assert solve(_problem(UP_TO_110, ladder)).cost == 1100
    ladder = bid("S1", "L1", tiers=tiers(("0", "11"), ("120", "1")))
    with pytest.raises(Invalid) as refused:
        _problem(UP_TO_110, ladder)
    assert [error.pointer for error in refused.value.errors] == ["/bids/0/tiers/1/from"]


def test_packs_are_sold_whole() -> None:
    answer = solve(_problem({**UP_TO_110, "max_quantity": "120"}, bid("S1", "L1", "1", pack="30")))
    assert _bought(answer) == {"S1": "120"}
    two = [bid("S1", "L1", "1", pack="30"), bid("S2", "L1", "1.5", pack="25")]
    answer = solve(_problem(UP_TO_110, *two))
    # 60 + 50: 135; 30 + 75: 142.5; 90 + 25 is above 110.
    assert (answer.cost, _bought(answer)) == (135, {"S1": "60", "S2": "50"})


def test_what_packs_cannot_reach_is_a_clash_that_names_them() -> None:
    answer = solve(_problem(UP_TO_110, bid("S1", "L1", "1", pack="60", max_quantity="60"),
                            bid("S2", "L1", "1", pack="80", max_quantity="80")))  # fmt: skip
    assert answer.status == "infeasible"
    assert {one.kind for one in answer.clash} == {"line", "packs", "line_most"}
    texts = {one.kind: one.message for one in answer.clash}
    assert texts["packs"] == "The bids for line %(line)s are in whole packs of up to %(pack)s."


def test_the_checker_sees_a_broken_pack_and_what_is_too_much() -> None:
    problem = _problem(UP_TO_110, bid("S1", "L1", "1", pack="30", max_quantity="500"))
    wrong = violations(problem, price(problem, {("S1", "L1"): Decimal(100)}))
    assert [one.code for one in wrong] == ["pack"]
    wrong = violations(problem, price(problem, {("S1", "L1"): Decimal(120)}))
    assert [one.code for one in wrong] == ["max_quantity", "bought_too_much"]


def test_what_a_firm_makes_by_a_day_counts_what_is_bought() -> None:
    ladder = bid("S1", "L1", tiers=tiers(("0", "11"), ("110", "9")))
    limit = {"supplier": "S1", "lines": ["L1"], "by": "2026-12-13", "at_most": "105"}
    answer = solve(_problem(UP_TO_110, ladder, capacities=[limit]))
    assert (answer.cost, _bought(answer)) == (1100, {"S1": "100"})


def test_many_bids_in_packs_are_split_by_the_search_as_by_the_whole_program() -> None:
    lines = {f"L{n}": UP_TO_110 for n in range(40)}
    firms: dict[str, Raw] = {f"S{n}": {"one_off_cost": "15"} for n in range(4)}
    bids = [
        bid(firm, line, f"{3 + (row * 7 + column * 5) % 11}", pack=("20", "25", "30", "55")[column])
        for row, line in enumerate(lines)
        for column, firm in enumerate(firms)
    ]
    problem = parse(raw(lines, firms, bids, limits={"seconds": 20}))
    answer = solve(problem)
    assert (answer.status, violations(problem, answer)) == ("optimal", [])


@pytest.mark.parametrize(
    ("line", "fields", "pointer"),
    [
        ({"quantity": "100", "max_quantity": "110"}, {}, "/lines/0/max_quantity"),
        ({**UP_TO_110, "max_quantity": "99"}, {}, "/lines/0/max_quantity"),
        ({**UP_TO_110, "max_quantity": "110.0000000001"}, {}, "/lines/0/max_quantity"),
        (UP_TO_110, {"pack": "2.5"}, "/bids/0/pack"),
        (UP_TO_110, {"pack": "-1"}, "/bids/0/pack"),
    ],
)
def test_what_makes_no_sense_is_refused(line: Raw, fields: Raw, pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        _problem(line, bid("S1", "L1", "1", **fields))
    assert pointer in [error.pointer for error in refused.value.errors]


def test_a_problem_with_packs_is_written_and_read_as_the_same() -> None:
    problem = _problem(UP_TO_110, bid("S1", "L1", "1", pack="30"), bid("S2", "L1", "2"))
    assert parse(to_raw(problem)) == problem


@st.composite
def _packed_files(draw: st.DrawFn) -> Raw:
    """One line of up to 12 units with three bids in packs, tiers and minima."""
    need = draw(st.integers(1, 10))
    most = need + draw(st.integers(0, 3))
    bids = []
    for name in ("S1", "S2", "S3"):
        start = draw(st.integers(1, most))
        prices = [draw(st.integers(1, 20)) for _ in range(2)]
        bids.append(
            bid(
                name,
                "L1",
                tiers=tiers(("0", f"{prices[0]}"), (f"{start}", f"{prices[1]}")),
                max_quantity=f"{most}",
                min_quantity=draw(st.sampled_from(["0", "0", f"{draw(st.integers(1, most))}"])),
                pack=draw(st.sampled_from(["0", "2", "3", "4", "5"])),
                line_cost=draw(st.sampled_from(["0", "0", "4"])),
            )
        )
    line = {"quantity": f"{need}", "overbuy": True, "max_quantity": f"{most}", "whole": True}
    return raw({"L1": line}, {"S1": {}, "S2": {}, "S3": {}}, bids)


@settings(max_examples=80, deadline=None)
@given(_packed_files())
def test_no_split_in_packs_is_cheaper(file: Raw) -> None:
    problem = parse(file)
    answer, best = solve(problem, explained=False), cheapest(problem)
    assert violations(problem, answer) == []
    assert (answer.cost is None) == (best is None)
    if best is not None:
        assert (answer.status, answer.cost) == ("optimal", best.cost)


@settings(max_examples=60, deadline=None)
@given(_packed_files())
def test_how_far_packs_reach_is_what_the_fullest_split_comes_to(file: Raw) -> None:
    problem = parse(file)
    bids = [one for one in problem.bids if one.pack]
    line = problem.lines[0]
    sums = {0}
    for one in bids:
        least = max(one.min_quantity, one.pack)
        sums |= {before + n for before in sums for n in range(1, int(one.max_quantity) + 1)
                 if n % int(one.pack) == 0 and n >= least}  # fmt: skip
    assert line.most is not None
    assert find_reach(line, bids) == max(n for n in sums if n <= line.most)
    assert can_cover(line, bids) == any(line.quantity <= n <= line.most for n in sums)
