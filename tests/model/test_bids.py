"""What a bid may hold, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from supplychain.errors import Invalid, NotOpen
from supplychain.model.bids.bid import Bid, draft_bid
from supplychain.model.bids.lines import BidContent, BidLine, PriceTier
from supplychain.model.bids.rules import list_missing
from supplychain.model.parts_requests.parts_request import PartsRequest, RequestLine

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
DEADLINE = datetime(2026, 12, 1, 8, tzinfo=UTC)
VALID = date(2027, 1, 31)


def make_request(*quantities: int, **values: Any) -> PartsRequest:
    lines = tuple(
        RequestLine(
            id=f"line-{number}",
            number=number,
            part_id=None,
            description="Ring",
            category_id="forgings",
            quantity=quantity,
            uom="pcs",
            need_by=date(2027, 1, 10),
            delivery_place="Wuxi",
        )
        for number, quantity in enumerate(quantities or (500, 80), start=1)
    )
    given: dict[str, Any] = {
        "id": "request",
        "number": "PR-2026-0001",
        "buyer_id": "buyer",
        "title": "Rings",
        "note": "",
        "state": "open",
        "currency": "CNY",
        "deadline": DEADLINE,
        "audience": "all",
        "chain_id": None,
        "share_policy": "ask",
        "invite_top": 0,
        "lines": lines,
        "created_at": NOW - timedelta(days=1),
    }
    return PartsRequest(**{**given, **values})


def offer(number: int = 1, **values: Any) -> BidLine:
    given: dict[str, Any] = {
        "request_line_id": f"line-{number}",
        "quantity": 80,
        "unit_price": Decimal("12.5"),
        "lead_days": 20,
    }
    return BidLine(**{**given, **values})


def content(*lines: BidLine, valid_until: date | None = VALID) -> BidContent:
    return BidContent(valid_until=valid_until, lines=lines or (offer(),))


def draft(of: BidContent | None = None, now: datetime = NOW) -> Bid:
    return draft_bid(
        make_request(),
        content() if of is None else of,
        bid_id="bid",
        firm_id="supplier",
        user_id="user",
        now=now,
    )


def pointers(refused: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [error.pointer for error in refused.value.errors]


def test_a_draft_may_be_incomplete_but_cannot_be_submitted_so() -> None:
    bid = draft(content(offer(unit_price=None), valid_until=None))
    with pytest.raises(Invalid) as refused:
        bid.submitted(make_request(), NOW)
    assert pointers(refused) == ["/valid_until", "/lines/0/unit_price"]


def test_lines_left_blank_are_not_bid_on() -> None:
    blank = BidLine(request_line_id="line-1", quantity=500)
    bid = draft(content(blank, offer(2)))
    assert [(line.request_line_id, line.number) for line in bid.lines] == [("line-2", 2)]
    assert bid.submitted(make_request(), NOW).state == "open"


def test_a_bid_on_nothing_cannot_be_submitted() -> None:
    blank = content(BidLine(request_line_id="line-1"), BidLine(request_line_id="line-2"))
    errors = list_missing(make_request(), blank)
    assert [error.pointer for error in errors] == ["/lines"]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"quantity": 0}, "/lines/0/quantity"),
        ({"quantity": 501}, "/lines/0/quantity"),
        ({"unit_price": Decimal(0)}, "/lines/0/unit_price"),
        ({"unit_price": Decimal(-1)}, "/lines/0/unit_price"),
        ({"tooling": Decimal("-0.01")}, "/lines/0/tooling"),
        ({"tooling": Decimal("99999999999.9")}, "/lines/0/unit_price"),
        ({"freight": Decimal("99999999999.9")}, "/lines/0/freight"),
        (
            {"tiers": (PriceTier(start=2, unit_price=Decimal("99999999999.9")),)},
            "/lines/0/unit_price",
        ),
        (
            {
                "unit_price": Decimal("99999999999.9"),
                "tiers": (PriceTier(start=80, unit_price=Decimal("0.01")),),
            },
            "/lines/0/unit_price",
        ),
        ({"lead_days": -1}, "/lines/0/lead_days"),
        ({"lead_days": 3651}, "/lines/0/lead_days"),
        ({"request_line_id": "line-9"}, "/lines/0/request_line_id"),
    ],
)
def test_what_cannot_be_is_refused_even_in_a_draft(wrong: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        draft(content(offer(**wrong)))
    assert pointers(refused) == [pointer]


def test_a_line_cannot_be_bid_on_twice() -> None:
    with pytest.raises(Invalid) as refused:
        draft(content(offer(), offer()))
    assert pointers(refused) == ["/lines/1/request_line_id"]


def test_a_bid_holds_at_least_until_the_day_of_the_deadline() -> None:
    request = make_request()
    assert draft(content(valid_until=DEADLINE.date())).submitted(request, NOW).state == "open"
    with pytest.raises(Invalid) as refused:
        draft(content(valid_until=DEADLINE.date() - timedelta(days=1))).submitted(request, NOW)
    assert pointers(refused) == ["/valid_until"]


def test_nothing_is_taken_at_or_after_the_deadline() -> None:
    request, bid = make_request(), draft()
    opened = bid.submitted(request, DEADLINE - timedelta(microseconds=1))
    for late in (DEADLINE, DEADLINE + timedelta(seconds=1)):
        with pytest.raises(NotOpen):
            draft(now=late)
        with pytest.raises(NotOpen):
            bid.submitted(request, late)
        with pytest.raises(NotOpen):
            opened.revised(request, content(), late)
        with pytest.raises(NotOpen):
            opened.withdrawn(request, late)


@pytest.mark.parametrize("state", ["draft", "evaluating", "awarded", "failed", "cancelled"])
def test_a_bid_needs_an_open_request(state: str) -> None:
    with pytest.raises(NotOpen):
        draft().submitted(make_request(state=state), NOW)


def test_a_submitted_bid_may_be_revised_but_not_emptied() -> None:
    request, opened = make_request(), draft().submitted(make_request(), NOW)
    later = NOW + timedelta(hours=1)
    revised = opened.revised(request, content(offer(unit_price=Decimal(11))), later)
    assert (revised.state, revised.submitted_at, revised.version) == ("open", later, 3)
    with pytest.raises(Invalid):
        opened.revised(request, content(offer(lead_days=None)), later)


def test_a_bid_is_submitted_once() -> None:
    with pytest.raises(NotOpen):
        draft().submitted(make_request(), NOW).submitted(make_request(), NOW)


def test_a_withdrawn_bid_frees_its_place_and_is_final() -> None:
    bid = draft()
    gone = bid.withdrawn(make_request(), NOW)
    assert (bid.live_key, gone.live_key) == ("request|supplier", None)
    for verb in (gone.submitted, gone.withdrawn):
        with pytest.raises(NotOpen):
            verb(make_request(), NOW)


def test_the_receipt_changes_with_every_part_of_the_content() -> None:
    bid = draft().submitted(make_request(), NOW)
    line = bid.lines[0]
    others = [
        replace(bid, note="x"),
        replace(bid, valid_until=VALID + timedelta(days=1)),
        replace(bid, submitted_at=NOW + timedelta(seconds=1)),
        *(
            replace(bid, lines=(replace(line, **change),))
            for change in (
                {"quantity": 81},
                {"unit_price": Decimal("12.5001")},
                {"tooling": Decimal(1)},
                {"lead_days": 21},
                {"note": "x"},
            )
        ),
    ]
    assert len({bid.commitment, *(other.commitment for other in others)}) == 9
    assert draft().commitment is None


def test_the_receipt_does_not_depend_on_how_a_price_is_written() -> None:
    one = draft(content(offer(unit_price=Decimal("12.5")))).submitted(make_request(), NOW)
    other = draft(content(offer(unit_price=Decimal("12.5000")))).submitted(make_request(), NOW)
    assert one.commitment == other.commitment


def test_a_total_counts_tooling_once() -> None:
    bid = draft(content(offer(tooling=Decimal(300)), offer(2, quantity=10)))
    assert bid.total == 80 * Decimal("12.5") + 300 + 10 * Decimal("12.5")
