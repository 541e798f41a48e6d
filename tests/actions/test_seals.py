"""What a bid offers lies sealed from its first draft to the opening, which opens all or none."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from neo4j import Driver

from supplychain.actions import bids
from supplychain.actions.parts_requests import parts_requests
from supplychain.config import new_key, settings
from supplychain.errors import NotOpen, Unavailable
from supplychain.graph.bids import bids as bids_graph
from supplychain.graph.bids import opened_bids, seals
from supplychain.graph.bids.last_prices import list_last_prices
from supplychain.graph.capacity import holds
from supplychain.graph.engine.transactions import Tx, read, rows, run, write
from supplychain.model.bids.lines import Bundle, PriceTier
from supplychain.model.bids.receipts import check_receipt, public_key
from supplychain.model.bids.seals import close_box, make_seal, open_box, open_json, seal_json
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from supplychain.model.weeks import day_number
from tests.make.accounts import make_user
from tests.make.bids import make_bid, make_content, stored_bid
from tests.make.days import local_today
from tests.make.firms import make_firm
from tests.make.holds import held
from tests.make.matches import make_ability
from tests.make.parts_requests import (
    line_ids,
    make_part,
    make_parts_request,
    need_by,
    pass_deadline,
)
from tests.make.secrets import find_secrets

ALL = """
MATCH (n) WHERE NOT n:Migration AND NOT n:PartsRequest AND NOT n:RequestLine
RETURN labels(n) AS labels, properties(n) AS facts LIMIT 100000
"""
PRICE, QUANTITY, NOTE = Decimal("7319.4417"), 437219, "canary-quince"
STRIP = """
MATCH (b:Bid {id: $id})
SET b.sealed = null, b.commitment = null, b.receipt_number = null, b.receipt_key_id = null,
    b.receipt_signature = null, b += $facts
"""


def make_sides(driver: Driver, **values: Any) -> tuple[Actor, Actor, str]:
    """A buyer, a supplier of forgings, and the buyer's open request."""
    buyer, supplier = make_user(driver, make_firm(driver)), make_user(driver, make_firm(driver))
    make_ability(driver, supplier.firm_id, weekly_capacity=200_000)
    return buyer, supplier, make_parts_request(driver, buyer, **values)


def make_full_bid(driver: Driver, supplier: Actor, request_id: str, **values: Any) -> str:
    """A bid with everything that a bid can hold."""
    first, second = line_ids(driver, request_id)[:2]
    line = {
        "quantity": QUANTITY,
        "unit_price": PRICE,
        "tiers": (PriceTier(start=2, unit_price=PRICE - 1),),
        "min_quantity": QUANTITY - 1,
        "tooling": PRICE - 2,
        "freight": PRICE - 3,
        "lead_days": 1187,
        "note": NOTE,
    }
    terms = {
        "note": NOTE,
        "one_off_cost": PRICE - 4,
        "bundles": (Bundle(request_line_ids=(first, second), discount=Decimal("3.1234")),),
        "incoterm": "EXW",
        "payment_days": 87,
    }
    lines = [line, {"quantity": 500}]
    return make_bid(driver, supplier, request_id, lines=lines, **{**terms, **values})


def stored_text(driver: Driver) -> str:
    """Every property of every node that a bid could leak into."""
    nodes = read(driver, lambda tx: rows(tx, ALL))
    return "\n".join(f"{node['labels']} {json.dumps(node['facts'])}" for node in nodes)


SECRETS = (
    NOTE, "73194417", "73184417", "73174417", "73164417", "73154417", '"EXW"', '"lead_days": 1187',
    "3.1234", "437219", "437218",
)  # fmt: skip


def told(text: str) -> list[str]:
    return find_secrets(text, SECRETS)


@pytest.mark.parametrize("submit", [False, True])
def test_nothing_of_a_sealed_bid_lies_in_the_graph(driver: Driver, submit: bool) -> None:
    _, supplier, request_id = make_sides(driver, lines=[{"quantity": QUANTITY}, {}])
    bid_id = make_full_bid(driver, supplier, request_id, submit=submit)
    text = stored_text(driver)
    assert told(text) == []
    assert "BidLine" not in text
    assert "Hold" not in text
    bid = stored_bid(driver, bid_id, supplier)
    assert (bid.lines[0].unit_price, bid.note, bid.payment_days) == (PRICE, NOTE, 87)
    assert sum(held(driver, supplier.firm_id).values()) == (submit and QUANTITY + 500)


def test_the_opening_shows_the_buyer_what_the_bidder_sent(driver: Driver) -> None:
    buyer, supplier, request_id = make_sides(driver, lines=[{"quantity": QUANTITY}, {}])
    bid_id = make_full_bid(driver, supplier, request_id)
    before, holding = stored_bid(driver, bid_id, supplier), held(driver, supplier.firm_id)
    pass_deadline(driver, request_id)
    assert stored_bid(driver, bid_id, supplier) == before == stored_bid(driver, bid_id, buyer)
    assert [each.bid for each in opened(driver, request_id, buyer)] == [before]
    assert held(driver, supplier.firm_id) == holding
    assert len(told(stored_text(driver))) > 8


def opened(driver: Driver, request_id: str, buyer: Actor) -> list[opened_bids.OpenedBid]:
    return read(driver, opened_bids.list_opened, request_id, viewer=buyer.firm_id)


def test_drafts_withdrawn_bids_and_cancelled_requests_stay_sealed(driver: Driver) -> None:
    _, supplier, request_id = make_sides(driver)
    other = make_user(driver, make_firm(driver))
    draft = make_bid(driver, supplier, request_id, submit=False, note=NOTE)
    taken = make_bid(driver, other, request_id, note=NOTE)
    bids.withdraw_bid(driver, taken, version=2, by=other)
    make_bid(driver, make_user(driver, make_firm(driver)), request_id)
    pass_deadline(driver, request_id)
    assert NOTE not in stored_text(driver)
    assert stored_bid(driver, draft, supplier).note == NOTE
    assert stored_bid(driver, taken, other).note == NOTE
    buyer, supplier, request_id = make_sides(driver)
    make_bid(driver, supplier, request_id, note=NOTE)
    parts_requests.cancel(driver, request_id, "No need.", by=buyer)
    assert NOTE not in stored_text(driver)
    assert held(driver, supplier.firm_id) == {}


def test_the_opening_is_all_or_none_and_runs_twice_without_harm(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    buyer, supplier, request_id = make_sides(driver)
    for _ in range(3):
        make_bid(driver, make_user(driver, make_firm(driver)), request_id, note=NOTE)
    make_bid(driver, supplier, request_id)
    pass_deadline(driver, request_id, sweep=False)

    class Killed(BaseException):
        """The worker dies."""

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(holds, "open_sealed", die)
        with pytest.raises(Killed):
            parts_requests.open_due_requests(driver, utc_now())
    assert NOTE not in stored_text(driver)
    with pytest.raises(NotOpen):
        opened(driver, request_id, buyer)
    assert parts_requests.open_due_requests(driver, utc_now()) == 1
    assert parts_requests.open_due_requests(driver, utc_now()) == 0
    first = opened(driver, request_id, buyer)
    assert [len(each.bid.lines) for each in first] == [1, 1, 1, 1]
    assert write(driver, bids_graph.open_sealed, request_id) == 0
    assert opened(driver, request_id, buyer) == first
    assert sum(held(driver, supplier.firm_id).values()) == 500


def test_without_the_key_nothing_opens_and_others_do(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, supplier, lost = make_sides(driver)
    bid_id = make_bid(driver, supplier, lost)
    fresh = str(new_key())
    monkeypatch.setenv("SUPPLYCHAIN_SEAL_KEYS", fresh)
    settings.cache_clear()
    try:
        other_buyer, other, kept = make_sides(driver)
        make_bid(driver, other, kept)
        pass_deadline(driver, lost, sweep=False)
        pass_deadline(driver, kept)
        assert len(opened(driver, kept, other_buyer)) == 1
        with pytest.raises(Unavailable, match="key"):
            stored_bid(driver, bid_id, supplier)
        assert held(driver, supplier.firm_id) == {}
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert parts_requests.open_due_requests(driver, utc_now()) == 1
    assert len(stored_bid(driver, bid_id, supplier).lines) == 1


def test_a_rotated_key_opens_old_requests_and_wraps_them_anew(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, supplier, request_id = make_sides(driver)
    bid_id = make_bid(driver, supplier, request_id)
    old, fresh = settings().seal_keys, str(new_key())
    pairs = " ".join(map(str, old))
    try:
        monkeypatch.setenv("SUPPLYCHAIN_SEAL_KEYS", f"{pairs} {fresh}")
        settings.cache_clear()
        before = stored_bid(driver, bid_id, supplier)
        assert write(driver, seals.rewrap) == 1
        assert write(driver, seals.rewrap) == 0
        monkeypatch.setenv("SUPPLYCHAIN_SEAL_KEYS", fresh)
        settings.cache_clear()
        assert stored_bid(driver, bid_id, supplier) == before
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_bids_of_before_there_were_seals_stay_readable_and_are_sealed(driver: Driver) -> None:
    buyer, supplier, request_id = make_sides(driver)
    bid_id = make_bid(driver, supplier, request_id, note=NOTE)
    holding = held(driver, supplier.firm_id)
    old = lay_plain(driver, bid_id, request_id, supplier)
    assert NOTE in stored_text(driver)
    assert stored_bid(driver, bid_id, supplier) == old
    assert bids.seal_plain_bids(driver, utc_now()) == 1
    assert bids.seal_plain_bids(driver, utc_now()) == 0
    text = stored_text(driver)
    assert NOTE not in text
    assert "BidLine" not in text
    assert "Hold" not in text
    after = stored_bid(driver, bid_id, supplier)
    assert after.receipt is not None
    assert replace(after, salt="", receipt=None) == old
    assert held(driver, supplier.firm_id) == holding
    pass_deadline(driver, request_id)
    assert [each.bid for each in opened(driver, request_id, buyer)] == [after]
    assert held(driver, supplier.firm_id) == holding


def lay_plain(driver: Driver, bid_id: str, request_id: str, supplier: Actor) -> Any:
    """Undo the sealing of a bid, as graphs of before hold it; what it says."""
    bid = stored_bid(driver, bid_id, supplier)

    def work(tx: Tx) -> None:
        bids_graph.open_sealed(tx, request_id)
        holds.open_sealed(tx, request_id, today=local_today())
        run(tx, STRIP, id=bid_id, facts={"salt": None})

    write(driver, work)
    return replace(bid, salt="", receipt=None)


def test_a_bid_that_lay_plain_is_sealed_when_it_is_next_saved(driver: Driver) -> None:
    _, supplier, request_id = make_sides(driver)
    bid_id = make_bid(driver, supplier, request_id, note=NOTE)
    lay_plain(driver, bid_id, request_id, supplier)
    content = make_content(driver, request_id, {"quantity": 120}, note=NOTE)
    bids.revise_bid(driver, bid_id, content, version=2, by=supplier)
    text = stored_text(driver)
    assert NOTE not in text
    assert "BidLine" not in text
    assert sum(held(driver, supplier.firm_id).values()) == 120


def test_a_firms_own_sealed_bids_lend_their_prices_to_its_next_one(driver: Driver) -> None:
    buyer = make_user(driver, make_firm(driver))
    supplier = make_user(driver, make_firm(driver))
    make_part(driver)
    line = {"part_id": "ring"}
    first = make_parts_request(driver, buyer, lines=[line])
    second = make_parts_request(driver, buyer, lines=[line])
    make_bid(driver, supplier, first, lines=[{"unit_price": PRICE, "note": NOTE}])
    prices = read(
        driver,
        list_last_prices,
        ["ring"],
        currencies=["CNY"],
        besides=second,
        viewer=supplier.firm_id,
    )
    assert prices["ring"].line.unit_price == PRICE
    assert prices["ring"].line.note == ""


def test_what_sealed_bids_hold_counts_for_the_next_bid_of_their_firm(driver: Driver) -> None:
    lines = [{"quantity": 150_000, "need_by": need_by(8)}]
    offered = [{"quantity": 150_000, "lead_days": 0}]
    buyer, supplier, request_id = make_sides(driver, lines=lines)
    make_bid(driver, supplier, request_id, lines=offered)
    second = make_parts_request(driver, buyer, lines=lines)
    make_bid(driver, supplier, second, lines=offered)
    # Nine days make 257,142 of the 300,000 that were bid.
    assert held(driver, supplier.firm_id) == {day_number(need_by(8)): 257_142}


def test_receipts_count_the_firms_own_and_change_with_each_submission(driver: Driver) -> None:
    _, supplier, request_id = make_sides(driver)
    rival = make_user(driver, make_firm(driver))
    bid_id = make_bid(driver, supplier, request_id)
    make_bid(driver, rival, request_id)
    first = stored_bid(driver, bid_id, supplier)
    content = make_content(driver, request_id)
    bids.revise_bid(driver, bid_id, content, version=2, by=supplier)
    second = stored_bid(driver, bid_id, supplier)
    assert first.receipt is not None
    assert second.receipt is not None
    assert (first.receipt.number, second.receipt.number) == (1, 2)
    assert first.salt != second.salt
    keys = {key.id: public_key(key.secret) for key in settings().seal_keys}
    for bid in (first, second):
        assert bid.receipt is not None
        proof = bid.receipt.as_text(salt=bid.salt, content=bid.receipt_text)
        assert check_receipt(bid.receipt.as_text(), keys).is_content_proved is None
        assert check_receipt(proof, keys).holds
        assert check_receipt(proof, keys).is_content_proved
    other = first.receipt.as_text(salt=first.salt, content=second.receipt_text)
    assert check_receipt(other, keys).is_content_proved is False


def test_a_seal_opens_for_its_own_bid_alone_and_hides_the_length() -> None:
    seal = make_seal("r", key_id="k", secret="s")
    short = seal_json(close_box(seal), "a", "x")
    assert len(short) == len(seal_json(close_box(seal), "a", "x" * 3000))
    assert open_json(open_box(seal, "s"), "a", short) == "x"
    with pytest.raises(Unavailable):
        open_json(open_box(seal, "s"), "b", short)
    with pytest.raises(Unavailable):
        open_json(open_box(seal, "s"), "a", f"AAAA{short[4:]}")
    with pytest.raises(Unavailable):
        open_box(seal, "t")
