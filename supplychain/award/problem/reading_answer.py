"""From the JSON of an answer back to an answer, so that it can be checked or shown again."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar, cast

from supplychain.award.answer import Allocation, Answer, Clash, Shortage, Status, Switch, Winner
from supplychain.award.problem.fields import Errors, Fields
from supplychain.award.problem.problem import Bundle
from supplychain.errors import FieldError, Invalid

MOST = 1_000_000
LONGEST = 400
Made = TypeVar("Made")


def parse_answer(raw: object) -> Answer:
    """An answer from its JSON; nothing is checked but the form.

    Raises:
        Invalid: with every wrong field and its pointer.
    """
    errors = Errors()
    fields = Fields(raw, "", errors)
    statuses = ("optimal", "feasible", "infeasible")
    answer = Answer(
        status=cast("Status", fields.choice("status", statuses)),
        cost=exact_or_none(fields, "cost"),
        bound=exact_or_none(fields, "bound"),
        gap=exact_or_none(fields, "gap"),
        allocations=_each(fields, "allocations", _allocation),
        suppliers=_each(fields, "suppliers", _winner),
        shortages=_each(fields, "shortages", _shortage),
        bundles=_each(fields, "bundles", _bundle),
        switches=_each(fields, "switches", _switch),
        expected=exact_or_none(fields, "expected"),
        clash=_each(fields, "clash", _clash),
        seconds=_seconds(fields),
    )
    fields.end()
    if errors.found:
        raise Invalid(errors=errors.found)
    return answer


def _each(fields: Fields, name: str, read: Callable[[Fields], Made]) -> tuple[Made, ...]:
    found = []
    for at, item in fields.items(name, most=MOST):
        one = Fields(item, at, fields.errors)
        found.append(read(one))
        one.end()
    return tuple(found)


def exact_or_none(fields: Fields, name: str) -> Decimal | None:
    """A decimal text of any length up to 400, or None where it is missing or null."""
    value = fields.left.pop(name, None)
    if value is None:
        return None
    if isinstance(value, str) and len(value) <= LONGEST:
        digits = value.replace(".", "", 1)
        if digits.isascii() and digits.isdigit() and value[0] != "." and value[-1] != ".":
            return Decimal(value)
    fields.wrong(name, lambda at: FieldError(
        pointer=at, message="This must be a decimal number, written as text.",
    ))  # fmt: skip
    return None


def _exact(fields: Fields, name: str) -> Decimal:
    if fields.left.get(name) is None:
        fields.left[name] = ""
    return exact_or_none(fields, name) or Decimal(0)


def _seconds(fields: Fields) -> float:
    value = fields.left.pop("seconds", 0.0)
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9:
        return float(value)
    fields.wrong("seconds", lambda at: FieldError(pointer=at, message="This must be a number."))
    return 0.0


def _allocation(fields: Fields) -> Allocation:
    return Allocation(
        supplier=fields.text("supplier"),
        line=fields.text("line"),
        quantity=_exact(fields, "quantity"),
        unit_price=_exact(fields, "unit_price"),
        cost=_exact(fields, "cost"),
    )


def _winner(fields: Fields) -> Winner:
    return Winner(
        id=fields.text("id"),
        one_off_cost=_exact(fields, "one_off_cost"),
        load=_exact(fields, "load"),
    )


def _shortage(fields: Fields) -> Shortage:
    return Shortage(
        line=fields.text("line"), quantity=_exact(fields, "quantity"), cost=_exact(fields, "cost")
    )


def _bundle(fields: Fields) -> Bundle:
    supplier, discount = fields.text("supplier"), _exact(fields, "discount")
    names = [fields.text_of("lines", item) or "" for _, item in fields.items("lines", most=MOST)]
    return Bundle(supplier=supplier, lines=tuple(sorted(names)), discount=discount)


def _switch(fields: Fields) -> Switch:
    line = fields.text_or_none("line")
    return Switch(supplier=fields.text("supplier"), line=line, cost=_exact(fields, "cost"))


def _clash(fields: Fields) -> Clash:
    fields.left.pop("text", None)
    values = fields.left.pop("values", {})
    kind, subject = fields.text("kind"), str(fields.left.pop("subject", ""))
    message = str(fields.left.pop("message", ""))
    named = tuple(values.items()) if isinstance(values, dict) else ()
    return Clash(kind=kind, subject=subject, message=message, values=named)
