"""In which trays things lie: with both firms while they wait, in none when they are over."""

from __future__ import annotations

import pytest

from supplychain.model import orders
from supplychain.model.parts_requests import parts_request
from supplychain.model.trays import (
    Side,
    TrayNote,
    list_trays,
    trays_of_order,
    trays_of_request,
)


def _lie(state: str) -> set[str]:
    return set(trays_of_order(state, buyer_id="b", supplier_id="s", root_buyer_id="r"))


@pytest.mark.parametrize("state", orders.STATES)
def test_an_order_lies_with_its_firms_while_it_waits(state: str) -> None:
    expected = {
        "awaiting_consent": {"b|bought|awaiting_consent", "r|consents|awaiting_consent"},
        "offered": {"b|bought|offered", "s|supplied|offered"},
        "accepted": {"b|bought|accepted", "s|supplied|accepted"},
        "in_production": {"b|bought|in_production", "s|supplied|in_production"},
        "shipped": {"b|bought|shipped", "s|supplied|shipped"},
    }
    assert _lie(state) == expected.get(state, set())


def test_a_request_lies_with_its_buyer_until_it_is_decided() -> None:
    lying = {state: trays_of_request(state, buyer_id="b") for state in parts_request.STATES}
    assert {state for state, own in lying.items() if own} == {"draft", "open", "evaluating"}
    assert lying["open"] == ["b|posted|open"]


def test_the_trays_of_a_firm_are_all_those_in_which_its_things_can_lie() -> None:
    ends = {"buyer_id": "f", "supplier_id": "f", "root_buyer_id": "f"}
    lying = {tray for state in orders.STATES for tray in trays_of_order(state, **ends)}
    for state in parts_request.STATES:
        lying |= set(trays_of_request(state, buyer_id="f"))
    lying |= {f"f|chains|{state}" for state in ("invited", "member")}
    lying |= {f"f|clusters|{state}" for state in ("invited", "member")}
    lying |= {"f|bids|sealed", "f|suppliers|trading", "f|batches|claimed", "f|relations|claimed"}
    assert set(list_trays("f")) == lying
    assert len(list_trays("f")) == len(lying)


def test_a_note_lies_in_its_tray_while_it_waits() -> None:
    for side, state, tray in (
        (Side.CHAINS, "member", "f|chains|member"),
        (Side.CHAINS, "left", ""),
        (Side.CLUSTERS, "left", ""),
        (Side.BIDS, "sealed", "f|bids|sealed"),
        (Side.BIDS, "", ""),
        (Side.BATCHES, "claimed", "f|batches|claimed"),
        (Side.RELATIONS, "answered", ""),
    ):
        note = TrayNote(id="n", firm_id="f", side=side, state=state, about_id="x")
        assert note.tray == tray
