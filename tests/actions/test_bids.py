"""Bidding on a real graph: one live bid, sealed until the opening, closed at the deadline."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from neo4j import Driver

from supplychain.actions import bids, chains
from supplychain.actions.parts_requests import parts_requests
from supplychain.errors import (
    AlreadyExists,
    Forbidden,
    Invalid,
    NotFound,
    NotOpen,
    Stale,
)
from supplychain.graph import events
from supplychain.graph.bids import opened_bids
from supplychain.graph.bids.last_prices import list_last_prices
from supplychain.graph.engine.transactions import Once, read, rows
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from tests.make.bids import make_bid, make_content, stored_bid
from tests.make.chains import make_chain
from tests.make.firms import make_actor, make_firm
from tests.make.parts_requests import (
    make_invitation,
    make_part,
    make_parts_request,
    pass_deadline,
    soon,
)
from tests.make.race import raced

BIDS = """
MATCH (b:Bid {request_id: $request_id})
RETURN b.id AS id, b.state AS state, b.live_key AS live_key ORDER BY id LIMIT 100
"""


def make_trade(driver: Driver) -> tuple[Actor, Actor, str]:
    """A buyer, a supplier, and the buyer's open request."""
    buyer, supplier = make_actor(make_firm(driver)), make_actor(make_firm(driver))
    return buyer, supplier, make_parts_request(driver, buyer)


def all_bids(driver: Driver, request_id: str) -> list[dict[str, str]]:
    return read(driver, lambda tx: rows(tx, BIDS, request_id=request_id))


def test_a_bid_is_stored_as_it_was_given(driver: Driver) -> None:
    _, supplier, request_id = make_trade(driver)
    line = {"quantity": 300, "unit_price": Decimal("0.0345"), "tooling": Decimal("900.5")}
    bid_id = make_bid(driver, supplier, request_id, lines=[{**line, "note": "含税"}], note="Net")
    bid = stored_bid(driver, bid_id, supplier)
    (stored,) = bid.lines
    assert (stored.quantity, stored.unit_price, stored.tooling, stored.lead_days, stored.note) == (
        300,
        Decimal("0.0345"),
        Decimal("900.5"),
        20,
        "含税",
    )
    assert (bid.state, bid.note, bid.currency, bid.version) == ("open", "Net", "CNY", 2)
    assert bid.receipt is not None


def test_a_draft_keeps_what_is_there_and_what_is_not(driver: Driver) -> None:
    _, supplier, request_id = make_trade(driver)
    lines = [{"unit_price": None, "lead_days": None, "note": "asking the mill", "quantity": None}]
    bid_id = make_bid(driver, supplier, request_id, lines=lines, submit=False, valid_until=None)
    bid = stored_bid(driver, bid_id, supplier)
    assert (bid.state, bid.valid_until, bid.lines[0].unit_price) == ("draft", None, None)
    with pytest.raises(Invalid):
        bids.submit_bid(driver, bid_id, version=1, by=supplier)


def test_a_revised_bid_loses_the_lines_that_were_taken_out(driver: Driver) -> None:
    buyer = make_actor(make_firm(driver))
    supplier = make_actor(make_firm(driver))
    request_id = make_parts_request(driver, buyer, lines=[{}, {"quantity": 600}])
    bid_id = make_bid(driver, supplier, request_id, lines=[{}, {}])
    first = stored_bid(driver, bid_id, supplier)
    only_second = make_content(driver, request_id, {}, {"unit_price": Decimal(9)}).lines[1:]
    content = make_content(driver, request_id, lines=only_second)
    bids.revise_bid(driver, bid_id, content, version=2, by=supplier)
    revised = stored_bid(driver, bid_id, supplier)
    assert [(line.number, line.unit_price) for line in revised.lines] == [(2, Decimal(9))]
    assert revised.receipt != first.receipt
    assert revised.version == 3


def test_only_the_newest_version_can_be_changed(driver: Driver) -> None:
    _, supplier, request_id = make_trade(driver)
    bid_id = make_bid(driver, supplier, request_id)
    for verb in (bids.submit_bid, bids.withdraw_bid):
        with pytest.raises(Stale):
            verb(driver, bid_id, version=1, by=supplier)
    with pytest.raises(Stale):
        bids.revise_bid(driver, bid_id, make_content(driver, request_id), version=1, by=supplier)


def test_a_firm_has_one_live_bid_and_may_bid_again_after_withdrawing(driver: Driver) -> None:
    _, supplier, request_id = make_trade(driver)
    bid_id = make_bid(driver, supplier, request_id)
    with pytest.raises(AlreadyExists):
        make_bid(driver, supplier, request_id)
    bids.withdraw_bid(driver, bid_id, version=2, by=supplier)
    again = make_bid(driver, supplier, request_id)
    bids.withdraw_bid(driver, again, version=2, by=supplier)
    assert [bid["live_key"] for bid in all_bids(driver, request_id)] == [None, None]


def test_sixteen_clicks_at_once_make_one_bid(driver: Driver) -> None:
    _, supplier, request_id = make_trade(driver)
    content = make_content(driver, request_id)
    won = raced(16, lambda _: bids.place_bid(driver, request_id, content, by=supplier))
    assert won.count("AlreadyExists") == 15
    assert len(all_bids(driver, request_id)) == 1


def test_a_double_click_with_one_key_is_one_bid_and_one_answer(driver: Driver) -> None:
    _, supplier, request_id = make_trade(driver)
    content = make_content(driver, request_id)
    once = Once.of(firm_id=supplier.firm_id, verb="place_bid", client_key="click-1", payload=1)
    ids = raced(8, lambda _: bids.place_bid(driver, request_id, content, by=supplier, once=once))
    assert len(set(ids)) == 1
    assert len(all_bids(driver, request_id)) == 1


def test_sixteen_revisions_of_one_version_leave_one_winner(driver: Driver) -> None:
    _, supplier, request_id = make_trade(driver)
    bid_id = make_bid(driver, supplier, request_id)

    def revise(at: int) -> str:
        content = make_content(driver, request_id, {"unit_price": Decimal(at + 1)})
        return bids.revise_bid(driver, bid_id, content, version=2, by=supplier)

    assert sorted(raced(16, revise)) == sorted([bid_id] + 15 * ["Stale"])
    assert stored_bid(driver, bid_id, supplier).version == 3


def test_many_firms_bid_at_once(driver: Driver) -> None:
    buyer, _, request_id = make_trade(driver)
    suppliers = [make_actor(make_firm(driver)) for _ in range(12)]
    raced(12, lambda at: make_bid(driver, suppliers[at], request_id))
    count = read(driver, opened_bids.count_submitted, request_id, viewer=buyer.firm_id)
    assert count == 12


def test_at_the_deadline_nothing_is_taken_however_late_the_opening(driver: Driver) -> None:
    _, supplier, request_id = make_trade(driver)
    other = make_actor(make_firm(driver))
    draft = make_bid(driver, supplier, request_id, submit=False)
    opened = make_bid(driver, other, request_id)
    pass_deadline(driver, request_id, sweep=False)
    content = make_content(driver, request_id)
    with pytest.raises(NotOpen):
        bids.submit_bid(driver, draft, version=1, by=supplier)
    with pytest.raises(NotOpen):
        bids.withdraw_bid(driver, opened, version=2, by=other)
    with pytest.raises(NotOpen):
        bids.revise_bid(driver, opened, content, version=2, by=other)
    with pytest.raises(NotOpen):
        make_bid(driver, make_actor(make_firm(driver)), request_id)


def test_a_bid_that_looked_at_the_clock_in_time_but_came_after_the_opening_is_refused(
    driver: Driver,
) -> None:
    _, supplier, request_id = make_trade(driver)
    make_bid(driver, make_actor(make_firm(driver)), request_id)
    draft = make_bid(driver, supplier, request_id, submit=False)
    in_time = utc_now() - timedelta(minutes=1)
    pass_deadline(driver, request_id)
    with pytest.raises(NotOpen):
        bids.submit_bid(driver, draft, version=1, by=supplier, now=in_time)


def test_submitting_against_the_opening_either_counts_or_is_refused(driver: Driver) -> None:
    for _ in range(4):
        buyer, _, request_id = make_trade(driver)
        make_bid(driver, make_actor(make_firm(driver)), request_id)
        suppliers = [make_actor(make_firm(driver)) for _ in range(7)]
        drafts = [make_bid(driver, one, request_id, submit=False) for one in suppliers]
        at = soon(8)

        def act(n: int, ends: object = (request_id, suppliers, drafts, at)) -> str:
            _, whose, which, when = ends  # type: ignore[misc]  # bound now, not when it runs
            if n == 7:
                return str(parts_requests.open_due_requests(driver, when))
            early = when - timedelta(days=2)
            return bids.submit_bid(driver, which[n], version=1, by=whose[n], now=early)

        got = raced(8, act)
        counted = set(got[:7]) - {"NotOpen"}
        seen = read(driver, opened_bids.list_opened, request_id, viewer=buyer.firm_id)
        assert counted == {each.bid.id for each in seen} & set(drafts)
        assert set(got[:7]) <= {"NotOpen", *drafts}


def test_before_the_opening_the_buyer_learns_the_number_alone(driver: Driver) -> None:
    buyer, supplier, request_id = make_trade(driver)
    bid_id = make_bid(driver, supplier, request_id)
    make_bid(driver, make_actor(make_firm(driver)), request_id, submit=False)
    pass_deadline(driver, request_id, sweep=False)
    with pytest.raises(NotFound):
        stored_bid(driver, bid_id, buyer)
    with pytest.raises(NotOpen) as refused:
        read(driver, opened_bids.list_opened, request_id, viewer=buyer.firm_id)
    assert refused.value.values == {"count": 1}
    told = read(driver, events.list_latest, viewer=buyer.firm_id, limit=100)
    assert not [event for event in told if event.about_kind == "bid"]


def test_after_the_opening_the_buyer_reads_submitted_bids_and_no_others(driver: Driver) -> None:
    buyer, supplier, request_id = make_trade(driver)
    bid_id = make_bid(driver, supplier, request_id)
    drafting, leaving = make_actor(make_firm(driver)), make_actor(make_firm(driver))
    draft = make_bid(driver, drafting, request_id, submit=False)
    gone = make_bid(driver, leaving, request_id)
    bids.withdraw_bid(driver, gone, version=2, by=leaving)
    pass_deadline(driver, request_id)
    seen = read(driver, opened_bids.list_opened, request_id, viewer=buyer.firm_id)
    assert [each.bid for each in seen] == [stored_bid(driver, bid_id, supplier)]
    assert stored_bid(driver, bid_id, buyer).id == bid_id
    for hidden in (draft, gone):
        with pytest.raises(NotFound):
            stored_bid(driver, hidden, buyer)


def test_a_cancelled_request_never_opens_its_bids(driver: Driver) -> None:
    buyer, supplier, request_id = make_trade(driver)
    bid_id = make_bid(driver, supplier, request_id)
    pass_deadline(driver, request_id)
    parts_requests.cancel(driver, request_id, "No need.", by=buyer)
    with pytest.raises(NotFound):
        stored_bid(driver, bid_id, buyer)
    with pytest.raises(NotOpen):
        read(driver, opened_bids.list_opened, request_id, viewer=buyer.firm_id)


def test_a_rival_and_a_stranger_see_and_change_nothing(driver: Driver) -> None:
    _, supplier, request_id = make_trade(driver)
    rival = make_actor(make_firm(driver))
    make_bid(driver, rival, request_id)
    bid_id = make_bid(driver, supplier, request_id)
    content = make_content(driver, request_id)
    for sealed in (True, False):
        with pytest.raises(NotFound):
            stored_bid(driver, bid_id, rival)
        with pytest.raises(NotFound):
            read(driver, opened_bids.list_opened, request_id, viewer=rival.firm_id)
        with pytest.raises(NotFound):
            read(driver, opened_bids.count_submitted, request_id, viewer=rival.firm_id)
        with pytest.raises(NotFound):
            bids.revise_bid(driver, bid_id, content, version=2, by=rival)
        with pytest.raises(NotFound):
            bids.withdraw_bid(driver, bid_id, version=2, by=rival)
        if sealed:
            pass_deadline(driver, request_id)


def test_who_was_not_asked_cannot_bid_and_neither_can_the_buyer(driver: Driver) -> None:
    buyer, supplier = make_actor(make_firm(driver)), make_actor(make_firm(driver))
    request_id = make_parts_request(driver, buyer, audience="invited")
    content = make_content(driver, request_id)
    for outsider in (supplier, buyer):
        with pytest.raises(NotFound):
            bids.place_bid(driver, request_id, content, by=outsider)
    make_invitation(driver, request_id, supplier.firm_id)
    assert make_bid(driver, supplier, request_id)


def test_a_draft_request_takes_no_bids(driver: Driver) -> None:
    buyer, supplier = make_actor(make_firm(driver)), make_actor(make_firm(driver))
    request_id = make_parts_request(driver, buyer, publish=False)
    with pytest.raises(NotFound):
        make_bid(driver, supplier, request_id)


@pytest.mark.parametrize("role", ["buyer", "viewer"])
def test_a_role_that_does_not_sell_cannot_bid(driver: Driver, role: str) -> None:
    _, supplier, request_id = make_trade(driver)
    bid_id = make_bid(driver, supplier, request_id)
    weak = Actor(user_id="weak", firm_id=supplier.firm_id, role=role)
    content = make_content(driver, request_id)
    with pytest.raises(Forbidden):
        bids.place_bid(driver, request_id, content, by=weak)
    with pytest.raises(Forbidden):
        bids.revise_bid(driver, bid_id, content, version=2, by=weak)
    with pytest.raises(Forbidden):
        bids.withdraw_bid(driver, bid_id, version=2, by=weak)


def test_a_refused_change_writes_nothing(driver: Driver) -> None:
    _, supplier, request_id = make_trade(driver)
    bid_id = make_bid(driver, supplier, request_id)
    before = stored_bid(driver, bid_id, supplier)
    content = make_content(driver, request_id, {"quantity": 501})
    with pytest.raises(Invalid):
        bids.revise_bid(driver, bid_id, content, version=2, by=supplier)
    assert stored_bid(driver, bid_id, supplier) == before


def test_each_step_is_told_to_the_bidder_alone_and_without_prices(driver: Driver) -> None:
    buyer, supplier, request_id = make_trade(driver)
    bid_id = make_bid(driver, supplier, request_id, lines=[{"unit_price": Decimal("73.1937")}])
    told = read(driver, events.list_history, bid_id, viewer=supplier.firm_id)
    assert [event.kind for event in told] == ["bid.drafted", "bid.submitted"]
    assert told[-1].facts["receipt"] == stored_bid(driver, bid_id, supplier).commitment
    assert "73.1937" not in str(told)
    assert read(driver, events.list_history, bid_id, viewer=buyer.firm_id) == []


def test_the_last_own_price_of_a_part_is_found_and_a_rivals_is_not(driver: Driver) -> None:

    make_part(driver)
    buyer, supplier = make_actor(make_firm(driver)), make_actor(make_firm(driver))
    rival = make_actor(make_firm(driver))
    line = {"part_id": "ring"}
    old = make_parts_request(driver, buyer, lines=[line])
    make_bid(driver, supplier, old, lines=[{"unit_price": Decimal("7.5"), "lead_days": 9}])
    make_bid(driver, rival, old, lines=[{"unit_price": Decimal("6.5")}])
    new = make_parts_request(driver, buyer, lines=[line])
    found = read(
        driver,
        list_last_prices,
        ["ring"],
        currencies=["CNY"],
        besides=new,
        viewer=supplier.firm_id,
    )
    assert (found["ring"].line.unit_price, found["ring"].line.lead_days) == (Decimal("7.5"), 9)


def test_a_bidder_that_left_the_chain_still_sees_and_withdraws_its_bid(driver: Driver) -> None:
    leader, member = make_firm(driver, kind="core"), make_firm(driver)
    chain_id = make_chain(driver, leader, [member])
    request_id = make_parts_request(driver, make_actor(leader), audience="chain", chain_id=chain_id)
    supplier = make_actor(member)
    bid_id = make_bid(driver, supplier, request_id)
    chains.leave(driver, chain_id, by=supplier)
    version = stored_bid(driver, bid_id, supplier).version
    bids.withdraw_bid(driver, bid_id, version=version, by=supplier)
    assert stored_bid(driver, bid_id, supplier).state == "withdrawn"
    with pytest.raises(NotFound):
        make_bid(driver, supplier, request_id)
