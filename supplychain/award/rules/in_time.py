"""Nobody wins what it would deliver after the day it is needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from supplychain.award.checking.violation import Violation
from supplychain.award.problem.problem import BoughtSplit, RuleEffects, RuleRows
from supplychain.award.rules.line_rule import LineRule
from supplychain.award.words import FirmValue, LineValue, Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class InTime(LineRule):
    """Bids that are ``late`` get nothing, of the line or (None) of every line."""

    KIND: ClassVar[str] = "in_time"

    @property
    @override
    def effects(self) -> RuleEffects:
        """Late bids get no columns at all."""
        return RuleEffects(bars_late=True)

    @override
    def check(self, split: BoughtSplit) -> Iterator[Violation]:
        """Any quantity counts."""
        late = {(bid.supplier, bid.line) for bid in split.problem.bids if bid.late}
        for supplier, line in sorted(split.pairs_on(self.line) & late):
            sentence = Sentence(
                message="%(who)s delivers line %(line)s late.",
                values=(("who", FirmValue(id=supplier)), ("line", LineValue(id=line))),
            )
            yield Violation(code="in_time", subject=line, sentence=sentence)

    @override
    def add_rows(self, rows: RuleRows) -> None:
        """None: ``segments_of`` leaves out late bids."""

    @override
    def describe(self) -> Sentence:
        """Among what cannot hold together."""
        if self.line is None:
            return Sentence(message="All must be delivered in time.")
        return Sentence(
            message="Line %(line)s must be delivered in time.",
            values=(("line", LineValue(id=self.line)),),
        )

    @override
    def describe_wish(self) -> Sentence:
        """As its buyer wished it."""
        if self.line is None:
            return Sentence(message="All in time")
        return Sentence(
            message="Line %(line)s in time", values=(("line", LineValue(id=self.line)),)
        )
