"""A supplier's share is bounded."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Self

from typing_extensions import override

from supplychain.award.problem.fields import Fields
from supplychain.award.problem.problem import Problem, RuleEffects, ShareBounds
from supplychain.award.rules.bounded import BoundedShare, read_bounds
from supplychain.award.words import FirmValue, Sentence, SentenceValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Share(BoundedShare):
    """Bounds a supplier's part of a line's quantity, or of the whole request's spend."""

    KIND: ClassVar[str] = "share"

    supplier: str
    line: str | None = None
    at_least: Decimal = Decimal(0)
    at_most: Decimal = Decimal(1)

    @classmethod
    @override
    def read(cls, fields: Fields) -> Self:
        """From a file."""
        least, most = read_bounds(fields)
        supplier, line = fields.text("supplier"), fields.text_or_none("line")
        return cls(supplier=supplier, line=line, at_least=least, at_most=most)

    @property
    @override
    def effects(self) -> RuleEffects:
        """A least share demands the supplier; a greatest share of a line bounds its bid there."""
        return RuleEffects(
            demanded=self.supplier if self.at_least > 0 else None,
            max_share=None if self.line is None else (self.supplier, self.at_most),
            shares=ShareBounds(
                who=("supplier", self.supplier),
                among=None,
                at_least=self.at_least,
                at_most=self.at_most,
            ),
        )

    @override
    def count_in_rows(self, problem: Problem) -> Collection[str]:
        """The one supplier."""
        del problem
        return (self.supplier,)

    @override
    def count_in_check(self, problem: Problem) -> Collection[str]:
        """The one supplier."""
        return [one.id for one in problem.suppliers if one.id == self.supplier]

    @override
    def describe_breach(self, bound: str) -> Sentence:
        """Less than its least, or more than its greatest share."""
        values = (("who", FirmValue(id=self.supplier)),)
        if bound == "at_least":
            return Sentence(message="%(who)s gets less than its least share.", values=values)
        return Sentence(message="%(who)s gets more than its greatest share.", values=values)

    @override
    def name_subject(self) -> SentenceValue:
        """The supplier."""
        return FirmValue(id=self.supplier)

    @property
    @override
    def subject(self) -> str:
        """The supplier."""
        return self.supplier

    @override
    def describe(self) -> Sentence:
        """Among what cannot hold together."""
        values = (("supplier", FirmValue(id=self.supplier)), *self.percent_values())
        if self.line is None:
            return Sentence(
                message="%(supplier)s gets %(least)s %% to %(most)s %% of the spend.",
                values=values,
            )
        return Sentence(
            message="%(supplier)s gets %(least)s %% to %(most)s %% of line %(line)s.",
            values=values,
        )
