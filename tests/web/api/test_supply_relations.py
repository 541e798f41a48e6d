"""Supply relations over the API."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from neo4j import Driver

from supplychain.actions.imports.imports import import_tables
from supplychain.graph.engine.transactions import read
from supplychain.graph.events import list_latest
from supplychain.model.people.actors import Actor
from tests.make.accounts import api_client, make_user
from tests.make.firms import make_firm
from tests.make.parts_requests import make_part
from tests.make.tables import write_folder


@pytest.fixture
def firms(driver: Driver, tmp_path: Path) -> dict[str, Actor]:
    """A says that B supplies it with bolts, nuts and pins."""
    made = {
        name: make_firm(driver, id=f"id-{name}", name=f"{name} Ltd") for name in ("A", "B", "C")
    }
    actors = {name: make_user(driver, firm) for name, firm in made.items()}
    parts = ("bolt", "nut", "pin")
    for part_id in parts:
        make_part(driver, part_id)
    cells = [["id-B", "id-A", part_id, "0.5", "1000", "CNY", "", ""] for part_id in parts]
    folder = write_folder(tmp_path, {"supply_relations": cells})
    assert import_tables(driver, folder, by=actors["A"]).written
    return actors


def test_claims_are_listed_answered_and_taken_back(
    app: Flask, driver: Driver, firms: dict[str, Actor]
) -> None:
    mine, theirs = api_client(app, driver, firms["A"]), api_client(app, driver, firms["B"])
    items = theirs.call("get", "/supply-relations?state=to_answer").get_json()["items"]
    assert [(one["part_id"], one["sells"], one["share"]) for one in items] == [
        ("bolt", True, None),
        ("nut", True, None),
        ("pin", True, None),
    ]
    bolt, nut, pin = (one["other_claim_id"] for one in items)
    path = "/supply-relations/claims"
    for _ in range(2):
        assert theirs.call("put", f"{path}/{bolt}/confirmation").status_code == 204
        assert theirs.call("put", f"{path}/{nut}/refusal").status_code == 204
    own = mine.call("get", "/supply-relations?partner=id-B").get_json()["items"]
    states = {one["part_id"]: one["state"] for one in own}
    assert states == {"bolt": "confirmed", "nut": "denied", "pin": "unanswered"}
    assert {one["annual_spend"] for one in own} == {"1000.00"}
    assert mine.call("put", f"{path}/{nut}/reminder").status_code == 409
    assert mine.call("delete", f"{path}/{pin}").status_code == 204
    assert theirs.call("put", f"{path}/{pin}/confirmation").status_code == 404
    assert mine.call("put", f"{path}/{bolt}/refusal").status_code == 409


def test_all_that_waits_from_one_firm_is_answered_at_once(
    app: Flask, driver: Driver, firms: dict[str, Actor]
) -> None:
    theirs = api_client(app, driver, firms["B"])
    body = {"partner_id": "id-A", "verb": "refuse"}
    answer = theirs.call("post", "/supply-relations/answers", json=body)
    assert (answer.status_code, answer.get_json()) == (200, {"answered": 3})
    assert theirs.call("post", "/supply-relations/answers", json=body).status_code == 404
    wrong = theirs.call("post", "/supply-relations/answers", json={**body, "verb": "maybe"})
    assert wrong.status_code == 422


def test_the_list_pages(app: Flask, driver: Driver, firms: dict[str, Actor]) -> None:
    mine = api_client(app, driver, firms["A"])
    seen, cursor = [], ""
    for _ in range(3):
        page = mine.call("get", f"/supply-relations?limit=1{cursor}").get_json()
        seen += [one["part_id"] for one in page["items"]]
        cursor = f"&cursor={page['next_cursor']}"
    assert (seen, page["next_cursor"]) == (["bolt", "nut", "pin"], None)
    assert mine.call("get", "/supply-relations?cursor=nonsense").status_code == 422
    assert mine.call("get", "/supply-relations?state=sold").status_code == 422


def test_a_third_firm_finds_nothing(app: Flask, driver: Driver, firms: dict[str, Actor]) -> None:
    third, mine = api_client(app, driver, firms["C"]), api_client(app, driver, firms["A"])
    claim_id = mine.call("get", "/supply-relations").get_json()["items"][0]["own_claim_id"]
    assert third.call("get", "/supply-relations").get_json()["items"] == []
    answers = {
        third.call("get", f"/supply-relations?partner={firm}").get_data() for firm in ("id-A", "no")
    }
    assert len(answers) == 1
    for verb in ("confirmation", "refusal", "reminder"):
        path = f"/supply-relations/claims/{claim_id}/{verb}"
        assert third.call("put", path).status_code == 404
    assert third.call("delete", f"/supply-relations/claims/{claim_id}").status_code == 404


def test_one_relation_is_declared_confirmed_and_its_figures_said_again(
    app: Flask, driver: Driver, firms: dict[str, Actor]
) -> None:
    mine, theirs = api_client(app, driver, firms["A"]), api_client(app, driver, firms["C"])
    said = {"partner_id": "id-C", "sells": True, "part_id": "bolt", "lead_days": 9}
    answer = mine.call("post", "/supply-relations", json=said)
    assert answer.status_code == 201
    claim_id = answer.get_json()["claim_id"]
    (waits,) = theirs.call("get", "/supply-relations").get_json()["items"]
    assert (waits["state"], waits["sells"], waits["other_claim_id"]) == (
        "to_answer", False, claim_id,
    )  # fmt: skip
    kinds = [one.kind for one in read(driver, list_latest, viewer="id-C")]
    assert kinds.count("supply_relation.claimed") == 1
    again = {**said, "lead_days": 12, "annual_spend": "5.5", "currency": "CNY"}
    assert mine.call("post", "/supply-relations", json=again).get_json()["claim_id"] == claim_id
    path = f"/supply-relations/claims/{claim_id}/confirmation"
    assert theirs.call("put", path).status_code == 204
    (own,) = mine.call("get", "/supply-relations?partner=id-C").get_json()["items"]
    assert (own["state"], own["lead_days"], own["annual_spend"]) == ("confirmed", 12, "5.50")


def test_what_the_other_end_said_already_is_witnessed_at_once(
    app: Flask, driver: Driver, firms: dict[str, Actor]
) -> None:
    theirs = api_client(app, driver, firms["B"])
    said = {"partner_id": "id-A", "sells": True, "part_id": "bolt", "share": 0.5}
    assert theirs.call("post", "/supply-relations", json=said).status_code == 201
    states = {
        one["part_id"]: one["state"]
        for one in theirs.call("get", "/supply-relations").get_json()["items"]
    }
    assert states == {"bolt": "confirmed", "nut": "to_answer", "pin": "to_answer"}
    kinds = [one.kind for one in read(driver, list_latest, viewer="id-A")]
    assert "supply_relation.confirmed" in kinds


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"partner_id": "nobody"}, "/partner_id"),
        ({"partner_id": "id-A"}, "/partner_id"),
        ({"part_id": "none such"}, "/part_id"),
        ({"part_id": "no-such"}, "/part_id"),
        ({"part_id": "secret"}, "/part_id"),
        ({"share": 1.5}, "/share"),
        ({"share": "half"}, "/share"),
        ({"lead_days": -1}, "/lead_days"),
        ({"lead_days": 9999}, "/lead_days"),
        ({"annual_spend": "5"}, "/currency"),
        ({"annual_spend": "-5", "currency": "CNY"}, "/annual_spend"),
        ({"annual_spend": "5", "currency": "XXX"}, "/currency"),
        ({"sells": None}, "/sells"),
        ({"more": 1}, "/more"),
    ],
)
def test_a_declaration_that_cannot_be_is_refused_at_its_field(
    app: Flask, driver: Driver, firms: dict[str, Actor], change: dict[str, object], pointer: str
) -> None:
    make_part(driver, "secret", designer_id="id-B")
    said = {"partner_id": "id-C", "sells": True, "part_id": "bolt", **change}
    mine = api_client(app, driver, firms["A"])
    answer = mine.call("post", "/supply-relations", json=said)
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.get_json()["errors"]] == [pointer]
    assert mine.call("get", "/supply-relations?partner=id-C").status_code == 404


def test_a_part_of_another_reads_as_one_that_is_not_there(
    app: Flask, driver: Driver, firms: dict[str, Actor]
) -> None:
    make_part(driver, "secret", designer_id="id-B")
    mine = api_client(app, driver, firms["A"])
    said = {"partner_id": "id-C", "sells": True}
    answers = [
        mine.call("post", "/supply-relations", json={**said, "part_id": part}).get_json()["errors"]
        for part in ("secret", "no-such")
    ]
    assert answers[0] == answers[1]
