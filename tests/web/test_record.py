"""Refusals, files that leave, opened bids that are read and looks are on record."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from flask import Flask
from neo4j import Driver

from supplychain.actions import looks
from supplychain.actions.parts_requests import attachments, parts_requests
from supplychain.actions.people.accounts import create_token
from supplychain.actions.tallies import flush
from supplychain.errors import Unavailable
from supplychain.graph.audiences import list_looks, save
from supplychain.graph.engine.transactions import read, rows, write
from supplychain.model.audiences import Audience, Audiences
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from supplychain.web.access.observing import tallies_of
from supplychain.web.app import create_app
from tests.make.accounts import api_client, browser, make_user
from tests.make.bids import make_bid
from tests.make.bodies import PDF
from tests.make.firms import make_firm
from tests.make.parts_requests import make_parts_request, pass_deadline
from tests.make.tiers import make_led_chain

EVENTS = (
    "MATCH (e:Event {ledger_id: $ledger}) RETURN e.kind AS kind, e.about_id AS about_id, "
    "e.user_id AS user_id, e.firm_id AS firm_id, e.facts AS facts ORDER BY e.seq LIMIT 999"
)


@pytest.fixture(autouse=True)
def fresh(app: Flask, driver: Driver) -> None:
    looks.forget_seen()
    tallies_of(app).take_due(utc_now(), all_of_it=True)


def record_of(driver: Driver, app: Flask, ledger: str, *kinds: str) -> list[dict[str, Any]]:
    flush(driver, tallies_of(app), utc_now())
    events = read(driver, lambda tx: rows(tx, EVENTS, ledger=ledger))
    return [
        {**one, "facts": json.loads(one["facts"])}
        for one in events
        if any(one["kind"].startswith(kind) for kind in kinds)
    ]


def refusals(driver: Driver, app: Flask, ledger: str) -> list[tuple[str, str, str]]:
    return [
        (one["facts"]["reason"], one["facts"]["route"], one["user_id"])
        for one in record_of(driver, app, ledger, "access.refused")
    ]


@pytest.fixture
def li(driver: Driver) -> Actor:
    return make_user(driver, make_firm(driver, kind="core"))


def test_what_a_role_does_not_allow_is_on_record(app: Flask, driver: Driver, li: Actor) -> None:
    viewer = make_user(driver, _firm_of(li), "viewer")
    page = browser(app, driver, viewer)
    assert page.post("/colleagues/invitations").status_code == 403
    assert page.post("/colleagues/invitations").status_code == 403
    assert refusals(driver, app, li.firm_id) == [("role", "colleagues.invite", viewer.user_id)]


def test_what_a_token_does_not_reach_is_on_record(app: Flask, driver: Driver, li: Actor) -> None:
    secret = create_token(driver, "looks", days=1, scope="read", by=li)[1]
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "x" * 12}
    client = app.test_client()
    answer = client.post("/api/v1/parts-requests", json={}, headers=headers)
    assert answer.status_code == 403
    assert refusals(driver, app, li.firm_id) == [("scope", "api_parts_requests.create", li.user_id)]


def test_a_foreign_thing_and_one_that_is_not_there_leave_the_same_record(
    app: Flask, driver: Driver, li: Actor
) -> None:
    stranger = make_user(driver, make_firm(driver))
    foreign = make_parts_request(driver, li)
    kept: list[list[dict[str, Any]]] = []
    for thing in (foreign, "f" * 32):
        looker = make_user(driver, make_firm(driver))
        assert browser(app, driver, looker).get(f"/parts-requests/{thing}").status_code == 404
        kept.append(record_of(driver, app, looker.firm_id, "access"))
    (one,), (other,) = kept
    assert one["facts"] == other["facts"]
    assert one["facts"]["reason"] == "not_found"
    assert one["about_id"] == foreign
    assert refusals(driver, app, stranger.firm_id) == []
    assert refusals(driver, app, li.firm_id) == []


def test_of_an_unknown_token_the_installation_keeps_the_record(app: Flask, driver: Driver) -> None:
    client = app.test_client()
    for _ in range(3):
        answer = client.get("/api/v1/orders", headers={"Authorization": "Bearer nonsense"})
        assert answer.status_code == 401
    client.get("/api/v1/orders")
    client.get("/orders")
    assert refusals(driver, app, "installation") == [
        ("token", "api_orders.list_orders", ""),
        ("not_signed_in", "api_orders.list_orders", ""),
    ]


def test_a_forged_form_a_flood_and_a_foreign_host_are_on_record(driver: Driver, li: Actor) -> None:
    from supplychain.web.access.guards import limiter

    app = create_app()
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False)
    was, limiter.enabled = limiter.enabled, True
    limiter.reset()
    try:
        page = browser(app, driver, li)
        assert page.post("/colleagues/invitations").status_code == 409
        assert page.get("/", headers={"Host": "evil.example"}).status_code == 422
        app.config["WTF_CSRF_ENABLED"] = False
        for _ in range(11):
            answer = page.post("/account/password", data={"present": "x"})
        assert answer.status_code == 429
    finally:
        limiter.reset()
        limiter.enabled = was
    assert refusals(driver, app, li.firm_id) == [
        ("forged_form", "colleagues.invite", li.user_id),
        ("too_many", "tokens.change_password", li.user_id),
    ]
    assert refusals(driver, app, "installation") == [("host", "home.index", "")]


def test_each_file_that_leaves_is_on_record_once_an_hour(
    app: Flask, driver: Driver, li: Actor
) -> None:
    request_id = make_parts_request(driver, li)
    page = browser(app, driver, li)
    paths = (
        "/orders.csv", "/orders.csv", "/orders.csv?state=closed", "/tables/export.xlsx",
        f"/parts-requests/{request_id}/lines.csv", "/tables/template.xlsx",
    )  # fmt: skip
    for path in paths:
        assert page.get(path).status_code == 200, path
    assert api_client(app, driver, li).call("get", "/export.xlsx").status_code == 200
    told = record_of(driver, app, li.firm_id, "file.")
    assert [one["facts"]["file"] for one in told] == [
        "orders.csv",
        "orders.csv",
        "tables.xlsx",
        told[3]["facts"]["number"] + ".csv",
        "tables.xlsx",
    ]
    assert {one["user_id"] for one in told} == {li.user_id}
    assert told[3]["about_id"] == request_id


def test_a_file_that_cannot_be_put_on_record_does_not_leave(
    app: Flask, driver: Driver, li: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise Unavailable

    monkeypatch.setattr("supplychain.actions.looks.write", fail)
    answer = browser(app, driver, li).get("/orders.csv")
    assert answer.status_code == 503
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert b"created_at" not in answer.data


def test_who_reads_opened_bids_first_is_on_record_and_sealed_ones_leave_nothing(
    app: Flask, driver: Driver, li: Actor
) -> None:
    supplier = make_user(driver, make_firm(driver))
    request_id = make_parts_request(driver, li)
    bid_id = make_bid(driver, supplier, request_id)
    page = browser(app, driver, li)
    page.get(f"/parts-requests/{request_id}/award")
    assert record_of(driver, app, li.firm_id, "bids.read") == []
    pass_deadline(driver, request_id)
    for _ in range(2):
        assert page.get(f"/parts-requests/{request_id}/award").status_code == 200
    assert page.get(f"/bids/{bid_id}").status_code == 200
    looks.forget_seen()
    assert api_client(app, driver, li).call("get", f"/bids/{bid_id}").status_code == 200
    (event,) = record_of(driver, app, li.firm_id, "bids.read")
    assert (event["about_id"], event["user_id"]) == (request_id, li.user_id)
    browser(app, driver, supplier).get(f"/bids/{bid_id}")
    assert record_of(driver, app, supplier.firm_id, "bids.read") == []
    kinds = [one["kind"] for one in record_of(driver, app, li.firm_id, "parts_request.opened")]
    assert kinds == ["parts_request.opened"]


def test_a_look_at_another_firms_tiers_is_told_to_it_once_a_day_without_a_persons_name(
    app: Flask, driver: Driver, li: Actor
) -> None:
    supplier = make_firm(driver, is_open=False)
    shut = Audience.of([])
    write(
        driver, save, Audiences(prices=shut, capacity=shut, version=1), viewer=supplier.id,
        at=utc_now(),
    )  # fmt: skip
    make_led_chain(driver, _firm_of(li), supplier)
    for _ in range(2):
        assert browser(app, driver, li).get(f"/tiers/firms/{supplier.id}").status_code == 200
    answer = api_client(app, driver, li).call("get", f"/tiers?firm={supplier.id}")
    assert answer.status_code == 200
    browser(app, driver, li).get("/tiers")
    (look,) = read(driver, list_looks, viewer=supplier.id)
    assert (look.source, look.viewer_id, look.times) == ("map", li.firm_id, 1)
    assert record_of(driver, app, supplier.id, "look.") == []
    assert read(driver, list_looks, viewer=li.firm_id) == []


def test_who_takes_a_drawing_is_in_the_log_of_both(app: Flask, driver: Driver, li: Actor) -> None:
    supplier = make_user(driver, make_firm(driver))
    request_id = make_parts_request(driver, li, publish=False)
    attachment_id = attachments.attach(
        driver,
        request_id,
        attachments.NewFile.of("ring.pdf", io.BytesIO(PDF)),
        by=li,
    )
    parts_requests.publish(driver, request_id, by=li, despite_nobody=True)
    path = f"/parts-requests/{request_id}/attachments/{attachment_id}"
    with api_client(app, driver, supplier).call("get", path) as answer:
        assert answer.status_code == 200
    (own,) = record_of(driver, app, supplier.firm_id, "file.")
    (seen,) = record_of(driver, app, li.firm_id, "look.")
    assert own["facts"]["file"] == seen["facts"]["file"] == "ring.pdf"
    assert (own["user_id"], seen["user_id"]) == (supplier.user_id, "")
    assert seen["firm_id"] == supplier.firm_id


def _firm_of(actor: Actor) -> Any:
    from supplychain.model.firms import Firm

    return Firm(id=actor.firm_id, name="", kind="core")
