"""Ranking straight from import tables in a folder, without a graph (docs/import.md)."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from supplychain.actions.imports.checking import Sheet, load_sheet
from supplychain.actions.imports.limits import ReadingLimits
from supplychain.actions.imports.parsing import read_sources
from supplychain.actions.imports.report import Findings
from supplychain.errors import FieldError, Invalid
from supplychain.matching.candidates.arrays import UNKNOWN
from supplychain.matching.candidates.assembly import assemble_category, assemble_line
from supplychain.matching.candidates.sources import (
    BuyerRecordColumns,
    CapabilityColumns,
    CategorySources,
    CertificateEndColumns,
    FactColumns,
    LotColumns,
    OfferColumns,
    PartHourColumns,
    TradeColumns,
)
from supplychain.matching.cost.exchange import Exchange
from supplychain.matching.need import Need, Site
from supplychain.matching.network import priors_of_records
from supplychain.matching.performance import priors
from supplychain.matching.ranking.rank import rank
from supplychain.matching.rows import Ranking
from supplychain.model.calendars.firm_calendar import calendar_text
from supplychain.model.calendars.firm_days import FirmDays
from supplychain.model.calendars.zones import zone_of
from supplychain.model.capabilities import CapabilityProfile, ends_beside
from supplychain.model.deliveries import (
    COUNTERS,
    HALF_LIFE_MONTHS,
    Delivery,
    TrackRecord,
)
from supplychain.model.imports.tables import TABLES
from supplychain.model.quantities import tidy_or_none, tidy_quantity

MAX_SHOWN_CELLS = 20
"""Bad cells that are named; the import command names all."""
NEEDED = ("parts", "capabilities")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFirm:
    """A row of ``firms``, as far as a ranking needs it; names of fields are those of the graph."""

    id: str
    name: str
    country: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePart:
    """A row of ``parts``."""

    id: str
    name: str
    category_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCapability:
    """A row of ``capabilities``; ``certificate_ends`` are pairs ``ISO 9001=2027-05-31``."""

    firm_id: str
    category_id: str
    weekly_capacity: int | None
    certificates: list[str] | None
    certificate_ends: list[str] | None
    min_lot: int | None
    max_lot: int | None
    lead_days: int | None
    lot_size: int | None
    weekly_hours_e4: int | None
    hours_per_piece_e4: int | None
    setup_hours_e4: int | None

    @property
    def weekly_pieces(self) -> int:
        """Pieces in an ordinary week; 0 is unknown."""
        hours = self.profile.hours
        return hours.weekly_pieces(self.lot_size) if hours else self.weekly_capacity or 0

    def write_pace(self, country: str | None) -> str:
        """Calendar and hours as a capability keeps them; tables state no calendar."""
        hours = self.profile.hours
        calendar = calendar_text(None, country)
        return f"{calendar}@{hours.to_text()}" if hours else calendar

    @property
    def profile(self) -> CapabilityProfile:
        """What decides the pace."""
        return CapabilityProfile(
            lot_size=self.lot_size,
            weekly_hours_e4=self.weekly_hours_e4,
            hours_per_piece_e4=self.hours_per_piece_e4,
            setup_hours_e4=self.setup_hours_e4,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePartHours:
    """A row of ``part_hours``."""

    firm_id: str
    category_id: str
    part_id: str
    hours_e4: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOffer:
    """A row of ``offers``: one step of a firm's prices for a part."""

    firm_id: str
    part_id: str
    min_quantity: int
    unit_price_e4: int
    currency: str
    moq: int | None
    lead_days: int | None
    tier_rule: str | None
    incoterm: str | None
    payment_days: int | None
    freight_e4: int | None
    tooling_e4: int | None
    valid_from: str | None
    valid_until: str | None
    price_per: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDelivery:
    """A row of ``deliveries``; days are ISO text."""

    id: str
    supplier_id: str
    buyer_id: str
    part_id: str
    quantity: float
    promised_on: str
    delivered_on: str | None
    delivered_quantity: float | None
    rejected_quantity: float | None
    unit_price_e4: int | None
    currency: str | None
    freight_e4: int | None

    @property
    def day(self) -> str:
        """When it came, else when it was promised."""
        return self.delivered_on or self.promised_on

    def as_delivery(self, category_id: str) -> Delivery:
        """The delivery of a part of this category."""
        delivered_on = self.delivered_on and date.fromisoformat(self.delivered_on)
        return Delivery(
            id=self.id,
            supplier_id=self.supplier_id,
            buyer_id=self.buyer_id,
            part_id=self.part_id,
            quantity=tidy_quantity(self.quantity),
            promised_on=date.fromisoformat(self.promised_on),
            delivered_on=delivered_on or None,
            delivered_quantity=tidy_or_none(self.delivered_quantity),
            rejected_quantity=tidy_or_none(self.rejected_quantity),
            unit_price_e4=self.unit_price_e4,
            currency=self.currency,
            freight_e4=self.freight_e4,
            category_id=category_id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRate:
    """A row of ``exchange_rates``."""

    firm_id: str
    day: str
    from_currency: str
    to_currency: str
    rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The rows that a ranking needs; none of a table that is not there."""

    firms: list[TableFirm]
    parts: list[TablePart]
    capabilities: list[TableCapability]
    part_hours: list[TablePartHours]
    offers: list[TableOffer]
    deliveries: list[TableDelivery]
    rates: list[TableRate]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be ranked: ``buyer_id`` is the firm whose past trade counts."""

    buyer_id: str
    part_id: str
    quantity: float
    needed_by: date
    currency: str = "CNY"
    certificates: tuple[str, ...] = ()
    rank_by: str = "cost_performance"


def read_tables(path: Path) -> Tables:
    """All tables at a path, checked cell by cell.

    Raises:
        Invalid: nothing to read, a needed table is missing, or bad rows (one error for each).
    """
    findings = Findings()
    sources = read_sources(path, ReadingLimits.of_operator())
    sheets = [load_sheet(source, findings, lambda _count: None) for source in sources]
    if findings.rows:
        raise Invalid(
            errors=[
                FieldError(
                    pointer=f"/{bad.table}/{bad.row}/{bad.column}",
                    message=bad.message,
                    values=tuple(bad.values.items()),
                )
                for bad in findings.rows[:MAX_SHOWN_CELLS]
            ]
        )
    by_name = {sheet.table.name: sheet for sheet in sheets}
    missing = [name for name in NEEDED if name not in by_name]
    if missing:
        raise Invalid("The table %(name)s is needed.", pointer=f"/{missing[0]}", name=missing[0])
    return Tables(
        firms=_read_rows(by_name.get("firms"), TableFirm),
        parts=_read_rows(by_name.get("parts"), TablePart),
        capabilities=_read_rows(by_name.get("capabilities"), TableCapability),
        part_hours=_read_rows(by_name.get("part_hours"), TablePartHours),
        offers=_read_rows(by_name.get("offers"), TableOffer),
        deliveries=_read_rows(by_name.get("deliveries"), TableDelivery),
        rates=_read_rows(by_name.get("exchange_rates"), TableRate),
    )


R = TypeVar(
    "R",
    TableFirm,
    TablePart,
    TableCapability,
    TablePartHours,
    TableOffer,
    TableDelivery,
    TableRate,
)


def _read_rows(sheet: Sheet | None, kind: type[R]) -> list[R]:
    """The rows of a table; categories as their identity, empty cells as the table's defaults."""
    if sheet is None:
        return []
    names = [each.name for each in fields(kind)]
    columns = [_read_column(sheet, name) for name in names]
    return [kind(**dict(zip(names, values, strict=True))) for values in zip(*columns, strict=True)]


def _read_column(sheet: Sheet, field: str) -> list[Any]:
    """The cells that become a field of the graph."""
    column = next(one for one in TABLES[sheet.table.name].columns if one.field == field)
    if column.name not in sheet.columns:
        return [column.default] * len(sheet)
    return [column.default if one is None else one for one in sheet.comparable_column(column.name)]


def days_of_tables(tables: Tables, at: datetime) -> FirmDays:
    """The days of the firms of tables at an instant, in the zones of their countries."""
    return FirmDays(at=at, zones={one.id: zone_of(None, one.country) for one in tables.firms})


def rank_tables(tables: Tables, wanted: Wanted, *, days: FirmDays) -> tuple[Ranking, str]:
    """Rank who can make a part, from tables alone; returns the ranking and the part's category.

    Capacity is free as far as the tables go: they hold no bookings. Cost settings are the
    defaults. ``days`` are those of the firms.

    Raises:
        Invalid: the part or the buyer is not in the tables.
    """
    part = next((one for one in tables.parts if one.id == wanted.part_id), None)
    if part is None:
        raise Invalid("There is no such part.", pointer="/part")
    if tables.firms and wanted.buyer_id not in {one.id for one in tables.firms}:
        raise Invalid("There is no such firm.", pointer="/buyer")
    category_id, today = part.category_id, days.today(wanted.buyer_id)
    need = Need(
        part_id=wanted.part_id,
        category_id=category_id,
        quantity=wanted.quantity,
        needed_by=wanted.needed_by,
        today=today,
        currency=wanted.currency,
        certificates=wanted.certificates,
        rank_by=wanted.rank_by,
    )
    category = assemble_category(
        _read_category(tables, category_id, wanted.buyer_id, days),
        exchange=_read_exchange(tables, need, wanted.buyer_id),
        site=Site(),
    )
    firms = assemble_line(category, need, _read_offers(tables, wanted.part_id))
    expected = priors(firms)
    if expected.delivery.deliveries <= 0:
        expected = priors(firms, priors_of_records(_count_network(tables, today), today))
    return rank(need, firms, priors=expected), category_id


def _count_network(tables: Tables, today: date) -> BuyerRecordColumns:
    """The records of all suppliers in all categories."""
    category_of = {one.id: one.category_id for one in tables.parts}
    by_pair: dict[tuple[str, str], list[Delivery]] = {}
    for one in tables.deliveries:
        category_id = category_of.get(one.part_id or "")
        if category_id is not None:
            pair = (one.supplier_id, category_id)
            by_pair.setdefault(pair, []).append(one.as_delivery(category_id))
    records = [TrackRecord.of(by_pair[pair], today=today) for pair in sorted(by_pair)]
    return BuyerRecordColumns(
        firm_ids=["|".join(pair) for pair in sorted(by_pair)], **_list_record_columns(records)
    )


def _list_record_columns(records: list[TrackRecord]) -> dict[str, list[Any]]:
    """The counters of records as columns, and their sums by age."""
    counters = {name: [getattr(record, name) for record in records] for name in COUNTERS}
    return counters | {
        "aged": [[*astuple(record.aged), float(HALF_LIFE_MONTHS)] for record in records]
    }


def _read_category(
    tables: Tables, category_id: str, buyer_id: str, days: FirmDays
) -> CategorySources:
    """Ends of certificates are all that is checked: tables name no requirements of a line."""
    able = [
        one
        for one in tables.capabilities
        if one.category_id == category_id and one.firm_id != buyer_id
    ]
    parts = {one.id for one in tables.parts if one.category_id == category_id}
    ledger = [one for one in tables.deliveries if one.part_id in parts]
    today = days.today(buyer_id)
    firm_ids = [one.firm_id for one in able]
    none = [[] for _ in able]
    ends = CertificateEndColumns(
        firm_ids=firm_ids,
        certificate_ends=[
            ends_beside(one.certificates or [], one.certificate_ends or []) for one in able
        ],
    )
    return CategorySources(
        category_id=category_id,
        capabilities=_read_capabilities(
            able,
            _count_records(ledger, category_id, today),
            {one.id: one.country for one in tables.firms},
        ),
        today=today,
        trade=_read_trade(ledger, buyer_id),
        lots=LotColumns(
            firm_ids=firm_ids,
            lot_size=[one.lot_size or 0 for one in able],
            held_days=none,
            held_quantities=none,
        ),
        facts=FactColumns(certificate_ends=ends),
        ahead_days={one: ahead for one in firm_ids if (ahead := (days.today(one) - today).days)},
        part_hours=PartHourColumns(
            firm_ids=[one.firm_id for one in tables.part_hours],
            categories=[one.category_id for one in tables.part_hours],
            part_ids=[one.part_id for one in tables.part_hours],
            hours_e4=[one.hours_e4 for one in tables.part_hours],
        ),
    )


def _read_capabilities(
    able: list[TableCapability],
    records: dict[str, TrackRecord],
    countries: dict[str, str | None],
) -> CapabilityColumns:
    none, zeros = [[] for _ in able], [0] * len(able)
    own = [records.get(one.firm_id, TrackRecord()) for one in able]
    return CapabilityColumns(
        firm_ids=[one.firm_id for one in able],
        certificates=[one.certificates or [] for one in able],
        weekly_capacity=[one.weekly_pieces for one in able],
        pace=[one.write_pace(countries.get(one.firm_id)) for one in able],
        min_lot=[one.min_lot or 0 for one in able],
        max_lot=[one.max_lot or 0 for one in able],
        lead_days=[_or_unknown(one.lead_days) for one in able],
        booked_days=none,
        booked_quantities=none,
        enquiries=zeros,
        answered=zeros,
        **_list_record_columns(own),
    )


def _count_records(
    ledger: list[TableDelivery], category_id: str, today: date
) -> dict[str, TrackRecord]:
    """The track record of each supplier in a category, with what is overdue today."""
    by_supplier: dict[str, list[Delivery]] = {}
    for one in ledger:
        by_supplier.setdefault(one.supplier_id, []).append(one.as_delivery(category_id))
    return {
        supplier_id: TrackRecord.of(lines, today=today)
        for supplier_id, lines in by_supplier.items()
    }


def _read_trade(ledger: list[TableDelivery], buyer_id: str) -> TradeColumns:
    """What the buyer bought, newest first."""
    own = [
        one
        for one in ledger
        if one.buyer_id == buyer_id and (one.unit_price_e4 or 0) > 0 and one.currency
    ]
    own.sort(key=lambda one: one.id)
    own.sort(key=lambda one: one.day, reverse=True)
    return TradeColumns(
        firm_ids=[one.supplier_id for one in own],
        part_ids=[one.part_id for one in own],
        days=[one.day for one in own],
        prices_e4=[one.unit_price_e4 or 0 for one in own],
        quantities=[one.delivered_quantity or one.quantity for one in own],
        freights_e4=[_or_unknown(one.freight_e4) for one in own],
        currencies=[one.currency or "" for one in own],
    )


def _read_offers(tables: Tables, part_id: str) -> OfferColumns:
    """Price lists of one part from their steps, one row for each firm."""
    lists: dict[str, list[TableOffer]] = {}
    for one in tables.offers:
        if one.part_id == part_id:
            lists.setdefault(one.firm_id, []).append(one)
    for steps in lists.values():
        steps.sort(key=lambda one: one.min_quantity)
    heads = [steps[0] for steps in lists.values()]
    return OfferColumns(
        firm_ids=list(lists),
        currency=[one.currency for one in heads],
        moq=[one.moq or 0 for one in heads],
        lead_days=[_or_unknown(one.lead_days) for one in heads],
        tier_from=[[one.min_quantity for one in steps] for steps in lists.values()],
        tier_prices_e4=[[one.unit_price_e4 for one in steps] for steps in lists.values()],
        tier_rule=[one.tier_rule or "" for one in heads],
        price_per=[one.price_per or 1 for one in heads],
        freight_e4=[_or_unknown(one.freight_e4) for one in heads],
        tooling_e4=[_or_unknown(one.tooling_e4) for one in heads],
        payment_days=[_or_unknown(one.payment_days) for one in heads],
        incoterm=[one.incoterm or "" for one in heads],
        valid_from=[one.valid_from or "" for one in heads],
        valid_until=[one.valid_until or "" for one in heads],
    )


def _read_exchange(tables: Tables, need: Need, buyer_id: str) -> Exchange:
    """The buyer's own rates."""
    rates = [one for one in tables.rates if one.firm_id == buyer_id]
    return Exchange.of(
        to_currency=need.currency,
        from_currencies=[one.from_currency for one in rates],
        to_currencies=[one.to_currency for one in rates],
        days=[one.day for one in rates],
        rates=[one.rate for one in rates],
        age_days=int(need.settings.reckoned("rate_age_days")),
    )


def _or_unknown(number: int | None) -> int:
    return UNKNOWN if number is None else number
