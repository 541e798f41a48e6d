"""Quantities: whole where things are counted, up to three decimals where they are measured.

Inside, a quantity is an int or a Decimal that is not whole. In the graph and in JSON it is a plain
number: three decimals survive a float, and are read back by its shortest text. What comes of a sum
there is rounded back to three decimals at the border.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal
from typing import Final, TypeAlias

from supplychain.model.units import COUNT, PACKED, find_unit

Quantity: TypeAlias = int | Decimal

MAX_DECIMALS: Final = 3
"""Grams of kilograms, millimetres of metres."""
MEASURED_STEP: Final = Decimal("0.001")
WHOLE_STEP: Final = Decimal(1)
FULL_SHARE: Final = 100
NOT_WHOLE: Final = (
    "This unit is counted in whole numbers. Enter one, or use a unit that is measured, such as kg "
    "or m."
)
TOO_FINE: Final = "Use at most 3 decimals."


def tidy_quantity(number: float | Decimal) -> Quantity:
    """A number as a quantity: rounded half-even to three decimals, an int where it is whole."""
    if isinstance(number, int):
        return number
    exact = number if isinstance(number, Decimal) else Decimal(repr(number))
    near = exact.quantize(MEASURED_STEP, ROUND_HALF_EVEN)
    return int(near) if near == near.to_integral_value() else near.normalize()


def tidy_or_none(number: float | Decimal | None) -> Quantity | None:
    """As ``tidy_quantity``; None stays."""
    return None if number is None else tidy_quantity(number)


def plain_number(quantity: float | Decimal) -> int | float:
    """A quantity as the graph and JSON keep it."""
    tidy = tidy_quantity(quantity)
    return tidy if isinstance(tidy, int) else float(tidy)


def plain_number_or_none(quantity: float | Decimal | None) -> int | float | None:
    """As ``plain_number``; None stays."""
    return None if quantity is None else plain_number(quantity)


def quantity_text(quantity: float | Decimal) -> str:
    """A quantity as text without idle zeros."""
    return f"{tidy_quantity(quantity)}"


def whole_units(quantity: float | Decimal) -> int:
    """The least whole number of units that holds a quantity: capacity is promised in these."""
    if isinstance(quantity, int):
        return quantity
    return int(Decimal(tidy_quantity(quantity)).to_integral_value(ROUND_CEILING))


def is_measured(uom: str) -> bool:
    """Whether a unit takes decimals; what is no unit of the list is counted."""
    unit = find_unit(uom)
    return unit is not None and unit.kind not in (COUNT, PACKED)


def step_of_unit(uom: str) -> Decimal:
    """What quantities in a unit are multiples of."""
    return MEASURED_STEP if is_measured(uom) else WHOLE_STEP


def find_quantity_problem(quantity: Quantity, uom: str) -> str:
    """The sentence that refuses a quantity as too fine for its unit; empty where it is not."""
    if quantity % step_of_unit(uom) == 0:
        return ""
    return TOO_FINE if is_measured(uom) else NOT_WHOLE


def round_up_to_pack(quantity: Quantity, pack: Quantity | None) -> Quantity:
    """The least quantity in whole packs that is not below one; itself where there is no pack."""
    less = round_down_to_pack(quantity, pack)
    return less if pack is None or less >= quantity else tidy_quantity(less + pack)


def round_down_to_pack(quantity: Quantity, pack: Quantity | None) -> Quantity:
    """The greatest quantity in whole packs that is not above one."""
    return quantity if pack is None else tidy_quantity(Decimal(quantity) // pack * pack)


def percent_of(part: Quantity, whole: Quantity) -> int:
    """How many whole percent of a quantity a part is, rounded down."""
    return int(FULL_SHARE * part // whole)
