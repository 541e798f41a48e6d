"""Receipts of bids, which anybody may check."""

from __future__ import annotations

from dataclasses import asdict

from supplychain.actions import receipts as actions
from supplychain.web.access.guards import limiter
from supplychain.web.access.policy import policy
from supplychain.web.api import Blueprint
from supplychain.web.schemas.receipts import ReceiptCheckOut, ReceiptKeysOut, ReceiptTextIn

bp = Blueprint("receipts", description="Receipts of bids, which anybody may check.")


@bp.get("/receipt-keys")
@bp.response(200, ReceiptKeysOut)
@policy("public")
def list_keys() -> dict[str, list[dict[str, str]]]:
    """The public keys (Ed25519, base64) that receipts of this installation are checked with."""
    keys = actions.list_public_keys()
    return {"items": [{"id": key_id, "public_key": key} for key_id, key in keys.items()]}


@bp.post("/receipt-checks")
@limiter.limit("60/minute")
@bp.arguments(ReceiptTextIn, as_kwargs=True)
@bp.response(200, ReceiptCheckOut)
@policy("public")
def check(receipt: str, salt: str, content: str) -> dict[str, object]:
    """Whether a receipt holds; with salt and content also whether that is what was sent."""
    checked = actions.check_own_receipt(receipt, salt=salt, content=content)
    return {**asdict(checked), **asdict(checked.receipt), "holds": checked.holds}
