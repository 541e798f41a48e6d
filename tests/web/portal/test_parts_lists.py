"""A list from a file or the clipboard becomes lines of a request, its cells mended in place."""

from __future__ import annotations

import io
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from neo4j import Driver
from typing_extensions import override
from werkzeug.test import TestResponse

from supplychain.graph.engine.transactions import read
from supplychain.graph.parts_requests import parts_requests
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.model.people.actors import Actor
from tests.make.accounts import browser, make_user
from tests.make.firms import make_firm
from tests.make.parts_requests import make_part, make_parts_request


class _Fields(HTMLParser):
    """The fields of the form that carries a list, as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self.select = self.area = ""
        self.chosen = ""

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = {name: value or "" for name, value in attrs}
        name = own.get("name", "")
        if tag == "input" and name:
            is_mark = own.get("type") in ("checkbox", "radio")
            if not is_mark or "checked" in own:
                self.fields.append((name, own.get("value", "")))
        elif tag == "select":
            self.select, self.chosen = name, ""
        elif tag == "option" and "selected" in own:
            self.chosen = own.get("value", "")
        elif tag == "textarea":
            self.area = name

    @override
    def handle_data(self, data: str) -> None:
        if self.area:
            self.fields.append((self.area, data))

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.fields.append((self.select, self.chosen))
        self.area = ""


def fields_of(answer: TestResponse) -> dict[str, Any]:
    """What the page of a list would send; what is picked is a list."""
    parser = _Fields()
    parser.feed(answer.text[answer.text.index("<main") : answer.text.index("</main")])
    values: dict[str, Any] = {}
    for name, value in parser.fields:
        values[name] = [*values.get(name, []), value] if name == "picked" else value
    return values


@pytest.fixture
def owner(driver: Driver) -> Actor:
    return make_user(driver, make_firm(driver))


@pytest.fixture
def page(app: Flask, driver: Driver, owner: Actor) -> FlaskClient:
    return browser(app, driver, owner)


def send_file(page: FlaskClient, content: bytes, name: str, **more: str) -> TestResponse:
    return page.post("/parts-lists", data={"file": (io.BytesIO(content), name), **more})


def saved(driver: Driver, owner: Actor, answer: TestResponse) -> PartsRequest:
    assert answer.status_code == 302, answer.text
    request_id = answer.headers["Location"].rpartition("/")[2]
    return read(driver, parts_requests.get, request_id, viewer=owner.firm_id)


LIST = "Part No.;Description;Qty;Unit;Need date\nDG-1;Flange;40;pcs;2027-02-28\nDG-2;Rod;12,5;kg;\n"


def test_pasted_rows_become_lines_of_a_draft(
    page: FlaskClient, driver: Driver, owner: Actor
) -> None:
    make_part(driver, "DG-1", designer_id=owner.firm_id)
    shown = page.post("/parts-lists/pasted", data={"pasted": LIST})
    assert shown.status_code == 200
    fields = fields_of(shown)
    assert fields["lines-1-quantity"] == "12.5"
    fields |= {"category": "Rods", "need_by": "2027-03-31", "once": "a" * 32}
    request = saved(driver, owner, page.post("/parts-lists/lines", data=fields))
    assert [
        (one.part_id, one.description, one.quantity, one.uom, str(one.need_by), one.category_id)
        for one in request.lines
    ] == [
        ("DG-1", "Flange", 40, "H87", "2027-02-28", "forgings"),
        (None, "DG-2 Rod", Decimal("12.5"), "KGM", "2027-03-31", "rods"),
    ]
