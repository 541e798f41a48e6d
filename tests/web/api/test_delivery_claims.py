"""Claims about deliveries by the API."""

from __future__ import annotations

import pytest
from flask import Flask
from neo4j import Driver

from supplychain.model.people.actors import Actor
from tests.make.accounts import ApiClient, api_client, make_user
from tests.make.claims import BAD, claim
from tests.make.firms import make_firm
from tests.make.matches import make_offer

Pair = tuple[ApiClient, ApiClient, str, Actor]


@pytest.fixture
def pair(driver: Driver, app: Flask) -> Pair:
    """The supplier, the buyer, the batch of three lines, and who sent it."""
    supplier = make_user(driver, make_firm(driver, name="Taihu Forging"))
    buyer = make_user(driver, make_firm(driver, name="Nantong Presses"))
    make_offer(driver, supplier.firm_id)
    batch = claim(driver, supplier.firm_id, 3, by=buyer, how=BAD)
    return api_client(app, driver, supplier), api_client(app, driver, buyer), batch, buyer


def test_a_supplier_lists_and_answers(pair: Pair) -> None:
    supplier, _, batch, buyer = pair
    listed = supplier.call("get", "/delivery-claim-batches").json
    assert listed is not None
    (one,) = listed["items"]
    assert (one["id"], one["buyer_id"], one["lines"]) == (batch, buyer.firm_id, 3)
    assert (one["claimed"], one["is_trusted"]) == (3, False)
    first = supplier.call("get", "/delivery-claims?limit=2").json
    assert first is not None
    more = supplier.call("get", f"/delivery-claims?limit=2&cursor={first['next_cursor']}").json
    assert more is not None
    assert [each["id"] for each in first["items"] + more["items"]] == ["X0", "X1", "X2"]
    body = {"answer": "disputed", "statement": "It came in May."}
    answered = supplier.call("put", "/delivery-claims/X1/answer", json=body)
    assert answered.status_code == 200
    assert answered.json is not None
    assert (answered.json["claim"], answered.json["statement"]) == ("disputed", "It came in May.")
    body = {"answer": "confirmed"}
    whole = supplier.call("put", f"/delivery-claim-batches/{batch}/answer", json=body).json
    assert whole is not None
    assert (whole["claimed"], whole["confirmed"], whole["disputed"]) == (0, 2, 1)
    disputed = supplier.call("get", f"/delivery-claims?claim=disputed&batch_id={batch}").json
    assert disputed is not None
    assert [each["id"] for each in disputed["items"]] == ["X1"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"answer": "perhaps"}, "/answer"),
        ({}, "/answer"),
        ({"answer": "disputed"}, "/statement"),
        ({"answer": "disputed", "statement": "x" * 501}, "/statement"),
        ({"answer": "disputed", "statement": 4}, "/statement"),
        ({"answer": "confirmed", "why": "so"}, "/why"),
    ],
)
def test_a_bad_answer_names_its_field(pair: Pair, body: dict[str, object], pointer: str) -> None:
    supplier, _, batch, _ = pair
    for path in ("/delivery-claims/X1/answer", f"/delivery-claim-batches/{batch}/answer"):
        refused = supplier.call("put", path, json=body)
        assert refused.status_code == 422
        assert refused.json is not None
        assert [each["pointer"] for each in refused.json["errors"]] == [pointer]


def test_a_bad_filter_is_refused(pair: Pair) -> None:
    supplier, *_ = pair
    for path in ("/delivery-claims", "/delivery-claim-batches"):
        assert supplier.call("get", f"{path}?claim=perhaps").status_code == 422
        assert supplier.call("get", f"{path}?cursor=x").status_code == 422


def test_a_buyer_is_confirmed_once_for_all_and_no_longer(pair: Pair) -> None:
    supplier, _, _, buyer = pair
    trusted = supplier.call("put", f"/trusted-buyers/{buyer.firm_id}").json
    assert trusted is not None
    assert [each["firm_id"] for each in trusted["items"]] == [buyer.firm_id]
    assert supplier.call("delete", f"/trusted-buyers/{buyer.firm_id}").status_code == 204
    assert supplier.call("delete", f"/trusted-buyers/{buyer.firm_id}").status_code == 404
    assert supplier.call("get", "/trusted-buyers").json == {"items": []}
    assert supplier.call("put", "/trusted-buyers/nobody").status_code == 404


def test_a_buyer_undoes_its_import_once(pair: Pair) -> None:
    supplier, buyer, batch, _ = pair
    sent = buyer.call("get", "/delivery-batches").json
    assert sent is not None
    assert [(each["id"], each["state"], each["claimed"]) for each in sent["items"]] == [
        (batch, "there", 3)
    ]
    lines = buyer.call("get", f"/delivery-batches/{batch}/lines?claim=claimed&limit=2").json
    assert lines is not None
    assert [each["id"] for each in lines["items"]] == ["X0", "X1"]
    assert lines["next_cursor"]
    assert supplier.call("get", f"/delivery-batches/{batch}/lines").status_code == 404
    for _ in range(2):
        undone = buyer.call("post", f"/delivery-batches/{batch}/undoing", key="the-same-key")
        assert undone.status_code == 200
        assert undone.json is not None
        assert (undone.json["state"], undone.json["claimed"]) == ("undone", 0)
    assert buyer.call("post", f"/delivery-batches/{batch}/undoing").status_code == 409
    assert supplier.call("get", "/delivery-claims").json == {"items": [], "next_cursor": None}
