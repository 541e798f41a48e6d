"""Parts requests and invitations over the API."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from neo4j import Driver
from werkzeug.test import TestResponse

from supplychain.model.ids import new_id
from tests.make.accounts import ApiClient, api_client, browser, make_user
from tests.make.bodies import PDF, line_body, request_body, send_file
from tests.make.firms import make_firm
from tests.make.parts_requests import (
    make_invitation,
    make_part,
    make_parts_request,
    pass_deadline,
    soon,
)

CANARY = "73519.4207"


def _pointers(response: TestResponse) -> set[str]:
    assert response.status_code == 422, response.data
    assert response.content_type == "application/problem+json"
    return {error["pointer"] for error in response.json["errors"]}


def test_a_request_goes_from_draft_to_cancelled(buyer: ApiClient, supplier: ApiClient) -> None:
    made = buyer.call("post", "/parts-requests", json=request_body())
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    at = f"/parts-requests/{made.json['id']}"
    assert made.headers["Location"] == f"/api/v1{at}"
    edited = buyer.call("patch", at, json={"title": "Better"}, if_match=1)
    assert (edited.json["title"], edited.headers["ETag"]) == ("Better", '"2"')
    assert buyer.call("get", f"{at}/completeness").json["ready"] is True
    seen_at = f"/invitations/{made.json['id']}"
    assert supplier.call("get", seen_at).status_code == 404
    published = buyer.call("put", f"{at}/publication?confirm=nobody_makes", if_match=2)
    assert (published.status_code, published.json["kind"]) == (202, "match")
    assert published.headers["Location"] == f"/api/v1/jobs/{published.json['id']}"
    assert supplier.call("get", seen_at).json["takes_bids"] is True
    later = soon(9).isoformat()
    moved = buyer.call("put", f"{at}/deadline", json={"deadline": later}, if_match=3)
    assert (moved.status_code, moved.json["deadline"]) == (200, later)
    gone = buyer.call("put", f"{at}/cancellation", json={"reason": "Redesign"}, if_match=4)
    assert (gone.status_code, gone.json["state"]) == (200, "cancelled")
    assert supplier.call("get", seen_at).json["state"] == "cancelled"


def test_versions_are_asked_for_and_checked(buyer: ApiClient) -> None:
    made = buyer.call("post", "/parts-requests", json=request_body())
    at = f"/parts-requests/{made.json['id']}"
    assert buyer.call("patch", at, json={"title": "x"}).status_code == 422
    assert buyer.call("patch", at, json={"title": "x"}, if_match=9).status_code == 412
    assert buyer.call("put", f"{at}/publication", if_match=9).status_code == 412
    assert buyer.call("delete", at, if_match=9).status_code == 412
    assert buyer.call("delete", at, if_match=1).status_code == 204
    assert buyer.call("get", at).status_code == 404


def test_a_key_used_twice_makes_one_request(buyer: ApiClient) -> None:
    body, key = request_body(), new_id()
    first = buyer.call("post", "/parts-requests", json=body, key=key)
    again = buyer.call("post", "/parts-requests", json=body, key=key)
    assert first.json["id"] == again.json["id"]
    other = buyer.call("post", "/parts-requests", json=request_body(title="Other"), key=key)
    assert other.status_code == 422
    assert len(buyer.call("get", "/parts-requests").json["items"]) == 1
    bare = buyer.client.post(
        "/api/v1/parts-requests",
        json=body,
        headers={"Authorization": f"Bearer {buyer.token}"},
    )
    assert bare.status_code == 422


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"title": 5}, "/title"),
        ({"title": "x" * 201}, "/title"),
        ({"title": "a\ud800b"}, "/title"),
        ({"title": "a\x00b"}, "/title"),
        ({"unknown": 1}, "/unknown"),
        ({"state": "open"}, "/state"),
        ({"number": "PR-1"}, "/number"),
        ({"currency": "XXX"}, "/currency"),
        ({"currency": "cny"}, "/currency"),
        ({"deadline": "tomorrow"}, "/deadline"),
        ({"deadline": 5}, "/deadline"),
        ({"deadline": "9999-12-31T23:59:59Z"}, "/deadline"),
        ({"audience": "some"}, "/audience"),
        ({"share_policy": "maybe"}, "/share_policy"),
        ({"invite_top": -1}, "/invite_top"),
        ({"invite_top": 51}, "/invite_top"),
        ({"invite_top": True}, "/invite_top"),
        ({"lines": {}}, "/lines"),
        ({"lines": "x"}, "/lines"),
        ({"lines": [5]}, "/lines/0"),
        ({"lines": [{"unknown": 1}]}, "/lines/0/unknown"),
        ({"lines": [{"quantity": 0}]}, "/lines/0/quantity"),
        ({"lines": [{"quantity": -5}]}, "/lines/0/quantity"),
        ({"lines": [{"quantity": 1.5}]}, "/lines/0/quantity"),
        ({"lines": [{"quantity": 2**63}]}, "/lines/0/quantity"),
        ({"lines": [{"quantity": "lots"}]}, "/lines/0/quantity"),
        ({"lines": [{"quantity": [1]}]}, "/lines/0/quantity"),
        ({"lines": [{"target_price": -1}]}, "/lines/0/target_price"),
        ({"lines": [{"target_price": "0.00001"}]}, "/lines/0/target_price"),
        ({"lines": [{"target_price": "1e400"}]}, "/lines/0/target_price"),
        ({"lines": [{"need_by": "2026-02-30"}]}, "/lines/0/need_by"),
        ({"lines": [{"need_by": 20261122}]}, "/lines/0/need_by"),
        ({"lines": [{"part_id": "\udfff"}]}, "/lines/0/part_id"),
        ({"lines": [{"part_id": "nowhere"}]}, "/lines/0/part_id"),
        ({"lines": [{"certificates": [5]}]}, "/lines/0/certificates/0"),
        ({"lines": [{"certificates": [str(n) for n in range(21)]}]}, "/lines/0/certificates"),
        ({"lines": [{}] * 2000}, "/lines"),
        ({"audience": "chain", "chain_id": "nowhere"}, "/chain_id"),
    ],
)
def test_bad_input_is_refused_and_nothing_is_written(
    buyer: ApiClient, values: dict[str, Any], pointer: str
) -> None:
    raw = json.dumps(request_body(**values))
    sent = buyer.call("post", "/parts-requests", data=raw, content_type="application/json")
    assert pointer in _pointers(sent)
    assert buyer.call("get", "/parts-requests").json["items"] == []


@pytest.mark.parametrize("raw", [b"[]", b"null", b"{", b'"x"', b"\xff\xfe", b"[" * 3000])
def test_what_is_no_json_object_is_refused(buyer: ApiClient, raw: bytes) -> None:
    sent = buyer.call("post", "/parts-requests", data=raw, content_type="application/json")
    assert sent.status_code == 422
    assert sent.content_type == "application/problem+json"


def test_full_width_digits_and_chinese_commas_are_understood(buyer: ApiClient) -> None:
    line = {"quantity": "１２０７", "target_price": "１２．５", "need_by": "２０２７-０３-０１"}
    line["certificates"] = "ISO 9001，IATF 16949、ISO 9001"
    made = buyer.call("post", "/parts-requests", json={"lines": [line]})
    assert made.status_code == 201, made.data
    [kept] = made.json["lines"]
    assert (kept["quantity"], kept["target_price"]) == (1207, "12.50")
    assert kept["need_by"] == "2027-03-01"
    assert kept["certificates"] == ["ISO 9001", "IATF 16949"]


def test_three_hundred_lines_are_taken(buyer: ApiClient) -> None:
    lines = [line_body(description=f"Part {n}") for n in range(300)]
    made = buyer.call("post", "/parts-requests", json=request_body(lines=lines))
    assert len(made.json["lines"]) == 300
    path = f"/parts-requests/{made.json['id']}/publication?confirm=nobody_makes"
    published = buyer.call("put", path, if_match=1)
    assert published.status_code == 202


def test_past_dates_are_kept_in_a_draft_and_refused_at_publication(buyer: ApiClient) -> None:
    line = line_body(need_by="2020-01-01")
    body = request_body(deadline="2020-01-01T00:00:00Z", lines=[line])
    made = buyer.call("post", "/parts-requests", json=body)
    at = f"/parts-requests/{made.json['id']}"
    gaps = buyer.call("get", f"{at}/completeness").json
    assert gaps["ready"] is False
    assert "/deadline" in {gap["pointer"] for gap in gaps["gaps"] if gap["blocks"]}
    assert all(gap["why"] for gap in gaps["gaps"])
    refused = buyer.call("put", f"{at}/publication", if_match=1)
    assert {"/deadline"} <= _pointers(refused)
    assert buyer.call("get", at).json["state"] == "draft"


def test_a_foreign_part_is_answered_byte_for_byte_like_an_unknown_one(
    buyer: ApiClient, driver: Driver
) -> None:
    make_part(driver, "theirs", designer_id=make_firm(driver).id)
    answers = [
        buyer.call("post", "/parts-requests", json={"lines": [{"part_id": part_id}]}).data
        for part_id in ("theirs", "nowhere")
    ]
    assert answers[0] == answers[1]


def test_a_foreign_request_is_answered_byte_for_byte_like_none(
    app: Flask, driver: Driver, supplier: ApiClient
) -> None:
    owner = make_user(driver, make_firm(driver))
    draft = make_parts_request(driver, owner, publish=False)
    sealed = make_parts_request(driver, owner, audience="invited")
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("get", "/parts-requests/{}", {}),
        ("patch", "/parts-requests/{}", {"json": {"title": "x"}, "if_match": 1}),
        ("delete", "/parts-requests/{}", {"if_match": 1}),
        ("get", "/parts-requests/{}/completeness", {}),
        ("put", "/parts-requests/{}/publication", {"if_match": 1}),
        ("put", "/parts-requests/{}/cancellation", {"json": {"reason": "x"}, "if_match": 1}),
        (
            "put",
            "/parts-requests/{}/deadline",
            {"json": {"deadline": soon(5).isoformat()}, "if_match": 1},
        ),
        ("post", "/parts-requests/{}/copies", {}),
        ("get", "/parts-requests/{}/attachments", {}),
        ("get", "/parts-requests/{}/attachments/none", {}),
        ("delete", "/parts-requests/{}/attachments/none", {}),
        ("get", "/invitations/{}", {}),
        ("put", "/invitations/{}/declination", {}),
    ]
    for method, path, given in calls:
        answers = [
            supplier.call(method, path.format(some_id), **given)
            for some_id in (draft, sealed, "none")
        ]
        assert {answer.status_code for answer in answers} == {404}, (method, path)
        assert len({answer.data for answer in answers}) == 1, (method, path)
    files = [send_file(supplier, some_id, "a.pdf", PDF) for some_id in (draft, sealed, "none")]
    assert {answer.status_code for answer in files} == {404}
    assert len({answer.data for answer in files}) == 1


def test_a_viewer_reads_and_a_seller_does_not_write(app: Flask, driver: Driver) -> None:
    firm = make_firm(driver)
    request_id = make_parts_request(driver, make_user(driver, firm), publish=False)
    for role in ("viewer", "seller"):
        client = api_client(app, driver, make_user(driver, firm, role))
        assert client.call("get", f"/parts-requests/{request_id}").status_code == 200
        assert client.call("post", "/parts-requests", json=request_body()).status_code == 403
        published = client.call("put", f"/parts-requests/{request_id}/publication", if_match=1)
        assert published.status_code == 403
    nobody = api_client(app, driver, None)
    assert nobody.call("get", f"/parts-requests/{request_id}").status_code == 401


def test_lists_page_and_narrow(buyer: ApiClient) -> None:
    ids = [buyer.call("post", "/parts-requests", json={}).json["id"] for _ in range(5)]
    seen, path = [], "/parts-requests?limit=2"
    while path:
        page = buyer.call("get", path).json
        seen += [item["id"] for item in page["items"]]
        after = page["next_cursor"]
        path = f"/parts-requests?limit=2&cursor={after}" if after else ""
    assert seen == ids[::-1]
    assert buyer.call("get", "/parts-requests?state=open").json["items"] == []
    assert buyer.call("get", "/parts-requests?state=nonsense").status_code == 422
    for cursor in ("x", "W10=", "WzEsMl0=", "eyJhIjoxfQ=="):
        assert buyer.call("get", f"/parts-requests?cursor={cursor}").status_code == 422


def test_an_invitation_is_declined_by_who_was_invited(
    app: Flask, driver: Driver, supplier: ApiClient
) -> None:
    owner, firm = make_user(driver, make_firm(driver)), make_firm(driver)
    invited = api_client(app, driver, make_user(driver, firm))
    request_id = make_parts_request(driver, owner)
    make_invitation(driver, request_id, firm.id)
    at = f"/invitations/{request_id}"
    assert invited.call("get", at).json["declined_at"] is None
    for _ in range(2):
        assert invited.call("put", f"{at}/declination").json["declined_at"]
    assert supplier.call("get", at).status_code == 200
    assert supplier.call("put", f"{at}/declination").status_code == 404
    viewer = api_client(app, driver, make_user(driver, firm, "viewer"))
    assert viewer.call("put", f"{at}/declination").status_code == 403
    pass_deadline(driver, request_id)
    assert invited.call("put", f"{at}/declination").status_code == 409


def test_no_supplier_ever_reads_a_target_price_or_a_rival(app: Flask, driver: Driver) -> None:
    """Every GET route that takes one id, in every state, as an invited firm's owner."""
    owner, firm = make_user(driver, make_firm(driver)), make_firm(driver)
    rival = make_firm(driver, name="Rival 84a1c0")
    seller = make_user(driver, firm)
    lines = [{"target_price": CANARY, "description": "Ring"}]
    client, page = api_client(app, driver, seller), browser(app, driver, seller)
    buyer = api_client(app, driver, owner)
    checked = 0
    for state in ("open", "evaluating", "cancelled"):
        body = request_body(lines=[line_body(**lines[0])])
        request_id = buyer.call("post", "/parts-requests", json=body).json["id"]
        path = f"/parts-requests/{request_id}/publication?confirm=nobody_makes"
        buyer.call("put", path, if_match=1)
        for firm_id in (firm.id, rival.id):
            make_invitation(driver, request_id, firm_id)
        assert CANARY in buyer.call("get", f"/parts-requests/{request_id}").text
        if state == "evaluating":
            pass_deadline(driver, request_id)
        if state == "cancelled":
            given = {"json": {"reason": "x"}, "if_match": 2}
            buyer.call("put", f"/parts-requests/{request_id}/cancellation", **given)
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or rule.arguments - {"id"}:
                continue
            path = rule.rule.replace("<id>", request_id)
            if path.startswith("/api/v1"):
                answer = client.call("get", path.removeprefix("/api/v1"))
            else:
                answer = page.get(path)
            leaks = [
                secret
                for secret in (CANARY, "735194207", rival.id, rival.name)
                if secret.encode() in answer.data.replace(b",", b"")
            ]
            if rule.rule not in ("/firms", "/api/v1/firms", "/firms.csv"):
                assert not leaks, (rule.rule, leaks)
            else:
                assert CANARY.encode() not in answer.data
            checked += 1
    assert checked > 30
