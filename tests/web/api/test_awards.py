"""Comparing and awarding over the API."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from neo4j import Driver

from supplychain.model.people.actors import Actor
from tests.make.accounts import ApiClient, api_client, make_user
from tests.make.awards import make_opened_request
from tests.make.bids import make_bid
from tests.make.firms import make_firm
from tests.make.parts_requests import line_ids, make_parts_request
from tests.make.secrets import find_secrets


def make_opened(driver: Driver) -> tuple[Actor, Actor, Actor, str, dict[Actor, str]]:
    """A buyer, two suppliers who bid 12.00 and 11.00 for all 500, the request, and the bids."""
    buyer, dear, cheap = (make_user(driver, make_firm(driver)) for _ in range(3))
    offers = {dear: [{"unit_price": Decimal(12)}], cheap: [{"unit_price": Decimal(11)}]}
    request_id, placed = make_opened_request(driver, buyer, offers)
    return buyer, dear, cheap, request_id, placed


def give(driver: Driver, request_id: str, *given: tuple[str, Any], **more: Any) -> dict[str, Any]:
    (line_id,) = line_ids(driver, request_id)
    allocations = [
        {"bid_id": bid_id, "request_line_id": line_id, "quantity": quantity}
        for bid_id, quantity in given
    ]
    return {"allocations": allocations, "reason": "Two sources.", **more}


def test_a_request_is_compared_split_and_awarded(app: Flask, driver: Driver) -> None:
    buyer, dear, cheap, request_id, placed = make_opened(driver)
    buying = api_client(app, driver, buyer)
    path = f"/parts-requests/{request_id}/award"
    compared = buying.call("get", path).json
    (line,) = compared["lines"]
    assert [(quote["bid_id"], quote["landed_cost"]) for quote in line["quotes"]] == [
        (placed[cheap], "11.00"),
        (placed[dear], "12.00"),
    ]
    assert line["quotes"][0]["best"] == ["landed_cost", "unit_price"]
    assert line["quotes"][0]["landed_cost_known"]
    told = compared["recommendation"]
    assert (told["how"], told["late_lines"], told["in_time_price"]) == ("optimal", [], None)
    assert [(each["bid_id"], each["quantity"]) for each in compared["proposal"]] == [
        (placed[cheap], 500)
    ]
    assert compared["award"] is None
    given = give(driver, request_id, (placed[dear], 200), (placed[cheap], 300))
    decided = buying.call("put", path, json=given)
    assert decided.status_code == 200
    lines = decided.json["award"]["order_lines"]
    assert {(made["bid_id"], made["quantity"], made["unit_price"]) for made in lines} == {
        (placed[dear], 200, "12.00"),
        (placed[cheap], 300, "11.00"),
    }
    assert decided.json["state"] == "awarded"
    assert buying.call("get", path).json == decided.json


def test_the_loser_reads_its_rank_and_no_rival(app: Flask, driver: Driver) -> None:
    buyer, dear, cheap, request_id, placed = make_opened(driver)
    given = give(driver, request_id, (placed[cheap], 500))
    api_client(app, driver, buyer).call("put", f"/parts-requests/{request_id}/award", json=given)
    losing = api_client(app, driver, dear)
    lost = losing.call("get", f"/bids/{placed[dear]}")
    assert (lost.json["state"], lost.json["rank"], lost.json["bids"]) == ("lost", 2, 2)
    (listed,) = losing.call("get", "/bids").json["items"]
    assert (listed["state"], listed["rank"], listed["bids"]) == ("lost", 2, 2)
    for answer in (lost, losing.call("get", "/bids")):
        assert cheap.firm_id not in answer.text
        assert placed[cheap] not in answer.text
        assert find_secrets(answer.text, ["11.00"]) == []
    won = api_client(app, driver, cheap).call("get", f"/bids/{placed[cheap]}").json
    assert (won["state"], won["rank"]) == ("won", 1)


@pytest.mark.parametrize(
    ("quantity", "pointer"),
    [
        (501, "/allocations/0/quantity"),
        (-1, "/allocations/0/quantity"),
        (1.5, "/allocations/0/quantity"),
        ("many", "/allocations/0/quantity"),
        (2**63, "/allocations/0/quantity"),
        (0, "/allocations"),
        (499, "/accept_uncovered"),
    ],
)
def test_a_wrong_quantity_is_refused_at_its_place(
    app: Flask, driver: Driver, quantity: Any, pointer: str
) -> None:
    buyer, _, cheap, request_id, placed = make_opened(driver)
    buying = api_client(app, driver, buyer)
    path = f"/parts-requests/{request_id}/award"
    refused = buying.call("put", path, json=give(driver, request_id, (placed[cheap], quantity)))
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json["errors"]] == [pointer]
    assert buying.call("get", path).json["award"] is None


@pytest.mark.parametrize(
    "given",
    [
        [],
        {"allocations": {}},
        {"allocations": [{}]},
        {"allocations": [], "unit_price": "1"},
        {"allocations": [], "reason": 5},
        {"allocations": [{"bid_id": "x", "request_line_id": "y", "quantity": 1, "price": 1}]},
        {"allocations": [{"bid_id": "x", "request_line_id": "y", "quantity": 1}]},
    ],
)
def test_a_wrong_body_is_refused(app: Flask, driver: Driver, given: Any) -> None:
    buyer, _, _, request_id, _ = make_opened(driver)
    buying = api_client(app, driver, buyer)
    assert buying.call("put", f"/parts-requests/{request_id}/award", json=given).status_code == 422


def test_what_is_not_the_cheapest_needs_a_reason(app: Flask, driver: Driver) -> None:
    buyer, dear, _, request_id, placed = make_opened(driver)
    given = give(driver, request_id, (placed[dear], 500), reason="")
    path = f"/parts-requests/{request_id}/award"
    refused = api_client(app, driver, buyer).call("put", path, json=given)
    assert [error["pointer"] for error in refused.json["errors"]] == ["/reason"]


def test_two_buyers_of_one_firm_awarding_at_once_make_one_award(app: Flask, driver: Driver) -> None:
    firm = make_firm(driver)
    people = [make_user(driver, firm, "buyer") for _ in range(2)]
    dear, cheap = (make_user(driver, make_firm(driver)) for _ in range(2))
    offers = {dear: [{"unit_price": Decimal(12)}], cheap: [{"unit_price": Decimal(11)}]}
    request_id, placed = make_opened_request(driver, people[0], offers)
    tokens = [api_client(app, driver, person).token for person in people]
    path = f"/parts-requests/{request_id}/award"
    bodies = [give(driver, request_id, (placed[each], 500)) for each in (dear, cheap)]

    def award(at: int) -> int:
        client = ApiClient(client=app.test_client(), token=tokens[at % 2])
        return client.call("put", path, json=bodies[at % 2]).status_code

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(award, range(8)))
    assert sorted(codes) == [200, *7 * [409]]
    found = api_client(app, driver, people[0]).call("get", path).json
    assert len(found["award"]["order_lines"]) == 1


def test_nothing_is_awarded_with_a_reason_and_only_once(app: Flask, driver: Driver) -> None:
    buyer, dear, _, request_id, placed = make_opened(driver)
    buying = api_client(app, driver, buyer)
    path = f"/parts-requests/{request_id}/failure"
    assert buying.call("put", path, json={}).status_code == 422
    assert buying.call("put", path, json={"reason": "  "}).status_code == 422
    ended = buying.call("put", path, json={"reason": "The budget is gone."})
    assert (ended.json["state"], ended.json["award"]["order_lines"]) == ("failed", [])
    assert buying.call("put", path, json={"reason": "Again."}).json["code"] == "not_open"
    lost = api_client(app, driver, dear).call("get", f"/bids/{placed[dear]}")
    assert lost.json["state"] == "lost"
    assert "budget" not in lost.text


def test_sealed_bids_can_be_neither_compared_nor_awarded(app: Flask, driver: Driver) -> None:
    buyer, supplier = (make_user(driver, make_firm(driver)) for _ in range(2))
    request_id = make_parts_request(driver, buyer)
    bid_id = make_bid(driver, supplier, request_id)
    buying = api_client(app, driver, buyer)
    path = f"/parts-requests/{request_id}/award"
    tries = [
        buying.call("get", path),
        buying.call("put", path, json=give(driver, request_id, (bid_id, 500))),
        buying.call("put", f"/parts-requests/{request_id}/failure", json={"reason": "No."}),
    ]
    assert [(answer.status_code, answer.json["code"]) for answer in tries] == 3 * [
        (409, "not_open")
    ]


def test_strangers_and_bidders_get_the_answer_for_what_is_not_there(
    app: Flask, driver: Driver
) -> None:
    _, dear, _, request_id, placed = make_opened(driver)
    given = give(driver, request_id, (placed[dear], 500))
    tries: list[tuple[str, str, dict[str, Any]]] = [
        ("get", "/parts-requests/{id}/award", {}),
        ("put", "/parts-requests/{id}/award", {"json": given}),
        ("put", "/parts-requests/{id}/failure", {"json": {"reason": "No."}}),
    ]
    for who in (dear, make_user(driver, make_firm(driver))):
        client = api_client(app, driver, who)
        for method, path, more in tries:
            foreign = client.call(method, path.format(id=request_id), **more)
            missing = client.call(method, path.format(id="none"), **more)
            assert foreign.status_code == missing.status_code == 404
            assert foreign.data == missing.data


@pytest.mark.parametrize("role", ["seller", "viewer"])
def test_who_does_not_buy_reads_and_does_not_decide(app: Flask, driver: Driver, role: str) -> None:
    firm = make_firm(driver)
    buyer, supplier = make_user(driver, firm), make_user(driver, make_firm(driver))
    request_id, placed = make_opened_request(driver, buyer, {supplier: [{}]})
    weak = api_client(app, driver, make_user(driver, firm, role))
    path = f"/parts-requests/{request_id}/award"
    assert weak.call("get", path).status_code == 200
    given = give(driver, request_id, (placed[supplier], 500))
    assert weak.call("put", path, json=given).status_code == 403
    failure = weak.call("put", f"/parts-requests/{request_id}/failure", json={"reason": "No."})
    assert failure.status_code == 403
