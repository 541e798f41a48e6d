"""A supplier gets something."""

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
class Require(Rule):
    """The supplier gets something, of the line or of the request."""

    KIND: ClassVar[str] = "require"
    FIRM_CHOICE: ClassVar[str | None] = "gets something of"

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
        """The supplier is demanded."""
        return RuleEffects(demanded=self.supplier)

    @override
    def check(self, split: BoughtSplit) -> Iterator[Violation]:
        """A sliver is no source."""
        if not any(pair[0] == self.supplier for pair in split.pairs_on(self.line) & split.sources):
            who = FirmValue(id=self.supplier)
            sentence = Sentence(message="%(who)s gets nothing, and should.", values=(("who", who),))
            yield Violation(code="require", subject=self.supplier, sentence=sentence)

    @override
    def add_rows(self, rows: RuleRows) -> None:
        """One of its bids is a source."""
        rows.add_row(1.0, rows.source_terms(rows.pairs_of(self.supplier, self.line)))

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
            return Sentence(message="%(supplier)s must get something.", values=(firm,))
        return Sentence(
            message="%(supplier)s must get some of line %(line)s.",
            values=(firm, ("line", LineValue(id=self.line))),
        )

    @override
    def describe_wish(self) -> Sentence:
        """As its buyer wished it."""
        who = ("who", FirmValue(id=self.supplier))
        if self.line is None:
            return Sentence(message="%(who)s gets something", values=(who,))
        return Sentence(
            message="%(who)s gets some of line %(line)s",
            values=(who, ("line", LineValue(id=self.line))),
        )
