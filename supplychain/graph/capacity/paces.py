"""What a capability's node says of how fast it works, and what a lot takes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from supplychain.model.capabilities import CapabilityProfile
from supplychain.model.capacity.hours import LotWork, WorkHours, lot_work
from supplychain.model.capacity.promises import Pace, read_pace_text


def read_pace(record: dict[str, Any]) -> Pace:
    """The pace of a capability, from what its query names ``weekly`` and ``pace``.

    ``pace`` is the text of its calendar and its hours, as ``read_pace_text`` reads it.
    """
    return Pace.of(record["weekly"] or 0, record["pace"] or "")


def read_hours(record: dict[str, Any]) -> WorkHours | None:
    """The hours of a capability, from the same; None where its capacity is in pieces."""
    return read_pace_text(record["pace"] or "").hours


def read_lot(
    record: dict[str, Any], part_hours_e4: Mapping[str, int], part_id: str | None
) -> LotWork:
    """What a lot of a part takes, from the same and ``lot_size``.

    Args:
        record: of a capability.
        part_hours_e4: what its firm states of single parts.
        part_id: of the part, where it is one.
    """
    piece_e4 = part_hours_e4.get(part_id or "")
    return lot_work(read_hours(record), record["lot_size"] or 0, piece_e4)


def pace_values(stated: CapabilityProfile) -> dict[str, str | None]:
    """The hours of a capability in one text, beside the whole pieces that are shown."""
    hours = stated.hours
    return {"pace": hours.to_text() if hours else None}
