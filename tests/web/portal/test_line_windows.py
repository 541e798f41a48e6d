"""Pages of a long request show fifty lines, and lead to the others."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from neo4j import Driver

from supplychain.actions.rankings.rankings import match_parts_request
from supplychain.graph.engine.transactions import read
from supplychain.graph.parts_requests import parts_requests as stored
from supplychain.model.ids import utc_now
from supplychain.web.pages.line_windows import WINDOW_LINES, LineWindow
from tests.make.accounts import browser, make_user
from tests.make.firms import make_firm
from tests.make.parts_requests import make_invitation, make_parts_request

LINES = 120


@pytest.mark.parametrize(
    ("number", "first", "last"),
    [(0, 1, 50), (1, 1, 50), (50, 1, 50), (51, 51, 100), (400, 351, 400)],
)
def test_a_line_lies_in_its_window(number: int, first: int, last: int) -> None:
    assert LineWindow.around(number) == LineWindow(first=first, last=last)


def test_windows_cover_all_lines_and_one_alone_is_none() -> None:
    assert LineWindow.around(1).list_others(WINDOW_LINES) == []
    windows = LineWindow.around(1).list_others(LINES)
    assert [(one.first, one.last) for one in windows] == [(1, 50), (51, 100), (101, LINES)]


def _list_lines(page: str) -> list[str]:
    return re.findall(r"ring no (\d+)\b", page)


@pytest.mark.parametrize(
    ("address", "shown"),
    [("", (0, 50)), ("?line=51", (50, 100)), ("?line=120", (100, LINES)), ("?line=x", (0, 50))],
)
def test_the_pages_of_buyer_and_supplier_show_the_window_of_the_line(
    app: Flask, driver: Driver, address: str, shown: tuple[int, int]
) -> None:
    buyer, supplier = (make_user(driver, make_firm(driver)) for _ in range(2))
    lines = [{"description": f"ring no {n}"} for n in range(LINES)]
    request_id = make_parts_request(driver, buyer, lines=lines, audience="invited")
    make_invitation(driver, request_id, supplier.firm_id)
    expected = [str(n) for n in range(*shown)]
    for actor, path in ((buyer, "parts-requests"), (supplier, "invitations")):
        page = browser(app, driver, actor).get(f"/{path}/{request_id}{address}")
        text = page.get_data(as_text=True)
        assert _list_lines(text) == expected, path
        assert f'href="/{path}/{request_id}?line=101"' in text


def test_a_supplier_reads_no_more_than_the_window(driver: Driver) -> None:
    buyer, supplier = (make_user(driver, make_firm(driver)) for _ in range(2))
    request_id = make_parts_request(driver, buyer, lines=[{} for _ in range(LINES)])
    asked, count = read(
        driver, stored.view_window, request_id, viewer=supplier.firm_id, first=51, last=100
    )
    assert [line.number for line in asked.lines] == list(range(51, 101))
    assert count == LINES
    whole = read(driver, stored.view_for_supplier, request_id, viewer=supplier.firm_id)
    assert len(whole.lines) == LINES


def test_the_ranking_of_a_late_line_lists_its_neighbours(app: Flask, driver: Driver) -> None:
    buyer = make_user(driver, make_firm(driver))
    lines = [{"description": f"ring no {n}"} for n in range(60)]
    request_id = make_parts_request(driver, buyer, lines=lines)
    match_parts_request(driver, request_id, now=utc_now())
    page = browser(app, driver, buyer).get(f"/parts-requests/{request_id}/matches?line=55")
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    numbers = {int(number) for number in re.findall(r"[?&]line=(\d+)", text)}
    assert set(range(51, 61)) - {55} <= numbers
    assert numbers & set(range(2, 51)) == set()
