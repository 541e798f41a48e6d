"""At least two suppliers get something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from typing_extensions import override

from supplychain.award.checking.violation import Violation
from supplychain.award.problem.problem import BoughtSplit, ProblemLine, RuleEffects, RuleRows
from supplychain.award.rules.line_rule import LineRule
from supplychain.award.words import LineValue, Sentence

MIN_SOURCES_SUPPLIERS: Final = 2
"""Two, as the name says: what one plant on fire leaves standing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoSources(LineRule):
    """At least two suppliers get something, of the line or (None) of every line."""

    KIND: ClassVar[str] = "two_sources"

    @property
    @override
    def effects(self) -> RuleEffects:
        """Lines that one supplier takes whole contradict it."""
        return RuleEffects(min_sources=MIN_SOURCES_SUPPLIERS)

    @override
    def check(self, split: BoughtSplit) -> Iterator[Violation]:
        """A sliver is no source."""
        count = Counter(line for _, line in split.sources)
        for line in self._lines_of(split.problem.lines):
            if count[line] < MIN_SOURCES_SUPPLIERS:
                sentence = Sentence(
                    message="Line %(line)s has no two sources.",
                    values=(("line", LineValue(id=line)),),
                )
                yield Violation(code="two_sources", subject=line, sentence=sentence)

    @override
    def add_rows(self, rows: RuleRows) -> None:
        """Two of each line's bids are sources."""
        for line in self._lines_of(rows.problem.lines):
            rows.add_row(float(MIN_SOURCES_SUPPLIERS), rows.source_terms(rows.pairs_on(line)))

    @override
    def describe(self) -> Sentence:
        """Among what cannot hold together."""
        if self.line is None:
            return Sentence(message="Every line has two sources.")
        return Sentence(
            message="Line %(line)s has two sources.", values=(("line", LineValue(id=self.line)),)
        )

    @override
    def describe_wish(self) -> Sentence:
        """As its buyer wished it."""
        if self.line is None:
            return Sentence(message="Two sources for every line")
        return Sentence(
            message="Two sources for line %(line)s", values=(("line", LineValue(id=self.line)),)
        )

    def _lines_of(self, lines: tuple[ProblemLine, ...]) -> list[str]:
        return [line.id for line in lines] if self.line is None else [self.line]
