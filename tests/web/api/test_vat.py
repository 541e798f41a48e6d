"""VAT from request to order: asked for, said, compared without it, and on the order."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from neo4j import Driver

from supplychain.actions import bids
from supplychain.actions.awards import awards
from supplychain.graph.bids.rows import write_content
from supplychain.model.bids.bid import Bid
from supplychain.model.ids import new_id, utc_now
from supplychain.model.people.actors import Actor
from tests.make.accounts import api_client, browser, make_user
from tests.make.awards import make_award, stored_award
from tests.make.bids import make_bid, make_content, stored_bid
from tests.make.firms import make_firm
from tests.make.parts_requests import line_ids, make_parts_request, pass_deadline

VALID = (utc_now() + timedelta(days=90)).date().isoformat()


def make_taxed(
    driver: Driver, *, tax_basis: str, offers: list[tuple[str, str | None]]
) -> tuple[Actor, list[Actor], str, list[str]]:
    """A buyer, suppliers with (price, rate) each for all 500, the opened request, the bids."""
    buyer = make_user(driver, make_firm(driver))
    request_id = make_parts_request(driver, buyer, tax_basis=tax_basis)
    suppliers, placed = [], []
    for price, rate in offers:
        supplier = make_user(driver, make_firm(driver))
        content = make_content(
            driver, request_id, {"unit_price": Decimal(price)},
            vat_percent=None if rate is None else Decimal(rate),
        )  # fmt: skip
        bid_id = bids.place_bid(driver, request_id, content, by=supplier)
        bids.submit_bid(driver, bid_id, version=1, by=supplier)
        suppliers.append(supplier)
        placed.append(bid_id)
    pass_deadline(driver, request_id)
    return buyer, suppliers, request_id, placed


def test_bids_with_vat_are_compared_without_it(driver: Driver) -> None:
    # With VAT 104 is less than 110; without it 97.35 is less than 100.97.
    buyer, _, request_id, (general, small) = make_taxed(
        driver, tax_basis="gross", offers=[("110", "13"), ("104", "3")]
    )
    comparison = awards.compare(driver, request_id, by=buyer)
    prices = {row.bid_id: round(row.unit_price, 4) for row in comparison.tables[0].rows}
    assert prices == {general: Decimal("97.3451"), small: Decimal("100.9709")}
    assert [each.bid_id for each in comparison.proposal] == [general]


def test_an_order_shows_net_tax_and_gross(app: Flask, driver: Driver) -> None:
    buyer, suppliers, request_id, placed = make_taxed(
        driver, tax_basis="gross", offers=[("113", "13")]
    )
    make_award(driver, buyer, request_id, (placed[0], 1, 500), reason="")
    decided = stored_award(driver, buyer, request_id)
    assert decided is not None
    order_id = decided.orders[0].order_id
    for reader in (buyer, suppliers[0]):
        order = api_client(app, driver, reader).call("get", f"/orders/{order_id}").json
        assert (order["total"], order["vat_percent"]) == ("50000.00", "13.00")
        assert order["taxed"] == {"net": "50000.00", "tax": "6500.00", "gross": "56500.00"}
        assert order["lines"][0]["unit_price"] == "100.00"
        page = browser(app, driver, reader).get(f"/orders/{order_id}").text
        assert "VAT, 13 %" in page
        assert "56,500.00 CNY" in page


def test_what_a_bid_with_vat_asks_for_is_what_its_order_comes_to(
    app: Flask, driver: Driver
) -> None:
    # 500 at 0.0345 with 13 %: by a price of four decimals without it, 17.23 instead of 17.25.
    buyer, suppliers, request_id, placed = make_taxed(
        driver, tax_basis="gross", offers=[("0.0345", "13")]
    )
    asked = browser(app, driver, suppliers[0]).get(f"/bids/{placed[0]}").text
    assert "17.25 CNY" in asked
    make_award(driver, buyer, request_id, (placed[0], 1, 500), reason="")
    decided = stored_award(driver, buyer, request_id)
    assert decided is not None
    order_id = decided.orders[0].order_id
    order = api_client(app, driver, buyer).call("get", f"/orders/{order_id}").json
    assert order["taxed"] == {"net": "15.27", "tax": "1.98", "gross": "17.25"}
    assert (order["total"], order["lines"][0]["unit_price"]) == ("15.2655", "0.0305")
    page = browser(app, driver, buyer).get(f"/orders/{order_id}").text
    assert "17.25 CNY" in page


def test_an_order_whose_bid_said_no_rate_says_so(app: Flask, driver: Driver) -> None:
    buyer, _, request_id, placed = make_taxed(driver, tax_basis="net", offers=[("12", None)])
    make_award(driver, buyer, request_id, (placed[0], 1, 500), reason="")
    decided = stored_award(driver, buyer, request_id)
    assert decided is not None
    order = api_client(app, driver, buyer).call("get", f"/orders/{decided.orders[0].order_id}")
    assert (order.json["total"], order.json["taxed"]) == ("6000.00", None)
    page = browser(app, driver, buyer).get(f"/orders/{decided.orders[0].order_id}").text
    assert "the bid said no rate" in page


def test_a_rate_is_needed_where_prices_hold_it(app: Flask, driver: Driver) -> None:
    buyer, supplier = (make_user(driver, make_firm(driver)) for _ in range(2))
    asking, selling = api_client(app, driver, buyer), api_client(app, driver, supplier)
    request_id = make_parts_request(driver, buyer, tax_basis="gross")
    seen = selling.call("get", f"/invitations/{request_id}")
    assert seen.json["tax_basis"] == "gross"
    assert asking.call("get", f"/parts-requests/{request_id}").json["tax_basis"] == "gross"
    (line,) = line_ids(driver, request_id)
    body: dict[str, Any] = {
        "valid_until": VALID,
        "lines": [{"request_line_id": line, "quantity": 500, "unit_price": "113", "lead_days": 20}],
    }
    made = selling.call("post", f"/parts-requests/{request_id}/bids", json=body).json
    refused = selling.call("put", f"/bids/{made['id']}/submission", if_match=1)
    assert refused.status_code == 422
    assert [one["pointer"] for one in refused.json["errors"]] == ["/vat_percent"]
    path = f"/bids/{made['id']}"
    for wrong in ("-1", "100.5", "x"):
        answer = selling.call("patch", path, json={"vat_percent": wrong}, if_match=1)
        assert answer.status_code == 422, wrong
    said = selling.call("patch", path, json={"vat_percent": "13"}, if_match=1)
    assert said.json["vat_percent"] == "13.00"
    sent = selling.call("put", f"/bids/{made['id']}/submission", if_match=2)
    assert sent.status_code == 200
    assert '"vat_percent":"13.00"' in sent.json["receipt"]["content"]
    page = browser(app, driver, supplier).get(f"/bids/{made['id']}").text
    assert "Prices with VAT" in page
    assert "56,500.00 CNY" in page
    assert "50,000.00 CNY" in page


def test_the_form_of_a_bid_asks_for_the_rate(app: Flask, driver: Driver) -> None:
    buyer, supplier = (make_user(driver, make_firm(driver)) for _ in range(2))
    request_id = make_parts_request(driver, buyer, tax_basis="gross")
    client, path = browser(app, driver, supplier), f"/parts-requests/{request_id}/bid"
    form = client.get(path).text
    assert "Prices with VAT" in form
    assert 'name="vat_percent"' in form
    (line,) = line_ids(driver, request_id)
    typed = {
        "once": new_id(), "version": "", "valid_until": VALID, "then": "check", "vat_percent": "13",
        "lines-0-request_line_id": line, "lines-0-quantity": "500", "lines-0-unit_price": "113",
        "lines-0-lead_days": "20",
    }  # fmt: skip
    check = client.post(path, data=typed, follow_redirects=True).text
    assert "VAT, 13 %" in check
    assert "6,500.00 CNY" in check
    wrong = client.post(
        path, data={**typed, "once": new_id(), "vat_percent": "130", "version": "1"}
    )
    assert "Enter a rate from 0 to 100 %." in wrong.text
    assert 'value="130"' in wrong.text


def test_what_a_request_asks_for_is_kept_copied_and_shown(app: Flask, driver: Driver) -> None:
    buyer = make_user(driver, make_firm(driver))
    asking = api_client(app, driver, buyer)
    made = asking.call("post", "/parts-requests", json={"title": "Rings", "tax_basis": "gross"})
    assert made.json["tax_basis"] == "gross"
    assert asking.call("post", "/parts-requests", json={"tax_basis": "x"}).status_code == 422
    kept = asking.call(
        "patch", f"/parts-requests/{made.json['id']}", json={"title": "Discs"}, if_match=1
    )
    assert kept.json["tax_basis"] == "gross"
    plain = asking.call("post", "/parts-requests", json={"title": "Rings"})
    assert plain.json["tax_basis"] == "net"
    client = browser(app, driver, buyer)
    assert "Prices with VAT" in client.get(f"/parts-requests/{made.json['id']}").text


def test_the_comparison_says_that_it_is_without_vat(app: Flask, driver: Driver) -> None:
    buyer, _, request_id, _ = make_taxed(driver, tax_basis="gross", offers=[("113", "13")])
    page = browser(app, driver, buyer).get(f"/parts-requests/{request_id}/award").text
    assert "All prices here are without VAT" in page
    assert "100.00" in page
    assert "VAT, 13 %" in page


def test_bids_sealed_before_there_was_a_rate_open_without_one(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_as_before(bid: Bid) -> dict[str, Any]:
        content = write_content(bid)
        del content["bid"]["vat_percent_e4"]
        return content

    monkeypatch.setattr("supplychain.graph.bids.bids.write_content", write_as_before)
    buyer, supplier = (make_user(driver, make_firm(driver)) for _ in range(2))
    request_id = make_parts_request(driver, buyer)
    bid_id = make_bid(driver, supplier, request_id)
    assert stored_bid(driver, bid_id, supplier).vat_percent is None
    pass_deadline(driver, request_id)
    comparison = awards.compare(driver, request_id, by=buyer)
    assert comparison.request.tax_basis == "net"
    assert comparison.opened[0][0].vat_percent is None
