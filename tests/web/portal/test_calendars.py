"""The page When we work: typed days become a calendar, nothing typed is lost."""

from __future__ import annotations

from datetime import date

from flask import Flask
from neo4j import Driver

from supplychain.actions.capacity import calendars
from supplychain.model.calendars.work_calendar import Shutdown
from supplychain.model.ids import new_id
from tests.make.accounts import browser, make_user
from tests.make.firms import make_firm

PAGE = "/firm/calendar"


def test_days_are_typed_a_shutdown_a_line(app: Flask, driver: Driver) -> None:
    seller = make_user(driver, make_firm(driver), "seller")
    client = browser(app, driver, seller)
    first = client.get(PAGE).get_data(as_text=True)
    assert "Asia/Shanghai" in first
    assert "New Year" in first
    sent = {
        "once": new_id(), "version": "0", "weekdays": ["1", "2", "3", "4", "5", "6"],
        "country": "CN", "shutdowns": "2027-08-02 – 2027-08-15\r\n2027-09-01\r\n",
        "extra_days": "2027-02-07, 2027-02-08", "time_zone": "",
    }  # fmt: skip
    assert client.post(PAGE, data=sent).status_code == 302
    own = calendars.get(driver, by=seller).calendar
    assert own.weekdays == (1, 2, 3, 4, 5, 6)
    assert own.shutdowns == (
        Shutdown(starts_on=date(2027, 8, 2), ends_on=date(2027, 8, 15)),
        Shutdown(starts_on=date(2027, 9, 1), ends_on=date(2027, 9, 1)),
    )
    assert own.extra_days == (date(2027, 2, 7), date(2027, 2, 8))
    shown = client.get(PAGE).get_data(as_text=True)
    assert "2027-08-02 – 2027-08-15\n2027-09-01" in shown


def test_what_is_wrong_is_said_and_what_was_typed_stays(app: Flask, driver: Driver) -> None:
    client = browser(app, driver, make_user(driver, make_firm(driver), "seller"))
    sent = {
        "once": new_id(), "version": "0", "weekdays": ["1"], "country": "CN",
        "shutdowns": "in August", "extra_days": "", "time_zone": "",
    }  # fmt: skip
    refused = client.post(PAGE, data=sent)
    text = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert "in August" in text
    assert "Enter a date such as" in text
    none = client.post(PAGE, data={"once": new_id(), "version": "0", "country": ""})
    assert none.status_code == 422
    assert "at least one weekday" in none.get_data(as_text=True)


def test_the_page_is_there_in_chinese_with_chinese_holidays(app: Flask, driver: Driver) -> None:
    client = browser(app, driver, make_user(driver, make_firm(driver), "viewer", language="zh"))
    text = client.get(PAGE).get_data(as_text=True)
    assert "工作日历" in text
    assert "春节" in text
    assert 'value="1" checked disabled' in " ".join(text.split())
