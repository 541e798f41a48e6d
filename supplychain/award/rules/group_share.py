"""The share of a group of suppliers is bounded, such as that of small firms."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Self

from typing_extensions import override

from supplychain.award.problem.fields import Attribute, Fields, read_attribute
from supplychain.award.problem.problem import Problem, ProblemNames, RuleEffects, ShareBounds
from supplychain.award.rules.bounded import BoundedShare, read_bounds
from supplychain.award.words import Sentence, SentenceValue
from supplychain.errors import FieldError


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupShare(BoundedShare):
    """Bounds the part that all suppliers with this attribute value get together."""

    KIND: ClassVar[str] = "group_share"
    DESCRIPTIONS: ClassVar = {
        **BoundedShare.DESCRIPTIONS,
        "equals": "e.g. true for the attribute sme",
    }

    attribute: str
    equals: Attribute
    line: str | None = None
    at_least: Decimal = Decimal(0)
    at_most: Decimal = Decimal(1)

    @classmethod
    @override
    def read(cls, fields: Fields) -> Self:
        """From a file."""
        least, most = read_bounds(fields)
        name = fields.text("attribute")
        equals = read_attribute(fields, "equals", fields.left.pop("equals", None))
        return cls(
            attribute=name,
            equals="" if equals is None else equals,
            line=fields.text_or_none("line"),
            at_least=least,
            at_most=most,
        )

    @override
    def write(self) -> dict[str, object]:
        """A fraction among attributes is a JSON number, as in the file's suppliers."""
        equals = float(self.equals) if isinstance(self.equals, Decimal) else self.equals
        return {**BoundedShare.write(self), "equals": equals}

    @override
    def find_unknown_names(self, names: ProblemNames, pointer: str) -> Iterator[FieldError]:
        """A line, or an attribute that no supplier has."""
        yield from BoundedShare.find_unknown_names(self, names, pointer)
        if self.attribute not in names.attributes:
            yield FieldError(
                pointer=f"{pointer}/attribute",
                message="No supplier has the attribute %(name)s.",
                values=(("name", self.attribute),),
            )

    @property
    @override
    def effects(self) -> RuleEffects:
        """Groups by one attribute do not overlap."""
        return RuleEffects(
            shares=ShareBounds(
                who=("group", self.attribute, isinstance(self.equals, bool), self.equals),
                among=self.attribute,
                at_least=self.at_least,
                at_most=self.at_most,
            )
        )

    @override
    def count_in_rows(self, problem: Problem) -> Collection[str]:
        """The suppliers with the value; true is not 1."""
        return {
            one.id
            for one in problem.suppliers
            if self.attribute in one.attributes
            and one.attributes[self.attribute] == self.equals
            and isinstance(one.attributes[self.attribute], bool) == isinstance(self.equals, bool)
        }

    @override
    def count_in_check(self, problem: Problem) -> Collection[str]:
        """The suppliers with the value; true is not 1."""
        return {
            one.id
            for one in problem.suppliers
            for value in [one.attributes.get(self.attribute)]
            if value == self.equals and (type(value) is bool) == (type(self.equals) is bool)
        }

    @override
    def describe_breach(self, bound: str) -> Sentence:
        """Less than their least, or more than their greatest share."""
        if self._is_of_small_firms():
            if bound == "at_least":
                return Sentence(message="Small firms get less than their least share.")
            return Sentence(message="Small firms get more than their greatest share.")
        if bound == "at_least":
            return Sentence(message="The group gets less than its least share.")
        return Sentence(message="The group gets more than its greatest share.")

    @override
    def name_subject(self) -> SentenceValue:
        """Small firms, or those of a region."""
        if self._is_of_small_firms():
            return Sentence(message="Small firms")
        return Sentence(message="Firms of %(value)s", values=(("value", self.equals),))

    @property
    @override
    def subject(self) -> str:
        """The attribute."""
        return self.attribute

    @override
    def _name_violated(self) -> str:
        return f"{self.attribute} = {self.equals}"

    def _is_of_small_firms(self) -> bool:
        return self.attribute == "sme" and self.equals is True

    @override
    def describe(self) -> Sentence:
        """Among what cannot hold together."""
        values = (
            ("attribute", self.attribute), ("value", self.equals), *self.percent_values(),
        )  # fmt: skip
        if self.line is None:
            return Sentence(
                message=(
                    "Suppliers whose %(attribute)s is %(value)s get %(least)s %% to %(most)s %% of"
                    " the spend."
                ),
                values=values,
            )
        return Sentence(
            message=(
                "Suppliers whose %(attribute)s is %(value)s get %(least)s %% to %(most)s %% of"
                " line %(line)s."
            ),
            values=values,
        )
