"""What a bid may hold, what it lacks before it can be submitted, and what is odd about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Final

from supplychain.errors import FieldError, Invalid
from supplychain.model.bids.line_units import in_line_unit, most_in_unit
from supplychain.model.bids.lines import (
    DELIVERED,
    BidContent,
    BidLine,
    Bundle,
)
from supplychain.model.money import MAX_AMOUNT, PRICE_BASES_UNITS
from supplychain.model.offers import INCOTERMS, MAX_PAYMENT_DAYS, TIER_RULES
from supplychain.model.parts_requests.conversions import (
    find_ratio,
    list_units,
    round_down,
    round_up,
)
from supplychain.model.parts_requests.parts_request import PartsRequest, RequestLine
from supplychain.model.quantities import (
    Quantity,
    find_quantity_problem,
    is_measured,
    round_down_to_pack,
    round_up_to_pack,
    step_of_unit,
)
from supplychain.model.units import unit_symbol
from supplychain.model.vat import GROSS, check_percent

MAX_LEAD_DAYS: Final = 3650
MAX_TIERS: Final = 9
"""Prices beside the first one."""
MAX_BUNDLES: Final = 10


def fit_content(request: PartsRequest, content: BidContent) -> BidContent:
    """The content with the lines that are bid on, numbered and in the request's order.

    Raises:
        Invalid: an unknown line, one twice, or something that no draft may hold.
    """
    request_lines = {line.id: line for line in request.lines}
    errors: list[FieldError] = []
    kept: dict[str, BidLine] = {}
    for row, line in enumerate(content.lines):
        request_line = request_lines.get(line.request_line_id)
        if request_line is None or line.request_line_id in kept:
            is_unknown = request_line is None
            problem = "The request has no such line." if is_unknown else "This line is twice."
            errors.append(_line_error(row, "request_line_id", problem))
            continue
        errors.extend(_check_line(row, line, request_line))
        errors.extend(_check_tiers(row, line))
        errors.extend(_check_freight(row, line, content.incoterm))
        if not line.is_blank(request_line.quantity):
            kept[request_line.id] = replace(line, number=request_line.number)
    currency = content.currency or request.currency
    if currency not in request.currencies:
        message = "The buyer takes bids in %(codes)s alone. Choose one of these."
        values = (("codes", ", ".join(request.currencies)),)
        errors.append(FieldError(pointer="/currency", message=message, values=values))
    errors.extend(_check_terms(content))
    errors.extend(_check_bundles(content.bundles, request_lines))
    if errors:
        raise Invalid(errors=errors)
    lines = tuple(sorted(kept.values(), key=lambda line: line.number))
    return replace(content, currency=currency, lines=lines)


def list_missing(request: PartsRequest, content: BidContent) -> list[FieldError]:
    """What is missing before the bid can be submitted; pointers count ``content.lines``."""
    request_lines = {line.id: line for line in request.lines}
    errors = _check_validity(request, content.valid_until)
    filled = {
        line.request_line_id: line
        for line in content.lines
        if not line.is_blank(request_lines[line.request_line_id].quantity)
    }
    for row, line in enumerate(content.lines):
        if line.request_line_id in filled:
            errors.extend(_list_unfilled_fields(row, line))
    if not filled:
        errors.insert(
            0, FieldError(pointer="/lines", message="Give a price for at least one line.")
        )
    errors.extend(check_percent(content.vat_percent, is_required=request.tax_basis == GROSS))
    return [*errors, *_list_broken_bundles(content.bundles, request_lines, filled)]


def check_complete(request: PartsRequest, content: BidContent) -> None:
    """Refuse to submit what is incomplete.

    Raises:
        Invalid: with all that is missing.
    """
    errors = list_missing(request, content)
    if errors:
        raise Invalid(errors=errors)


def list_oddities(lines: Iterable[BidLine]) -> list[FieldError]:
    """What is allowed but looks like a slip: a price that does not fall with the quantity."""
    message = "Line %(number)s: the price for larger quantities is not lower. Is that meant?"
    return [
        _line_error(line.number, "tiers", message, number=line.number)
        for line in lines
        if any(
            later.unit_price >= before.unit_price
            for before, later in zip(line.prices, line.tiers, strict=False)
        )
        and line.unit_price is not None
    ]


def _check_line(row: int, line: BidLine, request_line: RequestLine) -> list[FieldError]:
    uom = line.uom or request_line.uom
    ratio = find_ratio(line.uom, request_line.uom, request_line.conversions)
    if ratio is None:
        return [_unit_error(row, line, request_line)]
    errors = _check_units(row, line, uom) or _check_conversion(row, line, request_line, ratio)
    whole = most_in_unit(line, request_line)
    errors += _check_pack(row, line, request_line, ratio) or _check_offered(
        row, line, request_line, whole
    )
    most = min(line.quantity or whole, whole)
    if line.min_quantity is not None and not 0 < line.min_quantity <= most:
        message = "Enter from %(least)s to %(most)s, the quantity that you offer."
        values = {"least": step_of_unit(uom), "most": most}
        errors.append(_line_error(row, "min_quantity", message, **values))
    if line.unit_price is not None and line.unit_price <= 0:
        errors.append(_line_error(row, "unit_price", "Enter a price above 0."))
    if line.price_per not in PRICE_BASES_UNITS:
        errors.append(_line_error(row, "price_per", "Choose one from the list."))
    if line.tooling < 0:
        errors.append(_line_error(row, "tooling", "Enter 0 or more."))
    if line.freight is not None and line.freight < 0:
        errors.append(_line_error(row, "freight", "Enter 0 or more."))
    if line.lead_days is not None and not 0 <= line.lead_days <= MAX_LEAD_DAYS:
        message = "Enter from 0 to %(most)s days."
        errors.append(_line_error(row, "lead_days", message, most=MAX_LEAD_DAYS))
    if not errors:
        errors.extend(_check_amounts(row, line))
    return errors


def _check_offered(
    row: int, line: BidLine, request_line: RequestLine, most: Quantity
) -> list[FieldError]:
    """Where more is offered than the buyer takes, or what is no number of whole packs."""
    quantity, pack = line.quantity, line.pack
    if quantity is None or not most:
        return []
    least = pack or step_of_unit(line.uom or request_line.uom)
    if not 0 < quantity <= most:
        message = "Offer from %(least)s to %(most)s, the quantity that is asked for."
        if pack or request_line.over_percent:
            message = "Offer from %(least)s to %(most)s: the buyer takes no more."
        return [_line_error(row, "quantity", message, least=least, most=most)]
    less, more = round_down_to_pack(quantity, pack), round_up_to_pack(quantity, pack)
    if less == more:
        return []
    if less and more <= most:
        message = "You sell this in packs of %(pack)s: offer %(less)s or %(more)s."
        return [_line_error(row, "quantity", message, pack=pack, less=less, more=more)]
    message = "You sell this in packs of %(pack)s: offer %(one)s."
    return [_line_error(row, "quantity", message, pack=pack, one=less or more)]


def _check_pack(
    row: int, line: BidLine, request_line: RequestLine, ratio: Fraction
) -> list[FieldError]:
    """Where a pack is more than the buyer takes, or no quantity in the unit of the line."""
    if line.pack is None:
        return []
    if line.pack <= 0:
        return [_line_error(row, "pack", "Enter a quantity above 0.")]
    own, packed = request_line.uom, Fraction(line.pack) * ratio
    if round_down(packed, own) != packed:
        message = "A pack of this size is no whole quantity in %(unit)s. Offer this line in that."
        return [_line_error(row, "pack", message, unit=unit_symbol(own))]
    if most_in_unit(line, request_line) >= line.pack:
        return []
    message = "The buyer takes at most %(most)s %(unit)s of this line, less than one pack."
    values = {"most": request_line.most_quantity, "unit": unit_symbol(own)}
    return [_line_error(row, "pack", message, **values)]


def _check_amounts(row: int, line: BidLine) -> list[FieldError]:
    """What would be too much to keep, at any quantity that can be ordered."""
    quantity = line.quantity or 0
    dearest = max(tier.unit_price for tier in line.at_one.prices)
    amounts = (
        ("unit_price", quantity * dearest + line.tooling),
        ("freight", line.carriage(quantity)),
    )
    message = "This amount is too large. Check price and quantity."
    return [_line_error(row, name, message) for name, amount in amounts if amount > MAX_AMOUNT]


def _unit_error(row: int, line: BidLine, request_line: RequestLine) -> FieldError:
    message = (
        "%(unit)s does not convert into %(own)s, in which this line is asked for. Offer in one of: "
        "%(units)s; or ask the buyer to state how many make one."
    )
    units = map(unit_symbol, list_units(request_line.uom, request_line.conversions))
    own = unit_symbol(request_line.uom)
    return _line_error(
        row, "uom", message, unit=unit_symbol(line.uom), own=own, units=", ".join(units)
    )


def _check_conversion(
    row: int, line: BidLine, request_line: RequestLine, ratio: Fraction
) -> list[FieldError]:
    """Where an offer does not come to whole units of what is counted."""
    offered = in_line_unit(line, request_line).quantity
    if line.quantity is None or offered is None or offered == request_line.quantity:
        return []
    if is_measured(request_line.uom) or Fraction(line.quantity) * ratio == offered:
        return []
    message = "This comes to no whole number in the unit of the line. Offer %(less)s or %(more)s."
    uom = line.uom or request_line.uom
    less = round_down(Fraction(offered) / ratio, uom)
    return [
        _line_error(
            row, "quantity", message, less=less, more=round_up(Fraction(offered + 1) / ratio, uom)
        )
    ]


def _check_units(row: int, line: BidLine, uom: str) -> list[FieldError]:
    """Where a quantity is finer than the unit of the line."""
    fields = [(name, getattr(line, name)) for name in ("quantity", "min_quantity", "pack")]
    fields += [(f"tiers/{number}/from", tier.start) for number, tier in enumerate(line.tiers)]
    return [
        _line_error(row, name, problem)
        for name, quantity in fields
        if quantity is not None and (problem := find_quantity_problem(quantity, uom))
    ]


def _check_tiers(row: int, line: BidLine) -> list[FieldError]:
    errors: list[FieldError] = []
    if len(line.tiers) > MAX_TIERS:
        message = "Give at most %(most)s prices for larger quantities."
        errors.append(_line_error(row, "tiers", message, most=MAX_TIERS))
    if line.tier_rule not in TIER_RULES:
        errors.append(_line_error(row, "tier_rule", "Choose one from the list."))
    last: Quantity = 1
    for number, tier in enumerate(line.tiers):
        if tier.start <= last:
            message = "Start at more than %(last)s, where the price before starts."
            errors.append(_line_error(row, f"tiers/{number}/from", message, last=last))
        elif line.quantity is not None and tier.start > line.quantity:
            message = "You offer %(most)s, so this price is never reached."
            errors.append(_line_error(row, f"tiers/{number}/from", message, most=line.quantity))
        if tier.unit_price <= 0:
            errors.append(_line_error(row, f"tiers/{number}/unit_price", "Enter a price above 0."))
        last = max(last, tier.start)
    return errors


def _check_freight(row: int, line: BidLine, incoterm: str | None) -> list[FieldError]:
    if line.freight and incoterm in DELIVERED:
        message = "With %(incoterm)s the price covers the freight. Leave this empty."
        return [_line_error(row, "freight", message, incoterm=incoterm)]
    return []


def _check_terms(content: BidContent) -> list[FieldError]:
    errors: list[FieldError] = []
    if not 0 <= content.one_off_cost <= MAX_AMOUNT:
        errors.append(FieldError(pointer="/one_off_cost", message="Enter 0 or more."))
    if content.incoterm is not None and content.incoterm not in INCOTERMS:
        errors.append(FieldError(pointer="/incoterm", message="Choose one from the list."))
    if content.payment_days is not None and not 0 <= content.payment_days <= MAX_PAYMENT_DAYS:
        values = (("most", MAX_PAYMENT_DAYS),)
        message = "Enter from 0 to %(most)s days."
        errors.append(FieldError(pointer="/payment_days", message=message, values=values))
    return [*errors, *check_percent(content.vat_percent, is_required=False)]


def _check_bundles(
    bundles: tuple[Bundle, ...], request_lines: Mapping[str, RequestLine]
) -> list[FieldError]:
    errors: list[FieldError] = []
    if len(bundles) > MAX_BUNDLES:
        message = "Give at most %(most)s discounts for several lines."
        values = (("most", MAX_BUNDLES),)
        errors.append(FieldError(pointer="/bundles", message=message, values=values))
    seen: set[frozenset[str]] = set()
    for row, bundle in enumerate(bundles):
        lines = frozenset(bundle.request_line_ids)
        if not lines <= request_lines.keys():
            errors.append(_bundle_error(row, "lines", "The request has no such line."))
        elif len(lines) < 2 or len(lines) < len(bundle.request_line_ids):
            errors.append(_bundle_error(row, "lines", "Choose two or more lines, each once."))
        elif lines in seen:
            errors.append(_bundle_error(row, "lines", "These lines have a discount already."))
        if not 0 < bundle.discount < 100 or bundle.discount != round(bundle.discount, 4):
            message = "Enter a percentage above 0 and below 100, with at most 4 decimals."
            errors.append(_bundle_error(row, "discount", message))
        seen.add(lines)
    return errors


def _list_broken_bundles(
    bundles: tuple[Bundle, ...],
    request_lines: Mapping[str, RequestLine],
    filled: Mapping[str, BidLine],
) -> list[FieldError]:
    errors: list[FieldError] = []
    for row, bundle in enumerate(bundles):
        for line_id in bundle.request_line_ids:
            line = filled.get(line_id)
            request_line = request_lines[line_id]
            offered = None if line is None else in_line_unit(line, request_line).quantity
            if (offered or 0) < request_line.quantity:
                message = "Offer line %(number)s whole, or take it out of the discount."
                errors.append(
                    _bundle_error(row, "lines", message, number=request_lines[line_id].number)
                )
    return errors


def _list_unfilled_fields(row: int, line: BidLine) -> list[FieldError]:
    wanted = (
        ("quantity", line.quantity, "Say how many you offer."),
        ("unit_price", line.unit_price, "Enter the price."),
        ("lead_days", line.lead_days, "Say how many days you need from the order."),
    )
    return [_line_error(row, name, message) for name, value, message in wanted if value is None]


def _check_validity(request: PartsRequest, valid_until: date | None) -> list[FieldError]:
    if valid_until is None:
        return [FieldError(pointer="/valid_until", message="Say until when your bid holds.")]
    assert request.deadline_day is not None
    if valid_until < request.deadline_day:
        message = "The bid must hold at least until the day of the deadline at the buyer, %(day)s."
        values = (("day", request.deadline_day.isoformat()),)
        return [FieldError(pointer="/valid_until", message=message, values=values)]
    return []


def _line_error(row: int, name: str, message: str, **values: object) -> FieldError:
    return FieldError(pointer=f"/lines/{row}/{name}", message=message, values=tuple(values.items()))


def _bundle_error(row: int, name: str, message: str, **values: object) -> FieldError:
    pointer = f"/bundles/{row}/{name}"
    return FieldError(pointer=pointer, message=message, values=tuple(values.items()))
