"""What is read of the suppliers of a category: columns of plain lists, whichever door they come by.

A door (the graph, one firm's own facts, import tables) fills these classes and does nothing else;
``assembly`` joins them firm by firm. In each class row ``i`` of every column belongs together. A
number that is not stated is ``UNKNOWN``, a text that is not stated is "", a list is empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Self

from typing_extensions import override

from supplychain.model.audiences import ReadableFirms

NOWHERE_DEGREES = 999.0
"""Stands for a latitude or longitude that is not stated; no place on Earth has it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Columns:
    """Columns of equal length, one for each field."""

    def take_rows(self, rows: Sequence[int]) -> Self:
        """The same columns with these rows alone, in this order. O(columns × rows)."""
        kept = {
            each.name: [column[i] for i in rows] if (column := getattr(self, each.name)) else []
            for each in fields(self)
        }
        return replace(self, **kept)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CapabilityColumns(Columns):
    """What firms can make of one category, and their record in it over all their buyers.

    ``enquiries`` counts invitations and orders that are over, ``answered`` those answered in time.
    ``weekly_capacity`` and lots are pieces (0: not stated); ``booked_days`` are the numbers of due
    days, ascending, with the work that is promised by them beside them (``capacity.hours``).
    ``aged`` are the sums of the record by age (``deliveries.AGED_SUMS``) and the half-life in
    months that they were counted by; an empty list where they were never kept.
    """

    firm_ids: list[str] = field(default_factory=list)
    certificates: list[list[str]] = field(default_factory=list)
    weekly_capacity: list[int] = field(default_factory=list)
    pace: list[str] = field(default_factory=list)
    min_lot: list[int] = field(default_factory=list)
    max_lot: list[int] = field(default_factory=list)
    lead_days: list[int] = field(default_factory=list)
    booked_days: list[list[int]] = field(default_factory=list)
    booked_quantities: list[list[int]] = field(default_factory=list)
    delivered_lines: list[int] = field(default_factory=list)
    on_time_lines: list[int] = field(default_factory=list)
    received_quantity: list[float] = field(default_factory=list)
    rejected_quantity: list[float] = field(default_factory=list)
    late_days_sum: list[int] = field(default_factory=list)
    long_late_lines: list[int] = field(default_factory=list)
    enquiries: list[int] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)
    aged: list[list[float]] = field(default_factory=list)

    @override
    def take_rows(self, rows: Sequence[int]) -> Self:
        """The same columns with these rows alone; sums by age may be those of nobody."""
        filled = self if self.aged else replace(self, aged=[[]] * len(self.firm_ids))
        return super(CapabilityColumns, filled).take_rows(rows)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BuyerRecordColumns(Columns):
    """What the buyer says of its suppliers of one category and others do not count: six counters.

    Firms of which everyone counts all that the buyer says are left out.
    """

    firm_ids: list[str] = field(default_factory=list)
    delivered_lines: list[int] = field(default_factory=list)
    on_time_lines: list[int] = field(default_factory=list)
    received_quantity: list[float] = field(default_factory=list)
    rejected_quantity: list[float] = field(default_factory=list)
    late_days_sum: list[int] = field(default_factory=list)
    long_late_lines: list[int] = field(default_factory=list)
    aged: list[list[float]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OverdueColumns(Columns):
    """What suppliers of one category have not delivered though its day is over, as it counts.

    One row a firm: lines, their days late (each at most ``deliveries.LATE_CAP_DAYS``), and how many
    of them have failed.
    """

    firm_ids: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    late_days: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OfferColumns(Columns):
    """Standing prices of firms for one part; money is in e4 of the offer's currency.

    ``tier_from`` are quantities, ascending, with ``tier_prices_e4`` beside them, each of
    ``price_per`` pieces (empty: of one). ``freight_e4`` is a piece's, ``tooling_e4`` paid once.
    ``valid_from``, ``valid_until`` and ``stated_at`` are ISO text, empty where nothing was said;
    without a value for each firm nothing was said of any.
    """

    firm_ids: list[str] = field(default_factory=list)
    currency: list[str] = field(default_factory=list)
    moq: list[int] = field(default_factory=list)
    lead_days: list[int] = field(default_factory=list)
    tier_from: list[list[int]] = field(default_factory=list)
    tier_prices_e4: list[list[int]] = field(default_factory=list)
    tier_rule: list[str] = field(default_factory=list)
    price_per: list[int] = field(default_factory=list)
    freight_e4: list[int] = field(default_factory=list)
    tooling_e4: list[int] = field(default_factory=list)
    payment_days: list[int] = field(default_factory=list)
    incoterm: list[str] = field(default_factory=list)
    valid_from: list[str] = field(default_factory=list)
    valid_until: list[str] = field(default_factory=list)
    stated_at: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TradeColumns(Columns):
    """The buyer's own deliveries of one category, newest first.

    ``prices_e4`` are a piece's, ``freights_e4`` the whole delivery's, both in ``currencies`` and
    of ``days`` (ISO text).
    """

    firm_ids: list[str] = field(default_factory=list)
    part_ids: list[str] = field(default_factory=list)
    days: list[str] = field(default_factory=list)
    prices_e4: list[int] = field(default_factory=list)
    quantities: list[float] = field(default_factory=list)
    freights_e4: list[int] = field(default_factory=list)
    currencies: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlaceColumns(Columns):
    """Where firms are; a coordinate that is not stated is ``NOWHERE_DEGREES``."""

    firm_ids: list[str] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)
    latitudes: list[float] = field(default_factory=list)
    longitudes: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LotColumns(Columns):
    """Lot sizes, and what bids hold of the capacity: due day -> work. Firms with neither are left
    out.
    """

    firm_ids: list[str] = field(default_factory=list)
    lot_size: list[int] = field(default_factory=list)
    held_days: list[list[int]] = field(default_factory=list)
    held_quantities: list[list[int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HoldColumns(Columns):
    """Work that single bids hold of a capability by a day, and that count as free here."""

    capability_ids: list[str] = field(default_factory=list)
    days: list[int] = field(default_factory=list)
    quantities: list[int] = field(default_factory=list)

    def by_capability(self) -> dict[str, dict[int, int]]:
        """Work by capability and due day. O(rows)."""
        held: dict[str, dict[int, int]] = {}
        columns = (self.capability_ids, self.days, self.quantities)
        for capability_id, day, quantity in zip(*columns, strict=True):
            days = held.setdefault(capability_id, {})
            days[day] = days.get(day, 0) + quantity
        return held


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PartHourColumns(Columns):
    """Hours that a piece of a part takes of a capability, in ten-thousandths, where a firm says so.

    What it says of a capability that is in pieces plays no part.
    """

    firm_ids: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    part_ids: list[str] = field(default_factory=list)
    hours_e4: list[int] = field(default_factory=list)

    def of_part(self, part_id: str | None) -> dict[tuple[str, str], int]:
        """Hours of one part by firm and category. O(rows)."""
        keys = zip(self.firm_ids, self.categories, strict=True)
        rows = zip(keys, self.part_ids, self.hours_e4, strict=True)
        return {key: hours for key, part, hours in rows if part == part_id}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StatedColumns(Columns):
    """Processes, materials, largest part (mm, kg) and finest tolerance of firms that state any."""

    firm_ids: list[str] = field(default_factory=list)
    processes: list[list[str]] = field(default_factory=list)
    materials: list[list[str]] = field(default_factory=list)
    length_mm: list[int] = field(default_factory=list)
    width_mm: list[int] = field(default_factory=list)
    height_mm: list[int] = field(default_factory=list)
    weight_kg: list[int] = field(default_factory=list)
    tolerance_linear: list[str] = field(default_factory=list)
    tolerance_geometrical: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CertificateEndColumns(Columns):
    """Days on which certificates end, or "", beside the certificates of the capability."""

    firm_ids: list[str] = field(default_factory=list)
    certificate_ends: list[list[str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RegionColumns(Columns):
    """Region and country of firms, as their public profiles say."""

    firm_ids: list[str] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StepColumns(Columns):
    """Capabilities with which firms can do one step of a routing; a firm may have several."""

    firm_ids: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    weekly: list[int] = field(default_factory=list)
    pace: list[str] = field(default_factory=list)
    lot_size: list[int] = field(default_factory=list)
    lead_days: list[int] = field(default_factory=list)
    booked_days: list[list[int]] = field(default_factory=list)
    booked_quantities: list[list[int]] = field(default_factory=list)
    held_days: list[list[int]] = field(default_factory=list)
    held_quantities: list[list[int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FactColumns:
    """What is compared with a line's requirements."""

    stated: StatedColumns = field(default_factory=StatedColumns)
    certificate_ends: CertificateEndColumns = field(default_factory=CertificateEndColumns)
    regions: RegionColumns = field(default_factory=RegionColumns)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CategorySources:
    """All that was read for the lines of one category, but for the offers for their parts.

    Attributes:
        category_id: what is to be made.
        capabilities: its rows are the candidates.
        trade: what the buyer bought of the category.
        places: None where nothing that is worked out depends on where the firms are.
        lots: of the same capabilities.
        free_holds: what bids hold that counts as free: for the buyer itself, or under seal.
        facts: None where no line requires any.
        barred: ids of firms that a chain bars; they need not be candidates.
        steps: by name, for each step of the routings of the lines.
        readable: the firms that show the buyer prices or capacity; None where all do.
        today: the day on which the record is read; None where nothing is by age.
        overdue: what the firms owe on that day.
        ahead_days: by id, of the firms whose calendar is not at the buyer's day, by how many days
            it is before it (1 or -1).
        part_hours: of the parts of the lines.
    """

    category_id: str
    capabilities: CapabilityColumns
    trade: TradeColumns = field(default_factory=TradeColumns)
    places: PlaceColumns | None = None
    lots: LotColumns = field(default_factory=LotColumns)
    free_holds: HoldColumns = field(default_factory=HoldColumns)
    facts: FactColumns | None = None
    barred: frozenset[str] = frozenset()
    steps: dict[str, StepColumns] = field(default_factory=dict)
    readable: ReadableFirms | None = None
    today: date | None = None
    overdue: OverdueColumns = field(default_factory=OverdueColumns)
    ahead_days: Mapping[str, int] = field(default_factory=dict)
    part_hours: PartHourColumns = field(default_factory=PartHourColumns)
