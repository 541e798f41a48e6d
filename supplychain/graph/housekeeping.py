"""Answered keys that may be forgotten."""

from __future__ import annotations

from datetime import datetime

from supplychain.graph.engine.transactions import Tx, row
from supplychain.model.ids import to_text

FORGET_KEYS = """
MATCH (i:Idem) WHERE i.at < $before
WITH i LIMIT $most
DETACH DELETE i
RETURN count(*) AS gone
"""


def forget_keys(tx: Tx, *, before: datetime, most: int = 5000) -> int:
    """Delete up to ``most`` idempotency keys made before an instant; returns how many."""
    record = row(tx, FORGET_KEYS, before=to_text(before), most=most)
    return 0 if record is None else record["gone"]
