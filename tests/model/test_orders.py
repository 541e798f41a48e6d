"""Orders move only along their states, and never hold more than their line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.errors import Conflict, Invalid, NotOpen, SupplyChainError
from supplychain.model.orders import OVER, STATES
from tests.make.orders import make_line, plain_order

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.mark.parametrize("state", STATES)
def test_each_step_is_taken_from_its_own_states_only(state: str) -> None:
    steps = {
        "accepted": (lambda order: order.accepted(NOW, today=NOW.date()), {"offered"}),
        "declined": (lambda order: order.declined("No steel", NOW), {"offered"}),
        "progressed": (
            lambda order: order.progressed({"line": 5}, {}),
            {"accepted", "in_production"},
        ),
        "shipped": (
            lambda order: order.shipped("line", 1, from_shares=0),
            {"accepted", "in_production"},
        ),
        "closed": (lambda order: order.closed(), {"shipped", "received"}),
        "cancelled": (
            lambda order: order.cancelled("Stop"),
            {"offered", "accepted", "in_production"},
        ),
    }
    for name, (step, allowed) in steps.items():
        if state in allowed:
            step(plain_order(NOW, state))
        else:
            with pytest.raises(NotOpen):
                step(plain_order(NOW, state))
            assert name


def test_a_line_is_promised_by_its_lead_time_unless_promised_before() -> None:
    accepted = plain_order(NOW).accepted(NOW, today=NOW.date())
    assert accepted.lines[0].promised_on == NOW.date() + timedelta(days=20)
    assert accepted.accepted_at == NOW


def test_an_offer_is_over_from_its_last_instant_on() -> None:
    order = plain_order(NOW, ends_at=NOW)
    assert order.is_due(NOW)
    with pytest.raises(NotOpen):
        order.accepted(NOW, today=NOW.date())
    order.accepted(NOW - timedelta(microseconds=1), today=NOW.date())


@given(
    st.lists(
        st.tuples(st.sampled_from(["share", "back", "ship", "receive"]), st.integers(-5, 120)),
        max_size=30,
    )
)
def test_whatever_is_tried_quantities_stay_in_their_bounds(steps: list[tuple[str, int]]) -> None:
    order = plain_order(NOW, "accepted")
    for step, quantity in steps:
        try:
            if step == "share":
                if 0 < quantity <= order.lines[0].shareable(0):
                    order = order.shared("line", quantity)
            elif step == "back":
                order = order.shared("line", -abs(quantity))
            elif step == "ship":
                order = order.shipped("line", quantity, from_shares=0)
            else:
                order = order.received("line", quantity, rejected=quantity // 2)
        except SupplyChainError:
            pass
        line = order.lines[0]
        assert 0 <= line.shared_quantity <= line.quantity
        assert 0 <= line.received_quantity <= line.shipped_quantity <= line.kept_quantity
        assert 0 <= line.rejected_quantity <= line.received_quantity
        assert (order.state == "received") == (line.received_quantity == line.quantity)


def test_a_shared_order_is_not_cancelled_over_the_peers_head() -> None:
    order = plain_order(NOW, "accepted").shared("line", 10)
    assert not order.is_cancellable
    with pytest.raises(Conflict):
        order.cancelled("Stop")


def test_more_is_never_given_back_than_was_shared() -> None:
    for quantity in (-1, 101):
        with pytest.raises(Conflict):
            plain_order(NOW, "accepted").shared("line", quantity)


def test_a_reason_is_needed() -> None:
    for blank in ("", "  \n"):
        with pytest.raises(Invalid):
            plain_order(NOW).declined(blank, NOW)


def test_ended_states_are_states() -> None:
    assert set(OVER) < set(STATES)
    assert make_line(NOW).unit_price == Decimal("12.50")


def test_what_is_shipped_is_made_and_no_less_can_be_reported() -> None:
    order = plain_order(NOW, "accepted", quantity=140).shipped("line", 100, from_shares=0)
    assert order.line("line").made_percent == 71
    with pytest.raises(Invalid, match="At least"):
        order.progressed({"line": 40}, {})
    assert order.progressed({"line": 80}, {}).line("line").made_percent == 80


def test_what_peers_made_is_no_part_of_ones_own() -> None:
    order = plain_order(NOW, "accepted", quantity=140).shared("line", 40)
    shipped = order.shipped("line", 90, from_shares=40)
    assert shipped.line("line").made_percent == 50
    assert order.shipped("line", 140, from_shares=40).line("line").made_percent == 100
    with pytest.raises(Invalid, match="rejected"):
        order.shipped("line", 131, from_shares=30)
