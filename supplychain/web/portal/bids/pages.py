"""The pages of a bid: its form, its totals before it is submitted, and what is handed in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import render_template

from supplychain.actions import bids as actions
from supplychain.errors import FieldError
from supplychain.graph import events
from supplychain.graph.bids import bids
from supplychain.graph.capacity import holds
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, read
from supplychain.graph.parts_requests import parties, parts_requests
from supplychain.model.bids.bid import Bid
from supplychain.model.capacity.holds import Room
from supplychain.model.events import Event
from supplychain.model.ids import utc_now
from supplychain.model.offers import INCOTERMS
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.web.access import observing
from supplychain.web.access.policy import actor
from supplychain.web.access.reader_days import reader_today
from supplychain.web.input import bid_forms
from supplychain.web.input.forms import Shown
from supplychain.web.pages.i18n import translate
from supplychain.web.portal.bids.desks import BidDesk


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadWorkbook:
    """That the form is filled in by a workbook, and what to know of how it was read."""

    notices: tuple[FieldError, ...]


def form_page(desk: BidDesk, shown: Shown, workbook: ReadWorkbook | None = None) -> str:
    """The form, filled in as ``shown`` says; ``workbook`` where one filled it in."""
    return render_template(
        "bids/form.html",
        form=shown,
        workbook=workbook,
        notices=_translate_errors(workbook.notices) if workbook else [],
        parts_request=desk.request,
        buyer_name=desk.buyer_name,
        bid=desk.bid,
        currency=_choose_currency(desk.request, shown),
        last=desk.last,
        standing=desk.standing,
        takes_bids=desk.request.takes_bids(utc_now()),
        incoterms=INCOTERMS,
        tier_rows=bid_forms.count_tier_rows,
        bundle_rows=bid_forms.count_bundle_rows(shown.values),
    )


def _choose_currency(request: PartsRequest, shown: Shown) -> str:
    """What is typed, where the request accepts it; else the request's own."""
    typed = shown.values.get("currency")
    return typed if typed in request.currencies else request.currency


def check_page(desk: BidDesk, bid: Bid, shown: Shown) -> str:
    """The totals of a bid that is not handed in so yet."""
    return render_template(
        "bids/check.html",
        form=shown,
        parts_request=desk.request,
        lines={line.id: line for line in desk.request.lines},
        buyer_name=desk.buyer_name,
        bid=bid,
        takes_bids=desk.request.takes_bids(utc_now()),
        typed=bid_forms.fill_bid_form(desk.request, bid.as_content()),
        warnings=_translate_warnings(bid, desk.request),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BidView:
    """A bid as its bidder or its buyer looks at it; ``ranked`` is among how many its rank is."""

    bid: Bid
    own: bool
    request: PartsRequest
    buyer_name: str
    firm_name: str
    ranked: int | None
    history: list[Event]
    rooms: dict[str, Room]


def bid_page(bid_id: str, shown: Shown | None = None) -> str:
    """One bid with its receipt; ``shown`` is the form of it that was refused."""
    by = actor()
    view = read(graph(), _read_view, bid_id, by.firm_id)
    if view.own:
        observing.note_own_bid()
    takes_bids = view.request.takes_bids(utc_now())
    return render_template(
        "bids/show.html",
        form=shown or Shown(),
        bid=view.bid,
        own=view.own,
        parts_request=view.request,
        lines={line.id: line for line in view.request.lines},
        buyer_name=view.buyer_name,
        firm_name=view.firm_name,
        ranked=view.ranked,
        history=view.history,
        takes_bids=takes_bids,
        may_bid=view.own and by.role in ("owner", "seller"),
        warnings=_translate_warnings(view.bid, view.request, view.rooms) if takes_bids else [],
    )


def _read_view(tx: Tx, bid_id: str, viewer: str) -> BidView:
    bid, ranked, history, names, rooms = together(
        lambda: bids.get(tx, bid_id, viewer=viewer),
        lambda: bids.count_ranked(tx, bid_id, viewer=viewer),
        lambda: events.list_history(tx, bid_id, viewer=viewer),
        lambda: parties.name_firms_of_bid(tx, bid_id, viewer=viewer),
        lambda: holds.read_rooms(tx, besides=bid_id, viewer=viewer, today=reader_today()),
    )
    own = bid.firm_id == viewer
    look = parts_requests.view_for_supplier if own else parts_requests.get
    request = look(tx, bid.request_id, viewer=viewer)
    return BidView(
        bid=bid,
        own=own,
        request=request,
        buyer_name=names[0],
        firm_name=names[1],
        ranked=ranked,
        history=history if own else [],
        rooms=rooms,
    )


def _translate_warnings(
    bid: Bid, request: PartsRequest, rooms: dict[str, Room] | None = None
) -> list[str]:
    warnings = actions.list_warnings(
        graph(), bid, request, by=actor(), today=reader_today(), rooms=rooms
    )
    return _translate_errors(warnings)


def _translate_errors(errors: Iterable[FieldError]) -> list[str]:
    return [translate(each.message, **dict(each.values)) for each in errors]
