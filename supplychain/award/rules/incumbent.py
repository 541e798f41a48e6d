"""Leaving a supplier costs something."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Self

from typing_extensions import override

from supplychain.award.checking.violation import Violation
from supplychain.award.problem.fields import Fields
from supplychain.award.problem.problem import BoughtSplit, Pair, Rule, RuleRows, Switch
from supplychain.award.words import FirmValue, LineValue, MoneyValue, Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Incumbent(Rule):
    """``switch_cost`` is paid if the supplier gets nothing, of the line or of the request."""

    KIND: ClassVar[str] = "incumbent"
    DESCRIPTIONS: ClassVar[Mapping[str, str]] = {"switch_cost": "as decimal text"}
    IS_HARD: ClassVar[bool] = False
    FIRM_CHOICE: ClassVar[str | None] = "is kept, or pay for switching"

    supplier: str
    switch_cost: Decimal
    line: str | None = None

    @classmethod
    @override
    def read(cls, fields: Fields) -> Self:
        """From a file."""
        return cls(
            supplier=fields.text("supplier"),
            switch_cost=fields.number("switch_cost"),
            line=fields.text_or_none("line"),
        )

    @override
    def check(self, split: BoughtSplit) -> Iterator[Violation]:
        """It can always be kept, at a price: see ``check_switch``."""
        del split
        yield from ()

    @override
    def add_rows(self, rows: RuleRows) -> None:
        """One of its bids is a source, or a column that costs the switch is 1."""
        terms = rows.source_terms(rows.pairs_of(self.supplier, self.line))
        lost = rows.add_column(float(self.switch_cost) / rows.money)
        rows.add_row(1.0, [*terms, (lost, 1.0)])

    @override
    def price_switch(self, sources: Collection[Pair]) -> Switch | None:
        """The switch, unless a pair of the supplier's is a source."""
        for supplier, line in sources:
            if supplier == self.supplier and self.line in (None, line):
                return None
        return Switch(supplier=self.supplier, line=self.line, cost=self.switch_cost)

    @override
    def check_switch(self, split: BoughtSplit) -> Switch | None:
        """The switch due, by the sources that the checker counted itself."""
        kept = split.pairs_on(self.line) & split.sources
        if self.supplier in {supplier for supplier, _ in kept}:
            return None
        return Switch(supplier=self.supplier, line=self.line, cost=self.switch_cost)

    @property
    @override
    def subject(self) -> str:
        """The supplier."""
        return self.supplier

    @override
    def describe(self) -> Sentence:
        """Among what cannot hold together."""
        firm, cost = (
            ("supplier", FirmValue(id=self.supplier)),
            ("cost", MoneyValue(amount=self.switch_cost)),
        )
        if self.line is None:
            return Sentence(message="Leaving %(supplier)s costs %(cost)s.", values=(firm, cost))
        return Sentence(
            message="Leaving %(supplier)s on line %(line)s costs %(cost)s.",
            values=(firm, ("line", LineValue(id=self.line)), cost),
        )

    @override
    def describe_wish(self) -> Sentence:
        """As its buyer wished it."""
        who, cost = (
            ("who", FirmValue(id=self.supplier)),
            ("cost", MoneyValue(amount=self.switch_cost)),
        )
        if self.line is None:
            return Sentence(message="Keep %(who)s; switching costs %(cost)s", values=(who, cost))
        return Sentence(
            message="Keep %(who)s on line %(line)s; switching costs %(cost)s",
            values=(who, ("line", LineValue(id=self.line)), cost),
        )
