"""Every route says who may use it, and refuses everybody else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from neo4j import Driver
from werkzeug.routing import Rule

from supplychain.model.people.actors import ROLES
from supplychain.web.access.policy import policy_of
from supplychain.web.app import create_app

PUBLIC = {
    "GET /sign-in",
    "POST /sign-in",
    "GET /sign-in/code",
    "POST /sign-in/code",
    "POST /sign-out",
    "POST /language",
    "GET /registration",
    "POST /registration",
    "GET /registration/<secret>",
    "POST /registration/<secret>",
    "GET /join/<secret>",
    "POST /join/<secret>",
    "GET /forgot",
    "POST /forgot",
    "GET /reset/<secret>",
    "POST /reset/<secret>",
    "GET /receipts",
    "POST /receipts",
    "GET /api/v1/receipt-keys",
    "POST /api/v1/receipt-checks",
    "GET /healthz",
    "GET /readyz",
    "GET /api/v1/docs",
    "GET /api/v1/openapi.json",
    "POST /api/v1/registrations",
    "POST /api/v1/registrations/confirmations",
    "POST /api/v1/colleague-invitations/acceptances",
}
"""What anybody may call, apart from static files. Add a route here only on purpose."""


@pytest.fixture(scope="module")
def app(server: Driver) -> Flask:
    """The application as it ships."""
    made = create_app()
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    from supplychain.web.access.guards import limiter

    limiter.enabled = False
    return made


def _routes(app: Flask) -> Iterator[tuple[str, Rule]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, rule


def _path(rule: Rule) -> str:
    _, path = rule.build(dict.fromkeys(rule.arguments, "x"), append_unknown=False)  # type: ignore[misc]
    return path


def test_every_route_declares_who_may_use_it(app: Flask) -> None:
    undeclared = [rule.rule for _, rule in _routes(app) if policy_of(app, rule.endpoint) is None]
    assert undeclared == []


def test_every_declared_role_is_a_role(app: Flask) -> None:
    for _, rule in _routes(app):
        declared = policy_of(app, rule.endpoint)
        assert declared is not None
        assert set(declared.roles) <= set(ROLES), rule.rule
        assert bool(declared.thing) == bool(declared.seen_by), rule.rule


def test_public_routes_are_the_listed_ones(app: Flask) -> None:
    found = set()
    for method, rule in _routes(app):
        declared = policy_of(app, rule.endpoint)
        assert declared is not None
        if declared.audience == "public" and not rule.endpoint.endswith("static"):
            found.add(f"{method} {rule.rule}")
    assert found == PUBLIC


def test_a_route_without_a_policy_answers_nobody(server: Driver) -> None:
    bare = create_app()
    bare.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    answer = bare.test_client().get("/forgotten")
    assert answer.status_code == 404
    assert b"secret" not in answer.data


def test_anonymous_is_refused_everywhere_else(app: Flask, driver: Driver) -> None:
    client = app.test_client()
    let_in = []
    for method, rule in _routes(app):
        declared = policy_of(app, rule.endpoint)
        if declared is None or declared.audience == "public":
            continue
        answer = client.open(_path(rule), method=method)
        if rule.rule.startswith("/api/"):
            refused = answer.status_code == 401
        else:
            place = answer.headers.get("Location", "")
            refused = answer.status_code == 302 and place.startswith("/sign-in")
        if not refused:
            let_in.append(f"{method} {rule.rule}: {answer.status_code}")
    assert let_in == []


def test_no_viewer_route_writes(app: Flask) -> None:
    own_account = {"tokens", "second_factors", "api_accounts"}
    writes = []
    for method, rule in _routes(app):
        declared = policy_of(app, rule.endpoint)
        assert declared is not None
        safe = method == "GET" or declared.audience in ("public", "operator")
        if safe or rule.endpoint.split(".")[0] in own_account:
            continue
        if not declared.roles or "viewer" in declared.roles:
            writes.append(f"{method} {rule.rule}")
    assert writes == []
