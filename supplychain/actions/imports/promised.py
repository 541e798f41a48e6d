"""Capabilities whose hours would contradict each other, or that could not keep what is promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from supplychain.actions.imports.comparing import Judge, Refusal
from supplychain.errors import Invalid
from supplychain.graph.imports.rows import HOUR_FIELDS
from supplychain.model.capabilities import Capability, CapabilityProfile
from supplychain.model.capacity.bookings import capability_id
from supplychain.model.capacity.hours import lot_work
from supplychain.model.imports.tables import CAPABILITIES
from supplychain.model.weeks import pair_days

OTHER_PIECES: Final = (
    "The hours that are kept make %(pieces)s a week. Change weekly_hours and hours_per_piece, or "
    "send them empty, with setup_hours."
)
"""In a table: the file says pieces, and the hours stay unless it empties them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedDays:
    """What orders take of a capability, and the text of the calendar that it is made by.

    ``booked`` is work by due day; ``pieces`` are due days, pieces, and the hours that their part
    takes of its own, for each order line.
    """

    calendar: str | None
    site_paces: str | None
    booked: tuple[tuple[int, int], ...]
    pieces: tuple[tuple[int, int, int | None], ...] = ()

    @classmethod
    def of_row(cls, row: list[Any], pieces: Iterable[list[Any]]) -> BookedDays:
        """From rows of ``lookups.find_booked_days`` and ``lookups.find_booked_pieces``."""
        return cls(
            pieces=tuple((day, quantity, hours_e4) for _, day, quantity, hours_e4 in pieces),
            calendar=row[1],
            site_paces=row[4],
            booked=tuple(sorted(pair_days(row[2], row[3]).items())),
        )


def judge_promises(judge: Judge | None, taken: Mapping[str, BookedDays], *, today: int) -> Judge:
    """``judge``, and then what hours and promises forbid, as the page and the API do.

    Args:
        judge: decides on a row first; None lets all pass.
        taken: by capability.
        today: the first day of work.
    """

    def judge_row(row: list[Any], was: list[Any] | None) -> Refusal | None:
        refused = judge(row, was) if judge else None
        if refused is None:
            try:
                _check_row(row, was, taken, today)
            except Invalid as error:
                first = error.errors[0]
                return first.pointer.lstrip("/"), first.message, dict(first.values)
        return refused

    return judge_row


def _check_row(
    row: list[Any], was: list[Any] | None, taken: Mapping[str, BookedDays], today: int
) -> None:
    stated = _read_profile(row)
    pieces = row[CAPABILITIES.fields.index("weekly_capacity")]
    weekly = stated.count_weekly_pieces(None if stated.hours else pieces)
    is_kept = was is not None and _read_profile(was).hours == stated.hours
    if stated.hours and is_kept and pieces not in (0, weekly):
        raise Invalid(OTHER_PIECES, pointer="/weekly_capacity", pieces=weekly)
    booked = taken.get(capability_id(row[0], row[1]))
    if was is None or booked is None or not booked.booked:
        return
    before = Capability(
        id="", firm_id=row[0], category_id=row[1], category="",
        weekly_capacity=was[CAPABILITIES.fields.index("weekly_capacity")],
        calendar=booked.calendar, site_paces=booked.site_paces, booked=booked.booked,
    )  # fmt: skip
    before = before.with_profile(_read_profile(was), weekly_capacity=before.weekly_capacity)
    after = before.with_profile(stated, weekly_capacity=weekly)
    if after.counts_otherwise(before):
        after = replace(after, booked=_count_anew(booked, after))
    after.check_holds(before, today)


def _count_anew(booked: BookedDays, after: Capability) -> tuple[tuple[int, int], ...]:
    """What is booked as it counts afterwards: each line as ``graph.capacity.recounts`` does."""
    due: Counter[int] = Counter()
    for day, pieces, hours_e4 in booked.pieces:
        due[day] += lot_work(after.hours, after.lot_size or 0, hours_e4).count_work(pieces)
    return tuple(sorted(due.items()))


def _read_profile(row: list[Any]) -> CapabilityProfile:
    values = dict(zip(CAPABILITIES.fields, row, strict=True))
    return CapabilityProfile(**{name: values[name] for name in (*HOUR_FIELDS, "lot_size")})
