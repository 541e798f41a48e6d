"""The receipt of a submitted bid: a signed commitment to all that it says, telling none of it.

The commitment is SHA-256 over a salt and the text of the bid: who has only the receipt cannot try
prices until one fits. Who also has salt and text (the bidder) proves what it sent. The signature
is Ed25519, by the installation.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias

from nacl.exceptions import CryptoError
from nacl.signing import SigningKey, VerifyKey

from supplychain.errors import Invalid
from supplychain.model.bids.lines import BidContent, BidLine, Bundle, PriceTier
from supplychain.model.bids.seals import derive_key
from supplychain.model.ids import to_text
from supplychain.model.json_texts import JsonLimits, read_json
from supplychain.model.money import plain_text
from supplychain.model.quantities import Quantity, quantity_text

Json: TypeAlias = "str | int | list[Json] | dict[str, Json] | None"

ALWAYS_IN_BID: Final = ("valid_until", "note", "lines")
ALWAYS_IN_LINE: Final = (
    "request_line_id",
    "quantity",
    "unit_price",
    "tooling",
    "lead_days",
    "note",
)
"""What every receipt says. Other fields are left out where a bid does not use them, so that a
simple bid reads the same whatever fields are added later."""


QUANTITY_NAMES: Final = ("quantity", "min_quantity", "pack")


def _list_defaults(kind: type[BidContent | BidLine], always: Collection[str]) -> dict[str, object]:
    """The default of each field by name; of those that are always said a value nothing equals."""
    return {
        field.name: ... if field.name in always else field.default
        for field in fields(kind)
        if field.name not in ("number", "tiers", "tier_rule", "currency", "typed")
    }


BID_DEFAULTS: Final = _list_defaults(BidContent, ALWAYS_IN_BID)
LINE_DEFAULTS: Final = _list_defaults(BidLine, ALWAYS_IN_LINE)
"""Without the line's number, which is the request's, its prices by quantity with their rule, and
the bid's currency, which every receipt says beside them."""


def write_receipt(
    content: BidContent,
    *,
    bid_id: str,
    request_id: str,
    firm_id: str,
    currency: str,
    submitted_at: datetime | None,
) -> str:
    """JSON with sorted keys and no spaces, of all that the bid says."""
    body: dict[str, Json] = {
        "bid_id": bid_id,
        "request_id": request_id,
        "firm_id": firm_id,
        "currency": currency,
        "submitted_at": _as_json(submitted_at),
        **_write_used_fields(content, BID_DEFAULTS),
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def commit_to(salt: str, text: str) -> str:
    """SHA-256 in hexadecimal over a salt and a text, in UTF-8, one after the other.

    Bids of before there were seals have no salt.
    """
    return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()


KIND: Final = "supplychain bid receipt 1"
SIGNS: Final = b"supplychain receipts: sign"
MAX_RECEIPT_CHARS: Final = 2_000_000
"""Of a receipt with the text of its bid: 400 lines with notes are less."""
RECEIPT_LIMITS: Final = JsonLimits(size_bytes=MAX_RECEIPT_CHARS, levels=4, values=200)
"""Of a receipt's JSON: a few fields, each one text."""
NO_RECEIPT: Final = "This is no receipt. Paste all of it, from the first { to the last }."


@dataclass(frozen=True, slots=True, kw_only=True)
class BidReceipt:
    """What a bidder gets for a submitted bid.

    Attributes:
        number: counts the receipts of the firm from 1.
        submitted_at: an instant as text, UTC.
        commitment: SHA-256 over salt and text, in hexadecimal.
        key_id: of the installation's key that signed.
        signature: Ed25519, in base64, over all the rest.
    """

    bid_id: str
    request_id: str
    firm_id: str
    number: int
    submitted_at: str
    commitment: str
    key_id: str
    signature: str = ""

    @property
    def signed_text(self) -> str:
        """What the signature is over: JSON with sorted keys and no spaces."""
        body = {name: value for name, value in asdict(self).items() if name != "signature"}
        return json.dumps({"kind": KIND, **body}, sort_keys=True, separators=(",", ":"))

    def as_text(self, **more: str) -> str:
        """The receipt as a file: JSON; ``salt`` and ``content`` beside it prove what was sent."""
        body = {"kind": KIND, **asdict(self), **more}
        return json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptCheck:
    """What a check of a receipt says.

    Attributes:
        receipt: as it was read.
        is_key_ours: whether its key is one of those it was checked against.
        is_signed: whether the signature holds.
        is_content_proved: whether salt and text fit the commitment; None where there were none.
    """

    receipt: BidReceipt
    is_key_ours: bool
    is_signed: bool
    is_content_proved: bool | None

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.is_signed and self.is_content_proved is not False


def sign_receipt(receipt: BidReceipt, secret: str) -> str:
    """The signature of a receipt, in base64."""
    signed = SigningKey(derive_key(secret, SIGNS)).sign(receipt.signed_text.encode())
    return b64encode(signed.signature).decode("ascii")


def public_key(secret: str) -> str:
    """The public half of the key that signs receipts, in base64: anybody may have it."""
    return b64encode(bytes(SigningKey(derive_key(secret, SIGNS)).verify_key)).decode("ascii")


def check_receipt(
    text: str, keys: Mapping[str, str], *, salt: str = "", content: str = ""
) -> ReceiptCheck:
    """Check a receipt, and what it is over where that is there too.

    Args:
        text: the receipt as JSON, as ``BidReceipt.as_text`` writes it.
        keys: public keys in base64 by their id.
        salt: of the commitment, where it is not in the receipt's text.
        content: the text of the bid, where it is not in the receipt's text.

    Raises:
        Invalid: this is no receipt.
    """
    body = _read_receipt(text)
    receipt = BidReceipt(**{field.name: body[field.name] for field in fields(BidReceipt)})
    content = content or str(body.get("content") or "")
    salt = salt or str(body.get("salt") or "")
    key = keys.get(receipt.key_id)
    fits = hmac.compare_digest(commit_to(salt, content), receipt.commitment)
    return ReceiptCheck(
        receipt=receipt,
        is_key_ours=key is not None,
        is_signed=key is not None and _is_signed(receipt, key),
        is_content_proved=fits if content else None,
    )


def _read_receipt(text: str) -> dict[str, Any]:
    try:
        body = read_json(text.encode(), RECEIPT_LIMITS)
    except (ValueError, Invalid):
        body = None
    if not isinstance(body, dict) or body.get("kind") != KIND:
        raise Invalid(NO_RECEIPT, pointer="/receipt")
    for field in fields(BidReceipt):
        value = body.get(field.name)
        is_right = type(value) is int if field.name == "number" else isinstance(value, str)
        if not is_right or (isinstance(value, str) and not value.isascii()):
            raise Invalid(NO_RECEIPT, pointer="/receipt")
    return body


def _is_signed(receipt: BidReceipt, key: str) -> bool:
    try:
        signature = b64decode(receipt.signature, validate=True)
        VerifyKey(b64decode(key, validate=True)).verify(receipt.signed_text.encode(), signature)
    except (CryptoError, ValueError, TypeError):
        return False
    return True


def _write_used_fields(
    thing: BidContent | BidLine, defaults: Mapping[str, object]
) -> dict[str, Json]:
    """Those of the fields that are always said, or that differ from what they are by default."""
    return {
        name: _as_json(value) if name not in QUANTITY_NAMES else _write_quantity(value)
        for name, default in defaults.items()
        if (value := getattr(thing, name)) != default
    }


def _write_quantity(quantity: Quantity | None) -> Json:
    """A whole number as one, else as text."""
    return quantity_text(quantity) if isinstance(quantity, Decimal) else quantity


def _write_line(line: BidLine) -> dict[str, Json]:
    written = _write_used_fields(line, LINE_DEFAULTS)
    if line.tiers:
        written |= {"tier_rule": line.tier_rule, "tiers": [_as_json(tier) for tier in line.tiers]}
    return written


def _as_json(
    value: str | int | Decimal | date | PriceTier | Bundle | BidLine | tuple[Any, ...] | None,
) -> Json:
    match value:
        case None | str() | int():
            return value
        case Decimal():
            return plain_text(value)
        case datetime():
            return to_text(value)
        case date():
            return value.isoformat()
        case BidLine():
            return _write_line(value)
        case PriceTier():
            price = plain_text(value.unit_price)
            return {"from": _write_quantity(value.start), "unit_price": price}
        case Bundle():
            return {"lines": list(value.request_line_ids), "discount": plain_text(value.discount)}
        case tuple():
            return [_as_json(each) for each in value]
