"""Idle capacity, capability profiles and requirements over the API and on the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from neo4j import Driver

from supplychain.actions.translations import chinese
from supplychain.model.parts_requests.requirements import MATERIALS, PROCESSES, term
from tests.make.accounts import ApiClient, api_client, browser, make_user
from tests.make.days import local_today
from tests.make.firms import make_firm
from tests.make.idle_capacity import make_idle
from tests.make.parts_requests import make_parts_request

TODAY = local_today()
POSTED = {
    "process": "五轴铣削",
    "quantity": 120,
    "unit": "hours",
    "starts_on": TODAY.isoformat(),
    "ends_on": (TODAY + timedelta(days=14)).isoformat(),
}
PROFILE = {
    "category": "Forgings",
    "weekly_capacity": 700,
    "certificates": ["ISO 9001", "PED"],
    "certificate_ends": ["2027-05-31", ""],
    "lot_size": 10,
    "processes": ["Forging", "热处理"],
    "materials": ["不锈钢"],
    "length_mm": 1200,
    "weight_kg": 900,
    "tolerance_linear": "m",
    "tolerance_geometrical": "K",
}


@pytest.fixture
def api(app: Flask, driver: Driver) -> ApiClient:
    """A supplier's owner at the API."""
    return api_client(app, driver, make_user(driver, make_firm(driver)))


def test_idle_capacity_is_posted_read_matched_and_withdrawn(
    app: Flask, driver: Driver, api: ApiClient
) -> None:
    buyer = make_user(driver, make_firm(driver, name="Press works"))
    line = {"process": "5-axis milling", "target_price": None}
    asked = make_parts_request(driver, buyer, lines=[line, {"description": "Other"}])
    made = api.call("post", "/idle-capacity", json=POSTED)
    assert made.status_code == 201, made.json
    assert made.json["process"] == "5-axis milling"
    posted = made.json["id"]
    (fit,) = api.call("get", f"/idle-capacity/{posted}/requests").json["items"]
    assert (fit["request_id"], fit["number"], fit["fits_by"]) == (asked, 1, "process")
    assert (fit["covers"], fit["invited"]) == (None, False)
    assert not any("price" in name for name in fit)
    gone = api.call("delete", f"/idle-capacity/{posted}", if_match=1)
    assert gone.status_code == 204
    (listed,) = api.call("get", "/idle-capacity").json["items"]
    assert (listed["state"], listed["version"]) == ("withdrawn", 2)


def test_a_bad_posting_names_its_fields(api: ApiClient) -> None:
    told = api.call("post", "/idle-capacity", json={"quantity": -1, "unit": "t", "ends_on": "x"})
    assert told.status_code == 422
    pointers = {error["pointer"] for error in told.json["errors"]}
    assert pointers == {"/quantity", "/unit", "/starts_on", "/ends_on"}


def test_a_profile_is_kept_normalised_and_told(api: ApiClient) -> None:
    made = api.call("post", "/capabilities", json=PROFILE)
    assert made.status_code == 201, made.json
    kept = api.call("get", f"/capabilities/{made.json['id']}").json
    assert kept["processes"] == ["forging", "heat treatment"]
    assert kept["materials"] == ["stainless steel"]
    assert kept["certificate_ends"] == ["2027-05-31", ""]
    assert (kept["length_mm"], kept["width_mm"], kept["lot_size"]) == (1200, None, 10)
    changed = api.call(
        "put", f"/capabilities/{made.json['id']}", json={"weekly_capacity": 5}, if_match=1
    )
    assert changed.status_code == 200
    assert (changed.json["processes"], changed.json["length_mm"]) == ([], None)


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"tolerance_linear": "x"}, "/tolerance_linear"),
        ({"length_mm": 0}, "/length_mm"),
        ({"certificate_ends": ["2027-05-31"]}, "/certificate_ends"),
        ({"certificate_ends": ["2027-02-31", ""]}, "/certificate_ends"),
        ({"certificate_ends": ["soon", ""]}, "/certificate_ends/0"),
        ({"processes": ["x" * 61]}, "/processes/0"),
        ({"processes": [str(place) for place in range(21)]}, "/processes"),
        ({"max_lot": 5}, "/max_lot"),
    ],
)
def test_a_bad_profile_names_its_field(api: ApiClient, given: dict[str, Any], pointer: str) -> None:
    told = api.call("post", "/capabilities", json={**PROFILE, **given})
    assert told.status_code == 422
    assert [error["pointer"] for error in told.json["errors"]] == [pointer]


def test_requirements_of_a_line_are_told_to_its_supplier_as_they_were_given(
    app: Flask, driver: Driver, api: ApiClient
) -> None:
    asked = {
        "process": "turning", "length_mm": 300, "regions": ["Jiangsu"],
        "routing": ["forging", "turning"], "tolerance_geometrical": "H",
    }  # fmt: skip
    buyer = api_client(app, driver, make_user(driver, make_firm(driver)))
    made = buyer.call("post", "/parts-requests", json={"title": "Rings", "lines": [asked]})
    assert made.status_code == 201, made.json
    (line,) = made.json["lines"]
    assert {name: line[name] for name in asked} == asked
    echoed = {name: line[name] for name in (*asked, "id", "material", "width_mm")}
    path = f"/parts-requests/{made.json['id']}"
    again = buyer.call("patch", path, json={"lines": [echoed]}, if_match=1)
    assert again.status_code == 200, again.json
    published = make_parts_request(driver, make_user(driver, make_firm(driver)), lines=[asked])
    (seen,) = api.call("get", f"/invitations/{published}").json["lines"]
    assert {name: seen[name] for name in asked} == asked
    assert "target_price" not in seen


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"weight_kg": -4}, "/lines/0/weight_kg"),
        ({"tolerance_linear": "z"}, "/lines/0/tolerance_linear"),
        ({"routing": ["a"] * 11}, "/lines/0/routing"),
        ({"process": "x" * 61}, "/lines/0/process"),
    ],
)
def test_a_bad_requirement_names_its_field(
    app: Flask, driver: Driver, given: dict[str, Any], pointer: str
) -> None:
    buyer = api_client(app, driver, make_user(driver, make_firm(driver)))
    told = buyer.call("post", "/parts-requests", json={"lines": [given]})
    assert told.status_code == 422
    assert [error["pointer"] for error in told.json["errors"]] == [pointer]


def test_the_pages_take_and_show_a_profile(app: Flask, driver: Driver) -> None:
    client = browser(app, driver, make_user(driver, make_firm(driver), language="zh"))
    form = {
        "category": "锻件", "weekly_capacity": "700", "processes": "锻造、热处理",
        "certificates": "ISO 9001 2027-05-31, PED", "length_mm": "1,200", "tolerance_linear": "m",
    }  # fmt: skip
    assert client.post("/capabilities", data=form).status_code == 302
    listed = client.get("/capabilities").get_data(as_text=True)
    assert "锻造, 热处理" in listed
    assert "ISO 2768-m" in listed
    page = client.get(listed.split('href="/capabilities/')[2].join(["/capabilities/", ""])
                      .split('"')[0]).get_data(as_text=True)  # fmt: skip
    assert 'value="ISO 9001 2027-05-31, PED"' in page
    assert 'value="锻造, 热处理"' in page


def test_the_pages_post_show_and_withdraw_idle_capacity(app: Flask, driver: Driver) -> None:
    firm = make_firm(driver)
    user = make_user(driver, firm)
    asked = make_parts_request(driver, make_user(driver, make_firm(driver, name="Press works")))
    client = browser(app, driver, user)
    assert "Machines free" in client.get("/idle-capacity").get_data(as_text=True)
    refused = client.post("/idle-capacity", data={**POSTED, "quantity": "0"})
    assert refused.status_code == 422
    assert "five" not in refused.get_data(as_text=True)
    assert POSTED["process"] in refused.get_data(as_text=True)
    posted = client.post("/idle-capacity", data={**POSTED, "category": "Forgings"})
    assert posted.status_code == 302
    page = client.get(posted.headers["Location"]).get_data(as_text=True)
    assert "Press works" in page
    assert f"/invitations/{asked}" in page
    assert "120" in client.get("/idle-capacity").get_data(as_text=True)
    gone = client.post(posted.headers["Location"] + "/withdrawal", data={"version": "1"})
    assert gone.status_code == 302
    assert "Press works" not in client.get("/idle-capacity").get_data(as_text=True)


def test_a_rival_sees_no_posting_of_another_firm(app: Flask, driver: Driver) -> None:
    owner, rival = (make_user(driver, make_firm(driver)) for _ in range(2))
    posted = make_idle(driver, owner, audience="all")
    client = browser(app, driver, rival)
    assert client.get(f"/idle-capacity/{posted}").status_code == 404
    assert posted not in client.get("/idle-capacity").get_data(as_text=True)


def test_suggested_terms_written_in_chinese_are_the_same_terms() -> None:
    words = (*PROCESSES, *MATERIALS)
    assert {word: term(chinese()[word]) for word in words} == {word: word for word in words}
