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
from tests.make.parts_requests import line_ids, make_parts_request, pass_deadline


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


def test_the_comparison_is_filled_with_what_is_recommended(app: Flask, driver: Driver) -> None:
    _, client, request_id, _ = make_opened(app, driver)
    page = client.get(f"/parts-requests/{request_id}/award").get_data(as_text=True)
    assert page.index("Cheap Forging") < page.index("Dear Forging")
    assert 'value="500"' in page
    assert "★" in page
    assert "Filled in is the recommended split" in page


def test_what_rests_on_estimates_is_not_called_proven(app: Flask, driver: Driver) -> None:
    buyer, supplier = (make_user(driver, make_firm(driver)) for _ in range(2))
    client = browser(app, driver, buyer)
    for incoterm, says in (("DAP", "in time, proven."), ("EXW", "the estimated freight holds.")):
        request_id = make_parts_request(driver, buyer)
        make_bid(driver, supplier, request_id, incoterm=incoterm)
        pass_deadline(driver, request_id)
        assert says in client.get(f"/parts-requests/{request_id}/award").text


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


LONG_LINES = 60


def make_long(app: Flask, driver: Driver) -> tuple[Actor, FlaskClient, str, str, str]:
    """A buyer with a browser, an opened request of many lines, and a dear and a cheap bid."""
    buyer = make_user(driver, make_firm(driver))
    dear, cheap = (make_user(driver, make_firm(driver)) for _ in range(2))
    offers = {
        dear: [{"unit_price": Decimal(12)}] * LONG_LINES,
        cheap: [{"unit_price": Decimal(11)}] * LONG_LINES,
    }
    request_id, placed = make_opened_request(
        driver, buyer, offers, lines=[{"description": f"ring {n}"} for n in range(LONG_LINES)]
    )
    return buyer, browser(app, driver, buyer), request_id, placed[dear], placed[cheap]


def fields_of(page: str) -> dict[str, str]:
    """What a browser would send of the form of quantities."""
    start = page.index("data-award data-currency")
    form = page[start : page.index("</form>", start)]
    fields: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = (re.search(rf' {what}="([^"]*)"', tag) for what in ("name", "value"))
        if name and 'type="checkbox"' not in tag:
            fields[name[1]] = value[1] if value else ""
    return fields


def test_a_long_comparison_shows_some_lines_and_lists_the_rest(app: Flask, driver: Driver) -> None:
    _, client, request_id, _, _ = make_long(app, driver)
    path = f"/parts-requests/{request_id}/award"
    page = client.get(path).get_data(as_text=True)
    assert page.count('aria-labelledby="line-') == 50
    assert page.count("<tr data-award-line") == LONG_LINES - 50
    assert "330,000.00" in page  # the totals are those of all lines
    second = client.get(f"{path}?line=55").get_data(as_text=True)
    assert second.count('aria-labelledby="line-') == LONG_LINES - 50
    assert 'id="line-55"' in second
    assert len(fields_of(second)) < len(fields_of(page))


def test_quantities_follow_their_lines_from_window_to_window(app: Flask, driver: Driver) -> None:
    buyer, client, request_id, dear, _ = make_long(app, driver)
    path = f"/parts-requests/{request_id}/award"
    ids = line_ids(driver, request_id)

    def place_of(fields: dict[str, str], bid_id: str, line_id: str) -> str:
        return next(
            name.removesuffix("bid_id")
            for name, value in fields.items()
            if name.endswith("-bid_id")
            and value == bid_id
            and fields[name.removesuffix("bid_id") + "request_line_id"] == line_id
        )

    def given_to(fields: dict[str, str], bid_id: str) -> dict[str, str]:
        return {
            fields[name.removesuffix("bid_id") + "request_line_id"]: quantity
            for name, value in fields.items()
            if name.endswith("-bid_id")
            and value == bid_id
            and (quantity := fields[name.removesuffix("bid_id") + "quantity"])
        }

    first = fields_of(client.get(path).get_data(as_text=True))
    first[place_of(first, dear, ids[2]) + "quantity"] = "200"
    page = client.post(f"{path}?line=51", data={**first, "then": "change"})
    second = fields_of(page.get_data(as_text=True))
    assert given_to(second, dear) == {ids[2]: "200"}
    second[place_of(second, dear, ids[58]) + "quantity"] = "100"
    refused = client.post(f"{path}?line=51", data={**second, "then": "review"})
    again = fields_of(refused.get_data(as_text=True))  # too much of two lines
    assert refused.status_code == 422
    assert given_to(again, dear) == {ids[2]: "200", ids[58]: "100"}
    page = client.post(f"{path}?line=1", data={**again, "then": "change"})
    third = fields_of(page.get_data(as_text=True))
    assert given_to(third, dear) == {ids[2]: "200", ids[58]: "100"}
    for line in (ids[2], ids[58]):
        bid = next(
            name.removesuffix("bid_id")
            for name, value in third.items()
            if name.endswith("-bid_id")
            and value != dear
            and third[name.removesuffix("bid_id") + "request_line_id"] == line
        )
        third[bid + "quantity"] = str(500 - int(given_to(third, dear)[line]))
    third |= {"once": new_id(), "reason": "Two sources.", "then": "award"}
    assert client.post(f"{path}?line=1", data=third).status_code == 302
    award = stored_award(driver, buyer, request_id)
    assert award is not None
    taken = {
        one.request_line_id: one.quantity
        for one in award.award.allocations
        if one.bid_id == dear and one.quantity
    }
    assert taken == {ids[2]: 200, ids[58]: 100}
    decided = client.get(f"{path}?line=51").get_data(as_text=True)
    assert decided.count('aria-labelledby="line-') == LONG_LINES - 50
