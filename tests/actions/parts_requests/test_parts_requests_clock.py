"""Who sees a parts request when, and what the clock does with it."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from neo4j import Driver

from supplychain.actions.parts_requests import parts_requests
from supplychain.errors import NotFound, NotOpen
from supplychain.graph.engine.transactions import read, write
from supplychain.graph.parts_requests import parts_requests as stored
from supplychain.model.ids import utc_now
from tests.make.firms import make_actor, make_firm
from tests.make.parts_requests import (
    kinds_of,
    make_invitation,
    make_parts_request,
    pass_deadline,
    put_bid,
    request_of,
    soon,
)
from tests.make.tiers import make_led_chain


def test_a_supplier_sees_only_what_is_published_to_it(driver: Driver) -> None:
    firm, member, invited, stranger = (make_firm(driver) for _ in range(4))
    buyer = make_actor(firm)
    chain_id = make_led_chain(driver, firm, member)
    make_led_chain(driver, firm, stranger, state="invited")
    ids = {
        "draft": make_parts_request(driver, buyer, publish=False),
        "all": make_parts_request(driver, buyer),
        "chain": make_parts_request(driver, buyer, audience="chain", chain_id=chain_id),
        "invited": make_parts_request(driver, buyer, audience="invited"),
        "over": make_parts_request(driver, buyer, audience="invited"),
        "dropped": make_parts_request(driver, buyer, publish=False),
    }
    for name in ("draft", "invited", "over", "dropped"):
        make_invitation(driver, ids[name], invited.id)
    pass_deadline(driver, ids["over"])
    parts_requests.cancel(driver, ids["dropped"], "no need", by=buyer)
    expected = {
        member.id: ({"all", "chain"}, {"all", "chain"}),
        invited.id: ({"all", "invited", "over"}, {"all", "invited"}),
        stranger.id: ({"all"}, {"all"}),
        firm.id: (set(), set()),
    }
    names = {request_id: name for name, request_id in ids.items()}
    for firm_id, (seen, open_now) in expected.items():
        listed = read(driver, stored.list_open_to, viewer=firm_id, now=utc_now())
        assert {names[one.id] for one in listed} == open_now
        assert {name for name in ids if _sees(driver, ids[name], firm_id)} == seen


def _sees(driver: Driver, request_id: str, firm_id: str) -> bool:
    outcomes = set()
    for work in (stored.view_for_supplier, stored.lock_for_bid):
        try:
            found = write(driver, work, request_id, viewer=firm_id)
            assert all(line.target_price is None for line in found.lines)
            outcomes.add(True)
        except NotFound:
            outcomes.add(False)
    assert len(outcomes) == 1
    return outcomes.pop()


def test_a_past_deadline_closes_a_request_even_when_the_sweep_is_late(driver: Driver) -> None:
    buyer, supplier = make_actor(make_firm(driver)), make_firm(driver)
    request_id = make_parts_request(driver, buyer)
    pass_deadline(driver, request_id, sweep=False)
    seen = write(driver, stored.lock_for_bid, request_id, viewer=supplier.id)
    assert seen.state == "open"
    with pytest.raises(NotOpen):
        seen.check_takes_bid(utc_now())
    assert read(driver, stored.list_open_to, viewer=supplier.id, now=utc_now()) == []
    with pytest.raises(NotOpen):
        parts_requests.move_deadline(driver, request_id, soon(3), by=buyer)


def test_the_sweep_opens_bids_at_the_deadline_and_never_before(driver: Driver) -> None:
    buyer, bidder = make_actor(make_firm(driver)), make_firm(driver)
    with_bid, with_draft, without, later = (
        make_parts_request(driver, buyer, deadline=soon(1)) for _ in range(4)
    )
    parts_requests.move_deadline(driver, later, soon(3), by=buyer)
    put_bid(driver, with_bid, bidder.id)
    put_bid(driver, with_draft, bidder.id, "draft")
    put_bid(driver, without, bidder.id, "withdrawn")
    assert parts_requests.open_due_requests(driver, utc_now()) == 0
    then = utc_now() + timedelta(days=1, seconds=5)
    assert parts_requests.open_due_requests(driver, then) == 3
    states = [request_of(driver, i, buyer).state for i in (with_bid, with_draft, without, later)]
    assert states == ["evaluating", "failed", "failed", "open"]
    assert request_of(driver, with_bid, buyer).opened_at == then
    assert kinds_of(driver, with_bid, buyer.firm_id)[-1] == "opened"
    assert kinds_of(driver, without, buyer.firm_id)[-1] == "failed"
    assert kinds_of(driver, with_bid, bidder.id) == ["opened"]


def test_sweeps_that_race_open_a_request_once(driver: Driver) -> None:
    buyer, bidder = make_actor(make_firm(driver)), make_firm(driver)
    ids = [make_parts_request(driver, buyer) for _ in range(4)]
    for request_id in ids:
        put_bid(driver, request_id, bidder.id)
        pass_deadline(driver, request_id, sweep=False)
    now, opened = utc_now(), []

    def sweep() -> None:
        opened.append(parts_requests.open_due_requests(driver, now))

    threads = [threading.Thread(target=sweep) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(opened) == 4
    for request_id in ids:
        assert kinds_of(driver, request_id, buyer.firm_id).count("opened") == 1
        assert request_of(driver, request_id, buyer).version == 3
