"""Jobs over the web."""

from __future__ import annotations

from flask import Flask
from neo4j import Driver

from supplychain.graph import jobs
from supplychain.graph.engine.transactions import write
from supplychain.model.ids import new_id, utc_now
from tests.make.accounts import api_client, browser, make_user
from tests.make.firms import make_firm


def _job(driver: Driver, firm_id: str) -> str:
    job_id = new_id()
    write(
        driver,
        jobs.create,
        job_id=job_id,
        kind="match",
        about_id="x",
        firm_id=firm_id,
        user_id="u",
        at=utc_now(),
    )
    return job_id


def test_a_firm_sees_its_job_and_others_do_not(app: Flask, driver: Driver) -> None:
    firm, rival = make_firm(driver), make_firm(driver)
    job_id = _job(driver, firm.id)
    ours = api_client(app, driver, make_user(driver, firm))
    theirs = api_client(app, driver, make_user(driver, rival))
    assert ours.call("get", f"/jobs/{job_id}").json["state"] == "queued"
    foreign, missing = theirs.call("get", f"/jobs/{job_id}"), theirs.call("get", "/jobs/none")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.data == missing.data


def test_a_job_can_be_stopped_once(app: Flask, driver: Driver) -> None:
    firm = make_firm(driver)
    ours = api_client(app, driver, make_user(driver, firm))
    job_id = _job(driver, firm.id)
    assert ours.call("put", f"/jobs/{job_id}/cancellation").json["state"] == "cancelled"
    assert ours.call("put", f"/jobs/{job_id}/cancellation").status_code == 409


def test_the_page_of_a_job_shows_how_far_it_is(app: Flask, driver: Driver) -> None:
    firm = make_firm(driver)
    client = browser(app, driver, make_user(driver, firm))
    page = client.get(f"/jobs/{_job(driver, firm.id)}")
    assert page.status_code == 200
    assert b"<progress" in page.data


def test_nobody_is_sent_to_sign_in(app: Flask, driver: Driver) -> None:
    assert browser(app, driver, None).get("/").headers["Location"].startswith("/sign-in")
    assert api_client(app, driver, None).call("get", "/jobs/x").status_code == 401
