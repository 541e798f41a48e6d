"""Who reads a firm's prices and capacity: chosen, obeyed by every door, and told who looked."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from neo4j import Driver

from supplychain.actions import audiences
from supplychain.actions.rankings.previews import preview
from supplychain.actions.rankings.rankings import match_parts_request
from supplychain.graph import audiences as looks
from supplychain.graph.engine.transactions import read
from supplychain.graph.parts_requests import choices
from supplychain.graph.rankings import rankings
from supplychain.model.audiences import KINDS, Audience
from supplychain.model.firms import Firm
from supplychain.model.people.actors import Actor
from tests.make.accounts import ApiClient, api_client, browser, make_user
from tests.make.firms import make_actor, make_firm
from tests.make.matches import NOW, make_ability, make_offer, make_open_request
from tests.make.parts_requests import make_part
from tests.make.secrets import find_secrets

PRICE_E4 = 4_321_987
SECRETS = ("432.20", "432.1987", "4321987", "8642", "613")
"""How the price, a tier and the weekly capacity below would read."""


@pytest.fixture
def supplier(driver: Driver) -> Firm:
    firm = make_firm(driver, name="Quiet Forge", is_open=False)
    make_ability(driver, firm.id, weekly_capacity=613, lead_days=11, min_lot=1)
    make_offer(driver, firm.id, tier_prices_e4=[PRICE_E4], moq=8642, tier_from=[8642])
    return firm


def _rank(driver: Driver, buyer: Firm, quantity: int = 9_000) -> str:
    line = {"part_id": "ring", "category_id": "forgings", "quantity": quantity}
    request_id = make_open_request(driver, buyer.id, lines=[line])
    match_parts_request(driver, request_id, now=NOW)
    return request_id


def _client(app: Flask, driver: Driver, firm: Firm, role: str = "owner") -> ApiClient:
    return api_client(app, driver, make_user(driver, firm, role))


@pytest.mark.parametrize("quantity", [1, 100, 9_000, 500_000])
def test_a_stranger_finds_the_firm_and_none_of_its_figures(
    app: Flask, driver: Driver, supplier: Firm, quantity: int
) -> None:
    stranger = make_firm(driver, kind="core")
    request_id = _rank(driver, stranger, quantity)
    client = _client(app, driver, stranger)
    told = client.call("get", f"/parts-requests/{request_id}/matches")
    (line,) = told.json["lines"]
    (row,) = line["best"]
    assert (row["firm_id"], row["rank"]) == (supplier.id, 1)
    assert row["on_request"] == ["prices", "capacity"]
    assert row["landed_cost"]["unit_price"] is None
    assert row["capacity"]["state"] == "unknown"
    assert find_secrets(json.dumps(told.json), SECRETS) == []
    page = browser(app, driver, make_user(driver, stranger)).get(
        f"/parts-requests/{request_id}/matches"
    )
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    assert text.count("on request") >= 2
    assert find_secrets(text, SECRETS) == []
    card = client.call("get", f"/firms/{supplier.id}").json
    assert card["shows"] == []


def test_a_preview_at_the_machine_shows_what_its_buyer_may_see(
    driver: Driver, supplier: Firm
) -> None:
    stranger = make_firm(driver, kind="core")
    make_user(driver, stranger, email="machine@example.com")
    request_id = _rank(driver, stranger)
    (line,) = preview(driver, request_id, email="machine@example.com", now=NOW)
    assert line.best[0].on_request == ("prices", "capacity")
    assert line.best[0].landed_cost.unit_price_e4 is None
    assert read(driver, looks.list_looks, viewer=supplier.id) == []


def test_a_preview_at_the_machine_is_told_to_whose_prices_it_shows(driver: Driver) -> None:
    shown = make_firm(driver, name="Open Forge")
    make_ability(driver, shown.id)
    make_offer(driver, shown.id)
    buyer = make_firm(driver, kind="core", name="Preview Press")
    make_user(driver, buyer, email="preview@example.com")
    request_id = make_open_request(driver, buyer.id)
    preview(driver, request_id, email="preview@example.com", now=NOW)
    (look,) = read(driver, looks.list_looks, viewer=shown.id)
    assert (look.viewer_name, look.prices, look.capacity) == ("Preview Press", True, True)


def test_what_firms_make_together_is_withdrawn_with_what_they_show(driver: Driver) -> None:
    buyer = make_firm(driver, kind="core")
    halves = [make_firm(driver, name=f"Half {n}") for n in range(2)]
    for half in halves:
        make_ability(driver, half.id, weekly_capacity=100)
        make_offer(driver, half.id)
    request_id = _rank(driver, buyer, 500_000)
    (line,) = read(driver, rankings.get_rankings, request_id, viewer=buyer.id)
    alone = line.best[0].capacity.possible
    assert alone
    request_id = _rank(driver, buyer, alone + alone // 2)
    (line,) = read(driver, rankings.get_rankings, request_id, viewer=buyer.id)
    assert line.together
    assert {(firm.id, kind) for firm in halves for kind in KINDS} <= line.used_figures()
    nobody = Audience.of([])
    audiences.change(
        driver, prices=Audience.of(["everybody"]), capacity=nobody, version=1,
        by=make_actor(halves[0]),
    )  # fmt: skip
    (line,) = read(driver, rankings.get_rankings, request_id, viewer=buyer.id)
    assert line.is_withdrawn
    assert line.together is None


def test_audiences_are_read_changed_and_obeyed_at_once(
    app: Flask, driver: Driver, supplier: Firm
) -> None:
    buyer = make_firm(driver, kind="core", name="Chosen Press")
    owner = _client(app, driver, supplier)
    first = owner.call("get", "/firm/audiences")
    usual = {"circles": ["leaders", "customers"], "firm_ids": []}
    assert first.json == {"prices": usual, "capacity": usual, "version": 0}
    chosen = {
        "prices": {"circles": [], "firm_ids": [buyer.id]},
        "capacity": {"circles": ["everybody"]},
    }
    changed = owner.call("put", "/firm/audiences", json=chosen, if_match=0)
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"1"')
    assert owner.call("put", "/firm/audiences", json=chosen, if_match=0).status_code == 412
    request_id = _rank(driver, buyer)
    reader = _client(app, driver, buyer)
    (line,) = reader.call("get", f"/parts-requests/{request_id}/matches").json["lines"]
    assert line["best"][0]["landed_cost"]["unit_price"] == "432.1987"
    assert line["best"][0]["on_request"] == []
    (look,) = owner.call("get", "/firm/looks").json["items"]
    assert (look["firm_name"], look["prices"], look["capacity"]) == ("Chosen Press", True, True)
    assert reader.call("get", "/firm/looks").json["items"] == []
    # taken back: what was ranked before is told no more
    nobody = {"prices": {"circles": []}, "capacity": {"circles": []}}
    assert owner.call("put", "/firm/audiences", json=nobody, if_match=1).status_code == 200
    told = reader.call("get", f"/parts-requests/{request_id}/matches")
    assert told.json["lines"][0]["best"] == []
    assert find_secrets(json.dumps(told.json), SECRETS) == []
    page = browser(app, driver, make_user(driver, buyer)).get(
        f"/parts-requests/{request_id}/matches"
    )
    assert "no longer shows you" in page.get_data(as_text=True)


def test_wrong_audiences_are_refused_at_their_fields(
    app: Flask, driver: Driver, supplier: Firm
) -> None:
    owner = _client(app, driver, supplier)
    fine = {"circles": []}
    for prices, pointer in (
        ({"circles": ["friends"]}, "/prices/circles/0"),
        ({"circles": [], "firm_ids": ["no-such-firm"]}, "/prices/firm_ids/0"),
        ({"circles": [], "firm_ids": [supplier.id]}, "/prices/firm_ids"),
        ({}, "/prices/circles"),
    ):
        refused = owner.call(
            "put", "/firm/audiences", json={"prices": prices, "capacity": fine}, if_match=0
        )
        assert refused.status_code == 422, prices
        assert [error["pointer"] for error in refused.json["errors"]] == [pointer]
    for role in ("buyer", "seller", "viewer"):
        other = _client(app, driver, supplier, role)
        body = {"prices": fine, "capacity": fine}
        assert other.call("put", "/firm/audiences", json=body, if_match=0).status_code == 403


def test_the_page_adds_a_firm_by_its_name_and_keeps_what_was_typed(
    app: Flask, driver: Driver, supplier: Firm
) -> None:
    friend = make_firm(driver, name="Old Friend Presses")
    person = browser(app, driver, make_user(driver, supplier))
    page = person.get("/firm/audiences")
    assert page.status_code == 200
    wrong = person.post(
        "/firm/audiences", data={"version": "0", "prices": "leaders", "firm": "Nobody at all"}
    )
    assert wrong.status_code == 422
    assert "Nobody at all" in wrong.get_data(as_text=True)
    sent = {
        "version": "0", "prices": ["leaders"], "firm": "old friend presses",
        "firm_kinds": ["prices"],
    }  # fmt: skip
    assert person.post("/firm/audiences", data=sent).status_code == 302
    by = make_actor(supplier)
    chosen = audiences.get(driver, by=by)
    assert chosen.prices == Audience.of(["leaders"], [friend.id])
    assert chosen.capacity == Audience.of([])
    # from the card of the firm: no longer by name
    sent = {"firm_id": friend.id, "kinds": ["capacity"]}
    assert person.post("/firm/audiences/readers", data=sent).status_code == 302
    chosen = audiences.get(driver, by=by)
    assert (chosen.prices.firm_ids, chosen.capacity.firm_ids) == ((), (friend.id,))


def test_a_request_names_only_parts_that_its_buyer_may_name(driver: Driver, supplier: Firm) -> None:
    designer, stranger = make_firm(driver), make_firm(driver)
    make_part(driver, "SECRET-1", name="Secret", designer_id=designer.id)
    make_part(driver, "SOLD-1", name="Sold", designer_id=designer.id)
    make_part(driver, "CATALOGUE-1", name="Catalogue")
    make_offer(driver, designer.id, "SOLD-1")
    wanted = ["SECRET-1", "SOLD-1", "CATALOGUE-1"]

    def nameable(firm: Firm) -> set[str]:
        return set(read(driver, choices.find_parts, wanted, viewer=firm.id))

    assert nameable(designer) == set(wanted)
    assert nameable(stranger) == {"SOLD-1", "CATALOGUE-1"}
    owner = Actor(user_id="u", firm_id=designer.id, role="owner")
    nobody = Audience.of([])
    audiences.change(driver, prices=nobody, capacity=nobody, version=1, by=owner)
    assert nameable(stranger) == {"CATALOGUE-1"}
