"""The ranking page: what a buyer sees and does on it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, render_template
from neo4j import Driver

from supplychain.actions.rankings.rankings import match_parts_request
from supplychain.graph.engine.transactions import read
from supplychain.graph.rankings import rankings
from supplychain.model.ids import utc_now
from tests.make.accounts import browser, make_user
from tests.make.firms import make_firm
from tests.make.jobs import do_jobs
from tests.make.matches import make_ability, make_delivery, make_offer, make_open_request

NEED_BY = (utc_now() + timedelta(days=27)).date().isoformat()
"""28 days of work are left: at 70 a week, 280 pieces."""


@pytest.fixture
def asked(driver: Driver) -> dict[str, Any]:
    """A request that is not ranked yet, with two able firms and a failing one."""
    buyer = make_firm(driver, name="Press works")
    able, record, failing = (make_firm(driver, name=name) for name in ("Able", "Proven", "Small"))
    make_ability(driver, able.id, weekly_capacity=70)
    make_ability(driver, record.id, delivered_lines=20, on_time_lines=19, received_quantity=100)
    make_ability(driver, failing.id)
    make_offer(driver, able.id)
    make_offer(driver, failing.id, moq=900)
    make_delivery(driver, record.id, buyer.id)
    request_id = make_open_request(
        driver,
        buyer.id,
        lines=[{"need_by": NEED_BY}, {"need_by": NEED_BY, "category_id": "nobody's"}],
    )
    return {"id": request_id, "buyer": buyer, "able": able, "record": record, "failing": failing}


def _page(app: Flask, driver: Driver, asked: dict[str, Any], query: str = "", **user: Any) -> str:
    client = browser(app, driver, make_user(driver, asked["buyer"], **user))
    told = client.get(f"/parts-requests/{asked['id']}/matches{query}")
    assert told.status_code == 200
    return told.get_data(as_text=True)


def test_before_the_ranking_the_page_says_what_it_will_be(
    app: Flask, driver: Driver, asked: dict[str, Any]
) -> None:
    assert "There is no ranking of this line yet" in _page(app, driver, asked)


def test_a_ranked_line_shows_firms_reasons_and_failing_facts(
    app: Flask, driver: Driver, asked: dict[str, Any]
) -> None:
    match_parts_request(driver, asked["id"], now=utc_now())
    page = _page(app, driver, asked)
    for text in (
        "Standing price of 10.00 CNY a piece from 1 pieces on",
        "Last paid between the two of you: 9.00 CNY a piece on",
        "Delivery: 19 of 20 on time and in full",
        "280 of 500",
        "Sells at least 900; you need 500",
        "what you last paid",
    ):
        assert text in page
    assert page.index("Proven") < page.index("Able") < page.index("Small")


def test_a_category_that_nobody_makes_teaches(
    app: Flask, driver: Driver, asked: dict[str, Any]
) -> None:
    match_parts_request(driver, asked["id"], now=utc_now())
    assert "No firm has said that it can make this category" in _page(app, driver, asked, "?line=2")
    for line in ("999", "x", "-1", "9" * 40, "²"):
        _page(app, driver, asked, f"?line={line}")


def test_the_chosen_firms_are_invited(app: Flask, driver: Driver, asked: dict[str, Any]) -> None:
    match_parts_request(driver, asked["id"], now=utc_now())
    client = browser(app, driver, make_user(driver, asked["buyer"], "buyer"))
    form = {"firm_ids": [asked["able"].id, asked["failing"].id], "line": "1", "once": "k1"}
    address = f"/parts-requests/{asked['id']}/invitations"
    told = client.post(address, data=form)
    assert (told.status_code, told.location) == (
        302, f"/parts-requests/{asked['id']}/matches?line=1",
    )  # fmt: skip
    assert client.post(address, data=form).status_code == 302
    assert "Firms invited: 2." in client.get(told.location).get_data(as_text=True)
    found = read(driver, rankings.list_invited, asked["id"], viewer=asked["buyer"].id)
    assert {entry["name"] for entry in found} == {"Able", "Small"}


def test_a_wrong_choice_is_said_and_the_ticks_stay(
    app: Flask, driver: Driver, asked: dict[str, Any]
) -> None:
    match_parts_request(driver, asked["id"], now=utc_now())
    client = browser(app, driver, make_user(driver, asked["buyer"]))
    address = f"/parts-requests/{asked['id']}/invitations"
    told = client.post(address, data={"line": "1"})
    assert told.status_code == 422
    assert "Choose at least one firm to invite." in told.get_data(as_text=True)
    told = client.post(address, data={"firm_ids": [asked["able"].id, "nobody"], "line": "1"})
    assert told.status_code == 422
    assert f'value="{asked["able"].id}" checked' in told.get_data(as_text=True)


def test_only_the_buyers_firm_sees_the_page_and_only_buyers_act(
    app: Flask, driver: Driver, asked: dict[str, Any]
) -> None:
    match_parts_request(driver, asked["id"], now=utc_now())
    page = _page(app, driver, asked, role="viewer")
    assert "Invite the chosen firms" not in page
    assert "Rank again" not in page
    rival = browser(app, driver, make_user(driver, asked["able"]))
    answers = [
        rival.get(f"/parts-requests/{asked['id']}/matches"),
        rival.get("/parts-requests/nothing/matches"),
        rival.post(f"/parts-requests/{asked['id']}/invitations", data={"firm_ids": ["a"]}),
    ]
    assert [answer.status_code for answer in answers] == [404] * 3
    seller = browser(app, driver, make_user(driver, asked["buyer"], "seller"))
    assert seller.post(f"/parts-requests/{asked['id']}/invitations").status_code == 403


def test_ranking_anew_shows_its_progress(app: Flask, driver: Driver, asked: dict[str, Any]) -> None:
    client = browser(app, driver, make_user(driver, asked["buyer"]))
    address = f"/parts-requests/{asked['id']}/matches"
    assert client.post(address, data={"line": "1"}).status_code == 302
    assert "Suppliers are being ranked" in client.get(address).get_data(as_text=True)
    assert do_jobs(driver) == ["done"]
    page = client.get(address).get_data(as_text=True)
    assert "Suppliers are being ranked" not in page
    assert "Rank again" in page


def test_the_page_speaks_chinese(app: Flask, driver: Driver, asked: dict[str, Any]) -> None:
    match_parts_request(driver, asked["id"], now=utc_now())
    page = _page(app, driver, asked, language="zh")
    for text in ("性价比", "到厂成本", "起订量"):
        assert text in page
    for text in ("Cost performance", "Standing price", "Capacity:", "Sells at least"):
        assert text not in page


def test_a_supplier_reads_why_it_was_invited(
    app: Flask, driver: Driver, asked: dict[str, Any]
) -> None:
    request_id = make_open_request(
        driver, asked["buyer"].id, lines=[{"need_by": NEED_BY}], invite_top=2
    )
    match_parts_request(driver, request_id, now=utc_now())
    why = read(driver, rankings.find_invitation_reasons, request_id, viewer=asked["record"].id)
    with app.test_request_context():
        page = render_template("invitations/_why.html", why=why)
    assert "Your firm is among the best matches" in page
    assert "Delivery: 19 of 20 on time and in full" in page
    assert "Freight" not in page
