"""What suppliers can make by a day, all their lines together, binds every split by every engine."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from decimal import Decimal

import pytest

from supplychain.award.checking.check import violations
from supplychain.award.problem.problem import Problem
from supplychain.award.problem.reading import parse
from supplychain.award.problem.writing import to_raw
from supplychain.award.program.building import build
from supplychain.award.program.capacity_rows import binding_of
from supplychain.award.solving import choose, direct
from supplychain.award.solving.pricing import objective, price
from supplychain.award.solving.solve import conclude_answer, solve
from supplychain.errors import Invalid
from tests.award.make import Raw, bid, raw

HUNDRED: Raw = {"quantity": "100", "whole": True}


def _capacity(supplier: str, at_most: str, *lines: str, **fields: object) -> Raw:
    return {"supplier": supplier, "lines": [*lines], "by": "2026-12-13", "at_most": at_most,
            **fields}  # fmt: skip


def _two_lines(*capacities: Raw, **fields: object) -> Problem:
    """Two lines of 100; S1 asks 1 for either, S2 asks 3 and 2."""
    bids = [bid("S1", "L1"), bid("S1", "L2"), bid("S2", "L1", "3"), bid("S2", "L2", "2")]
    lines = {"L1": HUNDRED, "L2": HUNDRED}
    return parse(raw(lines, bids=bids, capacities=[*capacities], **fields))


def _bought(problem: Problem) -> dict[str, int]:
    answer = solve(problem)
    assert answer.status == "optimal"
    return {f"{one.supplier} {one.line}": int(one.quantity) for one in answer.allocations}


def test_a_shop_that_makes_100_in_time_does_not_win_two_lines_of_100() -> None:
    assert _bought(_two_lines()) == {"S1 L1": 100, "S1 L2": 100}
    capacity = _capacity("S1", "100", "L1", "L2")
    assert _bought(_two_lines(capacity)) == {"S1 L1": 100, "S2 L2": 100}


def test_what_is_due_later_has_the_room_of_the_days_between() -> None:
    early = _capacity("S1", "40", "L1")
    late = _capacity("S1", "150", "L1", "L2", by="2026-12-20")
    assert _bought(_two_lines(early, late)) == {"S1 L1": 40, "S1 L2": 100, "S2 L1": 60}


def test_what_is_made_comes_in_whole_lots() -> None:
    lots = _capacity("S1", "120", "L1", "L2", lot_size="80")
    # 80 of one line, since a second lot, of either line, would make it 160.
    assert _bought(_two_lines(lots)) == {"S1 L1": 80, "S2 L1": 20, "S2 L2": 100}


def test_nothing_can_be_made_where_nothing_is_left() -> None:
    nothing = _capacity("S1", "0", "L1", "L2")
    assert _bought(_two_lines(nothing)) == {"S2 L1": 100, "S2 L2": 100}


def test_the_checker_counts_what_is_due_by_a_day() -> None:
    def codes(problem: Problem, first: str, second: str) -> set[str]:
        pairs = {("S1", "L1"): first, ("S1", "L2"): second}
        rest = {("S2", "L1"): 100 - Decimal(first), ("S2", "L2"): 100 - Decimal(second)}
        split = {pair: Decimal(number) for pair, number in pairs.items()} | rest
        return {one.code for one in violations(problem, price(problem, split))}

    problem = _two_lines(_capacity("S1", "100", "L1", "L2"))
    assert codes(problem, "60", "40") == set()
    assert codes(problem, "60", "41") == {"capacity_by"}
    lots = _two_lines(_capacity("S1", "100", "L1", "L2", lot_size="50"))
    assert codes(lots, "50", "50") == set()
    assert codes(lots, "51", "10") == {"capacity_by"}


def test_a_clash_says_how_much_a_firm_can_make_only_where_the_buyer_may_read_it() -> None:
    bids = [bid("S1", "L1"), bid("S1", "L2")]
    lines = {"L1": HUNDRED, "L2": HUNDRED}
    told = {}
    for shown in (True, False):
        capacity = _capacity("S1", "137", "L1", "L2", shown=shown)
        answer = solve(parse(raw(lines, {"S1": {}}, bids, capacities=[capacity])))
        assert answer.status == "infeasible"
        told[shown] = [one for one in answer.clash if one.kind == "capacity_by"]
        assert {one.kind for one in answer.clash} == {"line", "capacity_by"}
    (one,), (hidden,) = told[True], told[False]
    assert one.message % dict(one.values) == (
        "S1 can make 137 of the 200 that it bids for by 2026-12-13."
    )
    assert hidden.message % dict(hidden.values) == (
        "S1 cannot make all that it bids for by 2026-12-13."
    )
    assert "137" not in repr(hidden)


def test_many_hidden_capacities_are_told_without_a_sum() -> None:
    lines = {f"L{n}": {"quantity": "10"} for n in range(12)}
    bids = [bid(f"S{n}", f"L{n}") for n in range(12)]
    capacities = [_capacity(f"S{n}", "7.31", f"L{n}", shown=False) for n in range(12)]
    answer = solve(parse(raw(lines, {f"S{n}": {} for n in range(12)}, bids, capacities=capacities)))
    assert answer.status == "infeasible"
    assert "7.31" not in repr(answer.clash)
    assert "7.31" not in repr([one.message % dict(one.values) for one in answer.clash])


def test_a_capacity_that_cannot_bind_adds_no_row() -> None:
    plain = build(_two_lines()).rows
    for capacity in (_capacity("S1", "200", "L1", "L2"), _capacity("S2", "100", "L1")):
        problem = _two_lines(capacity)
        assert binding_of(problem) == []
        assert build(problem).rows == plain


def test_a_file_without_capacities_is_written_as_before_and_one_with_them_is_read_again() -> None:
    assert "capacities" not in to_raw(_two_lines())
    problem = _two_lines(
        _capacity("S1", "100", "L1", "L2", lot_size="2.5"), _capacity("S2", "3", "L1", shown=False)
    )
    assert parse(to_raw(problem)) == problem


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        (_capacity("S9", "1", "L1"), "/capacities/0/lines"),
        (_capacity("S1", "1", "L9"), "/capacities/0/lines"),
        (_capacity("S1", "1", "L1", "L1"), "/capacities/0/lines/1"),
        (_capacity("S1", "-1", "L1"), "/capacities/0/at_most"),
        (_capacity("S1", "1", "L1", by="2026-02-29"), "/capacities/0/by"),
        (_capacity("S1", "1", "L1", by=""), "/capacities/0/by"),
        (_capacity("S1", "1"), "/capacities/0/lines"),
        (_capacity("S1", "1", "L1", unit="h"), "/capacities/0/unit"),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_capacity_is_told(wrong: Raw, pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        _two_lines(wrong)
    assert [one.pointer for one in refused.value.errors] == [pointer]


def test_two_capacities_of_the_same_lines_by_one_day_are_refused() -> None:
    with pytest.raises(Invalid) as refused:
        _two_lines(_capacity("S1", "1", "L1"), _capacity("S1", "2", "L1"))
    assert [one.pointer for one in refused.value.errors] == ["/capacities/1"]


def _large(seed: int, *, room: float, divisible: bool, tiers: bool = False) -> Problem:
    """8 lines, 20 suppliers that all bid; by one day a half, by the next all of their lines."""
    rng = random.Random(seed)
    lines = {
        f"L{i:02}": {"quantity": str(rng.randint(20, 60)), "whole": True, "divisible": divisible}
        for i in range(8)
    }
    firms = {f"S{j}": {"one_off_cost": str(rng.randint(0, 90))} for j in range(20)}
    bids = [bid(firm, line, str(rng.randint(10, 30))) for firm in firms for line in lines]
    if tiers:
        bids = [{**one, "line_cost": str(rng.randint(0, 50))} for one in bids]
    total, names = sum(int(str(one["quantity"])) for one in lines.values()), sorted(lines)
    capacities = [
        _capacity(firm, str(round(part * room * total / 20)), *names[:count], by=day)
        for firm in firms
        for part, count, day in ((0.6, 4, "2026-12-13"), (1.0, 8, "2026-12-20"))
    ]
    return parse(raw(lines, firms, bids, capacities=capacities, limits={"seconds": 2}))


@pytest.mark.parametrize("divisible", [True, False])
@pytest.mark.parametrize("room", [6.0, 80.0])
@pytest.mark.parametrize("tiers", [True, False])
def test_every_engine_keeps_the_capacities_and_finds_the_same_cost(
    room: float, divisible: bool, tiers: bool
) -> None:
    problem = _large(3, room=room, divisible=divisible, tiers=tiers)
    assert len(problem.bids) > choose.SMALL_BIDS
    assert bool(binding_of(problem)) == (room < 10)
    answer = solve(problem)
    whole = direct.solve_directly(problem, time.monotonic() + 2)
    other = conclude_answer(problem, whole, deadline=time.monotonic() + 2)
    for one in (answer, other):
        assert violations(problem, one) == []
        assert one.cost is not None and one.bound is not None
    costs = [objective(problem, one) for one in (answer, other)]
    assert max(answer.bound, other.bound) <= min(costs)
    assert max(costs) <= min(costs) * Decimal("1.01")
    if room < 10:
        free = solve(replace(problem, capacities=()))
        assert free.bound <= answer.cost
        assert any(one.code == "capacity_by" for one in violations(problem, free))
