"""The pages of categories, and fields in which one is chosen."""

from __future__ import annotations

from flask import Flask
from neo4j import Driver

from tests.make.accounts import api_client, browser, make_user
from tests.make.bodies import request_body
from tests.make.firms import make_firm
from tests.make.matches import make_ability


def test_a_refused_word_is_mended_by_a_tap_or_kept(app: Flask, driver: Driver) -> None:
    li, wang = (make_user(driver, make_firm(driver)) for _ in range(2))
    make_ability(driver, wang.firm_id, "forgings")
    page = browser(app, driver, li)
    typed = {"category": "forgngs", "weekly_capacity": "10", "certificates": "ISO 9001"}
    refused = page.post("/capabilities", data=typed)
    assert refused.status_code == 422
    assert 'value="forgings"' in refused.text and "ISO 9001" in refused.text
    chosen = page.post(
        "/capabilities", data={**typed, "choose:category": "forgings"}, follow_redirects=True
    )
    assert "Forgings" in chosen.text and "锻件" in chosen.text
    kept = page.post("/capabilities", data={**typed, "choose:category": "+"}, follow_redirects=True)
    assert "forgngs" in kept.text


def test_the_tree_is_looked_through_in_both_languages(app: Flask, driver: Driver) -> None:
    li = make_user(driver, make_firm(driver))
    make_ability(driver, li.firm_id, "castings")
    page = browser(app, driver, li)
    shown = page.get("/categories?q=铸件").text
    assert "Castings" in shown and "firms: 1" in shown and "Bearings" not in shown
    assert page.get("/categories/suggestions?q=Guss").json["items"][0]["firms"] == 1
    assert "Propose" in page.get("/categories").text
    sent = page.post("/categories", data={"name": "Prayer wheels"}, follow_redirects=True)
    assert "Prayer wheels" in sent.text
    assert page.post("/categories", data={"name": "锻件"}).status_code == 409


def test_the_api_refuses_with_suggestions_and_asks_before_nobody_answers(
    app: Flask, driver: Driver
) -> None:
    buyer, supplier = (make_user(driver, make_firm(driver)) for _ in range(2))
    make_ability(driver, supplier.firm_id, "forgings")
    client = api_client(app, driver, buyer)
    body = request_body()
    body["lines"][0]["category"] = "forgngs"
    refused = client.call("post", "/parts-requests", json=body)
    assert refused.status_code == 422
    near = refused.json["errors"][0]["suggestions"]
    assert near == [{"value": "forgings", "name": "Forgings", "firms": 1}]
    body["lines"][0]["category"] = "轴承"
    made = client.call("post", "/parts-requests", json=body)
    assert made.json["lines"][0]["category_id"] == "bearings"
    at = f"/parts-requests/{made.json['id']}/publication"
    blocked = client.call("put", at, if_match=1)
    assert (blocked.status_code, blocked.json["code"]) == (409, "nobody_makes")
    shown = browser(app, driver, buyer).get(f"/parts-requests/{made.json['id']}").text
    assert 'value="nobody_makes"' in shown
    assert client.call("put", f"{at}?confirm=nobody_makes", if_match=1).status_code == 202
    listed = client.call("get", "/categories?q=Lager").json["items"]
    assert (listed[0]["id"], listed[0]["parent_id"]) == (
        "bearings",
        "bearings and power transmission",
    )
    assert len(client.call("get", "/categories").json["items"]) > 150
