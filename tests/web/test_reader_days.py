"""Hours and days that people type and read are those of their own firm; the API says which."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from neo4j import Driver

from supplychain.graph.engine.transactions import read
from supplychain.graph.parts_requests import parts_requests
from supplychain.model.calendars.zones import in_zone
from supplychain.model.ids import new_id
from tests.make.accounts import api_client, browser, make_user
from tests.make.bodies import request_body
from tests.make.days import freeze_clock
from tests.make.firms import make_firm
from tests.make.orders import make_order

EARLY = datetime(2026, 11, 29, 16, 30, tzinfo=UTC)
"""00:30 of 30 November in China, 17:30 of the 29th in Berlin, 11:30 in New York."""
PLACES = [
    ("CN", "Asia/Shanghai", "2026-11-30", "UTC+8"),
    ("DE", "Europe/Berlin", "2026-11-29", "UTC+1"),
    ("US", "America/New_York", "2026-11-29", "UTC-5"),
]


@pytest.mark.parametrize(("country", "zone", "today", "offset"), PLACES)
def test_each_firm_reads_and_writes_its_own_time(
    app: Flask,
    driver: Driver,
    monkeypatch: pytest.MonkeyPatch,
    country: str,
    zone: str,
    today: str,
    offset: str,
) -> None:
    freeze_clock(monkeypatch, EARLY)
    buyer = make_user(driver, make_firm(driver, country=country))
    api, page = api_client(app, driver, buyer), browser(app, driver, buyer)
    me = api.call("get", "/me").get_json()
    assert (me["time_zone"], me["today"]) == (zone, today)

    local = {**request_body(), "deadline": "2026-12-10T17:00"}
    made = api.call("post", "/parts-requests", json=local).get_json()
    request_id = made["id"]
    assert made["time_zone"] == zone
    stored = read(driver, parts_requests.get, request_id, viewer=buyer.firm_id).deadline
    assert stored is not None
    assert in_zone(zone, stored).isoformat(timespec="minutes")[:16] == "2026-12-10T17:00"
    text = page.get(f"/parts-requests/{request_id}").get_data(as_text=True)
    assert f"17:00 {offset}</time>" in text
    form = page.get(f"/parts-requests/{request_id}/edit").get_data(as_text=True)
    assert 'value="2026-12-10T17:00"' in form
    assert f"Clock of {zone}." in form

    seller = make_user(driver, make_firm(driver, country=country))
    order_id = make_order(driver, buyer, seller, state="accepted")
    shown = browser(app, driver, seller).get(f"/orders/{order_id}").get_data(as_text=True)
    assert f'type="date"\n        value="{today}"' in shown


def test_an_instant_with_an_offset_is_that_instant(app: Flask, driver: Driver) -> None:
    buyer = make_user(driver, make_firm(driver, country="DE"))
    deadline = (datetime.now(UTC) + timedelta(days=7)).replace(microsecond=0)
    body = {**request_body(), "deadline": deadline.isoformat()}
    made = api_client(app, driver, buyer).call("post", "/parts-requests", json=body).get_json()
    assert datetime.fromisoformat(made["deadline"]) == deadline


def test_an_hour_that_does_not_exist_is_refused_with_what_to_do(
    app: Flask, driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    freeze_clock(monkeypatch, datetime(2026, 3, 20, tzinfo=UTC))
    berlin, china = (make_user(driver, make_firm(driver, country=one)) for one in ("DE", "CN"))
    body = {**request_body(), "deadline": "2026-03-29T02:30"}
    refused = api_client(app, driver, berlin).call("post", "/parts-requests", json=body)
    assert refused.status_code == 422
    (error,) = refused.get_json()["errors"]
    assert error["pointer"] == "/deadline"
    assert "Europe/Berlin" in error["detail"]
    made = api_client(app, driver, china).call("post", "/parts-requests", json=body)
    assert made.status_code == 201
    page = browser(app, driver, berlin)
    form = {"once": new_id(), "title": "Rings", "deadline": "2026-03-29T02:30"}
    shown = page.post("/parts-requests", data=form)
    assert shown.status_code == 422
    assert "go forward over this hour" in shown.get_data(as_text=True)
