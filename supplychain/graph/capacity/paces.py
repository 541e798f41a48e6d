"""What a capability's node says of how fast it makes pieces."""

from __future__ import annotations

from typing import Any

from supplychain.model.capacity.promises import Pace


def read_pace(record: dict[str, Any]) -> Pace:
    """The pace of a capability, from what its query names ``weekly``."""
    return Pace(weekly=record["weekly"] or 0)
