"""What an engine comes to, before it is made exact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from supplychain.award.problem.problem import Pair

Quantities: TypeAlias = Mapping[Pair, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineResult:
    """The best quantities of an engine, in its own floats, and what it proved.

    Attributes:
        quantities: above 0, by supplier and line; empty if nothing was found (or, where every
            line may be missing, if buying nothing is best: see ``has_solution``).
        bound: no split has a lower objective; None if none was proven.
        proven_infeasible: nothing fits.
        has_solution: whether ``quantities`` is a solution at all.
        stopped: the report asked to stop.
    """

    quantities: Mapping[Pair, float | Decimal] = field(default_factory=dict)
    bound: float | None = None
    proven_infeasible: bool = False
    has_solution: bool = False
    stopped: bool = False
