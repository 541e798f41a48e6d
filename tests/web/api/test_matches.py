"""Rankings and invitations over the API: what is told, and to whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from neo4j import Driver

from supplychain.actions.rankings.rankings import match_parts_request
from supplychain.model.ids import utc_now
from tests.make.accounts import api_client, make_user
from tests.make.days import local_today
from tests.make.firms import make_firm
from tests.make.jobs import do_jobs
from tests.make.matches import make_ability, make_offer, make_open_request


@pytest.fixture
def asked(driver: Driver) -> dict[str, Any]:
    """A ranked request with one able and one failing firm."""
    buyer, able, failing = (make_firm(driver, name=name) for name in ("Buyer", "Able", "Failing"))
    for firm in (able, failing):
        make_ability(driver, firm.id)
        make_offer(driver, firm.id, moq=1 if firm is able else 900)
    need_by = (utc_now() + timedelta(days=27)).date().isoformat()
    line = {"target_price_e4": 123_456, "need_by": need_by}
    request_id = make_open_request(driver, buyer.id, lines=[line])
    match_parts_request(driver, request_id, now=utc_now())
    return {"id": request_id, "buyer": buyer, "able": able, "failing": failing}


def test_a_buyer_reads_the_ranking_with_its_reasons(
    app: Flask, driver: Driver, asked: dict[str, Any]
) -> None:
    client = api_client(app, driver, make_user(driver, asked["buyer"]))
    told = client.call("get", f"/parts-requests/{asked['id']}/matches")
    assert told.status_code == 200
    assert told.json["today"] == local_today().isoformat()
    (line,) = told.json["lines"]
    assert (line["able"], line["failed"]) == (1, 1)
    assert line["reference"] == {"cost": "12.3456", "source": "target"}
    (row,) = line["best"]
    assert row["firm_id"] == asked["able"].id
    assert row["landed_cost"] == {
        "total": "10.00",
        "unit_price": "10.00",
        "tooling": "0.00",
        "freight": None,
        "duty": None,
        "tax": None,
        "payment": None,
    }
    assert row["expected_cost"] == {
        "total": "10.00",
        "defects": None,
        "lateness": None,
        "risk": None,
    }
    assert row["ranks"] == {"cost_performance": 1, "expected_cost": 1}
    assert line["assumptions"]["rank_by"] == "cost_performance"
    assert "annual_rate" in line["assumptions"]["defaults"]  # fmt: skip
    assert row["reasons"][0] == {
        "code": "price_from_offer",
        "values": {"unit_price": "10.00", "from_quantity": 1, "currency": "CNY"},
        "adds_to": "landed_cost",
        "contribution": "10.00",
    }
    assert line["unable"] == [
        {
            "firm_id": asked["failing"].id,
            "facts": [{"code": "moq_above_quantity", "values": {"moq": 900, "quantity": 500}}],
            "to_pass": {
                "alone": True,
                "changes": [{"what": "moq_above_quantity", "now": 900, "then": 500}],
            },
        }
    ]


def test_nobody_else_reads_it(app: Flask, driver: Driver, asked: dict[str, Any]) -> None:
    answers = []
    for firm in (asked["able"], make_firm(driver)):
        client = api_client(app, driver, make_user(driver, firm))
        answers.append(client.call("get", f"/parts-requests/{asked['id']}/matches"))
        answers.append(client.call("get", "/parts-requests/nothing/matches"))
    assert {answer.status_code for answer in answers} == {404}
    assert api_client(app, driver, None).call("get", "/invitations").status_code == 401


def test_firms_are_invited_once(app: Flask, driver: Driver, asked: dict[str, Any]) -> None:
    client = api_client(app, driver, make_user(driver, asked["buyer"], "buyer"))
    address, picks = f"/parts-requests/{asked['id']}/invitations", [asked["failing"].id]
    first = client.call("post", address, json={"firm_ids": picks}, key="the-same-key")
    again = client.call("post", address, json={"firm_ids": picks}, key="the-same-key")
    other = client.call("post", address, json={"firm_ids": picks})
    assert [answer.json for answer in (first, again)] == [{"invited": 1}] * 2
    assert other.json == {"invited": 0}
    supplier = api_client(app, driver, make_user(driver, asked["failing"]))
    (item,) = supplier.call("get", "/invitations").json["items"]
    assert (item["request_id"], item["buyer_name"], item["source"]) == (
        asked["id"], "Buyer", "picked",
    )  # fmt: skip
    assert "rank" not in item


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"firm_ids": []}, "/firm_ids"),
        ({"firm_ids": ["nobody"]}, "/firm_ids/0"),
        ({"firm_ids": "all"}, "/firm_ids"),
        ({"firm_ids": [7]}, "/firm_ids/0"),
        ({"firm_ids": ["a"], "rank": 1}, "/rank"),
        ({}, "/firm_ids"),
    ],
)
def test_a_wrong_invitation_says_where(
    app: Flask, driver: Driver, asked: dict[str, Any], body: dict[str, Any], pointer: str
) -> None:
    client = api_client(app, driver, make_user(driver, asked["buyer"]))
    told = client.call("post", f"/parts-requests/{asked['id']}/invitations", json=body)
    assert told.status_code == 422
    assert [error["pointer"] for error in told.json["errors"]] == [pointer]


def test_roles_and_rivals_cannot_invite(app: Flask, driver: Driver, asked: dict[str, Any]) -> None:
    body = {"firm_ids": [asked["failing"].id]}
    address = f"/parts-requests/{asked['id']}/invitations"
    for firm, role, status in (
        (asked["buyer"], "viewer", 403),
        (asked["buyer"], "seller", 403),
        (asked["able"], "owner", 404),
    ):
        client = api_client(app, driver, make_user(driver, firm, role))
        assert client.call("post", address, json=body).status_code == status


def test_ranking_anew_is_a_job(app: Flask, driver: Driver, asked: dict[str, Any]) -> None:
    client = api_client(app, driver, make_user(driver, asked["buyer"]))
    make_ability(driver, make_firm(driver).id)
    address = f"/parts-requests/{asked['id']}/matches"
    first, second = (client.call("post", address) for _ in range(2))
    assert (first.status_code, first.json["kind"]) == (202, "match")
    assert first.headers["Location"] == f"/api/v1/jobs/{first.json['id']}"
    assert second.json["id"] == first.json["id"]
    assert do_jobs(driver) == ["done"]
    assert client.call("get", address).json["lines"][0]["able"] == 2


def test_invitations_page_by_cursor(app: Flask, driver: Driver, asked: dict[str, Any]) -> None:
    for _ in range(3):
        request_id = make_open_request(
            driver, asked["buyer"].id, lines=[{"need_by": "2199-01-01"}], invite_top=1
        )
        match_parts_request(driver, request_id, now=utc_now())
    client = api_client(app, driver, make_user(driver, asked["able"]))
    seen, cursor = [], ""
    while cursor is not None:
        told = client.call("get", f"/invitations?limit=1{cursor and '&cursor='}{cursor}").json
        seen += [item["request_id"] for item in told["items"]]
        cursor = told["next_cursor"]
    assert len(seen) == len(set(seen)) == 3
    assert client.call("get", "/invitations?cursor=WzFd").status_code == 422
