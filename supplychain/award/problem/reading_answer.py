"""From the JSON of an answer back to an answer, so that it can be checked or shown again."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar, cast

from supplychain.award.answer import (
    Answer,
    AnswerAllocation,
    Clash,
    Shortage,
    Status,
    Winner,
)
from supplychain.award.problem.fields import FieldErrors, Fields
from supplychain.award.problem.problem import ProblemBundle, Switch
from supplychain.errors import FieldError, Invalid

MAX_ITEMS = 1_000_000
"""Twice the bids that a problem may hold (MAX_BIDS in reading.py)."""

MAX_NUMBER_CHARS = 400
"""An exact quantity may be a fraction of two long integers; longer ones only cost time."""

Made = TypeVar("Made")


def parse_answer(raw: object) -> Answer:
    """An answer from its JSON; nothing is checked but the form.

    Raises:
        Invalid: with every wrong field and its pointer.
    """
    errors = FieldErrors()
    fields = Fields(raw, "", errors)
    statuses = ("optimal", "feasible", "infeasible")
    answer = Answer(
        status=cast("Status", fields.choice("status", statuses)),
        cost=exact_or_none(fields, "cost"),
        bound=exact_or_none(fields, "bound"),
        gap=exact_or_none(fields, "gap"),
        allocations=_read_each(fields, "allocations", _read_allocation),
        suppliers=_read_each(fields, "suppliers", _read_winner),
        shortages=_read_each(fields, "shortages", _read_shortage),
        bundles=_read_each(fields, "bundles", _read_bundle),
        switches=_read_each(fields, "switches", _read_switch),
        expected=exact_or_none(fields, "expected"),
        clash=_read_each(fields, "clash", _read_clash),
        seconds=_read_seconds(fields),
    )
    fields.end()
    if errors.collected:
        raise Invalid(errors=errors.collected)
    return answer


def _read_each(fields: Fields, name: str, read: Callable[[Fields], Made]) -> tuple[Made, ...]:
    items = []
    for at, item in fields.items(name, most=MAX_ITEMS):
        one = Fields(item, at, fields.errors)
        items.append(read(one))
        one.end()
    return tuple(items)


def exact_or_none(fields: Fields, name: str) -> Decimal | None:
    """A decimal text of any length up to 400, or None where it is missing or null."""
    value = fields.left.pop(name, None)
    if value is None:
        return None
    if isinstance(value, str) and len(value) <= MAX_NUMBER_CHARS:
        digits = value.replace(".", "", 1)
        if digits.isascii() and digits.isdigit() and value[0] != "." and value[-1] != ".":
            return Decimal(value)
    fields.wrong(name, lambda at: FieldError(
        pointer=at, message="This must be a decimal number, written as text.",
    ))  # fmt: skip
    return None


def _read_exact(fields: Fields, name: str) -> Decimal:
    if fields.left.get(name) is None:
        fields.left[name] = ""
    return exact_or_none(fields, name) or Decimal(0)


def _read_seconds(fields: Fields) -> float:
    value = fields.left.pop("seconds", 0.0)
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9:
        return float(value)
    fields.wrong("seconds", lambda at: FieldError(pointer=at, message="This must be a number."))
    return 0.0


def _read_allocation(fields: Fields) -> AnswerAllocation:
    return AnswerAllocation(
        supplier=fields.text("supplier"),
        line=fields.text("line"),
        quantity=_read_exact(fields, "quantity"),
        unit_price=_read_exact(fields, "unit_price"),
        cost=_read_exact(fields, "cost"),
    )


def _read_winner(fields: Fields) -> Winner:
    return Winner(
        id=fields.text("id"),
        one_off_cost=_read_exact(fields, "one_off_cost"),
        load=_read_exact(fields, "load"),
    )


def _read_shortage(fields: Fields) -> Shortage:
    return Shortage(
        line=fields.text("line"),
        quantity=_read_exact(fields, "quantity"),
        cost=_read_exact(fields, "cost"),
    )


def _read_bundle(fields: Fields) -> ProblemBundle:
    supplier, discount = fields.text("supplier"), _read_exact(fields, "discount")
    names = [
        fields.text_of("lines", item) or "" for _, item in fields.items("lines", most=MAX_ITEMS)
    ]
    return ProblemBundle(supplier=supplier, lines=tuple(sorted(names)), discount=discount)


def _read_switch(fields: Fields) -> Switch:
    line = fields.text_or_none("line")
    return Switch(supplier=fields.text("supplier"), line=line, cost=_read_exact(fields, "cost"))


def _read_clash(fields: Fields) -> Clash:
    fields.left.pop("text", None)
    values = fields.left.pop("values", {})
    kind, subject = fields.text("kind"), str(fields.left.pop("subject", ""))
    message = str(fields.left.pop("message", ""))
    named = tuple(values.items()) if isinstance(values, dict) else ()
    return Clash(kind=kind, subject=subject, message=message, values=named)
