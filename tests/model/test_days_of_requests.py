"""The days of a request are its buyer's; what a bidder promises counts from its own day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from supplychain.errors import Invalid
from supplychain.model.award_studies.problems import BidderFacts, problem_of
from supplychain.model.awards.award import AwardChoice, decide_award
from supplychain.model.awards.comparisons import propose
from supplychain.model.awards.tables import line_tables
from supplychain.model.bids.rules import list_missing
from supplychain.model.calendars.firm_days import FirmDays
from supplychain.model.capacity.holds import Room
from supplychain.model.capacity.promises import Pace
from supplychain.model.parts_requests.parts_request import list_gaps
from tests.model.test_awards import evaluating, make_bid
from tests.model.test_bids import content, make_request
from tests.model.test_parts_requests import DRAFT, LINE

CHINA, NEW_YORK = "Asia/Shanghai", "America/New_York"
HALF_PAST_MIDNIGHT = datetime(2026, 12, 9, 16, 30, tzinfo=UTC)
"""Of 10 December in China; in New York it is noon of the 9th."""
HALF_PAST_SEVEN = datetime(2026, 12, 9, 23, 30, tzinfo=UTC)
"""Of the same mornings."""


@pytest.mark.parametrize("deadline", [HALF_PAST_MIDNIGHT, HALF_PAST_SEVEN])
@pytest.mark.parametrize(("zone", "first_day"), [(CHINA, 11), (NEW_YORK, 10)])
def test_parts_are_needed_after_the_buyers_day_of_the_deadline(
    deadline: datetime, zone: str, first_day: int
) -> None:
    now = deadline - timedelta(days=3)
    for day in (9, 10, 11, 12):
        line = replace(LINE, need_by=date(2026, 12, day))
        draft = replace(DRAFT, zone=zone, deadline=deadline, lines=(line,))
        wrong = {gap.pointer for gap in list_gaps(draft, now) if gap.blocks}
        assert wrong == (set() if day >= first_day else {"/lines/0/need_by"})
        opened = replace(draft, state="open", deadline=deadline - timedelta(days=2))
        if day >= first_day:
            assert opened.with_deadline(deadline, now, reason="", bids=0).deadline == deadline
            continue
        with pytest.raises(Invalid):
            opened.with_deadline(deadline, now, reason="", bids=0)


@pytest.mark.parametrize(("zone", "last_day"), [(CHINA, 10), (NEW_YORK, 9), ("Europe/Berlin", 9)])
def test_a_bid_holds_until_the_buyers_day_of_the_deadline(zone: str, last_day: int) -> None:
    request = replace(make_request(), zone=zone, deadline=HALF_PAST_MIDNIGHT)
    for day in (8, 9, 10, 11):
        errors = list_missing(request, content(valid_until=date(2026, 12, day)))
        assert [one.pointer for one in errors] == ["/valid_until"] * (day < last_day)
        assert all(f"2026-12-{last_day:02}" in one.text for one in errors)


@pytest.mark.parametrize(
    ("at", "china", "new_york"),
    [
        (HALF_PAST_MIDNIGHT, date(2026, 12, 10), date(2026, 12, 9)),
        (datetime(2026, 12, 31, 16, 30, tzinfo=UTC), date(2027, 1, 1), date(2026, 12, 31)),
        (datetime(2028, 2, 28, 23, 30, tzinfo=UTC), date(2028, 2, 29), date(2028, 2, 28)),
    ],
)
def test_lead_days_count_from_the_bidders_own_day(
    at: datetime, china: date, new_york: date
) -> None:
    request = evaluating(500)
    line = replace(request.lines[0], need_by=date(2029, 1, 1))
    request = replace(request, zone="Europe/Berlin", lines=(line,))
    bids = [
        make_bid("mill", {"quantity": 250}, valid_until=date(2030, 1, 1)),
        make_bid("shop", {"quantity": 250}, valid_until=date(2030, 1, 1)),
    ]
    days = FirmDays(at=at, zones={"mill": CHINA, "shop": NEW_YORK})
    split = propose(request, bids, {}, request.today(at))
    wanted = {"mill": china + timedelta(days=20), "shop": new_york + timedelta(days=20)}

    opened = [(bid, bid.firm_id) for bid in bids]
    (table,) = line_tables(request, opened, {}, {}, split, days)
    assert {row.firm_id: row.promised_on for row in table.rows} == wanted

    decided = decide_award(
        request, bids, AwardChoice(allocations=split, reason="Both."), {}, recommended=split,
        award_id="award", user_id="user", days=days,
    )  # fmt: skip
    assert {one.supplier_id: one.lines[0].promised_on for one in decided.orders} == wanted


def _capacities(at: datetime, bids: list[Any], zone: str) -> dict[str, int]:
    request = evaluating(500)
    line = replace(request.lines[0], need_by=date(2026, 12, 12))
    rooms = {f"{bid.firm_id}|{line.category_id}": Room(pace=Pace(weekly=70)) for bid in bids}
    problem = problem_of(
        replace(request, zone=zone, lines=(line,)),
        bids,
        {},
        days=FirmDays(at=at, zones={"mill": CHINA, "shop": NEW_YORK}),
        facts=BidderFacts(rooms=rooms, shown=frozenset({"mill", "shop"})),
    )
    return {one.supplier: int(one.at_most) for one in problem.capacities}


@pytest.mark.parametrize("at", [HALF_PAST_MIDNIGHT, HALF_PAST_SEVEN])
@pytest.mark.parametrize("zone", [CHINA, NEW_YORK])
def test_what_bidders_can_make_counts_from_their_own_day(at: datetime, zone: str) -> None:
    bids = [make_bid(name, {"lead_days": 0}) for name in ("mill", "shop")]
    # Ten a day: from the 10th, or from the 9th, to the 12th.
    assert _capacities(at, bids, zone) == {"mill": 30, "shop": 40}


def test_a_bid_holds_as_long_as_it_is_that_day_at_the_buyer() -> None:
    bid = make_bid("mill", valid_until=date(2026, 12, 9))
    days = FirmDays(at=HALF_PAST_MIDNIGHT, zones={"mill": NEW_YORK})
    for zone, holds in ((CHINA, False), (NEW_YORK, True)):
        request = replace(evaluating(500), zone=zone)
        assert bool(problem_of(request, [bid], {}, days=days).bids) is holds
