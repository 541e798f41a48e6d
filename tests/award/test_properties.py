"""What must hold for every award, whatever is asked and bid."""

from __future__ import annotations

import copy
import random
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from supplychain.award.answer import Answer, Step
from supplychain.award.checking.check import violations
from supplychain.award.exact import exactly
from supplychain.award.problem.problem import Problem
from supplychain.award.problem.reading import parse
from supplychain.award.solving.pricing import objective, price
from supplychain.award.solving.solve import solve
from tests.award.make import Raw, bid, files, number, parsed, raw

SOME = settings(max_examples=25)


def _problem(file: Raw) -> Problem:
    problem = parsed(file)
    assume(problem is not None)
    assert problem is not None
    return problem


def _value(problem: Problem, answer: Answer) -> Decimal:
    """What is made least; infinite where nothing fits."""
    value = objective(problem, answer)
    assert value is not None or answer.status == "infeasible"
    return Decimal("Infinity") if value is None else value


def _not_above(one: Decimal, other: Decimal) -> bool:
    """Both are optimal to a relative 1e-6."""
    return one <= other or one - other <= Decimal("2e-6") * other


@SOME
@given(files(whole=False), st.randoms(use_true_random=False))
def test_the_order_of_a_files_lists_changes_no_answer(file: Raw, chance: random.Random) -> None:
    shuffled = copy.deepcopy(file)
    for name in ("lines", "suppliers", "bids", "bundles", "rules"):
        chance.shuffle(shuffled[name])
    answer, again = solve(_problem(file)), solve(_problem(shuffled))
    assert replace(answer, seconds=0.0) == replace(again, seconds=0.0)


@SOME
@given(files(whole=False, rules=3), st.data())
def test_another_bid_never_raises_the_cost(file: Raw, data: st.DataObject) -> None:
    file["rules"] = [r for r in file["rules"] if "share" not in r["kind"]]
    before = _problem(file)
    more = copy.deepcopy(file)
    more["suppliers"].append({"id": "S9", "attributes": {"sme": data.draw(st.booleans())}})
    names = data.draw(st.sets(st.sampled_from([one["id"] for one in file["lines"]]), min_size=1))
    more["bids"] += [bid("S9", name, data.draw(number(1, 20))) for name in sorted(names)]
    after = _problem(more)
    assert _not_above(_value(after, solve(after)), _value(before, solve(before)))


@SOME
@given(files(whole=False, rules=4), st.data())
def test_giving_up_a_rule_never_raises_the_cost(file: Raw, data: st.DataObject) -> None:
    problem = _problem(file)
    assume(problem.rules)
    spare = data.draw(st.sampled_from(problem.rules))
    easier = replace(problem, rules=tuple(rule for rule in problem.rules if rule is not spare))
    assert _not_above(_value(easier, solve(easier)), _value(problem, solve(problem)))


MONEY = {"unit_price", "line_cost", "expected_cost", "one_off_cost", "switch_cost",
         "shortage_price"}  # fmt: skip


def _scaled(value: object, factor: Decimal, name: str = "") -> object:
    if isinstance(value, dict):
        return {key: _scaled(inner, factor, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_scaled(inner, factor) for inner in value]
    return f"{Decimal(value) * factor:f}" if name in MONEY and isinstance(value, str) else value


@SOME
@given(files(), st.sampled_from(["7.25", "0.001", "100000"]))
def test_another_currency_scales_the_cost(file: Raw, text: str) -> None:
    factor = Decimal(text)
    before = _problem(file)
    after = _problem(_scaled(file, factor))  # type: ignore[arg-type]
    assert _value(after, solve(after)) == _value(before, solve(before)) * factor


@SOME
@given(files(whole=False, rules=3))
def test_what_is_bought_and_what_is_missing_make_up_the_line(file: Raw) -> None:
    problem = _problem(file)
    answer = solve(problem)
    assert violations(problem, answer) == []
    got: dict[str, Decimal] = defaultdict(Decimal)
    with exactly():
        for one in (*answer.allocations, *answer.shortages):
            got[one.line] += one.quantity
    for line in problem.lines:
        total = got[line.id]
        assert answer.cost is None or total == line.quantity or (line.overbuy and total > 0)


THIRD = {"L1": {"quantity": "100"}, "L2": {"quantity": "0.7"}, "L3": {"quantity": "123456789.1"}}


@given(st.data())
@settings(max_examples=25)
def test_loads_and_shares_that_no_decimal_hits_are_still_kept_exactly(data: st.DataObject) -> None:
    """Capacities in thirds and sevenths, and shares of the spend, at quantities of all sizes."""
    prices = st.sampled_from(["1", "3", "7", "0.0013", "19.99"])
    loads = st.sampled_from(["3", "7", "0.3", "1.1", "1"])
    names = ["S1", "S2", "S3"]
    bids = [bid(name, line, data.draw(prices), load_per_unit=data.draw(loads))
            for name in names for line in THIRD]  # fmt: skip
    capacity = data.draw(st.sampled_from(["100000000", "61728394", "20000000"]))
    rules = [{"kind": "share", "supplier": "S1", "at_least": "0.1", "at_most": "0.35"},
             {"kind": "share", "supplier": "S2", "line": "L3", "at_most": "0.333"}]  # fmt: skip
    problem = parse(raw(THIRD, {"S1": {"capacity": capacity}, "S2": {}, "S3": {}}, bids,
                        rules=rules))  # fmt: skip
    answer = solve(problem, explained=False)
    assert answer.status in ("optimal", "infeasible")
    assert violations(problem, answer) == []


def test_the_report_hears_of_progress_and_may_stop() -> None:
    heard: list[Step] = []
    problem = parse(raw())
    answer = solve(problem, report=lambda step: bool(heard.append(step)) or True)
    assert heard[-1].best == float(answer.cost or 0) == heard[-1].bound == 100
    stopped = solve(problem, report=lambda _: False)
    assert (stopped.status, stopped.cost) == ("feasible", None)


def test_without_time_nothing_is_claimed() -> None:
    answer = solve(parse(raw(limits={"seconds": 0})))
    assert (answer.status, answer.cost, answer.bound) == ("feasible", None, None)


def test_what_was_known_before_is_the_answer_where_nothing_better_is_found() -> None:
    problem = parse(raw(limits={"seconds": 0}))
    known = {("S2", "L1"): Decimal(100)}
    assert solve(problem, start=known).cost == price(problem, known).cost == 200
    wrong = {("S2", "L1"): Decimal(99)}
    assert solve(problem, start=wrong).cost is None
