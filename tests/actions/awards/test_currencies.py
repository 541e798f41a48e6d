"""Bids in other currencies: rates frozen at the opening, asked for where there is none."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from neo4j import Driver

from supplychain.actions import bids as bid_actions
from supplychain.actions.awards import awards, studies
from supplychain.actions.parts_requests import parts_requests, rates
from supplychain.actions.parts_requests.rates import SaidRate
from supplychain.award.scenarios.plan import Wishes
from supplychain.config import settings
from supplychain.errors import Forbidden, Invalid, NotOpen
from supplychain.graph import events
from supplychain.graph.bids import bids as bids_graph
from supplychain.graph.engine.transactions import Tx, read, rows
from supplychain.graph.orders import orders, views
from supplychain.model.bids.receipts import check_receipt, public_key
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from supplychain.web.pages.orders_csv import orders_csv
from tests.make.awards import make_award
from tests.make.bids import make_bid, make_content, stored_bid
from tests.make.cost_settings import make_cost_settings, make_rate
from tests.make.firms import make_actor, make_firm
from tests.make.parts_requests import (
    kinds_of,
    make_parts_request,
    pass_deadline,
    request_of,
)


@pytest.fixture
def firms(driver: Driver) -> dict[str, Actor]:
    return {name: make_actor(make_firm(driver, name=name)) for name in ("maker", "alpha", "berg")}


def make_rate_of_today(driver: Driver, firm_id: str, rate: float, **given: str) -> None:
    make_rate(driver, firm_id, rate, **{"day": utc_now().date().isoformat(), **given})


def open_two(
    driver: Driver, firms: dict[str, Actor], *, accepts: tuple[str, ...] | None = ("EUR",)
) -> tuple[str, dict[str, str]]:
    """A request with a bid at 90 CNY by alpha and one at 11 EUR by berg, opened."""
    request_id = make_parts_request(driver, firms["maker"], accepts=accepts)
    placed = {
        "alpha": make_bid(
            driver, firms["alpha"], request_id, lines=({"unit_price": Decimal(90)},), incoterm="DAP"
        ),
        "berg": make_bid(
            driver, firms["berg"], request_id, lines=({"unit_price": Decimal(11)},),
            incoterm="DAP", currency="EUR",
        ),
    }  # fmt: skip
    pass_deadline(driver, request_id)
    return request_id, placed


def landed_by_bid(driver: Driver, request_id: str, by: Actor) -> dict[str, Decimal]:
    (table,) = awards.compare(driver, request_id, by=by).tables
    return {row.bid_id: row.landed_cost for row in table.rows}


def test_a_published_request_accepts_what_its_buyer_has_a_rate_for(
    driver: Driver, firms: dict[str, Actor]
) -> None:
    maker = firms["maker"]
    plain = make_parts_request(driver, maker)
    assert request_of(driver, plain, maker).accepts == ()
    make_rate_of_today(driver, maker.firm_id, 7.8)
    make_rate_of_today(driver, maker.firm_id, 0.14, from_currency="CNY", to_currency="USD")
    make_rate(driver, maker.firm_id, 9, day="2020-01-01", from_currency="GBP")
    draft = make_parts_request(driver, maker, publish=False)
    assert request_of(driver, draft, maker).accepts is None
    parts_requests.publish(driver, draft, by=maker, despite_nobody=True)
    assert request_of(driver, draft, maker).accepts == ("EUR", "USD")
    chosen = make_parts_request(driver, maker, accepts=("JPY", "CNY"))
    assert request_of(driver, chosen, maker).accepts == ("JPY",)
    with pytest.raises(Invalid):
        make_parts_request(driver, maker, accepts=("XYZ",))


def test_what_a_sealed_bid_is_in_is_sealed_too(driver: Driver, firms: dict[str, Actor]) -> None:
    request_id = make_parts_request(driver, firms["maker"], accepts=("EUR",))
    bid_id = make_bid(driver, firms["berg"], request_id, currency="EUR")

    def read_plain(tx: Tx) -> list[dict[str, Any]]:
        query = "MATCH (b:Bid {id: $id}) RETURN properties(b) AS values"
        return rows(tx, query, id=bid_id)

    (entry,) = read(driver, read_plain)
    plain = {name: value for name, value in entry["values"].items() if "seal" not in name}
    assert entry["values"]["sealed"]
    assert plain.get("currency") is None
    assert "EUR" not in (value for value in plain.values() if isinstance(value, str))
    bid = stored_bid(driver, bid_id, firms["berg"])
    assert bid.currency == "EUR"
    assert bid.receipt is not None
    keys = {key.id: public_key(key.secret) for key in settings().seal_keys}
    proof = bid.receipt.as_text(salt=bid.salt, content=bid.receipt_text)
    assert check_receipt(proof, keys).is_content_proved
    forged = bid.receipt.as_text(salt=bid.salt, content=bid.receipt_text.replace("EUR", "CNY"))
    assert not check_receipt(forged, keys).is_content_proved
    with pytest.raises(Invalid):
        content = make_content(driver, request_id, currency="USD")
        bid_actions.revise_bid(driver, bid_id, content, version=2, by=firms["berg"])


def test_the_rate_of_the_opening_counts_whatever_comes_after_it(
    driver: Driver, firms: dict[str, Actor]
) -> None:
    maker = firms["maker"]
    make_rate_of_today(driver, maker.firm_id, 7.8)
    request_id, placed = open_two(driver, firms)
    (frozen,) = request_of(driver, request_id, maker).rates
    assert (frozen.currency, frozen.rate, frozen.by) == ("EUR", Decimal("7.8"), "")
    expected = {placed["alpha"]: Decimal(90), placed["berg"]: Decimal("85.8")}
    assert landed_by_bid(driver, request_id, maker) == expected
    make_rate_of_today(driver, maker.firm_id, 9.9)
    assert landed_by_bid(driver, request_id, maker) == expected
    with pytest.raises(Invalid):
        rates.say_rate(driver, request_id, SaidRate(currency="EUR", rate=Decimal(8)), by=maker)
    found = awards.compare(driver, request_id, by=maker)
    assert [each.bid_id for each in found.proposal] == [placed["berg"]]
    (berg,) = [total for total in found.totals if total.bid_id == placed["berg"]]
    assert (berg.owed_currency, berg.owed_charge.total, berg.charge.total) == ("EUR", 5500, 42900)


def test_the_order_owes_euros_and_the_buyer_alone_reads_what_was_compared(
    driver: Driver, firms: dict[str, Actor]
) -> None:
    maker, berg = firms["maker"], firms["berg"]
    make_rate_of_today(driver, maker.firm_id, 7.8)
    request_id, placed = open_two(driver, firms)
    make_award(driver, maker, request_id, (placed["berg"], 1, 500), reason="")
    decided = awards.compare(driver, request_id, by=maker).award
    assert decided is not None
    order_id = decided.orders[0].order_id
    bought = read(driver, orders.get, order_id, viewer=maker.firm_id)
    sold = read(driver, orders.get, order_id, viewer=berg.firm_id)
    assert (bought.currency, bought.total, bought.lines[0].unit_price) == ("EUR", 5500, 11)
    assert (bought.compared_currency, bought.compared_total) == ("CNY", 42900)
    assert (sold.currency, sold.total) == ("EUR", 5500)
    assert (sold.compared_currency, sold.compared_rate) == (None, None)
    for firm, order in ((maker, bought), (berg, sold)):
        (listed,) = read(driver, views.list_orders, viewer=firm.firm_id, limit=9)
        assert (listed.total, listed.taxed, listed.compared_total) == (
            order.total, order.taxed, order.compared_total,
        )  # fmt: skip
    head, bought_row = _read_list(driver, maker)
    sums = dict(zip(head, bought_row, strict=True))
    assert (sums["total"], sums["compared_total"], sums["compared_currency"]) == (
        "5500.00", "42900.00", "CNY",
    )  # fmt: skip
    assert _read_list(driver, berg)[1][-2:] == ["", ""]


def _read_list(driver: Driver, firm: Actor) -> list[list[str]]:
    """Head and rows of the file of a firm's orders."""
    listed = read(driver, views.list_orders, viewer=firm.firm_id, limit=9)
    return list(csv.reader(io.StringIO(orders_csv(listed).decode("utf-8-sig"))))


def test_without_a_rate_a_bid_waits_and_the_buyer_is_asked(
    driver: Driver, firms: dict[str, Actor]
) -> None:
    maker = firms["maker"]
    make_rate(driver, maker.firm_id, 7.5, day="2020-01-01")  # too old to be used
    request_id, placed = open_two(driver, firms)
    found = awards.compare(driver, request_id, by=maker)
    assert [bid.id for bid, _ in found.waiting] == [placed["berg"]]
    assert [bid.id for bid, _ in found.opened] == [placed["alpha"]]
    with pytest.raises(Invalid) as refused:
        make_award(driver, maker, request_id, (placed["alpha"], 1, 500), reason="")
    assert [one.pointer for one in refused.value.errors] == ["/reason"]
    rates.say_rate(driver, request_id, SaidRate(currency="EUR", rate=Decimal("8.2")), by=maker)
    assert "rate_said" in kinds_of(driver, request_id, maker.firm_id)
    assert landed_by_bid(driver, request_id, maker)[placed["berg"]] == Decimal("90.2")
    rates.say_rate(driver, request_id, SaidRate(currency="EUR", rate=Decimal("8.1")), by=maker)
    assert landed_by_bid(driver, request_id, maker)[placed["berg"]] == Decimal("89.1")
    make_award(driver, maker, request_id, (placed["berg"], 1, 500), reason="")
    with pytest.raises(NotOpen):
        rates.say_rate(driver, request_id, SaidRate(currency="EUR", rate=Decimal(8)), by=maker)


def test_a_rate_is_of_the_day_that_it_is_at_the_buyer(
    driver: Driver, firms: dict[str, Actor]
) -> None:
    maker = firms["maker"]
    request_id, _ = open_two(driver, firms)
    evening = utc_now().replace(hour=20)
    said = SaidRate(currency="EUR", rate=Decimal(8))
    rates.say_rate(driver, request_id, said, by=maker, now=evening)
    (rate,) = request_of(driver, request_id, maker).rates
    assert rate.on == evening.date() + timedelta(days=1)


def test_who_may_not_buy_says_no_rate(driver: Driver, firms: dict[str, Actor]) -> None:
    request_id, _ = open_two(driver, firms)
    maker = firms["maker"]
    seller = Actor(user_id=maker.user_id, firm_id=maker.firm_id, role="viewer")
    said = SaidRate(currency="EUR", rate=Decimal(8))
    with pytest.raises(Forbidden):
        rates.say_rate(driver, request_id, said, by=seller)


def test_a_bid_that_was_passed_over_without_a_rate_lost_without_a_rank(
    driver: Driver, firms: dict[str, Actor]
) -> None:
    maker = firms["maker"]
    request_id, placed = open_two(driver, firms)
    make_award(driver, maker, request_id, (placed["alpha"], 1, 500), reason="Known for years.")
    alpha, berg = (stored_bid(driver, placed[name], firms[name]) for name in ("alpha", "berg"))
    assert (alpha.state, alpha.rank, berg.state, berg.rank) == ("won", 1, "lost", None)
    assert read(driver, bids_graph.count_ranked, alpha.id, viewer=alpha.firm_id) == 1
    assert read(driver, bids_graph.count_ranked, berg.id, viewer=berg.firm_id) is None
    told = read(driver, events.list_latest, viewer=berg.firm_id, limit=100)
    assert "bid.not_compared" in {event.kind for event in told}


def test_a_study_counts_in_the_currency_of_the_request(
    driver: Driver, firms: dict[str, Actor]
) -> None:
    maker = firms["maker"]
    make_rate_of_today(driver, maker.firm_id, 7.8)
    request_id, _ = open_two(driver, firms)
    study_id = studies.ask(driver, request_id, Wishes(), by=maker)
    study = studies.get(driver, study_id, by=maker).study
    prices = {bid.supplier: bid.tiers[0].unit_price for bid in study.problem.bids}
    assert prices == {firms["alpha"].firm_id: 90, firms["berg"].firm_id: Decimal("85.8")}
    assert study.problem.currency == "CNY"


def test_tables_in_another_currency_are_converted_at_the_rate_of_the_opening(
    driver: Driver, firms: dict[str, Actor]
) -> None:
    maker = firms["maker"]
    from supplychain.model.cost_settings import FreightRate

    make_cost_settings(
        driver, maker, currency="EUR", freight_rates=(FreightRate(per_piece_e4=10_000),)
    )
    make_rate_of_today(driver, maker.firm_id, 8.0)
    request_id = make_parts_request(driver, maker)
    bid_id = make_bid(driver, firms["alpha"], request_id, incoterm="EXW")
    pass_deadline(driver, request_id)
    assert landed_by_bid(driver, request_id, maker)[bid_id] == Decimal("20.5")
    make_rate_of_today(driver, maker.firm_id, 16.0)
    assert landed_by_bid(driver, request_id, maker)[bid_id] == Decimal("20.5")
