"""What a study works on and in which order, without a graph."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from supplychain.award.answer import Answer, AnswerAllocation
from supplychain.award.problem.problem import (
    Problem,
    ProblemBid,
    ProblemLine,
    ProblemTier,
    Supplier,
)
from supplychain.award.rules.forbid import Forbid
from supplychain.award.rules.max_suppliers import MaxSuppliers
from supplychain.award.rules.two_sources import TwoSources
from supplychain.award.scenarios.plan import Run, Wishes, problem_of_run, two_sources
from supplychain.model.award_studies.capacities import within_reach
from supplychain.model.award_studies.facts import (
    BidFacts,
    StudyFacts,
    StudyLine,
    with_losses,
)
from supplychain.model.award_studies.measures import by_risk
from supplychain.model.award_studies.study import AwardStudy, Scenario

AT = datetime(2026, 11, 22, tzinfo=UTC)
DAY = date(2026, 12, 1)


def make_problem(*offers: tuple[str, str, int], asked: int = 100) -> Problem:
    """A problem of (supplier, line, offered); every line asks for so many."""
    lines = sorted({line for _, line, _ in offers})
    return Problem(
        currency="CNY",
        lines=tuple(ProblemLine(id=one, quantity=Decimal(asked), whole=True) for one in lines),
        suppliers=tuple(Supplier(id=one) for one in sorted({firm for firm, _, _ in offers})),
        bids=tuple(
            ProblemBid(
                supplier=firm,
                line=line,
                tiers=(ProblemTier(start=Decimal(0), unit_price=Decimal(1)),),
                max_quantity=Decimal(most),
            )
            for firm, line, most in offers
        ),
    )


def make_study(
    problem: Problem, *, loss: str = "0", losses: dict[str, str] | None = None, **wishes: Any
) -> AwardStudy:
    """A study of it that has not begun; losses are those of all firms, or by firm."""
    pairs = tuple(
        BidFacts(
            supplier=bid.supplier, line=bid.line, bid_id=f"bid-{bid.supplier}", lead_days=20,
            promised_on=DAY, late_days=0, has_record=False,
            loss=Decimal((losses or {}).get(bid.supplier, loss)),
        )
        for bid in problem.bids
    )  # fmt: skip
    lines = tuple(
        StudyLine(id=line.id, number=number, description="", quantity=1, uom="piece")
        for number, line in enumerate(problem.lines, start=1)
    )
    facts = StudyFacts(
        today=DAY, number="1", title="", currency="CNY", firms={}, lines=lines, pairs=pairs,
        incumbents=(), short={},
    )  # fmt: skip
    return AwardStudy(
        id="s", request_id="r", firm_id="f", name="", state="working", wishes=Wishes(**wishes),
        problem=with_losses(problem, facts), problem_digest="", stored_digest="", facts=facts,
        bid_versions={}, solver_version="", progress=None, job_id="j", created_by="u",
        created_at=AT, ended_at=None, version=1,
    )  # fmt: skip


def made(
    run: Run, cost: int | None, *winners: str, position: int = 0, expected: int = 0
) -> Scenario:
    """A worked-out run."""
    gets = tuple(
        AnswerAllocation(
            supplier=one, line="L", quantity=Decimal(1), unit_price=Decimal(1), cost=Decimal(1)
        )
        for one in winners
    )
    answer = Answer(
        status="infeasible" if cost is None else "optimal",
        cost=None if cost is None else Decimal(cost),
        bound=None, gap=None, allocations=gets, expected=Decimal(expected),
    )  # fmt: skip
    return Scenario(
        id=f"s-{run.key}", study_id="s", position=position, run=run, answer=answer, made_at=AT
    )


def keys_of(study: AwardStudy) -> list[str]:
    """The keys of the runs that can be told."""
    return [run.key for run in study.plan.runs(study.answers)]


def test_the_cheapest_comes_first_and_the_rest_follows_from_it() -> None:
    study = make_study(make_problem(("A", "L", 100), ("B", "L", 100), ("C", "L", 100)))
    first = study.next_run()
    assert first is not None
    assert (first.key, keys_of(study)) == ("cheapest", ["cheapest"])
    study = replace(study, scenarios=(made(first, 10, "A", "B", "C"),))
    assert keys_of(study) == ["cheapest", "few", "two_sources", "suppliers-1", "suppliers-2"]
    after = study.next_run()
    assert after is not None
    assert after.rules == (MaxSuppliers(at_most=2),)


def test_where_nothing_fits_only_the_own_rules_are_tried() -> None:
    study = make_study(make_problem(("A", "L", 100)))
    first = study.next_run()
    assert first is not None
    study = replace(study, scenarios=(made(first, None),))
    assert study.next_run() is None
    own = replace(study, wishes=Wishes(sentences=((TwoSources(),),)))
    assert keys_of(own) == ["cheapest", "own"]


def test_every_key_is_worked_out_once() -> None:
    rules = tuple((Forbid(supplier=one),) for one in "AB")
    study = make_study(
        make_problem(*((one, line, 100) for one in "ABCD" for line in "LMN")),
        loss="1",
        sentences=rules,
    )
    for position in range(100):
        run = study.next_run()
        if run is None:
            break
        scenario = made(run, 10 + position, *"ABCD", position=position)
        study = replace(study, scenarios=(*study.scenarios, scenario))
    keys = [each.run.key for each in study.scenarios]
    assert len(keys) == len(set(keys)) == len(keys_of(study))
    assert {"without-0", "without-1", "line-2", "suppliers-3", "risk-32", "expected"} <= set(keys)


def test_only_lines_that_can_have_two_sources_are_critical() -> None:
    problem = make_problem(
        ("A", "L", 100), ("B", "L", 100), ("A", "M", 100), ("A", "N", 100), ("B", "N", 10)
    )
    assert make_study(problem).plan.critical_lines() == ["L"]
    assert make_study(problem, most_share=Decimal("0.9")).plan.critical_lines() == ["L", "N"]
    assert make_study(problem, critical_lines=("M",)).plan.critical_lines() == ["M"]


def test_two_sources_without_a_share_are_one_rule() -> None:
    assert two_sources("L", "AB", Decimal(1)) == (TwoSources(line="L"),)
    assert len(two_sources("L", "AB", Decimal("0.8"))) == 3


def test_the_problem_of_a_run_has_its_rules_and_weighs_its_losses() -> None:
    study = make_study(make_problem(("A", "L", 100)))
    rules = (Forbid(supplier="A"),)
    plain = problem_of_run(study.problem, Run(key="k", kind="scenario", name="own", rules=rules))
    assert plain.rules == rules
    assert plain.objective == "cost"
    weighed = Run(key="k", kind="risk", name="2", risk_weight=Decimal(2))
    told = problem_of_run(study.problem, weighed)
    assert (told.objective, told.expected_weight) == ("expected_cost", 2)
    assert study.problem.rules == ()


def test_a_frontier_keeps_no_point_that_another_beats() -> None:
    losses = {"A": "9", "B": "5", "C": "7"}
    study = make_study(make_problem(("A", "L", 1), ("B", "L", 1), ("C", "L", 1)), losses=losses)
    runs = [Run(key=key, kind="risk", name=key) for key in ("cheapest", "risk-2", "risk-4")]
    scenarios = tuple(
        made(run, cost, winner, expected=int(losses[winner]))
        for run, cost, winner in zip(runs, (10, 12, 13), "ABC", strict=True)
    )
    study = replace(study, scenarios=scenarios)
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
    empty = ProblemLine(id="empty", quantity=Decimal(asked))
    problem = replace(problem, lines=(*problem.lines, empty))
    cut, short = within_reach(problem)
    offered = {
        line: sum(most for _, one, most in [*offers, ("A", "Z", 1)] if one == line)
        for line in "LMNZ"
    }
    for line in cut.lines:
        assert 0 < line.quantity == min(asked, offered[line.id])
        assert line.quantity + short.get(line.id, 0) == asked
    assert short["empty"] == asked
    assert "empty" not in {line.id for line in cut.lines}
