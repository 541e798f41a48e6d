"""Scenarios, the price of each rule, and the frontiers, on requests small enough to know."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import assume, given, settings

from supplychain.award.answer import Answer, Report, Step
from supplychain.award.checking.check import violations
from supplychain.award.problem.problem import Problem
from supplychain.award.problem.reading import parse
from supplychain.award.scenarios.frontier import by_risk, by_suppliers
from supplychain.award.scenarios.plan import Run, ScenarioPlan, Wishes
from supplychain.award.scenarios.rule_prices import RulePrice, own_prices
from supplychain.award.scenarios.walking import SolvedRun, walk
from tests.award.make import Raw, bid, files, parsed, raw


def _request(**fields: object) -> Problem:
    """Three firms, two lines; the cheaper a firm, the more it is expected to cost beside."""
    bids = [
        bid(name, line, price, expected_cost=risk, lead_days=days, late=days > 30)
        for name, price, risk, days in (("S1", "1", "3", 40), ("S2", "2", "0.5", 20),
                                        ("S3", "3", "0", 10))
        for line in ("L1", "L2")
    ]  # fmt: skip
    lines = {"L1": {"quantity": "10"}, "L2": {"quantity": "10"}}
    suppliers: dict[str, Raw] = {"S1": {"capacity": "12"}, "S2": {}, "S3": {}}
    for name, supplier in suppliers.items():
        supplier["attributes"] = {"sme": name == "S3"}
    return parse(raw(lines, suppliers, bids, **fields))


def _named(solved: tuple[SolvedRun, ...]) -> dict[str, SolvedRun]:
    return {one.run.key: one for one in solved if one.run.kind == "scenario"}


def _told(solved: tuple[SolvedRun, ...]) -> tuple[dict[str, Run], dict[str, Answer]]:
    return (
        {one.run.key: one.run for one in solved},
        {one.run.key: one.answer for one in solved},
    )


def _prices(problem: Problem, report: Report | None = None) -> tuple[RulePrice, ...]:
    plan = ScenarioPlan.of_file(problem)
    solved = walk(plan, seconds=30, report=report, kinds=("scenario", "price"))
    return own_prices(plan, *_told(solved))


def test_scenarios_stand_side_by_side() -> None:
    rules = [{"kind": "incumbent", "supplier": "S3", "switch_cost": "2"},
             {"kind": "max_suppliers", "at_most": 2}]  # fmt: skip
    plan = ScenarioPlan.of_file(_request(rules=rules))
    wishes = replace(plan.wishes, at_most=1, sme_share=Decimal("0.5"))
    plan = replace(plan, wishes=wishes)
    found = _named(walk(plan, seconds=30, kinds=("scenario",)))
    costs = {name: one.answer.cost for name, one in found.items()}
    # Of 20 pieces S3 sells n at 3, and S1 all it can, 12 at 1: 3 n is half of 3 n + 12 + 2 (8 - n)
    # at n = 5.6, which costs 2 × 3 × 5.6.
    assert costs["sme"] is not None
    assert abs(costs.pop("sme") - Decimal("33.6")) < Decimal("1e-6")
    assert costs == {
        "cheapest": 12 * 1 + 8 * 2,
        "recommended": 20 * 2,
        "expected": 20 * 2,
        "few": 20 * 2,
        "two_sources": 12 * 1 + 8 * 2,
        "incumbent": 12 * 1 + 7 * 2 + 3,
        "own": 12 * 1 + 8 * 2 + 2,
    }
    for one in found.values():
        assert one.answer.status == "optimal"
        assert violations(one.problem, one.answer) == []
    shared = found["sme"].answer.allocations
    spend = {name: sum(a.cost for a in shared if a.supplier == name) for name in ("S1", "S3")}
    assert spend["S3"] >= sum(a.cost for a in shared) / 2
    cheapest, best = found["cheapest"].answer, found["expected"].answer
    assert len(cheapest.suppliers) == 2
    assert best.expected is not None and cheapest.expected is not None
    assert best.expected < cheapest.expected


def test_few_suppliers_are_one_less_than_the_cheapest_has_unless_wished_otherwise() -> None:
    found = _named(walk(ScenarioPlan.of_file(_request()), seconds=30, kinds=("scenario",)))
    assert len(found["cheapest"].answer.suppliers) == 2
    assert [rule.effects.max_suppliers for rule in found["few"].run.rules] == [1]
    assert found["few"].answer.cost == 40


def test_no_scenario_but_the_own_knows_the_own_rules() -> None:
    plan = ScenarioPlan.of_file(_request(rules=[{"kind": "forbid", "supplier": "S1"}]))
    found = _named(walk(plan, seconds=30, kinds=("scenario",)))
    assert "S1" not in {winner.id for winner in found["own"].answer.suppliers}
    assert "S1" in {winner.id for winner in found["cheapest"].answer.suppliers}
    assert found["own"].answer.cost == 40


def test_each_rule_has_its_exact_price() -> None:
    rules = [{"kind": "share", "supplier": "S3", "line": "L1", "at_least": "0.5"},
             {"kind": "max_suppliers", "at_most": 3},
             {"kind": "forbid", "supplier": "S1", "line": "L2"}]  # fmt: skip
    problem = _request(rules=rules)
    found = {type(one.rules[0]).__name__: one for one in _prices(problem)}
    # with all: L1 5 × 1 + 5 × 3, L2 10 × 2 = 40
    assert found["Share"].difference == 40 - (10 * 1 + 10 * 2)
    assert found["Share"].percent == Decimal("33.333333")
    assert found["MaxSuppliers"].difference == 0
    assert found["Forbid"].difference == 40 - (5 * 3 + 12 * 1 + 3 * 2)
    assert {one.sense for one in found.values()} == {"exact"}


def test_one_rule_alone_is_priced_by_the_files_own_objective() -> None:
    rules = [{"kind": "forbid", "supplier": "S2"}]
    (price,) = _prices(_request(rules=rules, objective="expected_cost"))
    # S2 costs 2 + 0.5 a piece, S3 3 and S1 4 in all.
    assert (price.difference, price.percent) == (20 * 3 - 50, 20)


def test_a_rule_that_nothing_fits_with_is_impossible_not_dear() -> None:
    rules = [{"kind": "forbid", "supplier": "S2"}, {"kind": "forbid", "supplier": "S3"},
             {"kind": "two_sources", "line": "L1"}]  # fmt: skip
    found = {repr(one.rules[0]): one.sense for one in _prices(_request(rules=rules))}
    # Without one of the firms forbidden there are two sources; without the third rule S1 alone is
    # left, which makes 12 of 20.
    assert found == {
        "Forbid(supplier='S2', line=None)": "impossible",
        "Forbid(supplier='S3', line=None)": "impossible",
        "TwoSources(line='L1')": "unknown",
    }


@settings(max_examples=12)
@given(files(rules=3))
def test_a_price_is_never_negative_and_lies_within_what_is_proven(file: Raw) -> None:
    problem = parsed(file)
    assume(problem is not None)
    assert isinstance(problem, Problem)
    for one in _prices(problem):
        assert (one.difference is None) == (one.sense in ("impossible", "unknown"))
        if one.difference is not None:
            assert one.low is not None and one.high is not None
            assert 0 <= one.low <= one.difference + Decimal("1e-3")
            assert one.difference <= one.high


def test_the_frontier_falls_with_more_suppliers() -> None:
    runs, answers = _told(walk(ScenarioPlan.of_file(_request()), seconds=30, kinds=("suppliers",)))
    points = by_suppliers(runs.values(), answers)
    assert [(point.at, point.cost) for point in points] == [(1, 40), (2, 28)]


def test_the_frontier_of_risk_trades_cost_for_expected_cost() -> None:
    runs, answers = _told(walk(ScenarioPlan.of_file(_request()), seconds=30))
    points = by_risk(runs.values(), answers)
    pairs = [(point.cost, point.at) for point in reversed(points)]
    assert pairs[0] == (28, 40)
    assert pairs[-1] == (60, 0)
    assert pairs == sorted(pairs)
    assert [one for _, one in pairs] == sorted((one for _, one in pairs), reverse=True)


def test_stopping_keeps_what_is_there() -> None:
    problem = _request(rules=[{"kind": "max_suppliers", "at_most": 2}])
    plan = ScenarioPlan.of_file(problem)
    heard: list[Step] = []

    def stop(step: Step) -> bool:
        heard.append(step)
        return len(heard) < 2

    assert [one.run.key for one in walk(plan, seconds=30, report=stop)] == ["cheapest"]
    assert walk(plan, seconds=30, report=lambda _: False) == ()
    assert _prices(problem, report=lambda _: False) == ()


def test_wishes_without_rules_have_no_scenario_of_their_own() -> None:
    plan = ScenarioPlan(problem=_request(), wishes=Wishes())
    assert "own" not in _named(walk(plan, seconds=30, kinds=("scenario",)))
