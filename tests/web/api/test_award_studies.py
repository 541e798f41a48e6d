"""Award studies over the API: asked for, read, compared with by hand, replayed."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from flask import Flask
from neo4j import Driver

from supplychain.actions.awards import studies
from supplychain.award.scenarios.plan import Wishes
from supplychain.graph import audiences
from supplychain.graph.engine.transactions import read
from supplychain.model.people.actors import Actor
from supplychain.web.schemas.awards.changes import DifferenceOut
from supplychain.web.schemas.awards.studies import PriceOut, ScenarioOut
from tests.make.accounts import ApiClient, api_client, browser, make_user
from tests.make.award_studies import make_award_of, make_market, make_study, work_out
from tests.make.awards import make_opened_request
from tests.make.firms import make_firm
from tests.make.jobs import do_jobs
from tests.make.matches import make_ability
from tests.make.parts_requests import need_by
from tests.make.secrets import find_secrets


def market(
    app: Flask, driver: Driver
) -> tuple[Actor, ApiClient, str, dict[str, tuple[Actor, str]], list[str]]:
    """A buyer with its API client and the opened request of ``make_market``."""
    buyer, request_id, bidders, lines = make_market(driver)
    return buyer, api_client(app, driver, buyer), request_id, bidders, lines


def test_a_study_is_asked_for_and_read(app: Flask, driver: Driver) -> None:
    buyer, api, request_id, bidders, lines = market(app, driver)
    cheap = bidders["Cheap Forging"][0].firm_id
    given = {
        "name": "Monday",
        "rules": [{"kind": "share", "supplier": cheap, "line": lines[0], "at_most": "0.5"}],
        "seconds": 20,
    }
    asked = api.call("post", f"/parts-requests/{request_id}/award-studies", json=given)
    assert asked.status_code == 202
    assert asked.json["kind"] == "award_study"
    place = asked.headers["Location"]
    assert place == f"/api/v1/award-studies/{asked.json['about_id']}"
    path = place.removeprefix("/api/v1")
    assert api.call("get", path).json["state"] == "working"
    work_out(driver, asked.json["about_id"], by=buyer)
    told = api.call("get", path).json
    assert told["state"] == "done"
    by_key: dict[str, Any] = {each["key"]: each for each in told["scenarios"]}
    assert by_key["cheapest"]["cost"] == "9650.00"
    assert by_key["cheapest"]["status"] == "optimal"
    assert by_key["own"]["cost"] == "9775.00"
    assert by_key["own"]["more"] == "125.00"
    assert {each["supplier_name"] for each in by_key["own"]["gets"]} == {
        "Cheap Forging", "Middle Forging", "Dear Forging",
    }  # fmt: skip
    (own,) = [each for each in told["prices"] if each["own_rule"] == 0]
    assert (own["more"], own["is_proven"]) == ("125.00", True)
    assert [point["cost"] for point in told["by_suppliers"]] == ["10100.00", "9650.00"]
    listed = api.call("get", f"/parts-requests/{request_id}/award-studies").json["items"]
    assert [(each["name"], each["state"]) for each in listed] == [("Monday", "done")]


def test_money_has_at_most_four_decimals_whatever_was_divided() -> None:
    third = Decimal(1) / 3
    assert ScenarioOut().dump({"more": third, "cost": third, "bound": third}) == {
        "more": "0.3333", "cost": "0.3333", "bound": "0.3333",
    }  # fmt: skip
    assert PriceOut().dump({"more": -third}) == {"more": "-0.3333"}
    assert DifferenceOut().dump({"more": -100 * third}) == {"more": "-33.3333"}
    assert PriceOut().dump({"more": None}) == {"more": None}


def test_files_of_a_scenario_solve_to_the_same_answer(app: Flask, driver: Driver) -> None:
    from supplychain.award.problem.reading import parse
    from supplychain.award.solving.solve import solve

    buyer, api, request_id, _, _ = market(app, driver)
    study = make_study(driver, buyer, request_id).study
    files = api.call("get", f"/award-studies/{study.id}/scenarios/few").json
    again = solve(parse(files["problem"]))
    assert f"{again.cost}" == files["answer"]["cost"]
    assert api.call("get", f"/award-studies/{study.id}/scenarios/none").status_code == 404


def test_wrong_wishes_are_refused_with_their_place(app: Flask, driver: Driver) -> None:
    _, api, request_id, _, lines = market(app, driver)
    path = f"/parts-requests/{request_id}/award-studies"
    for given, pointer in (
        ({"rules": [{"kind": "bribe"}]}, "/rules/0/kind"),
        ({"rules": [{"supplier": "x"}]}, "/rules/0/kind"),
        ({"rules": [{"kind": "require", "supplier": "nobody"}]}, "/rules/0/supplier"),
        ({"rules": [{"kind": "max_suppliers", "at_most": {"a": []}}]}, "/rules/0/at_most"),
        ({"rules": [{"kind": "max_suppliers", "at_most": 1.5}]}, "/rules/0/at_most"),
        (
            {"rules": [{"kind": "two_sources"}, {"kind": "max_suppliers", "at_most": 1}]},
            "/rules/0",
        ),
        ({"critical_lines": ["nowhere"]}, "/critical_lines/0"),
        ({"sme_share": "1.5"}, "/sme_share"),
        ({"sme_share": "NaN"}, "/sme_share"),
        ({"seconds": 10_000}, "/seconds"),
        ({"rules": [{"kind": "two_sources"}] * 51}, "/rules"),
        ({"odd": 1}, "/odd"),
    ):
        answer = api.call("post", path, json=given)
        assert answer.status_code == 422, given
        assert pointer in [each["pointer"] for each in answer.json["errors"]], given
    assert api.call("get", path).json["items"] == []
    assert api.call("post", path, json={"critical_lines": lines[:1]}).status_code == 202


def test_one_key_asks_once(app: Flask, driver: Driver) -> None:
    _, api, request_id, _, _ = market(app, driver)
    path = f"/parts-requests/{request_id}/award-studies"
    ids = {api.call("post", path, json={}, key="same-key-1").json["id"] for _ in range(2)}
    assert len(ids) == 1
    other = api.call("post", path, json={"name": "x"}, key="same-key-1")
    assert other.status_code == 422


def test_a_study_is_stopped_once(app: Flask, driver: Driver) -> None:
    buyer, api, request_id, _, _ = market(app, driver)
    study_id = studies.ask(driver, request_id, Wishes(), by=buyer)
    stopped = api.call("put", f"/award-studies/{study_id}/cancellation")
    assert stopped.json["state"] == "stopped"
    assert api.call("put", f"/award-studies/{study_id}/cancellation").status_code == 409


def test_a_job_cancelled_elsewhere_shows_as_a_stopped_study(app: Flask, driver: Driver) -> None:
    buyer, api, request_id, _, _ = market(app, driver)
    study_id = studies.ask(driver, request_id, Wishes(), by=buyer)
    job_id = api.call("get", f"/award-studies/{study_id}").json["job_id"]
    assert api.call("put", f"/jobs/{job_id}/cancellation").status_code == 200
    assert api.call("get", f"/award-studies/{study_id}").json["state"] == "stopped"


def test_another_split_is_compared_and_nothing_is_kept(app: Flask, driver: Driver) -> None:
    buyer, api, request_id, bidders, lines = market(app, driver)
    study = make_study(driver, buyer, request_id).study
    middle = bidders["Middle Forging"][1]
    given = {
        "scenario": "cheapest",
        "allocations": [
            {"bid_id": middle, "request_line_id": lines[0], "quantity": 500},
            {"bid_id": middle, "request_line_id": lines[1], "quantity": 90},
        ],
    }
    path = f"/award-studies/{study.id}/differences"
    told = api.call("post", path, json=given).json
    assert told["cost"] == "9680.00"
    assert told["more"] == "30.00"
    assert [each["code"] for each in told["broken"]] == ["not_covered"]
    assert not told["is_same"]
    unknown = {"bid_id": "unknown", "request_line_id": lines[0], "quantity": 5}
    odd = api.call("post", path, json={"allocations": [unknown]}).json
    assert odd["gone"] == ["unknown"]
    nothing = api.call("post", path, json={}).json
    assert nothing["cost"] == "0.00"
    assert api.call("post", path, json={"scenario": "none"}).status_code == 422


def test_an_award_names_its_scenario_and_is_replayed(app: Flask, driver: Driver) -> None:
    buyer, api, request_id, bidders, _ = market(app, driver)
    seen = make_study(driver, buyer, request_id)
    award_id = make_award_of(driver, buyer, seen)
    told = api.call("get", f"/awards/{award_id}/replay").json
    assert told["study_id"] == seen.study.id
    assert told["problem_digest"] == seen.study.problem_digest
    assert told["difference"]["is_same"]
    assert told["last"] is None
    job = api.call("post", f"/awards/{award_id}/replay")
    assert job.status_code == 202
    assert "done" in do_jobs(driver)
    last = api.call("get", f"/awards/{award_id}/replay").json["last"]
    assert last["result"]["same_split"]
    assert last["result"]["same_problem"]
    rival = api_client(app, driver, bidders["Cheap Forging"][0])
    for path in (f"/awards/{award_id}/replay", f"/award-studies/{seen.study.id}"):
        assert rival.call("get", path).status_code == 404


def test_an_award_may_be_taken_from_a_scenario(app: Flask, driver: Driver) -> None:
    buyer, api, request_id, bidders, lines = market(app, driver)
    study = make_study(driver, buyer, request_id).study
    middle = bidders["Middle Forging"][1]
    given = {
        "allocations": [
            {"bid_id": middle, "request_line_id": lines[0], "quantity": 500},
            {"bid_id": middle, "request_line_id": lines[1], "quantity": 100},
        ],
        "reason": "One supplier.",
        "scenario_id": f"{study.id}-none",
    }
    path = f"/parts-requests/{request_id}/award"
    wrong = api.call("put", path, json=given)
    assert wrong.status_code == 422
    assert wrong.json["errors"][0]["pointer"] == "/scenario_id"
    taken = api.call("put", path, json={**given, "scenario_id": f"{study.id}-few"})
    assert taken.status_code == 200
    award_id = taken.json["award"]["id"]
    told = api.call("get", f"/awards/{award_id}/replay").json["difference"]
    assert (told["scenario_id"], told["is_same"]) == (f"{study.id}-few", True)


def test_a_firm_that_does_not_show_its_capacity_is_named_without_a_figure(
    app: Flask, driver: Driver
) -> None:
    """4321 a week make 8642 of the two lines of 9000."""
    line = {"quantity": 9_000, "need_by": need_by(13)}
    told: dict[bool, str] = {}
    for is_open in (True, False):
        buyer = make_user(driver, make_firm(driver))
        near = make_user(driver, make_firm(driver, name="Near Forge", is_open=is_open))
        make_ability(driver, near.firm_id, weekly_capacity=4_321)
        offers = {near: [{"quantity": 9_000, "lead_days": 5}] * 2}
        request_id, _ = make_opened_request(driver, buyer, offers, lines=[line, line])
        study = make_study(driver, buyer, request_id).study
        client, page = api_client(app, driver, buyer), browser(app, driver, buyer)
        told[is_open] = "\n".join([
            json.dumps(client.call("get", f"/award-studies/{study.id}").json),
            json.dumps(client.call("get", f"/award-studies/{study.id}/scenarios/cheapest").json),
            *(page.get(f"/award-studies/{study.id}{path}").get_data(as_text=True)
              for path in ("", "/problem", "/problem?scenario=cheapest", "/answer")),
        ])  # fmt: skip
        assert ("make" in told[is_open]) and "Near Forge" in told[is_open]
        looks = read(driver, audiences.list_looks, viewer=near.firm_id)
        assert [look.source for look in looks] == ["award_study"] * is_open
    secrets = ["8642", "8,642", "4321", "4,321"]
    assert find_secrets(told[True], secrets) == ["8642"]
    assert find_secrets(told[False], secrets) == []
    assert "Near Forge cannot make all that it bids for by" in told[False]
