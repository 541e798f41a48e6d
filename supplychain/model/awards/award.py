"""Awards: who gets how much of a parts request, decided exactly once.

PartsRequest: evaluating -> awarded | failed; bids: open -> won | lost; one order a winner.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from supplychain.errors import FieldError, Invalid
from supplychain.model.awards.comparisons import Allocation, rank_bids
from supplychain.model.awards.landed import LandedByPair
from supplychain.model.bids.bid import Bid
from supplychain.model.bids.conversion import value_of
from supplychain.model.bids.lines import BidLine
from supplychain.model.calendars.firm_days import FirmDays
from supplychain.model.money import round_amount
from supplychain.model.orders import Order, OrderLine, order_number
from supplychain.model.parts_requests.parts_request import PartsRequest, RequestLine
from supplychain.model.quantities import (
    Quantity,
    find_quantity_problem,
    round_down_to_pack,
    tidy_quantity,
)

AS_COMPARED: Final[Mapping[str, Bid]] = {}
ANSWER_DAYS: Final = 7
"""A winner has this long to accept its order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardChoice:
    """What a buyer decides. Allocations of 0 are left out.

    ``accept_uncovered`` says that the buyer knows that not all is covered; ``scenario_id`` names
    the scenario of an award study that it was taken from, empty for none.
    """

    allocations: tuple[Allocation, ...]
    reason: str = ""
    accept_uncovered: bool = False
    scenario_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """The decision on a request; without allocations nothing was awarded."""

    id: str
    request_id: str
    reason: str
    by: str
    at: datetime
    allocations: tuple[Allocation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """All that an award changes."""

    award: Award
    request: PartsRequest
    bids: tuple[Bid, ...]
    orders: tuple[Order, ...]


def decide_award(
    request: PartsRequest,
    bids: Sequence[Bid],
    choice: AwardChoice,
    landed: LandedByPair,
    *,
    recommended: Collection[Allocation],
    award_id: str,
    user_id: str,
    days: FirmDays,
    owed: Mapping[str, Bid] = AS_COMPARED,
    waiting: Sequence[Bid] = (),
) -> Decision:
    """Award a request as chosen; any other split than the recommended one needs a reason.

    Args:
        request: with its lines.
        bids: those that are compared, in the request's currency.
        choice: who gets how much.
        landed: what comes upon the price of each bid's line.
        recommended: the split that is recommended.
        award_id: of the new award.
        user_id: who decides.
        days: the moment of the award; what a bidder promises counts from its own day.
        owed: the bids by id, each in its own currency: so they are ordered; what is not in it is
            owed as it is compared.
        waiting: bids in a currency without a rate: they lose, and a reason says why.

    Raises:
        NotOpen: its bids are still sealed, or it is decided already.
        Invalid: the choice does not fit the bids, or lacks a reason or a confirmation.
    """
    after = request.awarded(days.at)
    check_choice(request, bids, choice, recommended, days.at, waiting=waiting)
    taken = tuple(each for each in choice.allocations if each.quantity)
    award = Award(
        id=award_id,
        request_id=request.id,
        reason=choice.reason,
        by=user_id,
        at=days.at,
        allocations=taken,
    )
    judged = _judge_bids(request, bids, landed, {each.bid_id for each in taken}, waiting)
    orders = tuple(
        _order_of_winner(request, owed.get(bid.id, bid), award, days.today(bid.firm_id))
        for bid in judged
        if bid.state == "won"
    )
    return Decision(award=award, request=after, bids=judged, orders=orders)


def decide_none(
    request: PartsRequest,
    bids: Sequence[Bid],
    reason: str,
    landed: LandedByPair,
    *,
    award_id: str,
    user_id: str,
    now: datetime,
    waiting: Sequence[Bid] = (),
) -> Decision:
    """Award nothing. PartsRequest: evaluating -> failed; bids: open -> lost.

    Raises:
        NotOpen: its bids are still sealed, or it is decided already.
        Invalid: no reason was given.
    """
    request.check_awardable()
    after = replace(request, state="failed", decided_at=now, version=request.version + 1)
    if not reason:
        raise Invalid("Say why nothing is awarded.", pointer="/reason")
    award = Award(
        id=award_id, request_id=request.id, reason=reason, by=user_id, at=now, allocations=()
    )
    judged = _judge_bids(request, bids, landed, set(), waiting)
    return Decision(award=award, request=after, bids=judged, orders=())


def check_choice(
    request: PartsRequest,
    bids: Sequence[Bid],
    choice: AwardChoice,
    recommended: Collection[Allocation],
    now: datetime,
    *,
    waiting: Sequence[Bid] = (),
) -> None:
    """Refuse a choice that does not fit; ``waiting`` are bids in a currency without a rate.

    Raises:
        Invalid: with every wrong allocation.
    """
    errors = _find_wrong_allocations(request, bids, choice, now, {bid.id for bid in waiting})
    if errors:
        raise Invalid(errors=errors)
    taken = [each for each in choice.allocations if each.quantity]
    if not taken:
        raise Invalid(
            "Give at least one supplier a quantity, or end the request without an award.",
            pointer="/allocations",
        )
    if list_uncovered(request, taken) and not choice.accept_uncovered:
        errors.append(
            FieldError(
                pointer="/accept_uncovered",
                message="Not all is covered. Confirm that you want to award less than you asked "
                "for.",
            )
        )
    if not choice.reason and needs_reason(taken, recommended):
        message = "Say why: you split a line, or you do not take what is recommended."
        errors.append(FieldError(pointer="/reason", message=message))
    elif not choice.reason and waiting:
        message = (
            "A bid in %(currency)s has no rate and is not compared. Give the rate, or say why you "
            "award without it."
        )
        values = (("currency", waiting[0].currency),)
        errors.append(FieldError(pointer="/reason", message=message, values=values))
    if errors:
        raise Invalid(errors=errors)


def list_uncovered(request: PartsRequest, taken: Sequence[Allocation]) -> dict[str, Quantity]:
    """What is missing, by line id; lines that are covered are left out."""
    totals = _sum_by_line(taken)
    short = {
        line.id: tidy_quantity(line.quantity - totals.get(line.id, 0)) for line in request.lines
    }
    return {line_id: missing for line_id, missing in short.items() if missing > 0}


def needs_reason(taken: Sequence[Allocation], recommended: Collection[Allocation]) -> bool:
    """Whether a line is split over suppliers, or is not given as recommended."""
    lines = Counter(each.request_line_id for each in taken)
    return max(lines.values()) > 1 or set(taken) != set(recommended)


def _sum_by_line(taken: Sequence[Allocation]) -> Mapping[str, Quantity]:
    totals: dict[str, Quantity] = {}
    for each in taken:
        totals[each.request_line_id] = totals.get(each.request_line_id, 0) + each.quantity
    return totals


def _find_wrong_allocations(
    request: PartsRequest,
    bids: Sequence[Bid],
    choice: AwardChoice,
    now: datetime,
    waiting: Set[str],
) -> list[FieldError]:
    lines_by_id = {line.id: line for line in request.lines}
    offered = {(bid.id, line.request_line_id): (bid, line) for bid in bids for line in bid.lines}
    totals, today = _sum_by_line(choice.allocations), request.today(now)
    seen: set[tuple[str, str]] = set()
    errors: list[FieldError] = []
    for at, each in enumerate(choice.allocations):
        key = (each.bid_id, each.request_line_id)
        line = lines_by_id.get(each.request_line_id)
        if key not in offered or line is None or key in seen:
            message = "This is given twice." if key in seen else "No such line was bid on."
            if each.bid_id in waiting:
                message = "This bid is in a currency without a rate. Give the rate first."
            errors.append(_allocation_error(at, "bid_id", message))
            continue
        seen.add(key)
        errors.extend(
            _find_wrong_quantity(at, each.quantity, line, totals[line.id], *offered[key], today)
        )
    return errors


def _find_wrong_quantity(
    at: int,
    quantity: Quantity,
    line: RequestLine,
    taken: Quantity,
    bid: Bid,
    bid_line: BidLine,
    today: date,
) -> list[FieldError]:
    if quantity < 0:
        return [_allocation_error(at, "quantity", "Enter 0 or more.")]
    problem = find_quantity_problem(quantity, line.uom)
    if problem:
        return [_allocation_error(at, "quantity", problem)]
    if not quantity:
        return []
    if quantity > (bid_line.quantity or 0):
        message = "This supplier offers %(most)s at most."
        return [_allocation_error(at, "quantity", message, most=bid_line.quantity)]
    if quantity < bid_line.least:
        message = "This supplier makes at least %(least)s of this line, or nothing."
        return [_allocation_error(at, "quantity", message, least=bid_line.least)]
    less = round_down_to_pack(quantity, bid_line.pack)
    if less != quantity:
        return [_pack_error(at, bid_line, line, less)]
    if taken > line.most_quantity:
        return [_excess_error(at, line, tidy_quantity(taken))]
    if bid.valid_until is None or bid.valid_until < today:
        return [
            _allocation_error(at, "quantity", "This bid no longer holds. Ask the supplier again.")
        ]
    return []


def _pack_error(at: int, bid_line: BidLine, line: RequestLine, less: Quantity) -> FieldError:
    """That a quantity is no number of whole packs, with the nearest ones that are."""
    more = tidy_quantity(less + (bid_line.pack or 0))
    options = [
        one
        for one in (less, more)
        if bid_line.least <= one <= min(bid_line.quantity or 0, line.most_quantity)
    ]
    values = {"number": line.number, "pack": bid_line.pack, "one": options[0] if options else 0}
    if len(options) > 1:
        message = (
            "Line %(number)s: this supplier sells in packs of %(pack)s. Give %(one)s or %(more)s."
        )
        return _allocation_error(at, "quantity", message, **values, more=options[1])
    message = "Line %(number)s: this supplier sells in packs of %(pack)s. Give %(one)s."
    return _allocation_error(at, "quantity", message, **values)


def _excess_error(at: int, line: RequestLine, taken: Quantity) -> FieldError:
    values = {"number": line.number, "asked": line.quantity, "given": taken}
    if not line.over_percent:
        message = "Line %(number)s asks for %(asked)s, and %(given)s are given."
        return _allocation_error(at, "quantity", message, **values)
    message = "Line %(number)s takes at most %(most)s, and %(given)s are given."
    return _allocation_error(at, "quantity", message, **values, most=line.most_quantity)


def _allocation_error(at: int, name: str, message: str, **values: object) -> FieldError:
    return FieldError(
        pointer=f"/allocations/{at}/{name}", message=message, values=tuple(values.items())
    )


def _judge_bids(
    request: PartsRequest,
    bids: Sequence[Bid],
    landed: LandedByPair,
    winners: set[str],
    waiting: Sequence[Bid],
) -> tuple[Bid, ...]:
    """All bids as decided; what could not be compared has no rank."""
    ranks = rank_bids(request, bids, landed)
    return tuple(
        replace(
            bid,
            state="won" if bid.id in winners else "lost",
            rank=ranks.get(bid.id),
            version=bid.version + 1,
        )
        for bid in (*bids, *waiting)
    )


def _order_of_winner(request: PartsRequest, bid: Bid, award: Award, today: date) -> Order:
    order_id = _derive_id(award.id, bid.id)
    lines_by_id = {line.id: line for line in request.lines}
    bid_lines = {line.request_line_id: line for line in bid.lines}
    taken = [each for each in award.allocations if each.bid_id == bid.id]
    taken.sort(key=lambda each: lines_by_id[each.request_line_id].number)
    won = {each.request_line_id: each.quantity for each in taken}
    charge = bid.charge(won, request.asked_pieces)
    lines = tuple(
        _order_line(
            order_id,
            lines_by_id[each.request_line_id],
            bid_lines[each.request_line_id],
            each,
            today,
        )
        for each in taken
    )
    return Order(
        id=order_id,
        number=order_number(order_id),
        state="offered",
        depth=0,
        buyer_id=request.buyer_id,
        supplier_id=bid.firm_id,
        root_buyer_id=request.buyer_id,
        request_id=request.id,
        award_id=award.id,
        parent_line_id=None,
        currency=bid.currency,
        share_policy=request.share_policy,
        lines=lines,
        created_at=award.at,
        offered_at=award.at,
        ends_at=award.at + timedelta(days=ANSWER_DAYS),
        one_off_cost=charge.one_off_cost,
        discount=charge.discount,
        incoterm=bid.incoterm,
        payment_days=bid.payment_days,
        vat_percent=bid.vat_percent,
        tax_basis=request.tax_basis,
        compared_currency=None if bid.currency == request.currency else request.currency,
        compared_rate=None if bid.currency == request.currency else value_of(bid.currency, request),
    )


def _order_line(
    order_id: str, line: RequestLine, bid_line: BidLine, each: Allocation, today: date
) -> OrderLine:
    assert bid_line.unit_price is not None
    assert bid_line.lead_days is not None
    assert line.need_by is not None
    amount = bid_line.price_of(each.quantity)
    unit_price = round_amount(bid_line.unit_price_at(each.quantity))
    return OrderLine(
        id=_derive_id(order_id, line.id),
        number=line.number,
        request_line_id=line.id,
        part_id=line.part_id,
        description=line.description,
        category_id=line.category_id,
        quantity=each.quantity,
        uom=line.uom,
        need_by=line.need_by,
        delivery_place=line.delivery_place,
        unit_price=unit_price,
        amount=None if round_amount(unit_price * each.quantity) == amount else amount,
        tooling=bid_line.tooling,
        freight=None if bid_line.freight is None else bid_line.carriage(each.quantity),
        lead_days=bid_line.lead_days,
        promised_on=today + timedelta(days=bid_line.lead_days),
        routing=line.requirements.routing,
    )


def _derive_id(*ids: str) -> str:
    """An id that follows from others, so that a retried transaction writes the same ones."""
    return hashlib.sha256("|".join(ids).encode()).hexdigest()[:32]
