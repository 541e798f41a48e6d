"""The graph is away: a clear answer, no stack trace, and all well again when it is back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from neo4j import Driver, GraphDatabase

from supplychain.graph.engine import driver as drivers
from supplychain.web.app import create_app
from tests import engines
from tests.make.accounts import api_client, browser, make_user
from tests.make.firms import make_firm


@pytest.fixture
def app(server: Driver) -> Flask:
    made = create_app()
    made.config.update(WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    return made


@pytest.fixture
def away(server: Driver, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """For as long as this lasts, the graph's address answers nobody."""
    dead = GraphDatabase.driver(
        f"bolt://127.0.0.1:{engines.free_port()}",
        auth=("a", "b"),
        connection_timeout=1,
        max_transaction_retry_time=0.5,
    )
    held = dict(drivers._held)
    drivers._held.clear()
    with monkeypatch.context() as patched:
        patched.setattr(drivers, "connect", lambda _: dead)
        yield
    drivers._held.clear()
    drivers._held.update(held)
    dead.close()


@pytest.mark.usefixtures("away")
def test_the_process_lives_but_is_not_ready(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503


@pytest.mark.usefixtures("away")
def test_a_page_says_so_and_when_to_come_back(app: Flask) -> None:
    answer = app.test_client().post("/sign-in", data={"email": "a@example.com", "password": "x"})
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) <= 30
    assert "Traceback" not in answer.text
    assert "Nothing was lost" in answer.text


@pytest.mark.usefixtures("away")
def test_the_api_answers_with_a_problem(app: Flask) -> None:
    headers = {"Authorization": "Bearer something"}
    answer = app.test_client().get("/api/v1/orders", headers=headers)
    assert answer.status_code == 503
    assert answer.content_type == "application/problem+json"
    assert answer.json["code"] == "unavailable"


def test_it_is_all_well_again_when_the_graph_is_back(
    app: Flask, driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = make_user(driver, make_firm(driver))
    portal, api = browser(app, driver, actor), api_client(app, driver, actor)
    held = dict(drivers._held)
    with monkeypatch.context() as patched:
        dead = GraphDatabase.driver(
            f"bolt://127.0.0.1:{engines.free_port()}",
            connection_timeout=1,
            max_transaction_retry_time=0.5,
        )
        patched.setattr(drivers, "connect", lambda _: dead)
        drivers._held.clear()
        assert portal.get("/").status_code == 503
        assert api.call("get", "/me").status_code == 503
        dead.close()
    drivers._held.clear()
    drivers._held.update(held)
    assert portal.get("/").status_code == 200
    assert api.call("get", "/me").status_code == 200
