"""What a capability's node says of how fast it makes pieces."""

from __future__ import annotations

from typing import Any

from supplychain.model.capabilities import CapabilityProfile
from supplychain.model.capacity.promises import Pace, fraction_text


def read_pace(record: dict[str, Any]) -> Pace:
    """The pace of a capability, from what its query names ``weekly`` and ``pace``.

    ``pace`` is the text of its calendar and the fraction of its hours, as ``read_pace_text`` reads
    it.
    """
    return Pace.of(record["weekly"] or 0, record["pace"] or "")


def pace_values(stated: CapabilityProfile) -> dict[str, str | None]:
    """The exact pace of a capacity in hours, beside the whole pieces that are shown."""
    hours = stated.hours
    return {"pace": fraction_text(*hours.pace(stated.lot_size)) if hours else None}
