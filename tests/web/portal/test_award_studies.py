"""The award workbench: ways to split, rules as sentences, a split taken and changed by hand."""

from __future__ import annotations

import json
import re
from decimal import Decimal

from flask import Flask
from flask.testing import FlaskClient
from neo4j import Driver

from supplychain.actions.awards import studies
from supplychain.award.rules.share import Share
from supplychain.award.scenarios.plan import Wishes
from supplychain.graph import award_studies as award_studies_graph
from supplychain.graph.engine.transactions import write
from supplychain.model.award_studies.study import StudyProgress
from supplychain.model.ids import new_id
from supplychain.model.people.actors import Actor
from tests.make.accounts import browser, make_user
from tests.make.award_studies import make_award_of, make_market, make_study, work_out
from tests.make.awards import stored_award
from tests.make.parts_requests import make_parts_request


def market(
    app: Flask, driver: Driver
) -> tuple[Actor, FlaskClient, str, dict[str, tuple[Actor, str]], list[str]]:
    """A buyer with its browser and the opened request of ``make_market``."""
    buyer, request_id, bidders, lines = make_market(driver)
    return buyer, browser(app, driver, buyer), request_id, bidders, lines


def text_of(client: FlaskClient, path: str) -> str:
    """A page as text."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def test_one_button_works_out_the_ways_to_split(app: Flask, driver: Driver) -> None:
    buyer, client, request_id, _, _ = market(app, driver)
    award_page = text_of(client, f"/parts-requests/{request_id}/award")
    assert f'href="/parts-requests/{request_id}/award-studies"' in award_page
    path = f"/parts-requests/{request_id}/award-studies"
    assert "Work out the ways to split" in text_of(client, path)
    answer = client.post(path, data={"once": new_id(), "then": "ask"})
    assert answer.status_code == 302
    study_id = answer.headers["Location"].rsplit("/", 1)[1]
    waiting = text_of(client, f"/award-studies/{study_id}")
    assert 'data-refresh-seconds="2"' in waiting
    assert "<noscript><p><a href=" in waiting
    assert "Stop and keep the best" in waiting
    work_out(driver, study_id, by=buyer)
    page = text_of(client, f"/award-studies/{study_id}")
    for told in (
        "9,650.00", "proven cheapest", "+4.7 %, +450.00", "At most 1 suppliers",
        "Two sources for line 1, none above 80 %", "Cheap Forging", "all in time", "<svg",
        "Take this split",
    ):  # fmt: skip
        assert told in page, told
    assert "data-refresh-seconds" not in page
    assert 'style="' not in page
    assert "Ways to split" in text_of(client, path)


def test_own_rules_are_said_in_sentences(app: Flask, driver: Driver) -> None:
    buyer, client, request_id, bidders, lines = market(app, driver)
    cheap, dear = (bidders[name][0].firm_id for name in ("Cheap Forging", "Dear Forging"))
    given = {
        "once": new_id(),
        "then": "ask",
        "name": "Board of Monday",
        "most-0-at_most": "3",
        "most-0-line": "",
        "sources-0-line": lines[0],
        "sources-0-most": "70",
        "shares-0-supplier": dear,
        "shares-0-least": "10",
        "shares-0-line": "",
        "sme_least": "30",
        "firms-0-supplier": cheap,
        "firms-0-what": "incumbent",
        "firms-0-line": lines[0],
        "firms-0-switch_cost": "2,000.00",
    }
    answer = client.post(f"/parts-requests/{request_id}/award-studies", data=given)
    assert answer.status_code == 302
    study_id = answer.headers["Location"].rsplit("/", 1)[1]
    seen = work_out(driver, study_id, by=buyer)
    assert len(seen.study.wishes.sentences) == 5
    page = text_of(client, f"/award-studies/{study_id}")
    for told in (
        "Board of Monday",
        "At most 3 suppliers",
        "Two sources for line 1, none above 70 %",
        "Dear Forging: at least 10 % of the spend",
        "Small firms: at least 30 % of the spend",
        "Keep Cheap Forging on line 1; switching costs 2,000.00 CNY",
    ):
        assert told in page, told
    again = text_of(client, f"/parts-requests/{request_id}/award-studies?from={study_id}")
    assert 'name="sources-0-most" inputmode="numeric" autocomplete="off" value="70"' in again
    assert 'value="2000"' in again


def test_wrong_sentences_are_shown_at_their_gaps_with_what_was_typed(
    app: Flask, driver: Driver
) -> None:
    _, client, request_id, bidders, _ = market(app, driver)
    path = f"/parts-requests/{request_id}/award-studies"
    cheap = bidders["Cheap Forging"][0].firm_id
    for given, gap, typed in (
        ({"most-0-at_most": "none"}, "most-0-at_most", "none"),
        ({"sme_least": "130"}, "sme_least", "130"),
        ({"shares-0-supplier": cheap}, "shares-0-least", cheap),
        ({"shares-0-least": "30"}, "shares-0-supplier", "30"),
        ({"firms-0-supplier": cheap, "firms-0-what": "incumbent"}, "firms-0-switch_cost", cheap),
        ({"firms-0-supplier": "x" * 70, "firms-0-what": "forbid"}, "firms-0-supplier", ""),
        ({"sources-0-line": "nowhere", "sources-0-most": "70"}, "sources-0-line", "70"),
        ({"seconds": "0"}, "seconds", "0"),
        ({"critical_lines": ["nowhere"]}, "critical_lines", ""),
    ):
        answer = client.post(path, data={"once": new_id(), "then": "ask", **given})
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422, given
        assert f'href="#f-{gap}"' in page, given
        assert f'id="e-{gap}"' in page, given
        assert typed in page
    twice = {
        "firms-0-supplier": cheap, "firms-0-what": "forbid",
        "firms-1-supplier": cheap, "firms-1-what": "require",
    }  # fmt: skip
    answer = client.post(path, data={"once": new_id(), "then": "ask", **twice})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Cheap Forging must get something and is forbidden." in page
    assert award_studies_of(client, path) == 0


def test_the_lines_that_must_not_fail_are_ticked(app: Flask, driver: Driver) -> None:
    buyer, client, request_id, _, lines = market(app, driver)
    path = f"/parts-requests/{request_id}/award-studies"
    ticked = f'value="{lines[0]}" checked'
    refused = client.post(
        path, data={"once": new_id(), "then": "ask", "critical_lines": lines[:1], "seconds": "0"}
    )
    assert refused.status_code == 422
    assert ticked in refused.get_data(as_text=True)
    answer = client.post(path, data={"once": new_id(), "then": "ask", "critical_lines": lines[:1]})
    assert answer.status_code == 302
    study_id = answer.headers["Location"].rsplit("/", 1)[1]
    study = work_out(driver, study_id, by=buyer).study
    assert study.wishes.critical_lines == (lines[0],)
    assert ticked in text_of(client, f"{path}?from={study_id}")


def award_studies_of(client: FlaskClient, path: str) -> int:
    """How many studies the page lists."""
    return text_of(client, path).count('href="/award-studies/')


def test_more_sentences_come_without_scripts_and_keep_what_was_typed(
    app: Flask, driver: Driver
) -> None:
    _, client, request_id, _, _ = market(app, driver)
    path = f"/parts-requests/{request_id}/award-studies"
    page = client.post(path, data={"then": "more", "most-0-at_most": "4"}).get_data(as_text=True)
    assert 'value="4"' in page
    assert 'name="most-1-at_most"' in page
    assert award_studies_of(client, path) == 0


def test_an_impossible_wish_is_explained_and_a_rule_is_dropped(app: Flask, driver: Driver) -> None:
    buyer, client, request_id, bidders, lines = market(app, driver)
    cheap, dear = (bidders[name][0].firm_id for name in ("Cheap Forging", "Dear Forging"))
    rules = (
        (Share(supplier=cheap, at_least=Decimal("0.7")),),
        (Share(supplier=dear, line=lines[0], at_least=Decimal("0.9")),),
    )
    seen = make_study(driver, buyer, request_id, sentences=rules)
    page = text_of(client, f"/award-studies/{seen.study.id}")
    assert "Your rules: no split keeps all of this" in page
    assert "Cheap Forging" in page
    assert page.count("Drop this rule") == 2
    given = {"once": new_id(), "without": "1"}
    answer = client.post(f"/award-studies/{seen.study.id}/relaxation", data=given)
    assert answer.status_code == 302
    study_id = answer.headers["Location"].rsplit("/", 1)[1]
    assert work_out(driver, study_id, by=buyer).study.wishes.sentences == rules[:1]
    odd = client.post(f"/award-studies/{seen.study.id}/relaxation", data={"without": "x"})
    assert odd.status_code == 404


def test_a_study_is_stopped_from_its_page(app: Flask, driver: Driver) -> None:
    buyer, client, request_id, _, _ = market(app, driver)
    study_id = studies.ask(driver, request_id, Wishes(), by=buyer)
    assert client.post(f"/award-studies/{study_id}/cancellation").status_code == 302
    page = text_of(client, f"/award-studies/{study_id}")
    assert "Stopped. What was found so far is kept." in page
    assert client.post(f"/award-studies/{study_id}/cancellation").status_code == 409


def test_the_best_so_far_and_the_bound_are_shown_while_it_works(app: Flask, driver: Driver) -> None:
    buyer, client, request_id, _, _ = market(app, driver)
    study_id = studies.ask(driver, request_id, Wishes(), by=buyer)
    now = StudyProgress(key="cheapest", best=9700.5, bound=9600.0, seconds=1.0)
    write(driver, award_studies_graph.progress, study_id, now=now)
    page = text_of(client, f"/award-studies/{study_id}")
    assert "Now: Cheapest" in page
    assert "Best so far: 9,700.50 CNY" in page
    assert "no split costs less than 9,600.00 CNY" in page


def test_a_split_is_taken_changed_by_hand_and_awarded(app: Flask, driver: Driver) -> None:
    buyer, client, request_id, bidders, lines = market(app, driver)
    study = make_study(driver, buyer, request_id).study
    few = f"{study.id}-few"
    path = f"/parts-requests/{request_id}/award"
    page = text_of(client, f"{path}?scenario={few}")
    assert "Filled in is a scenario: Few suppliers." in page
    assert "As proposed: 10,100.00 CNY." in page
    assert f'name="scenario_id" value="{few}"' in page
    assert f'data-difference-url="/award-studies/{study.id}/difference"' in page
    hidden = dict(re.findall(r'type="hidden" name="(allocations[^"]+)" value="([^"]*)"', page))
    (_, cheap_bid), (_, middle_bid) = bidders["Cheap Forging"], bidders["Middle Forging"]
    wanted = {
        (cheap_bid, lines[0]): "200",
        (middle_bid, lines[0]): "290",
        (middle_bid, lines[1]): "100",
    }
    given = {"once": new_id(), "scenario_id": few, "reason": "A second source.", **hidden}
    for name, bid_id in hidden.items():
        if name.endswith("bid_id"):
            at = name.removesuffix("bid_id")
            key = (bid_id, hidden[f"{at}request_line_id"])
            given[f"{at}quantity"] = wanted.get(key, "")
    shown = client.post(path, data={**given, "then": "work_out"}).get_data(as_text=True)
    assert "−2.1 %, −215.00 CNY" in shown
    assert "Line 1 is not covered." in shown
    assert "More suppliers get something than may." in shown
    assert 'value="290"' in shown
    live = client.post(f"/award-studies/{study.id}/difference", data=given)
    assert live.status_code == 200
    assert "−2.1 %, −215.00 CNY" in live.get_data(as_text=True)
    assert "<html" not in live.get_data(as_text=True)
    given |= {name: "300" for name in given if given[name] == "290"}
    review = client.post(path, data={**given, "then": "review"}).get_data(as_text=True)
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', review))
    assert fields["scenario_id"] == few
    assert client.post(path, data={**fields, "then": "award"}).status_code == 302
    found = stored_award(driver, buyer, request_id)
    assert found is not None
    origin = text_of(client, f"/awards/{found.award.id}/replay")
    assert "Beside the scenario: Few suppliers" in origin
    assert "−1 %, −100.00 CNY" in origin
    assert f'href="/awards/{found.award.id}/replay"' in text_of(client, path)


def test_an_award_is_solved_again_from_its_page(app: Flask, driver: Driver) -> None:
    from tests.make.jobs import do_jobs

    buyer, client, request_id, bidders, _ = market(app, driver)
    award_id = make_award_of(driver, buyer, make_study(driver, buyer, request_id))
    assert "Solve it again" in text_of(client, f"/awards/{award_id}/replay")
    assert client.post(f"/awards/{award_id}/replay", data={"once": new_id()}).status_code == 302
    assert "done" in do_jobs(driver)
    assert "the same split at the same cost" in text_of(client, f"/awards/{award_id}/replay")
    rival = browser(app, driver, bidders["Dear Forging"][0])
    assert rival.get(f"/awards/{award_id}/replay").status_code == 404


def test_problem_and_answer_can_be_taken_home(app: Flask, driver: Driver) -> None:
    buyer, client, request_id, _, _ = market(app, driver)
    study = make_study(driver, buyer, request_id).study
    for name, key in (("problem", "lines"), ("answer", "cheapest")):
        whole = client.get(f"/award-studies/{study.id}/{name}")
        assert "attachment" in whole.headers["Content-Disposition"]
        assert key in json.loads(whole.data)
    few = json.loads(client.get(f"/award-studies/{study.id}/problem?scenario=few").data)
    assert few["rules"] == [{"kind": "max_suppliers", "at_most": 1}]
    assert (
        json.loads(client.get(f"/award-studies/{study.id}/answer?scenario=few").data)["cost"]
        == "10100"
    )
    assert client.get(f"/award-studies/{study.id}/answer?scenario=none").status_code == 404


def test_nobody_but_the_buyer_finds_a_study(app: Flask, driver: Driver) -> None:
    buyer, _, request_id, bidders, _ = market(app, driver)
    study = make_study(driver, buyer, request_id).study
    rival = browser(app, driver, bidders["Dear Forging"][0])
    for path in (
        f"/award-studies/{study.id}", f"/award-studies/{study.id}/problem",
        f"/award-studies/{study.id}/answer", f"/parts-requests/{request_id}/award-studies",
    ):  # fmt: skip
        assert rival.get(path).status_code == 404, path
    for path in ("cancellation", "relaxation", "difference"):
        assert rival.post(f"/award-studies/{study.id}/{path}", data={}).status_code == 404


def test_before_the_opening_there_is_nothing_to_split(app: Flask, driver: Driver) -> None:
    buyer, client, _, _, _ = market(app, driver)
    sealed = make_parts_request(driver, buyer)
    page = text_of(client, f"/parts-requests/{sealed}/award-studies")
    assert "once the bids are opened" in page
    answer = client.post(
        f"/parts-requests/{sealed}/award-studies", data={"once": new_id(), "then": "ask"}
    )
    assert answer.status_code == 409


def test_an_unknown_scenario_leaves_the_award_page_as_it_is(app: Flask, driver: Driver) -> None:
    _, client, request_id, _, _ = market(app, driver)
    page = text_of(client, f"/parts-requests/{request_id}/award?scenario=none")
    assert "Filled in is the recommended split" in page


def test_the_pages_read_in_chinese(app: Flask, driver: Driver) -> None:
    buyer, client, request_id, _, _ = market(app, driver)
    study = make_study(driver, buyer, request_id).study
    client.post("/language", data={"language": "zh"})
    page = text_of(client, f"/award-studies/{study.id}")
    for told in ("已证明最低价", "最多 1 家供应商", "采用此方案", "每条规则的代价"):
        assert told in page
    assert "设置自己的规则" in text_of(client, f"/parts-requests/{request_id}/award-studies")


def test_a_colleague_who_only_reads_gets_no_buttons(app: Flask, driver: Driver) -> None:
    from supplychain.graph import firms
    from supplychain.graph.engine.transactions import read

    buyer, _, request_id, _, _ = market(app, driver)
    study = make_study(driver, buyer, request_id).study
    firm = read(driver, firms.get, buyer.firm_id)
    client = browser(app, driver, make_user(driver, firm, "viewer"))
    page = text_of(client, f"/award-studies/{study.id}")
    assert "9,650.00" in page
    assert "Take this split" not in page
    assert client.post(f"/award-studies/{study.id}/cancellation").status_code == 403
