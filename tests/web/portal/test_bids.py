"""The pages on which a supplier bids."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from neo4j import Driver
from werkzeug.test import TestResponse

from supplychain.model.bids.lines import PriceTier
from supplychain.model.ids import new_id, utc_now
from supplychain.model.people.actors import Actor
from tests.make.accounts import browser, make_user
from tests.make.bids import make_bid, stored_bid
from tests.make.firms import make_firm
from tests.make.matches import make_ability, make_offer
from tests.make.parts_requests import (
    line_ids,
    make_part,
    make_parts_request,
    pass_deadline,
)

VALID = (utc_now() + timedelta(days=90)).date().isoformat()


def make_sides(app: Flask, driver: Driver, **values: Any) -> tuple[Actor, Actor, FlaskClient, str]:
    """A buyer, a supplier with a browser, and the buyer's open request."""
    buyer, supplier = make_user(driver, make_firm(driver)), make_user(driver, make_firm(driver))
    request_id = make_parts_request(driver, buyer, **values)
    return buyer, supplier, browser(app, driver, supplier), request_id


def form(driver: Driver, request_id: str, **fields: str) -> dict[str, str]:
    given = {"once": new_id(), "version": "", "valid_until": VALID, "note": "Net 30"}
    for at, line_id in enumerate(line_ids(driver, request_id)):
        given[f"lines-{at}-request_line_id"] = line_id
        given[f"lines-{at}-quantity"] = "500"
    given |= {"lines-0-unit_price": "12.5", "lines-0-lead_days": "20"}
    return {**given, **fields}


def follow(client: FlaskClient, answer: TestResponse) -> str:
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return client.get(answer.headers["Location"]).get_data(as_text=True)


def bid_in(answer: TestResponse) -> str:
    found = re.search(r"/bids/([0-9a-f]{32})", answer.headers["Location"])
    assert found is not None
    return found[1]


def test_a_supplier_quotes_checks_and_submits_in_three_steps(app: Flask, driver: Driver) -> None:
    _, supplier, client, request_id = make_sides(app, driver)
    page = client.get(f"/parts-requests/{request_id}/bid").get_data(as_text=True)
    assert 'value="500"' in page
    path = f"/parts-requests/{request_id}/bid"
    saved = client.post(path, data=form(driver, request_id, then="check"))
    bid_id = bid_in(saved)
    check = follow(client, saved)
    assert "6,250.00 CNY" in check
    sent = client.post(f"/bids/{bid_id}/submission", data={"once": new_id(), "version": "1"})
    page = follow(client, sent)
    bid = stored_bid(driver, bid_id, supplier)
    assert bid.state == "open"
    assert bid.commitment is not None
    assert bid.commitment in page


def test_a_draft_keeps_what_was_typed_and_says_what_is_missing(app: Flask, driver: Driver) -> None:
    _, _, client, request_id = make_sides(app, driver)
    path = f"/parts-requests/{request_id}/bid"
    given = form(driver, request_id, then="draft", valid_until="", note="half way")
    page = follow(client, client.post(path, data=given))
    assert "half way" in page
    assert 'value="12.50"' in page
    given |= {"version": "1", "then": "check", "once": new_id()}
    page = client.post(path, data=given, follow_redirects=True).get_data(as_text=True)
    assert "error-summary" in page
    assert "Say until when your bid holds." in page


def test_what_is_wrong_is_shown_at_its_field_with_what_was_typed(
    app: Flask, driver: Driver
) -> None:
    _, _, client, request_id = make_sides(app, driver, lines=[{}, {"quantity": 80}])
    given = form(
        driver,
        request_id,
        **{
            "lines-0-unit_price": "cheap",
            "lines-1-unit_price": "3",
            "lines-1-quantity": "81",
        },
    )
    wrong = client.post(f"/parts-requests/{request_id}/bid", data=given)
    page = wrong.get_data(as_text=True)
    assert wrong.status_code == 422
    assert 'href="#f-lines-0-unit_price"' in page
    assert 'value="cheap"' in page
    again = client.post(
        f"/parts-requests/{request_id}/bid", data={**given, "lines-0-unit_price": "4"}
    )
    assert 'href="#f-lines-1-quantity"' in again.get_data(as_text=True)


def test_a_double_click_saves_one_draft(app: Flask, driver: Driver) -> None:
    _, _, client, request_id = make_sides(app, driver)
    given = form(driver, request_id, then="check")
    path = f"/parts-requests/{request_id}/bid"
    first, second = client.post(path, data=given), client.post(path, data=given)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.headers["Location"] == second.headers["Location"]


def test_a_double_click_submits_once(app: Flask, driver: Driver) -> None:
    _, supplier, client, request_id = make_sides(app, driver)
    bid_id = make_bid(driver, supplier, request_id, submit=False)
    given = {"once": new_id(), "version": "1"}
    codes = [client.post(f"/bids/{bid_id}/submission", data=given).status_code for _ in range(2)]
    assert codes == [302, 302]
    assert stored_bid(driver, bid_id, supplier).version == 2


def test_a_submitted_bid_is_changed_after_its_totals_were_confirmed(
    app: Flask, driver: Driver
) -> None:
    _, supplier, client, request_id = make_sides(app, driver)
    bid_id = make_bid(driver, supplier, request_id)
    path = f"/parts-requests/{request_id}/bid"
    given = form(driver, request_id, version="2", **{"lines-0-unit_price": "11"})
    asked = client.post(path, data=given)
    assert asked.mimetype == "text/html"
    assert "5,500.00 CNY" in asked.get_data(as_text=True)
    assert stored_bid(driver, bid_id, supplier).version == 2
    names = dict(
        re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', asked.get_data(as_text=True))
    )
    back = client.post(path, data={**names, "then": "change"}).get_data(as_text=True)
    assert 'value="11.00"' in back
    follow(client, client.post(path, data=names))
    changed = stored_bid(driver, bid_id, supplier)
    assert (changed.version, changed.lines[0].unit_price) == (3, Decimal(11))


def test_an_old_form_does_not_overwrite_what_a_colleague_changed(
    app: Flask, driver: Driver
) -> None:
    _, supplier, client, request_id = make_sides(app, driver)
    bid_id = make_bid(driver, supplier, request_id, submit=False, note="colleague")
    given = form(driver, request_id, version="7", note="mine")
    stale = client.post(f"/parts-requests/{request_id}/bid", data=given)
    assert stale.status_code == 409
    assert "mine" in stale.get_data(as_text=True)
    assert stored_bid(driver, bid_id, supplier).note == "colleague"


def test_own_last_prices_fill_the_form(app: Flask, driver: Driver) -> None:
    make_part(driver)
    line = {"part_id": "ring"}
    buyer, supplier, client, old = make_sides(app, driver, lines=[line])
    tiers = (PriceTier(start=300, unit_price=Decimal("6.4321")),)
    known = {"unit_price": Decimal("7.1234"), "lead_days": 9, "tiers": tiers}
    make_bid(driver, supplier, old, lines=[known])
    new = make_parts_request(driver, buyer, lines=[line])
    page = client.get(f"/parts-requests/{new}/bid").get_data(as_text=True)
    assert 'value="7.1234"' not in page
    page = client.get(f"/parts-requests/{new}/bid?copy=last").get_data(as_text=True)
    for value in ("7.1234", "9", "300", "6.4321"):
        assert f'value="{value}"' in page


def test_a_bid_is_withdrawn_and_may_be_placed_again(app: Flask, driver: Driver) -> None:
    _, supplier, client, request_id = make_sides(app, driver)
    bid_id = make_bid(driver, supplier, request_id)
    gone = client.post(f"/bids/{bid_id}/withdrawal", data={"once": new_id(), "version": "2"})
    assert gone.status_code == 302
    assert stored_bid(driver, bid_id, supplier).state == "withdrawn"
    saved = client.post(
        f"/parts-requests/{request_id}/bid", data=form(driver, request_id, then="check")
    )
    assert bid_in(saved) != bid_id


def test_after_the_deadline_the_form_is_closed_and_the_bid_is_shown(
    app: Flask, driver: Driver
) -> None:
    _, supplier, client, request_id = make_sides(app, driver)
    make_bid(driver, supplier, request_id)
    pass_deadline(driver, request_id, sweep=False)
    page = client.get(f"/parts-requests/{request_id}/bid", follow_redirects=True)
    assert page.status_code == 200
    assert page.request.path.startswith("/bids/")
    assert b'<form class="bid-form"' not in page.data
    late = client.post(
        f"/parts-requests/{request_id}/bid", data=form(driver, request_id, version="2")
    )
    assert late.status_code == 409


def test_the_list_shows_state_and_outcome(app: Flask, driver: Driver) -> None:
    buyer, supplier, client, request_id = make_sides(app, driver)
    assert "See what you can bid for" in client.get("/bids").get_data(as_text=True)
    make_bid(driver, supplier, request_id)
    page = client.get("/bids").get_data(as_text=True)
    assert "Sealed until the deadline" in page
    assert buyer.firm_id not in page


def test_the_pages_of_a_foreign_bid_are_not_there(app: Flask, driver: Driver) -> None:
    buyer, supplier, _, request_id = make_sides(app, driver)
    bid_id = make_bid(driver, supplier, request_id)
    for who in (make_user(driver, make_firm(driver)), buyer):
        client = browser(app, driver, who)
        for path in ("/bids/{}", "/bids/{}/submission"):
            foreign, missing = client.get(path.format(bid_id)), client.get(path.format("none"))
            assert foreign.status_code == missing.status_code == 404
        for path in ("/bids/{}/submission", "/bids/{}/withdrawal"):
            given = {"version": "2", "once": new_id()}
            assert client.post(path.format(bid_id), data=given).status_code == 404
    client = browser(app, driver, buyer)
    assert client.get(f"/parts-requests/{request_id}/bid").status_code == 404


def test_the_pages_read_in_chinese(app: Flask, driver: Driver) -> None:
    _, supplier, client, request_id = make_sides(app, driver)
    bid_id = make_bid(driver, supplier, request_id)
    client.post("/language", data={"language": "zh"})
    assert "报价有效期至" in client.get(f"/parts-requests/{request_id}/bid").get_data(as_text=True)
    assert "回执" in client.get(f"/bids/{bid_id}").get_data(as_text=True)


def test_hostile_text_is_shown_as_text(app: Flask, driver: Driver) -> None:
    _, _, client, request_id = make_sides(app, driver)
    note = "<script>alert(1)</script>\"' onload=x"
    given = form(driver, request_id, then="check", note=note)
    page = follow(client, client.post(f"/parts-requests/{request_id}/bid", data=given))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_odd_forms_are_refused_and_never_break(app: Flask, driver: Driver) -> None:
    _, _, client, request_id = make_sides(app, driver)
    path = f"/parts-requests/{request_id}/bid"
    for given in (
        {},
        {"lines": "x"},
        {"lines-0-x": "1"},
        {"lines-0-quantity": "1"},
        {"version": "9" * 50},
        {"note": "\x00"},
        {"valid_until": "31/12/2026"},
    ):
        answer = client.post(path, data={"then": "check", **given})
        assert answer.status_code in (302, 409, 422), (given, answer.status_code)


RICH = {
    "lines-0-tiers-0-from": "100",
    "lines-0-tiers-0-unit_price": "12",
    "lines-0-tiers-2-from": "400",
    "lines-0-tiers-2-unit_price": "11",
    "lines-0-tier_rule": "incremental",
    "lines-0-min_quantity": "50",
    "lines-0-freight": "0.35",
    "lines-1-unit_price": "3",
    "lines-1-lead_days": "9",
    "one_off_cost": "800",
    "incoterm": "EXW",
    "payment_days": "60",
    "bundles-0-discount": "2.5",
    "bundles-0-lines": "",
    "bundles-1-discount": "1",
    "bundles-1-lines": "",
}
"""The fields of a bid for two lines beyond one price each; the second discount is the first's."""


def rich_form(driver: Driver, request_id: str, **fields: str) -> dict[str, str]:
    given = form(driver, request_id, **RICH)
    return {**given, "bundles-1-discount": "", "then": "check", **fields}


def test_prices_for_larger_quantities_discounts_and_terms_are_saved_and_shown(
    app: Flask, driver: Driver
) -> None:
    _, supplier, client, request_id = make_sides(app, driver, lines=[{}, {}])
    saved = client.post(f"/parts-requests/{request_id}/bid", data=rich_form(driver, request_id))
    bid_id = bid_in(saved)
    check = follow(client, saved)
    for text in ("from 100:", "12.00", "at least 50", "2.5% off if lines 1, 2", "60 days", "EXW"):
        assert text in check
    bid = stored_bid(driver, bid_id, supplier)
    assert [(tier.start, tier.unit_price) for tier in bid.lines[0].tiers] == [(100, 12), (400, 11)]
    assert (bid.lines[0].tier_rule, bid.lines[0].min_quantity) == ("incremental", 50)
    assert (bid.one_off_cost, bid.incoterm, bid.payment_days) == (800, "EXW", 60)
    assert bid.bundles[0].request_line_ids == tuple(line_ids(driver, request_id))
    again = client.get(f"/parts-requests/{request_id}/bid").get_data(as_text=True)
    for name, value in (("lines-0-tiers-1-from", "400"), ("bundles-0-lines", "1, 2")):
        assert re.search(rf'name="{name}"[^>]*value="{value}"', again), name


def test_the_confirmation_of_a_change_carries_every_term(app: Flask, driver: Driver) -> None:
    _, supplier, client, request_id = make_sides(app, driver, lines=[{}, {}])
    bid_id = make_bid(driver, supplier, request_id, lines=[{}, {}])
    path = f"/parts-requests/{request_id}/bid"
    asked = client.post(path, data=rich_form(driver, request_id, version="2"))
    page = asked.get_data(as_text=True)
    names = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
    follow(client, client.post(path, data=names))
    bid = stored_bid(driver, bid_id, supplier)
    assert [tier.start for tier in bid.lines[0].tiers] == [100, 400]
    assert (bid.lines[0].freight, bid.lines[0].tier_rule) == (Decimal("0.35"), "incremental")
    assert (bid.payment_days, bid.incoterm, len(bid.bundles)) == (60, "EXW", 1)


def test_what_is_wrong_with_a_term_is_shown_at_its_field_unfolded(
    app: Flask, driver: Driver
) -> None:
    _, _, client, request_id = make_sides(app, driver, lines=[{}, {}])
    wrong = {
        "lines-0-tiers-2-unit_price": "",
        "lines-0-min_quantity": "501",
        "bundles-0-lines": "1, 7",
        "bundles-0-discount": "100",
    }
    path = f"/parts-requests/{request_id}/bid"
    missing = client.post(path, data=rich_form(driver, request_id, **wrong))
    assert missing.status_code == 422
    assert 'href="#f-lines-0-tiers-1-unit_price"' in missing.get_data(as_text=True)
    given = rich_form(driver, request_id, **{**wrong, "lines-0-tiers-2-unit_price": "11"})
    page = client.post(path, data=given).get_data(as_text=True)
    for name in ("lines-0-min_quantity", "bundles-0-lines", "bundles-0-discount"):
        assert f'href="#f-{name}"' in page
        assert f'id="f-{name}"' in page
    assert 'value="1, 7"' in page
    assert len(re.findall(r'<details class="bid-(more|line bid-terms)" open', page)) == 2


def test_a_simple_bid_shows_its_one_price_and_folds_the_rest(app: Flask, driver: Driver) -> None:
    _, _, client, request_id = make_sides(app, driver, lines=[{}, {}])
    page = client.get(f"/parts-requests/{request_id}/bid").get_data(as_text=True)
    assert len(re.findall(r"<details class=\"bid-(more|line bid-terms)\" >", page)) == 3


def test_standing_prices_fill_the_form(app: Flask, driver: Driver) -> None:
    make_part(driver)
    _, supplier, client, request_id = make_sides(app, driver, lines=[{"part_id": "ring"}, {}])
    make_offer(
        driver,
        supplier.firm_id,
        tier_from=[1, 100, 900],
        tier_prices_e4=[125_000, 118_000, 99_000],
        moq=50,
        lead_days=18,
    )
    path = f"/parts-requests/{request_id}/bid"
    assert "copy=standing" in client.get(path).get_data(as_text=True)
    page = client.get(f"{path}?copy=standing").get_data(as_text=True)
    for name, value in (
        ("lines-0-unit_price", "12.50"),
        ("lines-0-tiers-0-from", "100"),
        ("lines-0-tiers-0-unit_price", "11.80"),
        ("lines-0-tiers-1-from", ""),
        ("lines-0-min_quantity", "50"),
        ("lines-0-lead_days", "18"),
        ("lines-1-quantity", "500"),
        ("lines-1-unit_price", ""),
    ):
        assert re.search(rf'name="{name}"[^>]*\s+value="{value}"', page), name


def test_a_bid_beyond_the_capacity_is_warned_of_and_the_held_weeks_are_shown(
    app: Flask, driver: Driver
) -> None:
    _, supplier, client, request_id = make_sides(app, driver)
    make_ability(driver, supplier.firm_id, weekly_capacity=10)
    saved = client.post(
        f"/parts-requests/{request_id}/bid", data=form(driver, request_id, then="check")
    )
    assert "You may bid all the same if you can make room." in follow(client, saved)
    bid_id = bid_in(saved)
    sent = client.post(f"/bids/{bid_id}/submission", data={"once": new_id(), "version": "1"})
    assert "You may bid all the same if you can make room." in follow(client, sent)
    page = client.get("/capabilities").get_data(as_text=True)
    assert "Held by your bids" in page
    assert f'href="/bids/{bid_id}"' in page
