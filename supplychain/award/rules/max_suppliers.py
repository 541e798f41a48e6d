"""At most so many suppliers get anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from typing_extensions import override

from supplychain.award.checking.violation import Violation
from supplychain.award.problem.fields import Fields
from supplychain.award.problem.problem import BoughtSplit, RuleEffects, RuleRows
from supplychain.award.rules.line_rule import LineRule
from supplychain.award.words import LineValue, Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class MaxSuppliers(LineRule):
    """At most so many suppliers get anything, of one line or of all."""

    KIND: ClassVar[str] = "max_suppliers"
    DESCRIPTIONS: ClassVar[Mapping[str, str]] = {"at_most": "a number of firms"}

    at_most: int

    @classmethod
    @override
    def read(cls, fields: Fields) -> Self:
        """From a file."""
        return cls(at_most=fields.whole("at_most", least=1), line=fields.text_or_none("line"))

    @property
    @override
    def effects(self) -> RuleEffects:
        """The number of suppliers is bounded."""
        return RuleEffects(max_suppliers=self.at_most)

    @override
    def check(self, split: BoughtSplit) -> Iterator[Violation]:
        """Any quantity counts."""
        if len({pair[0] for pair in split.pairs_on(self.line)}) <= self.at_most:
            return
        if self.line is None:
            sentence = Sentence(message="More suppliers get something than may.")
        else:
            line = LineValue(id=self.line)
            sentence = Sentence(
                message="Line %(line)s has too many suppliers.", values=(("line", line),)
            )
        yield Violation(code="max_suppliers", subject=self.line or "", sentence=sentence)

    @override
    def add_rows(self, rows: RuleRows) -> None:
        """The binaries of suppliers, or of the line's bids, are counted."""
        rows.limit_suppliers(self.line, self.at_most)

    @override
    def describe(self) -> Sentence:
        """Among what cannot hold together."""
        if self.line is None:
            return Sentence(
                message="At most %(most)s suppliers get anything.", values=(("most", self.at_most),)
            )
        return Sentence(
            message="At most %(most)s suppliers get some of line %(line)s.",
            values=(("line", LineValue(id=self.line)), ("most", self.at_most)),
        )

    @override
    def describe_wish(self) -> Sentence:
        """As its buyer wished it."""
        if self.line is None:
            return Sentence(message="At most %(n)s suppliers", values=(("n", self.at_most),))
        return Sentence(
            message="At most %(n)s suppliers for line %(line)s",
            values=(("n", self.at_most), ("line", LineValue(id=self.line))),
        )
