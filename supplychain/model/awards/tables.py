"""Opened bids side by side: one table a line, the best of each column marked, and totals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, TypeAlias, TypedDict

from supplychain.award.surplus import BoughtPart, Surplus, explain_surplus
from supplychain.model.awards.comparisons import Allocation, QuotedLine, quotes_for
from supplychain.model.awards.landed import LandedByPair
from supplychain.model.awards.records import BidderRecord, BidderRecords, RecordedRate
from supplychain.model.bids.bid import Bid
from supplychain.model.bids.lines import BidLine, PriceTier
from supplychain.model.bids.prices import Charge
from supplychain.model.calendars.firm_days import FirmDays
from supplychain.model.parts_requests.parts_request import PartsRequest, RequestLine
from supplychain.model.quantities import Quantity, tidy_quantity
from supplychain.model.weeks import arrival_day

NO_RECORD: Final = BidderRecord()


class LandedColumns(TypedDict):
    """The columns of a ``QuoteRow`` that its landed terms fill."""

    freight: Decimal | None
    freight_from: str | None
    freight_low: Decimal | None
    freight_high: Decimal | None
    duty: Decimal | None
    tax: Decimal | None
    payment: Decimal | None
    landed_cost: Decimal
    is_landed_known: bool
    is_estimate: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteRow:
    """One supplier's quote for one line.

    ``unit_price`` is the first, of ``price_per`` units, ``tiers`` the prices beside it, ``typed``
    the line as it was bid in another unit, ``least`` the least that it makes, ``pack`` what it
    sells in whole packs of; ``wanted`` is what the line asks for, ``compared`` the least that it
    sells which covers that, or all that it offers; ``landed_cost`` is that of a needed piece at
    the compared quantity, as far as it is known: ``is_landed_known`` says whether that is all.
    ``freight``, ``duty``, ``tax`` and ``payment`` are its terms, None is unknown;
    ``freight_from`` says whence the freight is known, and where that is an estimate
    ``freight_low`` and ``freight_high`` are its range;
    ``taken_price`` is a piece's average in ``taken``, ``offered_price`` in ``compared``;
    ``late_days`` counts from the need-by date, 0 or less is in time; ``record`` is the
    ranking's, empty where the firm was not ranked; ``finish_on`` is the day by which all is there
    by its capacity and by the lead time that was bid, None where the capacity is unknown;
    ``taken`` is what the shown choice takes of it; ``best`` names the columns in which nobody is
    better.
    """

    bid_id: str
    firm_id: str
    firm_name: str
    offered: Quantity
    least: Quantity
    unit_price: Decimal
    price_per: int
    typed: BidLine | None
    tiers: tuple[PriceTier, ...]
    tier_rule: str
    tooling: Decimal
    freight: Decimal | None
    freight_from: str | None
    landed_cost: Decimal
    lead_days: int
    promised_on: date
    finish_on: date | None
    late_days: int
    holds: bool
    note: str
    wanted: Quantity
    compared: Quantity
    record: BidderRecord
    pack: Quantity | None = None
    taken: Quantity = 0
    taken_price: Decimal | None = None
    freight_low: Decimal | None = None
    freight_high: Decimal | None = None
    duty: Decimal | None = None
    tax: Decimal | None = None
    payment: Decimal | None = None
    is_landed_known: bool = True
    is_estimate: bool = False
    offered_price: Decimal = Decimal(0)
    best: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class LineTable:
    """All quotes for a line, cheapest landed cost first; ``surplus`` is of the shown choice."""

    line: RequestLine
    rows: tuple[QuoteRow, ...]
    surplus: Surplus | None = None

    @property
    def missing(self) -> Quantity:
        """What the shown choice leaves uncovered; negative is more than the buyer takes."""
        taken = sum(row.taken for row in self.rows)
        if self.line.quantity <= taken <= self.line.most_quantity:
            return 0
        edge = self.line.quantity if taken < self.line.quantity else self.line.most_quantity
        return tidy_quantity(edge - taken)


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierTotal:
    """What one supplier offers in all, and what the shown choice would order from it.

    ``charge`` is what the order would come to; ``bid`` names the terms of the whole bid. Both are
    in the request's currency; ``owed_charge`` is what is to be paid, in ``owed_currency``.
    """

    bid: Bid
    bid_id: str
    firm_name: str
    valid_until: date | None
    lines: int
    offered_total: Decimal
    taken_lines: int
    charge: Charge
    owed_currency: str
    owed_charge: Charge
    owed_total: Decimal

    @property
    def is_converted(self) -> bool:
        """Whether it is owed in another currency than it is compared in."""
        return self.owed_currency != self.bid.currency

    @property
    def taken_total(self) -> Decimal:
        """With one-off cost and the freight that was bid, less bundles."""
        return self.charge.total


def line_tables(
    request: PartsRequest,
    opened: Sequence[tuple[Bid, str]],
    landed: LandedByPair,
    records: BidderRecords,
    taken: Iterable[Allocation],
    days: FirmDays,
) -> tuple[LineTable, ...]:
    """The tables of all lines.

    Args:
        request: the request with its lines.
        opened: bids with the names of their firms.
        landed: what comes upon the price of each bid's line.
        records: what the ranking knew of a firm for a line.
        taken: the choice to show: the proposal, what was typed, or the award.
        days: of the award; each bidder's lead days count from its own.
    """
    names = {bid.id: name for bid, name in opened}
    quantities = {(each.bid_id, each.request_line_id): each.quantity for each in taken}
    bids, today = [bid for bid, _ in opened], request.today(days.at)
    return tuple(
        LineTable(
            line=line,
            rows=_mark_best(
                [
                    _quote_row(line, quote, names[quote.bid.id], records, quantities, today, days)
                    for quote in quotes
                ]
            ),
            surplus=_find_surplus(line, quotes, names, quantities),
        )
        for line in request.lines
        for quotes in [quotes_for(line, bids, landed)]
    )


def _find_surplus(
    line: RequestLine,
    quotes: Iterable[QuotedLine],
    names: Mapping[str, str],
    quantities: Mapping[tuple[str, str], Quantity],
) -> Surplus | None:
    """What the shown choice buys above the need, by landed cost."""
    parts = [
        BoughtPart(
            supplier=names[quote.bid.id],
            quantity=Decimal(taken),
            least=Decimal(quote.line.least),
            pack=Decimal(quote.line.pack or 0),
            cost_of=quote.landed.cost_of,
        )
        for quote in quotes
        if (taken := quantities.get((quote.bid.id, line.id), 0))
    ]
    return explain_surplus(Decimal(line.quantity), parts)


def supplier_totals(
    opened: Sequence[tuple[Bid, str]], tables: Sequence[LineTable], owed: Mapping[str, Bid]
) -> tuple[SupplierTotal, ...]:
    """Totals of each supplier, with the freight that it bid, in order of submission.

    ``owed`` are the bids by id, each in its own currency.
    """
    taken: dict[str, dict[str, Quantity]] = {bid.id: {} for bid, _ in opened}
    for table in tables:
        for row in table.rows:
            if row.taken:
                taken[row.bid_id][table.line.id] = row.taken
    asked = {table.line.id: table.line.quantity for table in tables}
    return tuple(
        SupplierTotal(
            bid=bid,
            bid_id=bid.id,
            firm_name=name,
            valid_until=bid.valid_until,
            lines=len(bid.lines),
            offered_total=bid.total,
            taken_lines=len(taken[bid.id]),
            charge=bid.charge(taken[bid.id], asked),
            owed_currency=owed[bid.id].currency,
            owed_charge=owed[bid.id].charge(taken[bid.id], asked),
            owed_total=owed[bid.id].total,
        )
        for bid, name in opened
    )


def _quote_row(
    line: RequestLine,
    quote: QuotedLine,
    name: str,
    records: BidderRecords,
    quantities: Mapping[tuple[str, str], Quantity],
    today: date,
    days: FirmDays,
) -> QuoteRow:
    bid, lead_days = quote.bid, quote.line.lead_days or 0
    record = records.get((bid.firm_id, line.id), NO_RECORD)
    ordered_on = days.today(bid.firm_id)
    promised_on = ordered_on + timedelta(days=lead_days)
    taken = quantities.get((bid.id, line.id), 0)
    return QuoteRow(
        bid_id=bid.id,
        firm_id=bid.firm_id,
        firm_name=name,
        offered=quote.offered,
        least=quote.line.least,
        pack=quote.line.pack,
        wanted=quote.wanted,
        compared=quote.compared,
        unit_price=quote.line.unit_price or Decimal(0),
        price_per=quote.line.price_per,
        typed=quote.line.typed,
        tiers=quote.line.tiers,
        tier_rule=quote.line.tier_rule,
        tooling=quote.line.tooling,
        **_landed_terms_of(quote),
        lead_days=lead_days,
        promised_on=promised_on,
        finish_on=_finish_day(record, ordered_on, lead_days),
        late_days=(promised_on - line.need_by).days if line.need_by else 0,
        holds=bid.valid_until is not None and bid.valid_until >= today,
        note=quote.line.note,
        record=record,
        taken=taken,
        offered_price=quote.line.unit_price_at(quote.compared),
        taken_price=quote.line.unit_price_at(taken) if taken else None,
    )


def _landed_terms_of(quote: QuotedLine) -> LandedColumns:
    """What a piece costs at the door at the compared quantity, term by term."""
    terms, price = quote.terms, quote.line.unit_price_at(quote.compared)
    low, high = terms.freight_range(price) or (None, None)
    return {
        "freight": terms.freight.at(price) if terms.freight else None,
        "freight_from": terms.freight_from,
        "freight_low": low,
        "freight_high": high,
        "duty": terms.duty.at(price) if terms.duty else None,
        "tax": _tax_of(quote, price),
        "payment": terms.payment.at(price) if terms.payment else None,
        "landed_cost": quote.landed_cost(quote.compared),
        "is_landed_known": terms.is_whole,
        "is_estimate": terms.is_estimate,
    }


def _tax_of(quote: QuotedLine, price: Decimal) -> Decimal | None:
    """The tax of a piece that stays, with its part of what is paid once."""
    if quote.terms.tax is None:
        return None
    once = quote.landed.tooling - quote.line.tooling
    return quote.terms.tax.at(price) + once / quote.compared


def _finish_day(record: BidderRecord, ordered_on: date, lead_days: int) -> date | None:
    if record.finish_on is None:
        return None
    made_on = date.fromisoformat(record.finish_on)
    return arrival_day(made_on, ordered_on=ordered_on, lead_days=lead_days)


def _negative_rate(rate: RecordedRate | None) -> float | None:
    """Higher is better: the negative of a rate, None where nothing was ever delivered."""
    return -rate.value if rate is not None and rate.evidence else None


def _negative_possible(row: QuoteRow) -> int | None:
    possible = row.record.possible
    return None if possible is None else -possible


Comparable: TypeAlias = Decimal | float | int | None

COLUMNS: Final[dict[str, Callable[[QuoteRow], Comparable]]] = {
    "offered": lambda row: -min(row.offered, row.wanted),
    "unit_price": lambda row: row.offered_price,
    "tooling": lambda row: row.tooling,
    "landed_cost": lambda row: row.landed_cost if row.is_landed_known else None,
    "lead_days": lambda row: row.lead_days,
    "quality": lambda row: _negative_rate(row.record.quality),
    "delivery": lambda row: _negative_rate(row.record.delivery),
    "possible": _negative_possible,
}
"""What is compared, each so that the smallest is best; None is unknown and never best."""


def _mark_best(rows: list[QuoteRow]) -> tuple[QuoteRow, ...]:
    """The rows with their best columns; a column in which all are alike marks nobody."""
    best: dict[str, set[str]] = {row.bid_id: set() for row in rows}
    for column, value_of in COLUMNS.items():
        values = {row.bid_id: value_of(row) for row in rows}
        stated = [value for value in values.values() if value is not None]
        if len(set(stated)) < 2:
            continue
        for bid_id, value in values.items():
            if value is not None and value == min(stated):
                best[bid_id].add(column)
    return tuple(replace(row, best=frozenset(best[row.bid_id])) for row in rows)
