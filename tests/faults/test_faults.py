"""A fault of ours is called one: 500 with a number that is in the log."""

from __future__ import annotations

import errno
import io
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import pytest
from flask import Flask
from neo4j.exceptions import DatabaseError
from structlog.testing import capture_logs
from werkzeug.exceptions import InternalServerError

from supplychain import logs
from supplychain.config import settings
from supplychain.errors import Misconfigured
from supplychain.web.access import problems
from supplychain.web.app import create_app

API, PAGE = "/api/v1/orders", "/sign-in"


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Flask:
    made = create_app()
    made.config.update(WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    return made


def _raise(error: Exception) -> Callable[[], NoReturn]:
    def act() -> NoReturn:
        raise error

    return act


@pytest.mark.parametrize("path", [API, PAGE])
@pytest.mark.parametrize(
    "error", [ZeroDivisionError("x"), DatabaseError("the engine broke"), InternalServerError()]
)
def test_whatever_breaks_is_ours_and_has_its_number_in_the_log(
    app: Flask, path: str, error: Exception
) -> None:
    app.before_request_funcs.setdefault(None, []).insert(0, _raise(error))
    with capture_logs() as lines:
        answer = app.test_client().get(path)
    assert answer.status_code == 500
    number = next(line["fault"] for line in lines if line["event"] == "request_failed")
    assert number in answer.text
    if path == API:
        assert (answer.content_type, answer.json["id"]) == ("application/problem+json", number)


@pytest.mark.parametrize("path", [API, PAGE])
def test_an_error_after_the_view_is_ours_too(app: Flask, path: str) -> None:
    app.after_request_funcs.setdefault(None, []).append(
        lambda _: _raise(OSError(errno.EIO, "broken"))()
    )
    client = app.test_client()
    client.application.config["PROPAGATE_EXCEPTIONS"] = False
    assert client.get(path).status_code == 500


@pytest.mark.parametrize("path", [API, PAGE])
def test_a_full_disk_says_so(app: Flask, path: str) -> None:
    app.before_request_funcs.setdefault(None, []).insert(0, _raise(OSError(errno.ENOSPC, "full")))
    answer = app.test_client().get(path)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "disk" in answer.text


def test_readiness_tells_a_full_disk_and_a_log_that_cannot_be_written(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = app.test_client()
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1))
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json["status"]) == (503, "disk full")
        assert client.get("/healthz").status_code == 200
    monkeypatch.setattr(logs.stream, "is_broken", True)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["status"]) == (503, "log cannot be written")


def test_a_log_that_cannot_be_written_breaks_no_answer() -> None:
    class Full(io.StringIO):
        def write(self, _: str) -> int:
            raise OSError(errno.ENOSPC, "full")

    stream = logs.LossyStream(Full())
    assert stream.write("a line\n") == 0
    assert stream.is_broken


@pytest.mark.parametrize("name", ["secret_key", "audit_keys", "seal_keys", "factor_keys"])
def test_an_emptied_key_stops_the_start_and_says_what_mends_it(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPPLYCHAIN_DATA", str(tmp_path))
    settings.cache_clear()
    try:
        settings()
        (tmp_path / name).write_text("\n")
        settings.cache_clear()
        with pytest.raises(Misconfigured, match=name):
            settings()
        (tmp_path / name).unlink()
        settings()
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_a_blank_secret_in_the_environment_is_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPPLYCHAIN_DATA", str(tmp_path))
    monkeypatch.setenv("SUPPLYCHAIN_SECRET_KEY", "  ")
    settings.cache_clear()
    try:
        assert len(settings().secret_key) == 64
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_a_wrong_request_stays_the_fault_of_who_sent_it(app: Flask) -> None:
    assert app.test_client().patch(PAGE).status_code == 405
    assert app.test_client().get("/no-such-page").status_code == 404
    with app.test_request_context("/"):
        assert problems.of_http(InternalServerError()).code == "fault"
