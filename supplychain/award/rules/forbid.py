"""A supplier gets nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self

from typing_extensions import override

from supplychain.award.checking.violation import Violation
from supplychain.award.problem.fields import Fields
from supplychain.award.problem.problem import BoughtSplit, Rule, RuleEffects, RuleRows
from supplychain.award.words import FirmValue, LineValue, Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Forbid(Rule):
    """The supplier gets nothing, of the line or of the request."""

    KIND: ClassVar[str] = "forbid"
    HOLDS_FOR_EACH_LINE: ClassVar[bool] = True
    FIRM_CHOICE: ClassVar[str | None] = "gets nothing of"

    supplier: str
    line: str | None = None

    @classmethod
    @override
    def read(cls, fields: Fields) -> Self:
        """From a file."""
        return cls(supplier=fields.text("supplier"), line=fields.text_or_none("line"))

    @property
    @override
    def effects(self) -> RuleEffects:
        """The supplier is barred: its bids get no columns at all."""
        return RuleEffects(barred=self.supplier)

    @override
    def check(self, split: BoughtSplit) -> Iterator[Violation]:
        """Any quantity counts."""
        if any(pair[0] == self.supplier for pair in split.pairs_on(self.line)):
            who = FirmValue(id=self.supplier)
            sentence = Sentence(
                message="%(who)s gets something, and should not.", values=(("who", who),)
            )
            yield Violation(code="forbid", subject=self.supplier, sentence=sentence)

    @override
    def add_rows(self, rows: RuleRows) -> None:
        """None: ``segments_of`` leaves out the bids of barred suppliers."""

    @property
    @override
    def subject(self) -> str:
        """The supplier."""
        return self.supplier

    @override
    def describe(self) -> Sentence:
        """Among what cannot hold together."""
        firm = ("supplier", FirmValue(id=self.supplier))
        if self.line is None:
            return Sentence(message="%(supplier)s must get nothing.", values=(firm,))
        return Sentence(
            message="%(supplier)s must get nothing of line %(line)s.",
            values=(firm, ("line", LineValue(id=self.line))),
        )

    @override
    def describe_wish(self) -> Sentence:
        """As its buyer wished it."""
        who = ("who", FirmValue(id=self.supplier))
        if self.line is None:
            return Sentence(message="Without %(who)s", values=(who,))
        return Sentence(
            message="Line %(line)s without %(who)s",
            values=(who, ("line", LineValue(id=self.line))),
        )
