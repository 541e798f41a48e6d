"""Two people open the bids: the pages and the API."""

from __future__ import annotations

from typing import Any

from flask import Flask
from neo4j import Driver

from supplychain.model.people.actors import Actor
from tests.make.accounts import api_client, browser, make_user
from tests.make.bids import make_bid
from tests.make.firms import make_firm
from tests.make.parts_requests import make_parts_request, pass_deadline, request_of


def make_waiting(driver: Driver) -> tuple[Actor, Actor, str]:
    """An owner, a buyer, and their request past its deadline, with one sealed bid."""
    firm = make_firm(driver)
    owner, buyer = make_user(driver, firm), make_user(driver, firm, "buyer", name="Wang Fang")
    request_id = make_parts_request(driver, owner, opening="two_people")
    make_bid(driver, make_user(driver, make_firm(driver)), request_id)
    pass_deadline(driver, request_id)
    return owner, buyer, request_id


def test_the_pages_lead_two_people_to_the_open_bids(app: Flask, driver: Driver) -> None:
    owner, buyer, request_id = make_waiting(driver)
    first, second = browser(app, driver, owner), browser(app, driver, buyer)
    page = f"/parts-requests/{request_id}"
    assert "Two of you open the bids" in first.get("/").text
    assert "Agree to open the bids" in first.get(page).text
    assert "two people of your firm open them" in first.get(f"{page}/award").text
    assert (
        "You agreed. A colleague"
        in first.post(f"{page}/opening", data={}, follow_redirects=True).text
    )
    assert "Take my agreement back" in first.get(page).text
    assert "Agree to open the bids" in second.get(page).text
    first.post(f"{page}/opening/withdrawal", data={})
    assert "Agree to open the bids" in first.get(page).text
    second.post(f"{page}/opening", data={})
    assert "Wang Fang agreed" in first.get(page).text
    assert "The bids are open" in first.post(f"{page}/opening", data={}, follow_redirects=True).text
    assert request_of(driver, request_id, owner).state == "evaluating"
    assert first.post(f"{page}/opening", data={}).status_code == 409


def test_the_form_keeps_what_opens_the_bids(app: Flask, driver: Driver) -> None:
    firm = make_firm(driver)
    owner = make_user(driver, firm)
    client = browser(app, driver, owner)
    sent = client.post("/parts-requests", data={"title": "Rings", "opening": "two_people"})
    address = sent.headers["Location"]
    assert request_of(driver, address.rsplit("/", 1)[1], owner).opening == "two_people"
    assert "only one of your firm may" in client.get(address).text
    wrong = client.post("/parts-requests", data={"title": "Rings", "opening": "nobody"})
    assert wrong.status_code == 422


def test_the_api_opens_with_two_tokens_of_two_people(app: Flask, driver: Driver) -> None:
    owner, buyer, request_id = make_waiting(driver)
    path = f"/parts-requests/{request_id}/opening"

    def call(method: str, who: Actor) -> tuple[int, Any]:
        answer = api_client(app, driver, who).call(method, path)
        return answer.status_code, answer.json

    assert call("get", owner)[1] == {
        "opening": "two_people",
        "agreements": [],
        "openers": 2,
        "is_due": True,
    }
    code, body = call("put", owner)
    assert (code, [one["counts"] for one in body["agreements"]]) == (200, [True])
    assert call("put", owner)[1]["is_due"] is True
    assert call("delete", owner)[1]["agreements"] == []
    assert call("delete", owner)[0] == 404
    call("put", owner)
    assert call("put", buyer)[1]["is_due"] is False
    assert call("put", buyer)[0] == 409
    stranger = make_user(driver, make_firm(driver))
    assert {call(method, stranger)[0] for method in ("get", "put", "delete")} == {404}
    api = api_client(app, driver, owner)
    assert api.call("get", f"/parts-requests/{request_id}").json["opening"] == "two_people"
