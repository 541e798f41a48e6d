"""The answer to an award problem, in exact decimals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from supplychain.award.problem.problem import ProblemBundle, Switch

Status: TypeAlias = Literal["optimal", "feasible", "infeasible"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerAllocation:
    """So much of a line to a supplier.

    ``unit_price`` is the price of a unit before bundles and line cost (incremental tiers: the
    average, rounded to twelve decimals); ``cost`` is exact, after bundles, with the line cost.
    """

    supplier: str
    line: str
    quantity: Decimal
    unit_price: Decimal
    cost: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Winner:
    """What a winning supplier costs once, and the load it takes on."""

    id: str
    one_off_cost: Decimal
    load: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """What stays missing of a line, and its price."""

    line: str
    quantity: Decimal
    cost: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """One of the things that cannot hold together: a rule, a line or a capacity, in words.

    ``message`` has named places that ``values`` fill; it is a translation key.
    """

    kind: str
    subject: str
    message: str
    values: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was found.

    Attributes:
        status: optimal: within the gap of ``bound``; feasible: the best found in time (there may
            be none yet: no allocations and ``cost`` None); infeasible: proven that nothing fits.
        cost: the exact cost of the allocations; None without any.
        bound: no split costs less than this; None if none was proven. With the objective
            ``expected_cost``, ``bound`` and ``gap`` speak of cost + weight × ``expected``.
        gap: (cost - bound) / cost, 0 or more; None without both.
        bundles: those that took their discount off.
        switches: the incumbents left.
        expected: the expected cost of what is bought, whatever the objective; None without any.
        clash: when infeasible, a minimal set that cannot hold together.
        seconds: spent.
    """

    status: Status
    cost: Decimal | None
    bound: Decimal | None
    gap: Decimal | None
    allocations: tuple[AnswerAllocation, ...] = ()
    suppliers: tuple[Winner, ...] = ()
    shortages: tuple[Shortage, ...] = ()
    clash: tuple[Clash, ...] = ()
    seconds: float = 0.0
    expected: Decimal | None = None
    bundles: tuple[ProblemBundle, ...] = ()
    switches: tuple[Switch, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How far the work is: the best cost so far and the proven bound, None where there is none."""

    best: float | None
    bound: float | None
    seconds: float


Report: TypeAlias = Callable[[Step], bool]
"""Told of each step; answers whether to go on. Stopping keeps the best answer."""
