"""The mark beside every firm's name, and the pages that change it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from neo4j import Driver

from supplychain.actions import verification
from supplychain.actions.imports.imports import import_tables
from tests.make.accounts import ApiClient, api_client, browser, make_user
from tests.make.awards import make_opened_request
from tests.make.chains import make_chain
from tests.make.firms import make_actor, make_firm
from tests.make.orders import make_order
from tests.make.parts_requests import make_part
from tests.make.verification import OPERATOR, make_verified_firm, marks_of

REGISTRATION = {
    "firm_name": "Bosch Ltd.",
    "kind": "sme",
    "user_name": "Li Wei",
    "email": "li@example.com",
    "password": "correct horse battery staple",
}


def _see(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    text = answer.get_data(as_text=True)
    assert "<!--" not in text
    return text


def test_the_directory_and_the_card_show_marks(app: Flask, driver: Driver) -> None:
    reader = make_user(driver, make_firm(driver, name="Reader"))
    verified = make_verified_firm(driver, name="Alpha Works")
    make_firm(driver, name="ALPHA works Ltd.")
    client = browser(app, driver, reader)
    text = _see(client, "/firms")
    assert text.count("verified by the operator") >= 1
    assert "looks like Alpha Works" in text
    assert "unclaimed" in text
    card = _see(client, f"/firms/{verified.id}")
    assert "has verified that this firm is who it says" in card
    chinese = client.get(f"/firms/{verified.id}", headers={"Accept-Language": "zh"})
    assert chinese.status_code == 200


def test_a_name_cannot_forge_a_mark(app: Flask, driver: Driver) -> None:
    reader = make_user(driver, make_firm(driver, name="Reader"))
    make_firm(driver, name="<!--0-0--><b>✓")
    text = browser(app, driver, reader).get("/firms").get_data(as_text=True)
    assert "<!--" not in text


def test_marks_cost_one_query_a_page(
    app: Flask, driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = make_user(driver, make_firm(driver, name="Reader"))
    for n in range(20):
        make_firm(driver, name=f"Firm number {n}")
    calls: list[int] = []
    listed = verification.list_marks

    def count(graph: Driver, ids: list[str]) -> object:
        calls.append(len(ids))
        return listed(graph, ids)

    monkeypatch.setattr(verification, "list_marks", count)
    _see(browser(app, driver, reader), "/firms")
    assert calls == [21]


def test_partners_are_marked_in_orders_bids_and_awards(app: Flask, driver: Driver) -> None:
    buyer = make_user(driver, make_verified_firm(driver, name="Presses"))
    seller = make_user(driver, make_verified_firm(driver, name="Forge"))
    make_part(driver, "catalogue-part")
    order_id = make_order(driver, buyer, seller, state="accepted")
    request_id, placed = make_opened_request(driver, buyer, {seller: [{}]})
    for path in ("/orders", f"/orders/{order_id}", f"/parts-requests/{request_id}/award"):
        assert "verified by the operator" in _see(browser(app, driver, buyer), path), path
    for path in ("/bids", f"/bids/{placed[seller]}", "/orders"):
        assert "verified by the operator" in _see(browser(app, driver, seller), path), path


def test_the_api_tells_the_verification(app: Flask, driver: Driver) -> None:
    firm = make_verified_firm(driver, name="Forge")
    client = api_client(app, driver, make_user(driver, firm))
    body = client.call("get", f"/firms/{firm.id}").get_json()
    assert body["verification"]["state"] == "operator"
    row = client.call("get", "/firms").get_json()["items"][0]
    assert row["verification"]["state"] == "operator"


def test_a_namesake_is_told_at_registration_and_may_go_on(app: Flask, driver: Driver) -> None:
    make_firm(driver, name="Bosch GmbH")
    client = app.test_client()
    answer = client.post("/registration", data=REGISTRATION)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "A firm of this name is here already: Bosch GmbH" in text
    assert 'name="is_namesake"' in text
    answer = client.post("/registration", data={**REGISTRATION, "is_namesake": "true"})
    assert answer.status_code == 302
    (listed,) = verification.watch_firms(driver, mark="alike", by=OPERATOR)
    assert listed.name == "Bosch Ltd."


def test_a_namesake_is_told_by_the_api(app: Flask, driver: Driver) -> None:
    make_firm(driver, name="Bosch GmbH")
    client = ApiClient(client=app.test_client(), token="")
    answer = client.call("post", "/registrations", json=REGISTRATION)
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == "/firm_name"
    named = {**REGISTRATION, "is_namesake": True}
    assert client.call("post", "/registrations", json=named).status_code == 201


def test_a_suspended_user_is_told_at_sign_in(app: Flask, driver: Driver) -> None:
    client = app.test_client()
    client.post("/registration", data=REGISTRATION)
    (firm,) = verification.watch_firms(driver, by=OPERATOR)
    verification.suspend_firm(driver, firm.id, "Papers are missing", by=OPERATOR)
    assert client.get("/").status_code == 302
    answer = client.post(
        "/sign-in", data={name: REGISTRATION[name] for name in ("email", "password")}
    )
    assert "Papers are missing" in answer.get_data(as_text=True)


def test_a_leader_vouches_on_the_page_and_by_the_api(app: Flask, driver: Driver) -> None:
    leader, member = make_verified_firm(driver, kind="core", name="Presses"), make_firm(driver)
    chain_id = make_chain(driver, leader, [member])
    user = make_user(driver, leader)
    client, api = browser(app, driver, user), api_client(app, driver, user)
    assert "Vouch for it" in _see(client, f"/chains/{chain_id}")
    client.post(f"/chains/{chain_id}/vouches", data={"firm_id": member.id})
    assert marks_of(driver, member.id).state == "vouched"
    text = _see(client, f"/chains/{chain_id}")
    assert "Vouch no more" in text
    assert "vouched for by Presses" in text
    client.post(f"/chains/{chain_id}/vouches/removal", data={"firm_id": member.id})
    assert marks_of(driver, member.id).state == "unverified"
    path = f"/chains/{chain_id}/vouches/{member.id}"
    assert api.call("put", path).status_code == 204
    assert marks_of(driver, member.id).state == "vouched"
    assert api.call("delete", path).status_code == 204
    assert api.call("delete", path).status_code == 404


@pytest.fixture
def claimable(driver: Driver, tmp_path: Path) -> object:
    """A leader's user, and the firm S that the leader brought in."""
    leader = make_firm(driver, kind="core", name="Presses")
    make_chain(driver, leader)
    path = tmp_path / "firms.csv"
    path.write_text("firm_id,name,kind\nS,Forge,sme\n", encoding="utf-8")
    import_tables(driver, path, by=make_actor(leader))
    return make_user(driver, leader)


def test_a_leader_hands_a_firm_to_its_people(app: Flask, driver: Driver, claimable: object) -> None:
    client = browser(app, driver, claimable)  # type: ignore[arg-type]
    assert "Hand this firm to its people" in _see(client, "/firms/S")
    answer = client.post("/firms/S/claims", data={"email": "a@example.com"})
    link = re.search(r"/join/[\w-]+", answer.get_data(as_text=True))
    assert link
    stranger = app.test_client()
    assert "Join Forge" in _see(stranger, link[0])
    joined = stranger.post(link[0], data={"name": "Wang", "password": REGISTRATION["password"]})
    assert joined.status_code == 302
    assert not marks_of(driver, "S").is_unclaimed
    assert "Hand this firm" not in _see(client, "/firms/S")


def test_claims_by_the_api(app: Flask, driver: Driver, claimable: object) -> None:
    api = api_client(app, driver, claimable)  # type: ignore[arg-type]
    made = api.call("post", "/firms/S/claims", json={"email": "a@example.com"})
    assert made.status_code == 201
    assert made.get_json()["link"].endswith(made.get_json()["secret"])
    (link,) = api.call("get", "/firms/S/claims").get_json()["items"]
    assert link["email"] == "a@example.com"
    path = f"/firms/S/claims/{link['id']}"
    assert api.call("delete", path).status_code == 204
    assert api.call("delete", path).status_code == 404
    for firm_id in ("nobody", make_firm(driver).id):
        answer = api.call("post", f"/firms/{firm_id}/claims", json={"email": "a@example.com"})
        assert answer.status_code == 404


def test_the_operators_pages(app: Flask, driver: Driver) -> None:
    operator = make_user(driver, None)
    firm = make_firm(driver, name="Forge")
    make_firm(driver, name="FORGE Ltd.")
    client = browser(app, driver, operator)
    assert "Look after firms" in _see(client, "/")
    assert "Forge" in _see(client, "/operator/firms?mark=unverified")
    assert "No such firm" in _see(client, "/operator/firms?mark=suspended")
    path = f"/operator/firms/{firm.id}"
    assert "Of the same name or number" in _see(client, path)
    client.post(f"{path}/verification")
    assert marks_of(driver, firm.id).state == "operator"
    assert client.post(f"{path}/verification").status_code == 409
    client.post(f"{path}/verification/removal")
    assert client.post(f"{path}/suspension", data={"reason": ""}).status_code == 422
    client.post(f"{path}/suspension", data={"reason": "Papers are missing"})
    assert marks_of(driver, firm.id).suspended_at
    client.post(f"{path}/suspension/end")
    assert not marks_of(driver, firm.id).suspended_at
    answer = client.post(f"{path}/claims", data={"email": "a@example.com"})
    assert "/join/" in answer.get_data(as_text=True)
    person = {"name": "Wang", "email": "wang@example.com", "role": "owner"}
    answer = client.post(f"{path}/users", data=person)
    assert "/reset/" in answer.get_data(as_text=True)
    user_id = re.search(r"/users/(\w+)/password-reset", _see(client, path))
    assert user_id
    answer = client.post(f"{path}/users/{user_id[1]}/password-reset")
    assert "/reset/" in answer.get_data(as_text=True)
    assert client.post(f"{path}/users/nobody/password-reset").status_code == 404
    assert client.get("/operator/firms/nobody").status_code == 404


@pytest.mark.parametrize("make", [lambda driver: make_user(driver, make_firm(driver))])
def test_the_operators_pages_are_not_there_for_others(
    app: Flask, driver: Driver, make: Callable[[Driver], object]
) -> None:
    firm = make_firm(driver)
    client = browser(app, driver, make(driver))  # type: ignore[arg-type]
    assert client.get("/operator/firms").status_code == 404
    assert client.post(f"/operator/firms/{firm.id}/verification").status_code == 404


def test_the_operators_api(app: Flask, driver: Driver) -> None:
    api = api_client(app, driver, make_user(driver, None))
    firm = make_firm(driver, name="Forge")
    path = f"/operator/firms/{firm.id}"
    assert api.call("put", f"{path}/verification").status_code == 204
    assert api.call("get", path).get_json()["verification"]["state"] == "operator"
    assert api.call("delete", f"{path}/verification").status_code == 204
    assert api.call("put", f"{path}/suspension", json={}).status_code == 422
    assert api.call("put", f"{path}/suspension", json={"reason": "x"}).status_code == 204
    listed = api.call("get", "/operator/firms?mark=suspended").get_json()["items"]
    assert [one["id"] for one in listed] == [firm.id]
    assert api.call("delete", f"{path}/suspension").status_code == 204
    made = api.call("post", f"{path}/claims", json={"email": "a@example.com"})
    assert made.status_code == 201
    claim = f"{path}/claims/{made.get_json()['id']}"
    assert len(api.call("get", f"{path}/claims").get_json()["items"]) == 1
    assert api.call("delete", claim).status_code == 204
