"""What rules that bound a share have in common: of a line's quantity, or of the spend."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import ClassVar

from typing_extensions import override

from supplychain.award.checking.violation import Violation
from supplychain.award.exact import decimal_text
from supplychain.award.problem.fields import Fields
from supplychain.award.problem.problem import BoughtSplit, Problem, Rule, RuleRows, Terms
from supplychain.award.words import LineValue, PercentValue, Sentence, SentenceValue
from supplychain.errors import FieldError


class BoundedShare(Rule):
    """Some suppliers together get a part between two bounds.

    A line's quantity is what is bought of it. Spend is quantity × price and line costs, before
    bundles, without one-off costs, shortages and switching.

    Attributes:
        at_least: the least part, 0 to 1; 0 is no bound.
        at_most: the greatest part; 1 is no bound.
    """

    __slots__ = ()

    DESCRIPTIONS: ClassVar[Mapping[str, str]] = {
        "at_least": "a part, 0 to 1, as decimal text",
        "at_most": "a part as decimal text",
    }

    at_least: Decimal
    at_most: Decimal

    @abstractmethod
    def count_in_rows(self, problem: Problem) -> Collection[str]:
        """The suppliers it speaks of, for the program."""

    @abstractmethod
    def count_in_check(self, problem: Problem) -> Collection[str]:
        """The suppliers it speaks of, as the checker sees it."""

    @abstractmethod
    def describe_breach(self, bound: str) -> Sentence:
        """That they get less than ``at_least``, or more than ``at_most``."""

    @abstractmethod
    def name_subject(self) -> SentenceValue:
        """Whom it speaks of, in a sentence of a page."""

    @override
    def write(self) -> dict[str, object]:
        """One of the bounds is always written: a share without any is refused."""
        bare = not self.at_least and self.at_most == 1
        return {**Rule.write(self), **({"at_most": decimal_text(self.at_most)} if bare else {})}

    @override
    def check(self, split: BoughtSplit) -> Iterator[Violation]:
        """Both bounds hold exactly."""
        firms = self.count_in_check(split.problem)
        pairs = split.pairs_on(self.line)
        amounts = split.spend if self.line is None else split.quantities
        total = sum((amounts[pair] for pair in pairs), Decimal(0))
        part = sum((amounts[pair] for pair in pairs if pair[0] in firms), Decimal(0))
        if part < self.at_least * total:
            yield self._break_bound("at_least")
        if part > self.at_most * total:
            yield self._break_bound("at_most")

    def _break_bound(self, bound: str) -> Violation:
        return Violation(
            code=f"{self.KIND}_{bound}",
            subject=self._name_violated(),
            sentence=self.describe_breach(bound),
        )

    def _name_violated(self) -> str:
        return self.subject

    @override
    def add_rows(self, rows: RuleRows) -> None:
        """part - bound × total ≥ 0, and the other way round; bounds that bind nothing are left."""
        inside = self.count_in_rows(rows.problem)
        expressions: list[tuple[str, Terms]]
        if self.line is None:
            expressions = [(firm, [(one, 1.0)]) for firm, one in rows.spent_columns().items()]
        else:
            expressions = [
                (pair[0], rows.quantity_terms(pair)) for pair in rows.pairs_on(self.line)
            ]
        for bound, sign in ((self.at_least, 1.0), (self.at_most, -1.0)):
            if bound == (0 if sign > 0 else 1):
                continue
            part = float(bound)
            terms = [
                (column, sign * factor * ((firm in inside) - part))
                for firm, expression in expressions
                for column, factor in expression
            ]
            rows.add_row(rows.margin, terms)

    def percent_values(self) -> tuple[tuple[str, SentenceValue], ...]:
        """The line, if it speaks of one, and both bounds."""
        line: tuple[tuple[str, SentenceValue], ...] = (
            () if self.line is None else (("line", LineValue(id=self.line)),)
        )
        least, most = PercentValue(part=self.at_least), PercentValue(part=self.at_most)
        return (*line, ("least", least), ("most", most))

    @override
    def describe_wish(self) -> Sentence:
        """As its buyer wished it; a bound that binds nothing is not said."""
        values = (("who", self.name_subject()), *self.percent_values())
        if self.line is None:
            if self.at_least and self.at_most < 1:
                message = "%(who)s: from %(least)s to %(most)s of the spend"
                return Sentence(message=message, values=values)
            if self.at_least:
                return Sentence(message="%(who)s: at least %(least)s of the spend", values=values)
            return Sentence(message="%(who)s: at most %(most)s of the spend", values=values)
        if self.at_least and self.at_most < 1:
            message = "%(who)s: from %(least)s to %(most)s of line %(line)s"
            return Sentence(message=message, values=values)
        if self.at_least:
            return Sentence(message="%(who)s: at least %(least)s of line %(line)s", values=values)
        return Sentence(message="%(who)s: at most %(most)s of line %(line)s", values=values)


def read_bounds(fields: Fields) -> tuple[Decimal, Decimal]:
    """``at_least`` and ``at_most`` of a file; one of them must be there."""
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
