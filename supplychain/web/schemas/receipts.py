"""Receipts of bids as the API reads and tells them."""

from __future__ import annotations

from marshmallow import fields

from supplychain.model.bids.receipts import MAX_RECEIPT_CHARS
from supplychain.web.input.fields import Strict, Text


class ReceiptTextIn(Strict):
    """A receipt to check; ``salt`` and ``content`` may also stand in it."""

    receipt = Text(
        most=MAX_RECEIPT_CHARS, required=True, metadata={"description": "the JSON, as one text"}
    )
    salt = Text(most=200, load_default="")
    content = fields.String(load_default="", metadata={"maxLength": MAX_RECEIPT_CHARS})


class ReceiptCheckOut(Strict):
    """What the check says, and what the receipt says."""

    holds = fields.Boolean()
    is_signed = fields.Boolean(metadata={"description": "the signature is this installation's"})
    is_key_ours = fields.Boolean()
    is_content_proved = fields.Boolean(
        allow_none=True, metadata={"description": "null where no content came with it"}
    )
    bid_id = fields.String()
    request_id = fields.String()
    firm_id = fields.String()
    number = fields.Integer()
    submitted_at = fields.String()
    commitment = fields.String()
    key_id = fields.String()


class ReceiptKeyOut(Strict):
    """A public key; the id stands at each receipt that it signed."""

    id = fields.String()
    public_key = fields.String()


class ReceiptKeysOut(Strict):
    """The public keys, the oldest first; the last one signs."""

    items = fields.List(fields.Nested(ReceiptKeyOut))
