"""A list from a file or the clipboard becomes lines of a request, its cells mended in place."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from neo4j import Driver
from typing_extensions import override
from werkzeug.test import TestResponse

from supplychain.actions.parts_requests import parts_requests as actions
from supplychain.graph.engine.transactions import read
from supplychain.graph.imports import lookups
from supplychain.graph.parts_requests import parts_requests
from supplychain.model.parts_lists.numbers import make_part_id
from supplychain.model.parts_requests.conversions import StatedConversion
from supplychain.model.parts_requests.parts_request import (
    PartsRequest,
    RequestContent,
    RequestLine,
)
from supplychain.model.parts_requests.requirements import Requirements
from supplychain.model.people.actors import Actor
from tests.make.accounts import browser, make_user
from tests.make.firms import make_firm
from tests.make.jobs import do_jobs
from tests.make.parts_requests import make_part, need_by


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


def test_the_lines_of_a_request_come_back_as_they_were(
    page: FlaskClient, driver: Driver, owner: Actor
) -> None:
    make_part(driver, "ring", designer_id=owner.firm_id)
    full = RequestLine(
        description="=Ring, forged; 1/2\" #45",
        category_id="forgings",
        quantity=Decimal("1250.125"),
        uom="KGM",
        need_by=need_by(),
        delivery_place="Wuxi",
        certificates=("ISO 9001", "PED"),
        target_price=Decimal("1.234"),
        requirements=Requirements(
            process="forging", material="s355", length_mm=1200, weight_kg=12,
            tolerance_linear="f", regions=("Jiangsu",), routing=("forging", "turning"),
        ),
        conversions=(StatedConversion(uom="XBX", amount=1, equals=Decimal("2.475")),),
    )  # fmt: skip
    bare = RequestLine(description="Total", category_id="forgings", quantity=1000, uom="H87")
    own = replace(bare, part_id="ring", description="Ring")
    content = RequestContent(title="x", currency="EUR", lines=(full, bare, own))
    request_id = actions.draft(driver, content, by=owner)
    before = read(driver, parts_requests.get, request_id, viewer=owner.firm_id).lines
    for ending in ("csv", "xlsx"):
        taken = page.get(f"/parts-requests/{request_id}/lines.{ending}")
        shown = send_file(page, taken.data, f"lines.{ending}")
        assert "list-fault" not in shown.text
        request = saved(driver, owner, page.post("/parts-lists/lines", data=fields_of(shown)))
        assert request.currency == "EUR"
        assert [replace(one, id="") for one in request.lines] == [
            replace(one, id="") for one in before
        ]


def test_lines_go_behind_those_of_a_draft_and_only_where_they_may(
    page: FlaskClient, app: Flask, driver: Driver, owner: Actor
) -> None:
    request_id = actions.draft(driver, RequestContent(title="Own"), by=owner)
    shown = page.post("/parts-lists/pasted", data={"pasted": LIST, "request_id": request_id})
    fields = fields_of(shown)
    stranger = browser(app, driver, make_user(driver, make_firm(driver, name="Stranger")))
    assert stranger.post("/parts-lists/lines", data=fields).status_code == 404
    wrong = page.post("/parts-lists/lines", data=fields | {"lines-1-quantity": "many"})
    assert wrong.status_code == 422
    assert 'href="#f-lines-1-quantity"' in wrong.text
    assert fields_of(wrong)["lines-0-description"] == "DG-1 Flange"
    late = page.post("/parts-lists/lines", data=fields | {"lines-1-uom": "box"})
    assert 'href="#f-lines-1-quantity"' in late.text  # 12.5 boxes, told of the line on this page
    request = saved(driver, owner, page.post("/parts-lists/lines", data=fields))
    assert request.title == "Own"
    assert [one.description for one in request.lines] == ["DG-1 Flange", "DG-2 Rod"]
    assert page.post("/parts-lists/lines", data=fields).status_code == 409


def test_what_to_buy_is_picked_of_a_tree(page: FlaskClient, driver: Driver, owner: Actor) -> None:
    text = "Level,Part no.,Name,Qty\n0,P-1,Press,1\n1,P-2,Frame,2\n2,P-3,Rod,4\n2,P-3,Rod,2\n"
    shown = send_file(page, text.encode(), "press.csv")
    fields = fields_of(shown)
    assert fields["picked"] == ["2", "3"]
    unsaid = page.post("/parts-lists/picked", data=fields)
    assert unsaid.status_code == 422
    assert fields_of(unsaid)["picked"] == ["2", "3"]
    said = {**fields, "counting": "each", "twice": "add", "machines": "3"}
    again = page.post("/parts-lists/check", data=said)
    lines = page.post("/parts-lists/picked", data={**fields_of(again), "picked": ["1", "2"]})
    assert lines.status_code == 200
    request = saved(driver, owner, page.post("/parts-lists/lines", data=fields_of(lines)))
    assert [(one.description, one.quantity) for one in request.lines] == [
        ("P-2 Frame", 6), ("P-3 Rod", 36),
    ]  # fmt: skip


def test_a_cell_that_can_be_read_in_two_ways_is_never_taken_unmended(
    page: FlaskClient, driver: Driver, owner: Actor
) -> None:
    make_part(driver, "A 1", designer_id=owner.firm_id)
    shown = send_file(page, b"Part No.;Qty\na-1;1.000\n", "list.csv")
    fields = fields_of(shown)
    assert (fields["lines-0-quantity"], "1000" in shown.text) == ("", True)
    assert 'name="lines-0-likely" value="A 1"' in shown.text
    kept = {**fields, "lines-0-likely": "A 1"}
    request = saved(driver, owner, page.post("/parts-lists/lines", data=kept))
    assert [(one.part_id, one.quantity) for one in request.lines] == [("A 1", 0)]
    read_again = page.post("/parts-lists/check", data={**fields, "numbers": "comma"})
    assert fields_of(read_again)["lines-0-quantity"] == "1000"


def test_what_is_no_list_is_refused_where_it_was_sent(page: FlaskClient) -> None:
    for answer in (
        send_file(page, b"%PDF-1.7", "list.pdf"),
        send_file(page, b"PK\x03\x04", "list.xlsx"),
        page.post("/parts-lists/pasted", data={"pasted": " "}),
        page.post("/parts-lists", data={}),
    ):
        assert answer.status_code == 422
        assert "alert-danger" in answer.text
    assert page.post("/parts-lists/check", data={"sheets": "x"}).status_code == 422
    assert page.post("/parts-lists/lines", data={}).status_code == 422


def test_a_list_is_kept_as_parts_and_bill_of_materials(
    page: FlaskClient, driver: Driver, owner: Actor
) -> None:
    text = "ITEM NO.,PART NUMBER,DESCRIPTION,QTY.\n1,F-1,Plate,1\n2,DIN 912 M8/8.8,Screw,24\n"
    fields = fields_of(send_file(page, f"{text}3,F-1,Plate,1\n".encode(), "frame.csv"))
    assert fields["assembly"] == "frame"
    unsaid = page.post("/parts-lists/parts", data=fields)
    assert 'id="e-category"' in unsaid.text
    kept = page.post("/parts-lists/parts", data={**fields_of(unsaid), "category": "Frames"})
    assert kept.status_code == 302, kept.text
    assert do_jobs(driver) == ["done"]
    rows = read(driver, lookups.find_bom, ["frame"])
    screw = make_part_id("DIN 912 M8/8.8")
    assert {(row[1], row[2]) for row in rows} == {("F-1", 20_000), (screw, 240_000)}
    found = {row[0]: row[1] for row in read(driver, lookups.find_parts, ["frame", "F-1", screw])}
    assert found == {"frame": "frame", "F-1": "Plate", screw: "DIN 912 M8/8.8 Screw"}
    shown = send_file(page, f"{text}3,F-1,Plate,1\n".encode(), "frame.csv")
    assert fields_of(shown)["lines-1-part_id"] == screw
