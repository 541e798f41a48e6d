"""Units that a line may be offered in: what converts by itself, and what its buyer states."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import Final

from supplychain.errors import FieldError
from supplychain.model.quantities import Quantity, quantity_text, step_of_unit, tidy_quantity
from supplychain.model.texts import fold_short
from supplychain.model.units import UNITS, converts, find_unit

MAX_STATED_UNITS: Final = 5
HOW_TO_WRITE: Final = "Write it as: 1 box = 50; 2.47 kg = 1."
_BETWEEN = re.compile(r"[;；\n]")
_TYPED = re.compile(
    r"(?P<amount>[0-9.,]{1,20})\s*(?P<uom>[^\s0-9=][^\s=]{0,30})\s*=\s*(?P<equals>[0-9.,]{1,20})"
    r"(\s*[^\s0-9=][^\s=]{0,30})?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedConversion:
    """``amount`` of ``uom`` are ``equals`` of the line's unit: 1 box is 50 pieces."""

    uom: str
    amount: Quantity
    equals: Quantity


def find_ratio(uom: str, line_uom: str, stated: Iterable[StatedConversion]) -> Fraction | None:
    """How many of a line's unit one of another is; None where nothing says so.

    What the buyer states counts for units that convert into a stated one, too.

    Args:
        uom: the other unit; empty is the line's own.
        line_uom: of the line.
        stated: by its buyer.
    """
    if not uom or uom == line_uom:
        return Fraction(1)
    own = _ratio_by_itself(uom, line_uom)
    if own is not None:
        return own
    for one in stated:
        into = Fraction(1) if one.uom == uom else _ratio_by_itself(uom, one.uom)
        if into is not None:
            return into * Fraction(one.equals) / Fraction(one.amount)
    return None


def _ratio_by_itself(uom: str, other: str) -> Fraction | None:
    one, two = find_unit(uom), find_unit(other)
    if one is None or two is None or not converts(one, two):
        return None
    return Fraction(one.factor) / Fraction(two.factor)


def list_units(line_uom: str, stated: Sequence[StatedConversion]) -> list[str]:
    """Codes of the units that a line may be offered in, its own first."""
    others = [unit.code for unit in UNITS if unit.code != line_uom]
    return [line_uom, *(code for code in others if find_ratio(code, line_uom, stated) is not None)]


def round_up(exact: Fraction, uom: str) -> Quantity:
    """The least quantity in a unit that is not below an exact one."""
    return _round_to_step(exact, uom, ROUND_CEILING)


def round_down(exact: Fraction, uom: str) -> Quantity:
    """The greatest quantity in a unit that is not above an exact one."""
    return _round_to_step(exact, uom, ROUND_FLOOR)


def _round_to_step(exact: Fraction, uom: str, rounding: str) -> Quantity:
    step = step_of_unit(uom)
    steps = exact / Fraction(step)
    whole = steps.numerator // steps.denominator
    if rounding == ROUND_CEILING and steps.denominator != 1:
        whole += 1
    return tidy_quantity(whole * step)


def list_errors(at: str, line_uom: str, stated: Sequence[StatedConversion]) -> list[FieldError]:
    """What makes no sense; ``at`` is the pointer of the line."""
    errors: list[FieldError] = []
    seen: set[str] = set()
    if len(stated) > MAX_STATED_UNITS:
        message = "State at most %(most)s other units."
        values = (("most", MAX_STATED_UNITS),)
        errors.append(FieldError(pointer=f"{at}/conversions", message=message, values=values))
    for row, one in enumerate(stated):
        pointer = f"{at}/conversions/{row}/uom"
        unit, line_unit = find_unit(one.uom), find_unit(line_uom)
        if unit is None:
            errors.append(FieldError(pointer=pointer, message="This unit is not known."))
        elif line_unit is not None and converts(unit, line_unit):
            message = "This unit converts into the line's by itself. Leave it out."
            errors.append(FieldError(pointer=pointer, message=message))
        elif any(one.uom == other or _ratio_by_itself(one.uom, other) for other in seen):
            message = "What this unit is follows from another line. Leave one of the two out."
            errors.append(FieldError(pointer=pointer, message=message))
        if one.amount <= 0 or one.equals <= 0:
            message = "Enter a quantity above 0."
            errors.append(FieldError(pointer=f"{at}/conversions/{row}/amount", message=message))
        seen.add(one.uom)
    return errors


def split_typed(text: str) -> list[dict[str, str]] | None:
    """``1 box = 50; 2.47 kg = 1`` as amount, uom and equals of each; None where it is none."""
    parts = [part for part in _BETWEEN.split(fold_short(text)) if part.strip()]
    matches = [_TYPED.fullmatch(part.strip()) for part in parts]
    if not all(matches):
        return None
    return [match.groupdict() for match in matches if match]


def type_conversions(stated: Iterable[StatedConversion]) -> str:
    """The text that ``split_typed`` reads, with the codes of units."""
    return "; ".join(
        f"{quantity_text(one.amount)} {one.uom} = {quantity_text(one.equals)}" for one in stated
    )


def write_conversions(stated: Iterable[StatedConversion]) -> str:
    """As the graph keeps them: JSON, empty for none."""
    rows = [[one.uom, quantity_text(one.amount), quantity_text(one.equals)] for one in stated]
    return json.dumps(rows, separators=(",", ":")) if rows else ""


def read_conversions(text: str | None) -> tuple[StatedConversion, ...]:
    """From the text that the graph keeps."""
    return tuple(
        StatedConversion(
            uom=uom, amount=tidy_quantity(Decimal(amount)), equals=tidy_quantity(Decimal(equals))
        )
        for uom, amount, equals in json.loads(text or "[]")
    )
