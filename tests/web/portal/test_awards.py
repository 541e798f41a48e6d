"""The pages on which a buyer compares, splits and awards."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from neo4j import Driver

from supplychain.model.ids import new_id
from supplychain.model.people.actors import Actor
from tests.make.accounts import browser, make_user
from tests.make.awards import make_opened_request, stored_award
from tests.make.bids import make_bid
from tests.make.firms import make_firm
from tests.make.parts_requests import line_ids, make_parts_request


def make_opened(
    app: Flask, driver: Driver
) -> tuple[Actor, FlaskClient, str, list[tuple[Actor, str]]]:
    """A buyer with a browser, its opened request, and two bids at 12.00 and 11.00."""
    buyer = make_user(driver, make_firm(driver))
    dear = make_user(driver, make_firm(driver, name="Dear Forging"))
    cheap = make_user(driver, make_firm(driver, name="Cheap Forging"))
    offers = {dear: [{"unit_price": Decimal(12)}], cheap: [{"unit_price": Decimal(11)}]}
    request_id, placed = make_opened_request(driver, buyer, offers)
    return buyer, browser(app, driver, buyer), request_id, list(placed.items())


def form(driver: Driver, request_id: str, *given: tuple[str, str], **more: str) -> dict[str, str]:
    (line_id,) = line_ids(driver, request_id)
    fields = {"once": new_id(), "reason": "Two sources.", "then": "award", **more}
    for at, (bid_id, quantity) in enumerate(given):
        fields[f"allocations-{at}-bid_id"] = bid_id
        fields[f"allocations-{at}-request_line_id"] = line_id
        fields[f"allocations-{at}-quantity"] = quantity
    return fields


def test_the_comparison_is_filled_with_the_cheapest(app: Flask, driver: Driver) -> None:
    _, client, request_id, _ = make_opened(app, driver)
    page = client.get(f"/parts-requests/{request_id}/award").get_data(as_text=True)
    assert page.index("Cheap Forging") < page.index("Dear Forging")
    assert 'value="500"' in page
    assert "★" in page
    assert "cheapest landed cost" in page


def test_a_split_is_checked_and_then_awarded(app: Flask, driver: Driver) -> None:
    buyer, client, request_id, [(_, dear), (_, cheap)] = make_opened(app, driver)
    path = f"/parts-requests/{request_id}/award"
    given = form(driver, request_id, (cheap, "300"), (dear, "200"), then="review")
    answer = client.post(path, data=given)
    review = answer.get_data(as_text=True)
    assert answer.mimetype == "text/html"
    assert "5,700.00" in review
    assert stored_award(driver, buyer, request_id) is None
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', review))
    assert client.post(path, data={**fields, "then": "award"}).status_code == 302
    found = stored_award(driver, buyer, request_id)
    assert found is not None
    assert {line.bid_id: line.quantity for line in found.orders} == {cheap: 300, dear: 200}
    page = client.get(path).get_data(as_text=True)
    assert "Two sources." in page
    assert '<form method="post" action="' + path not in page


def test_a_wrong_split_is_shown_at_its_field_with_what_was_typed(
    app: Flask, driver: Driver
) -> None:
    buyer, client, request_id, [(_, dear), (_, cheap)] = make_opened(app, driver)
    path = f"/parts-requests/{request_id}/award"
    for then in ("review", "award"):
        given = form(driver, request_id, (cheap, "400"), (dear, "200"), then=then)
        wrong = client.post(path, data=given)
        page = wrong.get_data(as_text=True)
        assert wrong.status_code == 422
        assert 'href="#f-allocations-0-quantity"' in page
        assert 'value="400"' in page
        assert "Too much: 100" in page
    assert stored_award(driver, buyer, request_id) is None


def test_a_missing_reason_and_a_gap_are_asked_for(app: Flask, driver: Driver) -> None:
    _, client, request_id, [(_, dear), _] = make_opened(app, driver)
    given = form(driver, request_id, (dear, "400"), reason="", then="review")
    page = client.post(f"/parts-requests/{request_id}/award", data=given).get_data(as_text=True)
    assert 'href="#f-reason"' in page
    assert 'href="#f-accept_uncovered"' in page
    accepted = {**given, "reason": "Enough for now.", "accept_uncovered": "true"}
    page = client.post(f"/parts-requests/{request_id}/award", data=accepted).get_data(as_text=True)
    assert "100 pcs stay uncovered" in page


def test_going_back_from_the_check_keeps_what_was_typed(app: Flask, driver: Driver) -> None:
    _, client, request_id, [(_, dear), (_, cheap)] = make_opened(app, driver)
    given = form(driver, request_id, (cheap, "123"), (dear, "77"), then="change")
    answer = client.post(f"/parts-requests/{request_id}/award", data=given)
    page = answer.get_data(as_text=True)
    assert answer.mimetype == "text/html"
    assert 'value="123"' in page
    assert "Two sources." in page


def test_a_double_click_awards_once_and_shows_the_award(app: Flask, driver: Driver) -> None:
    buyer, client, request_id, [_, (_, cheap)] = make_opened(app, driver)
    path = f"/parts-requests/{request_id}/award"
    given = form(driver, request_id, (cheap, "500"))
    assert [client.post(path, data=given).status_code for _ in range(2)] == [302, 302]
    late = client.post(path, data=form(driver, request_id, (cheap, "500")))
    assert late.status_code == 409
    found = stored_award(driver, buyer, request_id)
    assert found is not None
    assert len(found.orders) == 1


def test_nothing_is_awarded_with_a_reason(app: Flask, driver: Driver) -> None:
    buyer, client, request_id, [(dear, bid_id), _] = make_opened(app, driver)
    path = f"/parts-requests/{request_id}/failure"
    refused = client.post(path, data={"once": new_id(), "reason": " "})
    assert refused.status_code == 422
    assert 'href="#f-why"' in refused.get_data(as_text=True)
    assert client.post(path, data={"once": new_id(), "reason": "Too dear."}).status_code == 302
    found = stored_award(driver, buyer, request_id)
    assert found is not None
    assert found.award.reason == "Too dear."
    page = browser(app, driver, dear).get(f"/bids/{bid_id}").get_data(as_text=True)
    assert "Nothing was awarded" in page
    assert "Too dear." not in page


def test_a_loser_reads_its_rank_and_no_name(app: Flask, driver: Driver) -> None:
    _, client, request_id, [(dear, bid_id), (_, cheap)] = make_opened(app, driver)
    given = form(driver, request_id, (cheap, "500"))
    client.post(f"/parts-requests/{request_id}/award", data=given)
    losing = browser(app, driver, dear)
    for path in ("/bids", f"/bids/{bid_id}"):
        page = losing.get(path).get_data(as_text=True)
        assert "rank 2 of 2" in page
        assert "Cheap Forging" not in page
        assert "11.00" not in page


def test_before_the_opening_the_page_tells_the_number_alone(app: Flask, driver: Driver) -> None:
    buyer = make_user(driver, make_firm(driver))
    request_id = make_parts_request(driver, buyer)
    make_bid(driver, make_user(driver, make_firm(driver, name="Early Bird")), request_id)
    page = browser(app, driver, buyer).get(f"/parts-requests/{request_id}/award")
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "Bids received so far: 1" in text
    assert "Early Bird" not in text
    assert "12.5" not in text


def test_the_pages_are_not_there_for_others(app: Flask, driver: Driver) -> None:
    _, _, request_id, [(dear, _), _] = make_opened(app, driver)
    for who in (dear, make_user(driver, make_firm(driver))):
        client = browser(app, driver, who)
        assert client.get(f"/parts-requests/{request_id}/award").status_code == 404
        for path in ("award", "failure"):
            answer = client.post(f"/parts-requests/{request_id}/{path}", data={"reason": "x"})
            assert answer.status_code == 404


@pytest.mark.parametrize("role", ["seller", "viewer"])
def test_who_does_not_buy_sees_the_comparison_without_a_form(
    app: Flask, driver: Driver, role: str
) -> None:
    firm = make_firm(driver)
    buyer, supplier = make_user(driver, firm), make_user(driver, make_firm(driver))
    request_id, _ = make_opened_request(driver, buyer, {supplier: [{}]})
    client = browser(app, driver, make_user(driver, firm, role))
    page = client.get(f"/parts-requests/{request_id}/award").get_data(as_text=True)
    assert "data-award-line" in page
    assert "data-award " not in page
    assert client.post(f"/parts-requests/{request_id}/award", data={}).status_code == 403


def test_odd_forms_are_refused_and_never_break(app: Flask, driver: Driver) -> None:
    buyer, client, request_id, [_, (_, cheap)] = make_opened(app, driver)
    path = f"/parts-requests/{request_id}/award"
    for given in (
        {},
        {"allocations": "x"},
        {"allocations-0-x": "1"},
        {"allocations-0-quantity": "5"},
        {"allocations-0-bid_id": cheap, "allocations-0-quantity": "９９"},
        form(driver, request_id, (cheap, "9" * 40)),
        form(driver, request_id, (cheap, "-5")),
        form(driver, request_id, ("unknown", "5")),
    ):
        for then in ("review", "award"):
            answer = client.post(path, data={**given, "then": then})
            assert answer.status_code == 422, given
    assert stored_award(driver, buyer, request_id) is None


def test_the_pages_read_in_chinese(app: Flask, driver: Driver) -> None:
    _, client, request_id, _ = make_opened(app, driver)
    client.post("/language", data={"language": "zh"})
    page = client.get(f"/parts-requests/{request_id}/award").get_data(as_text=True)
    assert "单件到岸成本" in page
