"""Comparisons and awards as the API and the pages read and write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import fields, post_load, validate

from supplychain.actions.awards.awards import Comparison
from supplychain.actions.awards.recommending import Recommendation
from supplychain.actions.parts_requests.rates import SaidRate
from supplychain.graph.awards import DecidedAward
from supplychain.model.awards.award import AwardChoice, list_uncovered
from supplychain.model.awards.comparisons import Allocation
from supplychain.model.awards.tables import LineTable, QuoteRow, SupplierTotal
from supplychain.model.bids.bid import Bid
from supplychain.model.quantities import Quantity
from supplychain.web.input.fields import (
    Currency,
    Day,
    ExchangeRate,
    Id,
    Instant,
    Money,
    MoneyDifference,
    OfLine,
    Strict,
    Text,
    UnitQuantity,
)
from supplychain.web.input.line_spans import LineSpan, NextLines
from supplychain.web.schemas.bids import PriceTierOut
from supplychain.web.schemas.parts_requests.parts_requests import RequestRateOut
from supplychain.web.schemas.rankings.rankings import RateOut

MAX_ALLOCATIONS: Final = 5000


class AllocationIn(OfLine):
    """So much of a line to a bid; 0 or nothing gives it nothing."""

    bid_id = Id(required=True)
    request_line_id = Id(required=True)
    quantity = UnitQuantity(may_be_nothing=True, load_default=0)


class AwardIn(Strict):
    """What is awarded. A reason is needed where a line is split or not given as recommended."""

    allocations = fields.List(
        fields.Nested(AllocationIn),
        load_default=list,
        validate=validate.Length(max=MAX_ALLOCATIONS, error="There are not so many bids."),
    )
    reason = Text(most=2000, load_default="")
    accept_uncovered = fields.Boolean(
        load_default=False, metadata={"description": "you know that not all is covered"}
    )
    scenario_id = Text(
        most=64,
        load_default="",
        metadata={"description": "of an award study of this request that it was taken from"},
    )


class FailureIn(Strict):
    """Why nothing is awarded; only your own firm reads it."""

    reason = Text(
        most=2000,
        least=1,
        required=True,
        error_messages={"required": "Say why nothing is awarded."},
    )


class RateIn(Strict):
    """What one unit of the currency of a bid is worth in the request's."""

    currency = Currency(required=True)
    rate = ExchangeRate(required=True)
    on = Day(allow_none=True, load_default=None, metadata={"description": "left out is today"})

    @post_load
    def make_rate(self, values: dict[str, Any], **_: Any) -> SaidRate:
        """The rate itself."""
        return SaidRate(**values)


class WaitingBidOut(Strict):
    """A bid in a currency without a rate: it is compared as soon as you say one."""

    bid_id = fields.String()
    firm_id = fields.String()
    firm_name = fields.String()
    currency = fields.String()
    total = Money(metadata={"description": "in its own currency, if all that is offered is won"})


class TypedQuoteOut(Strict):
    """A quote in the unit in which it was bid."""

    uom = fields.String()
    quantity = UnitQuantity()
    unit_price = Money()
    price_per = fields.Integer()


class QuoteOut(Strict):
    """One supplier's quote for one line; all money but ``owed_unit_price`` in the request's."""

    bid_id = fields.String()
    firm_id = fields.String()
    firm_name = fields.String()
    offered = UnitQuantity()
    least = UnitQuantity(metadata={"description": "the least that is made if any is"})
    pack = UnitQuantity(
        allow_none=True, metadata={"description": "sold in whole packs of so much; null: any"}
    )
    compared = UnitQuantity(
        metadata={"description": "the least that is sold which covers the line, or all offered"}
    )
    unit_price = Money(metadata={"description": "of price_per units, from the first one on"})
    price_per = fields.Integer(metadata={"description": "units that the prices are for"})
    owed_currency = fields.String(metadata={"description": "of the bid and of its order"})
    owed_unit_price = Money(
        metadata={"description": "as it was bid, of price_per units, without VAT"}
    )
    typed = fields.Nested(
        TypedQuoteOut,
        allow_none=True,
        metadata={"description": "as it was bid, where that is another unit than the line's"},
    )
    tiers = fields.List(fields.Nested(PriceTierOut))
    tier_rule = fields.String()
    tooling = Money()
    freight = Money(allow_none=True, metadata={"description": "a piece; null is unknown"})
    freight_from = fields.String(
        allow_none=True,
        metadata={
            "description": "bid, terms (in the price); or, as an estimate: ledger (your past with "
            "this firm), category (your mean), table (your freight table), assumed (your usual "
            "share where you pay it)"
        },
    )
    freight_low = Money(allow_none=True, metadata={"description": "its likely range"})
    freight_high = Money(allow_none=True)
    duty = Money(allow_none=True, metadata={"description": "a piece; null is unknown or not asked"})
    tax = Money(allow_none=True, metadata={"description": "what you cannot reclaim"})
    payment = MoneyDifference(
        allow_none=True, metadata={"description": "interest of a later payment, 0 or less"}
    )
    landed_cost = Money(
        metadata={"description": "a needed piece, at compared, as far as it is known"}
    )
    landed_cost_known = fields.Boolean(
        metadata={"description": "freight and duty are known or estimated"}
    )
    lead_days = fields.Integer()
    promised_on = Day()
    late_days = fields.Integer(metadata={"description": "after the need-by date; 0 is in time"})
    holds = fields.Boolean(metadata={"description": "whether the bid is still valid"})
    note = fields.String()
    quality = fields.Nested(RateOut, allow_none=True)
    delivery = fields.Nested(RateOut, allow_none=True)
    possible = fields.Integer(allow_none=True, metadata={"description": "pieces by the need date"})
    finish_on = Day(
        allow_none=True,
        metadata={"description": "all is there: made, and not before the lead time that was bid"},
    )
    given = UnitQuantity(
        may_be_nothing=True, metadata={"description": "in the award, or else in the proposal"}
    )
    given_price = Money(
        allow_none=True, metadata={"description": "of a piece, on average in what is given"}
    )
    best = fields.List(fields.String(), metadata={"description": "columns where nobody is better"})


class SurplusOut(Strict):
    """What is bought of a line above its need, and why."""

    bought = UnitQuantity(metadata={"description": "in all"})
    why = fields.String(
        metadata={
            "description": "price (just enough costs more), pack or least (of a supplier), or any"
        }
    )
    saved = Money(metadata={"description": "what just enough would cost more; 0 unless price"})


class ComparedLine(Strict):
    """All quotes for a line, cheapest landed cost first."""

    request_line_id = fields.String()
    number = fields.Integer()
    quantity = UnitQuantity()
    most_quantity = UnitQuantity(metadata={"description": "the most that your line takes"})
    uncovered = UnitQuantity(may_be_nothing=True)
    surplus = fields.Nested(
        SurplusOut,
        allow_none=True,
        metadata={"description": "what the award, or else the proposal, buys above the quantity"},
    )
    quotes = fields.List(fields.Nested(QuoteOut))


class SupplierCostOut(Strict):
    """What one supplier charges in the award, or else in the proposal.

    In the request's currency, but for ``owed_total``, which is what its order says.
    """

    bid_id = fields.String()
    lines = Money(metadata={"description": "all pieces with tooling"})
    one_off_cost = Money()
    freight = Money(metadata={"description": "as it was bid beside the prices"})
    discount = Money(metadata={"description": "of bundles whose lines it gets whole"})
    total = Money()
    owed_currency = fields.String()
    owed_total = Money()


class AllocationOut(Strict):
    """So much of a line to a bid."""

    bid_id = fields.String()
    request_line_id = fields.String()
    quantity = UnitQuantity()


class MadeOrder(Strict):
    """A line of an order that the award made."""

    order_id = fields.String()
    number = fields.String()
    state = fields.String()
    supplier_id = fields.String()
    supplier_name = fields.String()
    bid_id = fields.String()
    request_line_id = fields.String()
    line_number = fields.Integer()
    quantity = UnitQuantity()
    currency = fields.String()
    unit_price = Money()
    tooling = Money()


class DecidedOut(Strict):
    """The decision; without orders nothing was awarded."""

    id = fields.String()
    reason = fields.String()
    at = Instant()
    order_lines = fields.List(fields.Nested(MadeOrder))


class RecommendationOut(Strict):
    """How the proposal came about: least landed cost and expected loss among what is in time."""

    how = fields.String(metadata={"description": "optimal (proven) or line_by_line (not proven)"})
    late_lines = fields.List(
        fields.String(), metadata={"description": "lines that nobody covers in time"}
    )
    in_time_price = Money(
        allow_none=True,
        metadata={"description": "what it costs that all is in time; null: nobody is late"},
    )
    expected_loss_known = fields.Boolean(
        metadata={"description": "else nobody has a record, and expected losses decide nothing"}
    )


class AwardOut(Strict):
    """The opened bids side by side, the recommended split, and the award once there is one."""

    request_id = fields.String()
    state = fields.String()
    currency = fields.String()
    rates = fields.List(fields.Nested(RequestRateOut))
    waiting = fields.List(fields.Nested(WaitingBidOut))
    lines = fields.List(fields.Nested(ComparedLine))
    next_cursor = NextLines()
    suppliers = fields.List(fields.Nested(SupplierCostOut))
    proposal = fields.List(fields.Nested(AllocationOut))
    recommendation = fields.Nested(RecommendationOut)
    award = fields.Nested(DecidedOut, allow_none=True)


def choice_of(sent: dict[str, Any]) -> AwardChoice:
    """What was sent, as the rules take it."""
    return AwardChoice(
        allocations=tuple(Allocation(**each) for each in sent["allocations"]),
        reason=sent["reason"],
        accept_uncovered=sent["accept_uncovered"],
        scenario_id=sent["scenario_id"],
    )


def dump_comparison(comparison: Comparison, span: LineSpan) -> dict[str, Any]:
    """A comparison as ``AwardOut`` has it, with the quotes for the lines of a span."""
    shown = span.cut(comparison.tables, lambda table: table.line.number)
    missing = list_uncovered(
        comparison.request, [each for each in _shown_allocations(comparison) if each.quantity]
    )
    return {
        "request_id": comparison.request.id,
        "state": comparison.request.state,
        "currency": comparison.request.currency,
        "rates": comparison.request.rates,
        "waiting": [
            {
                "bid_id": bid.id,
                "firm_id": bid.firm_id,
                "firm_name": name,
                "currency": bid.currency,
                "total": bid.total,
            }
            for bid, name in comparison.waiting
        ],
        "lines": [
            _dump_line(table, missing.get(table.line.id, 0), comparison.owed)
            for table in shown.items
        ],
        "next_cursor": shown.next_cursor,
        "suppliers": [_dump_cost(total) for total in comparison.totals if total.taken_lines],
        "proposal": comparison.proposal,
        "recommendation": _dump_recommendation(comparison.recommendation),
        "award": _dump_award(comparison.award) if comparison.award else None,
    }


def _shown_allocations(comparison: Comparison) -> tuple[Allocation, ...]:
    return comparison.award.award.allocations if comparison.award else comparison.proposal


def _dump_recommendation(best: Recommendation) -> dict[str, Any]:
    return {
        "how": best.how,
        "late_lines": best.late_lines,
        "in_time_price": best.in_time_price,
        "expected_loss_known": best.is_loss_known,
    }


def _dump_line(table: LineTable, missing: Quantity, owed: Mapping[str, Bid]) -> dict[str, Any]:
    return {
        "request_line_id": table.line.id,
        "number": table.line.number,
        "quantity": table.line.quantity,
        "most_quantity": table.line.most_quantity,
        "uncovered": missing,
        "surplus": table.surplus,
        "quotes": [
            {
                **_dump_quote(row),
                "owed_currency": owed[row.bid_id].currency,
                "owed_unit_price": owed[row.bid_id].price_of(table.line.id),
            }
            for row in table.rows
        ],
    }


def _dump_cost(total: SupplierTotal) -> dict[str, Any]:
    names = ("lines", "one_off_cost", "freight", "discount", "total")
    return {
        "bid_id": total.bid_id,
        **{name: getattr(total.charge, name) for name in names},
        "owed_currency": total.owed_currency,
        "owed_total": total.owed_charge.total,
    }


def _dump_quote(row: QuoteRow) -> dict[str, Any]:
    names = (
        "bid_id", "firm_id", "firm_name", "offered", "least", "pack", "compared",
        "unit_price", "price_per", "typed", "tiers", "tier_rule", "tooling", "freight",
        "freight_from", "freight_low", "freight_high", "duty", "tax", "payment", "landed_cost",
        "lead_days", "promised_on", "late_days", "holds", "note",
    )  # fmt: skip
    return {
        **{name: getattr(row, name) for name in names},
        "landed_cost_known": row.is_landed_known,
        "given": row.taken,
        "given_price": row.taken_price,
        "quality": row.record.quality,
        "delivery": row.record.delivery,
        "possible": row.record.possible,
        "finish_on": row.finish_on,
        "best": sorted(row.best),
    }


def _dump_award(decided: DecidedAward) -> dict[str, Any]:
    award = decided.award
    return {"id": award.id, "reason": award.reason, "at": award.at, "order_lines": decided.orders}
