"""Under which names the portal answers, and that a wrong method is told as one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from neo4j import Driver

from supplychain.config import settings
from supplychain.web.access.hosts import public_link


@pytest.fixture
def public(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("SUPPLYCHAIN_URL", "https://parts.example/")
    settings.cache_clear()
    yield "https://parts.example"
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8000", "127.0.0.1:5000", "192.168.1.20:8000", "10.0.0.7",
             "[::1]:8000"],
)  # fmt: skip
def test_one_machine_and_its_own_network_are_answered(
    server: Driver, app: Flask, host: str
) -> None:
    assert app.test_client().get("/sign-in", base_url=f"http://{host}").status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "8.8.8.8", "127.0.0.1.evil.example", "a b"]
)
@pytest.mark.parametrize("path", ["/sign-in", "/register", "/api/v1/openapi.json", "/nowhere"])
def test_another_name_is_refused_everywhere(
    server: Driver, app: Flask, host: str, path: str
) -> None:
    refused = app.test_client().get(path, headers={"Host": host})
    assert refused.status_code in (400, 422)
    assert 'href="http://evil' not in refused.text


def test_a_load_balancer_may_ask_under_any_name(server: Driver, app: Flask) -> None:
    for path in ("/healthz", "/readyz"):
        assert app.test_client().get(path, headers={"Host": "10-2-3-4.pool"}).status_code == 200


def test_with_an_address_set_links_begin_with_it_and_no_other_is_answered(
    server: Driver, app: Flask, public: str
) -> None:
    asker = app.test_client()
    assert asker.get("/sign-in", headers={"Host": "parts.example"}).status_code == 200
    for host in ("localhost", "127.0.0.1", "parts.example.evil", "parts.example:81"):
        assert asker.get("/sign-in", headers={"Host": host}).status_code == 422
    with app.test_request_context("/", headers={"Host": "evil.example"}):
        link = public_link("colleagues.join", secret="s")
    assert link.startswith(f"{public}/")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("delete", "/sign-in", "POST"),
        ("put", "/api/v1/parts-requests", "POST"),
        ("patch", "/healthz", "GET"),
        ("delete", "/api/v1/firms", "GET"),
        ("trace", "/sign-in", "POST"),
    ],
)
def test_a_wrong_method_is_405_and_says_which_are_right(
    server: Driver, app: Flask, method: str, path: str, allowed: str
) -> None:
    refused = getattr(app.test_client(), method)(path)
    assert refused.status_code == 405
    assert allowed in refused.headers["Allow"].split(", ")
