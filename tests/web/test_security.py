"""Signing in and out, sessions, tokens, and what viewers and operators may not do."""

from __future__ import annotations

import re
import statistics
import time

import pytest
from flask import Flask
from flask.testing import FlaskClient
from neo4j import Driver

from supplychain.actions.people import accounts, colleagues, open_sessions, passwords
from supplychain.config import settings
from supplychain.errors import Invalid, NotSignedIn
from supplychain.graph import events
from supplychain.graph.engine.transactions import read, row, rows, run, write
from supplychain.model.firms import Firm
from supplychain.model.ids import digest
from supplychain.model.people.actors import Actor
from tests.make.accounts import ApiClient, api_client, browser, make_user
from tests.make.chains import make_chain
from tests.make.firms import make_firm

PASSWORD = "a good long password"


@pytest.fixture
def li(driver: Driver) -> Actor:
    """Li, owner of a firm, with a real password."""
    firm = make_firm(driver)
    user_id = accounts.add_user(
        driver, email="li@example.com", password=PASSWORD, name="Li", firm_id=firm.id
    )
    return Actor(user_id=user_id, firm_id=firm.id, role="owner")


def _sign_in(client: FlaskClient, email: str = "li@example.com", password: str = PASSWORD):
    return client.post("/sign-in", data={"email": email, "password": password})


def test_the_right_password_signs_in(app: Flask, li: Actor) -> None:
    client = app.test_client()
    answer = _sign_in(client, " LI@example.com ")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert client.get("/account").status_code == 200


def test_unknown_address_wrong_password_and_closed_account_answer_alike(
    app: Flask, driver: Driver, li: Actor
) -> None:
    accounts.add_user(
        driver, email="wu@example.com", password=PASSWORD, name="Wu", firm_id=li.firm_id
    )
    wu = next(one for one in colleagues.list_colleagues(driver, by=li) if one.name == "Wu")
    colleagues.disable_colleague(driver, wu.id, version=wu.version, by=li)
    pages = []
    for email, password in (
        ("nobody@example.com", PASSWORD),
        ("li@example.com", "wrong password"),
        ("wu@example.com", PASSWORD),
    ):
        answer = _sign_in(app.test_client(), email, password)
        text = re.sub(r'value="[^"]*"', "", answer.text)
        pages.append((answer.status_code, text))
    assert pages[0][0] == 422
    assert pages[0] == pages[1] == pages[2]


def test_an_unknown_address_takes_as_long_as_a_wrong_password(driver: Driver, li: Actor) -> None:
    def seconds(email: str) -> float:
        begun = time.perf_counter()
        with pytest.raises(Invalid):
            accounts.sign_in(driver, email, "wrong password")
        return time.perf_counter() - begun

    known, unknown = [], []
    for _ in range(7):
        known.append(seconds("li@example.com"))
        unknown.append(seconds("nobody@example.com"))
    ratio = statistics.median(known) / statistics.median(unknown)
    assert 1 / 3 < ratio < 3


def test_a_kept_cookie_opens_nothing_after_signing_out(app: Flask, li: Actor) -> None:
    client, thief = app.test_client(), app.test_client()
    _sign_in(client)
    cookie = client.get_cookie("session")
    assert cookie is not None
    thief.set_cookie("session", cookie.value)
    assert thief.get("/account").status_code == 200
    client.post("/sign-out")
    assert thief.get("/account").headers["Location"].startswith("/sign-in")


def test_a_session_ends_when_nobody_uses_it(
    app: Flask, driver: Driver, li: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = app.test_client()
    _sign_in(client)
    monkeypatch.setenv("SUPPLYCHAIN_SESSION_IDLE_MINUTES", "0")
    settings.cache_clear()
    try:
        assert client.get("/account").status_code == 302
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert client.get("/account").status_code == 200


def test_a_planted_cookie_does_not_survive_signing_in(app: Flask, li: Actor) -> None:
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = "planted by somebody else"
        session["anything"] = "planted"
    _sign_in(client)
    with client.session_transaction() as session:
        assert session["_user_id"] != "planted by somebody else"
        assert "anything" not in session
    before, kept = client.get_cookie("session"), app.test_client()
    assert before is not None
    kept.set_cookie("session", before.value)
    assert kept.get("/account").status_code == 200
    _sign_in(client)
    assert client.get("/account").status_code == 200
    assert kept.get("/account").status_code == 302


def test_only_digests_of_secrets_are_stored(app: Flask, driver: Driver, li: Actor) -> None:
    secret = accounts.sign_in(driver, "li@example.com", PASSWORD)
    token = accounts.create_token(driver, "ERP", days=1, by=li)[1]
    _, link = colleagues.invite_colleague(driver, email="x@example.com", role="buyer", by=li)
    query = "MATCH (n) UNWIND keys(n) AS k WITH n[k] AS v WHERE v IN $secrets RETURN count(v) AS n"
    secrets = [secret, token, link, PASSWORD]
    assert read(driver, lambda tx: row(tx, query, secrets=secrets)) == {"n": 0}


def test_closing_an_account_ends_its_sessions_and_tokens_at_once(
    app: Flask, driver: Driver, li: Actor
) -> None:
    wu = make_user(driver, Firm(id=li.firm_id, name="", kind="sme"), "seller")
    page, api = browser(app, driver, wu), api_client(app, driver, wu)
    assert page.get("/account").status_code == 200
    assert api.call("get", "/me").status_code == 200
    version = colleagues.disable_colleague(driver, wu.user_id, version=1, by=li)
    assert page.get("/account").status_code == 302
    assert api.call("get", "/me").status_code == 401
    colleagues.enable_colleague(driver, wu.user_id, version=version, by=li)
    assert page.get("/account").status_code == 302
    assert api.call("get", "/me").status_code == 401


def test_another_password_ends_the_other_sessions(app: Flask, driver: Driver, li: Actor) -> None:
    here, there = app.test_client(), app.test_client()
    _sign_in(here)
    _sign_in(there)
    wrong = here.post("/account/password", data={"old": "no", "new": "another good password"})
    assert wrong.status_code == 422
    assert there.get("/account").status_code == 200
    data = {"old": PASSWORD, "new": "another good password"}
    assert here.post("/account/password", data=data).status_code == 302
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 302
    assert _sign_in(there).status_code == 422
    assert _sign_in(there, password="another good password").status_code == 302


@pytest.mark.parametrize(
    "password",
    ["short", "a" * 20, "x" * 201, "password12", "Password123!", "qwertyuiop", "1234567890",
     "iloveyou2024", "abcabcabcabc", "1q2w3e4r5t", "supplychain2026", "gongyinglian88"],
)  # fmt: skip
def test_a_weak_or_endless_password_is_refused(driver: Driver, li: Actor, password: str) -> None:
    with pytest.raises(Invalid):
        passwords.change_password(driver, old=PASSWORD, new=password, session_id="", by=li)


def test_a_password_change_ends_every_token(app: Flask, driver: Driver, li: Actor) -> None:
    tokens = [
        accounts.create_token(driver, scope, days=365, scope=scope, by=li)[1]
        for scope in ("read", "administer")
    ]
    new = "another good password"
    passwords.change_password(driver, old=PASSWORD, new=new, session_id="", by=li)
    for token in tokens:
        with pytest.raises(NotSignedIn):
            accounts.principal_of_token(driver, token)
    assert accounts.list_tokens(driver, by=li) == []


@pytest.mark.parametrize(
    ("scope", "may"),
    [("read", (True, False, False)), ("trade", (True, True, False)),
     ("administer", (True, True, True))],
)  # fmt: skip
def test_a_token_reaches_as_far_as_its_scope(
    app: Flask, driver: Driver, li: Actor, scope: str, may: tuple[bool, ...]
) -> None:
    token = accounts.create_token(driver, "ERP", days=1, scope=scope, by=li)[1]
    api = ApiClient(client=app.test_client(), token=token)
    answers = (
        api.call("get", "/firms"),
        api.call("post", "/parts-requests", json={"title": "Rings"}),
        api.call("get", "/tokens"),
    )
    assert tuple(answer.status_code < 400 for answer in answers) == may
    assert {answer.status_code for answer in answers} <= {200, 201, 403}
    for method, path in (
        ("put", "/me/password"),
        ("get", "/colleague-invitations"),
        ("post", "/colleague-invitations"),
    ):
        answer = api.call(method, path, json={})
        assert (answer.status_code == 403) is (scope != "administer"), path


def test_a_token_of_before_scopes_keeps_what_it_could(driver: Driver, li: Actor) -> None:
    token_id, secret = accounts.create_token(driver, "old", days=1, scope="read", by=li)
    forget = "MATCH (t:Token {id: $id}) REMOVE t.scope"
    write(driver, lambda tx: run(tx, forget, id=token_id))
    assert accounts.principal_of_token(driver, secret).scope == "administer"


def test_a_token_says_when_it_was_used_last(app: Flask, driver: Driver, li: Actor) -> None:
    token_id, secret = accounts.create_token(driver, "ERP", days=1, by=li)
    assert accounts.list_tokens(driver, by=li)[0].seen_at == ""
    long_ago = "MATCH (t:Token {id: $id}) SET t.seen_at = '2026-01-01T00:00:00.000000Z'"
    write(driver, lambda tx: run(tx, long_ago, id=token_id))
    accounts.principal_of_token(driver, secret)
    assert accounts.list_tokens(driver, by=li)[0].seen_at > "2026-11-01"


def test_sessions_are_listed_and_ended_one_by_one_or_all(
    app: Flask, driver: Driver, li: Actor
) -> None:
    here, there, elsewhere = (browser(app, driver, li) for _ in range(3))
    others = re.findall(r"/account/sessions/([0-9a-f]{32})/end", here.get("/account").text)
    assert len(others) == 2
    assert "&lt;time" not in here.get("/account").text
    assert here.post(f"/account/sessions/{others[0]}/end").status_code == 302
    answers = [each.get("/account").status_code for each in (here, there, elsewhere)]
    assert (answers[0], sorted(answers[1:])) == (200, [200, 302])
    assert here.post(f"/account/sessions/{others[0]}/end").status_code == 404
    last = browser(app, driver, li)
    assert here.post("/account/sessions/end").status_code == 302
    assert [each.get("/account").status_code for each in (here, there, elsewhere, last)] == [
        200, 302, 302, 302,
    ]  # fmt: skip


def test_nobody_ends_anothers_session(app: Flask, driver: Driver, li: Actor) -> None:
    browser(app, driver, li)
    session = open_sessions.list_sessions(driver, present="", by=li)[0]
    stranger = make_user(driver, make_firm(driver))
    refused = browser(app, driver, stranger).post(f"/account/sessions/{session.id}/end")
    assert refused.status_code == 404
    assert session in open_sessions.list_sessions(driver, present="", by=li)


def test_sign_ins_and_failures_are_on_record_and_no_news(
    app: Flask, driver: Driver, li: Actor
) -> None:
    for email, password in (
        ("li@example.com", PASSWORD), ("Li@example.com", "wrong"), ("no@example.com", "wrong"),
    ):  # fmt: skip
        _sign_in(app.test_client(), email=email, password=password)
    query = (
        "MATCH (e:Event) WHERE e.kind STARTS WITH 'session.' RETURN e.ledger_id AS ledger_id, "
        "e.kind AS kind, e.about_id AS about_id, e.user_id AS user_id ORDER BY e.at LIMIT 9"
    )
    written = read(driver, lambda tx: rows(tx, query))
    assert [tuple(one.values()) for one in written] == [
        (li.firm_id, "session.started", li.user_id, li.user_id),
        (li.firm_id, "session.refused", li.user_id, ""),
        ("installation", "session.refused", digest("no@example.com"), ""),
    ]
    news = read(driver, events.list_latest, viewer=li.firm_id)
    assert [one.kind for one in news if one.kind.startswith("session.")] == []


def test_no_token_makes_tokens(app: Flask, driver: Driver, li: Actor) -> None:
    api = api_client(app, driver, li)
    assert api.call("post", "/tokens", json={"name": "for ever", "days": 365}).status_code == 405
    assert [one.name for one in accounts.list_tokens(driver, by=li)] == ["test"]


def test_another_role_holds_from_the_next_request(app: Flask, driver: Driver, li: Actor) -> None:
    wu = make_user(driver, Firm(id=li.firm_id, name="", kind="sme"), "seller")
    page = browser(app, driver, wu)
    assert page.get("/capabilities/new").status_code == 200
    colleagues.change_role(driver, wu.user_id, role="viewer", version=1, by=li)
    assert page.get("/capabilities/new").status_code == 403


def test_a_viewer_changes_nothing(app: Flask, driver: Driver) -> None:
    firm = make_firm(driver, kind="core")
    client = browser(app, driver, make_user(driver, firm, "viewer"))
    chain_id = make_chain(driver, firm)
    for path in (
        "/chains",
        f"/chains/{chain_id}/invitations",
        "/clusters",
        "/capabilities",
        "/offers",
        "/firm",
        "/colleagues/invitations",
    ):
        assert client.post(path, data={"name": "x"}).status_code == 403, path
    assert client.get(f"/chains/{chain_id}").status_code == 200


def test_an_operator_sees_no_trade(app: Flask, driver: Driver) -> None:
    firm = make_firm(driver, kind="core")
    chain_id = make_chain(driver, firm)
    operator = make_user(driver, None)
    client, api = browser(app, driver, operator), api_client(app, driver, operator)
    assert "no trade data" in client.get("/").text
    for path in ("/firms", "/chains", f"/chains/{chain_id}", "/capabilities", "/colleagues"):
        assert client.get(path).status_code == 403, path
        assert api.call("get", path).status_code == 403, path


def test_a_revoked_or_foreign_token_opens_nothing(app: Flask, driver: Driver, li: Actor) -> None:
    other = make_user(driver, make_firm(driver))
    token_id, secret = accounts.create_token(driver, "ERP", days=1, by=li)
    assert accounts.principal_of_token(driver, secret).user_id == li.user_id
    stolen = browser(app, driver, other).post(f"/account/tokens/{token_id}/revocation")
    assert stolen.status_code == 404
    assert (
        browser(app, driver, li).post(f"/account/tokens/{token_id}/revocation").status_code == 302
    )
    with pytest.raises(NotSignedIn):
        accounts.principal_of_token(driver, secret)
    for junk in ("x", "Bearer", "\x00", "é" * 40):
        answer = app.test_client().get(
            "/api/v1/me",
            headers={
                "Authorization": f"Bearer {junk}".encode("latin-1", "replace").decode("latin-1")
            },
        )
        assert answer.status_code == 401
