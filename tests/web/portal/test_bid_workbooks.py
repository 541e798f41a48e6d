"""A supplier answers by workbook: on the pages and by the API."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from neo4j import Driver
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from werkzeug.test import TestResponse

from supplychain.graph.bids import bids
from supplychain.graph.engine.transactions import read
from supplychain.web.workbooks import bid_sheets
from tests.make.accounts import ApiClient, api_client
from tests.make.bids import make_bid, stored_bid
from tests.make.days import local_today
from tests.make.parts_requests import pass_deadline
from tests.make.sheets import find_column, put
from tests.web.portal.test_bids import make_sides

LINE, TERM = bid_sheets.FIRST_LINE + 1, bid_sheets.TERMS_AT + 1


def fill_in(body: bytes, *, price: object = 12.5) -> bytes:
    """The workbook with a price, a lead time and a day until which the bid holds."""
    book = load_workbook(io.BytesIO(body))
    sheet = next(one for one in book.worksheets if "mend" not in one.title)
    cells = {
        (LINE, "unit_price"): price,
        (LINE, "lead_days"): 20,
        (TERM, "valid_until"): local_today() + timedelta(days=90),
    }
    for (row, key), value in cells.items():
        at = book.worksheets.index(sheet)
        put(book, at, (row, find_column(book, key, at)), value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(client: FlaskClient, path: str, body: bytes, name: str = "bid.xlsx") -> TestResponse:
    return client.post(path, data={"file": (io.BytesIO(body), name)})


def test_a_workbook_fills_in_the_form_and_nothing_is_kept(app: Flask, driver: Driver) -> None:
    _, supplier, client, request_id = make_sides(app, driver)
    path = f"/parts-requests/{request_id}/bid/workbook"
    answer = client.get(path)
    assert answer.status_code == 200
    assert "-bid.xlsx" in answer.headers["Content-Disposition"]
    shown = upload(client, path, fill_in(answer.data))
    page = shown.get_data(as_text=True)
    assert shown.status_code == 200, page
    assert 'value="12.5"' in page
    assert "nothing is saved yet" in page
    assert read(driver, bids.find_live, request_id, viewer=supplier.firm_id) is None


def test_what_is_wrong_is_on_the_page_and_in_the_cells(app: Flask, driver: Driver) -> None:
    _, _, client, request_id = make_sides(app, driver)
    path = f"/parts-requests/{request_id}/bid/workbook"
    body = fill_in(client.get(path).data, price="1,250")
    shown = upload(client, path, body)
    page = shown.get_data(as_text=True)
    assert shown.status_code == 422
    assert 'href="#f-lines-0-unit_price"' in page
    assert 'value="1,250"' in page
    named = re.search(r'name="lines-0-request_line_id"[^>]* value="([^"]+)"', page)
    assert named is not None
    typed = {
        "lines-0-request_line_id": named[1],
        "lines-0-unit_price": "1,250",
        "lines-0-quantity": "500",
        "lines-0-lead_days": "20",
    }
    marked = client.post(f"/parts-requests/{request_id}/bid/form-workbook", data=typed)
    assert marked.status_code == 200
    book = load_workbook(io.BytesIO(marked.data))
    first, second = book.worksheets[:2]
    assert first.cell(5, 1).value in ("K8", "F5")
    cell = second.cell(LINE, find_column(book, "unit_price", 1))
    assert cell.value == "1,250"
    assert cell.comment is not None
    again = upload(client, path, fill_in(marked.data, price=1250))
    assert again.status_code == 200


def test_files_that_are_no_bid_are_refused_at_their_field(app: Flask, driver: Driver) -> None:
    _, _, client, request_id = make_sides(app, driver)
    path = f"/parts-requests/{request_id}/bid/workbook"
    out = io.BytesIO()
    Workbook().save(out)
    for body, name, sentence in (
        (out.getvalue(), "bid.xlsx", "This is no workbook of a bid."),
        (b"PK nonsense", "bid.xlsx", "could not be read"),
        (b"a,b", "bid.csv", "Send the workbook as .xlsx or .ods."),
        (b"", "", "Choose a file."),
    ):
        answer = upload(client, path, body, name)
        assert answer.status_code == 422
        assert sentence in answer.get_data(as_text=True)
        assert 'id="e-file"' in answer.get_data(as_text=True)


def test_after_the_deadline_no_workbook_leaves_or_comes(app: Flask, driver: Driver) -> None:
    buyer, _, client, request_id = make_sides(app, driver)
    path = f"/parts-requests/{request_id}/bid/workbook"
    body = fill_in(client.get(path).data)
    pass_deadline(driver, request_id)
    assert client.get(path).status_code == 409
    assert upload(client, path, body).status_code == 409
    assert buyer is not None


def send(client: ApiClient, path: str, body: bytes, **more: Any) -> TestResponse:
    return client.call("post", path, data={"file": (io.BytesIO(body), "bid.xlsx"), **more})


def test_the_api_places_revises_and_submits_by_workbook(app: Flask, driver: Driver) -> None:
    _, supplier, _, request_id = make_sides(app, driver)
    client = api_client(app, driver, supplier)
    path = f"/parts-requests/{request_id}/bid-workbook"
    body = client.call("get", path).data
    wrong = send(client, path, fill_in(body, price="1,250"))
    assert wrong.status_code == 422
    assert wrong.get_json()["errors"][0]["pointer"] == "/lines/0/unit_price"
    marked = send(client, f"{path}/check", fill_in(body, price="1,250"))
    assert marked.status_code == 200
    assert load_workbook(io.BytesIO(marked.data)).worksheets[0].cell(5, 1).value == "K8"
    placed = send(client, path, fill_in(body))
    assert placed.status_code == 200, placed.get_json()
    bid_id = placed.get_json()["bid"]["id"]
    assert placed.get_json()["bid"]["state"] == "draft"
    # The bid moved on since this workbook was made: it does not go over it.
    assert send(client, path, fill_in(body, price=11)).status_code == 412
    sent = send(client, path, fill_in(client.call("get", path).data, price=11), submit="true")
    assert sent.status_code == 200, sent.get_json()
    assert stored_bid(driver, bid_id, supplier).state == "open"
    later = fill_in(client.call("get", path).data, price=10)
    assert send(client, path, later).status_code == 409
    assert send(client, path, later, submit="true").get_json()["bid"]["total"] == "5000.00"


def test_a_workbook_of_a_bid_holds_what_the_bid_says(app: Flask, driver: Driver) -> None:
    _, supplier, client, request_id = make_sides(app, driver)
    make_bid(driver, supplier, request_id, lines=[{"note": "=1+1"}])
    path = f"/parts-requests/{request_id}/bid/workbook"
    body = client.get(path).data
    book = load_workbook(io.BytesIO(body))
    sheet = book.worksheets[0]
    assert sheet.cell(LINE, find_column(book, "unit_price")).value == 12.5
    shown = upload(client, path, body)
    assert shown.status_code == 200
    assert "Check the change" in shown.get_data(as_text=True)
    assert 'value="=1+1"' in shown.get_data(as_text=True)
