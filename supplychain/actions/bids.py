"""Bidding: draft, revise, submit, withdraw; all until the deadline.

Each locks the request before it looks, so that nothing slips past the deadline, past an award,
or past another bid of the same firm. A submitted bid holds capacity until it ends.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime

from neo4j import Driver

from supplychain.actions.verification import SUSPENDED_BUYER, check_not_suspended
from supplychain.config import settings
from supplychain.errors import AlreadyExists, FieldError, Stale
from supplychain.graph import events
from supplychain.graph.bids import bids, seals
from supplychain.graph.bids.bids import PlainBid
from supplychain.graph.capacity import holds, steps
from supplychain.graph.engine.transactions import Once, Tx, read, write, write_once
from supplychain.graph.engine.turns import take_turn
from supplychain.graph.firm_days import find_today
from supplychain.graph.parts_requests import parts_requests
from supplychain.model.bids.bid import Bid, draft_bid
from supplychain.model.bids.lines import BidContent
from supplychain.model.bids.receipts import BidReceipt, sign_receipt
from supplychain.model.bids.rules import list_oddities
from supplychain.model.bids.seals import RequestSeal
from supplychain.model.calendars.zones import day_everywhere
from supplychain.model.capacity.holds import Hold, Room, group_makers, holds_of, list_shortages
from supplychain.model.ids import new_id, to_text, utc_now
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.model.people.actors import Actor

Change = Callable[[Bid, PartsRequest, datetime], Bid]


def place_bid(
    driver: Driver,
    request_id: str,
    content: BidContent,
    *,
    by: Actor,
    once: Once | None = None,
    now: datetime | None = None,
) -> str:
    """Start a bid as a draft and return its id.

    Raises:
        Forbidden: the actor is no seller of its firm.
        NotFound: no such request for this firm.
        NotOpen: the request takes no bids.
        AlreadyExists: the firm has a live bid for it.
        Invalid: the content does not fit the request.
    """
    by.check_role("seller")
    with take_turn(request_id):
        return write_once(
            driver, once, _create_bid, request_id, content, by, new_id(), now or utc_now()
        )


def revise_bid(
    driver: Driver,
    bid_id: str,
    content: BidContent,
    *,
    version: int,
    by: Actor,
    once: Once | None = None,
    now: datetime | None = None,
) -> str:
    """Change what a draft or a submitted bid offers; a submitted one stays submitted.

    Raises:
        Forbidden, NotFound, NotOpen, Invalid: as for ``place_bid``.
        Stale: somebody changed the bid since ``version``.
    """
    by.check_role("seller")

    def revise_content(bid: Bid, request: PartsRequest, at: datetime) -> Bid:
        return bid.revised(request, content, at)

    return _change_in_turn(driver, once, bid_id, revise_content, version, by, now or utc_now())


def submit_bid(
    driver: Driver,
    bid_id: str,
    *,
    version: int,
    by: Actor,
    once: Once | None = None,
    now: datetime | None = None,
) -> str:
    """Hand a bid in. Bid: draft -> open.

    Raises:
        Forbidden, NotFound, NotOpen, Stale: as for ``revise_bid``.
        Invalid: something is missing.
    """
    by.check_role("seller")
    return _change_in_turn(driver, once, bid_id, Bid.submitted, version, by, now or utc_now())


def withdraw_bid(
    driver: Driver,
    bid_id: str,
    *,
    version: int,
    by: Actor,
    once: Once | None = None,
    now: datetime | None = None,
) -> str:
    """Take a bid back. Bid: draft | open -> withdrawn.

    Raises:
        Forbidden, NotFound, NotOpen, Stale: as for ``revise_bid``.
    """
    by.check_role("seller")
    return _change_in_turn(driver, once, bid_id, Bid.withdrawn, version, by, now or utc_now())


def _change_in_turn(
    driver: Driver,
    once: Once | None,
    bid_id: str,
    change: Change,
    version: int,
    by: Actor,
    now: datetime,
) -> str:
    """``_change_bid``, once no rival of this process writes to the same request."""
    request_id = read(driver, bids.request_of, bid_id, viewer=by.firm_id)
    with take_turn(request_id):
        return write_once(driver, once, _change_bid, bid_id, request_id, change, version, by, now)


def list_warnings(
    driver: Driver,
    bid: Bid,
    request: PartsRequest,
    *,
    by: Actor,
    today: date,
    rooms: Mapping[str, Room] | None = None,
) -> list[FieldError]:
    """What the actor's own firm should know of its draft or open bid; nothing is refused for it.

    More than the free capacity until a line is due (without what this bid holds itself), and
    prices that do not fall. ``/lines/<number>/…`` counts the request's line numbers. ``rooms`` is
    what ``holds.read_rooms`` said besides this bid, where it was asked already; ``today`` is the
    day that it is at the actor's firm.
    """
    if bid.firm_id != by.firm_id or bid.state not in ("draft", "open"):
        return []
    if rooms is None:
        rooms = read(driver, holds.read_rooms, besides=bid.id, viewer=by.firm_id, today=today)
    wanted = holds_of(bid, request, today, group_makers(rooms.values()).get(by.firm_id, ()))
    return [*list_oddities(bid.lines), *list_shortages(wanted, rooms, today)]


def release_ended_holds(driver: Driver, now: datetime) -> int:
    """Free the capacity that bids held until a day that is over everywhere; returns how many."""
    ended = read(driver, holds.list_ended, today=day_everywhere(now))
    return sum(write(driver, _release_holds, one.request_id, one.buyer_id, now) for one in ended)


def _release_holds(tx: Tx, request_id: str, buyer_id: str, now: datetime) -> int:
    parts_requests.lock(tx, request_id, viewer=buyer_id)
    return holds.release_ended(tx, request_id, today=day_everywhere(now))


def _create_bid(
    tx: Tx, request_id: str, content: BidContent, by: Actor, bid_id: str, now: datetime
) -> str:
    request = parts_requests.lock_for_bid(tx, request_id, viewer=by.firm_id)
    if bids.find_live(tx, request_id, viewer=by.firm_id) is not None:
        raise AlreadyExists("Your firm has a bid for this request already. Change that one.")
    check_not_suspended(tx, request.buyer_id, SUSPENDED_BUYER)
    bid = draft_bid(
        request, content, bid_id=bid_id, firm_id=by.firm_id, user_id=by.user_id, now=now
    )
    bids.create(tx, bid)
    _record_event(tx, "bid.drafted", bid, request, by, now)
    return bid_id


def _change_bid(
    tx: Tx,
    bid_id: str,
    request_id: str,
    change: Change,
    version: int,
    by: Actor,
    now: datetime,
) -> str:
    request = parts_requests.lock_for_bid(tx, request_id, viewer=by.firm_id)
    bid = bids.get(tx, bid_id, viewer=by.firm_id)
    if bid.version != version:
        raise Stale
    changed = change(bid, request, now)
    if changed.state != "withdrawn":
        check_not_suspended(tx, request.buyer_id, SUSPENDED_BUYER)
    if changed.state == "open":
        changed = _sign_receipt(tx, changed)
    bids.save(tx, changed)
    if "open" in (bid.state, changed.state):
        today = find_today(tx, by.firm_id, now)
        wanted = _list_wanted(tx, changed, request, today) if changed.state == "open" else []
        holds.hold_capacity(tx, changed, wanted, today=today)
    _record_event(tx, _name_event(bid, changed), changed, request, by, now)
    return bid_id


def _list_wanted(tx: Tx, bid: Bid, request: PartsRequest, today: date) -> list[Hold]:
    """What a bid asks to be held; the firm's capabilities are read where a line has a routing."""
    routed = any(line.requirements.routing for line in request.lines)
    makers = steps.read_makers(tx, [bid.firm_id])[bid.firm_id] if routed else []
    return holds_of(bid, request, today, makers)


def _sign_receipt(tx: Tx, bid: Bid) -> Bid:
    """The submitted bid with a fresh salt, and a signed receipt over it."""
    salted = replace(bid, salt=secrets.token_hex(32))
    key = settings().seal_keys[-1]
    assert salted.submitted_at is not None and salted.commitment is not None
    receipt = BidReceipt(
        bid_id=bid.id,
        request_id=bid.request_id,
        firm_id=bid.firm_id,
        number=bids.next_receipt(tx, bid.firm_id),
        submitted_at=to_text(salted.submitted_at),
        commitment=salted.commitment,
        key_id=key.id,
    )
    signature = sign_receipt(receipt, key.secret)
    return replace(salted, receipt=replace(receipt, signature=signature))


def seal_plain_bids(driver: Driver, _now: datetime) -> int:
    """Seal bids that lie plain although they are not opened, from before there were seals.

    Returns how many; those submitted get a signed receipt of the instant at which they came.
    """
    return sum(write(driver, _seal_plain, one) for one in read(driver, bids.list_plain))


def _seal_plain(tx: Tx, plain: PlainBid) -> bool:
    request = parts_requests.lock(tx, plain.request_id, viewer=plain.buyer_id)
    bid = bids.get(tx, plain.id, viewer=plain.firm_id)
    if request.state != "open" or bid.state not in ("draft", "open"):
        return False
    bids.save(tx, _sign_receipt(tx, bid) if bid.state == "open" else bid)
    holds.seal_plain(tx, bid)
    return True


def list_sealed(driver: Driver) -> list[RequestSeal]:
    """The key pairs of all requests whose bids are sealed now, for who runs the installation."""
    kept: list[RequestSeal] = []
    while page := read(driver, seals.list_open, after=kept[-1].request_id if kept else ""):
        kept += page
    return kept


def _name_event(before: Bid, after: Bid) -> str:
    if after.state == "withdrawn":
        return "bid.withdrawn"
    if after.state == "open":
        return "bid.submitted" if before.state == "draft" else "bid.revised"
    return "bid.saved"


def _record_event(
    tx: Tx, kind: str, bid: Bid, request: PartsRequest, by: Actor, now: datetime
) -> None:
    """Tell the bidder's own firm alone: neither the buyer nor a rival learns that it bids."""
    facts: dict[str, str | None] = {"number": request.number, "title": request.title}
    if bid.state == "open":
        facts["receipt"] = bid.commitment
    events.record(tx, kind, about_kind="bid", about_id=bid.id, by=by, at=now, facts=facts)


SWEEPS = (release_ended_holds,)
TIDIES = (seal_plain_bids,)
