"""Opened bids side by side: one table a line, the best of each column marked, and totals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from supplychain.model.awards.comparisons import Allocation, Freights, Quote, quotes_for
from supplychain.model.bids.bid import Bid
from supplychain.model.bids.lines import PriceTier
from supplychain.model.bids.prices import Charge
from supplychain.model.parts_requests.parts_request import PartsRequest, RequestLine

Records = Mapping[tuple[str, str], Mapping[str, Any]]
"""Rows of the buyer's ranking (``performance``, ``capacity``) by (firm id, request line id)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteRow:
    """One supplier's quote for one line.

    ``unit_price`` is the first, ``tiers`` the prices beside it, ``least`` the least that it
    makes; ``landed_cost`` is a piece's at the offered quantity; ``freight`` None is unknown,
    ``freight_from`` says whence it is known; ``given_price`` is a piece's average in ``given``,
    ``offered_price`` in what is offered;
    ``late_days`` counts from the need-by date, 0 or less is in time; ``performance`` and
    ``capacity`` are the ranking's, None where the firm was not ranked; ``given`` is what the
    shown choice gives it; ``best`` names the columns in which nobody is better.
    """

    bid_id: str
    firm_id: str
    firm_name: str
    offered: int
    least: int
    unit_price: Decimal
    tiers: tuple[PriceTier, ...]
    tier_rule: str
    tooling: Decimal
    freight: Decimal | None
    freight_from: str | None
    landed_cost: Decimal
    lead_days: int
    promised_on: date
    late_days: int
    holds: bool
    note: str
    performance: Mapping[str, Any] | None
    capacity: Mapping[str, Any] | None
    given: int = 0
    given_price: Decimal | None = None
    offered_price: Decimal = Decimal(0)
    best: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class LineTable:
    """All quotes for a line, cheapest landed cost first."""

    line: RequestLine
    rows: tuple[QuoteRow, ...]

    @property
    def missing(self) -> int:
        """What the shown choice leaves uncovered; negative is too much."""
        return self.line.quantity - sum(row.given for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierTotal:
    """What one supplier offers in all, and what the shown choice would order from it.

    ``given`` is what the order would come to; ``bid`` names the terms of the whole bid.
    """

    bid: Bid
    bid_id: str
    firm_name: str
    valid_until: date | None
    lines: int
    offered_total: Decimal
    given_lines: int
    given: Charge

    @property
    def given_total(self) -> Decimal:
        """With one-off cost, less bundles, without freight."""
        return self.given.total


def line_tables(
    request: PartsRequest,
    opened: Sequence[tuple[Bid, str]],
    freights: Freights,
    records: Records,
    taken: Iterable[Allocation],
    today: date,
) -> tuple[LineTable, ...]:
    """The tables of all lines.

    Args:
        request: the request with its lines.
        opened: bids with the names of their firms.
        freights: of a piece, where known.
        records: what the ranking knew of a firm for a line.
        taken: the choice to show: the proposal, what was typed, or the award.
        today: the day from which lead days count.
    """
    names = {bid.id: name for bid, name in opened}
    given = {(each.bid_id, each.request_line_id): each.quantity for each in taken}
    bids = [bid for bid, _ in opened]
    return tuple(
        LineTable(
            line=line,
            rows=_marked(
                [
                    _row(line, quote, names[quote.bid.id], records, given, today)
                    for quote in quotes_for(line, bids, freights)
                ]
            ),
        )
        for line in request.lines
    )


def supplier_totals(
    opened: Sequence[tuple[Bid, str]], tables: Sequence[LineTable]
) -> tuple[SupplierTotal, ...]:
    """Totals of each supplier, without freight, in order of submission."""
    given: dict[str, dict[str, int]] = {bid.id: {} for bid, _ in opened}
    for table in tables:
        for row in table.rows:
            if row.given:
                given[row.bid_id][table.line.id] = row.given
    return tuple(
        SupplierTotal(
            bid=bid,
            bid_id=bid.id,
            firm_name=name,
            valid_until=bid.valid_until,
            lines=len(bid.lines),
            offered_total=bid.total,
            given_lines=len(given[bid.id]),
            given=bid.charge(given[bid.id]),
        )
        for bid, name in opened
    )


def _row(
    line: RequestLine,
    quote: Quote,
    name: str,
    records: Records,
    given: Mapping[tuple[str, str], int],
    today: date,
) -> QuoteRow:
    bid, lead_days = quote.bid, quote.line.lead_days or 0
    promised_on = today + timedelta(days=lead_days)
    record = records.get((bid.firm_id, line.id), {})
    taken = given.get((bid.id, line.id), 0)
    return QuoteRow(
        bid_id=bid.id,
        firm_id=bid.firm_id,
        firm_name=name,
        offered=quote.offered,
        least=quote.line.least,
        unit_price=quote.line.unit_price or Decimal(0),
        tiers=quote.line.tiers,
        tier_rule=quote.line.tier_rule,
        tooling=quote.line.tooling,
        freight=quote.freight,
        freight_from=quote.freight_from,
        landed_cost=quote.landed_cost(quote.offered),
        lead_days=lead_days,
        promised_on=promised_on,
        late_days=(promised_on - line.need_by).days if line.need_by else 0,
        holds=bid.valid_until is not None and bid.valid_until >= today,
        note=quote.line.note,
        performance=record.get("performance"),
        capacity=record.get("capacity"),
        given=taken,
        offered_price=quote.line.unit_price_at(quote.offered),
        given_price=quote.line.unit_price_at(taken) if taken else None,
    )


def _rate(name: str) -> Callable[[QuoteRow], Any]:
    """Higher is better: the negative of a rate, None where nothing was ever delivered."""

    def of(row: QuoteRow) -> Any:
        rate = (row.performance or {}).get(name)
        return -rate["value"] if rate and rate["evidence"] else None

    return of


def _possible(row: QuoteRow) -> int | None:
    possible = (row.capacity or {}).get("possible")
    return None if possible is None else -possible


COLUMNS: Final[dict[str, Callable[[QuoteRow], Any]]] = {
    "offered": lambda row: -row.offered,
    "unit_price": lambda row: row.offered_price,
    "tooling": lambda row: row.tooling,
    "landed_cost": lambda row: row.landed_cost,
    "lead_days": lambda row: row.lead_days,
    "quality": _rate("quality"),
    "delivery": _rate("delivery"),
    "possible": _possible,
}
"""What is compared, each so that the smallest is best."""


def _marked(rows: list[QuoteRow]) -> tuple[QuoteRow, ...]:
    """The rows with their best columns; a column in which all are alike marks nobody."""
    best: dict[str, set[str]] = {row.bid_id: set() for row in rows}
    for column, value_of in COLUMNS.items():
        values = {row.bid_id: value_of(row) for row in rows}
        known = [value for value in values.values() if value is not None]
        if len(set(known)) < 2:
            continue
        for bid_id, value in values.items():
            if value is not None and value == min(known):
                best[bid_id].add(column)
    return tuple(replace(row, best=frozenset(best[row.bid_id])) for row in rows)
