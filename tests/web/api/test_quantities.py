"""Quantities with decimals through all doors: asked, bid, compared, awarded, shipped, counted."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from neo4j import Driver

from supplychain.actions.orders.reactions import react
from supplychain.graph.engine.transactions import read, row, rows
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from supplychain.model.quantities import NOT_WHOLE, TOO_FINE
from tests.make.accounts import ApiClient, api_client, browser, make_user
from tests.make.awards import make_award, make_opened_request, stored_award
from tests.make.bids import make_bid
from tests.make.firms import make_firm, make_verified
from tests.make.matches import make_ability
from tests.make.orders import make_cluster
from tests.make.parts_requests import line_ids, make_parts_request, pass_deadline

VALID = (utc_now() + timedelta(days=90)).date().isoformat()
NEED_BY = (utc_now() + timedelta(days=60)).date().isoformat()
BOOKED = "MATCH (b:Booking {order_line_id: $id}) RETURN b.quantity AS quantity"
LEDGER = """
MATCH (d:Delivery {buyer_id: $buyer})
RETURN d.quantity AS quantity, d.delivered_quantity AS delivered,
       d.rejected_quantity AS rejected ORDER BY quantity LIMIT 10
"""
RECORD = """
MATCH (c:Capability {id: $id})
RETURN c.received_quantity AS received, c.rejected_quantity AS rejected
"""


def _line(**values: Any) -> dict[str, Any]:
    return {"description": "Steel wire", "category": "Wire", "need_by": NEED_BY, **values}


def test_a_line_takes_the_decimals_of_its_unit_and_no_more(buyer: ApiClient) -> None:
    for uom, quantity, message in (
        ("piece", 2.5, NOT_WHOLE),
        ("", "2.5", NOT_WHOLE),
        ("kg", 2.5005, TOO_FINE),
        ("kg", 0, "Enter a quantity above 0."),
        ("kg", -2.5, "Enter a quantity above 0."),
        ("m", 10**13, "Enter at most 1,000,000,000,000."),
    ):
        line = _line(quantity=quantity, **({"uom": uom} if uom else {}))
        refused = buyer.call("post", "/parts-requests", json={"lines": [line]})
        errors = [(one["pointer"], one["detail"]) for one in refused.json["errors"]]
        assert (refused.status_code, errors) == (422, [("/lines/0/quantity", message)]), quantity
    lines = [_line(quantity="10.125", uom="kg"), _line(quantity=7.0, uom="m")]
    made = buyer.call("post", "/parts-requests", json={"title": "Wire", "lines": lines})
    assert [one["quantity"] for one in made.json["lines"]] == [10.125, 7]
    assert '"quantity":7,' in made.text.replace(" ", "")


def _weigh(driver: Driver) -> tuple[Actor, Actor, str, str]:
    """A buyer, its supplier, the request of 10.5 kg that it won, and the order."""
    buyer, supplier = (make_user(driver, make_firm(driver)) for _ in range(2))
    make_verified(driver, buyer.firm_id, supplier.firm_id)
    make_ability(driver, supplier.firm_id, "forgings", weekly_capacity=1000)
    offer = {
        "quantity": Decimal("10.5"), "unit_price": Decimal("3.3333"),
        "min_quantity": Decimal("0.25"), "lead_days": 2,
    }  # fmt: skip
    request_id, placed = make_opened_request(
        driver, buyer, {supplier: [offer]}, lines=[{"quantity": Decimal("10.5"), "uom": "KGM"}]
    )
    make_award(driver, buyer, request_id, (placed[supplier], 1, Decimal("10.5")), reason="")  # type: ignore[arg-type]
    decided = stored_award(driver, buyer, request_id)
    assert decided is not None
    return buyer, supplier, request_id, decided.orders[0].order_id


def test_a_bid_in_kilograms_is_sealed_compared_and_ordered_to_the_gram(
    app: Flask, driver: Driver
) -> None:
    buyer, supplier = (make_user(driver, make_firm(driver)) for _ in range(2))
    request_id = make_parts_request(driver, buyer, lines=[{"quantity": 10, "uom": "KGM"}])
    (line_id,) = line_ids(driver, request_id)
    line = {"request_line_id": line_id, "quantity": 8.125, "unit_price": "2", "lead_days": 3}
    line |= {"min_quantity": 0.5, "tiers": [{"from": 2.5, "unit_price": "1.5"}]}
    selling = api_client(app, driver, supplier)
    body = {"valid_until": VALID, "lines": [line]}
    made = selling.call("post", f"/parts-requests/{request_id}/bids", json=body)
    assert made.status_code == 201
    stored = made.json["lines"][0]
    assert (stored["quantity"], stored["min_quantity"]) == (8.125, 0.5)
    assert stored["tiers"] == [{"from": 2.5, "unit_price": "1.50"}]
    assert made.json["total"] == "12.1875"
    sent = selling.call("put", f"/bids/{made.json['id']}/submission", if_match=1)
    assert '"quantity":"8.125"' in sent.json["receipt"]["content"]
    form = browser(app, driver, supplier).get(f"/parts-requests/{request_id}/bid").text
    assert 'value="8.1250"' in form
    assert 'value="2.5"' in form
    line["quantity"] = 10.001
    refused = selling.call("patch", f"/bids/{made.json['id']}", json={"lines": [line]}, if_match=2)
    assert refused.json["errors"][0]["detail"] == (
        "Offer from 0.001 to 10, the quantity that is asked for."
    )


def test_a_measured_order_runs_to_the_ledger(app: Flask, driver: Driver) -> None:
    buyer, supplier, request_id, order_id = _weigh(driver)
    buying, selling = api_client(app, driver, buyer), api_client(app, driver, supplier)
    compared = buying.call("get", f"/parts-requests/{request_id}/award").json
    assert compared["lines"][0]["quantity"] == 10.5
    assert compared["lines"][0]["quotes"][0]["least"] == 0.25
    assert compared["award"]["order_lines"][0]["quantity"] == 10.5
    order = selling.call("get", f"/orders/{order_id}").json
    line = order["lines"][0]
    assert (line["quantity"], order["total"]) == (10.5, "34.9996")  # 34.99965, to the even digit
    listed = selling.call("get", "/orders").json["items"]
    assert [one["total"] for one in listed] == ["34.9996"]
    version = order["version"]
    done = selling.call("put", f"/orders/{order_id}/acceptance", if_match=version)
    assert done.status_code == 200
    assert read(driver, lambda tx: row(tx, BOOKED, id=line["id"])) == {"quantity": 11}
    today = utc_now().date().isoformat()
    for quantity, detail in ((10.501, "Ship at most 10.5 now"), (0.0005, TOO_FINE)):
        sent = {"line_id": line["id"], "quantity": quantity, "shipped_on": today}
        refused = selling.call("post", f"/orders/{order_id}/shipments", json=sent)
        assert refused.json["errors"][0]["detail"].startswith(detail)
    for quantity in (4.1, 6.4):
        sent = {"line_id": line["id"], "quantity": quantity, "shipped_on": today}
        assert selling.call("post", f"/orders/{order_id}/shipments", json=sent).status_code == 201
    page = browser(app, driver, supplier).get(f"/orders/{order_id}").text
    assert "10.5 kg" in page
    came = {"line_id": line["id"], "quantity": 10.5, "rejected_quantity": 0.25}
    received = buying.call(
        "post", f"/orders/{order_id}/receipts", json={**came, "received_on": today}
    )
    assert received.json["state"] == "received"
    assert received.json["shipments"][0]["quantity"] == 4.1
    assert received.json["lines"][0]["rejected_quantity"] == 0.25
    react(driver, utc_now())
    (delivery,) = read(driver, lambda tx: rows(tx, LEDGER, buyer=buyer.firm_id))
    assert delivery == {"quantity": 10.5, "delivered": 10.5, "rejected": 0.25}
    record = read(driver, lambda tx: row(tx, RECORD, id=f"{supplier.firm_id}|forgings"))
    assert record == {"received": 10.5, "rejected": 0.25}


def test_a_share_of_a_measured_line_comes_back_to_the_gram(app: Flask, driver: Driver) -> None:
    _, supplier, _, order_id = _weigh(driver)
    peer = make_user(driver, make_firm(driver))
    make_cluster(driver, supplier, peer)
    selling = api_client(app, driver, supplier)
    selling.call("put", f"/orders/{order_id}/acceptance", if_match=1)
    line = selling.call("get", f"/orders/{order_id}").json["lines"][0]
    body = {"line_id": line["id"], "peer_id": peer.firm_id, "unit_price": "1"}
    path = f"/orders/{order_id}/shares"
    refused = selling.call("post", path, json={**body, "quantity": 10.6})
    assert refused.json["errors"][0]["detail"] == "You can share from 0.001 to 10.5 of this line."
    made = selling.call("post", path, json={**body, "quantity": 3.3})
    assert made.status_code == 201
    kept = selling.call("get", f"/orders/{order_id}").json["lines"][0]
    assert (kept["kept_quantity"], kept["shared_quantity"]) == (7.2, 3.3)
    share_id = made.json["id"]
    version = selling.call("get", f"/orders/{share_id}").json["version"]
    recalled = selling.call("put", f"/shares/{share_id}/recall", if_match=version)
    assert recalled.status_code == 200, recalled.json
    back = selling.call("get", f"/orders/{order_id}").json["lines"][0]
    assert (back["kept_quantity"], back["shared_quantity"]) == (10.5, 0)


@pytest.mark.usefixtures("driver")
def test_the_api_says_that_quantities_are_numbers_of_three_decimals(app: Flask) -> None:
    schemas = app.test_client().get("/api/v1/openapi.json").json["components"]["schemas"]
    said = schemas["RequestLineIn"]["properties"]["quantity"]
    assert (said["type"], said["exclusiveMinimum"]) == ("number", 0)
    assert said["description"] == "whole where the unit is counted; at most 3 decimals"
    assert schemas["OrderLineOut"]["properties"]["shipped_quantity"]["type"] == "number"


def test_a_price_for_a_hundred_is_shown_as_it_was_bid(app: Flask, driver: Driver) -> None:
    buyer, supplier = (make_user(driver, make_firm(driver)) for _ in range(2))
    offer = {"unit_price": Decimal("3.45"), "price_per": 100}
    request_id, placed = make_opened_request(driver, buyer, {supplier: [offer]})
    compared = api_client(app, driver, buyer).call("get", f"/parts-requests/{request_id}/award")
    (quote,) = compared.json["lines"][0]["quotes"]
    assert (quote["unit_price"], quote["price_per"]) == ("3.45", 100)
    assert quote["landed_cost"] == "0.0345"
    assert compared.json["suppliers"][0]["total"] == "17.25"
    page = browser(app, driver, buyer).get(f"/parts-requests/{request_id}/award").text
    assert "for 100 pcs" in page
    own = api_client(app, driver, supplier).call("get", f"/bids/{placed[supplier]}").json
    assert (own["lines"][0]["price_per"], own["lines"][0]["total"]) == (100, "17.25")
    shown = browser(app, driver, supplier).get(f"/bids/{placed[supplier]}").text
    assert "for 100 pcs" in shown


def test_asked_in_pieces_and_offered_in_boxes_is_compared_in_pieces_and_shown_in_both(
    app: Flask, driver: Driver
) -> None:
    buyer, supplier, rival = (make_user(driver, make_firm(driver)) for _ in range(3))
    asking, selling = api_client(app, driver, buyer), api_client(app, driver, supplier)
    box = {"uom": "box", "amount": 1, "equals": 50}
    line = _line(quantity=500, conversions=[box])
    wrong = [{**box, "equals": 0}], [{**box, "uom": "dozen"}], [box, box], [{**box, "uom": "zz"}]
    for conversions in wrong:
        body = {"lines": [{**line, "conversions": conversions}]}
        assert asking.call("post", "/parts-requests", json=body).status_code == 422, conversions
    deadline = (utc_now() + timedelta(days=7)).isoformat()
    body = {"title": "Rings", "deadline": deadline, "audience": "all", "lines": [line]}
    made = asking.call("post", "/parts-requests", json=body)
    stated = {"uom": "XBX", "amount": 1, "equals": 50}
    assert made.json["lines"][0]["conversions"] == [stated]
    request_id = made.json["id"]
    path = f"/parts-requests/{request_id}"
    published = asking.call("put", f"{path}/publication?confirm=nobody_makes", if_match=1)
    assert published.status_code == 202
    seen = selling.call("get", f"/invitations/{request_id}").json["lines"][0]
    assert seen["conversions"] == [stated]
    form = browser(app, driver, supplier).get(f"/parts-requests/{request_id}/bid").text
    assert '<option value="XBX"' in form
    assert "1 box = 50 pcs" in form
    offer = {"request_line_id": seen["id"], "quantity": 10, "unit_price": "12.34", "lead_days": 3}
    refused = selling.call(
        "post", f"{path}/bids", json={"lines": [{**offer, "uom": "kg"}], "valid_until": VALID}
    )
    assert [one["pointer"] for one in refused.json["errors"]] == ["/lines/0/uom"]
    assert "kg does not convert into pcs" in refused.json["errors"][0]["detail"]
    boxed = {"lines": [{**offer, "uom": "box"}], "valid_until": VALID}
    bid = selling.call("post", f"{path}/bids", json=boxed).json
    assert (bid["lines"][0]["uom"], bid["total"]) == ("XBX", "123.40")
    sent = selling.call("put", f"/bids/{bid['id']}/submission", if_match=1)
    assert '"uom":"XBX"' in sent.json["receipt"]["content"]
    make_bid(driver, rival, request_id, lines=[{"unit_price": Decimal("0.25")}])
    pass_deadline(driver, request_id)
    compared = asking.call("get", f"{path}/award").json
    quote = next(one for one in compared["lines"][0]["quotes"] if one["bid_id"] == bid["id"])
    assert (quote["offered"], quote["unit_price"]) == (500, "0.2468")
    assert quote["typed"] == {
        "uom": "XBX", "quantity": 10, "unit_price": "12.34", "price_per": 1
    }  # fmt: skip
    assert [(one["bid_id"], one["quantity"]) for one in compared["proposal"]] == [(bid["id"], 500)]
    page = browser(app, driver, buyer).get(f"/parts-requests/{request_id}/award").text
    assert "as bid: 12.34 for 1 box" in page
    make_award(driver, buyer, request_id, (bid["id"], 1, 500), reason="")
    decided = stored_award(driver, buyer, request_id)
    assert decided is not None
    order = asking.call("get", f"/orders/{decided.orders[0].order_id}").json
    assert (order["lines"][0]["quantity"], order["lines"][0]["uom"]) == (500, "H87")
    assert order["total"] == "123.40"


def test_other_units_are_typed_as_they_are_said(app: Flask, driver: Driver) -> None:
    buyer = make_user(driver, make_firm(driver))
    request_id = make_parts_request(driver, buyer, publish=False)
    client = api_client(app, driver, buyer)
    for text, stated in (
        ("1 箱 = 50", [("XBX", 1, 50)]),
        ("1 box=50 pcs; 62 kg = 1000", [("XBX", 1, 50), ("KGM", 62, 1000)]),
        ("１ box ＝ ５０", [("XBX", 1, 50)]),
    ):
        version = client.call("get", f"/parts-requests/{request_id}").json["version"]
        line = _line(quantity=500, conversions=text)
        changed = client.call(
            "patch", f"/parts-requests/{request_id}", json={"lines": [line]}, if_match=version
        )
        found = changed.json["lines"][0]["conversions"]
        assert [(one["uom"], one["amount"], one["equals"]) for one in found] == stated
    for text in ("box = 50", "1 box", "= 50", "1 box = x"):
        refused = client.call("post", "/parts-requests", json={"lines": [_line(conversions=text)]})
        assert refused.status_code == 422, text


def test_the_form_of_a_request_says_what_is_wrong_with_another_unit(
    app: Flask, driver: Driver
) -> None:
    buyer = make_user(driver, make_firm(driver))
    fields = {"title": "Rings", "lines-0-description": "Ring", "lines-0-quantity": "2.5"}
    fields |= {"lines-0-uom": "H87", "lines-0-conversions": "1 dozen = 12"}
    page = browser(app, driver, buyer).post("/parts-requests", data=fields)
    assert page.status_code == 422
    assert "converts into the line&#39;s by itself" in page.text
    assert "This unit is counted in whole numbers" in page.text
    assert 'value="1 dozen = 12"' in page.text
