"""Studying awards: worked out, stopped, lost and found, taken, replayed."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from neo4j import Driver

from supplychain.actions import jobs
from supplychain.actions.awards import awards, changes, studies
from supplychain.actions.awards.studies import KIND
from supplychain.award.problem.problem import Rule
from supplychain.award.problem.writing import to_raw
from supplychain.award.rules.kinds import read_rules
from supplychain.award.scenarios.plan import Wishes
from supplychain.errors import Forbidden, Invalid, NotFound, NotOpen
from supplychain.graph import jobs as jobs_graph
from supplychain.graph.engine.transactions import Tx, read, row, rows, run, write
from supplychain.model.award_studies.measures import by_risk, by_suppliers, measure_scenario, prices
from supplychain.model.awards.award import AwardChoice
from supplychain.model.awards.comparisons import Allocation
from supplychain.model.ids import utc_now
from supplychain.model.jobs import StartedJob
from supplychain.model.people.actors import Actor
from supplychain.tasks.jobs import gather_handlers
from tests.make.accounts import make_user
from tests.make.award_studies import make_award_of, make_market, make_study, work_out
from tests.make.awards import make_opened_request
from tests.make.firms import make_firm
from tests.make.parts_requests import make_parts_request
from tests.make.secrets import find_secrets

Raw = dict[str, Any]


def said(*rules: Raw) -> tuple[tuple[Rule, ...], ...]:
    """Each rule a sentence of its own."""
    return tuple((rule,) for rule in read_rules(rules))


def test_the_scenarios_stand_side_by_side_with_the_price_of_each_rule(driver: Driver) -> None:
    buyer, request_id, _, _ = make_market(driver)
    study = make_study(driver, buyer, request_id).study
    costs = {each.run.key: each.cost for each in study.of_kind("scenario")}
    assert costs["cheapest"] == 9650
    assert costs["few"] == 10_100
    assert costs["sme"] == 9650
    cheapest = study.find("cheapest")
    assert cheapest is not None
    assert cheapest.answer.status == "optimal"
    found = measure_scenario(study, cheapest)
    assert [(each.firm_name, each.quantity) for each in found.gets] == [
        ("Cheap Forging", 500), ("Dear Forging", 100),
    ]  # fmt: skip
    assert dict(found.spend) == {"Cheap Forging": 5500, "Dear Forging": 4150}
    assert found.late_lines == 0
    by_rule = {price.rules[0].KIND: price for price in prices(study)}
    assert by_rule["max_suppliers"].difference == 450
    assert round(by_rule["max_suppliers"].part or 0, 4) == Decimal("0.0466")
    assert [(point.at, point.cost) for point in by_suppliers(study)] == [(1, 10_100), (2, 9650)]


def test_two_sources_are_more_than_a_sliver(driver: Driver) -> None:
    buyer, request_id, _, lines = make_market(driver)
    study = make_study(driver, buyer, request_id).study
    both = study.find("two_sources")
    assert both is not None
    of_first = [each for each in both.answer.allocations if each.line == lines[0]]
    assert sorted(int(each.quantity) for each in of_first) == [100, 400]
    assert len([price for price in prices(study) if price.rules[0].KIND == "two_sources"]) == 3


def test_small_firms_get_their_part(driver: Driver) -> None:
    buyer, request_id, _, _ = make_market(driver)
    study = make_study(driver, buyer, request_id, sme_share=Decimal("0.9")).study
    found = study.find("sme")
    assert found is not None
    assert (measure_scenario(study, found).sme_share or 0) >= Decimal("0.9")
    assert 9650 < (found.cost or 0) < 5750 + 4150


def test_own_rules_are_a_scenario_and_each_has_its_price(driver: Driver) -> None:
    buyer, request_id, bidders, _ = make_market(driver)
    cheap = bidders["Cheap Forging"][0].firm_id
    rules = said({"kind": "forbid", "supplier": cheap}, {"kind": "max_suppliers", "at_most": 1})
    study = make_study(driver, buyer, request_id, sentences=rules).study
    own = study.find("own")
    assert own is not None
    assert own.cost == 10_100
    costs = {p.own_index: p.difference for p in prices(study) if p.own_index is not None}
    assert costs == {0: 0, 1: 10_100 - (5750 + 4150)}


def test_what_cannot_be_kept_together_is_told_and_a_rule_can_be_dropped(driver: Driver) -> None:
    buyer, request_id, bidders, lines = make_market(driver)
    cheap, dear = (bidders[name][0].firm_id for name in ("Cheap Forging", "Dear Forging"))
    rules = said(
        {"kind": "share", "supplier": cheap, "at_least": "0.7"},
        {"kind": "share", "supplier": dear, "line": lines[0], "at_least": "0.9"},
    )
    seen = make_study(driver, buyer, request_id, sentences=rules)
    own = seen.study.find("own")
    assert own is not None
    assert own.answer.status == "infeasible"
    assert own.cost is None
    again = studies.ask_without(driver, seen.study.id, 1, by=buyer)
    kept = work_out(driver, again, by=buyer).study
    assert kept.wishes.sentences == rules[:1]
    own = kept.find("own")
    assert own is not None
    assert own.is_split
    with pytest.raises(NotFound):
        studies.ask_without(driver, seen.study.id, 2, by=buyer)


def test_a_line_that_nobody_covers_is_split_as_far_as_it_is_offered(driver: Driver) -> None:
    buyer = make_user(driver, make_firm(driver))
    bidders = [make_user(driver, make_firm(driver)) for _ in range(2)]
    offers = {bidders[0]: [{"quantity": 300}], bidders[1]: [{"quantity": 100}]}
    request_id, _ = make_opened_request(driver, buyer, offers, lines=[{}, {}])
    study = make_study(driver, buyer, request_id).study
    cheapest = study.find("cheapest")
    assert cheapest is not None
    assert sum(int(each.quantity) for each in cheapest.answer.allocations) == 400
    assert sorted(study.facts.short.values()) == [100, 500]


def test_who_is_late_or_bad_costs_more_than_its_price(driver: Driver) -> None:
    buyer = make_user(driver, make_firm(driver))
    late, early = (make_user(driver, make_firm(driver, name=name)) for name in ("Late", "Early"))
    offers = {
        late: [{"unit_price": Decimal(10), "lead_days": 100}],
        early: [{"unit_price": Decimal(11), "lead_days": 20}],
    }
    request_id, _ = make_opened_request(driver, buyer, offers)
    study = make_study(driver, buyer, request_id).study
    winners = {
        each.run.key: each.answer.allocations[0].supplier
        for each in study.of_kind("scenario")
        if each.run.key in ("cheapest", "expected")
    }
    assert winners == {"cheapest": late.firm_id, "expected": early.firm_id}
    frontier = by_risk(study)
    assert [point.cost for point in frontier] == [5500, 5000]
    assert frontier[0].at == 0 < frontier[1].at
    cheapest = study.find("cheapest")
    assert cheapest is not None
    assert measure_scenario(study, cheapest).late_lines == 1


def test_only_a_buyer_of_an_opened_request_may_study_it(driver: Driver) -> None:
    buyer, request_id, bidders, _ = make_market(driver)
    with pytest.raises(NotFound):
        studies.ask(driver, request_id, Wishes(), by=bidders["Cheap Forging"][0])
    viewer = Actor(user_id="v", firm_id=buyer.firm_id, role="viewer")
    with pytest.raises(Forbidden):
        studies.ask(driver, request_id, Wishes(), by=viewer)
    sealed = make_parts_request(driver, buyer)
    with pytest.raises(NotOpen):
        studies.ask(driver, sealed, Wishes(), by=buyer)
    awards.award_nothing(driver, request_id, "Too dear.", by=buyer)
    with pytest.raises(NotOpen):
        studies.ask(driver, request_id, Wishes(), by=buyer)


@pytest.mark.parametrize(
    ("rule", "pointer"),
    [
        ({"kind": "forbid", "supplier": "nobody"}, "/rules/0/supplier"),
        ({"kind": "two_sources", "line": "nowhere"}, "/rules/0/line"),
        ({"kind": "max_suppliers", "at_most": 0}, "/rules/0/at_most"),
        ({"kind": "group_share", "attribute": "sme", "equals": True}, "/rules/0"),
        ({"kind": "bribe"}, "/rules/0/kind"),
    ],
)
def test_rules_that_make_no_sense_are_refused_at_once(
    driver: Driver, rule: Raw, pointer: str
) -> None:
    buyer, request_id, _, _ = make_market(driver)
    with pytest.raises(Invalid) as refused:
        studies.ask(driver, request_id, Wishes(sentences=said(rule)), by=buyer)
    assert [one.pointer for one in refused.value.errors] == [pointer]


def test_a_study_stopped_while_queued_stays_empty_and_is_not_begun(driver: Driver) -> None:
    buyer, request_id, _, _ = make_market(driver)
    study_id = studies.ask(driver, request_id, Wishes(), by=buyer)
    studies.stop(driver, study_id, by=buyer)
    seen = studies.get(driver, study_id, by=buyer)
    assert (seen.state, seen.job.state) == ("stopped", "cancelled")
    assert jobs.run_job(driver, seen.job.id, gather_handlers()) == "taken"
    with pytest.raises(NotOpen):
        studies.stop(driver, study_id, by=buyer)


def test_a_study_stopped_on_its_way_keeps_what_it_has(driver: Driver) -> None:
    buyer, request_id, _, _ = make_market(driver)
    study_id = studies.ask(driver, request_id, Wishes(), by=buyer)
    job_id = studies.get(driver, study_id, by=buyer).study.job_id
    handler, calls = gather_handlers()[KIND], []

    def stopping(driver: Driver, job: StartedJob, progress: jobs.Progress) -> dict[str, Any]:
        def told(done: int, total: int, message: str) -> None:
            calls.append(done)
            if done == 2:
                studies.stop(driver, study_id, by=buyer)
                progress(total, total, message)
            progress(done, total, message)

        return handler(driver, job, told)

    assert jobs.run_job(driver, job_id, {KIND: stopping}) == "stopped"
    seen = studies.get(driver, study_id, by=buyer)
    assert seen.state == "stopped"
    assert seen.study.find("cheapest") is not None
    assert 2 <= len(seen.study.scenarios) <= 3


def test_a_worker_that_was_lost_is_followed_by_one_that_goes_on(driver: Driver) -> None:
    buyer, request_id, _, _ = make_market(driver)
    study_id = studies.ask(driver, request_id, Wishes(), by=buyer)
    job_id = studies.get(driver, study_id, by=buyer).study.job_id
    handler = gather_handlers()[KIND]

    class Lost(BaseException):
        """The process is gone."""

    def dying(driver: Driver, job: StartedJob, progress: jobs.Progress) -> dict[str, Any]:
        def told(done: int, total: int, message: str) -> None:
            progress(done, total, message)
            if done == 2:
                raise Lost

        return handler(driver, job, told)

    with pytest.raises(Lost):
        jobs.run_job(driver, job_id, {KIND: dying})
    before = studies.get(driver, study_id, by=buyer)
    assert before.state == "working"
    kept = [each.id for each in before.study.scenarios]
    assert len(kept) == 2
    write(driver, lambda tx: run(tx, LAPSE, id=job_id))
    assert jobs.run_job(driver, job_id, gather_handlers()) == "done"
    after = studies.get(driver, study_id, by=buyer).study
    assert [each.id for each in after.scenarios][:2] == kept
    assert [each.run.key for each in after.scenarios] == [
        each.key for each in after.plan.runs(after.answers)
    ]


LAPSE = "MATCH (j:Job {id: $id}) SET j.lease = '2000-01-01T00:00:00.000000Z'"


def test_a_worker_that_was_replaced_writes_nothing_more(driver: Driver) -> None:
    buyer, request_id, _, _ = make_market(driver)
    study_id = studies.ask(driver, request_id, Wishes(), by=buyer)
    job_id = studies.get(driver, study_id, by=buyer).study.job_id
    handler = gather_handlers()[KIND]

    def replaced(driver: Driver, job: StartedJob, progress: jobs.Progress) -> dict[str, Any]:
        def told(done: int, total: int, message: str) -> None:
            if done == 1:
                write(driver, lambda tx: run(tx, LAPSE, id=job_id))
                write(driver, jobs_graph.start_job, job_id, holder="another", now=utc_now())
                progress(total, total, message)
            progress(done, total, message)

        return handler(driver, job, told)

    assert jobs.run_job(driver, job_id, {KIND: replaced}) == "stopped"
    seen = studies.get(driver, study_id, by=buyer)
    assert (seen.state, seen.job.state) == ("working", "running")
    assert len(seen.study.scenarios) == 1


def test_asking_twice_with_one_key_makes_one_study(driver: Driver) -> None:
    from supplychain.graph.engine.transactions import Once

    buyer, request_id, _, _ = make_market(driver)
    once = Once.of(firm_id=buyer.firm_id, verb="ask", client_key="12345678", payload="")
    ids = {studies.ask(driver, request_id, Wishes(), by=buyer, once=once) for _ in range(2)}
    assert len(ids) == 1


def test_a_split_changed_by_hand_shows_its_difference_and_what_it_breaks(driver: Driver) -> None:
    buyer, request_id, bidders, lines = make_market(driver)
    study = make_study(driver, buyer, request_id).study
    few = study.find("few")
    assert few is not None
    middle, cheap = (bidders[name][1] for name in ("Middle Forging", "Cheap Forging"))
    typed = (
        Allocation(bid_id=cheap, request_line_id=lines[0], quantity=450),
        Allocation(bid_id=middle, request_line_id=lines[0], quantity=40),
        Allocation(bid_id=middle, request_line_id=lines[1], quantity=100),
    )
    kept, found = changes.lay_beside(driver, request_id, few.id, typed, by=buyer)
    assert found is not None
    assert kept == typed
    assert found.cost == 450 * 11 + 40 * Decimal("11.5") + 4350
    assert found.more == found.cost - 10_100
    assert {each.code for each in found.broken} == {"not_covered", "max_suppliers"}
    same, again = changes.lay_beside(driver, request_id, few.id, None, by=buyer)
    assert same is not None
    assert again is not None
    assert (again.is_same, again.more, again.broken) == (True, 0, ())
    rival = bidders["Cheap Forging"][0]
    assert changes.lay_beside(driver, request_id, few.id, typed, by=rival) == (typed, None)


def test_an_award_keeps_where_it_came_from_and_is_solved_again_the_same(driver: Driver) -> None:
    buyer, request_id, bidders, _ = make_market(driver)
    seen = make_study(driver, buyer, request_id)
    award_id = make_award_of(driver, buyer, seen, "few")
    found = changes.origin(driver, award_id, by=buyer)
    assert found.difference is not None
    assert found.difference.is_same
    assert found.difference.scenario.run.key == "few"
    assert set(seen.study.bid_versions) == {bid_id for _, bid_id in bidders.values()}
    job_id = changes.ask_for_replay(driver, award_id, by=buyer)
    assert changes.ask_for_replay(driver, award_id, by=buyer) == job_id
    assert jobs.run_job(driver, job_id, gather_handlers()) == "done"
    result = jobs.get(driver, job_id, by=buyer).result
    assert result["same_problem"]
    assert result["same_cost"]
    assert result["same_split"]
    with pytest.raises(NotFound):
        changes.origin(driver, award_id, by=bidders["Cheap Forging"][0])


def test_a_replay_says_so_when_the_kept_problem_was_touched(driver: Driver) -> None:
    buyer, request_id, _, _ = make_market(driver)
    seen = make_study(driver, buyer, request_id)
    award_id = make_award_of(driver, buyer, seen)
    problem = json.dumps(to_raw(seen.study.problem)).replace(
        '"unit_price": "11', '"unit_price": "12'
    )
    touch = "MATCH (s:AwardStudy {id: $id}) SET s.problem = $problem"
    write(driver, lambda tx: run(tx, touch, id=seen.study.id, problem=problem))
    job_id = changes.ask_for_replay(driver, award_id, by=buyer)
    assert jobs.run_job(driver, job_id, gather_handlers()) == "done"
    result = jobs.get(driver, job_id, by=buyer).result
    assert not result["same_problem"]
    assert not result["same_cost"]


def test_an_award_by_hand_has_nothing_to_replay(driver: Driver) -> None:
    buyer, request_id, bidders, lines = make_market(driver)
    bid_id = bidders["Middle Forging"][1]
    taken = tuple(
        Allocation(bid_id=bid_id, request_line_id=line, quantity=quantity)
        for line, quantity in zip(lines, (500, 100), strict=True)
    )
    choice = AwardChoice(allocations=taken, reason="One firm is enough.")
    award_id = awards.award(driver, request_id, choice, by=buyer)
    assert changes.origin(driver, award_id, by=buyer).difference is None
    with pytest.raises(NotOpen):
        changes.ask_for_replay(driver, award_id, by=buyer)


def test_an_award_takes_no_scenario_of_another_request(driver: Driver) -> None:
    buyer, request_id, bidders, lines = make_market(driver)
    other = make_study(driver, *make_market(driver)[:2]).study.scenarios[0].id
    taken = (
        Allocation(bid_id=bidders["Middle Forging"][1], request_line_id=lines[0], quantity=500),
    )
    choice = AwardChoice(allocations=taken, reason="x", accept_uncovered=True, scenario_id=other)
    with pytest.raises(Invalid) as refused:
        awards.award(driver, request_id, choice, by=buyer)
    assert refused.value.errors[0].pointer == "/scenario_id"
    count = read(driver, lambda tx: row(tx, "MATCH (a:Award) RETURN count(a) AS n"))
    assert count == {"n": 0}


EVENTS = "MATCH (e:Event) RETURN e.kind AS kind, e.facts AS facts LIMIT 1000"


def test_no_event_and_no_job_holds_a_price(driver: Driver) -> None:
    buyer, request_id, _, _ = make_market(driver)
    make_study(driver, buyer, request_id)

    def texts(tx: Tx) -> str:
        jobs_query = "MATCH (j:Job) RETURN j.result AS facts, j.message AS kind LIMIT 1000"
        return str([*rows(tx, EVENTS), *rows(tx, jobs_query)])

    told = read(driver, texts)
    assert "parts_request.award_studied" in told
    assert find_secrets(told, ["9650", "9650.00", "11.0", "11.00"]) == []
