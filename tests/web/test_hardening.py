"""Forged requests, redirects, rate limits, cookies and headers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from neo4j import Driver

from supplychain.actions.people import accounts
from supplychain.config import settings
from supplychain.model.people.actors import Actor
from supplychain.web.access.guards import limiter
from supplychain.web.portal.people.accounts import keep_if_local
from tests.make.accounts import browser, make_user
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


def test_every_form_needs_its_token(
    app: Flask, driver: Driver, li: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    member, operator = browser(app, driver, li), browser(app, driver, make_user(driver, None))
    let_in = []
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/"):
            continue
        _, path = rule.build(dict.fromkeys(rule.arguments, "x"))  # type: ignore[misc]
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}:
            statuses = {
                client.open(path, method=method, data={"a": "b"}).status_code
                for client in (member, operator)
            }
            # Who may not use a route at all is told so before the form is read.
            if 409 not in statuses or not statuses <= {409, 404, 403}:
                let_in.append(f"{method} {rule.rule}: {statuses}")
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
    assert client.post("/api/v1/parts-requests", json={"title": "x"}).status_code == 401


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
    assert keep_if_local(target) == ""
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
    assert keep_if_local(target) == target


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


def _try(client: FlaskClient, password: str, network: str, at: int = 1) -> int:
    return client.post(
        "/sign-in",
        data={"email": "li@example.com", "password": password},
        environ_base={"REMOTE_ADDR": f"{network}.{at}"},
    ).status_code


def test_a_guesser_elsewhere_locks_nobody_out(app: Flask, li: Actor, limits: None) -> None:
    guesses = [_try(app.test_client(), "wrong", "203.0.113", at) for at in range(1, 9)]
    assert guesses == [422] * 5 + [429] * 3
    assert _try(app.test_client(), PASSWORD, "198.51.100") == 302


def test_a_guesser_on_the_same_network_does_not_lock_out_a_known_browser(
    app: Flask, li: Actor, limits: None
) -> None:
    own = app.test_client()
    assert _try(own, PASSWORD, "203.0.113") == 302
    own.post("/sign-out")
    guesses = [_try(app.test_client(), "wrong", "203.0.113", at) for at in range(1, 12)]
    assert guesses[-1] == 429
    assert _try(app.test_client(), PASSWORD, "203.0.113") == 429
    assert _try(own, PASSWORD, "203.0.113") == 302


def test_a_known_browser_guesses_no_faster_and_no_other_account(
    app: Flask, driver: Driver, li: Actor, limits: None
) -> None:
    own = app.test_client()
    assert _try(own, PASSWORD, "203.0.113") == 302
    assert [_try(own, "wrong", f"203.0.{at}") for at in range(7)] == [422] * 5 + [429] * 2
    forged = app.test_client()
    forged.set_cookie("device", "eyJpZCI6IngiLCJhY2NvdW50cyI6W119.forged.forged")
    statuses = [_sign_in(forged, f"nobody{at}@example.com", "x").status_code for at in range(11)]
    assert statuses == [422] * 10 + [429]


def test_guesses_from_everywhere_end_after_a_hundred(
    app: Flask, li: Actor, limits: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("supplychain.actions.people.accounts.is_password_of", lambda *_: False)
    tries = [_try(app.test_client(), "wrong", f"203.0.{at}") for at in range(102)]
    assert tries == [422] * 100 + [429] * 2


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
        answer = create_app().test_client().get("/sign-in", base_url="https://localhost")
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert answer.headers["Set-Cookie"].startswith("__Host-session=")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_behind_tls_the_cookie_of_a_known_browser_is_bound_to_the_host_too(
    server: Driver, driver: Driver, li: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from supplychain.web.app import create_app

    monkeypatch.setenv("SUPPLYCHAIN_SECURE_COOKIES", "true")
    settings.cache_clear()
    try:
        secured = create_app()
        secured.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        answer = secured.test_client().post(
            "/sign-in",
            data={"email": "li@example.com", "password": PASSWORD},
            base_url="https://localhost",
        )
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    cookies = answer.headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


def test_signing_out_clears_what_the_browser_kept(app: Flask, driver: Driver, li: Actor) -> None:
    answer = browser(app, driver, li).post("/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


@pytest.mark.parametrize("path", ["/orders.csv", "/tiers?download=csv", "/log.csv"])
def test_a_table_says_its_encoding(app: Flask, driver: Driver, li: Actor, path: str) -> None:
    answer = browser(app, driver, li).get(path)
    assert answer.content_type == "text/csv; charset=utf-8"


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
    assert "object-src 'none'" in policy
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


@pytest.mark.parametrize("path", ["/static/", "/static/css/", "/static/js", "/static/../app.py"])
def test_no_folder_is_listed(app: Flask, path: str) -> None:
    assert app.test_client().get(path).status_code == 404
