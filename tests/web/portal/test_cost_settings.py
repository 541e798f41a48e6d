"""The page of what a buyer reckons with: percent, defaults said, nothing typed is lost."""

from __future__ import annotations

import re

from flask import Flask
from neo4j import Driver

from supplychain.actions import cost_settings
from supplychain.model.cost_settings import SHARES, FreightRate
from supplychain.model.ids import new_id
from tests.make.accounts import browser, make_user
from tests.make.cost_settings import make_cost_settings, make_rate
from tests.make.firms import make_firm

PAGE = "/firm/cost-settings"


def test_shares_are_percent_on_the_page_and_shares_in_the_graph(app: Flask, driver: Driver) -> None:
    buyer = make_user(driver, make_firm(driver), "buyer")
    client = browser(app, driver, buyer)
    first = client.get(PAGE).get_data(as_text=True)
    assert "Empty: 6 %." in first
    given = {
        "once": new_id(), "version": "0", "rank_by": "expected_cost", "annual_rate": "７.5",
        "late_day_share": "0.3 %", "currency": "", "freight_rates-0-country": "CN",
        "freight_rates-0-share": "2", "freight_rates-1-country": "",
    }  # fmt: skip
    assert client.post(PAGE, data=given).status_code == 302
    found = cost_settings.get(driver, by=buyer)
    assert (found.annual_rate, found.late_day_share) == (0.075, 0.003)
    assert found.freight_rates == (FreightRate(country="CN", share=0.02),)
    assert found.currency is None
    shown = client.get(PAGE).get_data(as_text=True)
    assert 'name="annual_rate" type="text"\n        value="7.5"' in shown
    assert 'value="0.3"' in shown


def test_every_share_comes_back_as_it_was_typed(app: Flask, driver: Driver) -> None:
    buyer = make_user(driver, make_firm(driver), "buyer")
    client = browser(app, driver, buyer)
    typed = {name: str(7 + at) for at, name in enumerate(sorted(SHARES))}
    for version in ("0", "1"):
        given = {"once": new_id(), "version": version, **typed}
        assert client.post(PAGE, data=given).status_code == 302
        kept = cost_settings.get(driver, by=buyer)
        assert {name: getattr(kept, name) for name in typed} == {
            name: int(value) / 100 for name, value in typed.items()
        }
        page = client.get(PAGE).text
        typed = {
            name: re.findall(rf'name="{name}" type="text"\s+value="([^"]*)"', page)[0]
            for name in typed
        }


def test_what_is_wrong_is_said_and_what_was_typed_stays(app: Flask, driver: Driver) -> None:
    client = browser(app, driver, make_user(driver, make_firm(driver)))
    given = {"once": new_id(), "version": "0", "annual_rate": "80", "defect_multiple": "lots"}
    refused = client.post(PAGE, data=given)
    text = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert 'value="lots"' in text
    assert 'href="#f-defect_multiple"' in text
    refused = client.post(PAGE, data={**given, "defect_multiple": "2"})
    text = refused.get_data(as_text=True)
    assert "from 0 to 50 %" in text
    assert 'value="80"' in text


def test_somebody_elses_change_is_not_overwritten(app: Flask, driver: Driver) -> None:
    buyer = make_user(driver, make_firm(driver))
    make_cost_settings(driver, buyer, annual_rate=0.02)
    client = browser(app, driver, buyer)
    assert client.post(PAGE, data={"version": "0"}).status_code == 409
    assert client.post(PAGE, data={"version": "x"}).status_code == 409
    assert cost_settings.get(driver, by=buyer).annual_rate == 0.02


def test_a_seller_has_no_such_page_and_a_buyer_finds_it_under_our_firm(
    app: Flask, driver: Driver
) -> None:
    firm = make_firm(driver)
    make_rate(driver, firm.id, 7.8123)
    buyer, seller = (make_user(driver, firm, role) for role in ("buyer", "seller"))
    assert PAGE in browser(app, driver, buyer).get("/colleagues").get_data(as_text=True)
    assert "7.8123" in browser(app, driver, buyer).get(PAGE).get_data(as_text=True)
    assert browser(app, driver, seller).get(PAGE).status_code == 403
    assert PAGE not in browser(app, driver, seller).get("/colleagues").get_data(as_text=True)
