"""A request with its opened bids as an award problem, and an answer as allocations.

The problem is the raw JSON of ``docs/award.md``: numbers are decimal texts. Suppliers are named
by their firm's id, lines by the request line's id; a firm has one bid, so both ways are exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from supplychain.model.awards.comparisons import Allocation, Freights, Quote, quotes_for
from supplychain.model.bids.bid import Bid
from supplychain.model.bids.lines import Bundle
from supplychain.model.parts_requests.parts_request import PartsRequest

DECIMALS: Final = 12
"""Of a number in the file at most."""
Pair = tuple[str, str]
"""(firm id, request line id)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known beside request and bids; all of it may be left out.

    Attributes:
        firms: firm id to its public profile (``kind``, ``region``, ``country``).
        possible: pieces that a firm can make of a line by the need date, where known.
        expected_cost: what a piece costs beside price and freight: defects, lateness, risk.
        shortage_prices: what a missing piece of a line costs; a line without one must be covered.
    """

    firms: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    possible: Mapping[Pair, int] = field(default_factory=dict)
    expected_cost: Mapping[Pair, Decimal] = field(default_factory=dict)
    shortage_prices: Mapping[str, Decimal] = field(default_factory=dict)


NOTHING_KNOWN: Final = Known()


def problem_of(
    request: PartsRequest,
    bids: Iterable[Bid],
    freights: Freights,
    *,
    today: date,
    known: Known = NOTHING_KNOWN,
    rules: Sequence[Mapping[str, Any]] = (),
    limits: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The award problem of a request.

    Args:
        request: with its lines.
        bids: opened ones; those that no longer hold on ``today`` are left out.
        freights: the buyer's own freight of a piece, where known; unknown counts as nothing.
        today: the day of the award.
        known: what else there is.
        rules, limits: as in the file.

    Returns:
        The file as a dict. What a firm can make bounds its bid's ``max_quantity``; a bid that
        is left with less than its minimum is not in it, nor a bundle that cannot be won. Prices
        are landed, with freight; since a bundle takes nothing off freight, its ``discount`` is
        the part of the landed cost that it takes off (12 decimals where that is not finite).
    """
    holding = [bid for bid in bids if bid.valid_until and bid.valid_until >= today]
    offers = [
        (quote, most)
        for line in request.lines
        for quote in quotes_for(line, holding, freights)
        if (most := _most(quote, known)) >= quote.line.least
    ]
    winners = {quote.bid.id for quote, _ in offers}
    return {
        "currency": request.currency,
        "lines": [
            {"id": line.id, "quantity": str(line.quantity), "whole": True}
            | _shortage(known.shortage_prices.get(line.id))
            for line in request.lines
        ],
        "suppliers": [_supplier(bid, known) for bid in holding if bid.id in winners],
        "bids": [_offer(quote, most, known) for quote, most in offers],
        "bundles": _bundles(holding, offers, {line.id: line.quantity for line in request.lines}),
        "rules": [dict(rule) for rule in rules],
        "limits": dict(limits or {}),
    }


def choice_of(answer: Mapping[str, Any], bids: Iterable[Bid]) -> tuple[Allocation, ...]:
    """The allocations of an answer (its JSON), as an award takes them."""
    bid_ids = {bid.firm_id: bid.id for bid in bids}
    return tuple(
        Allocation(
            bid_id=bid_ids[each["supplier"]],
            request_line_id=each["line"],
            quantity=int(Decimal(each["quantity"])),
        )
        for each in answer["allocations"]
        if Decimal(each["quantity"]) > 0
    )


def _most(quote: Quote, known: Known) -> int:
    possible = known.possible.get((quote.bid.firm_id, quote.line.request_line_id))
    return quote.offered if possible is None else min(quote.offered, possible)


def _offer(quote: Quote, most: int, known: Known) -> dict[str, Any]:
    freight = quote.freight or Decimal(0)
    first, *others = (tier for tier in quote.line.prices if tier.start <= most)
    starts = [0, *(tier.start for tier in others)]
    return {
        "supplier": quote.bid.firm_id,
        "line": quote.line.request_line_id,
        "tiers": [
            {"from": str(start), "unit_price": _text(tier.unit_price + freight)}
            for start, tier in zip(starts, (first, *others), strict=True)
        ],
        "tier_rule": quote.line.tier_rule,
        "min_quantity": str(quote.line.min_quantity or 0),
        "max_quantity": str(most),
        "line_cost": _text(quote.line.tooling),
        **_expected(quote, known),
    }


def _expected(quote: Quote, known: Known) -> dict[str, str]:
    cost = known.expected_cost.get((quote.bid.firm_id, quote.line.request_line_id))
    return {} if cost is None else {"expected_cost": _text(round(cost, DECIMALS))}


def _bundle(
    bid: Bid,
    bundle: Bundle,
    offers: Sequence[tuple[Quote, int]],
    sizes: Mapping[str, int],
) -> dict[str, Any] | None:
    """A bundle of the file; None where a line of it cannot be won whole."""
    whole = {
        quote.line.request_line_id: quote
        for quote, most in offers
        if quote.bid.id == bid.id and most == sizes[quote.line.request_line_id]
    }
    if not whole.keys() >= set(bundle.request_line_ids):
        return None
    quotes = [whole[line_id] for line_id in bundle.request_line_ids]
    price = sum((quote.line.total for quote in quotes), Decimal(0))
    freight = sum((quote.offered * (quote.freight or Decimal(0)) for quote in quotes), Decimal(0))
    part = bundle.discount / 100
    return {
        "supplier": bid.firm_id,
        "lines": list(bundle.request_line_ids),
        "discount": _text(round(part * price / (price + freight), DECIMALS) if freight else part),
    }


def _supplier(bid: Bid, known: Known) -> dict[str, Any]:
    return {
        "id": bid.firm_id,
        "one_off_cost": _text(bid.one_off_cost),
        "attributes": _attributes(known.firms.get(bid.firm_id, {})),
    }


def _bundles(
    bids: Iterable[Bid], offers: Sequence[tuple[Quote, int]], sizes: Mapping[str, int]
) -> list[dict[str, Any]]:
    return [
        found
        for bid in bids
        for bundle in bid.bundles
        if (found := _bundle(bid, bundle, offers, sizes))
    ]


def _attributes(firm: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: firm[name] for name in ("region", "country") if firm.get(name)}
    return {"sme": firm["kind"] == "sme", **told} if firm.get("kind") else told


def _shortage(price: Decimal | None) -> dict[str, str]:
    return {} if price is None else {"shortage_price": _text(price)}


def _text(number: Decimal) -> str:
    return f"{number:f}"
