"""No request takes much: bodies, fields, addresses and answers have limits at every door."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from neo4j import Driver
from typing_extensions import override
from werkzeug.test import TestResponse

from supplychain.model.json_texts import MAX_BODY_BYTES
from supplychain.web.input.bounded import MAX_FORM_BYTES, MAX_FORM_ITEMS
from tests.make.accounts import ApiClient, api_client, browser, make_user
from tests.make.firms import make_firm
from tests.model.test_json_texts import HOGS
from tests.web.test_hostile_input import wrong_in

MOST_S = 3.0
"""Seconds of processor time; what was mended took 6 to 96."""
MOST_ANSWER_BYTES = 64 * 1024
WINDOW_BYTES = 256 * 1024
"""What is read ahead of a limit."""

MARKED = "a" + "\u0301\u0323" * 40_000
JSON: dict[str, bytes] = HOGS | {
    "100,000 errors": json.dumps({f"f{n}": 1 for n in range(60_000)}).encode(),
    "30,000 lines": b'{"title": "x", "lines": [' + b"{}," * 30_000 + b"{}]}",
    "400 lines of unknown names": json.dumps(
        {"title": "x", "lines": [{f"f{n}": 1 for n in range(60)} for _ in range(400)]}
    ).encode(),
    "a number of 80,000 marks": json.dumps(
        {"title": "x", "lines": [{"quantity": MARKED}]}, ensure_ascii=False
    ).encode(),
    "a text of 80,000 marks": json.dumps(
        {"title": MARKED[:700], "note": MARKED[:19_000]}, ensure_ascii=False
    ).encode(),
}


class Endless(io.RawIOBase):
    """A body without an end that counts what is read of it."""

    def __init__(self, start: bytes = b'{"a": "', more: bytes = b"x") -> None:
        self.start, self.more, self.read_bytes = start, more, 0

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: Any) -> int:
        size = min(len(buffer), 1 << 16)
        chunk = (self.start + self.more * size)[:size]
        self.start = b""
        buffer[:size] = chunk
        self.read_bytes += size
        return size


@pytest.fixture
def buyer(app: Flask, driver: Driver) -> ApiClient:
    return api_client(app, driver, make_user(driver, make_firm(driver)))


@pytest.fixture
def page(app: Flask, driver: Driver) -> FlaskClient:
    return browser(app, driver, make_user(driver, make_firm(driver)))


def timed(call: Callable[[], TestResponse]) -> TestResponse:
    """The answer, which is small and was made quickly."""
    started = time.process_time()
    answer = call()
    took = time.process_time() - started
    assert took < MOST_S, f"{took:.1f} s"
    return answer


@pytest.mark.parametrize("name", JSON)
def test_json_that_hogs_is_refused_at_once(buyer: ApiClient, name: str) -> None:
    answer = timed(
        lambda: buyer.call(
            "post", "/parts-requests", data=JSON[name], content_type="application/json"
        )
    )
    assert wrong_in(answer) == ""
    assert len(answer.data) < MOST_ANSWER_BYTES
    assert len(answer.json["errors"]) <= 50


@pytest.mark.parametrize("name", JSON)
@pytest.mark.parametrize("path", ["/registrations", "/receipt-checks"])
def test_json_without_an_account_is_refused_at_once(
    app: Flask, driver: Driver, path: str, name: str
) -> None:
    nobody = ApiClient(app.test_client(), "")
    answer = timed(
        lambda: nobody.call("post", path, data=JSON[name], content_type="application/json")
    )
    assert wrong_in(answer) == ""
    assert len(answer.data) < MOST_ANSWER_BYTES


def test_more_than_fifty_errors_are_counted(buyer: ApiClient) -> None:
    body = {f"f{n}": 1 for n in range(200)}
    answer = buyer.call("post", "/parts-requests", json=body)
    assert len(answer.json["errors"]) == 50
    assert "50 of 20" in answer.json["detail"]


def send_stream(
    client: FlaskClient, path: str, stream: Endless, kind: str, **more: Any
) -> TestResponse:
    """A body in chunks, without a length."""
    return client.open(
        path,
        method="POST",
        content_type=kind,
        environ_overrides={
            "wsgi.input": stream,
            "wsgi.input_terminated": True,
            "CONTENT_LENGTH": "",
        },
        **more,
    )


def test_a_body_without_a_length_is_read_to_the_limit_only(buyer: ApiClient) -> None:
    headers = {"Authorization": f"Bearer {buyer.token}", "Idempotency-Key": "k" * 20}
    stream = Endless()
    answer = timed(
        lambda: send_stream(
            buyer.client, "/api/v1/parts-requests", stream, "application/json", headers=headers
        )
    )
    assert wrong_in(answer) == ""
    assert stream.read_bytes <= MAX_BODY_BYTES + WINDOW_BYTES


def test_a_form_without_a_length_is_read_to_the_limit_only(page: FlaskClient) -> None:
    stream = Endless(b"name=")
    answer = send_stream(page, "/firm", stream, "application/x-www-form-urlencoded")
    assert 400 <= answer.status_code < 500
    assert stream.read_bytes <= MAX_FORM_BYTES + WINDOW_BYTES


def test_a_length_that_lies_gains_nothing(buyer: ApiClient) -> None:
    for said in ("10", "999999999999", "-5", "x"):
        answer = buyer.call(
            "post",
            "/parts-requests",
            data=HOGS["8.8 MB of empty objects"],
            content_type="application/json",
            headers={"Content-Length": said},
        )
        assert wrong_in(answer) == "", said


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/api/v1/parts-requests", "application/json"),
        ("/api/v1/uploads", "multipart/form-data; boundary=x"),
        ("/uploads", "multipart/form-data; boundary=x"),
        ("/parts-requests", "application/x-www-form-urlencoded"),
    ],
)
@pytest.mark.parametrize("csrf", [True, False])
def test_who_has_no_account_is_answered_before_the_body_is_read(
    app: Flask, driver: Driver, path: str, kind: str, csrf: bool
) -> None:
    app.config["WTF_CSRF_ENABLED"] = csrf
    stream = Endless()
    try:
        answer = send_stream(app.test_client(), path, stream, kind)
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert answer.status_code in (401, 302)
    assert stream.read_bytes == 0


def test_a_viewer_sends_no_file_that_is_read(app: Flask, driver: Driver) -> None:
    viewer = browser(app, driver, make_user(driver, make_firm(driver), role="viewer"))
    stream = Endless()
    answer = send_stream(viewer, "/uploads", stream, "multipart/form-data; boundary=x")
    assert answer.status_code == 403
    assert stream.read_bytes == 0


@pytest.mark.parametrize(
    "path", ["/parts-requests", "/firms", "/map", "/api/v1/firms", "/sign-in", "/log"]
)
def test_long_addresses_are_refused(page: FlaskClient, path: str) -> None:
    for query in ("q=" + "x" * 1_000_000, "a=1&" * 250_000):
        answer = timed(lambda q=query: page.get(path, query_string=q))
        assert 400 <= answer.status_code < 500
        assert len(answer.data) < MOST_ANSWER_BYTES


def test_forms_that_hog_are_refused_at_once(page: FlaskClient) -> None:
    kind = "application/x-www-form-urlencoded"
    rows = "&".join(f"lines-{n}-quantity=1" for n in range(10_000))
    bodies = {
        "a field of 3 MB": "title=" + "x" * 3_000_000,
        "a field of a megabyte": "title=" + "x" * 1_000_000,
        "10,000 rows": "title=x&" + rows,
        "10,000 fields": "&".join(f"f{n}=1" for n in range(10_000)),
        "a million fields": "a=&" * 600_000,
        "more fields than any form": "a=&" * MAX_FORM_ITEMS + "a=",
        "marks": "title=x&lines-0-quantity=" + "a" + "%CC%81%CC%A3" * 40_000,
    }
    for name, body in bodies.items():
        answer = timed(lambda b=body: page.post("/parts-requests", data=b, content_type=kind))
        assert 400 <= answer.status_code < 500, name
        assert len(answer.data) < 20 * MOST_ANSWER_BYTES, name  # a megabyte typed is shown again


def test_a_form_with_files_has_few_parts_and_short_fields(page: FlaskClient) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="f%d"\r\n\r\n1\r\n'
    many = b"".join(part % n for n in range(20_000)) + b"--x--\r\n"
    deep = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n'
    deep += (
        b"Content-Type: multipart/mixed; boundary=y\r\n\r\n" + b"--y\r\n" * 100_000 + b"\r\n--x--"
    )
    long = b'--x\r\nContent-Disposition: form-data; name="skip_bad"\r\n\r\n' + b"1" * 1_000_000
    header = b"--x\r\n" + b"A: b\r\n" * 200_000 + b"\r\n\r\n--x--"
    for body in (many, deep, long + b"\r\n--x--", header):
        answer = timed(
            lambda b=body: page.post(
                "/uploads", data=b, content_type="multipart/form-data; boundary=x"
            )
        )
        assert 400 <= answer.status_code < 500
        assert len(answer.data) < MOST_ANSWER_BYTES
