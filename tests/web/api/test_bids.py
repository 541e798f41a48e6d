"""Bids over the API: every door, for everyone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from neo4j import Driver

from supplychain.model.ids import new_id, utc_now
from supplychain.model.people.actors import Actor
from tests.make.accounts import ApiClient, api_client, make_user
from tests.make.bids import make_bid
from tests.make.firms import make_firm
from tests.make.parts_requests import line_ids, make_parts_request, pass_deadline

VALID = (utc_now() + timedelta(days=90)).date().isoformat()


def make_sides(app: Flask, driver: Driver) -> tuple[Actor, ApiClient, Actor, ApiClient, str]:
    """A buyer and a supplier with their clients, and the buyer's open request."""
    buyer, supplier = make_user(driver, make_firm(driver)), make_user(driver, make_firm(driver))
    request_id = make_parts_request(driver, buyer)
    buying, selling = api_client(app, driver, buyer), api_client(app, driver, supplier)
    return buyer, buying, supplier, selling, request_id


def body(driver: Driver, request_id: str, **line: Any) -> dict[str, Any]:
    (line_id,) = line_ids(driver, request_id)
    given = {"request_line_id": line_id, "quantity": 300, "unit_price": "12.5", "lead_days": 20}
    return {"valid_until": VALID, "note": "Net 30", "lines": [{**given, **line}]}


def test_a_bid_goes_from_draft_to_submitted_with_a_receipt(app: Flask, driver: Driver) -> None:
    _, _, supplier, selling, request_id = make_sides(app, driver)
    given = body(driver, request_id, tooling="900.50")
    made = selling.call("post", f"/parts-requests/{request_id}/bids", json=given)
    assert made.status_code == 201
    bid = made.json
    assert made.headers["Location"] == f"/api/v1/bids/{bid['id']}"
    assert (bid["state"], bid["receipt"], bid["total"]) == ("draft", None, "4650.50")
    sent = selling.call("put", f"/bids/{bid['id']}/submission", if_match=1)
    assert sent.status_code == 200
    assert sent.headers["ETag"] == '"2"'
    receipt = sent.json["receipt"]
    assert receipt["bid_id"] == bid["id"]
    assert len(receipt["commitment"]) == 64
    assert sent.json["submitted_at"] == receipt["submitted_at"]
    again = selling.call("get", f"/bids/{bid['id']}")
    assert again.json == sent.json
    assert again.json["firm_id"] == supplier.firm_id


def test_a_submitted_bid_is_revised_in_part_and_withdrawn(app: Flask, driver: Driver) -> None:
    _, _, supplier, selling, request_id = make_sides(app, driver)
    bid_id = make_bid(driver, supplier, request_id)
    before = selling.call("get", f"/bids/{bid_id}").json
    changed = selling.call("patch", f"/bids/{bid_id}", json={"note": "Net 60"}, if_match=2)
    assert changed.status_code == 200
    assert changed.json["lines"] == before["lines"]
    assert (changed.json["note"], changed.json["state"]) == ("Net 60", "open")
    assert changed.json["receipt"]["commitment"] != before["receipt"]["commitment"]
    assert selling.call("put", f"/bids/{bid_id}/withdrawal", if_match=2).status_code == 412
    gone = selling.call("put", f"/bids/{bid_id}/withdrawal", if_match=3)
    assert gone.json["state"] == "withdrawn"


def test_a_second_bid_is_refused_and_the_same_key_is_answered_again(
    app: Flask, driver: Driver
) -> None:
    _, _, _, selling, request_id = make_sides(app, driver)
    path, given, key = f"/parts-requests/{request_id}/bids", body(driver, request_id), new_id()
    first = selling.call("post", path, json=given, key=key)
    again = selling.call("post", path, json=given, key=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    other = selling.call("post", path, json=given)
    assert (other.status_code, other.json["code"]) == (409, "already_exists")
    misused = selling.call("post", path, json={**given, "note": "x"}, key=key)
    assert misused.status_code == 422


def test_sixteen_posts_at_once_make_one_bid(app: Flask, driver: Driver) -> None:
    _, _, _, selling, request_id = make_sides(app, driver)
    path, given = f"/parts-requests/{request_id}/bids", body(driver, request_id)

    def post(_: int) -> int:
        client = ApiClient(client=app.test_client(), token=selling.token)
        return client.call("post", path, json=given).status_code

    with ThreadPoolExecutor(16) as pool:
        codes = list(pool.map(post, range(16)))
    assert sorted(codes) == [201, *15 * [409]]
    assert len(selling.call("get", "/bids").json["items"]) == 1


@pytest.mark.parametrize(
    ("line", "pointer"),
    [
        ({"quantity": 0}, "/lines/0/quantity"),
        ({"quantity": -5}, "/lines/0/quantity"),
        ({"quantity": 501}, "/lines/0/quantity"),
        ({"quantity": 2**63}, "/lines/0/quantity"),
        ({"quantity": 1.5}, "/lines/0/quantity"),
        ({"quantity": True}, "/lines/0/quantity"),
        ({"unit_price": "0"}, "/lines/0/unit_price"),
        ({"unit_price": "-1"}, "/lines/0/unit_price"),
        ({"unit_price": "1.00001"}, "/lines/0/unit_price"),
        ({"unit_price": "1e9"}, "/lines/0/unit_price"),
        ({"unit_price": "NaN"}, "/lines/0/unit_price"),
        ({"unit_price": str(2**63)}, "/lines/0/unit_price"),
        ({"tooling": "-1"}, "/lines/0/tooling"),
        ({"tooling": None}, "/lines/0/tooling"),
        ({"lead_days": 3651}, "/lines/0/lead_days"),
        ({"lead_days": "soon"}, "/lines/0/lead_days"),
        ({"note": "x" * 501}, "/lines/0/note"),
        ({"note": "\ud800"}, "/lines/0/note"),
        ({"request_line_id": "unknown"}, "/lines/0/request_line_id"),
        ({"currency": "USD"}, "/lines/0/currency"),
        ({"tiers": [{"from": 1, "unit_price": "9"}]}, "/lines/0/tiers/0/from"),
        ({"tiers": [{"from": 100}]}, "/lines/0/tiers/0/unit_price"),
        ({"tiers": [{"from": 301, "unit_price": "9"}]}, "/lines/0/tiers/0/from"),
        ({"tiers": [{"from": 2, "unit_price": "9", "x": 1}]}, "/lines/0/tiers/0/x"),
        ({"tiers": "many"}, "/lines/0/tiers"),
        ({"tier_rule": "some"}, "/lines/0/tier_rule"),
        ({"min_quantity": 301}, "/lines/0/min_quantity"),
        ({"freight": "-1"}, "/lines/0/freight"),
    ],
)
def test_a_wrong_line_is_refused_at_its_place(
    app: Flask, driver: Driver, line: dict[str, Any], pointer: str
) -> None:
    _, _, _, selling, request_id = make_sides(app, driver)
    path = f"/parts-requests/{request_id}/bids"
    refused = selling.call("post", path, json=body(driver, request_id, **line))
    assert refused.status_code == 422
    assert refused.content_type == "application/problem+json"
    assert [error["pointer"] for error in refused.json["errors"]] == [pointer]
    assert selling.call("get", "/bids").json["items"] == []


@pytest.mark.parametrize(
    "given",
    [
        [],
        "bid",
        {"lines": "all"},
        {"lines": [1]},
        {"valid_until": "2026-02-30"},
        {"valid_until": 5},
        {"state": "won"},
        {"rank": 1},
        {"firm_id": "x"},
        {"submitted_at": "2026-01-01T00:00:00Z"},
        {"incoterm": "ABC"},
        {"payment_days": -1},
        {"one_off_cost": "x"},
        {"bundles": [{"lines": ["x", "y"], "discount": "5"}]},
        {"bundles": [{"lines": "all", "discount": "5"}]},
        {"bundles": [{"discount": "5"}]},
    ],
)
def test_a_wrong_body_is_refused(app: Flask, driver: Driver, given: Any) -> None:
    _, _, _, selling, request_id = make_sides(app, driver)
    refused = selling.call("post", f"/parts-requests/{request_id}/bids", json=given)
    assert refused.status_code == 422
    assert selling.call("get", "/bids").json["items"] == []


def test_full_width_digits_are_numbers(app: Flask, driver: Driver) -> None:
    _, _, _, selling, request_id = make_sides(app, driver)
    given = body(driver, request_id, quantity="１２０", unit_price="９．５")
    made = selling.call("post", f"/parts-requests/{request_id}/bids", json=given)
    assert (made.json["lines"][0]["quantity"], made.json["lines"][0]["unit_price"]) == (120, "9.50")


def test_an_incomplete_draft_is_told_what_is_missing(app: Flask, driver: Driver) -> None:
    _, _, _, selling, request_id = make_sides(app, driver)
    path = f"/parts-requests/{request_id}/bids"
    bid = selling.call("post", path, json=body(driver, request_id, unit_price=None)).json
    refused = selling.call("put", f"/bids/{bid['id']}/submission", if_match=1)
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json["errors"]] == ["/lines/0/unit_price"]


def test_a_change_needs_the_version_that_was_seen(app: Flask, driver: Driver) -> None:
    _, _, supplier, selling, request_id = make_sides(app, driver)
    bid_id = make_bid(driver, supplier, request_id)
    for method, path in (
        ("patch", f"/bids/{bid_id}"),
        ("put", f"/bids/{bid_id}/submission"),
        ("put", f"/bids/{bid_id}/withdrawal"),
    ):
        given = {"json": {}} if method == "patch" else {}
        assert selling.call(method, path, **given).status_code == 422
        assert selling.call(method, path, if_match=1, **given).status_code == 412


def test_the_deadline_closes_every_door_of_the_supplier(app: Flask, driver: Driver) -> None:
    _, _, supplier, selling, request_id = make_sides(app, driver)
    bid_id = make_bid(driver, supplier, request_id)
    pass_deadline(driver, request_id, sweep=False)
    other = api_client(app, driver, make_user(driver, make_firm(driver)))
    answers = [
        selling.call("patch", f"/bids/{bid_id}", json={"note": "x"}, if_match=2),
        selling.call("put", f"/bids/{bid_id}/withdrawal", if_match=2),
        other.call("post", f"/parts-requests/{request_id}/bids", json=body(driver, request_id)),
    ]
    assert [(answer.status_code, answer.json["code"]) for answer in answers] == 3 * [
        (409, "not_open")
    ]


def test_the_buyer_gets_the_number_before_the_opening_and_the_bids_after(
    app: Flask, driver: Driver
) -> None:
    _, buying, supplier, selling, request_id = make_sides(app, driver)
    bid_id = make_bid(driver, supplier, request_id)
    sealed = buying.call("get", f"/parts-requests/{request_id}/bids")
    assert (sealed.status_code, sealed.json["code"]) == (409, "not_open")
    assert "1" in sealed.json["detail"]
    assert buying.call("get", f"/parts-requests/{request_id}/bid-count").json == {"count": 1}
    assert buying.call("get", f"/bids/{bid_id}").status_code == 404
    pass_deadline(driver, request_id)
    (opened,) = buying.call("get", f"/parts-requests/{request_id}/bids").json["items"]
    own = selling.call("get", f"/bids/{bid_id}").json
    assert {name: opened[name] for name in own} == own
    assert buying.call("get", f"/bids/{bid_id}").json == own


def test_strangers_get_the_same_answer_as_for_what_is_not_there(app: Flask, driver: Driver) -> None:
    _, buying, supplier, _, request_id = make_sides(app, driver)
    bid_id = make_bid(driver, supplier, request_id)
    rival = api_client(app, driver, make_user(driver, make_firm(driver)))
    operator = api_client(app, driver, make_user(driver, None))
    given = {"json": body(driver, request_id)}
    tries: list[tuple[str, str, dict[str, Any]]] = [
        ("get", "/bids/{bid}", {}),
        ("patch", "/bids/{bid}", {"if_match": 2, **given}),
        ("put", "/bids/{bid}/submission", {"if_match": 2}),
        ("put", "/bids/{bid}/withdrawal", {"if_match": 2}),
    ]
    for method, path, more in tries:
        for client in (rival, buying):
            foreign = client.call(method, path.format(bid=bid_id), **more)
            missing = client.call(method, path.format(bid="none"), **more)
            assert foreign.status_code == missing.status_code == 404
            assert foreign.data == missing.data
    for path in ("/parts-requests/{id}/bids", "/parts-requests/{id}/bid-count"):
        foreign = rival.call("get", path.format(id=request_id))
        missing = rival.call("get", path.format(id="none"))
        assert foreign.status_code == missing.status_code == 404
        assert foreign.data == missing.data
    assert operator.call("get", f"/bids/{bid_id}").status_code == 403
    own_request = buying.call("post", f"/parts-requests/{request_id}/bids", **given)
    assert own_request.status_code == 404


def test_lists_page_by_cursor_and_hold_only_own_bids(app: Flask, driver: Driver) -> None:
    buyer, _, supplier, selling, first = make_sides(app, driver)
    rival = make_user(driver, make_firm(driver))
    requests = [first, *(make_parts_request(driver, buyer) for _ in range(2))]
    placed = [make_bid(driver, supplier, request_id) for request_id in requests]
    for request_id in requests:
        make_bid(driver, rival, request_id)
    page = selling.call("get", "/bids?limit=2").json
    rest = selling.call("get", f"/bids?limit=2&cursor={page['next_cursor']}").json
    seen = [item["id"] for item in page["items"] + rest["items"]]
    assert seen == placed[::-1]
    assert rest["next_cursor"] is None
    assert selling.call("get", "/bids?cursor=nonsense").status_code == 422


@pytest.mark.parametrize("role", ["buyer", "viewer"])
def test_who_does_not_sell_reads_and_does_not_bid(app: Flask, driver: Driver, role: str) -> None:
    buyer, seller_firm = make_user(driver, make_firm(driver)), make_firm(driver)
    request_id = make_parts_request(driver, buyer)
    bid_id = make_bid(driver, make_user(driver, seller_firm), request_id)
    weak = api_client(app, driver, make_user(driver, seller_firm, role))
    assert weak.call("get", f"/bids/{bid_id}").status_code == 200
    path = f"/parts-requests/{request_id}/bids"
    assert weak.call("post", path, json=body(driver, request_id)).status_code == 403
    assert weak.call("put", f"/bids/{bid_id}/withdrawal", if_match=2).status_code == 403
