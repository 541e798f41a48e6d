"""Packs, and more than is asked for, through forms, API, file and receipt."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask import Flask
from neo4j import Driver

from supplychain.graph.engine.transactions import read
from supplychain.graph.orders import orders
from supplychain.model.bids.lines import PriceTier
from supplychain.model.ids import new_id, utc_now
from supplychain.model.people.actors import Actor
from tests.make.accounts import api_client, browser, make_user
from tests.make.awards import make_opened_request, stored_award
from tests.make.bids import stored_bid
from tests.make.firms import make_firm
from tests.make.parts_requests import line_ids, make_parts_request, need_by, request_of, soon

VALID = (utc_now() + timedelta(days=90)).date().isoformat()
LINE = {"quantity": 100, "over_percent": Decimal(10)}
LADDER: dict[str, Any] = {
    "quantity": 110,
    "unit_price": Decimal(11),
    "tiers": (PriceTier(start=110, unit_price=Decimal(9)),),
}


def _two(driver: Driver) -> tuple[Actor, Actor]:
    return make_user(driver, make_firm(driver)), make_user(driver, make_firm(driver))


def test_how_much_more_is_taken_is_asked_shown_and_exported(app: Flask, driver: Driver) -> None:
    buyer, supplier = _two(driver)
    buying, client = api_client(app, driver, buyer), browser(app, driver, buyer)
    line = {"description": "Washer M8", "category": "Washers", "quantity": 100,
            "need_by": need_by().isoformat(), "over_percent": "10"}  # fmt: skip
    body = {"title": "Washers", "deadline": f"{soon(7):%Y-%m-%dT%H:%M:%SZ}", "audience": "all"}
    wrong = {**body, "lines": [{**line, "over_percent": "100.5"}, {**line, "over_percent": "x"}]}
    refused = buying.call("post", "/parts-requests", json={**wrong, "lines": wrong["lines"][:1]})
    assert [one["pointer"] for one in refused.json["errors"]] == ["/lines/0/over_percent"]
    refused = buying.call("post", "/parts-requests", json=wrong)
    assert refused.status_code == 422
    made = buying.call("post", "/parts-requests", json={**body, "lines": [line, line]}).json
    shown = [(one["over_percent"], one["most_quantity"]) for one in made["lines"]]
    assert shown == [("10", 110), ("10", 110)]

    path = f"/parts-requests/{made['id']}"
    form = client.get(f"{path}/edit").text
    assert 'name="lines-0-over_percent"' in form and 'value="10"' in form
    rows = list(csv.DictReader(io.StringIO(client.get(f"{path}/lines.csv").text.lstrip("\ufeff"))))
    assert [row["over_percent"] for row in rows] == ["10", "10"]
    client.post(
        f"{path}/publication",
        data={"once": new_id(), "version": made["version"], "confirm": "nobody_makes"},
    )
    seen = api_client(app, driver, supplier).call("get", f"/invitations/{made['id']}").json
    assert [one["most_quantity"] for one in seen["lines"]] == [110, 110]
    assert "up to 110 are taken" in client.get(path).text


def test_a_form_keeps_what_was_typed_where_a_pack_does_not_fit(app: Flask, driver: Driver) -> None:
    buyer, supplier = _two(driver)
    request_id = make_parts_request(driver, buyer, lines=({**LINE, "over_percent": Decimal(20)},))
    client, path = browser(app, driver, supplier), f"/parts-requests/{request_id}/bid"
    assert "the buyer takes up to 120 pcs" in client.get(path).text
    (line_id,) = line_ids(driver, request_id)
    fields = {
        "once": new_id(), "version": "", "valid_until": VALID, "then": "check",
        "lines-0-request_line_id": line_id, "lines-0-unit_price": "9", "lines-0-lead_days": "20",
        "lines-0-quantity": "100", "lines-0-pack": "30",
    }  # fmt: skip
    page = client.post(path, data=fields)
    assert page.status_code == 422
    assert "You sell this in packs of 30: offer 90 or 120." in page.text
    assert 'name="lines-0-pack"' in page.text and 'value="30"' in page.text
    saved = client.post(path, data={**fields, "lines-0-quantity": "120", "once": new_id()})
    assert saved.status_code == 302
    bid_id = saved.headers["Location"].split("/bids/")[1].split("/")[0]
    assert "in packs of 30" in client.get(f"/bids/{bid_id}").text
    assert 'value="30"' in client.get(path).text
    client.post(f"/bids/{bid_id}/submission", data={"once": new_id(), "version": "1"})
    selling = api_client(app, driver, supplier)
    told = selling.call("get", f"/bids/{bid_id}").json
    assert (told["lines"][0]["pack"], told["lines"][0]["quantity"]) == (30, 120)
    content = json.loads(told["receipt"]["content"])
    assert content["lines"][0]["pack"] == 30
    assert stored_bid(driver, bid_id, supplier).lines[0].pack == 30


def test_the_step_above_the_need_is_recommended_told_and_ordered(
    app: Flask, driver: Driver
) -> None:
    buyer, ladder = _two(driver)
    packed = make_user(driver, make_firm(driver, name="Pack Works"))
    offers = {ladder: [LADDER], packed: [{"quantity": 90, "pack": 30, "unit_price": Decimal(12)}]}
    request_id, placed = make_opened_request(driver, buyer, offers, lines=(LINE,))
    client, path = browser(app, driver, buyer), f"/parts-requests/{request_id}/award"
    page = client.get(path).text
    assert "110 instead of 100: at the price for so many they cost 110.00 CNY less in all." in page
    assert "in packs of 30" in page and 'data-most="110"' in page
    told = api_client(app, driver, buyer).call("get", path).json
    (line,) = told["lines"]
    assert (line["uncovered"], line["most_quantity"]) == (0, 110)
    assert line["surplus"] == {"bought": 110, "why": "price", "saved": "110.00"}
    assert [(one["pack"], one["compared"]) for one in line["quotes"]] == [(None, 100), (30, 90)]

    (line_id,) = line_ids(driver, request_id)

    def decide(quantity: int, bid_id: str, then: str) -> Any:
        fields = {
            "once": new_id(), "reason": "So.", "then": then, "accept_uncovered": "true",
            "allocations-0-bid_id": bid_id, "allocations-0-request_line_id": line_id,
            "allocations-0-quantity": f"{quantity}",
        }  # fmt: skip
        return client.post(path, data=fields)

    refused = decide(50, placed[packed], "review").text
    assert "Line 1: this supplier sells in packs of 30. Give 30 or 60." in refused
    assert 'value="50"' in refused
    assert "110 instead of 100" in decide(110, placed[ladder], "review").text
    assert decide(110, placed[ladder], "award").status_code == 302
    found = stored_award(driver, buyer, request_id)
    assert found is not None
    (ordered,) = found.orders
    order = read(driver, orders.get, ordered.order_id, viewer=ladder.firm_id)
    assert (order.lines[0].quantity, order.lines[0].total) == (110, 990)


def test_a_copied_request_takes_as_much_more(app: Flask, driver: Driver) -> None:
    buyer, _ = _two(driver)
    request_id = make_parts_request(driver, buyer, lines=(LINE,))
    copied = browser(app, driver, buyer).post(
        f"/parts-requests/{request_id}/copies", data={"once": new_id()}
    )
    copy_id = copied.headers["Location"].split("/parts-requests/")[1].split("/")[0]
    assert request_of(driver, copy_id, buyer).lines[0].over_percent == 10
