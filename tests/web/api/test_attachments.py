"""Files of parts requests over the API."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from tests.make.accounts import ApiClient
from tests.make.bodies import PDF, line_body, request_body, send_file


def _body_of(answer: TestResponse) -> bytes:
    """The bytes of a download; the file behind it is closed."""
    with answer:
        return answer.data


def test_a_file_goes_up_and_comes_down_as_it_was(buyer: ApiClient, supplier: ApiClient) -> None:
    made = buyer.call("post", "/parts-requests", json=request_body())
    request_id = made.json["id"]
    sent = send_file(buyer, request_id, "../图纸 A.PDF", PDF, line_number="1")
    assert sent.status_code == 201, sent.data
    assert (sent.json["name"], sent.json["line_number"]) == ("图纸 A.pdf", 1)
    at = f"/parts-requests/{request_id}/attachments/{sent.json['id']}"
    down = buyer.call("get", at)
    assert _body_of(down) == PDF
    assert down.headers["Content-Disposition"].startswith("attachment")
    assert down.headers["X-Content-Type-Options"] == "nosniff"
    assert down.headers["Content-Security-Policy"].startswith("sandbox")
    assert down.content_type == "application/pdf"
    assert supplier.call("get", at).status_code == 404
    buyer.call("put", f"/parts-requests/{request_id}/publication?confirm=nobody_makes", if_match=1)
    assert _body_of(supplier.call("get", at)) == PDF
    listed = supplier.call("get", f"/parts-requests/{request_id}/attachments").json["items"]
    assert [file["name"] for file in listed] == ["图纸 A.pdf"]
    assert send_file(buyer, request_id, "late.pdf", PDF).status_code == 409
    assert buyer.call("delete", at).status_code == 409


@pytest.mark.parametrize(
    ("name", "content", "line_number"),
    [
        ("a.exe", b"MZ", "0"),
        ("a.svg", b"<svg/>", "0"),
        ("a.pdf", b"<html>", "0"),
        ("a.png", PDF, "0"),
        ("a.csv", b"", "0"),
        ("a.csv", b"x" * (20 * 1024 * 1024 + 1), "0"),
        ("a.pdf", PDF, "2"),
        ("a.pdf", PDF, "-1"),
        ("a.pdf", PDF, "x"),
    ],
)
def test_a_bad_file_is_refused(
    buyer: ApiClient, name: str, content: bytes, line_number: str
) -> None:
    request_id = buyer.call("post", "/parts-requests", json=request_body()).json["id"]
    assert send_file(buyer, request_id, name, content, line_number=line_number).status_code == 422
    listed = buyer.call("get", f"/parts-requests/{request_id}/attachments").json["items"]
    assert listed == []


def test_a_request_holds_twenty_files(buyer: ApiClient) -> None:
    request_id = buyer.call("post", "/parts-requests", json=request_body()).json["id"]
    for n in range(20):
        assert send_file(buyer, request_id, f"{n}.pdf", PDF).status_code == 201
    assert send_file(buyer, request_id, "one-more.pdf", PDF).status_code == 422


def test_a_file_follows_its_line(buyer: ApiClient) -> None:
    body = request_body(lines=[line_body(description="first"), line_body(description="second")])
    made = buyer.call("post", "/parts-requests", json=body)
    at, lines = f"/parts-requests/{made.json['id']}", made.json["lines"]
    send_file(buyer, made.json["id"], "first.pdf", PDF, line_number="1")
    send_file(buyer, made.json["id"], "second.pdf", PDF, line_number="2")
    kept = line_body(description="second", id=lines[1]["id"])
    edited = buyer.call("patch", at, json={"lines": [kept, line_body()]}, if_match=1)
    assert edited.json["lines"][0]["id"] == lines[1]["id"]
    files = buyer.call("get", f"{at}/attachments").json["items"]
    assert {file["name"]: file["line_number"] for file in files} == {
        "first.pdf": 0,
        "second.pdf": 1,
    }


def test_a_copy_has_the_files_too(buyer: ApiClient) -> None:
    request_id = buyer.call("post", "/parts-requests", json=request_body()).json["id"]
    send_file(buyer, request_id, "ring.pdf", PDF, line_number="1")
    copied = buyer.call("post", f"/parts-requests/{request_id}/copies")
    assert (copied.status_code, copied.json["state"]) == (201, "draft")
    [file] = buyer.call("get", f"/parts-requests/{copied.json['id']}/attachments").json["items"]
    at = f"/parts-requests/{copied.json['id']}/attachments/{file['id']}"
    assert _body_of(buyer.call("get", at)) == PDF
    assert buyer.call("delete", at).status_code == 204
