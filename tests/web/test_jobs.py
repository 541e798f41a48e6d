"""Jobs over the web."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from neo4j import Driver

from supplychain.graph import jobs
from supplychain.graph.engine.transactions import write
from supplychain.model.ids import new_id, utc_now
from tests.make.accounts import api_client, browser, make_user
from tests.make.firms import make_firm
from tests.make.jobs import do_jobs
from tests.make.parts_requests import make_parts_request


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


FULL = "Your firm has as much work waiting here as one firm may."


def test_the_api_refuses_too_much_work_and_says_when_to_come_again(
    app: Flask, driver: Driver, limits: Callable[[int, int], None]
) -> None:
    limits(1, 1)
    buyer = make_user(driver, make_firm(driver, kind="core"))
    api = api_client(app, driver, buyer)
    drafts = [make_parts_request(driver, buyer, publish=False) for _ in range(2)]
    first, second = (
        api.call("put", f"/parts-requests/{draft}/publication?confirm=nobody_makes", if_match=1)
        for draft in drafts
    )
    assert first.status_code == 202, first.text
    assert second.status_code == 429
    assert second.content_type == "application/problem+json"
    assert second.json["code"] == "queue_full"
    assert second.json["detail"].startswith(FULL)
    assert int(second.headers["Retry-After"]) > 0
    assert api.call("get", f"/parts-requests/{drafts[1]}").json["state"] == "draft"
    do_jobs(driver)
    path = f"/parts-requests/{drafts[1]}/publication?confirm=nobody_makes"
    again = api.call("put", path, if_match=1)
    assert again.status_code == 202


def test_a_page_says_in_a_sentence_that_too_much_waits_and_loses_nothing(
    app: Flask, driver: Driver, limits: Callable[[int, int], None]
) -> None:
    limits(1, 1)
    buyer = make_user(driver, make_firm(driver, kind="core"))
    portal = browser(app, driver, buyer)
    drafts = [make_parts_request(driver, buyer, publish=False) for _ in range(2)]
    sent = {"version": "1", "confirm": "nobody_makes"}
    answers = [portal.post(f"/parts-requests/{draft}/publication", data=sent) for draft in drafts]
    assert [answer.status_code for answer in answers] == [302, 429]
    assert FULL in answers[1].text
    assert "Rings for presses" in answers[1].text  # still on the page of the draft
    again = portal.post(f"/parts-requests/{drafts[0]}/matches")
    assert again.status_code == 302  # the job that waits is the one that was asked for
