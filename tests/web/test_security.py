"""Sign-in, sessions, cookies, headers, forged requests, redirects, rate limits."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from neo4j import Driver

from supplychain.actions import accounts, colleagues, passwords
from supplychain.config import settings
from supplychain.errors import Invalid, NotSignedIn
from supplychain.graph.transactions import read, row
from supplychain.model.actors import Actor
from supplychain.model.firms import Firm
from supplychain.web.guards import limiter
from supplychain.web.portal.accounts import inside
from tests.make.accounts import api_client, browser, make_user
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


@pytest.fixture
def limits(app: Flask) -> Iterator[None]:
    """Rate limits on, counted from zero."""
    limiter.enabled = True
    limiter.reset()
    yield
    limiter.reset()
    limiter.enabled = False


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
    colleagues.disable(driver, wu.id, version=wu.version, by=li)
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
    before = client.get_cookie("session")
    _sign_in(client)
    after = client.get_cookie("session")
    assert before is not None
    assert after is not None
    assert before.value != after.value


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
    version = colleagues.disable(driver, wu.user_id, version=1, by=li)
    assert page.get("/account").status_code == 302
    assert api.call("get", "/me").status_code == 401
    colleagues.enable(driver, wu.user_id, version=version, by=li)
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


@pytest.mark.parametrize("password", ["short", "a" * 20, "x" * 201])
def test_a_weak_or_endless_password_is_refused(driver: Driver, li: Actor, password: str) -> None:
    with pytest.raises(Invalid):
        passwords.change_password(driver, old=PASSWORD, new=password, session_id="", by=li)


def test_another_role_holds_from_the_next_request(app: Flask, driver: Driver, li: Actor) -> None:
    wu = make_user(driver, Firm(id=li.firm_id, name="", kind="sme"), "seller")
    page = browser(app, driver, wu)
    assert page.get("/capabilities/new").status_code == 200
    colleagues.change_role(driver, wu.user_id, role="viewer", version=1, by=li)
    assert page.get("/capabilities/new").status_code == 403


def test_every_form_needs_its_token(
    app: Flask, driver: Driver, li: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    client = browser(app, driver, li)
    let_in = []
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/"):
            continue
        _, path = rule.build(dict.fromkeys(rule.arguments, "x"))  # type: ignore[misc]
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}:
            status = client.open(path, method=method, data={"a": "b"}).status_code
            if status != 409:
                let_in.append(f"{method} {rule.rule}: {status}")
    assert let_in == []


def test_a_form_with_its_token_is_taken(
    app: Flask, li: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    client = app.test_client()
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)
    assert found is not None
    data = {"email": "li@example.com", "password": PASSWORD, "csrf_token": found[1]}
    assert client.post("/sign-in", data=data).status_code == 302


def test_a_browsers_cookie_opens_no_api_route(app: Flask, driver: Driver, li: Actor) -> None:
    client = browser(app, driver, li)
    assert client.get("/api/v1/me").status_code == 401
    assert client.post("/api/v1/tokens", json={"name": "x"}).status_code == 401


EVIL = [
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/\n/evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "http:evil.example",
    "https:/evil.example",
    "evil.example",
    "//evil.example@here",
    "/\x00/evil.example",
    "/\u2028/evil.example",
]


@pytest.mark.parametrize("target", EVIL)
def test_no_redirect_leads_away(app: Flask, li: Actor, target: str) -> None:
    assert inside(target) == ""
    client = app.test_client()
    answer = client.post(
        "/sign-in",
        query_string={"next": target},
        data={"email": "li@example.com", "password": PASSWORD},
    )
    assert answer.headers["Location"] == "/"
    answer = client.post("/language", data={"language": "zh", "then": target})
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("target", ["/orders/1", "/firms?text=a&cursor=b", "/", "/firms?x=//y"])
def test_a_path_of_ours_is_gone_back_to(target: str) -> None:
    assert inside(target) == target


def test_who_is_sent_to_sign_in_comes_back(app: Flask, li: Actor) -> None:
    client = app.test_client()
    place = client.get("/firms?text=a").headers["Location"]
    answer = client.post(place, data={"email": "li@example.com", "password": PASSWORD})
    assert answer.headers["Location"] == "/firms?text=a"


def test_sign_in_is_limited_by_account(app: Flask, li: Actor, limits: None) -> None:
    spellings = [
        "li@example.com",
        "LI@example.com",
        " li@example.com",
        "li@example.com ",
        "Li@Example.com",
    ]
    for at, email in enumerate(spellings):
        client = app.test_client()
        answer = client.post(
            "/sign-in",
            data={"email": email, "password": "wrong"},
            environ_base={"REMOTE_ADDR": f"10.0.0.{at}"},
        )
        assert answer.status_code == 422
    answer = app.test_client().post(
        "/sign-in",
        data={"email": "li@example.com", "password": PASSWORD},
        environ_base={"REMOTE_ADDR": "10.0.0.99"},
    )
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_sign_in_is_limited_by_address(app: Flask, driver: Driver, limits: None) -> None:
    client = app.test_client()
    statuses = [
        _sign_in(client, f"nobody{at}@example.com", "wrong").status_code for at in range(11)
    ]
    assert statuses == [422] * 10 + [429]


def test_registration_is_limited(app: Flask, driver: Driver, limits: None) -> None:
    client = app.test_client()
    statuses = [client.post("/registration", data={}).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    answer = client.post("/api/v1/registrations", json={})
    for _ in range(10):
        answer = client.post("/api/v1/registrations", json={})
    assert answer.status_code == 429
    assert answer.content_type == "application/problem+json"
    assert int(answer.headers["Retry-After"]) > 0


def test_the_cookie_is_for_our_server_alone(app: Flask, li: Actor) -> None:
    set_cookie = _sign_in(app.test_client()).headers["Set-Cookie"]
    assert "HttpOnly" in set_cookie
    assert "SameSite=Lax" in set_cookie
    assert "Path=/" in set_cookie
    assert "Domain" not in set_cookie


def test_behind_tls_the_cookie_is_bound_to_the_host(
    server: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    from supplychain.web.app import create_app

    monkeypatch.setenv("SUPPLYCHAIN_SECURE_COOKIES", "true")
    settings.cache_clear()
    try:
        answer = create_app().test_client().get("/sign-in", base_url="https://here")
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert answer.headers["Set-Cookie"].startswith("__Host-session=")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "Strict-Transport-Security" in answer.headers


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/sign-in"),
        ("get", "/nowhere"),
        ("post", "/nowhere"),
        ("delete", "/sign-in"),
        ("get", "/api/v1/me"),
        ("get", "/api/v1/nowhere"),
        ("get", "/healthz"),
        ("get", "/account"),
        ("get", "/firms?limit=x"),
        ("get", "/static/css/site.css"),
    ],
)
def test_every_answer_has_the_security_headers(
    app: Flask, driver: Driver, li: Actor, method: str, path: str
) -> None:
    with browser(app, driver, li).open(path, method=method.upper()) as answer:
        headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    if "static" not in path:
        assert headers["Cache-Control"] == "no-store"


def test_pages_hold_no_inline_script_style_or_foreign_address(
    app: Flask, driver: Driver, li: Actor
) -> None:
    client = browser(app, driver, li)
    for path in (
        "/",
        "/account",
        "/colleagues",
        "/firms",
        "/chains",
        "/capabilities",
        "/api/v1/docs",
    ):
        page = client.get(path).text
        assert not re.search(r"<script(?![^>]*\bsrc=)", page), path
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page), path
        assert not re.search(r"(?:src|href)=\"https?://", page), path


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
