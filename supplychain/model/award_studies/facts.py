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
from supplychain.model.awards.records import BidderRecords
from supplychain.model.bids.bid import Bid
from supplychain.model.cost_settings import STANDARD, CostSettings
from supplychain.model.parts_requests.parts_request import PartsRequest

USUAL_DELAY_DAYS: Final = 5
"""Days that a late delivery is late, where nothing better is known."""

LOSS_STEP: Final = Decimal("0.0001")
"""Money has four decimals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyLine:
    """A line of the request as the study tells it."""

    id: str
    number: int
    description: str
    quantity: int
    uom: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BidFacts:
    """What is known of a bid for a line.

    Attributes:
        lead_days: as quoted.
        promised_on: the study's day and the lead time.
        late_days: after the need-by date; 0 is in time.
        has_record: the buyer's ranking knows how the supplier delivers.
        loss: what late and bad deliveries of a piece are expected to cost.
    """

    supplier: str
    line: str
    bid_id: str
    lead_days: int
    promised_on: date
    late_days: int
    has_record: bool
    loss: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyFacts:
    """All of it.

    Attributes:
        today: from which lead days count.
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
    today: date,
    settings: CostSettings = STANDARD,
) -> StudyFacts:
    """What a study keeps.

    Args:
        request: with its lines.
        opened: bids with the names of their firms.
        problem: as ``problems.problem_of`` makes it.
        records: what the ranking knew of quality and delivery.
        incumbents: part id to the firm that supplies most of it today.
        short: by line, what nobody offers of it.
        today: from which lead days count.
        settings: what the buyer reckons a defect and a late day with.
    """
    there = {(bid.supplier, bid.line) for bid in problem.bids}
    return StudyFacts(
        today=today,
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
        pairs=_facts_of_bids(request, opened, problem, records, today, settings),
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
    today: date,
    settings: CostSettings,
) -> tuple[BidFacts, ...]:
    need_by = {line.id: line.need_by for line in request.lines}
    prices = {(bid.supplier, bid.line): bid.tiers[0].unit_price for bid in problem.bids}
    facts = []
    for bid, _ in opened:
        for line in bid.lines:
            key = (bid.firm_id, line.request_line_id)
            if key not in prices:
                continue
            needed, lead_days = need_by[line.request_line_id], line.lead_days or 0
            promised_on = today + timedelta(days=lead_days)
            late_days = max(0, (promised_on - needed).days) if needed else 0
            share = _loss_share(records, key, settings)
            usual = _mean_loss_share(records, key[1], settings) if share is None else share
            lost = usual + late_days * settings.reckoned("late_day_share")
            facts.append(
                BidFacts(
                    supplier=bid.firm_id,
                    line=line.request_line_id,
                    bid_id=bid.id,
                    lead_days=lead_days,
                    promised_on=promised_on,
                    late_days=late_days,
                    has_record=share is not None,
                    loss=_price_loss(prices[key], lost),
                )
            )
    return tuple(facts)


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
    if record.quality is None or record.delivery is None:
        return None
    bad, late = 1 - record.quality.value, 1 - record.delivery.value
    days = late * USUAL_DELAY_DAYS
    return bad * settings.reckoned("defect_multiple") + days * settings.reckoned("late_day_share")


def _mean_loss_share(records: BidderRecords, line_id: str, settings: CostSettings) -> float:
    """The mean of those who were ranked for a line: a firm without a record is like them."""
    shares = [_loss_share(records, key, settings) for key in records if key[1] == line_id]
    ranked = [share for share in shares if share is not None]
    return sum(ranked) / len(ranked) if ranked else 0.0


def _price_loss(price: Decimal, share: float) -> Decimal:
    return (price * Decimal(f"{share:.6f}")).quantize(LOSS_STEP, ROUND_HALF_EVEN)
