"""Who may take a comparison or an order home as a workbook, and when."""

from __future__ import annotations

import io
from decimal import Decimal

from flask import Flask
from neo4j import Driver
from openpyxl import load_workbook

from supplychain.actions.awards.awards import compare
from supplychain.graph.engine.transactions import read
from supplychain.graph.orders import views
from supplychain.web.workbooks.comparison_sheets import SUPPLIER_COLUMNS
from tests.make.accounts import api_client, browser, make_user
from tests.make.awards import make_opened_request
from tests.make.bids import make_bid
from tests.make.firms import make_firm
from tests.make.orders import make_order
from tests.make.parts_requests import make_parts_request


def test_opened_bids_leave_as_a_workbook_and_sealed_ones_do_not(app: Flask, driver: Driver) -> None:
    buyer, one, other = (make_user(driver, make_firm(driver)) for _ in range(3))
    sealed = make_parts_request(driver, buyer)
    make_bid(driver, one, sealed)
    client, api = browser(app, driver, buyer), api_client(app, driver, buyer)
    assert client.get(f"/parts-requests/{sealed}/award.xlsx").status_code == 409
    assert api.call("get", f"/parts-requests/{sealed}/award.xlsx").status_code == 409
    opened, _ = make_opened_request(driver, buyer, {one: [{}], other: [{"tooling": Decimal(90)}]})
    shown = compare(driver, opened, by=buyer)
    for answer in (
        client.get(f"/parts-requests/{opened}/award.xlsx"),
        api.call("get", f"/parts-requests/{opened}/award.xlsx"),
    ):
        assert answer.status_code == 200
        sheet = load_workbook(io.BytesIO(answer.data), data_only=True).worksheets[2]
        at = [column.key for column in SUPPLIER_COLUMNS].index("order_total") + 1
        kept = [Decimal(str(sheet.cell(5 + row, at).value)) for row in range(2)]
        assert kept == [total.taken_total for total in shown.totals]
    assert browser(app, driver, one).get(f"/parts-requests/{opened}/award.xlsx").status_code == 404


def test_an_order_leaves_as_a_workbook_to_its_two_firms(app: Flask, driver: Driver) -> None:
    buyer, supplier, rival = (make_user(driver, make_firm(driver)) for _ in range(3))
    order_id = make_order(driver, buyer, supplier, state="accepted")
    order = read(driver, views.get_view, order_id, viewer=buyer.firm_id).order
    for reader in (buyer, supplier):
        answer = browser(app, driver, reader).get(f"/orders/{order_id}/lines.xlsx")
        assert answer.status_code == 200
        sheet = load_workbook(io.BytesIO(answer.data), data_only=True).worksheets[0]
        assert Decimal(str(sheet.cell(5, 10).value)) == order.lines[0].total
        listed = browser(app, driver, reader).get("/orders.xlsx")
        assert load_workbook(io.BytesIO(listed.data)).worksheets[0].cell(5, 1).value == order.number
    assert (
        api_client(app, driver, buyer).call("get", f"/orders/{order_id}/lines.xlsx").status_code
        == 200
    )
    assert browser(app, driver, rival).get(f"/orders/{order_id}/lines.xlsx").status_code == 404
