"""The store that counts tries is away or frozen: signing in works, and is guarded all the same."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from flask import Flask

from supplychain.web.access import guards
from supplychain.web.access.guards import TryLimiter, divide_limits, init_limiter

pytest.importorskip("redis")


@pytest.fixture
def frozen() -> Iterator[str]:
    """The address of a store that takes connections and answers nothing."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        yield f"redis://127.0.0.1:{door.getsockname()[1]}"


def _make_app(uri: str, monkeypatch: pytest.MonkeyPatch) -> Flask:
    app = Flask(__name__)
    limiter = TryLimiter(lambda: "one", default_limits=[])
    monkeypatch.setattr(guards, "limiter", limiter)
    init_limiter(app, uri)

    @app.get("/guess")
    @limiter.limit("6/minute")
    def guess() -> str:
        return "wrong"

    return app


def test_a_frozen_store_holds_nobody_and_leaves_nobody_unguarded(
    frozen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = _make_app(frozen, monkeypatch).test_client()
    began = time.monotonic()
    answers = [client.get("/guess").status_code for _ in range(5)]
    assert time.monotonic() - began < 5
    assert answers[:2] == [200, 200]
    assert answers[-1] == 429


def test_a_store_that_refuses_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    client = _make_app(f"redis://127.0.0.1:{port}", monkeypatch).test_client()
    answers = [client.get("/guess").status_code for _ in range(5)]
    assert (answers[0], answers[-1]) == (200, 429)


def test_with_its_store_the_limit_is_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    client = _make_app("memory://", monkeypatch).test_client()
    assert [client.get("/guess").status_code for _ in range(7)] == [200] * 6 + [429]


def test_limits_are_divided_and_never_nothing() -> None:
    assert divide_limits("5/minute;30/hour") == "1/minute;10/hour"
    assert divide_limits("2/day") == "1/day"
