"""What a bid may hold, what it lacks before it can be submitted, and what is odd about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from supplychain.errors import FieldError, Invalid
from supplychain.model.bids.lines import DELIVERED, BidContent, BidLine, Bundle
from supplychain.model.capabilities import INCOTERMS, MAX_PAYMENT_DAYS, TIER_RULES
from supplychain.model.money import MAX_AMOUNT
from supplychain.model.parts_requests.parts_request import PartsRequest, RequestLine

MAX_LEAD_DAYS: Final = 3650
MAX_TIERS: Final = 9
"""Prices beside the first one."""
MAX_BUNDLES: Final = 10


def fitted(request: PartsRequest, content: BidContent) -> tuple[BidLine, ...]:
    """The lines that are bid on, numbered and in the request's order.

    Raises:
        Invalid: an unknown line, one twice, or something that no draft may hold.
    """
    asked = {line.id: line for line in request.lines}
    errors: list[FieldError] = []
    kept: dict[str, BidLine] = {}
    for at, line in enumerate(content.lines):
        found = asked.get(line.request_line_id)
        if found is None or line.request_line_id in kept:
            problem = "The request has no such line." if found is None else "This line is twice."
            errors.append(_error(at, "request_line_id", problem))
            continue
        errors.extend(_impossible(at, line, found))
        errors.extend(_impossible_tiers(at, line))
        errors.extend(_covered_freight(at, line, content.incoterm))
        if not line.is_blank(found.quantity):
            kept[found.id] = replace(line, number=found.number)
    errors.extend(_impossible_terms(content))
    errors.extend(_impossible_bundles(content.bundles, asked))
    if errors:
        raise Invalid(errors=errors)
    return tuple(sorted(kept.values(), key=lambda line: line.number))


def incomplete(request: PartsRequest, content: BidContent) -> list[FieldError]:
    """What is missing before the bid can be submitted; pointers count ``content.lines``."""
    asked = {line.id: line for line in request.lines}
    errors = _validity(request, content.valid_until)
    filled = {
        line.request_line_id: line
        for line in content.lines
        if not line.is_blank(asked[line.request_line_id].quantity)
    }
    for at, line in enumerate(content.lines):
        if line.request_line_id in filled:
            errors.extend(_missing(at, line))
    if not filled:
        errors.insert(
            0, FieldError(pointer="/lines", message="Give a price for at least one line.")
        )
    return [*errors, *_broken_bundles(content.bundles, asked, filled)]


def check_complete(request: PartsRequest, content: BidContent) -> None:
    """Refuse to submit what is incomplete.

    Raises:
        Invalid: with all that is missing.
    """
    errors = incomplete(request, content)
    if errors:
        raise Invalid(errors=errors)


def oddities(lines: Iterable[BidLine]) -> list[FieldError]:
    """What is allowed but looks like a slip: a price that does not fall with the quantity."""
    message = "Line %(number)s: the price for larger quantities is not lower. Is that meant?"
    return [
        _error(line.number, "tiers", message, number=line.number)
        for line in lines
        if any(
            later.unit_price >= before.unit_price
            for before, later in zip(line.prices, line.tiers, strict=False)
        )
        and line.unit_price is not None
    ]


def _impossible(at: int, line: BidLine, asked: RequestLine) -> list[FieldError]:
    errors: list[FieldError] = []
    if line.quantity is not None and not 1 <= line.quantity <= asked.quantity:
        message = "Offer from 1 to %(most)s, the quantity that is asked for."
        errors.append(_error(at, "quantity", message, most=asked.quantity))
    most = min(line.quantity or asked.quantity, asked.quantity)
    if line.min_quantity is not None and not 1 <= line.min_quantity <= most:
        message = "Enter from 1 to %(most)s, the quantity that you offer."
        errors.append(_error(at, "min_quantity", message, most=most))
    if line.unit_price is not None and line.unit_price <= 0:
        errors.append(_error(at, "unit_price", "Enter a price above 0."))
    if line.tooling < 0:
        errors.append(_error(at, "tooling", "Enter 0 or more."))
    if line.freight is not None and line.freight < 0:
        errors.append(_error(at, "freight", "Enter 0 or more."))
    if line.lead_days is not None and not 0 <= line.lead_days <= MAX_LEAD_DAYS:
        message = "Enter from 0 to %(most)s days."
        errors.append(_error(at, "lead_days", message, most=MAX_LEAD_DAYS))
    if not errors and line.total > MAX_AMOUNT:
        message = "This amount is too large. Check price and quantity."
        errors.append(_error(at, "unit_price", message))
    return errors


def _impossible_tiers(at: int, line: BidLine) -> list[FieldError]:
    errors: list[FieldError] = []
    if len(line.tiers) > MAX_TIERS:
        message = "Give at most %(most)s prices for larger quantities."
        errors.append(_error(at, "tiers", message, most=MAX_TIERS))
    if line.tier_rule not in TIER_RULES:
        errors.append(_error(at, "tier_rule", "Choose one from the list."))
    last = 1
    for number, tier in enumerate(line.tiers):
        if tier.start <= last:
            message = "Start at more than %(last)s, where the price before starts."
            errors.append(_error(at, f"tiers/{number}/from", message, last=last))
        elif line.quantity is not None and tier.start > line.quantity:
            message = "You offer %(most)s, so this price is never reached."
            errors.append(_error(at, f"tiers/{number}/from", message, most=line.quantity))
        if tier.unit_price <= 0:
            errors.append(_error(at, f"tiers/{number}/unit_price", "Enter a price above 0."))
        last = max(last, tier.start)
    return errors


def _covered_freight(at: int, line: BidLine, incoterm: str | None) -> list[FieldError]:
    if line.freight and incoterm in DELIVERED:
        message = "With %(incoterm)s the price covers the freight. Leave this empty."
        return [_error(at, "freight", message, incoterm=incoterm)]
    return []


def _impossible_terms(content: BidContent) -> list[FieldError]:
    errors: list[FieldError] = []
    if not 0 <= content.one_off_cost <= MAX_AMOUNT:
        errors.append(FieldError(pointer="/one_off_cost", message="Enter 0 or more."))
    if content.incoterm is not None and content.incoterm not in INCOTERMS:
        errors.append(FieldError(pointer="/incoterm", message="Choose one from the list."))
    if content.payment_days is not None and not 0 <= content.payment_days <= MAX_PAYMENT_DAYS:
        values = (("most", MAX_PAYMENT_DAYS),)
        message = "Enter from 0 to %(most)s days."
        errors.append(FieldError(pointer="/payment_days", message=message, values=values))
    return errors


def _impossible_bundles(
    bundles: tuple[Bundle, ...], asked: Mapping[str, RequestLine]
) -> list[FieldError]:
    errors: list[FieldError] = []
    if len(bundles) > MAX_BUNDLES:
        message = "Give at most %(most)s discounts for several lines."
        values = (("most", MAX_BUNDLES),)
        errors.append(FieldError(pointer="/bundles", message=message, values=values))
    seen: set[frozenset[str]] = set()
    for at, bundle in enumerate(bundles):
        lines = frozenset(bundle.request_line_ids)
        if not lines <= asked.keys():
            errors.append(_of_bundle(at, "lines", "The request has no such line."))
        elif len(lines) < 2 or len(lines) < len(bundle.request_line_ids):
            errors.append(_of_bundle(at, "lines", "Choose two or more lines, each once."))
        elif lines in seen:
            errors.append(_of_bundle(at, "lines", "These lines have a discount already."))
        if not 0 < bundle.discount < 100 or bundle.discount != round(bundle.discount, 4):
            message = "Enter a percentage above 0 and below 100, with at most 4 decimals."
            errors.append(_of_bundle(at, "discount", message))
        seen.add(lines)
    return errors


def _broken_bundles(
    bundles: tuple[Bundle, ...], asked: Mapping[str, RequestLine], filled: Mapping[str, BidLine]
) -> list[FieldError]:
    errors: list[FieldError] = []
    for at, bundle in enumerate(bundles):
        for line_id in bundle.request_line_ids:
            line = filled.get(line_id)
            if line is None or line.quantity != asked[line_id].quantity:
                message = "Offer line %(number)s whole, or take it out of the discount."
                errors.append(_of_bundle(at, "lines", message, number=asked[line_id].number))
    return errors


def _missing(at: int, line: BidLine) -> list[FieldError]:
    wanted = (
        ("quantity", line.quantity, "Say how many you offer."),
        ("unit_price", line.unit_price, "Enter the price for one."),
        ("lead_days", line.lead_days, "Say how many days you need from the order."),
    )
    return [_error(at, name, message) for name, value, message in wanted if value is None]


def _validity(request: PartsRequest, valid_until: date | None) -> list[FieldError]:
    if valid_until is None:
        return [FieldError(pointer="/valid_until", message="Say until when your bid holds.")]
    assert request.deadline is not None
    if valid_until < request.deadline.date():
        message = "The bid must hold at least until the day of the deadline."
        return [FieldError(pointer="/valid_until", message=message)]
    return []


def _error(at: int, name: str, message: str, **values: object) -> FieldError:
    return FieldError(pointer=f"/lines/{at}/{name}", message=message, values=tuple(values.items()))


def _of_bundle(at: int, name: str, message: str, **values: object) -> FieldError:
    pointer = f"/bundles/{at}/{name}"
    return FieldError(pointer=pointer, message=message, values=tuple(values.items()))
