"""Hours that a piece of one part takes, where its firm states them beside its category's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from supplychain.errors import FieldError, Invalid
from supplychain.model.capacity.hours import HOUR_E4, MAX_PIECE_HOURS

MAX_PART_HOURS_ITEMS: Final = 500
"""Parts of one capability with hours of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartHours:
    """What a firm states of a part; hours in ten-thousandths. Only its own firm reads it."""

    capability_id: str
    part_id: str
    part_name: str
    hours_e4: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartTime:
    """A part and the hours that a piece of it takes, in ten-thousandths."""

    part_id: str
    hours_e4: int


def check_part_times(stated: Iterable[PartTime]) -> dict[str, int]:
    """Hours by part.

    Raises:
        Invalid: hours that make no sense, a part twice, or too many parts.
    """
    errors, hours = [], {}
    for at, each in enumerate(stated):
        if not 0 < each.hours_e4 <= MAX_PIECE_HOURS * HOUR_E4:
            message = "Enter the hours that a piece takes: above 0, up to 10000."
            errors.append(FieldError(pointer=f"/items/{at}/hours_per_piece", message=message))
        if each.part_id in hours:
            message = "This part is in the list already."
            errors.append(FieldError(pointer=f"/items/{at}/part_id", message=message))
        hours[each.part_id] = each.hours_e4
    if len(hours) > MAX_PART_HOURS_ITEMS:
        values = (("most", str(MAX_PART_HOURS_ITEMS)),)
        message = "Use at most %(most)s entries."
        errors.append(FieldError(pointer="/items", message=message, values=values))
    if errors:
        raise Invalid(errors=errors)
    return hours
