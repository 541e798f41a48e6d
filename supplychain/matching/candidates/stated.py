"""What firms state beyond price and weekly capacity, as columns beside the candidates."""

from __future__ import annotations

from dataclasses import dataclass

from supplychain.matching.candidates.arrays import Coded, Flags, Ints, Ragged


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Facts:
    """What n firms state beyond capacity, row ``i`` as in ``Candidates``.

    Attributes:
        processes, materials: n lists of terms; empty is not stated.
        envelope_mm: n × 3 sides, as length, width, height; ``UNKNOWN`` is not stated.
        weight_kg: the heaviest part; ``UNKNOWN`` is not stated.
        linear, geometrical: place in the tolerance classes, 0 the finest; ``UNKNOWN``.
        certificate_ends: n lists of days or "", beside the certificates; other lengths are blank.
        regions: n pairs of region and country; "" is not stated.
        barred: whether the chain bars the firm.
    """

    processes: list[list[str]]
    materials: list[list[str]]
    envelope_mm: Ints
    weight_kg: Ints
    linear: Ints
    geometrical: Ints
    certificate_ends: list[list[str]]
    regions: list[tuple[str, str]]
    barred: Flags


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stage:
    """One step for n firms.

    Attributes:
        name: category or process.
        has: whether the firm has a capability for it.
        own: whether that is its capability in the line's own category.
        category: of that capability; "" without one.
        weekly_capacity, lot_size: pieces; 0 is unknown, or none.
        pace: calendar and hours, as ``promises.read_pace_text`` reads them.
        lead_days: ``UNKNOWN`` if not stated.
        booked: due day -> work promised.
        repeats: whether the capability is counted at another step of the line already.
        weekly_work, part_hours_e4: as of ``Candidates``.
    """

    name: str
    has: Flags
    own: Flags
    category: Coded[str]
    weekly_capacity: Ints
    pace: Coded[str]
    lot_size: Ints
    lead_days: Ints
    booked: Ragged
    weekly_work: Ints | None = None
    part_hours_e4: Ints | None = None
    repeats: Flags | None = None
