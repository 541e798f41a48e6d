"""What a study keeps beside its problem: names, dates, what late and bad pieces will cost.

Without it a problem speaks in ids; with it the page tells a split in words years later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from supplychain.award.problem.problem import Problem
from supplychain.model.awards.landed import UNKNOWN_TERMS, LandedByPair, LandedTerms
from supplychain.model.awards.records import BidderRecord, BidderRecords
from supplychain.model.bids.bid import Bid
from supplychain.model.bids.lines import BidLine
from supplychain.model.calendars.firm_days import FirmDays
from supplychain.model.cost_settings import STANDARD, CostSettings
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.model.quantities import Quantity

USUAL_DELAY_DAYS: Final = 5
"""Days that a late delivery is late, where nothing better is known."""

NOTHING_LANDED: Final[LandedByPair] = {}

LOSS_STEP: Final = Decimal("0.0001")
"""Money has four decimals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyLine:
    """A line of the request as the study tells it."""

    id: str
    number: int
    description: str
    quantity: Quantity
    uom: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BidFacts:
    """What is known of a bid for a line.

    Attributes:
        lead_days: as quoted.
        promised_on: the study's day and the lead time.
        late_days: after the need-by date; 0 is in time.
        has_record: the buyer's ranking knows how the supplier delivers.
        loss: what late and bad deliveries of a piece are expected to cost; where nobody on the
            line has a record, what its own promise costs after the need-by date, no more.
        is_loss_known: somebody on the line has a record.
        freight: of a piece, where that is an estimate; None else.
        freight_low, freight_high: its likely range.
        is_cost_known: freight and duty are known or estimated.
    """

    supplier: str
    line: str
    bid_id: str
    lead_days: int
    promised_on: date
    late_days: int
    has_record: bool
    loss: Decimal
    is_loss_known: bool = True
    freight: Decimal | None = None
    freight_low: Decimal | None = None
    freight_high: Decimal | None = None
    is_cost_known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyFacts:
    """All of it.

    Attributes:
        today: the day of the award at the buyer.
        firms: names by id.
        pairs: one for each bid of the problem.
        incumbents: who supplies most of a line's part today, with the line.
        short: by line, what nobody offers of it.
    """

    today: date
    number: str
    title: str
    currency: str
    firms: Mapping[str, str]
    lines: tuple[StudyLine, ...]
    pairs: tuple[BidFacts, ...]
    incumbents: tuple[tuple[str, str], ...]
    short: Mapping[str, Decimal]

    def name_firm(self, firm_id: str) -> str:
        """The name of a firm; its id where it has none here."""
        return self.firms.get(firm_id, firm_id)

    def pair_facts(self) -> dict[tuple[str, str], BidFacts]:
        """What is known of bids, by supplier and line."""
        return {(one.supplier, one.line): one for one in self.pairs}


def study_facts(
    request: PartsRequest,
    opened: Sequence[tuple[Bid, str]],
    problem: Problem,
    records: BidderRecords,
    incumbents: Mapping[str, str],
    *,
    short: Mapping[str, Decimal],
    days: FirmDays,
    settings: CostSettings = STANDARD,
    landed: LandedByPair = NOTHING_LANDED,
) -> StudyFacts:
    """What a study keeps.

    Args:
        request: with its lines.
        opened: bids with the names of their firms.
        problem: as ``problems.problem_of`` makes it.
        records: what the ranking knew of quality and delivery.
        incumbents: part id to the firm that supplies most of it today.
        short: by line, what nobody offers of it.
        days: of the award; each bidder's lead days count from its own.
        settings: what the buyer reckons a defect and a late day with.
        landed: what comes upon the price of each bid's line.
    """
    there = {(bid.supplier, bid.line) for bid in problem.bids}
    return StudyFacts(
        today=request.today(days.at),
        number=request.number,
        title=request.title,
        currency=request.currency,
        firms={bid.firm_id: name for bid, name in opened},
        lines=tuple(
            StudyLine(
                id=line.id,
                number=line.number,
                description=line.description or line.part_id or "",
                quantity=line.quantity,
                uom=line.uom,
            )
            for line in request.lines
        ),
        pairs=_facts_of_bids(request, opened, problem, records, days, settings, landed),
        incumbents=tuple(
            (supplier, line.id)
            for line in request.lines
            if (supplier := incumbents.get(line.part_id or "")) and (supplier, line.id) in there
        ),
        short=short,
    )


def with_losses(problem: Problem, facts: StudyFacts) -> Problem:
    """The problem with what each bid's pieces are expected to cost beside their price."""
    pairs = facts.pair_facts()
    bids = tuple(
        replace(
            bid,
            expected_cost=pairs[bid.supplier, bid.line].loss,
            lead_days=pairs[bid.supplier, bid.line].lead_days,
            late=pairs[bid.supplier, bid.line].late_days > 0,
        )
        for bid in problem.bids
    )
    return replace(problem, bids=bids)


def _facts_of_bids(
    request: PartsRequest,
    opened: Sequence[tuple[Bid, str]],
    problem: Problem,
    records: BidderRecords,
    days: FirmDays,
    settings: CostSettings,
    landed: LandedByPair,
) -> tuple[BidFacts, ...]:
    lines = {line.id: line for line in request.lines}
    there = {(bid.supplier, bid.line) for bid in problem.bids}
    usual = {
        line_id: _mean_loss_share(records, line_id, settings)
        for line_id in {key[1] for key in there}
    }
    return tuple(
        _facts_of_bid(
            bid,
            line,
            lines[line.request_line_id].need_by,
            _loss_share(records, (bid.firm_id, line.request_line_id), settings),
            usual[line.request_line_id],
            landed.get((bid.firm_id, line.request_line_id), UNKNOWN_TERMS),
            days.today(bid.firm_id),
            settings,
        )
        for bid, _ in opened
        for line in bid.lines
        if (bid.firm_id, line.request_line_id) in there
    )


def _facts_of_bid(
    bid: Bid,
    line: BidLine,
    need_by: date | None,
    share: float | None,
    usual: float | None,
    terms: LandedTerms,
    today: date,
    settings: CostSettings,
) -> BidFacts:
    lead_days, price = line.lead_days or 0, line.at_one.unit_price or Decimal(0)
    promised_on = today + timedelta(days=lead_days)
    late_days = max(0, (promised_on - need_by).days) if need_by else 0
    failings = (usual or 0.0) if share is None or usual is None else share
    low, high = terms.freight_range(price) or (None, None)
    estimate = terms.freight if terms.is_estimate else None
    return BidFacts(
        supplier=bid.firm_id,
        line=line.request_line_id,
        bid_id=bid.id,
        lead_days=lead_days,
        promised_on=promised_on,
        late_days=late_days,
        has_record=share is not None and usual is not None,
        loss=_price_loss(price, failings + late_days * settings.reckoned("late_day_share")),
        is_loss_known=usual is not None,
        freight=None if estimate is None else estimate.at(price),
        freight_low=None if estimate is None else low,
        freight_high=None if estimate is None else high,
        is_cost_known=terms.is_whole,
    )


def _loss_share(
    records: BidderRecords, key: tuple[str, str], settings: CostSettings
) -> float | None:
    """What a firm's bad and late pieces cost, as a part of the price; None if it was not ranked.

    As the ranking reckoned it, where it knew a price; else from quality and delivery alone.
    """
    record = records.get(key)
    if record is None:
        return None
    if record.loss_share is not None:
        return record.loss_share
    if record.quality is None or record.delivery is None or not _has_delivered(record):
        return None
    bad, late = 1 - record.quality.value, 1 - record.delivery.value
    days = late * USUAL_DELAY_DAYS
    return bad * settings.reckoned("defect_multiple") + days * settings.reckoned("late_day_share")


def _mean_loss_share(records: BidderRecords, line_id: str, settings: CostSettings) -> float | None:
    """The mean of those who were ranked for a line: a firm without a record is like them.

    None where none of them ever delivered: then nobody knows, and it decides nothing.
    """
    if not any(_has_delivered(record) for key, record in records.items() if key[1] == line_id):
        return None
    shares = [_loss_share(records, key, settings) for key in records if key[1] == line_id]
    ranked = [share for share in shares if share is not None]
    return sum(ranked) / len(ranked) if ranked else None


def _has_delivered(record: BidderRecord) -> bool:
    """Whether anything stands behind its rates but the mean of its category."""
    rates = (record.quality, record.delivery)
    is_ranked = record.loss_share is not None
    return is_ranked or any(rate is not None and rate.evidence > 0 for rate in rates)


def _price_loss(price: Decimal, share: float) -> Decimal:
    return (price * Decimal(f"{share:.6f}")).quantize(LOSS_STEP, ROUND_HALF_EVEN)
