"""Registering and forgetting where mail is sent: no page tells who has an account."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from neo4j import Driver

from supplychain.actions import housekeeping
from supplychain.actions.people import accounts, registrations
from supplychain.errors import NotFound
from supplychain.graph.engine.transactions import read, row
from supplychain.graph.housekeeping import Kind
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from tests.make.accounts import api_client, make_user
from tests.make.firms import make_firm
from tests.make.mails import Mailbox, mail_server
from tests.make.race import raced
from tests.make.second_factors import set_up

PASSWORD = "a good long password"
EMAIL = "li@example.com"
FORM = {"firm_name": "Taihu Forging", "kind": "sme", "user_name": "Li Wei", "email": EMAIL,
        "password": PASSWORD}  # fmt: skip


@pytest.fixture
def box(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    with mail_server(monkeypatch) as box:
        yield box


def _link(text: str, page: str) -> str:
    found = re.search(rf"http://localhost(/{page}/[\w-]+)", text)
    assert found is not None
    return found[1]


def _mask(text: str, email: str) -> str:
    return re.sub(r'name="(csrf_token|once)" value="[^"]*"', "", text).replace(email, "")


def _firms(driver: Driver) -> int:
    found = read(driver, lambda tx: row(tx, "MATCH (f:Firm) RETURN count(f) AS n"))
    assert found is not None
    return found["n"]


def test_a_firm_is_there_once_the_link_is_opened_with_the_password(
    app: Flask, driver: Driver, box: Mailbox
) -> None:
    client = app.test_client()
    page = client.post("/registration", data=FORM, headers={"Accept-Language": "zh"})
    assert page.status_code == 200
    assert _firms(driver) == 0
    link = _link(box.text(driver), "registration")
    assert "Taihu Forging" in client.get(link).text
    assert client.post(link, data={"password": "another one"}).status_code == 422
    assert _firms(driver) == 0
    assert client.post(link, data={"password": PASSWORD}).status_code == 302
    assert client.get("/account").status_code == 200
    assert app.test_client().get(link).status_code == 404
    assert accounts.sign_in(driver, EMAIL, PASSWORD)


def test_a_taken_address_gets_the_same_page_and_a_mail_that_says_so(
    app: Flask, driver: Driver, box: Mailbox
) -> None:
    make_user(driver, make_firm(driver, name="Another works"), email=EMAIL)
    pages = []
    for email in (EMAIL, "free@example.com"):
        answer = app.test_client().post("/registration", data={**FORM, "email": email})
        pages.append((answer.status_code, _mask(answer.text, email)))
    assert pages[0] == pages[1]
    told = {mail["To"]: mail.get_content() for mail in box.send(driver)}
    assert "http://localhost/forgot" in told[EMAIL]
    assert "/registration/" in told["free@example.com"]
    assert "Li Wei" not in told[EMAIL]
    assert _firms(driver) == 1


def test_a_wrong_registration_is_still_told_at_once(
    app: Flask, driver: Driver, box: Mailbox
) -> None:
    wrong = app.test_client().post("/registration", data={**FORM, "password": "short"})
    assert wrong.status_code == 422
    assert box.send(driver) == []


def test_the_api_answers_every_address_alike(app: Flask, driver: Driver, box: Mailbox) -> None:
    make_user(driver, make_firm(driver, name="Another works"), email="taken@example.com")
    api = api_client(app, driver, None)
    bodies = []
    for email in ("taken@example.com", EMAIL):
        body = {**FORM, "email": email, "country": "", "region": "", "city": ""}
        made = api.call("post", "/registrations", json=body)
        bodies.append((made.status_code, made.json))
    assert bodies[0] == bodies[1] == (201, {"firm_id": "", "token": "", "is_mailed": True})
    text = next(one.get_content() for one in box.send(driver) if one["To"] == EMAIL)
    secret = _link(text, "registration").rpartition("/")[2]
    wrong = {"secret": secret, "password": "another one"}
    assert api.call("post", "/registrations/confirmations", json=wrong).status_code == 422
    right = {"secret": secret, "password": PASSWORD}
    done = api.call("post", "/registrations/confirmations", json=right)
    assert done.status_code == 201
    who = accounts.principal_of_token(driver, done.json["token"])
    assert (who.firm_id, who.role) == (done.json["firm_id"], "owner")
    assert api.call("post", "/registrations/confirmations", json=right).status_code == 404


def test_a_link_confirms_once_however_many_open_it_at_once(
    app: Flask, driver: Driver, box: Mailbox
) -> None:
    app.test_client().post("/registration", data=FORM)
    secret = _link(box.text(driver), "registration").rpartition("/")[2]
    got = raced(4, lambda _: registrations.confirm_registration(driver, secret, PASSWORD)[0])
    assert got.count("NotFound") == 3
    assert _firms(driver) == 1


def test_a_registration_that_nobody_confirms_is_forgotten(
    app: Flask, driver: Driver, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.test_client().post("/registration", data=FORM)
    secret = _link(box.text(driver), "registration").rpartition("/")[2]
    late = utc_now().replace(year=utc_now().year + 1)
    monkeypatch.setattr(registrations, "utc_now", lambda: late)
    with pytest.raises(NotFound):
        registrations.find_waiting(driver, secret)
    housekeeping.forget_old(driver, Kind.REGISTRATIONS, late)
    query = "MATCH (w:WaitingRegistration) RETURN count(w) AS n"
    assert read(driver, lambda tx: row(tx, query)) == {"n": 0}


def test_a_forgotten_password_is_set_by_mail(app: Flask, driver: Driver, box: Mailbox) -> None:
    make_user(driver, make_firm(driver), email=EMAIL)
    client, pages = app.test_client(), []
    assert "/forgot" in client.get("/sign-in").text
    for email in (EMAIL, "nobody@example.com"):
        answer = client.post("/forgot", data={"email": email})
        pages.append((answer.status_code, _mask(answer.text, email)))
    assert pages[0][0] == 200
    assert pages[0] == pages[1]
    assert client.post("/forgot", data={"email": "no address"}).status_code == 422
    link = _link(box.text(driver), "reset")
    assert client.post(link, data={"password": "seven loud bicycles"}).status_code == 302
    assert accounts.sign_in(driver, EMAIL, "seven loud bicycles")
    assert "set anew" in box.text(driver)


def test_without_mail_the_page_says_who_else_can_help(app: Flask, driver: Driver) -> None:
    client = app.test_client()
    page = client.get("/forgot").text
    assert "An owner of your firm makes a link" in page
    assert 'name="email"' not in page
    assert client.post("/forgot", data={"email": EMAIL}).status_code == 409


def test_a_user_is_mailed_how_signing_in_has_changed(
    app: Flask, driver: Driver, box: Mailbox
) -> None:
    firm = make_firm(driver)
    user_id = accounts.add_user(driver, email=EMAIL, password=PASSWORD, name="Li", firm_id=firm.id)
    li = Actor(user_id=user_id, firm_id=firm.id, role="owner")
    phone = set_up(driver, li)
    assert "takes a code of your phone" in box.text(driver)
    client, form = app.test_client(), {"email": EMAIL, "password": PASSWORD}
    client.post("/sign-in", data=form)
    for _ in range(5):
        client.post("/sign-in/code", data={"code": "aaaa"})
    assert "five wrong codes" in box.text(driver)
    client.post("/sign-in", data=form)
    assert client.post("/sign-in/code", data={"code": phone.recovery[0]}).status_code == 302
    assert "one of your recovery codes" in box.text(driver)
    new = {"old": PASSWORD, "new": "seven loud bicycles"}
    assert client.post("/account/password", data=new).status_code == 302
    assert "Your password was changed." in box.text(driver)
