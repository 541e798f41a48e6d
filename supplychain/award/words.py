"""Sentences about rules and splits: a message id and the values that fill it.

The message is the English sentence and the key of its translation. Values that a page shows in
its own way (a firm's name for its id, a line's number, money, percent) say what they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from supplychain.award.exact import exactly, plain


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmValue:
    """A supplier, by its id in the problem."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineValue:
    """A line, by its id in the problem."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PercentValue:
    """A part of a whole, 0 to 1."""

    part: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyValue:
    """An amount in the problem's currency."""

    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """``message`` has named places, ``%(name)s``, which ``values`` fill."""

    message: str
    values: tuple[tuple[str, SentenceValue], ...] = ()

    def plain_values(self) -> tuple[tuple[str, object], ...]:
        """The values as an award file has them: ids, decimals, percent as numbers up to 100."""
        return tuple((name, _plain_value(value)) for name, value in self.values)


SentenceValue: TypeAlias = (
    FirmValue | LineValue | PercentValue | MoneyValue | Sentence | str | bool | int | Decimal
)


def _plain_value(value: SentenceValue) -> object:
    match value:
        case FirmValue() | LineValue():
            return value.id
        case PercentValue():
            with exactly():
                return plain(value.part * 100)
        case MoneyValue():
            return value.amount
        case Sentence():
            return value.message % dict(value.plain_values())
        case _:
            return value
