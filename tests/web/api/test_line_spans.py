"""Lines of a long request, its rankings, its comparison and its orders come some at a time."""

from __future__ import annotations

from flask import Flask
from neo4j import Driver

from supplychain.web.input.line_spans import LineSpan
from tests.make.accounts import ApiClient, api_client, make_user
from tests.make.awards import make_award, make_opened_request
from tests.make.firms import make_firm
from tests.make.parts_requests import make_parts_request


def _walk(client: ApiClient, path: str, number: str = "number") -> list[list[int]]:
    """The numbers of the lines of each answer, until there is no cursor."""
    seen: list[list[int]] = []
    cursor = ""
    while True:
        answer = client.call("get", f"{path}?limit=2{cursor}")
        assert answer.status_code == 200, answer.json
        seen.append([line[number] for line in answer.json["lines"]])
        if answer.json["next_cursor"] is None:
            return seen
        cursor = f"&cursor={answer.json['next_cursor']}"


def test_a_span_ends_where_the_lines_do() -> None:
    numbers = [1, 2, 4, 7]  # of an order that won some of a request's lines
    first = LineSpan(limit=2).cut(numbers, int)
    assert (first.items, first.next_cursor is None) == ([1, 2], False)
    assert LineSpan(after=2, limit=2).cut(numbers, int).items == [4, 7]
    assert LineSpan(after=2, limit=2).cut(numbers, int).next_cursor is None
    assert LineSpan(after=7, limit=2).cut(numbers, int).items == []
    assert LineSpan(limit=4).next_cursor(4) is None
    assert LineSpan(limit=3).next_cursor(4) is not None


def test_lines_go_on_at_the_cursor_and_every_line_comes_once(app: Flask, driver: Driver) -> None:
    maker, supplier = make_user(driver, make_firm(driver)), make_user(driver, make_firm(driver))
    lines = [{"part_id": None} for _ in range(5)]
    request_id, bids = make_opened_request(driver, maker, {supplier: [{}] * 5}, lines=lines)
    won = [(bids[supplier], number, 500) for number in (1, 2, 3, 4, 5)]
    make_award(driver, maker, request_id, *won)
    buyer, seller = api_client(app, driver, maker), api_client(app, driver, supplier)
    order_id = buyer.call("get", "/orders").json["items"][0]["id"]
    at = f"/parts-requests/{request_id}"
    whole = [[1, 2], [3, 4], [5]]
    for client, path, number in (
        (buyer, at, "number"),
        (buyer, f"{at}/matches", "number"),
        (buyer, f"{at}/award", "number"),
        (buyer, f"/orders/{order_id}", "number"),
        (seller, f"/orders/{order_id}", "number"),
        (seller, f"/invitations/{request_id}", "number"),
        (seller, f"{at}/standing", "line_number"),
    ):
        assert _walk(client, path, number) == whole, path
        answer = client.call("get", path).json  # without a limit all of them, as ever
        assert ([line[number] for line in answer["lines"]], answer["next_cursor"]) == (
            [1, 2, 3, 4, 5],
            None,
        )
        for wrong in ("limit=0", "limit=401", "limit=x", "cursor=x", "cursor=WyJhIl0="):
            assert client.call("get", f"{path}?{wrong}").status_code == 422, wrong
    part = buyer.call("get", f"/orders/{order_id}?limit=2").json
    whole_order = buyer.call("get", f"/orders/{order_id}").json
    assert part["total"] == whole_order["total"]  # of all lines, whichever are told


def test_goods_are_told_with_their_lines(app: Flask, driver: Driver) -> None:
    maker, supplier = make_user(driver, make_firm(driver)), make_user(driver, make_firm(driver))
    lines = [{"part_id": None} for _ in range(2)]
    request_id, bids = make_opened_request(driver, maker, {supplier: [{}] * 2}, lines=lines)
    make_award(driver, maker, request_id, *[(bids[supplier], number, 500) for number in (1, 2)])
    seller = api_client(app, driver, supplier)
    order = seller.call("get", "/orders").json["items"][0]
    at = f"/orders/{order['id']}"
    order = seller.call("put", f"{at}/acceptance", if_match=1).json
    goods = {
        "line_id": order["lines"][1]["id"],
        "quantity": 5,
        "shipped_on": order["created_at"][:10],
    }
    assert seller.call("post", f"{at}/shipments", json=goods).status_code == 201
    first = seller.call("get", f"{at}?limit=1").json
    assert first["shipments"] == []
    last = seller.call("get", f"{at}?limit=1&cursor={first['next_cursor']}").json
    assert [one["quantity"] for one in last["shipments"]] == [5]


def test_a_draft_comes_whole(app: Flask, driver: Driver) -> None:
    maker = make_user(driver, make_firm(driver))
    lines = [{"part_id": None} for _ in range(3)]
    request_id = make_parts_request(driver, maker, lines=lines, publish=False)
    draft = api_client(app, driver, maker).call("get", f"/parts-requests/{request_id}?limit=1").json
    assert (len(draft["lines"]), draft["next_cursor"]) == (3, None)
