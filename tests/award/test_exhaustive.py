"""On problems small enough to try every split, the award is the cheapest of all."""

from __future__ import annotations

import random
import time

from hypothesis import assume, given, settings

from supplychain.award.checking.check import violations
from supplychain.award.problem.problem import GAP
from supplychain.award.problem.reading import parse
from supplychain.award.solving.pricing import objective
from supplychain.award.solving.solve import solve
from tests.award.make import Raw, bid, cheapest, files, parsed, raw, tiers


@settings(max_examples=60)
@given(files())
def test_no_split_of_a_small_request_is_cheaper(file: Raw) -> None:
    problem = parsed(file)
    assume(problem is not None)
    assert problem is not None
    answer, best = solve(problem), cheapest(problem)
    assert violations(problem, answer) == []
    if best is None:
        assert answer.status == "infeasible"
    else:
        assert answer.status == "optimal"
        assert objective(problem, answer) == objective(problem, best)


def test_no_share_of_the_spend_is_filled_by_the_dearer_price_at_a_boundary() -> None:
    """One piece costs 1, as the second tier begins there; at 3 the share would be reached."""
    line = {"quantity": "2", "whole": True}
    offers = [
        bid("S1", "L1", tiers=tiers(("0", "3"), ("1", "1"), ("2", "1"))),
        bid("S2", "L1", "1", max_quantity="1", line_cost="7.5"),
    ]
    rules = [
        {"kind": "share", "supplier": "S1", "at_least": "0.2"},
        {"kind": "two_sources", "line": "L1"},
    ]
    answer = solve(parse(raw({"L1": line}, {"S1": {}, "S2": {}}, offers, rules=rules)))
    assert answer.status == "infeasible"


def test_what_may_be_missing_beside_a_bid_that_is_all_or_nothing_is_weighed_rightly() -> None:
    """The smallest case of a solver's presolve that called the dearer of two splits optimal."""
    line = {"quantity": "2", "overbuy": True, "shortage_price": "5"}
    only = bid("S1", "L1", "6", min_quantity="2", max_quantity="2")
    answer = solve(parse(raw({"L1": line}, {"S1": {}}, [only])))
    assert (answer.status, answer.cost, answer.allocations) == ("optimal", 10, ())


@settings(max_examples=40)
@given(files(whole=False, rules=3))
def test_fractions_are_never_dearer_than_whole_units(file: Raw) -> None:
    problem = parsed(file)
    assume(problem is not None)
    assert problem is not None
    answer, best = solve(problem, explained=False), cheapest(problem)
    assert violations(problem, answer) == []
    if best is not None:
        least, most = objective(problem, answer), objective(problem, best)
        assert answer.status == "optimal" and least is not None and most is not None
        assert least <= most * (1 + 2 * GAP)


def test_the_time_limit_holds_for_a_request_that_is_too_hard_for_it() -> None:
    chance = random.Random(7)
    lines = {f"L{n}": {"quantity": str(chance.randint(50, 99)), "shortage_price": "999"}
             for n in range(80)}  # fmt: skip
    suppliers = {f"S{n}": {"one_off_cost": "900", "capacity": "700"} for n in range(20)}
    prices = (("0", 9), ("20", 8), ("40", 7))
    bids = [
        {**bid(name, line, min_quantity="9"),
         "tiers": tiers(*((at, f"{p + chance.random():.3f}") for at, p in prices))}
        for name in suppliers for line in lines
    ]  # fmt: skip
    rules = [{"kind": "max_suppliers", "at_most": 9}]
    problem = parse(raw(lines, suppliers, bids, rules=rules, limits={"seconds": 1}))
    began = time.monotonic()
    answer = solve(problem)
    assert time.monotonic() - began < 10
    assert violations(problem, answer) == []
    assert answer.status == "feasible"
