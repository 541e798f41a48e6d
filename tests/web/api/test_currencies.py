"""Currencies from request to order, by API and pages: accepted, bid in, compared, owed."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from neo4j import Driver

from supplychain.actions import bids
from supplychain.actions.awards import awards
from supplychain.graph.bids.rows import write_content
from supplychain.graph.engine.transactions import run, write
from supplychain.model.bids.bid import Bid
from supplychain.model.ids import new_id, utc_now
from supplychain.model.people.actors import Actor
from tests.make.accounts import api_client, browser, make_user
from tests.make.awards import make_award, stored_award
from tests.make.bids import make_bid, stored_bid
from tests.make.cost_settings import make_rate
from tests.make.firms import make_firm
from tests.make.matches import make_offer
from tests.make.parts_requests import line_ids, make_part, make_parts_request, pass_deadline

TODAY = utc_now().date()
VALID = (TODAY + timedelta(days=90)).isoformat()


def open_with_euros(
    driver: Driver, *, rate: float | None
) -> tuple[Actor, Actor, str, dict[str, str]]:
    """A buyer and a German supplier; the request with bids at 90 CNY and 11 EUR, opened."""
    buyer, home, berg = (
        make_user(driver, make_firm(driver, name=name)) for name in ("Maker", "Near", "Berg")
    )
    if rate is not None:
        make_rate(driver, buyer.firm_id, rate, day=TODAY.isoformat())
    request_id = make_parts_request(driver, buyer, accepts=("EUR",))
    placed = {
        name: make_bid(
            driver, supplier, request_id, lines=({"unit_price": Decimal(price)},),
            incoterm="DAP", currency=currency,
        )
        for name, supplier, price, currency in (
            ("home", home, 90, "CNY"),
            ("berg", berg, 11, "EUR"),
        )
    }  # fmt: skip
    pass_deadline(driver, request_id)
    return buyer, berg, request_id, placed


def test_a_request_says_what_it_accepts(app: Flask, driver: Driver) -> None:
    buyer = make_user(driver, make_firm(driver))
    asking = api_client(app, driver, buyer)
    made = asking.call("post", "/parts-requests", json={"title": "R", "accepts": ["EUR", "USD"]})
    assert made.json["accepts"] == ["EUR", "USD"]
    assert asking.call("post", "/parts-requests", json={"title": "R"}).json["accepts"] is None
    path = f"/parts-requests/{made.json['id']}"
    none = asking.call("patch", path, json={"accepts": []}, if_match=1)
    assert none.json["accepts"] == []
    for wrong in (["XYZ"], "EUR, ABC", ["EUR"] * 30, 7):
        answer = asking.call("patch", path, json={"accepts": wrong}, if_match=2)
        assert answer.status_code == 422, wrong
    client = browser(app, driver, buyer)
    page = client.get(f"/parts-requests/{made.json['id']}/edit").text
    assert 'name="accepts"' in page
    typed = {"once": new_id(), "version": "2", "title": "R", "currency": "CNY"}
    listed = {**typed, "accepts_how": "listed", "accepts": "eur、usd"}
    client.post(f"/parts-requests/{made.json['id']}/edit", data=listed)
    assert asking.call("get", path).json["accepts"] == ["EUR", "USD"]
    assert "bids also in EUR, USD" in client.get(f"/parts-requests/{made.json['id']}").text
    rated = {**typed, "version": "3", "accepts_how": "rated", "accepts": "GBP"}
    client.post(f"/parts-requests/{made.json['id']}/edit", data=rated)
    assert asking.call("get", path).json["accepts"] is None


def test_a_bid_says_its_currency_by_api_and_form(app: Flask, driver: Driver) -> None:
    buyer, supplier = (make_user(driver, make_firm(driver)) for _ in range(2))
    selling = api_client(app, driver, supplier)
    plain = make_parts_request(driver, buyer)
    request_id = make_parts_request(driver, buyer, accepts=("EUR",))
    (line,) = line_ids(driver, request_id)
    lines = [{"request_line_id": line, "quantity": 500, "unit_price": "11", "lead_days": 20}]
    body = {"valid_until": VALID, "lines": lines}
    path = f"/parts-requests/{request_id}/bids"
    refused = selling.call("post", path, json={**body, "currency": "USD"})
    assert [one["pointer"] for one in refused.json["errors"]] == ["/currency"]
    made = selling.call("post", path, json={**body, "currency": "EUR"}).json
    assert (made["currency"], made["total"]) == ("EUR", "5500.00")
    kept = selling.call("patch", f"/bids/{made['id']}", json={"note": "x"}, if_match=1).json
    assert kept["currency"] == "EUR"
    sent = selling.call("put", f"/bids/{made['id']}/submission", if_match=2).json
    assert '"currency":"EUR"' in sent["receipt"]["content"]
    client = browser(app, driver, supplier)
    form = client.get(f"/parts-requests/{request_id}/bid").text
    assert re.search(r'<option value="EUR" selected>', form)
    assert 'name="currency"' not in client.get(f"/parts-requests/{plain}/bid").text
    assert "5,500.00 EUR" in client.get(f"/bids/{made['id']}").text
    typed = {
        "once": new_id(), "version": "3", "valid_until": VALID, "currency": "CNY", "then": "check",
        "lines-0-request_line_id": line, "lines-0-quantity": "500", "lines-0-unit_price": "80",
        "lines-0-lead_days": "20",
    }  # fmt: skip
    check = client.post(f"/parts-requests/{request_id}/bid", data=typed).text
    assert "40,000.00 CNY" in check
    assert '<input type="hidden" name="currency" value="CNY">' in check
    wrong = client.post(f"/parts-requests/{request_id}/bid", data={**typed, "currency": "USD"}).text
    assert "The buyer takes bids in CNY, EUR alone." in wrong


def test_own_standing_prices_are_filled_in_with_their_currency(app: Flask, driver: Driver) -> None:
    buyer, supplier = (make_user(driver, make_firm(driver)) for _ in range(2))
    part = make_part(driver)
    request_id = make_parts_request(driver, buyer, lines=({"part_id": part},), accepts=("EUR",))
    make_offer(driver, supplier.firm_id, part, currency="EUR", tier_prices_e4=[110_000])
    client = browser(app, driver, supplier)
    assert "copy=standing" in client.get(f"/parts-requests/{request_id}/bid").text
    form = client.get(f"/parts-requests/{request_id}/bid?copy=standing").text
    assert re.search(r'<option value="EUR" selected>', form)
    assert re.search(r'name="lines-0-unit_price"[^>]*value="11.00"', form)


def test_the_comparison_shows_both_and_the_rate_beside_them(app: Flask, driver: Driver) -> None:
    buyer, berg, request_id, placed = open_with_euros(driver, rate=7.8)
    asking = api_client(app, driver, buyer)
    told = asking.call("get", f"/parts-requests/{request_id}/award").json
    quotes = {quote["bid_id"]: quote for quote in told["lines"][0]["quotes"]}
    euro = quotes[placed["berg"]]
    assert (euro["unit_price"], euro["landed_cost"]) == ("85.80", "85.80")
    assert (euro["owed_currency"], euro["owed_unit_price"]) == ("EUR", "11.00")
    assert [(one["currency"], one["rate"], one["is_typed"]) for one in told["rates"]] == [
        ("EUR", "7.8", False)
    ]
    (cost,) = told["suppliers"]
    assert (cost["total"], cost["owed_currency"], cost["owed_total"]) == (
        "42900.00", "EUR", "5500.00",
    )  # fmt: skip
    client = browser(app, driver, buyer)
    page = client.get(f"/parts-requests/{request_id}/award").text
    assert "1 EUR = 7.8 CNY" in page
    assert "bid at 11.00 EUR" in page
    assert "order in 5,500.00 EUR" in page
    make_award(driver, buyer, request_id, (placed["berg"], 1, 500), reason="")
    decided = client.get(f"/parts-requests/{request_id}/award").text
    assert "500 at 11.00 EUR" in decided
    stored = stored_award(driver, buyer, request_id)
    assert stored is not None
    order_id = stored.orders[0].order_id
    order = asking.call("get", f"/orders/{order_id}").json
    assert (order["currency"], order["total"]) == ("EUR", "5500.00")
    assert order["compared"] == {"currency": "CNY", "rate": "7.8", "total": "42900.00"}
    lines = client.get(f"/orders/{order_id}/lines.csv").text
    assert lines.splitlines()[1].endswith(",42900.00,CNY")
    assert "Compared at 42,900.00 CNY" in client.get(f"/orders/{order_id}").text
    theirs = api_client(app, driver, berg).call("get", f"/orders/{order_id}").json
    assert theirs["compared"] is None
    assert "Compared at" not in browser(app, driver, berg).get(f"/orders/{order_id}").text
    seen = api_client(app, driver, berg).call("get", f"/invitations/{request_id}").json
    assert "rates" not in seen


def test_a_rate_is_asked_for_on_the_page_and_taken_by_api(app: Flask, driver: Driver) -> None:
    buyer, _, request_id, placed = open_with_euros(driver, rate=None)
    client, asking = browser(app, driver, buyer), api_client(app, driver, buyer)
    page = client.get(f"/parts-requests/{request_id}/award").text
    assert "No rate for EUR" in page
    assert "Berg" in page
    told = asking.call("get", f"/parts-requests/{request_id}/award").json
    assert [(one["bid_id"], one["currency"]) for one in told["waiting"]] == [
        (placed["berg"], "EUR")
    ]
    path = f"/parts-requests/{request_id}/rates"
    later = (TODAY + timedelta(days=3)).isoformat()
    for values, pointer in (
        ({"rate": "0"}, "/rate"),
        ({"rate": "-7.8"}, "/rate"),
        ({"rate": "99999999"}, "/rate"),
        ({"rate": "7.8", "on": later}, "/on"),
        ({"rate": "7.8", "currency": "USD"}, "/currency"),
        ({"rate": "7.8", "currency": "XYZ"}, "/currency"),
    ):
        answer = asking.call("put", path, json={"currency": "EUR", **values})
        assert answer.status_code == 422, values
        assert [one["pointer"] for one in answer.json["errors"]] == [pointer]
    typed = {"once": new_id(), "currency": "EUR", "rate": "0", "on": ""}
    wrong = client.post(path, data=typed).text
    assert "Enter a rate from 0.000001" in wrong
    said = client.post(
        path, data={**typed, "rate": "7.8", "once": new_id()}, follow_redirects=True
    ).text
    assert "1 EUR = 7.8 CNY" in said
    assert "given by your firm after the opening" in said
    mended = asking.call("put", path, json={"currency": "EUR", "rate": "7.9"}).json
    assert [one["rate"] for one in mended["rates"]] == ["7.9"]
    assert mended["waiting"] == []
    assert "Exchange rate given" in client.get(f"/parts-requests/{request_id}").text


def test_bids_sealed_before_they_had_a_currency_are_in_their_request_s(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_as_before(bid: Bid) -> dict[str, Any]:
        content = write_content(bid)
        del content["bid"]["currency"]
        return content

    buyer, supplier = (make_user(driver, make_firm(driver)) for _ in range(2))
    monkeypatch.setattr("supplychain.graph.bids.bids.write_content", write_as_before)
    request_id = make_parts_request(driver, buyer)
    bid_id = make_bid(driver, supplier, request_id, submit=False)
    beside = "MATCH (b:Bid {id: $id}) SET b.currency = 'CNY'"
    write(driver, lambda tx: run(tx, beside, id=bid_id))
    bids.submit_bid(driver, bid_id, version=1, by=supplier)
    write(driver, lambda tx: run(tx, beside, id=bid_id))
    old = stored_bid(driver, bid_id, supplier)
    assert old.currency == "CNY"
    assert old.receipt is not None
    assert old.commitment == old.receipt.commitment
    pass_deadline(driver, request_id)
    (opened,) = awards.compare(driver, request_id, by=buyer).opened
    assert opened[0].currency == "CNY"
