"""Sites and hours of single parts by page and API: stated, told, refused, and nobody else's."""

from __future__ import annotations

from flask import Flask
from neo4j import Driver

from supplychain.actions.capacity import capabilities, part_hours, sites
from supplychain.model.ids import new_id
from supplychain.model.people.actors import Actor
from tests.make.accounts import api_client, browser, make_user
from tests.make.days import local_today
from tests.make.firms import make_firm
from tests.make.parts_requests import make_part

SITE = {
    "name": "South works",
    "city": "Suzhou",
    "country": "CN",
    "weekdays": [1, 2, 3, 4, 5],
    "shutdowns": [{"starts_on": "2027-08-02", "ends_on": "2027-08-08"}],
    "capacities": [{"category_id": "gears", "weekly_hours": "12.5"}],
}


def _make_seller(driver: Driver, language: str = "en") -> tuple[Actor, str]:
    seller = make_user(driver, make_firm(driver), "seller", language=language)
    capability_id = capabilities.add_capability(
        driver, category="Gears", weekly_capacity=None, by=seller,
        weekly_hours_e4=400_000, hours_per_piece_e4=5_000,
    )  # fmt: skip
    make_part(driver, "ring", category_id="gears")
    return seller, capability_id


def test_sites_are_stated_told_changed_and_removed_over_the_api(app: Flask, driver: Driver) -> None:
    seller, capability_id = _make_seller(driver)
    client = api_client(app, driver, seller)
    added = client.call("post", "/firm/sites", json=SITE)
    assert (added.status_code, added.headers["ETag"]) == (201, '"1"')
    assert added.json["capacities"] == [
        {"category_id": "gears", "weekly_capacity": None, "weekly_hours": "12.50"}
    ]
    assert (added.json["country"], added.json["weekdays"]) == ("CN", [1, 2, 3, 4, 5])
    assert added.json["shutdowns"] == SITE["shutdowns"]
    path = f"/firm/sites/{added.json['id']}"
    assert client.call("get", "/firm/sites").json["items"] == [added.json]
    wrong = {**SITE, "capacities": [{"category_id": "gears", "weekly_capacity": 5}]}
    refused = client.call("put", path, json=wrong, if_match=1)
    assert refused.status_code == 422
    assert refused.json["errors"][0]["pointer"] == "/capacities/0/weekly_capacity"
    assert client.call("put", path, json={**SITE, "city": ""}, if_match=1).status_code == 200
    assert client.call("put", path, json=SITE, if_match=1).status_code == 412
    other = api_client(app, driver, make_user(driver, make_firm(driver), "seller"))
    assert other.call("get", path).status_code == 404
    assert other.call("get", "/firm/sites").json["items"] == []
    assert client.call("delete", path, if_match=2).status_code == 204
    assert capabilities.get(driver, capability_id, by=seller, today=local_today()).pace.sites == ()


def test_hours_of_parts_are_stated_and_told_over_the_api(app: Flask, driver: Driver) -> None:
    seller, capability_id = _make_seller(driver)
    client = api_client(app, driver, seller)
    path = f"/capabilities/{capability_id}/part-hours"
    sent = {"items": [{"part_id": "ring", "hours_per_piece": "0.25"}]}
    stated = client.call("put", path, json=sent, if_match=1)
    assert (stated.status_code, stated.json["items"][0]["hours_per_piece"]) == (200, "0.25")
    assert client.call("get", path).json == stated.json
    assert client.call("put", path, json=sent, if_match=1).status_code == 412
    wrong = {"items": [{"part_id": "ring", "hours_per_piece": "0"}]}
    refused = client.call("put", path, json=wrong, if_match=2)
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (
        422, "/items/0/hours_per_piece",
    )  # fmt: skip
    other = api_client(app, driver, make_user(driver, make_firm(driver), "seller"))
    assert other.call("get", path).status_code == 404


def test_a_site_is_typed_shown_changed_and_removed(app: Flask, driver: Driver) -> None:
    seller, _ = _make_seller(driver)
    client = browser(app, driver, seller)
    assert "One site is enough" in client.get("/firm/sites").get_data(as_text=True)
    assert client.get("/firm/sites/new").status_code == 200
    sent = {
        "once": new_id(), "name": "South", "city": "", "country": "", "weekdays": ["1", "2"],
        "shutdowns": "2027-08-02 – 2027-08-15", "extra_days": "", "time_zone": "",
        "capacities-0-category_id": "gears", "capacities-0-weekly_hours": "12.5",
    }  # fmt: skip
    assert client.post("/firm/sites", data=sent).status_code == 302
    (site,) = sites.list_sites(driver, by=seller)
    assert (site.name, site.calendar.weekdays, site.capacities[0].work) == (
        "South",
        (1, 2),
        125_000,
    )
    shown = client.get("/firm/sites").get_data(as_text=True)
    assert "South" in shown
    assert "12.5 hours a week" in shown
    form = client.get(f"/firm/sites/{site.id}").get_data(as_text=True)
    assert 'value="12.5"' in form
    assert "2027-08-02 – 2027-08-15" in form
    wrong = {**sent, "version": "1", "name": "", "capacities-0-weekly_hours": "7"}
    refused = client.post(f"/firm/sites/{site.id}", data=wrong)
    assert refused.status_code == 422
    assert 'value="7"' in refused.get_data(as_text=True)
    changed = {**sent, "version": "1", "capacities-0-weekly_hours": ""}
    assert client.post(f"/firm/sites/{site.id}", data=changed).status_code == 302
    assert sites.get(driver, site.id, by=seller).capacities == ()
    gone = client.post(f"/firm/sites/{site.id}/removal", data={"version": "2"})
    assert gone.status_code == 302
    assert sites.list_sites(driver, by=seller) == []


def test_hours_of_parts_are_typed_and_emptied(app: Flask, driver: Driver) -> None:
    seller, capability_id = _make_seller(driver, "zh")
    client = browser(app, driver, seller)
    page = f"/capabilities/{capability_id}/part-hours"
    assert "单个零件的工时" in client.get(page).get_data(as_text=True)
    assert page in client.get("/capabilities").get_data(as_text=True).replace("%7C", "|")
    sent = {
        "once": new_id(), "version": "1", "items-0-part_id": "ring",
        "items-0-hours_per_piece": "0.25", "items-1-part_id": "", "items-1-hours_per_piece": "",
    }  # fmt: skip
    assert client.post(page, data=sent).status_code == 302
    (one,) = part_hours.list_part_hours(driver, capability_id, by=seller)
    assert (one.part_id, one.hours_e4) == ("ring", 2_500)
    assert 'value="ring"' in client.get(page).get_data(as_text=True)
    wrong = client.post(page, data={**sent, "version": "2", "items-1-part_id": "nowhere"})
    assert wrong.status_code == 422
    assert 'value="nowhere"' in wrong.get_data(as_text=True)
    assert client.post(page, data={"once": new_id(), "version": "2"}).status_code == 302
    assert part_hours.list_part_hours(driver, capability_id, by=seller) == []
