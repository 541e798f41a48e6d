"""The rule that nobody late wins: exact, priced, named in a clash, and laid out line by line."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from supplychain.award.checking.check import violations
from supplychain.award.problem.problem import Problem
from supplychain.award.problem.reading import parse
from supplychain.award.problem.writing import to_raw
from supplychain.award.rules.in_time import InTime
from supplychain.award.scenarios.plan import RECOMMENDED, ScenarioPlan, in_time_rules
from supplychain.award.scenarios.rule_prices import scenario_price
from supplychain.award.scenarios.walking import walk
from supplychain.award.solving.pricing import price
from supplychain.award.solving.solve import solve


def make_problem(*bids: tuple[str, str, str, bool, str], **fields: Any) -> Problem:
    """Of (supplier, line, price, late, most); a late piece costs 18 beside its price."""
    lines = sorted({line for _, line, *_ in bids})
    return parse(
        {
            "currency": "CNY",
            "lines": [{"id": line, "quantity": "10"} for line in lines],
            "suppliers": [{"id": name} for name in sorted({bid[0] for bid in bids})],
            "bids": [
                {
                    "supplier": supplier, "line": line, "late": late, "max_quantity": most,
                    "tiers": [{"from": "0", "unit_price": unit_price}],
                    "expected_cost": "18" if late else "0",
                }
                for supplier, line, unit_price, late, most in bids
            ],
            **fields,
        }
    )  # fmt: skip


LATE_AND_CHEAP = (("late", "L1", "90", True, "10"), ("soon", "L1", "101", False, "10"))


def test_late_bids_win_nothing_and_the_checker_sees_one_that_does() -> None:
    free = make_problem(*LATE_AND_CHEAP)
    bound = free.with_rules([InTime()])
    assert solve(free).cost == 900
    answer = solve(bound)
    assert (answer.cost, answer.status) == (1010, "optimal")
    wrong = violations(bound, price(bound, {("late", "L1"): Decimal(10)}))
    assert [one.code for one in wrong] == ["in_time"]
    assert parse(to_raw(bound)) == bound


def test_a_rule_for_one_line_leaves_the_others() -> None:
    bids = [(firm, line, *rest) for firm, _, *rest in LATE_AND_CHEAP for line in ("L1", "L2")]
    problem = make_problem(*bids, rules=[{"kind": "in_time", "line": "L2"}])
    assert solve(problem).cost == 900 + 1010


def test_where_nobody_can_be_in_time_the_clash_names_the_rule() -> None:
    answer = solve(make_problem(LATE_AND_CHEAP[0], rules=[{"kind": "in_time"}]))
    assert answer.status == "infeasible"
    assert [part.kind for part in answer.clash] == ["line", "in_time"]


def test_what_is_recommended_is_in_time_and_its_price_is_told() -> None:
    plan = ScenarioPlan(problem=make_problem(*LATE_AND_CHEAP), wishes=ScenarioPlan.of_file(
        make_problem(*LATE_AND_CHEAP)
    ).wishes)  # fmt: skip
    assert plan.recommended_key() == RECOMMENDED
    solved = {one.run.key: one for one in walk(plan, seconds=10, kinds=("scenario",))}
    answers = {key: one.answer for key, one in solved.items()}
    assert (answers["cheapest"].cost, answers[RECOMMENDED].cost) == (900, 1010)
    # Late is really 108 a piece, so even without the rule it would not be taken: the rule is free.
    assert answers["expected"].cost == 1010
    told = scenario_price(plan.problem, solved[RECOMMENDED].run, answers)
    assert (told.difference, told.sense) == (0, "exact")


def test_only_lines_that_can_be_covered_in_time_must_be() -> None:
    short = (("late", "L2", "90", True, "10"), ("soon", "L2", "101", False, "9"))
    assert in_time_rules(make_problem(*LATE_AND_CHEAP)) == (InTime(),)
    assert in_time_rules(make_problem(*LATE_AND_CHEAP, *short)) == (InTime(line="L1"),)
    assert in_time_rules(make_problem(*short)) == ()
    assert in_time_rules(make_problem(LATE_AND_CHEAP[1])) == ()
