"""Quantities with their unit (``2 pcs``, ``10 m``) and percent."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from supplychain.model.reading.habits import NumberHabit
from supplychain.model.reading.misread import Misread
from supplychain.model.reading.numbers import (
    PLAIN_NUMBER,
    NumberField,
    fold_number,
    number_text,
    read_number,
)
from supplychain.model.units import Unit, convert, converts, find_unit

_BEHIND: Final = re.compile(
    r"(?P<number>.*?[0-9百千万萬亿億)])\s*(?P<unit>[^0-9\s.,'’()百千万萬亿億].*)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadQuantity:
    """A number and the unit behind it, if there is one."""

    number: Decimal
    unit: Unit | None = None


def read_quantity(text: str, field: NumberField, habit: NumberHabit) -> ReadQuantity:
    """The number and the unit that a text is.

    Raises:
        Misread: no number, one of two, or with a word behind it that is no unit.
    """
    plain = fold_number(text)
    match = _BEHIND.fullmatch(plain)
    if habit is NumberHabit.CANONICAL or not match or not match["unit"] or match["unit"] == "-":
        return ReadQuantity(number=read_number(plain, field, habit))
    unit = find_unit(match["unit"])
    if unit is None:
        raise Misread("Enter a number.")
    return ReadQuantity(number=read_number(match["number"], field, habit), unit=unit)


def read_in_unit(text: str, field: NumberField, habit: NumberHabit, unit: Unit | None) -> Decimal:
    """How many of a unit a text is: ``1.5 t`` in kg is 1500.

    Args:
        text: as it was written, with a unit or without one.
        field: what may come of it.
        habit: of whoever wrote it.
        unit: what the field counts; None where that is not known: then only a number is taken.

    Raises:
        Misread: no number, one of two, or in a unit that does not convert.
    """
    if PLAIN_NUMBER.fullmatch(text):
        return read_number(text, field, habit)
    plain = fold_number(text)
    match = _BEHIND.fullmatch(plain)
    if match and match["unit"] and unit is not None and find_unit(match["unit"]) is not unit:
        field_of_other = replace(field, whole=False, most=None, least=None)
    else:
        field_of_other = field
    quantity = read_quantity(plain, field_of_other, habit)
    if quantity.unit is None:
        return quantity.number
    if unit is None:
        raise Misread("Write the number alone: the unit stands beside it.")
    if not converts(quantity.unit, unit):
        raise Misread(
            "This is in %(meant)s, and the unit here is %(unit)s.",
            meant=quantity.unit.symbol,
            unit=unit.symbol,
        )
    number = convert(quantity.number, quantity.unit, unit)
    if field.whole and number != number.to_integral_value():
        raise Misread("Enter a whole number.")
    return number


def read_share(text: str, field: NumberField, habit: NumberHabit) -> Decimal:
    """A share of 1: ``0.3`` or ``30 %``.

    Raises:
        Misread: no number, or one of two.
    """
    plain = fold_number(text)
    if habit is not NumberHabit.CANONICAL and plain.endswith("%"):
        return read_percent(plain, NumberField(most=Decimal(100)), habit)
    return read_number(plain, field, habit)


def read_percent(text: str, field: NumberField, habit: NumberHabit) -> Decimal:
    """The share that a number of percent is: ``6`` and ``6 %`` are 0.06.

    Raises:
        Misread: no number, or one of two.
    """
    plain = fold_number(text).removesuffix("%").strip()
    return Decimal(number_text(read_number(plain, field, habit) / 100))
