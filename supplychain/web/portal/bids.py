"""A supplier's bids: list, the form that quotes in three minutes, the page with its receipt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import (
    Blueprint,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response

from supplychain.actions import bids as actions
from supplychain.errors import Invalid, NotFound
from supplychain.graph import events, firms
from supplychain.graph.bids import bids, standing_prices
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import Tx, read
from supplychain.graph.parts_requests import parts_requests
from supplychain.model.bids.bid import Bid
from supplychain.model.bids.lines import BidContent, BidLine
from supplychain.model.bids.rules import incomplete
from supplychain.model.capabilities import INCOTERMS
from supplychain.model.ids import utc_now
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.input import bid_forms
from supplychain.web.input.fields import LOCAL
from supplychain.web.input.forms import Shown, load, nested, submit
from supplychain.web.pages.i18n import translate
from supplychain.web.schemas.bids import BidIn, content_of

bp = Blueprint("bids", __name__)

PAGE = 50
KNOWN = ("unit_price", "tiers", "tier_rule", "min_quantity", "tooling", "lead_days")
"""What a line may be filled in with from the firm's own prices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """All that the form shows: the request, its buyer, the own live bid, own prices.

    ``last`` are the firm's own last bids, ``standing`` its standing prices, by part.
    """

    asked: PartsRequest
    buyer_name: str
    bid: Bid | None
    last: dict[str, dict[str, Any]]
    standing: dict[str, BidLine]


@bp.get("/bids")
@policy("member")
def index() -> str:
    """The reader's firm's bids, newest first."""
    before, after_id = request.args.get("before"), request.args.get("after", "")
    found = read(
        graph(),
        bids.list_own,
        viewer=actor().firm_id,
        limit=PAGE + 1,
        before=before,
        after_id=after_id,
    )
    more = found[PAGE - 1] if len(found) > PAGE else None
    return render_template("bids/index.html", bids=found[:PAGE], more=more)


@bp.get("/parts-requests/<id>/bid")
@policy("member", roles=("seller",), thing="parts_request", seen_by=("invited",))
def edit(id: str) -> str:
    """The form: a new bid, or the live one.

    ``copy=last`` fills in the firm's own last prices, ``copy=standing`` its standing ones.
    """
    desk = _desk(id)
    if desk.bid is not None and not desk.asked.takes_bids(utc_now()):
        return _show(desk.bid.id)
    content = desk.bid.as_content() if desk.bid else BidContent()
    content = _filled(desk, content, request.args.get("copy"))
    error = _gaps(desk.asked, content) if "check" in request.args else None
    return _form(desk, Shown(values=bid_forms.as_typed(desk.asked, content), error=error))


@bp.post("/parts-requests/<id>/bid")
@policy("member", roles=("seller",), thing="parts_request", seen_by=("invited",))
def save(id: str) -> Response:
    """Save the draft; go on to check and submit; change what was submitted; or type on."""
    desk = _desk(id)
    if request.form.get("then") == "change":
        return make_response(_form(desk, _clean(Shown(values=nested(request.form)))))

    def do() -> Response:
        form = bid_forms.given(desk.asked, nested(request.form))
        content = content_of(load(BidIn(), form))
        if desk.bid is not None and desk.bid.state == "open":
            return _revise(desk, desk.bid, content)
        return _keep_draft(desk, content)

    return submit(do, lambda shown: _form(desk, _clean(shown)))


@bp.get("/bids/<id>")
@policy("member", thing="bid", seen_by=("bidder", "buyer_after_opening"))
def show(id: str) -> str:
    """One bid with its receipt."""
    return _show(id)


@bp.get("/bids/<id>/submission")
@policy("member", roles=("seller",), thing="bid", seen_by=("bidder",))
def check(id: str) -> str | Response:
    """The totals, before a draft is submitted; an incomplete one goes back to its form."""
    bid, desk = _own(id)
    if bid.state != "draft":
        return redirect(url_for("bids.show", id=id))
    if _gaps(desk.asked, bid.as_content()):
        return redirect(url_for("bids.edit", id=bid.request_id, check=1))
    return _check_page(desk, bid, Shown())


@bp.post("/bids/<id>/submission")
@policy("member", roles=("seller",), thing="bid", seen_by=("bidder",))
def hand_in(id: str) -> Response:
    """Submit the draft."""
    bid, desk = _own(id)

    def do() -> Response:
        key = once.from_form("submit_bid")
        actions.submit_bid(graph(), id, version=_version(), by=actor(), once=key)
        flash(translate("Your bid is submitted. The receipt is below."), "success")
        return redirect(url_for("bids.show", id=id))

    return submit(do, lambda shown: _check_page(desk, bid, shown))


@bp.post("/bids/<id>/withdrawal")
@policy("member", roles=("seller",), thing="bid", seen_by=("bidder",))
def withdraw(id: str) -> Response:
    """Take the bid back."""
    _own(id)

    def do() -> Response:
        key = once.from_form("withdraw_bid")
        actions.withdraw_bid(graph(), id, version=_version(), by=actor(), once=key)
        flash(translate("Your bid is withdrawn."), "success")
        return redirect(url_for("bids.index"))

    return submit(do, lambda shown: _show(id, shown))


def _desk(request_id: str) -> Desk:
    return read(graph(), _read_desk, request_id, actor().firm_id)


def _read_desk(tx: Tx, request_id: str, viewer: str) -> Desk:
    asked = parts_requests.view_for_supplier(tx, request_id, viewer=viewer)
    live = bids.find_live(tx, request_id, viewer=viewer)
    parts = [line.part_id for line in asked.lines if line.part_id]
    return Desk(
        asked=asked,
        buyer_name=firms.get(tx, asked.buyer_id).name,
        bid=bids.get_own(tx, live, viewer=viewer) if live else None,
        last=bids.last_prices(
            tx, parts, currency=asked.currency, besides=request_id, viewer=viewer
        ),
        standing=standing_prices.list_own(tx, parts, currency=asked.currency, viewer=viewer),
    )


def _own(bid_id: str) -> tuple[Bid, Desk]:
    """A live bid of the reader's firm with its request.

    Raises:
        NotFound: no such bid, or it was withdrawn.
    """
    bid = read(graph(), bids.get_own, bid_id, viewer=actor().firm_id)
    desk = _desk(bid.request_id)
    if desk.bid is None or desk.bid.id != bid.id:
        raise NotFound
    return desk.bid, desk


def _version() -> int:
    """The version that the form was opened with; 0 (always stale) when it says none."""
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else 0


def _keep_draft(desk: Desk, content: BidContent) -> Response:
    by, key = actor(), once.from_form("save_bid")
    if desk.bid is None:
        bid_id = actions.place_bid(graph(), desk.asked.id, content, by=by, once=key)
    else:
        bid_id = actions.revise_bid(
            graph(), desk.bid.id, content, version=_version(), by=by, once=key
        )
    if request.form.get("then") == "check":
        return redirect(url_for("bids.check", id=bid_id))
    now = utc_now().astimezone(LOCAL)
    flash(translate("Draft saved at %(time)s.", time=f"{now:%H:%M}"), "success")
    return redirect(url_for("bids.edit", id=desk.asked.id))


def _revise(desk: Desk, bid: Bid, content: BidContent) -> Response:
    """Change a submitted bid: first its totals to confirm, then the change."""
    revised = bid.revised(desk.asked, content, utc_now())
    if "confirmed" not in request.form:
        return make_response(_check_page(desk, replace(revised, version=bid.version), Shown()))
    key = once.from_form("revise_bid")
    actions.revise_bid(graph(), bid.id, content, version=_version(), by=actor(), once=key)
    flash(translate("Your changed bid is submitted. The new receipt is below."), "success")
    return redirect(url_for("bids.show", id=bid.id))


def _gaps(asked: PartsRequest, content: BidContent) -> Invalid | None:
    errors = incomplete(asked, replace(content, lines=bid_forms.padded(asked, content)))
    return Invalid(errors=errors) if errors else None


def _filled(desk: Desk, content: BidContent, source: str | None) -> BidContent:
    """The content with the firm's own last or standing price where none is given yet."""
    if source not in ("last", "standing"):
        return content
    asked = {line.id: line for line in desk.asked.lines}

    def filled(line: BidLine) -> BidLine:
        found = asked[line.request_line_id]
        quantity = line.quantity or found.quantity
        known = _known(desk, source, found.part_id or "", quantity)
        if known is None or line.unit_price is not None:
            return line
        return replace(line, quantity=quantity, **known)

    rows = (filled(line) for line in bid_forms.padded(desk.asked, content))
    kept = tuple(row for row in rows if not row.is_blank(asked[row.request_line_id].quantity))
    return replace(content, lines=kept)


def _known(desk: Desk, source: str, part_id: str, quantity: int) -> dict[str, Any] | None:
    """The fields of a line of so many pieces that the firm's own prices for a part fill in."""
    if source == "last":
        last = desk.last.get(part_id)
        found = last and {name: last[name] for name in KNOWN}
    else:
        line = desk.standing.get(part_id)
        found = line and {name: getattr(line, name) for name in (*KNOWN, "freight")}
    if not found:
        return None
    tiers = tuple(tier for tier in found["tiers"] if tier.start <= quantity)
    least = found["min_quantity"] if (found["min_quantity"] or 1) <= quantity else None
    return {**found, "tiers": tiers, "min_quantity": least}


def _clean(shown: Shown) -> Shown:
    """The form as typed, with lists of rows whatever was sent under their names."""
    return replace(shown, values=bid_forms.settled(shown.values))


def _form(desk: Desk, shown: Shown) -> str:
    return render_template(
        "bids/form.html",
        form=shown,
        incoterms=INCOTERMS,
        tier_rows=bid_forms.tier_rows,
        bundle_rows=bid_forms.bundle_rows(shown.values),
        **_of(desk),
    )


def _of(desk: Desk) -> dict[str, Any]:
    return {
        "asked": desk.asked,
        "lines": {line.id: line for line in desk.asked.lines},
        "buyer_name": desk.buyer_name,
        "bid": desk.bid,
        "last": desk.last,
        "standing": desk.standing,
        "takes_bids": desk.asked.takes_bids(utc_now()),
    }


def _check_page(desk: Desk, bid: Bid, shown: Shown) -> str:
    return render_template(
        "bids/check.html",
        form=shown,
        typed=bid_forms.as_typed(desk.asked, bid.as_content()),
        warnings=_warnings(bid, desk.asked),
        **{**_of(desk), "bid": bid},
    )


def _warnings(bid: Bid, asked: PartsRequest) -> list[str]:
    found = actions.warnings(graph(), bid, asked, by=actor())
    return [translate(each.message, **dict(each.values)) for each in found]


def _show(bid_id: str, shown: Shown | None = None) -> str:
    view = read(graph(), _read_page, bid_id, actor().firm_id)
    order_page = "orders.index" if "orders.index" in current_app.view_functions else None
    return render_template(
        "bids/show.html",
        form=shown or Shown(),
        order_page=order_page,
        warnings=_warnings(view["bid"], view["asked"]) if view["takes_bids"] else [],
        **view,
    )


def _read_page(tx: Tx, bid_id: str, viewer: str) -> dict[str, Any]:
    bid = bids.get(tx, bid_id, viewer=viewer)
    own = bid.firm_id == viewer
    look = parts_requests.view_for_supplier if own else parts_requests.get
    asked = look(tx, bid.request_id, viewer=viewer)
    return {
        "bid": bid,
        "own": own,
        "asked": asked,
        "lines": {line.id: line for line in asked.lines},
        "buyer_name": firms.get(tx, asked.buyer_id).name,
        "firm_name": firms.get(tx, bid.firm_id).name,
        "ranked": bids.count_ranked(tx, bid_id, viewer=viewer),
        "takes_bids": asked.takes_bids(utc_now()),
        "may_bid": own and actor().role in ("owner", "seller"),
        "history": events.history(tx, bid_id, viewer=viewer) if own else [],
    }
