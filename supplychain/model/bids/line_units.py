"""Bids in other units than their request's lines: compared and ordered in the line's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Final

from supplychain.model.bids.lines import BidLine
from supplychain.model.parts_requests.conversions import find_ratio, round_down, round_up
from supplychain.model.parts_requests.parts_request import RequestLine
from supplychain.model.quantities import (
    Quantity,
    round_down_to_pack,
    round_up_to_pack,
    step_of_unit,
    tidy_quantity,
)

PRICE_STEP: Final = Decimal("1e-12")
"""A converted price is rounded to this, half-even: ten million units are still right to the last
of the four decimals of money."""


def in_line_units(
    lines: tuple[BidLine, ...], request_lines: Mapping[str, RequestLine]
) -> tuple[BidLine, ...]:
    """Lines of a bid, each in the unit of its request's line; ``typed`` keeps what was bid.

    Args:
        lines: as their supplier typed them, their prices perhaps without VAT.
        request_lines: by id.
    """
    if not any(line.uom for line in lines):
        return lines
    return tuple(in_line_unit(line, request_lines[line.request_line_id]) for line in lines)


def in_line_unit(line: BidLine, request_line: RequestLine) -> BidLine:
    """A line of a bid in its request line's unit; itself where it is that, or does not convert.

    An offer is rounded down, a minimum and the start of a price up, as far as the unit is coarser;
    the least offer that covers all that is asked for is all of it.
    """
    ratio = find_ratio(line.uom, request_line.uom, request_line.conversions)
    if ratio is None or not line.uom or line.uom == request_line.uom:
        return line
    one = line.at_one

    def price(amount: Decimal) -> Decimal:
        exact = Fraction(amount) / ratio
        quotient = Decimal(exact.numerator) / Decimal(exact.denominator)
        return quotient.quantize(PRICE_STEP, ROUND_HALF_EVEN).normalize()

    def up(quantity: Quantity) -> Quantity:
        return round_up(Fraction(quantity) * ratio, request_line.uom)

    offered = None if line.quantity is None else _count_offered(line, request_line, ratio)
    least = None if line.min_quantity is None else up(line.min_quantity)
    return replace(
        one,
        uom="",
        typed=line,
        quantity=offered,
        unit_price=None if one.unit_price is None else price(one.unit_price),
        min_quantity=least if least is None or offered is None else min(least, offered),
        pack=None if line.pack is None else tidy_quantity(_as_decimal(Fraction(line.pack) * ratio)),
        freight=None if one.freight is None else price(one.freight),
        tiers=tuple(
            replace(tier, start=up(tier.start), unit_price=price(tier.unit_price))
            for tier in one.tiers
        ),
    )


def whole_in_unit(request_line: RequestLine, uom: str) -> Quantity | None:
    """All that a line asks for in another unit, rounded up; None where that does not convert."""
    ratio = find_ratio(uom, request_line.uom, request_line.conversions)
    if ratio is None:
        return None
    return round_up(Fraction(request_line.quantity) / ratio, uom or request_line.uom)


def most_in_unit(line: BidLine, request_line: RequestLine) -> Quantity:
    """The most that a line of a bid may offer, in its own unit; 0 where that does not convert.

    All that is asked for, rounded up, or as much more as the buyer takes; in whole packs.
    """
    ratio = find_ratio(line.uom, request_line.uom, request_line.conversions)
    if ratio is None:
        return 0
    most = round_down(Fraction(request_line.most_quantity) / ratio, line.uom or request_line.uom)
    if line.pack:
        return round_down_to_pack(most, line.pack)
    return max(most, whole_in_unit(request_line, line.uom) or 0)


def fit_offer(line: BidLine, request_line: RequestLine) -> BidLine:
    """A line that was priced for another request, fitted to this one.

    Whole packs, and a minimum above all that is asked for, are offered as far as the buyer takes
    so much; packs, a minimum and prices that are out of reach are left out.
    """
    if line.pack and most_in_unit(line, request_line) < line.pack:
        line = replace(line, pack=None)
    most, quantity = most_in_unit(line, request_line), line.quantity or 0
    is_whole = quantity >= (whole_in_unit(request_line, line.uom) or 0)
    offered = round_up_to_pack(max(quantity, line.least) if is_whole else quantity, line.pack)
    if offered > most:
        offered = round_down_to_pack(min(quantity, most), line.pack)
    return replace(
        line,
        quantity=offered,
        tiers=tuple(tier for tier in line.tiers if tier.start <= offered),
        min_quantity=line.min_quantity if line.least <= offered else None,
    )


def _count_offered(line: BidLine, request_line: RequestLine, ratio: Fraction) -> Quantity:
    assert line.quantity is not None
    exact, wanted = Fraction(line.quantity) * ratio, Fraction(request_line.quantity)
    if exact <= Fraction(request_line.most_quantity):
        return round_down(exact, request_line.uom)
    if exact > wanted > exact - Fraction(step_of_unit(line.uom)) * ratio:
        return request_line.quantity
    return round_down(exact, request_line.uom)


def _as_decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)
