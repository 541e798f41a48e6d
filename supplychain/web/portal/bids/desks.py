"""What a supplier needs before it while it writes a bid."""

from __future__ import annotations

from dataclasses import dataclass, replace

from supplychain.errors import NotFound
from supplychain.graph import firms
from supplychain.graph.bids import bids, standing_prices
from supplychain.graph.bids.last_prices import LastPrice, list_last_prices
from supplychain.graph.bids.standing_prices import StandingPrice
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, read
from supplychain.graph.parts_requests import parts_requests
from supplychain.model.bids.bid import Bid
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.web.access.policy import actor
from supplychain.web.access.reader_days import reader_today


@dataclass(frozen=True, slots=True, kw_only=True)
class BidDesk:
    """The request, its buyer, the own live bid, and the firm's own prices by part.

    ``last`` are what it last bid, ``standing`` its standing prices as lines of a bid, both in
    currencies that the request accepts.
    """

    request: PartsRequest
    buyer_name: str
    bid: Bid | None
    last: dict[str, LastPrice]
    standing: dict[str, StandingPrice]


def read_desk(request_id: str) -> BidDesk:
    """The desk of the reader's firm for a request.

    Raises:
        NotFound: no such request, or not for this firm.
    """
    return read(graph(), _read_desk, request_id, actor().firm_id)


def _read_desk(tx: Tx, request_id: str, viewer: str) -> BidDesk:
    desk, bid = together(
        lambda: _read_empty_desk(tx, request_id, viewer),
        lambda: _read_live_bid(tx, request_id, viewer),
    )
    return replace(desk, bid=bid)


def _read_empty_desk(tx: Tx, request_id: str, viewer: str) -> BidDesk:
    """The desk without the bid on it."""
    request = parts_requests.view_for_supplier(tx, request_id, viewer=viewer)
    parts = [line.part_id for line in request.lines if line.part_id]
    codes = request.currencies
    buyer, last, standing = together(
        lambda: firms.get(tx, request.buyer_id),
        lambda: list_last_prices(tx, parts, currencies=codes, besides=request_id, viewer=viewer),
        lambda: standing_prices.list_own(
            tx, parts, currencies=codes, viewer=viewer, today=reader_today()
        ),
    )
    return BidDesk(request=request, buyer_name=buyer.name, bid=None, last=last, standing=standing)


def _read_live_bid(tx: Tx, request_id: str, viewer: str) -> Bid | None:
    live = bids.find_live(tx, request_id, viewer=viewer)
    return bids.get_own(tx, live, viewer=viewer) if live else None


def read_live_bid(bid_id: str) -> tuple[Bid, BidDesk]:
    """A live bid of the reader's firm, and the desk for its request.

    Raises:
        NotFound: no such bid, or it was withdrawn.
    """
    bid = read(graph(), bids.get_own, bid_id, viewer=actor().firm_id)
    desk = read_desk(bid.request_id)
    if desk.bid is None or desk.bid.id != bid.id:
        raise NotFound
    return desk.bid, desk
