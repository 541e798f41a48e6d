"""The second step at signing in, on its pages and by the API."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from neo4j import Driver

from supplychain.actions.people import accounts, second_factors
from supplychain.commands import user as user_command
from supplychain.graph.engine.transactions import Tx, run, write
from supplychain.model.firms import Firm
from supplychain.model.people.actors import Actor
from tests.make.accounts import api_client, browser, make_user
from tests.make.firms import make_firm
from tests.make.second_factors import Phone, set_up

PASSWORD = "a good long password"
EMAIL = "li@example.com"


@pytest.fixture
def li(driver: Driver) -> Actor:
    """Li, owner of a firm, with a real password."""
    firm = make_firm(driver)
    user_id = accounts.add_user(driver, email=EMAIL, password=PASSWORD, name="Li", firm_id=firm.id)
    return Actor(user_id=user_id, firm_id=firm.id, role="owner")


def _sign_in(client: FlaskClient, then: str = ""):
    return client.post(f"/sign-in{then}", data={"email": EMAIL, "password": PASSWORD})


def _age_sessions(driver: Driver) -> None:
    """As if everybody had signed in some time ago."""

    def age(tx: Tx) -> None:
        run(
            tx,
            "MATCH (s:Session) SET s.created_at = '2026-01-01T00:00:00.000000Z' REMOVE s.proved_at",
        )

    write(driver, age)


def test_it_is_set_up_on_the_account_page(app: Flask, driver: Driver, li: Actor) -> None:
    client = browser(app, driver, li)
    assert "/account/second-step" in client.get("/account").text
    assert client.post("/account/second-step").status_code == 302
    page = client.get("/account/second-step")
    key = re.search(r'id="key">([A-Z2-7 ]{39})<', page.text)
    assert key is not None
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in page.text
    assert "style=" not in page.text
    wrong = client.post("/account/second-step/confirmation", data={"code": "000000"})
    assert wrong.status_code == 422
    assert key[1] in wrong.text
    phone = Phone(key[1].replace(" ", ""))
    done = client.post("/account/second-step/confirmation", data={"code": phone.code()})
    codes = re.findall(r"<code>([0-9a-z-]{19})</code>", done.text)
    assert (done.status_code, len(codes)) == (200, 10)
    after = client.get("/account/second-step").text
    assert codes[0] not in after
    assert key[1] not in after
    assert client.post("/account/second-step").status_code == 409


def test_signing_in_asks_for_the_code_and_goes_where_the_reader_wanted(
    app: Flask, driver: Driver, li: Actor
) -> None:
    phone, client = set_up(driver, li), app.test_client()
    first = _sign_in(client, "?next=/colleagues")
    assert first.headers["Location"] == "/sign-in/code?next=/colleagues"
    assert client.get_cookie("device") is None
    assert client.get("/account").status_code == 302
    assert 'autocomplete="one-time-code"' in client.get("/sign-in/code").text
    wrong = client.post("/sign-in/code?next=/colleagues", data={"code": "aaaa"})
    assert wrong.status_code == 422
    done = client.post("/sign-in/code?next=/colleagues", data={"code": phone.code()})
    assert done.headers["Location"] == "/colleagues"
    assert client.get_cookie("device") is not None
    assert client.get("/account").status_code == 200
    assert client.get("/sign-in/code").headers["Location"] == "/sign-in"


def test_half_a_sign_in_is_worth_nothing_elsewhere(app: Flask, driver: Driver, li: Actor) -> None:
    phone, client = set_up(driver, li), app.test_client()
    stranger = app.test_client()
    _sign_in(client)
    assert stranger.get("/sign-in/code").status_code == 302
    answer = stranger.post("/sign-in/code", data={"code": phone.code()})
    assert answer.headers["Location"] == "/sign-in"
    for _ in range(5):
        client.post("/sign-in/code", data={"code": "aaaa"})
    over = client.post("/sign-in/code?next=//evil.example", data={"code": phone.code()})
    assert over.headers["Location"] == "/sign-in"


def test_codes_are_counted_for_the_account_whose_password_was_right(
    app: Flask, driver: Driver, li: Actor
) -> None:
    from supplychain.web.access import devices

    set_up(driver, li)
    client = app.test_client()
    with app.test_request_context("/sign-in", method="POST", data={"email": EMAIL}):
        expected = devices.account_key()
    _sign_in(client)
    with client:
        client.post("/sign-in/code", data={"code": "aaaa", "email": "other@example.com"})
        assert devices.account_key() == expected


def test_an_old_sign_in_is_proved_again_and_what_was_typed_is_kept(
    app: Flask, driver: Driver, li: Actor
) -> None:
    client, token = browser(app, driver, li), {"name": "ERP <1>", "scope": "read", "days": "30"}
    _age_sessions(driver)
    question = client.post("/account/tokens", data=token)
    assert question.status_code == 403
    assert 'name="name" value="ERP &lt;1&gt;"' in question.text
    assert accounts.list_tokens(driver, by=li) == []
    wrong = client.post("/account/tokens", data={**token, "proof": "wrong"})
    assert (wrong.status_code, "wrong" in wrong.text) == (403, False)
    made = client.post("/account/tokens", data={**token, "proof": PASSWORD})
    assert made.status_code == 200
    assert [one.name for one in accounts.list_tokens(driver, by=li)] == ["ERP <1>"]
    assert client.post("/account/tokens", data={**token, "name": "BI"}).status_code == 200
    _age_sessions(driver)
    for path in ("/account/second-step", "/account/second-step/recovery-codes"):
        assert client.post(path).status_code == 403
    for path in ("/colleagues/second-step", f"/colleagues/{li.user_id}/second-step/end"):
        assert client.post(path, data={"demanded": "true"}).status_code == 403


def test_who_must_set_it_up_can_do_nothing_else(app: Flask, driver: Driver, li: Actor) -> None:
    wu = make_user(driver, Firm(id=li.firm_id, name="", kind="sme"), "seller")
    owner = browser(app, driver, li)
    assert owner.post("/colleagues/second-step", data={"demanded": "true"}).status_code == 409
    set_up(driver, li)
    owner, program = browser(app, driver, li), api_client(app, driver, wu)
    assert owner.post("/colleagues/second-step", data={"demanded": "true"}).status_code == 302
    client = browser(app, driver, wu)
    for method, path in (("GET", "/"), ("GET", "/account"), ("POST", "/account/tokens")):
        answer = client.open(path, method=method, data={})
        assert answer.headers["Location"] == "/account/second-step"
    assert client.post("/account/second-step").status_code == 302
    key = re.search(r'id="key">([A-Z2-7 ]{39})<', client.get("/account/second-step").text)
    assert key is not None
    code = Phone(key[1].replace(" ", "")).code()
    assert client.post("/account/second-step/confirmation", data={"code": code}).status_code == 200
    assert client.get("/account").status_code == 200
    assert program.call("get", "/me").status_code == 200
    page = owner.get("/colleagues").text
    assert page.count(f"/colleagues/{wu.user_id}/second-step/end") == 1
    assert owner.post(f"/colleagues/{wu.user_id}/second-step/end").status_code == 302
    told = browser(app, driver, li).get("/").text
    assert "ended the second step at signing in of" in told


def test_the_api_demands_and_ends_it(app: Flask, driver: Driver, li: Actor) -> None:
    wu = make_user(driver, Firm(id=li.firm_id, name="", kind="sme"), "seller")
    api = api_client(app, driver, li)
    refused = api.call("put", "/second-step-demand", json={"demanded": True})
    assert (refused.status_code, refused.json["code"]) == (409, "conflict")
    set_up(driver, li)
    set_up(driver, wu)
    assert api.call("put", "/second-step-demand", json={"demanded": True}).json["demanded_at"]
    assert api.call("get", "/second-step-demand").json["demanded_at"]
    people = api.call("get", "/colleagues").json["items"]
    assert all(one["has_second_factor"] for one in people)
    assert api.call("delete", f"/colleagues/{wu.user_id}/second-step").status_code == 204
    assert api.call("delete", f"/colleagues/{wu.user_id}/second-step").status_code == 409
    off = api.call("put", "/second-step-demand", json={"demanded": False})
    assert off.json == {"demanded_at": ""}


def test_it_is_turned_off_on_its_page_and_by_the_operator(
    app: Flask, driver: Driver, li: Actor
) -> None:
    phone = set_up(driver, li)
    client = browser(app, driver, li)
    made = client.post("/account/second-step/recovery-codes")
    assert len(re.findall(r"<code>", made.text)) == 10
    wrong = client.post("/account/second-step/end", data={"password": PASSWORD, "code": "x"})
    assert wrong.status_code == 422
    data = {"password": PASSWORD, "code": phone.code()}
    assert client.post("/account/second-step/end", data=data).status_code == 302
    assert accounts.sign_in(driver, EMAIL, PASSWORD)
    set_up(driver, li)
    ended = CliRunner().invoke(user_command.command, ["end-second-step", EMAIL])
    assert ended.exit_code == 0
    assert not second_factors.get_state(driver, email=EMAIL, by=li).is_on


def test_a_link_that_opens_an_account_takes_a_proof_once_more(
    app: Flask, driver: Driver, li: Actor
) -> None:
    firm = Firm(id=li.firm_id, name="", kind="sme", country="", region="", city="")
    colleague = make_user(driver, firm, role="seller")
    owner, operator = browser(app, driver, li), browser(app, driver, make_user(driver, None))
    _age_sessions(driver)
    stem = f"/operator/firms/{li.firm_id}"
    asked = (
        owner.post(f"/colleagues/{colleague.user_id}/password-reset"),
        operator.post(f"{stem}/users/{li.user_id}/password-reset"),
        operator.post(f"{stem}/users", data={"name": "Wu", "email": "wu@example.com"}),
        operator.post(f"{stem}/claims", data={"email": "wu@example.com"}),
    )
    for answer in asked:
        assert answer.status_code == 403
        assert 'name="proof"' in answer.text
        assert "/reset/" not in answer.text
    proved = owner.post(f"/colleagues/{colleague.user_id}/password-reset", data={"proof": PASSWORD})
    assert "/reset/" in proved.text
