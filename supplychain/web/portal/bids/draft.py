"""The form of a bid: a draft is saved however incomplete, a submitted bid as a whole."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from flask import flash, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from supplychain.actions import bids as actions
from supplychain.graph.engine.driver import graph
from supplychain.model.bids.bid import Bid
from supplychain.model.bids.line_units import fit_offer, whole_in_unit
from supplychain.model.bids.lines import BidContent, BidLine
from supplychain.model.calendars.zones import in_zone
from supplychain.model.ids import utc_now
from supplychain.model.parts_requests.parts_request import RequestLine
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.access.reader_days import reader_zone
from supplychain.web.input import bid_forms, versions
from supplychain.web.input.forms import Shown, load, nested, submit
from supplychain.web.pages.i18n import translate
from supplychain.web.portal.bids import bp
from supplychain.web.portal.bids.desks import BidDesk, read_desk
from supplychain.web.portal.bids.pages import check_page, form_page
from supplychain.web.schemas.bids import BidIn
from supplychain.web.schemas.sent import Sent


@bp.get("/parts-requests/<id>/bid")
@policy("member", roles=("seller",), thing="parts_request", seen_by=("invited",))
def edit(id: str) -> str | Response:
    """The form: a new bid, or the live one; past the deadline on to the bid's own page.

    ``copy=last`` fills in the firm's own last prices, ``copy=standing`` its standing ones.
    """
    desk = read_desk(id)
    if desk.bid is not None and not desk.request.takes_bids(utc_now()):
        return redirect(url_for("bids.show", id=desk.bid.id))
    content = desk.bid.as_content() if desk.bid else BidContent()
    content = _fill_in_prices(desk, content, request.args.get("copy"))
    error = bid_forms.find_missing(desk.request, content) if "check" in request.args else None
    values = dict(bid_forms.fill_bid_form(desk.request, content))
    return form_page(desk, Shown(values=values, error=error))


@bp.post("/parts-requests/<id>/bid")
@policy("member", roles=("seller",), thing="parts_request", seen_by=("invited",))
def save(id: str) -> Response:
    """Save the draft; go on to check and submit; change what was submitted; or type on."""
    desk = read_desk(id)
    if request.form.get("then") == "change":
        return make_response(form_page(desk, _tidy_form(Shown(values=nested(request.form)).cut())))

    def save_content() -> Response:
        form = bid_forms.read_bid_form(desk.request, nested(request.form))
        sent: Sent[BidContent] = load(BidIn(), form, currency=desk.request.currency)
        if desk.bid is not None and desk.bid.state == "open":
            return _revise_bid(desk, desk.bid, sent.content)
        return _save_draft(desk, sent.content)

    return submit(save_content, lambda shown: form_page(desk, _tidy_form(shown)))


def _tidy_form(shown: Shown) -> Shown:
    """The form as typed, with lists of rows whatever was sent under their names."""
    return replace(shown, values=dict(bid_forms.tidy_rows(shown.values)))


def _save_draft(desk: BidDesk, content: BidContent) -> Response:
    by, key = actor(), once.from_form("save_bid")
    if desk.bid is None:
        bid_id = actions.place_bid(graph(), desk.request.id, content, by=by, once=key)
    else:
        version = versions.from_form()
        bid_id = actions.revise_bid(graph(), desk.bid.id, content, version=version, by=by, once=key)
    if request.form.get("then") == "check":
        return redirect(url_for("bids.check", id=bid_id))
    now = in_zone(reader_zone(), utc_now())
    flash(translate("Draft saved at %(time)s.", time=f"{now:%H:%M}"), "success")
    return redirect(url_for("bids.edit", id=desk.request.id))


def _revise_bid(desk: BidDesk, bid: Bid, content: BidContent) -> Response:
    """Change a submitted bid: first its totals to confirm, then the change."""
    revised = bid.revised(desk.request, content, utc_now())
    if "confirmed" not in request.form:
        return make_response(check_page(desk, replace(revised, version=bid.version), Shown()))
    key, version = once.from_form("revise_bid"), versions.from_form()
    actions.revise_bid(graph(), bid.id, content, version=version, by=actor(), once=key)
    flash(translate("Your changed bid is submitted. The new receipt is below."), "success")
    return redirect(url_for("bids.show", id=bid.id))


def _fill_in_prices(desk: BidDesk, content: BidContent, source: str | None) -> BidContent:
    """The content with the firm's own last or standing price where there is no price yet.

    All of it is in one currency: that of what is filled in, else the one of most of these prices.
    """
    if source not in ("last", "standing"):
        return content
    prices = desk.last if source == "last" else desk.standing
    most = Counter(price.currency for price in prices.values()).most_common(1)
    has_price = any(line.unit_price is not None for line in content.lines)
    currency = most[0][0] if most and not has_price else content.currency
    currency = currency or desk.request.currency
    lines = []
    for request_line, line in zip(
        desk.request.lines, bid_forms.pad_lines(desk.request, content), strict=True
    ):
        own = prices.get(request_line.part_id or "")
        price = own.line if own and own.currency == currency else None
        whole = None if price is None else whole_in_unit(request_line, price.uom)
        if price is not None and whole is not None and line.unit_price is None:
            quantity = whole if price.uom else line.quantity or whole
            freight = line.freight if source == "last" else price.freight
            line = replace(line, quantity=quantity, freight=freight)
            line = _fill_in_price(request_line, line, price)
        if not line.is_blank(request_line.quantity):
            lines.append(line)
    return replace(content, currency=currency, lines=tuple(lines))


def _fill_in_price(request_line: RequestLine, line: BidLine, price: BidLine) -> BidLine:
    """The line at a price, as far as that can be reached with about the line's quantity."""
    own = {name: getattr(line, name) for name in ("request_line_id", "number", "freight", "note")}
    return fit_offer(replace(price, quantity=line.quantity or 0, **own), request_line)
