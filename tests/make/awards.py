"""Requests whose bids are opened, and awards, for tests."""

from __future__ import annotations

from typing import Any

from neo4j import Driver

from supplychain.actions.awards import awards
from supplychain.graph import awards as awards_graph
from supplychain.graph.awards import DecidedAward
from supplychain.graph.engine.transactions import read
from supplychain.model.awards.award import AwardChoice
from supplychain.model.awards.comparisons import Allocation
from supplychain.model.people.actors import Actor
from tests.make.bids import make_bid
from tests.make.parts_requests import line_ids, make_parts_request, pass_deadline


def make_opened_request(
    driver: Driver, buyer: Actor, bids: dict[Actor, list[dict[str, Any]]], **values: Any
) -> tuple[str, dict[Actor, str]]:
    """A request with these suppliers' bids (what differs, line by line), delivered and opened.

    Returns:
        The request's id, and each supplier's bid id.
    """
    request_id = make_parts_request(driver, buyer, **values)
    placed = {
        supplier: make_bid(driver, supplier, request_id, lines=lines, incoterm="DAP")
        for supplier, lines in bids.items()
    }
    pass_deadline(driver, request_id)
    return request_id, placed


def make_choice(
    driver: Driver, request_id: str, *taken: tuple[str, int, int], **values: Any
) -> AwardChoice:
    """A choice of (bid id, line number, quantity)."""
    ids = line_ids(driver, request_id)
    allocations = tuple(
        Allocation(bid_id=bid_id, request_line_id=ids[number - 1], quantity=quantity)
        for bid_id, number, quantity in taken
    )
    return AwardChoice(**{"allocations": allocations, "reason": "Two sources.", **values})


def make_award(
    driver: Driver, buyer: Actor, request_id: str, *taken: tuple[str, int, int], **values: Any
) -> str:
    """An award of (bid id, line number, quantity), and its id."""
    choice = make_choice(driver, request_id, *taken, **values)
    return awards.award(driver, request_id, choice, by=buyer)


def stored_award(driver: Driver, buyer: Actor, request_id: str) -> DecidedAward | None:
    """The award as its buyer reads it."""
    return read(driver, awards_graph.find, request_id, viewer=buyer.firm_id)
