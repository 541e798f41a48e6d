"""Orders and their lines. A share is an order one tier down.

awaiting_consent -> offered -> accepted -> in_production -> shipped -> received -> closed;
offered -> declined | expired | recalled; awaiting_consent -> declined | recalled.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One thing that is ordered; quantities in the line's unit, ``made_percent`` 0 to 100."""

    id: str
    number: int
    request_line_id: str | None
    part_id: str | None
    description: str
    category_id: str
    quantity: int
    uom: str
    need_by: date
    place: str
    unit_price: Decimal
    tooling: Decimal
    lead_days: int
    promised_on: date | None = None
    shared_quantity: int = 0
    shipped_quantity: int = 0
    received_quantity: int = 0
    rejected_quantity: int = 0
    made_percent: int = 0
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What ``buyer_id`` orders from ``supplier_id``.

    ``depth`` is 0 for the buyer's own order and one more for each share; ``root_buyer_id`` is the
    buyer at depth 0, whose ``share_policy`` holds at every depth.
    """

    id: str
    number: str
    state: str
    depth: int
    buyer_id: str
    supplier_id: str
    root_buyer_id: str
    request_id: str | None
    award_id: str | None
    parent_line_id: str | None
    currency: str
    share_policy: str
    lines: tuple[OrderLine, ...]
    created_at: datetime
    offered_at: datetime | None = None
    accepted_at: datetime | None = None
    ends_at: datetime | None = None
    version: int = 1
