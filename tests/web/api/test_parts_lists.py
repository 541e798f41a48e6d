"""Lines out of a file over the API."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from neo4j import Driver
from werkzeug.test import TestResponse

from supplychain.model.people.actors import Actor
from tests.make.accounts import ApiClient, api_client, make_user
from tests.make.firms import make_firm

LEVELS = "Level,Part no.,Name,Qty,Unit\n0,P-1,Press,1,pc\n1,P-2,Frame,2,pc\n2,P-3,Rod,4,pc\n"


@pytest.fixture
def owner(driver: Driver) -> Actor:
    return make_user(driver, make_firm(driver))


@pytest.fixture
def client(app: Flask, driver: Driver, owner: Actor) -> ApiClient:
    return api_client(app, driver, owner)


def send(client: ApiClient, text: str, **more: Any) -> TestResponse:
    file = (io.BytesIO(text.encode()), "frame.csv")
    return client.call("post", "/parts-requests/lines-from-file", data={"file": file, **more})


def test_a_file_comes_back_as_lines_that_a_request_takes(client: ApiClient) -> None:
    open_ = send(client, LEVELS).json
    assert [one["kind"] for one in open_["questions"]] == ["counting"]
    answer = send(client, LEVELS, counting="each", machines="3", category="Rods")
    assert answer.status_code == 200, answer.json
    read = answer.json
    assert read["questions"] == read["faults"] == []
    assert [(one["number"], one["depth"], one["total"]) for one in read["nodes"]] == [
        ("P-1", 0, 1), ("P-2", 1, 2), ("P-3", 2, 8),
    ]  # fmt: skip
    made = client.call("post", "/parts-requests", json={"title": "x", "lines": read["lines"]})
    assert made.status_code == 201, made.json
    (line,) = made.json["lines"]
    assert (line["description"], line["quantity"], line["category_id"]) == ("P-3 Rod", 24, "rods")
    all_ = send(client, LEVELS, counting="each", picked=["0", "1"]).json
    assert [one["description"] for one in all_["lines"]] == ["P-1 Press", "P-2 Frame"]


def test_a_part_of_the_form_without_a_name_is_refused(client: ApiClient) -> None:
    body = b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n"
    for data in (body, body.replace(b"form-data", b'form-data; name="b"', 1) + body):
        answer = client.call(
            "post",
            "/parts-requests/lines-from-file",
            data=data,
            content_type="multipart/form-data; boundary=x",
        )
        assert answer.status_code == 422, answer.text


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"counting": "both"}, "/counting"), ({"columns": "["}, "/columns"),
        ({"columns": '{"Qty": "price"}'}, "/columns/0/means"), ({"need_by": "soon"}, "/need_by"),
        ({"machines": "-1"}, "/machines"), ({"colour": "red"}, "/colour"), ({"file": ""}, "/file"),
        ({"file": (io.BytesIO(b"%PDF"), "a.pdf")}, "/file"),
        ({"file": (io.BytesIO(b"PK\x03\x04"), "a.xlsx")}, "/file"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field(
    client: ApiClient, more: dict[str, Any], pointer: str
) -> None:
    answer = send(client, LEVELS, **more)
    assert answer.status_code == 422, answer.json
    assert [one["pointer"] for one in answer.json["errors"]] == [pointer]
