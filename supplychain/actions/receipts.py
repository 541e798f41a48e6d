"""Receipts of bids: the keys that sign them, and whether one holds. Neither needs the graph."""

from __future__ import annotations

from supplychain.config import settings
from supplychain.model.bids.receipts import ReceiptCheck, check_receipt, public_key


def list_public_keys() -> dict[str, str]:
    """The public halves of the keys that sign receipts here, in base64 by id; the last signs."""
    return {key.id: public_key(key.secret) for key in settings().seal_keys}


def check_own_receipt(text: str, *, salt: str = "", content: str = "") -> ReceiptCheck:
    """Check a receipt of this installation; ``salt`` and ``content`` prove what was sent.

    Raises:
        Invalid: this is no receipt.
    """
    return check_receipt(text, list_public_keys(), salt=salt, content=content)
