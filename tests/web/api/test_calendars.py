"""A firm's calendar over the API: what holds, what day it is there, and what is refused."""

from __future__ import annotations

from flask import Flask
from neo4j import Driver

from tests.make.accounts import api_client, make_user
from tests.make.firms import make_firm

STATED = {
    "time_zone": "Asia/Shanghai",
    "country": "CN",
    "weekdays": [1, 2, 3, 4, 5],
    "shutdowns": [
        {"starts_on": "2027-08-02", "ends_on": "2027-08-08"},
        {"starts_on": "2027-08-07", "ends_on": "2027-08-15"},
    ],
    "extra_days": ["2027-08-21"],
}


def test_the_calendar_is_read_stated_and_told_with_its_zone(app: Flask, driver: Driver) -> None:
    client = api_client(app, driver, make_user(driver, make_firm(driver), "seller"))
    usual = client.call("get", "/firm/calendar")
    assert (usual.status_code, usual.headers["ETag"]) == (200, '"0"')
    assert (usual.json["zone"], usual.json["time_zone"]) == ("Asia/Shanghai", "")
    assert (usual.json["country"], usual.json["is_stated"]) == ("CN", False)
    assert usual.json["holidays"]
    changed = client.call("put", "/firm/calendar", json=STATED, if_match=0)
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"1"')
    assert changed.json["shutdowns"] == [{"starts_on": "2027-08-02", "ends_on": "2027-08-15"}]
    assert changed.json["extra_days"] == ["2027-08-21"]
    assert changed.json["weekdays"] == [1, 2, 3, 4, 5]
    assert client.call("put", "/firm/calendar", json=STATED, if_match=0).status_code == 412


def test_what_makes_no_sense_is_refused_at_its_field(app: Flask, driver: Driver) -> None:
    client = api_client(app, driver, make_user(driver, make_firm(driver), "seller"))
    shut = {"starts_on": "2027-08-02", "ends_on": "2027-08-08"}
    for sent, pointer in (
        ({"weekdays": []}, "/weekdays"),
        ({"weekdays": [0]}, "/weekdays/0"),
        ({"country": "XX"}, "/country"),
        ({"country": "China"}, "/country"),
        ({"time_zone": "Nowhere/At_All"}, "/time_zone"),
        ({"shutdowns": [{"starts_on": "2027-08-08", "ends_on": "2027-08-02"}]}, "/shutdowns/0"),
        ({"shutdowns": [shut], "extra_days": ["2027-08-05"]}, "/extra_days/0"),
        ({"shutdowns": [{"starts_on": "2027-02-29", "ends_on": "2027-03-01"}]},
         "/shutdowns/0/starts_on"),
        ({"extra_days": ["2027-13-01"]}, "/extra_days/0"),
        ({"holidays": []}, "/holidays"),
    ):  # fmt: skip
        refused = client.call("put", "/firm/calendar", json=sent, if_match=0)
        assert refused.status_code == 422, sent
        assert [error["pointer"] for error in refused.json["errors"]] == [pointer]


def test_a_buyer_reads_it_and_does_not_change_it(app: Flask, driver: Driver) -> None:
    client = api_client(app, driver, make_user(driver, make_firm(driver), "buyer"))
    assert client.call("get", "/firm/calendar").status_code == 200
    assert client.call("put", "/firm/calendar", json={}, if_match=0).status_code == 403
