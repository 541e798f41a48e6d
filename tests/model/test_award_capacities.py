"""What a split gives a bidder by the days it is due, its order can take."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain.award.answer import Answer
from supplychain.award.problem.problem import DatedCapacity, Problem
from supplychain.award.problem.reading import parse
from supplychain.award.problem.writing import to_raw
from supplychain.award.solving.solve import solve
from supplychain.model.award_studies.capacities import within_reach
from supplychain.model.award_studies.problems import BidderFacts, problem_of
from supplychain.model.bids.bid import Bid
from supplychain.model.bids.lines import Bundle
from supplychain.model.capacity.bookings import Wish
from supplychain.model.capacity.holds import Room
from supplychain.model.capacity.hours import WorkHours
from supplychain.model.capacity.promises import Pace, fits
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.model.weeks import day_number
from tests.make.days import days_on
from tests.model.test_awards import LATER, evaluating, make_bid

TODAY = LATER.date()
FIRST = day_number(TODAY)


def _request(*lines: tuple[int, int], categories: tuple[str, ...] = ()) -> PartsRequest:
    """Lines by quantity and days until they are needed, the first day counted."""
    posted = evaluating(*(quantity for quantity, _ in lines))
    names = categories or ("forgings",) * len(lines)
    dated = tuple(
        replace(
            line,
            need_by=TODAY + timedelta(days=days - 1),
            category_id=name,
            part_id=line.id.replace("line", "part"),
        )
        for line, (_, days), name in zip(posted.lines, lines, names, strict=True)
    )
    return replace(posted, lines=dated)


def _room(weekly: int, lot_size: int = 0, **booked: int) -> Room:
    """``day3=20``: 20 pieces are promised for the third day."""
    due = {FIRST + int(name[3:]) - 1: pieces for name, pieces in booked.items()}
    return Room(pace=Pace(weekly=weekly), lot_size=lot_size, booked=due)


def _room_in_hours(
    weekly: int, piece: int, setup: int = 0, lot_size: int = 0, **parts: int
) -> Room:
    """Tenths of an hour; ``part2=15``: a piece of the part of the second line takes 1.5 hours."""
    hours = WorkHours(weekly_e4=weekly * 1_000, piece_e4=piece * 1_000, setup_e4=setup * 1_000)
    own = {f"part-{name[4:]}": each * 1_000 for name, each in parts.items()}
    pace = Pace(weekly=hours.weekly_e4)
    return Room(pace=pace, hours=hours, lot_size=lot_size, part_hours_e4=own)


def _bounded(
    request: PartsRequest, bids: list[Bid], rooms: dict[str, Room], *hidden: str
) -> Problem:
    shown = {bid.firm_id for bid in bids} - {*hidden}
    facts = BidderFacts(rooms=rooms, shown=frozenset(shown))
    return problem_of(request, bids, {}, days=days_on(TODAY), facts=facts)


def _offer(name: str, *lines: dict[str, Any] | None, **values: Any) -> Bid:
    return make_bid(name, *lines, **values)


def _line(quantity: int, price: str, lead_days: int = 5) -> dict[str, Any]:
    return {"quantity": quantity, "unit_price": Decimal(price), "lead_days": lead_days}


def _taken(answer: Answer) -> dict[str, int]:
    return {f"{one.supplier} {one.line}": int(one.quantity) for one in answer.allocations}


BOTH = [
    _offer("near", _line(100, "10"), _line(100, "10")),
    _offer("far", _line(100, "12"), _line(100, "13")),
]


def test_50_a_week_for_14_days_do_not_make_two_lines_of_100() -> None:
    request = _request((100, 14), (100, 14))
    problem = _bounded(request, BOTH, {"near|forgings": _room(50)})
    assert problem.capacities == (
        DatedCapacity(
            supplier="near", lines=("line-1", "line-2"), by=f"{request.lines[0].need_by}",
            at_most=Decimal(100),
        ),
    )  # fmt: skip
    assert _taken(solve(problem)) == {"far line-1": 100, "near line-2": 100}
    assert parse(to_raw(problem)) == problem


def test_what_orders_took_is_gone_and_what_bids_hold_is_not() -> None:
    held = {FIRST + 6: 90}
    room = replace(_room(50, day3=40), held=held)
    (one,) = _bounded(_request((100, 14), (100, 14)), BOTH, {"near|forgings": room}).capacities
    assert one.at_most == 60


def test_parts_that_take_different_hours_share_the_hours() -> None:
    # Two weeks of 40 hours: 80 pieces of the first at one hour, 160 of the second at half of one.
    request = _request((100, 14), (100, 14))
    room = _room_in_hours(400, 10, part2=5)
    problem = _bounded(request, BOTH, {"near|forgings": room})
    (one,) = problem.capacities
    assert (one.at_most, one.takes) == (160, (2, 1))
    assert parse(to_raw(problem)) == problem
    # All of the second (50 hours) and 30 of the first.
    assert _taken(solve(problem)) == {"far line-1": 70, "near line-1": 30, "near line-2": 100}
    same = _bounded(request, BOTH, {"near|forgings": _room_in_hours(400, 5)})
    assert same.capacities == _bounded(request, BOTH, {"near|forgings": _room(80)}).capacities


def test_setting_up_is_shared_with_the_lots_of_each_part() -> None:
    # A lot of 10 takes 5 + 10 hours, of the second part 5 + 5; two weeks have 80 hours.
    request = _request((40, 14), (40, 14))
    bids = [
        _offer("near", _line(40, "10"), _line(40, "10")),
        _offer("far", _line(40, "12"), _line(40, "13")),
    ]
    room = _room_in_hours(400, 10, 50, 10, part2=5)
    problem = _bounded(request, bids, {"near|forgings": room})
    (one,) = problem.capacities
    assert (one.at_most, one.lot_size, one.takes) == (160, 10, (3, 2))
    # Four lots of the second take 40 hours, two of the first 30.
    assert _taken(solve(problem)) == {"far line-1": 20, "near line-1": 20, "near line-2": 40}


def test_lines_of_two_categories_share_nothing() -> None:
    request = _request((100, 14), (100, 14), categories=("forgings", "castings"))
    rooms = {"near|forgings": _room(50), "near|castings": _room(50)}
    assert _bounded(request, BOTH, rooms).capacities == ()


def test_each_day_on_which_a_line_is_due_has_its_own_bound() -> None:
    request = _request((100, 7), (100, 14))
    capacities = _bounded(request, BOTH, {"near|forgings": _room(50)}).capacities
    assert [(one.lines, one.at_most) for one in capacities] == [
        (("line-1",), 50), (("line-1", "line-2"), 100),
    ]  # fmt: skip


def test_a_bid_that_promises_later_than_the_need_is_due_when_it_promises() -> None:
    later = [_offer("near", _line(100, "10", 13), _line(100, "10", 20)), BOTH[1]]
    capacities = _bounded(_request((100, 7), (100, 7)), later, {"near|forgings": _room(50)})
    assert [(one.lines, one.at_most) for one in capacities.capacities] == [
        (("line-1", "line-2"), 150),
    ]  # fmt: skip


def test_nothing_bounds_a_firm_that_says_nothing_or_can_make_all() -> None:
    request = _request((100, 14), (100, 14))
    for rooms in ({}, {"near|forgings": _room(0)}, {"near|forgings": _room(100)}):
        assert _bounded(request, BOTH, rooms).capacities == ()


def test_a_line_is_cut_to_what_can_be_made_of_it_as_far_as_the_buyer_may_know() -> None:
    request, rooms = _request((100, 7)), {"near|forgings": _room(43), "far|forgings": _room(20)}
    bids = [_offer("near", _line(100, "10")), _offer("far", _line(100, "12"))]
    cut, short = within_reach(_bounded(request, bids, rooms))
    assert (short, cut.lines[0].quantity) == ({"line-1": 37}, 63)
    assert _taken(solve(cut)) == {"near line-1": 43, "far line-1": 20}
    assert parse(to_raw(cut)) == cut
    whole, short = within_reach(_bounded(request, bids, rooms, "near", "far"))
    assert (short, whole.lines[0].quantity) == ({}, 100)
    answer = solve(whole)
    assert answer.status == "infeasible"
    assert not {"43", "20", "63"} & {f"{value}" for one in answer.clash for _, value in one.values}


def test_a_split_tells_no_more_of_a_capacity_that_is_not_shown_than_quarters_of_what_was_bid() -> (
    None
):
    request = _request((100, 7))
    bids = [_offer("near", _line(100, "10")), _offer("far", _line(100, "12"))]
    told = set()
    for weekly in range(1, 101):
        problem = _bounded(request, bids, {"near|forgings": _room(weekly)}, "near")
        taken = _taken(solve(problem, explained=False)).get("near line-1", 0)
        assert taken <= weekly
        told.add(taken)
        seen = _bounded(request, bids, {"near|forgings": _room(weekly)})
        assert _taken(solve(seen, explained=False))["near line-1"] == weekly
    assert told == {0, 25, 50, 75, 100}


def test_a_line_of_which_nothing_can_be_made_is_left_out_with_its_bids_and_bundles() -> None:
    full = _room(50, day14=100)
    bundle = Bundle(request_line_ids=("line-1", "line-2"), discount=Decimal(10))
    bids = [_offer("near", _line(100, "10"), _line(100, "10"), bundles=(bundle,))]
    request = _request((100, 14), (100, 40))
    cut, short = within_reach(_bounded(request, bids, {"near|forgings": full}))
    assert short == {"line-1": 100}
    assert [line.id for line in cut.lines] == ["line-2"]
    assert (len(cut.bids), cut.bundles) == (1, ())
    assert parse(to_raw(cut)) == cut
    assert _taken(solve(cut)) == {"near line-2": 100}


Market = tuple[PartsRequest, list[Bid], dict[str, Room]]
"""A request, the bids for it, and the rooms of the bidders by capability."""


@st.composite
def _markets(draw: st.DrawFn) -> Market:
    count = draw(st.integers(1, 4))
    lines = [(draw(st.integers(1, 60)), draw(st.integers(1, 30))) for _ in range(count)]
    categories = tuple(draw(st.sampled_from(["forgings", "castings"])) for _ in range(count))
    request = _request(*lines, categories=categories)
    bids, rooms = [], {}
    for name in ("a", "b", "c"):
        offers = [
            _line(quantity, str(draw(st.integers(1, 9))), draw(st.integers(0, 20)))
            if draw(st.integers(0, 5))
            else None
            for quantity, _ in lines
        ]
        if any(offers):
            bids.append(_offer(name, *offers))
        for category in ("forgings", "castings"):
            booked = {
                f"day{draw(st.integers(-3, 40))}": draw(st.integers(0, 40))
                for _ in range(draw(st.integers(0, 3)))
            }
            weekly, lot_size = draw(st.sampled_from([0, 7, 10, 50])), draw(st.sampled_from([0, 7]))
            room = _room(weekly, lot_size, **booked)
            if weekly and draw(st.booleans()):
                own = {f"part{n}": draw(st.sampled_from([3, 10, 25])) for n in range(1, count + 1)}
                setup = draw(st.sampled_from([0, 6])) if lot_size else 0
                worked = _room_in_hours(10 * weekly, 10, setup, lot_size, **own)
                due = {day: 10_000 * pieces for day, pieces in room.booked.items()}
                room = replace(worked, booked=due)
            rooms[f"{name}|{category}"] = room
    return request, bids, rooms


def _due_on(request: PartsRequest, bid: Bid, line_id: str) -> date:
    """The day until which an order of a line would take capacity."""
    line = next(one for one in request.lines if one.id == line_id)
    own = next(one for one in bid.lines if one.request_line_id == line_id)
    assert line.need_by is not None
    return max(line.need_by, TODAY + timedelta(days=own.lead_days or 0))


@settings(max_examples=60, deadline=None)
@given(market=_markets(), seed=st.integers(0, 999))
def test_whatever_split_is_feasible_can_be_accepted(market: Market, seed: int) -> None:
    request, bids, rooms = market
    problem, _ = within_reach(_bounded(request, bids, rooms))
    if not problem.bids:
        return
    answer = solve(replace(problem, limits=replace(problem.limits, seconds=5)), explained=False)
    due = {key: Counter(room.booked) for key, room in rooms.items()}
    allocations = [*answer.allocations]
    Random(seed).shuffle(allocations)
    for one in allocations:
        bid = next(each for each in bids if each.firm_id == one.supplier)
        category = next(line.category_id for line in request.lines if line.id == one.line)
        room, taken = rooms[f"{one.supplier}|{category}"], due[f"{one.supplier}|{category}"]
        wish = Wish(
            capability_id=f"{one.supplier}|{category}",
            line_id=one.line,
            pieces=int(one.quantity),
            due_on=_due_on(request, bid, one.line),
        )
        lot = room.lot_of(one.line.replace("line", "part"))
        booking = wish.booked(None, due=taken, pace=room.pace, lot=lot, today=FIRST)
        assert booking is not None
        taken[booking.day] += booking.work


@settings(max_examples=60, deadline=None)
@given(market=_markets())
def test_no_split_that_can_be_accepted_is_forbidden(market: Market) -> None:
    """Of a firm's lines as much is taken as fits after the others; all its bounds hold."""
    request, bids, rooms = market
    problem = _bounded(request, bids, rooms)
    categories = {line.id: line.category_id for line in request.lines}
    for bid in bids:
        due = {key: Counter(room.booked) for key, room in rooms.items()}
        made: Counter[str] = Counter()
        for own in bid.lines:
            key = f"{bid.firm_id}|{categories[own.request_line_id]}"
            day = max(day_number(_due_on(request, bid, own.request_line_id)), FIRST)
            for pieces in range(own.quantity or 0, 0, -1):
                lot = rooms[key].lot_of(own.request_line_id.replace("line", "part"))
                work = lot.count_work(pieces)
                tried = due[key] + Counter({day: work})
                if fits(rooms[key].pace, tried, today=FIRST):
                    due[key], made[own.request_line_id] = tried, lot.count_pieces(work)
                    break
        for one in problem.capacities:
            if one.supplier == bid.firm_id:
                taken = sum(made[name] * one.taken_by(name) for name in one.lines)
                assert taken <= one.at_most
