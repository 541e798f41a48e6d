"""The rules of an award file, one reader a kind."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from supplychain.award.problem.fields import NUMBER, Fields
from supplychain.award.problem.problem import (
    Attribute,
    Forbid,
    GroupShare,
    Incumbent,
    MaxSuppliers,
    Require,
    Rule,
    Share,
    TwoSources,
)
from supplychain.errors import FieldError


def read_rule(fields: Fields) -> Rule | None:
    """One rule, or None where its kind is unknown."""
    kind = fields.choice("kind", tuple(READERS))
    if not fields.ok:
        fields.left.clear()
        return None
    return READERS[kind](fields)


def _max_suppliers(fields: Fields) -> Rule:
    return MaxSuppliers(at_most=fields.whole("at_most", least=1), line=fields.text_or_none("line"))


def _bounds(fields: Fields) -> tuple[Decimal, Decimal]:
    if "at_least" not in fields.left and "at_most" not in fields.left:
        fields.wrong("", lambda at: FieldError(
            pointer=at, message="Name at_least, at_most or both.",
        ))  # fmt: skip
    least, most = fields.number("at_least", "0", most=1), fields.number("at_most", "1", most=1)
    if least > most:
        fields.wrong("at_least", lambda at: FieldError(
            pointer=at, message="at_least is above at_most.",
        ))  # fmt: skip
    return least, most


def _share(fields: Fields) -> Rule:
    least, most = _bounds(fields)
    supplier, line = fields.text("supplier"), fields.text_or_none("line")
    return Share(supplier=supplier, line=line, at_least=least, at_most=most)


def _group_share(fields: Fields) -> Rule:
    least, most = _bounds(fields)
    name = fields.text("attribute")
    equals = read_attribute(fields, "equals", fields.left.pop("equals", None))
    line = fields.text_or_none("line")
    return GroupShare(
        attribute=name,
        equals="" if equals is None else equals,
        line=line,
        at_least=least,
        at_most=most,
    )


def read_attribute(fields: Fields, name: object, value: object) -> Attribute | None:
    """The value of an attribute: a text, a number, true or false; None and an error otherwise."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) < 10**15:
        return value
    if isinstance(value, float) and NUMBER.fullmatch(repr(abs(value))):
        return Decimal(repr(value))
    if isinstance(value, str):
        return fields.text_of(str(name), value)
    fields.wrong(str(name), lambda at: FieldError(
        pointer=at, message="An attribute is a text, a number, true or false.",
    ))  # fmt: skip
    return None


def _two_sources(fields: Fields) -> Rule:
    return TwoSources(line=fields.text_or_none("line"))


def _require(fields: Fields) -> Rule:
    return Require(supplier=fields.text("supplier"), line=fields.text_or_none("line"))


def _forbid(fields: Fields) -> Rule:
    return Forbid(supplier=fields.text("supplier"), line=fields.text_or_none("line"))


def _incumbent(fields: Fields) -> Rule:
    return Incumbent(
        supplier=fields.text("supplier"),
        switch_cost=fields.number("switch_cost"),
        line=fields.text_or_none("line"),
    )


READERS: Final[dict[str, Callable[[Fields], Rule]]] = {
    "max_suppliers": _max_suppliers,
    "share": _share,
    "group_share": _group_share,
    "two_sources": _two_sources,
    "require": _require,
    "forbid": _forbid,
    "incumbent": _incumbent,
}
