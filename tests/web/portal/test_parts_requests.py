"""The pages of parts requests and invitations, as a browser without JavaScript uses them."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from neo4j import Driver

from supplychain.actions.parts_requests import parts_requests as actions
from supplychain.graph.engine.transactions import read
from supplychain.graph.parts_requests import parts_requests
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.model.people.actors import Actor
from tests.make.accounts import browser, make_user
from tests.make.firms import make_firm
from tests.make.parts_requests import (
    make_invitation,
    make_part,
    make_parts_request,
    need_by,
    pass_deadline,
    put_bid,
    soon,
)
from tests.make.tiers import make_led_chain

PDF = b"%PDF-1.7 drawing"


def _form(**values: str) -> dict[str, str]:
    return {
        "once": "a" * 32,
        "title": "Rings",
        "currency": "CNY",
        "deadline": soon(7).strftime("%Y-%m-%dT%H:%M"),
        "audience": "all",
        "share_policy": "ask",
        "invite_top": "5",
        "lines-0-description": "Forged ring",
        "lines-0-category": "Forgings",
        "lines-0-quantity": "500",
        "lines-0-need_by": need_by().isoformat(),
        **values,
    }


@pytest.fixture
def owner(driver: Driver) -> Actor:
    return make_user(driver, make_firm(driver))


@pytest.fixture
def page(app: Flask, driver: Driver, owner: Actor) -> FlaskClient:
    return browser(app, driver, owner)


def _only(driver: Driver, owner: Actor) -> PartsRequest:
    [row] = read(driver, parts_requests.list_posted, viewer=owner.firm_id)
    return read(driver, parts_requests.get, row.id, viewer=owner.firm_id)


def test_what_was_read_stands_under_its_field_when_a_form_is_refused(
    driver: Driver, owner: Actor, page: FlaskClient
) -> None:
    wrong = {"lines-0-quantity": "1万", "lines-0-target_price": "12,50"}
    refused = page.post("/parts-requests", data=_form(**wrong))
    assert refused.status_code == 422
    assert "Read as 10,000 (10 thousand)." in refused.text
    assert "This could be 1250 or 12.5: write 1250 or 12.50." in refused.text
    assert 'value="12,50"' in refused.text
    german = {"Accept-Language": "de-DE,de;q=0.9,en;q=0.8"}
    saved = page.post("/parts-requests", data=_form(**wrong), headers=german)
    assert saved.status_code == 302
    (line,) = _only(driver, owner).lines
    assert (line.quantity, line.target_price) == (10_000, Decimal("12.50"))


def test_a_request_is_written_published_and_cancelled_without_javascript(
    driver: Driver, owner: Actor, page: FlaskClient
) -> None:
    assert page.get("/parts-requests/new").text.count("data-line>") == 3
    lines = {"lines-2-description": "Bush", "lines-2-certificates": "ISO 9001，CE"}
    saved = page.post("/parts-requests", data=_form(**lines), follow_redirects=True)
    assert "Draft saved" in saved.text
    found = _only(driver, owner)
    assert [line.description for line in found.lines] == ["Forged ring", "Bush"]
    assert found.lines[1].certificates == ("ISO 9001", "CE")
    assert "Line 2: enter a quantity." in saved.text
    assert f"/parts-requests/{found.id}/edit#f-lines-1-quantity" in saved.text
    assert f'action="/parts-requests/{found.id}/publication"' not in saved.text
    at = f"/parts-requests/{found.id}"
    edited = page.post(f"{at}/edit", data=_form(version="1"), follow_redirects=True)
    assert f'action="{at}/publication"' in edited.text
    sent = {"version": "2", "confirm": "nobody_makes"}
    shown = page.post(f"{at}/publication", data=sent, follow_redirects=True)
    assert "Suppliers are being ranked" in shown.text
    stale = page.post(f"{at}/cancellation", data={"version": "2", "reason": "Wrong steel"})
    assert stale.status_code == 409
    assert "Wrong steel" in stale.text
    gone = page.post(
        f"{at}/cancellation", data={"version": "3", "reason": "Wrong steel"}, follow_redirects=True
    )
    assert "Cancelled: Wrong steel" in gone.text


def test_more_lines_come_with_what_was_typed(page: FlaskClient) -> None:
    typed = _form(more="1", **{"lines-1-quantity": "not a number", "note": "keep me"})
    shown = page.post("/parts-requests", data=typed)
    assert shown.status_code == 200
    assert shown.text.count("data-line>") == 5
    for text in ("Forged ring", "not a number", "keep me", 'value="Rings"'):
        assert text in shown.text
    assert "error-summary" not in shown.text


def test_errors_are_at_their_fields_and_nothing_typed_is_lost(
    driver: Driver, owner: Actor, page: FlaskClient
) -> None:
    wrong = {
        "lines-0-quantity": "lots",
        "lines-1-part_id": "nowhere",
        "lines-1-target_price": "-1",
        "deadline": "tomorrow",
        "note": "keep me",
    }
    shown = page.post("/parts-requests", data=_form(**wrong))
    assert shown.status_code == 422
    for name in ("lines-0-quantity", "lines-1-target_price", "deadline"):
        assert f'href="#f-{name}"' in shown.text
        assert f'id="e-{name}"' in shown.text
        assert f'id="f-{name}"' in shown.text
    for text in ("lots", "nowhere", "-1", "tomorrow", "keep me"):
        assert text in shown.text
    assert read(driver, parts_requests.list_posted, viewer=owner.firm_id) == []


@pytest.mark.parametrize(
    "values",
    [
        {"lines-x-quantity": "1"},
        {"lines-0-unknown": "1"},
        {"unknown": "1"},
        {"title": "a\x00b"},
        {"currency": "XXX"},
        {"lines-0-quantity": str(2**63)},
        {"audience": "chain", "chain_id": "nowhere"},
    ],
)
def test_a_mangled_form_is_refused_with_the_page(
    driver: Driver, owner: Actor, page: FlaskClient, values: dict[str, str]
) -> None:
    shown = page.post("/parts-requests", data=_form(**values))
    assert shown.status_code == 422
    assert "Forged ring" in shown.text
    assert read(driver, parts_requests.list_posted, viewer=owner.firm_id) == []


def test_a_double_click_saves_one_draft(driver: Driver, owner: Actor, page: FlaskClient) -> None:
    form = _form()
    places = {page.post("/parts-requests", data=form).headers["Location"] for _ in range(2)}
    assert len(places) == 1
    assert _only(driver, owner).number.endswith("0001")


def test_full_width_digits_may_be_typed(driver: Driver, owner: Actor, page: FlaskClient) -> None:
    values = {"lines-0-quantity": "１２００", "lines-0-target_price": "３．５"}
    page.post("/parts-requests", data=_form(**values))
    [line] = _only(driver, owner).lines
    assert (line.quantity, line.target_price) == (1200, Decimal("3.5"))


def test_an_old_form_does_not_overwrite_a_colleague(
    driver: Driver, owner: Actor, page: FlaskClient
) -> None:
    request_id = make_parts_request(driver, owner, publish=False)
    at = f"/parts-requests/{request_id}/edit"
    assert 'name="version" value="1"' in page.get(at).text
    assert page.post(at, data=_form(version="1", title="First")).status_code == 302
    late = page.post(at, data=_form(version="1", title="Second"))
    assert late.status_code == 409
    assert "Second" in late.text
    assert _only(driver, owner).title == "First"


def test_what_a_form_leaves_empty_becomes_empty(
    driver: Driver, owner: Actor, page: FlaskClient
) -> None:
    request_id = make_parts_request(driver, owner, note="old", lines=[{}, {}], publish=False)
    line_id = _only(driver, owner).lines[1].id
    empty = {"version": "1", "currency": "CNY", "title": "", "deadline": "", "lines-1-id": line_id}
    page.post(f"/parts-requests/{request_id}/edit", data=empty)
    found = _only(driver, owner)
    assert (found.title, found.note, found.deadline, found.lines) == ("", "", None, ())


def test_the_form_shows_a_stored_draft_as_it_is(
    driver: Driver, owner: Actor, page: FlaskClient
) -> None:
    chain_id = make_led_chain(driver, make_firm(driver), make_firm(driver))
    assert chain_id not in page.get("/parts-requests/new").text
    make_part(driver, "own-part", designer_id=owner.firm_id)
    make_part(driver, "their-part", designer_id=make_firm(driver).id)
    request_id = make_parts_request(
        driver, owner, lines=[{"target_price": Decimal("0.0345")}], publish=False
    )
    text = page.get(f"/parts-requests/{request_id}/edit").text
    for value in ("0.0345", "ISO 9001", need_by().isoformat(), "own-part"):
        assert value in text
    assert "their-part" not in text


def test_files_are_attached_and_taken_off(driver: Driver, owner: Actor, page: FlaskClient) -> None:
    request_id = make_parts_request(driver, owner, publish=False)
    at = f"/parts-requests/{request_id}"
    files = [(io.BytesIO(PDF), "ring.pdf"), (io.BytesIO(b"0\nSECTION"), "ring.dxf")]
    sent = page.post(f"{at}/attachments", data={"file": files, "line_number": "1"})
    assert sent.status_code == 302
    text = page.get(at).text
    links = re.findall(rf"{at}/attachments/[0-9a-f]+(?=\")", text)
    assert len(links) == 2
    with page.get(links[0]) as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert page.post(f"{links[0]}/removal").status_code == 302
    assert page.get(links[0]).status_code == 404
    for data in ({}, {"file": (io.BytesIO(b"MZ"), "a.exe")}):
        refused = page.post(f"{at}/attachments", data=data)
        assert refused.status_code == 422
        assert 'id="e-file"' in refused.text


def test_a_file_is_seen_by_who_sees_the_request_and_by_nobody_else(
    app: Flask, driver: Driver, owner: Actor, page: FlaskClient
) -> None:
    invited, stranger = make_firm(driver), make_firm(driver)
    request_id = make_parts_request(driver, owner, audience="invited", publish=False)
    at = f"/parts-requests/{request_id}"
    page.post(f"{at}/attachments", data={"file": (io.BytesIO(PDF), "ring.pdf")})
    [link] = re.findall(rf"{at}/attachments/[0-9a-f]+(?=\")", page.get(at).text)
    theirs = browser(app, driver, make_user(driver, invited))
    make_invitation(driver, request_id, invited.id)
    assert theirs.get(link).status_code == 404
    actions.publish(driver, request_id, by=owner, despite_nobody=True)
    with theirs.get(link) as answer:
        assert answer.data == PDF
    assert link in theirs.get(f"/invitations/{request_id}").text
    nobody = browser(app, driver, make_user(driver, stranger))
    foreign, missing = nobody.get(link), nobody.get(f"{at}/attachments/none")
    assert foreign.status_code == missing.status_code == 404


def test_the_deadline_is_moved_and_a_past_one_refused(
    driver: Driver, owner: Actor, page: FlaskClient
) -> None:
    at = f"/parts-requests/{make_parts_request(driver, owner)}"
    past = page.post(f"{at}/deadline", data={"version": "2", "deadline": "2020-01-01T08:00"})
    assert past.status_code == 422
    assert 'id="e-deadline"' in past.text
    later = soon(9).strftime("%Y-%m-%dT%H:%M")
    assert page.post(f"{at}/deadline", data={"version": "2", "deadline": later}).status_code == 302
    assert _only(driver, owner).version == 3


def test_an_earlier_deadline_asks_for_a_reason_and_none_once_a_bid_is_in(
    driver: Driver, owner: Actor, page: FlaskClient
) -> None:
    request_id = make_parts_request(driver, owner, deadline=soon(9))
    at = f"/parts-requests/{request_id}"
    typed = {"version": "2", "deadline": soon(3).strftime("%Y-%m-%dT%H:%M")}
    refused = page.post(f"{at}/deadline", data=typed)
    assert refused.status_code == 422
    assert 'id="e-deadline_reason"' in refused.text
    told = {**typed, "deadline_reason": "The line waits."}
    assert page.post(f"{at}/deadline", data=told).status_code == 302
    put_bid(driver, request_id, make_firm(driver).id)
    shown = page.get(at).text
    assert "can only move later" in shown
    assert 'name="deadline_reason"' not in shown
    sooner = {**told, "version": "3", "deadline": soon(2).strftime("%Y-%m-%dT%H:%M")}
    assert page.post(f"{at}/deadline", data=sooner).status_code == 409


def test_a_draft_is_deleted_and_a_request_copied(
    driver: Driver, owner: Actor, page: FlaskClient
) -> None:
    at = f"/parts-requests/{make_parts_request(driver, owner, publish=False)}"
    copied = page.post(f"{at}/copies", data={"once": "b" * 32})
    assert copied.headers["Location"].endswith("/edit")
    assert page.post(f"{at}/removal", data={"version": "1"}).status_code == 302
    assert page.get(at).status_code == 404
    assert _only(driver, owner).number.endswith("0002")


def test_lines_come_as_csv_that_runs_nothing(
    driver: Driver, owner: Actor, page: FlaskClient
) -> None:
    lines = [{"description": "=cmd()", "target_price": Decimal("12.5")}]
    request_id = make_parts_request(driver, owner, lines=lines)
    answer = page.get(f"/parts-requests/{request_id}/lines.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    [row] = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert (row["description"], row["target_price"]) == ("'=cmd()", "12.5")


def test_an_invited_firm_sees_it_notes_it_and_declines(
    app: Flask, driver: Driver, owner: Actor, page: FlaskClient
) -> None:
    firm = make_firm(driver)
    theirs = browser(app, driver, make_user(driver, firm))
    request_id = make_parts_request(driver, owner, audience="invited", title="Sealed rings")
    at = f"/invitations/{request_id}"
    assert theirs.get(at).status_code == 404
    assert "Sealed rings" not in theirs.get("/invitations").text
    make_invitation(driver, request_id, firm.id)
    listed = theirs.get("/invitations").text
    assert "Sealed rings" in listed
    assert "> new<" in re.sub(r"\s+", " ", listed)
    assert "Only firms that were invited" in theirs.get(at).text
    assert "> new<" not in re.sub(r"\s+", " ", theirs.get("/invitations").text)
    assert theirs.post(f"{at}/declination").status_code == 302
    assert "We will not bid" not in theirs.get(at).text
    told = page.get(f"/parts-requests/{request_id}").text
    assert "A firm declined the invitation" in told


def test_after_the_deadline_no_bid_is_offered(app: Flask, driver: Driver, owner: Actor) -> None:
    theirs = browser(app, driver, make_user(driver, make_firm(driver)))
    request_id = make_parts_request(driver, owner)
    pass_deadline(driver, request_id, sweep=False)
    text = theirs.get(f"/invitations/{request_id}").text
    assert "takes no more bids" in text
    assert f"/parts-requests/{request_id}/bid" not in text


def test_pages_of_others_are_answered_like_none(app: Flask, driver: Driver, owner: Actor) -> None:
    theirs = browser(app, driver, make_user(driver, make_firm(driver)))
    request_id = make_parts_request(driver, owner, publish=False)
    gets = ("", "/edit", "/lines.csv", "/attachments/x")
    posts = ("/edit", "/publication", "/cancellation", "/deadline", "/removal", "/copies")
    calls: list[tuple[str, str, dict[str, Any]]] = [
        *(("GET", path, {}) for path in gets),
        *(("POST", path, {"version": "1", "reason": "x", **_form()}) for path in posts),
    ]
    for method, path, data in calls:
        answers = [
            theirs.open(f"/parts-requests/{some_id}{path}", method=method, data=data)
            for some_id in (request_id, "none")
        ]
        assert {answer.status_code for answer in answers} == {404}, path
        bodies = {_steady(answer.text) for answer in answers}
        assert len(bodies) == 1, path


def _steady(text: str) -> str:
    """The page without what differs from request to request by design."""
    return re.sub(r'value="[^"]*"', "", text)


def test_a_viewer_reads_but_is_offered_nothing_to_change(app: Flask, driver: Driver) -> None:
    firm = make_firm(driver)
    request_id = make_parts_request(driver, make_user(driver, firm), publish=False)
    viewer = browser(app, driver, make_user(driver, firm, "viewer"))
    text = viewer.get(f"/parts-requests/{request_id}").text
    for path in ("/publication", "/removal", "/copies", "/edit", "/attachments"):
        assert f"/parts-requests/{request_id}{path}" not in text
    assert viewer.get("/parts-requests/new").status_code == 403
    assert viewer.post("/parts-requests", data=_form()).status_code == 403
