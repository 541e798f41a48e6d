"""The rules of a parts request, without any graph."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from supplychain.errors import Invalid, NotOpen
from supplychain.model.parts_requests.parts_request import PartsRequest, RequestLine, list_gaps

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
LINE = RequestLine(
    id="l1",
    number=1,
    part_id=None,
    description="Forged ring",
    category_id="forgings",
    quantity=500,
    uom="pcs",
    need_by=date(2027, 2, 1),
    delivery_place="Wuxi",
    certificates=("ISO 9001",),
)
DRAFT = PartsRequest(
    id="r1",
    number="PR-2026-0001",
    buyer_id="b1",
    title="Rings",
    note="",
    state="draft",
    currency="CNY",
    deadline=NOW + timedelta(days=7),
    audience="all",
    chain_id=None,
    share_policy="ask",
    invite_top=5,
    lines=(LINE,),
    created_at=NOW,
)


def _pointers(request: PartsRequest, *, blocks: bool, now: datetime = NOW) -> set[str]:
    gaps = list_gaps(request, now, drawings=frozenset({1}))
    return {gap.pointer for gap in gaps if gap.blocks is blocks}


def _with_line(**values: object) -> PartsRequest:
    return replace(DRAFT, lines=(replace(LINE, **values),))


def test_a_complete_draft_lacks_nothing_and_is_published() -> None:
    assert list_gaps(DRAFT, NOW, drawings=frozenset({1})) == ()
    opened = DRAFT.published(NOW)
    assert (opened.state, opened.published_at, opened.version) == ("open", NOW, 2)


@pytest.mark.parametrize(
    ("draft", "pointer"),
    [
        (replace(DRAFT, title=""), "/title"),
        (replace(DRAFT, lines=()), "/lines"),
        (replace(DRAFT, deadline=None), "/deadline"),
        (replace(DRAFT, deadline=NOW), "/deadline"),
        (replace(DRAFT, deadline=NOW - timedelta(seconds=1)), "/deadline"),
        (replace(DRAFT, deadline=NOW + timedelta(days=400)), "/deadline"),
        (replace(DRAFT, audience="chain"), "/chain_id"),
        (_with_line(description=""), "/lines/0/description"),
        (_with_line(category_id=""), "/lines/0/category"),
        (_with_line(quantity=0), "/lines/0/quantity"),
        (_with_line(need_by=None), "/lines/0/need_by"),
        (_with_line(need_by=date(2026, 11, 29)), "/lines/0/need_by"),
        (_with_line(need_by=date(2020, 1, 1)), "/lines/0/need_by"),
    ],
)
def test_what_blocks_is_named_with_its_field(draft: PartsRequest, pointer: str) -> None:
    assert pointer in _pointers(draft, blocks=True)
    with pytest.raises(Invalid) as refusal:
        draft.published(NOW)
    assert pointer in {error.pointer for error in refusal.value.errors}


@pytest.mark.parametrize(
    ("draft", "pointer"),
    [
        (replace(DRAFT, deadline=NOW + timedelta(hours=23)), "/deadline"),
        (replace(DRAFT, audience="invited", invite_top=0), "/invite_top"),
        (_with_line(certificates=()), "/lines/0/certificates"),
        (_with_line(delivery_place=""), "/lines/0/place"),
        (replace(DRAFT, lines=(LINE, replace(LINE, number=2))), "/lines/1/description"),
    ],
)
def test_a_hint_does_not_block(draft: PartsRequest, pointer: str) -> None:
    assert pointer in _pointers(draft, blocks=False)
    assert _pointers(draft, blocks=True) == set()
    assert draft.published(NOW).state == "open"


def test_a_described_part_without_a_drawing_gets_a_hint_unless_a_file_is_there() -> None:
    without = list_gaps(DRAFT, NOW)
    assert [gap.pointer for gap in without] == ["/lines/0/description"]
    assert list_gaps(DRAFT, NOW, drawings=frozenset({0})) == ()
    assert list_gaps(_with_line(part_id="ring"), NOW) == ()


def test_what_blocks_comes_first() -> None:
    gaps = list_gaps(replace(DRAFT, title="", lines=(replace(LINE, delivery_place=""),)), NOW)
    assert [gap.blocks for gap in gaps] == sorted((gap.blocks for gap in gaps), reverse=True)
    assert all(gap.why for gap in gaps)


def test_bids_are_taken_up_to_the_deadline_and_not_at_it() -> None:
    opened = DRAFT.published(NOW)
    last = opened.deadline - timedelta(microseconds=1)
    opened.check_takes_bid(last)
    assert not opened.is_due(last)
    assert opened.is_due(opened.deadline)
    for request, at in ((opened, opened.deadline), (DRAFT, NOW), (opened.cancelled(NOW), NOW)):
        with pytest.raises(NotOpen):
            request.check_takes_bid(at)


def test_bids_are_opened_once_and_never_early() -> None:
    opened = DRAFT.published(NOW)
    with pytest.raises(NotOpen):
        opened.opened(opened.deadline - timedelta(microseconds=1), bids=3)
    evaluating = opened.opened(opened.deadline, bids=3)
    assert (evaluating.state, evaluating.opened_at) == ("evaluating", opened.deadline)
    with pytest.raises(NotOpen):
        evaluating.opened(opened.deadline, bids=3)
    failed = opened.opened(opened.deadline, bids=0)
    assert (failed.state, failed.decided_at) == ("failed", opened.deadline)


def test_a_request_is_awarded_once_and_only_after_the_opening() -> None:
    opened = DRAFT.published(NOW)
    for early in (DRAFT, opened):
        with pytest.raises(NotOpen):
            early.awarded(NOW)
    awarded = opened.opened(opened.deadline, bids=1).awarded(NOW)
    assert awarded.state == "awarded"
    for over in (awarded.awarded, awarded.cancelled):
        with pytest.raises(NotOpen):
            over(NOW)


def test_a_published_request_is_not_published_or_changed_again() -> None:
    opened = DRAFT.published(NOW)
    with pytest.raises(NotOpen):
        opened.published(NOW)
    with pytest.raises(NotOpen):
        opened.check_draft()


def test_a_deadline_moves_only_while_bids_are_taken_and_into_the_future() -> None:
    opened = DRAFT.published(NOW)
    later = opened.deadline + timedelta(days=1)
    assert opened.with_deadline(later, NOW, reason="", bids=3).deadline == later
    for bad in (NOW, NOW - timedelta(days=1), NOW + timedelta(days=400), NOW + timedelta(days=80)):
        with pytest.raises(Invalid):
            opened.with_deadline(bad, NOW, reason="Sooner", bids=0)
    for request, now in ((opened, opened.deadline), (DRAFT, NOW)):
        with pytest.raises(NotOpen):
            request.with_deadline(later, now, reason="", bids=0)


@pytest.mark.parametrize("state", ["draft", "awarded", "cancelled", "failed"])
def test_suppliers_are_ranked_only_before_it_is_decided(state: str) -> None:
    for ranked in ("open", "evaluating"):
        replace(DRAFT, state=ranked).check_can_be_ranked()
    with pytest.raises(NotOpen):
        replace(DRAFT, state=state).check_can_be_ranked()


def test_firms_are_invited_as_long_as_they_can_bid() -> None:
    request = DRAFT.published(NOW)
    deadline = NOW + timedelta(days=7)
    request.check_can_invite(deadline - timedelta(seconds=1))
    with pytest.raises(NotOpen):
        request.check_can_invite(deadline)
    with pytest.raises(NotOpen):
        DRAFT.check_can_invite(NOW)
