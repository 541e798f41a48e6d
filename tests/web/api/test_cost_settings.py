"""What a buyer reckons with, and the records behind a firm's figures, over the API."""

from __future__ import annotations

from flask import Flask
from neo4j import Driver

from supplychain.graph.engine.transactions import write
from supplychain.graph.track_records import write_track_records
from tests.make.accounts import api_client, make_user
from tests.make.cost_settings import make_cost_settings
from tests.make.firms import make_firm
from tests.make.matches import make_ability, make_delivery


def test_settings_are_read_changed_and_told_with_their_defaults(app: Flask, driver: Driver) -> None:
    client = api_client(app, driver, make_user(driver, make_firm(driver), "buyer"))
    told = client.call("get", "/cost-settings")
    assert (told.status_code, told.headers["ETag"]) == (200, '"0"')
    assert told.json["annual_rate"] == 0.06
    assert "annual_rate" in told.json["defaults"]
    given = {
        "annual_rate": "0.08", "defect_cost": "12.5", "rank_by": "expected_cost",
        "freight_rates": [{"country": "CN", "per_kg": "0.9", "share": 0.01}],
        "duty_rates": [{"country": "VN", "duty": "0.05"}],
    }  # fmt: skip
    changed = client.call("put", "/cost-settings", json=given, if_match=0)
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"1"')
    assert changed.json["annual_rate"] == 0.08
    assert changed.json["defect_cost"] == "12.50"
    assert "annual_rate" not in changed.json["defaults"]
    assert changed.json["freight_rates"] == [
        {"country": "CN", "region": "", "up_to_km": None, "per_kg": "0.90", "per_piece": "0.00",
         "share": 0.01},
    ]  # fmt: skip
    assert changed.json["duty_rates"][0]["duty"] == 0.05
    assert client.call("put", "/cost-settings", json={}, if_match=0).status_code == 412


def test_wrong_figures_are_refused_at_their_fields(app: Flask, driver: Driver) -> None:
    client = api_client(app, driver, make_user(driver, make_firm(driver)))
    for given, pointer in (
        ({"annual_rate": 0.9}, "/annual_rate"),
        ({"annual_rate": "much"}, "/annual_rate"),
        ({"annual_rate": "NaN"}, "/annual_rate"),
        ({"quality": 1}, "/quality"),
        ({"rank_by": "beauty"}, "/rank_by"),
        ({"freight_rates": [{"share": 9}]}, "/freight_rates/0/share"),
        ({"duty_rates": [{"tariff": 1}]}, "/duty_rates/0/tariff"),
    ):
        refused = client.call("put", "/cost-settings", json=given, if_match=0)
        assert refused.status_code == 422, given
        assert [error["pointer"] for error in refused.json["errors"]] == [pointer]


def test_a_seller_neither_reads_nor_changes_them(app: Flask, driver: Driver) -> None:
    client = api_client(app, driver, make_user(driver, make_firm(driver), "seller"))
    assert client.call("get", "/cost-settings").status_code == 403
    assert client.call("put", "/cost-settings", json={}, if_match=0).status_code == 403


def test_records_are_ones_own_in_full_and_of_others_as_counts(app: Flask, driver: Driver) -> None:
    buyer, rival, firm = (make_firm(driver) for _ in range(3))
    make_ability(driver, firm.id)
    make_delivery(driver, firm.id, buyer.id)
    make_delivery(driver, firm.id, rival.id, unit_price_e4=777_777)
    write(driver, write_track_records, [(firm.id, "forgings")])
    client = api_client(app, driver, make_user(driver, buyer))
    told = client.call("get", f"/firms/{firm.id}/records?category_id=forgings")
    assert told.status_code == 200
    assert [one["unit_price"] for one in told.json["deliveries"]] == ["9.00"]
    assert (told.json["own"]["delivered"], told.json["others"]["delivered"]) == (1, 1)
    assert "77.7777" not in told.get_data(as_text=True)
    assert rival.id not in told.get_data(as_text=True)
    missing = client.call("get", "/firms/nobody/records?category_id=forgings")
    assert missing.status_code == 404


def test_another_firms_settings_do_not_show(app: Flask, driver: Driver) -> None:
    owner = make_user(driver, make_firm(driver))
    make_cost_settings(driver, owner, annual_rate=0.123)
    client = api_client(app, driver, make_user(driver, make_firm(driver)))
    assert client.call("get", "/cost-settings").json["annual_rate"] == 0.06
