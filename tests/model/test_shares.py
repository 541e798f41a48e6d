"""How far shared work is together."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from supplychain.model.shares import SharePart, group_by_line, made_percent, rolled_up
from tests.make.orders import plain_order

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def _part(line_id: str, parent: str, quantity: int, **values: object) -> SharePart:
    given_values = {
        "id": f"order-{line_id}",
        "root_id": "root",
        "parent_line_id": parent,
        "line_id": line_id,
        "depth": 1,
        "number": "PO-1",
        "state": "accepted",
        "sharer_id": "s",
        "sharer_name": "S",
        "maker_id": "m",
        "maker_name": "M",
        "description": "",
        "uom": "pcs",
        "quantity": quantity,
        "shared_quantity": 0,
        "shipped_quantity": 0,
        "received_quantity": 0,
        "rejected_quantity": 0,
        "own_percent": 0,
        "need_by": "2026-12-01",
        "promised_on": None,
        "ends_at": None,
        "version": 1,
        **values,
    }
    return SharePart(**given_values)


def test_a_worked_example_over_three_tiers() -> None:
    parts = [
        _part("a", "root", 40, own_percent=50),
        _part("b", "root", 20, state="offered", own_percent=0),
        _part("c", "a", 10, own_percent=100),
    ]
    rolled = {part.line_id: part.made_percent for part in rolled_up(parts)}
    assert rolled == {"a": (30 * 50 + 10 * 100) // 40, "b": 0, "c": 100}
    top = [part for part in rolled_up(parts) if part.parent_line_id == "root"]
    whole = made_percent(quantity=100, own_percent=30, shipped_quantity=0, parts=top)
    assert whole == (40 * 30 + 40 * 62 + 20 * 0) // 100


def test_parts_stand_above_what_was_shared_of_them() -> None:
    parts = [_part("a", "root", 9), _part("b", "root", 9), _part("c", "a", 3), _part("d", "c", 1)]
    assert [part.line_id for part in rolled_up(parts)] == ["a", "c", "d", "b"]


def test_ended_shares_count_for_nothing() -> None:
    for state in ("declined", "expired", "recalled", "cancelled"):
        part = _part("a", "root", 50, state=state, own_percent=100)
        assert made_percent(quantity=100, own_percent=20, shipped_quantity=0, parts=[part]) == 20


def test_parts_are_told_by_the_line_of_the_order_they_serve() -> None:
    order = plain_order(NOW)
    parts = rolled_up([_part("a", "line", 9), _part("b", "a", 3)])
    assert [part.line_id for part in group_by_line(order, parts)["line"]] == ["a", "b"]


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 100)), max_size=5))
def test_a_whole_is_between_its_least_and_its_most_made_part(
    shares: list[tuple[int, int]],
) -> None:
    parts = [
        replace(_part(str(n), "root", quantity), made_percent=percent)
        for n, (quantity, percent) in enumerate(shares)
    ]
    whole = sum(quantity for quantity, _ in shares) + 10
    made = made_percent(quantity=whole, own_percent=40, shipped_quantity=0, parts=parts)
    percents = [40, *(percent for _, percent in shares)]
    exact = Fraction(10 * 40 + sum(quantity * percent for quantity, percent in shares), whole)
    assert made <= exact < made + 1
    assert min(percents) - 1 < made <= max(percents)


def test_what_was_shipped_is_made_whatever_was_reported() -> None:
    assert made_percent(quantity=140, own_percent=0, shipped_quantity=100, parts=[]) == 71
