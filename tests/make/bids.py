"""Bids for tests, made by the actions themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from neo4j import Driver

from supplychain.actions import bids
from supplychain.graph.bids import bids as bids_graph
from supplychain.graph.engine.transactions import read
from supplychain.model.bids.bid import Bid
from supplychain.model.bids.lines import BidContent, BidLine
from supplychain.model.people.actors import Actor
from tests.make.days import local_today
from tests.make.parts_requests import line_ids


def make_content(
    driver: Driver, request_id: str, *lines: dict[str, Any], **head: Any
) -> BidContent:
    """An offer for all of the first lines: 500 at 12.50 in 20 days unless told otherwise."""
    ids = line_ids(driver, request_id)
    offered = tuple(
        BidLine(
            **{
                "request_line_id": line_id,
                "quantity": 500,
                "unit_price": Decimal("12.50"),
                "lead_days": 20,
                **line,
            }
        )
        for line_id, line in zip(ids, lines or ({},), strict=False)
    )
    valid_until = local_today() + timedelta(days=90)
    return BidContent(**{"valid_until": valid_until, "lines": offered, **head})


def make_bid(
    driver: Driver,
    supplier: Actor,
    request_id: str,
    *,
    lines: Sequence[dict[str, Any]] = ({},),
    submit: bool = True,
    **head: Any,
) -> str:
    """A submitted bid, or a draft, and its id; ``lines`` are what differs, line by line."""
    content = make_content(driver, request_id, *lines, **head)
    bid_id = bids.place_bid(driver, request_id, content, by=supplier)
    if submit:
        bids.submit_bid(driver, bid_id, version=1, by=supplier)
    return bid_id


def stored_bid(driver: Driver, bid_id: str, viewer: Actor) -> Bid:
    """A bid as the viewer's firm reads it."""
    return read(driver, bids_graph.get, bid_id, viewer=viewer.firm_id)
