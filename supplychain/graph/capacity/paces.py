"""What a capability's node says of how fast it makes pieces."""

from __future__ import annotations

from typing import Any

from supplychain.model.capacity.promises import Pace


def read_pace(record: dict[str, Any]) -> Pace:
    """The pace of a capability, from what its query names ``weekly`` and ``pace``.

    ``pace`` is the text of its calendar and the fraction of its hours, as ``read_pace_text`` reads
    it.
    """
    return Pace.of(record["weekly"] or 0, record["pace"] or "")
