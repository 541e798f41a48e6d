"""All kinds of rules. A new kind is its class beside the others and its line here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from supplychain.award.problem.fields import FieldErrors, Fields
from supplychain.award.problem.problem import Rule
from supplychain.award.rules.forbid import Forbid
from supplychain.award.rules.group_share import GroupShare
from supplychain.award.rules.in_time import InTime
from supplychain.award.rules.incumbent import Incumbent
from supplychain.award.rules.max_suppliers import MaxSuppliers
from supplychain.award.rules.require import Require
from supplychain.award.rules.share import Share
from supplychain.award.rules.two_sources import TwoSources
from supplychain.errors import Invalid

RULES: Final[Mapping[str, type[Rule]]] = {
    kind.KIND: kind
    for kind in (MaxSuppliers, Share, GroupShare, TwoSources, Require, Forbid, Incumbent, InTime)
}
"""Every kind of rule by its name in a file."""


def read_rule(fields: Fields) -> Rule | None:
    """One rule of a file, or None where its kind is unknown."""
    kind = fields.choice("kind", tuple(RULES))
    if not fields.ok:
        fields.left.clear()
        return None
    return RULES[kind].read(fields)


def read_rules(raw: Iterable[object]) -> tuple[Rule, ...]:
    """Rules as a file or the API has them, in their order.

    Raises:
        Invalid: with every wrong field; pointers into ``/rules``.
    """
    errors = FieldErrors()
    rules = []
    for index, item in enumerate(raw):
        fields = Fields(item, f"/rules/{index}", errors)
        rules.append(read_rule(fields))
        fields.end()
    if errors.collected:
        raise Invalid(errors=errors.collected)
    return tuple(rule for rule in rules if rule is not None)


def write_rule(rule: Rule) -> dict[str, object]:
    """The JSON of one rule, with its kind."""
    return {"kind": rule.KIND, **rule.write()}


def field_descriptions() -> dict[str, str]:
    """What the fields of rules mean, by name; where kinds differ, both are said."""
    meanings: dict[str, list[str]] = {}
    for kind in RULES.values():
        for name, meaning in kind.DESCRIPTIONS.items():
            if meaning not in meanings.setdefault(name, []):
                meanings[name].append(meaning)
    return {name: ", or ".join(sorted(said, reverse=True)) for name, said in meanings.items()}
