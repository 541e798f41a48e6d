"""What a supplier reads of its own standing, and a buyer of the records behind a rank."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from neo4j import Driver

from supplychain.actions.rankings.rankings import match_parts_request
from supplychain.graph.engine.transactions import Tx, run, write
from supplychain.model.ids import utc_now
from tests.make.accounts import api_client, browser, make_user
from tests.make.firms import make_firm
from tests.make.matches import (
    make_ability,
    make_chain,
    make_delivery,
    make_offer,
    make_open_request,
)
from tests.make.secrets import find_secrets

NEED_BY = (utc_now() + timedelta(days=27)).date().isoformat()
SECRETS = ("77.1234", "771234", "61.9876", "619876", "4321.55", "43215500", "Rival", "Winner")
"""Target price, the winner's price, the buyer's freight, and the names of the others."""


@pytest.fixture
def asked(driver: Driver) -> dict[str, Any]:
    """A request open to all: one invited by rank, one able, one failing, one that makes nothing."""
    buyer = make_firm(driver, name="Buyer")
    names = ("Winner", "Able", "Failing", "Idle")
    firms = {name: make_firm(driver, name=name) for name in names}
    rival = make_firm(driver, name="Rival")
    for firm in (firms["Winner"], rival):
        make_ability(driver, firm.id, delivered_lines=20, on_time_lines=20, received_quantity=99)
        make_offer(driver, firm.id, tier_prices_e4=[619_876])
    make_ability(driver, firms["Able"].id, certificate_ends=["2099-01-01"])
    make_offer(driver, firms["Able"].id, tier_prices_e4=[900_000])
    make_ability(driver, firms["Failing"].id, lead_days=40, certificates=[])
    make_delivery(driver, firms["Winner"].id, buyer.id, freight_e4=43_215_500)
    line = {"need_by": NEED_BY, "target_price_e4": 771_234, "certificates": ["ISO 9001"]}
    request_id = make_open_request(driver, buyer.id, lines=[line], audience="all", invite_top=1)
    match_parts_request(driver, request_id, now=utc_now())
    return {"id": request_id, "buyer": buyer, "rival": rival, **firms}


def _standing(app: Flask, driver: Driver, asked: dict[str, Any], name: str) -> dict[str, Any]:
    client = api_client(app, driver, make_user(driver, asked[name]))
    told = client.call("get", f"/parts-requests/{asked['id']}/standing")
    assert told.status_code == 200
    return told.json


def test_each_firm_reads_its_own_state_and_one_thing_to_do(
    app: Flask, driver: Driver, asked: dict[str, Any]
) -> None:
    told = {name: _standing(app, driver, asked, name) for name in ("Able", "Failing", "Idle")}
    lines = {name: one["lines"][0] for name, one in told.items()}
    assert {name: line["state"] for name, line in lines.items()} == {
        "Able": "able", "Failing": "failing", "Idle": "no_capability",
    }  # fmt: skip
    assert lines["Able"]["advice"] == {"code": "first_deliveries", "values": {}}
    assert [fact["code"] for fact in lines["Failing"]["facts"]] == [
        "missing_certificate", "lead_time_too_long",
    ]  # fmt: skip
    assert lines["Failing"]["advice"]["values"]["then"] == ["ISO 9001"]
    assert lines["Idle"]["advice"] == {
        "code": "add_capability", "values": {"category": "forgings"},
    }  # fmt: skip
    assert {one["source"] for one in told.values()} == {None}
    assert _standing(app, driver, asked, "Winner")["source"] == "top"


def test_the_advice_follows_what_the_firm_enters(
    app: Flask, driver: Driver, asked: dict[str, Any]
) -> None:
    make_ability(driver, asked["Idle"].id, weekly_capacity=0, lead_days=None)
    _set(driver, asked["Idle"].id, "Capability", certificate_ends=["2099-01-01"])
    codes = []
    for change in (
        lambda: _set(driver, asked["Idle"].id, "Capability", weekly_capacity=70),
        lambda: _set(driver, asked["Idle"].id, "Capability", weekly_capacity=700),
        lambda: make_offer(driver, asked["Idle"].id, currency="EUR"),
        lambda: _set(driver, asked["Idle"].id, "Offer", currency="CNY"),
        lambda: _set(driver, asked["Idle"].id, "Capability", lead_days=5),
        lambda: _set(driver, asked["Idle"].id, "Capability", delivered_lines=9, on_time_lines=5),
        lambda: _set(driver, asked["Idle"].id, "Capability", on_time_lines=9, received_quantity=9),
    ):
        codes.append(_advice(app, driver, asked))
        change()
    assert [*codes, _advice(app, driver, asked)] == [
        "state_capacity", "free_capacity", "state_price", "state_price_in", "state_lead_time",
        "first_deliveries", "deliver_on_time", "better_price",
    ]  # fmt: skip


def _advice(app: Flask, driver: Driver, asked: dict[str, Any]) -> str:
    return _standing(app, driver, asked, "Idle")["lines"][0]["advice"]["code"]


SET = {
    "Offer": "MATCH (n:Offer {firm_id: $firm_id}) SET n += $given",
    "Capability": "MATCH (n:Capability {firm_id: $firm_id}) SET n += $given",
}


def _set(driver: Driver, firm_id: str, label: str, **given: Any) -> None:
    def work(tx: Tx) -> None:
        run(tx, SET[label], firm_id=firm_id, given=given)

    write(driver, work)


def test_nothing_of_others_or_of_the_buyers_figures_is_in_it(
    app: Flask, driver: Driver, asked: dict[str, Any]
) -> None:
    for name in ("Winner", "Able", "Failing", "Idle"):
        user = make_user(driver, asked[name])
        pages = [
            api_client(app, driver, user).call("get", f"/parts-requests/{asked['id']}/standing"),
            browser(app, driver, user).get(f"/invitations/{asked['id']}"),
        ]
        own = {name, "61.9876" if name == "Winner" else "", "619876" if name == "Winner" else ""}
        for page in pages:
            assert page.status_code == 200
            text = page.get_data(as_text=True).replace(",", "")
            assert set(find_secrets(text, SECRETS)) <= own
            assert asked["rival"].id not in text
            for word in ('"rank"', '"score"', '"able":', "likely_ranks", "to_be_first"):
                assert word not in text


def test_only_who_sees_the_request_reads_a_standing(
    app: Flask, driver: Driver, asked: dict[str, Any]
) -> None:
    hidden = make_open_request(driver, asked["buyer"].id, lines=[{"need_by": NEED_BY}])
    able = api_client(app, driver, make_user(driver, asked["Able"]))
    buyer = api_client(app, driver, make_user(driver, asked["buyer"]))
    answers = [
        able.call("get", f"/parts-requests/{hidden}/standing"),
        able.call("get", "/parts-requests/nothing/standing"),
        buyer.call("get", f"/parts-requests/{asked['id']}/standing"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 3


def test_a_barred_firm_is_told_that_it_is(
    app: Flask, driver: Driver, asked: dict[str, Any]
) -> None:
    make_chain(driver, asked["buyer"].id, {asked["Able"].id: "barred"})
    line = _standing(app, driver, asked, "Able")["lines"][0]
    assert [fact["code"] for fact in line["facts"]] == ["barred_by_chain"]
    assert line["advice"]["code"] == "none"


def test_the_supplier_reads_it_on_the_page_in_both_languages(
    app: Flask, driver: Driver, asked: dict[str, Any]
) -> None:
    pages = {
        language: browser(app, driver, make_user(driver, asked["Failing"], language=language))
        .get(f"/invitations/{asked['id']}")
        .get_data(as_text=True)
        for language in ("en", "zh")
    }
    assert "Your lead time is 40 days; 27 are left" in pages["en"]
    assert "Add ISO 9001, if you hold it." in pages["en"]
    assert "您的交期是 40 天" in pages["zh"]
    assert "Your lead time" not in pages["zh"]


def test_a_buyer_reads_its_own_deliveries_in_full_and_others_as_counts(
    app: Flask, driver: Driver, asked: dict[str, Any]
) -> None:
    client = api_client(app, driver, make_user(driver, asked["buyer"]))
    winner = asked["Winner"].id
    told = client.call("get", f"/parts-requests/{asked['id']}/matches/{winner}/records").json
    assert [one["unit_price"] for one in told["deliveries"]] == ["9.00"]
    assert (told["own"]["delivered"], told["others"]["delivered"]) == (1, 19)
    page = browser(app, driver, make_user(driver, asked["buyer"])).get(
        f"/parts-requests/{asked['id']}/matches/{winner}/records"
    )
    assert "All other buyers" in page.get_data(as_text=True)
    for path in (
        f"/parts-requests/{asked['id']}/matches/nobody/records",
        f"/parts-requests/{asked['id']}/matches/{winner}/records?line=9",
        f"/parts-requests/nothing/matches/{winner}/records",
    ):
        assert client.call("get", path).status_code == 404
    rival = api_client(app, driver, make_user(driver, asked["rival"]))
    path = f"/parts-requests/{asked['id']}/matches/{winner}/records"
    assert rival.call("get", path).status_code == 404


def test_the_page_of_records_shows_the_newest_and_marks_what_came_short(
    app: Flask, driver: Driver, asked: dict[str, Any]
) -> None:
    winner = asked["Winner"].id
    for day in range(1, 25):
        make_delivery(
            driver, winner, asked["buyer"].id, delivered_on=f"2026-06-{day:02}",
            delivered_quantity=60 if day == 24 else 100, rejected_quantity=5 if day == 23 else 0,
        )  # fmt: skip
    client = browser(app, driver, make_user(driver, asked["buyer"]))
    path = f"/parts-requests/{asked['id']}/matches/{winner}/records"
    page = client.get(path).get_data(as_text=True)
    assert page.count('data-head="Delivered on"') == 20
    assert page.count("</span> short") == 2
    assert f"{path}?line=1&amp;all=1" in page
    assert (
        client.get(f"{path}?all=1").get_data(as_text=True).count('data-head="Delivered on"') == 25
    )
