"""Problems and answers as the JSON of award files: numbers are decimal texts."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Final

from supplychain.award.answer import Answer, Clash
from supplychain.award.exact import plain
from supplychain.award.problem.problem import (
    Forbid,
    GroupShare,
    Incumbent,
    MaxSuppliers,
    Problem,
    Require,
    Rule,
    Share,
    Tier,
    TwoSources,
)
from supplychain.errors import FieldError

KINDS: Final[dict[type, str]] = {
    MaxSuppliers: "max_suppliers",
    Share: "share",
    GroupShare: "group_share",
    TwoSources: "two_sources",
    Require: "require",
    Forbid: "forbid",
    Incumbent: "incumbent",
}
"""The kind of each rule in a file."""


def text(number: Decimal) -> str:
    """A decimal without exponent or trailing zeros."""
    return f"{plain(number):f}"


def to_raw(problem: Problem) -> dict[str, object]:
    """The JSON of a problem; ``reading.parse`` makes the same problem of it."""
    raw = _plain(problem)
    assert isinstance(raw, dict)
    raw["rules"] = [rule_to_raw(rule) for rule in problem.rules]
    return raw


def rule_to_raw(rule: Rule) -> dict[str, object]:
    """The JSON of one rule, with its kind."""
    raw = _plain(rule)
    assert isinstance(raw, dict)
    if isinstance(rule, GroupShare):
        raw["equals"] = _attribute(rule.equals)
    return {"kind": KINDS[type(rule)], **raw}


def answer_to_raw(answer: Answer) -> dict[str, object]:
    """The JSON of an answer."""
    raw = _plain(answer)
    assert isinstance(raw, dict)
    raw["clash"] = [_clash(one) for one in answer.clash]
    return {name: raw[name] for name in ORDER}


ORDER: Final = (
    "status", "cost", "bound", "gap", "allocations", "suppliers", "shortages", "bundles",
    "switches", "expected", "clash", "seconds",
)  # fmt: skip


def _clash(one: Clash) -> dict[str, object]:
    told = FieldError(pointer="", message=one.message, values=one.values)
    values = {name: _plain(value) for name, value in one.values}
    return {
        "kind": one.kind,
        "subject": one.subject,
        "message": one.message,
        "values": values,
        "text": told.text,
    }


def _plain(value: object) -> object:
    if isinstance(value, Tier):
        return {"from": text(value.start), "unit_price": text(value.unit_price)}
    if isinstance(value, Decimal):
        return text(value)
    if is_dataclass(value):
        named = {field.name: getattr(value, field.name) for field in fields(value)}
        return {name: _plain(one) for name, one in named.items() if one is not None or _kept(value)}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _attribute(one) for name, one in value.items()}
    return value


def _kept(value: object) -> bool:
    """An answer says null for what it does not know; a problem leaves it out."""
    return isinstance(value, Answer)


def _attribute(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else value
