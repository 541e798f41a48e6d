"""Scenarios, the price of each rule, and the frontiers, on requests small enough to know."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import assume, given, settings

from supplychain.award.answer import Step
from supplychain.award.checking.check import violations
from supplychain.award.problem.problem import GroupShare, Problem
from supplychain.award.problem.reading import parse
from supplychain.award.scenarios.frontier import by_risk, by_suppliers
from supplychain.award.scenarios.rule_prices import rule_prices
from supplychain.award.scenarios.scenarios import Choices, Outcome, compare
from tests.award.make import Raw, bid, files, parsed, raw

SME = GroupShare(attribute="sme", equals=True, at_least=Decimal("0.5"))


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


def _named(outcomes: tuple[Outcome, ...]) -> dict[str, Outcome]:
    return {one.name: one for one in outcomes}


def test_scenarios_stand_side_by_side() -> None:
    rules = [{"kind": "incumbent", "supplier": "S3", "switch_cost": "2"},
             {"kind": "max_suppliers", "at_most": 2}]  # fmt: skip
    found = _named(compare(_request(rules=rules), Choices(at_most=1, group=SME), seconds=30))
    costs = {name: one.summary.cost for name, one in found.items()}
    assert costs == {
        "cheapest": 12 * 1 + 8 * 2,
        "best_cost_performance": 20 * 2,
        "at_most": 20 * 2,
        "two_sources": 12 * 1 + 8 * 2,
        "group_share": costs["group_share"],
        "incumbent_kept": 12 * 1 + 7 * 2 + 3,
        "own": 12 * 1 + 8 * 2 + 2,
    }
    for one in found.values():
        assert one.answer.status == "optimal"
        assert violations(one.problem, one.answer) == []
    shared = found["group_share"].answer.allocations
    spend = {name: sum(a.cost for a in shared if a.supplier == name) for name in ("S1", "S3")}
    assert spend["S3"] >= sum(a.cost for a in shared) / 2
    cheapest, best = found["cheapest"].summary, found["best_cost_performance"].summary
    assert (cheapest.suppliers, cheapest.late_lines > 0, cheapest.lead_days) == (2, True, 40)
    assert best.expected is not None and cheapest.expected is not None
    assert best.expected < cheapest.expected


def test_a_firm_that_is_forbidden_stays_out_of_every_scenario() -> None:
    base = _request(rules=[{"kind": "forbid", "supplier": "S1"}])
    for one in compare(base, Choices(), seconds=30):
        assert "S1" not in {winner.id for winner in one.answer.suppliers}


def test_each_rule_has_its_exact_price() -> None:
    rules = [{"kind": "share", "supplier": "S3", "line": "L1", "at_least": "0.5"},
             {"kind": "max_suppliers", "at_most": 3},
             {"kind": "forbid", "supplier": "S1", "line": "L2"}]  # fmt: skip
    problem = _request(rules=rules)
    found = {type(one.rule).__name__: one for one in rule_prices(problem, seconds=30)}
    # with all: L1 5 × 1 + 5 × 3, L2 10 × 2 = 40
    assert found["Share"].difference == 40 - (10 * 1 + 10 * 2)
    assert found["Share"].percent == Decimal("33.333333")
    assert found["MaxSuppliers"].difference == 0
    assert found["Forbid"].difference == 40 - (5 * 3 + 12 * 1 + 3 * 2)
    assert {one.sense for one in found.values()} == {"exact"}


def test_a_rule_that_nothing_fits_with_is_impossible_not_dear() -> None:
    rules = [{"kind": "forbid", "supplier": "S2"}, {"kind": "forbid", "supplier": "S3"},
             {"kind": "two_sources", "line": "L1"}]  # fmt: skip
    senses = [one.sense for one in rule_prices(_request(rules=rules), seconds=30)]
    assert senses == ["unknown"] * 3 or "impossible" in senses


@settings(max_examples=12)
@given(files(rules=3))
def test_a_price_is_never_negative_and_lies_within_what_is_proven(file: Raw) -> None:
    problem = parsed(file)
    assume(problem is not None)
    assert isinstance(problem, Problem)
    for one in rule_prices(problem, seconds=30):
        assert (one.difference is None) == (one.sense in ("impossible", "unknown"))
        if one.difference is not None:
            assert one.low is not None and one.high is not None
            assert 0 <= one.low <= one.difference + Decimal("1e-3")
            assert one.difference <= one.high


def test_the_frontier_falls_with_more_suppliers() -> None:
    points = by_suppliers(_request(), seconds=30)
    assert [(point.at, point.summary.cost) for point in points] == [(1, 40), (2, 28)]


def test_the_frontier_of_risk_trades_cost_for_expected_cost() -> None:
    points = by_risk(_request(), seconds=30)
    pairs = [(point.summary.cost, point.summary.expected) for point in points]
    assert pairs[0] == (28, 40)
    assert pairs[-1] == (60, 0)
    assert pairs == sorted(pairs)
    assert [one for _, one in pairs] == sorted((one for _, one in pairs), reverse=True)


def test_stopping_keeps_what_is_there() -> None:
    problem = _request(rules=[{"kind": "max_suppliers", "at_most": 2}])
    heard: list[Step] = []

    def stop(step: Step) -> bool:
        heard.append(step)
        return len(heard) < 2

    assert [one.name for one in compare(problem, Choices(), seconds=30, report=stop)] == [
        "cheapest"
    ]
    assert rule_prices(problem, seconds=30, report=lambda _: False) == ()
    assert by_suppliers(problem, seconds=30, report=lambda _: False) == ()
    assert len(by_risk(problem, seconds=30, report=lambda _: False)) <= 1
