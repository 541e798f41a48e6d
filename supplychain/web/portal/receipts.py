"""Anybody may check a receipt of a bid: no account is needed, and nothing of it is kept."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from supplychain.actions import receipts as actions
from supplychain.errors import Invalid, NotFound
from supplychain.graph.bids import bids
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read
from supplychain.model.bids.bid import Bid
from supplychain.model.bids.receipts import MAX_RECEIPT_CHARS, BidReceipt, ReceiptCheck
from supplychain.model.ids import to_instant
from supplychain.web.access.guards import limiter
from supplychain.web.access.policy import actor, policy
from supplychain.web.input.forms import Shown, submit

bp = Blueprint("receipts", __name__)


@bp.get("/receipts")
@policy("public")
def show() -> str:
    """The form, and the public keys of this installation."""
    return _check_page(Shown())


@bp.post("/receipts")
@policy("public")
@limiter.limit("60/minute")
def check() -> AnyResponse:
    """Check what was pasted or uploaded."""

    def check_sent() -> AnyResponse:
        checked = actions.check_own_receipt(_read_sent())
        return Response(_check_page(Shown(), checked))

    return submit(check_sent, _check_page)


def _read_sent() -> str:
    """The receipt out of the file, or else out of the field.

    Raises:
        Invalid: the file is no text, or there is neither.
    """
    file = request.files.get("file")
    raw = file.stream.read(4 * MAX_RECEIPT_CHARS) if file else b""
    try:
        text = raw.decode("utf-8-sig") or request.form.get("receipt", "")
    except UnicodeDecodeError:
        raise Invalid("This file is no receipt. Choose the one that you downloaded.") from None
    if not text.strip():
        raise Invalid("Paste a receipt, or choose its file.", pointer="/receipt")
    return text


def _check_page(form: Shown, checked: ReceiptCheck | None = None) -> str:
    return render_template(
        "receipts/check.html",
        form=form,
        checked=checked,
        submitted_at=_read_instant(checked) if checked else None,
        keys=actions.list_public_keys(),
    )


def _read_instant(checked: ReceiptCheck) -> str:
    """The instant as text that the pages can show; as it stands where it is none."""
    try:
        to_instant(checked.receipt.submitted_at)
    except ValueError:
        return ""
    return checked.receipt.submitted_at


@bp.get("/bids/<id>/receipt")
@policy("member", thing="bid", seen_by=("bidder", "buyer_after_opening"))
def download(id: str) -> AnyResponse:
    """The signed receipt of a bid as a file: it tells nothing of what the bid says."""
    _, receipt = _read_receipt(id)
    return _as_file(receipt.as_text(), f"receipt-{receipt.number}.json")


@bp.get("/bids/<id>/proof")
@policy("member", thing="bid", seen_by=("bidder", "buyer_after_opening"))
def download_proof(id: str) -> AnyResponse:
    """The receipt with salt and text: it proves what the bid says."""
    bid, receipt = _read_receipt(id)
    text = receipt.as_text(salt=bid.salt, content=bid.receipt_text)
    return _as_file(text, f"proof-{receipt.number}.json")


def _read_receipt(bid_id: str) -> tuple[Bid, BidReceipt]:
    bid = read(graph(), bids.get, bid_id, viewer=actor().firm_id)
    if bid.receipt is None:
        raise NotFound
    return bid, bid.receipt


def _as_file(text: str, name: str) -> AnyResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, mimetype="application/json", headers=headers)
