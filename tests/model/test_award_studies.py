"""What a study works on and in which order, without a graph."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from supplychain.model.award_studies.facts import within_reach
from supplychain.model.award_studies.measures import by_risk
from supplychain.model.award_studies.runs import critical_lines, next_run, plan, two_sources
from supplychain.model.award_studies.study import (
    AwardStudy,
    Run,
    Scenario,
    Wishes,
    digest_of,
    problem_of_run,
)

AT = datetime(2026, 11, 22, tzinfo=UTC)


def make_problem(*offers: tuple[str, str, int], asked: int = 100) -> dict[str, Any]:
    """A problem of (supplier, line, offered); every line asks for so many."""
    lines = sorted({line for _, line, _ in offers})
    return {
        "currency": "CNY",
        "lines": [{"id": line, "quantity": str(asked), "whole": True} for line in lines],
        "suppliers": [{"id": one} for one in sorted({firm for firm, _, _ in offers})],
        "bids": [
            {"supplier": firm, "line": line, "max_quantity": str(most)}
            for firm, line, most in offers
        ],
    }


def make_study(problem: dict[str, Any], *, loss: str = "0", **wishes: Any) -> AwardStudy:
    """A study of it that has not begun."""
    pairs = [{"supplier": b["supplier"], "line": b["line"], "loss": loss} for b in problem["bids"]]
    return AwardStudy(
        id="s", request_id="r", firm_id="f", name="", state="working", wishes=Wishes(**wishes),
        problem=problem, problem_digest=digest_of(problem),
        known={"pairs": pairs, "incumbents": [], "lines": [], "firms": {}}, bid_versions={},
        solver_version="", progress={}, job_id="j", created_by="u", created_at=AT, ended_at=None,
        version=1,
    )  # fmt: skip


def made(run: Run, cost: int | None, *winners: str, place: int = 0) -> Scenario:
    """A worked-out run."""
    gets = [{"supplier": one, "line": "L", "quantity": "1", "cost": "1"} for one in winners]
    answer = {"status": "infeasible" if cost is None else "optimal", "allocations": gets}
    return Scenario(
        id=f"s-{run.key}", study_id="s", place=place, run=run, answer=answer,
        cost=None if cost is None else Decimal(cost), made_at=AT,
    )  # fmt: skip


def test_the_cheapest_comes_first_and_the_rest_follows_from_it() -> None:
    study = make_study(make_problem(("A", "L", 100), ("B", "L", 100), ("C", "L", 100)))
    first = next_run(study)
    assert first is not None
    assert (first.key, len(plan(study))) == ("cheapest", 1)
    study = replace(study, scenarios=(made(first, 10, "A", "B", "C"),))
    keys = [run.key for run in plan(study)]
    assert keys == ["cheapest", "few", "two_sources", "suppliers-1", "suppliers-2"]
    after = next_run(study)
    assert after is not None
    assert after.rules == ({"kind": "max_suppliers", "at_most": 2},)


def test_where_nothing_fits_only_the_own_rules_are_tried() -> None:
    study = make_study(make_problem(("A", "L", 100)))
    first = next_run(study)
    assert first is not None
    study = replace(study, scenarios=(made(first, None),))
    assert next_run(study) is None
    own = replace(study, wishes=Wishes(sentences=(({"kind": "two_sources"},),)))
    assert [run.key for run in plan(own)] == ["cheapest", "own"]


def test_every_key_is_worked_out_once() -> None:
    rules = tuple(({"kind": "forbid", "supplier": one},) for one in "AB")
    study = make_study(
        make_problem(*((one, line, 100) for one in "ABCD" for line in "LMN")),
        loss="1",
        sentences=rules,
    )
    for place in range(100):
        run = next_run(study)
        if run is None:
            break
        scenario = made(run, 10 + place, *"ABCD", place=place)
        study = replace(study, scenarios=(*study.scenarios, scenario))
    keys = [each.run.key for each in study.scenarios]
    assert len(keys) == len(set(keys)) == len(plan(study))
    assert {"without-0", "without-1", "line-2", "suppliers-3", "risk-32", "expected"} <= set(keys)


def test_only_lines_that_can_have_two_sources_are_critical() -> None:
    problem = make_problem(
        ("A", "L", 100), ("B", "L", 100), ("A", "M", 100), ("A", "N", 100), ("B", "N", 10)
    )
    assert critical_lines(make_study(problem)) == ["L"]
    assert critical_lines(make_study(problem, most_share=Decimal("0.9"))) == ["L", "N"]
    assert critical_lines(make_study(problem, critical_lines=("M",))) == ["M"]


def test_two_sources_without_a_share_are_one_rule() -> None:
    assert two_sources("L", "AB", Decimal(1)) == ({"kind": "two_sources", "line": "L"},)
    assert len(two_sources("L", "AB", Decimal("0.8"))) == 3


def test_the_problem_of_a_run_has_its_rules_and_weighs_its_losses() -> None:
    study = make_study(make_problem(("A", "L", 100)))
    rules = ({"kind": "forbid", "supplier": "A"},)
    plain = problem_of_run(study, Run(key="k", kind="scenario", name="own", rules=rules))
    assert plain["rules"] == [dict(rules[0])]
    assert "objective" not in plain
    weighed = Run(key="k", kind="risk", name="2", risk_weight=Decimal(2))
    told = problem_of_run(study, weighed)
    assert (told["objective"], told["expected_weight"]) == ("expected_cost", "2")
    assert digest_of(study.problem) == study.problem_digest


def test_a_frontier_keeps_no_point_that_another_beats() -> None:
    study = make_study(make_problem(("A", "L", 1), ("B", "L", 1), ("C", "L", 1)))
    known = {**study.known, "lines": [{"id": "L", "number": 1}]}
    pairs = [
        {"supplier": one, "line": "L", "loss": loss, "late_days": 0, "promised_on": "2026-12-01"}
        for one, loss in (("A", "9"), ("B", "5"), ("C", "7"))
    ]
    runs = [Run(key=key, kind="risk", name=key) for key in ("cheapest", "risk-2", "risk-4")]
    scenarios = tuple(
        made(run, cost, winner) for run, cost, winner in zip(runs, (10, 12, 13), "ABC", strict=True)
    )
    study = replace(study, known={**known, "pairs": pairs}, scenarios=scenarios)
    assert [(point.at, point.cost) for point in by_risk(study)] == [(5, 12), (9, 10)]


@given(
    st.lists(
        st.tuples(st.sampled_from("ABC"), st.sampled_from("LMN"), st.integers(1, 150)),
        unique_by=lambda offer: offer[:2],
    ),
    st.integers(1, 200),
)
def test_what_nobody_offers_is_left_out_and_told(
    offers: list[tuple[str, str, int]], asked: int
) -> None:
    problem = make_problem(*offers, ("A", "Z", 1), asked=asked)
    problem["lines"].append({"id": "empty", "quantity": str(asked)})
    cut, short = within_reach(problem)
    offered = {
        line: sum(most for _, one, most in [*offers, ("A", "Z", 1)] if one == line)
        for line in "LMNZ"
    }
    for line in cut["lines"]:
        kept = Decimal(line["quantity"])
        assert 0 < kept == min(asked, offered[line["id"]])
        assert kept + Decimal(short.get(line["id"], "0")) == asked
    assert short["empty"] == str(asked)
    assert "empty" not in {line["id"] for line in cut["lines"]}
