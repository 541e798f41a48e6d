"""Prices by quantity, minimums, discounts and terms of a bid over the API, up to the order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask
from neo4j import Driver

from supplychain.model.ids import utc_now
from tests.make.accounts import ApiClient, api_client, make_user
from tests.make.firms import make_firm
from tests.make.matches import make_ability
from tests.make.parts_requests import line_ids, make_parts_request, pass_deadline

VALID = (utc_now() + timedelta(days=90)).date().isoformat()


def rich_body(driver: Driver, request_id: str) -> dict[str, Any]:
    """A bid that uses every term, for a request of two lines of 500."""
    first, second = line_ids(driver, request_id)
    line = {"quantity": 500, "unit_price": "12.5", "lead_days": 20}
    more = {
        "tiers": [{"from": 100, "unit_price": "12"}, {"from": 400, "unit_price": "11"}],
        "tier_rule": "incremental",
        "min_quantity": 50,
        "freight": "0.35",
    }
    return {
        "valid_until": VALID,
        "note": "",
        "lines": [{"request_line_id": first, **line, **more}, {"request_line_id": second, **line}],
        "one_off_cost": "800",
        "bundles": [{"lines": [first, second], "discount": "2.5"}],
        "incoterm": "EXW",
        "payment_days": 60,
    }


def make_two_lines(app: Flask, driver: Driver) -> tuple[ApiClient, ApiClient, str]:
    """A buyer's and a supplier's client, and the buyer's request of two lines."""
    buyer, supplier = make_user(driver, make_firm(driver)), make_user(driver, make_firm(driver))
    make_ability(driver, supplier.firm_id, weekly_capacity=10)
    request_id = make_parts_request(driver, buyer, lines=[{}, {}])
    return api_client(app, driver, buyer), api_client(app, driver, supplier), request_id


def test_every_term_comes_back_as_it_was_sent(app: Flask, driver: Driver) -> None:
    buying, selling, request_id = make_two_lines(app, driver)
    given = rich_body(driver, request_id)
    made = selling.call("post", f"/parts-requests/{request_id}/bids", json=given)
    assert made.status_code == 201, made.json
    sent = selling.call("put", f"/bids/{made.json['id']}/submission", if_match=1).json
    line = sent["lines"][0]
    assert line["tiers"] == [
        {"from": 100, "unit_price": "12.00"},
        {"from": 400, "unit_price": "11.00"},
    ]
    assert (line["tier_rule"], line["min_quantity"], line["freight"]) == ("incremental", 50, "0.35")
    assert sent["bundles"] == [{"lines": given["bundles"][0]["lines"], "discount": "2.50"}]
    assert (sent["one_off_cost"], sent["incoterm"], sent["payment_days"]) == ("800.00", "EXW", 60)
    assert line["total"] == "5950.00"
    assert sent["total"] == "12870.00"
    pass_deadline(driver, request_id)
    (opened,) = buying.call("get", f"/parts-requests/{request_id}/bids").json["items"]
    names = ("lines", "bundles", "one_off_cost", "incoterm", "payment_days", "total", "receipt")
    assert {name: opened[name] for name in names} == {name: sent[name] for name in names}


def test_a_change_leaves_the_terms_that_it_does_not_name(app: Flask, driver: Driver) -> None:
    _, selling, request_id = make_two_lines(app, driver)
    given = rich_body(driver, request_id)
    made = selling.call("post", f"/parts-requests/{request_id}/bids", json=given).json
    path = f"/bids/{made['id']}"
    changed = selling.call("patch", path, json={"payment_days": None}, if_match=1).json
    assert changed["payment_days"] is None
    assert (changed["incoterm"], changed["bundles"]) == ("EXW", made["bundles"])
    bare = selling.call("patch", path, json={"bundles": [], "incoterm": None}, if_match=2).json
    assert (bare["incoterm"], bare["bundles"], bare["one_off_cost"]) == (None, [], "800.00")


def test_too_little_capacity_is_told_to_the_bidder_and_never_to_the_buyer(
    app: Flask, driver: Driver
) -> None:
    buying, selling, request_id = make_two_lines(app, driver)
    given = rich_body(driver, request_id)
    made = selling.call("post", f"/parts-requests/{request_id}/bids", json=given).json
    sent = selling.call("put", f"/bids/{made['id']}/submission", if_match=1)
    assert sent.status_code == 200
    assert [warning["line"] for warning in sent.json["warnings"]] == [1, 2]
    (capability,) = selling.call("get", "/capabilities").json["items"]
    # 61 days at 10 a week, for both lines together.
    assert [each["quantity"] for each in capability["held"]] == [87]
    pass_deadline(driver, request_id)
    (opened,) = buying.call("get", f"/parts-requests/{request_id}/bids").json["items"]
    assert opened["warnings"] == []
    assert buying.call("get", f"/bids/{made['id']}").json["warnings"] == []


def test_an_award_orders_at_the_tier_and_with_the_discount(app: Flask, driver: Driver) -> None:
    buying, selling, request_id = make_two_lines(app, driver)
    given = rich_body(driver, request_id)
    bid = selling.call("post", f"/parts-requests/{request_id}/bids", json=given).json
    selling.call("put", f"/bids/{bid['id']}/submission", if_match=1)
    pass_deadline(driver, request_id)
    found = buying.call("get", f"/parts-requests/{request_id}/award").json
    assert found["suppliers"] == [
        {
            "bid_id": bid["id"],
            "lines": "12200.00",
            "one_off_cost": "800.00",
            "freight": "175.00",
            "discount": "305.00",
            "total": "12870.00",
            "owed_currency": "CNY",
            "owed_total": "12870.00",
        }
    ]
    less = {**found["proposal"][0], "quantity": 49}
    refused = buying.call(
        "put",
        f"/parts-requests/{request_id}/award",
        json={"allocations": [less], "reason": "x", "accept_uncovered": True},
    )
    assert [error["pointer"] for error in refused.json["errors"]] == ["/allocations/0/quantity"]
    made = buying.call(
        "put",
        f"/parts-requests/{request_id}/award",
        json={"allocations": found["proposal"], "reason": ""},
    )
    assert made.status_code == 200, made.json
    order_id = made.json["award"]["order_lines"][0]["order_id"]
    order = selling.call("get", f"/orders/{order_id}").json
    assert (order["one_off_cost"], order["discount"], order["total"]) == (
        "800.00",
        "305.00",
        "12870.00",
    )
    assert (order["lines"][0]["unit_price"], order["lines"][0]["total"]) == ("11.90", "6125.00")
    assert [line["freight"] for line in order["lines"]] == ["175.00", None]
    assert (order["incoterm"], order["payment_days"]) == ("EXW", 60)
    (listed,) = selling.call("get", "/orders").json["items"]
    assert listed["total"] == "12870.00"
