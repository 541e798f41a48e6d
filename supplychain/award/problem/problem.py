"""An award problem: lines, suppliers, bids, bundles and rules, checked and in a fixed order.

Quantities, prices and loads are exact decimals. ``reading.parse`` makes a problem from the JSON
of ``docs/award.md``; what it lets through is consistent in itself, so nothing here checks again.
Lists are sorted by id, so that the order of a file's lists changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Literal, TypeAlias

TierRule: TypeAlias = Literal["all_units", "incremental"]
Attribute: TypeAlias = str | bool | int | Decimal

Objective: TypeAlias = Literal["cost", "expected_cost"]

GAP: Final = Decimal("1e-6")
"""An answer within this relative gap of its bound is called optimal."""

QUANTUM: Final = Decimal("1e-9")
"""Quantities are multiples of this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What is to be bought.

    Attributes:
        quantity: above 0; covered exactly, or at least with ``overbuy``.
        divisible: false: one supplier takes it whole.
        single_source: at most one supplier gets anything of it.
        max_suppliers: how many may get some of it; None is no bound.
        overbuy: more than needed may be bought.
        shortage_price: what a missing unit costs; None: the line must be covered.
        whole: only whole units are bought; ``quantity`` is a whole number then.
    """

    id: str
    quantity: Decimal
    divisible: bool = True
    single_source: bool = False
    max_suppliers: int | None = None
    overbuy: bool = False
    shortage_price: Decimal | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """Who may win: ``capacity`` bounds its load (None: unlimited), ``one_off_cost`` is paid once
    if it gets anything.
    """

    id: str
    capacity: Decimal | None = None
    one_off_cost: Decimal = Decimal(0)
    attributes: Mapping[str, Attribute] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """From this quantity on a unit costs ``unit_price``: all units, or those above ``start``."""

    start: Decimal
    unit_price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Bid:
    """What one supplier asks for one line; there is at most one for each pair.

    Attributes:
        tiers: one or more, ascending; nothing below the first start can be bought, and the
            first price is also that of the units below it.
        min_quantity, max_quantity: bounds if it gets anything; the latter is at most the line's
            quantity unless more may be bought of it.
        load_per_unit: supplier capacity that a unit takes.
        line_cost: paid once if it gets anything of the line.
        expected_cost: what defects, lateness and risk are expected to cost a unit; not paid.
        lead_days: days until it delivers; None is unknown.
        late: it would deliver after the day the line is needed.
    """

    supplier: str
    line: str
    tiers: tuple[Tier, ...]
    tier_rule: TierRule = "all_units"
    min_quantity: Decimal = Decimal(0)
    max_quantity: Decimal
    load_per_unit: Decimal = Decimal(1)
    line_cost: Decimal = Decimal(0)
    expected_cost: Decimal = Decimal(0)
    lead_days: int | None = None
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Takes ``discount`` (0 to 1) off the supplier's cost of these lines if it wins them whole."""

    supplier: str
    lines: tuple[str, ...]
    discount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class MaxSuppliers:
    """At most so many suppliers get anything, of one line or of all."""

    at_most: int
    line: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Bounds a supplier's part of a line's quantity, or of the whole request's spend."""

    supplier: str
    line: str | None = None
    at_least: Decimal = Decimal(0)
    at_most: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupShare:
    """Bounds the part that all suppliers with this attribute value get together."""

    attribute: str
    equals: Attribute
    line: str | None = None
    at_least: Decimal = Decimal(0)
    at_most: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Require:
    """The supplier gets something, of the line or of the request."""

    supplier: str
    line: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forbid:
    """The supplier gets nothing, of the line or of the request."""

    supplier: str
    line: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoSources:
    """At least two suppliers get something, of the line or (None) of every line."""

    line: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incumbent:
    """``switch_cost`` is paid if the supplier gets nothing, of the line or of the request."""

    supplier: str
    switch_cost: Decimal
    line: str | None = None


Rule: TypeAlias = MaxSuppliers | Share | GroupShare | Require | Forbid | TwoSources | Incumbent


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When to stop: after ``seconds``, or once the relative gap is at most ``gap``."""

    seconds: float = 30.0
    gap: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One award to decide; every id that is named is there.

    Attributes:
        objective: what is made least: the cost, or the cost and ``expected_weight`` times the
            expected cost of the bids.
    """

    currency: str
    lines: tuple[Line, ...]
    suppliers: tuple[Supplier, ...]
    bids: tuple[Bid, ...]
    bundles: tuple[Bundle, ...] = ()
    rules: tuple[Rule, ...] = ()
    limits: Limits = field(default_factory=Limits)
    objective: Objective = "cost"
    expected_weight: Decimal = Decimal(1)
