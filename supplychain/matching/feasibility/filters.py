"""Hard filters: which fact keeps a firm from a line, and by how much.

What the line asks of process, material, size, tolerance and region is in ``requirements``, what
it asks of further steps in ``routing``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from supplychain.matching.candidates.arrays import UNKNOWN, Flags, Ints
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.feasibility import requirements, routing
from supplychain.matching.need import Need
from supplychain.model.names import missing_certificates


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sieve:
    """Per fact, which of n firms fail it; ``passed`` are those that fail none."""

    fails: dict[str, Flags]
    passed: Flags
    smallest: Ints

    @property
    def count(self) -> Ints:
        """How many facts each firm fails."""
        return np.sum([flags.astype(np.int64) for flags in self.fails.values()], axis=0)


def sift(need: Need, able: Candidates, possible: Ints) -> Sieve:
    """Try every hard fact on every firm.

    A firm that can make a part of the quantity passes; only one that can make nothing fails on
    capacity, and one whose capacity is unknown does not.

    Args:
        need: the line.
        able: n firms.
        possible: what each can make by the need date, from ``capacity.possible_quantity``.
    """
    smallest = np.maximum(able.moq, _first_tier(able))
    fails = {
        "missing_certificate": _uncertified(need, able),
        "moq_above_quantity": smallest > need.quantity,
        "min_lot_above_quantity": able.min_lot > need.quantity,
        "max_lot_below_quantity": (able.max_lot > 0) & (able.max_lot < need.quantity),
        "lead_time_too_long": able.lead_days > max(need.days_left, UNKNOWN),
        "no_capacity": possible == 0,
        **requirements.fails(need, able),
    }
    if able.steps:
        fails["missing_step"] = routing.lacks(able)
    if need.days_left < 0:
        fails["need_date_passed"] = np.ones(len(able), np.bool_)
    passed = ~np.logical_or.reduce(list(fails.values()))
    return Sieve(fails=fails, passed=passed, smallest=smallest)


def failing_facts(need: Need, able: Candidates, sieve: Sieve, i: int) -> list[dict[str, Any]]:
    """What firm ``i`` fails on: codes with the numbers that say by how much."""
    return [
        {"code": code, "values": _values(need, able, sieve, code, i)}
        for code, flags in sieve.fails.items()
        if flags[i]
    ]


def _values(need: Need, able: Candidates, sieve: Sieve, code: str, i: int) -> dict[str, Any]:
    """The numbers of one failing fact."""
    if code in _COLUMNS:
        column = _COLUMNS[code]
        return {column: int(getattr(able, column)[i]), "quantity": need.quantity}
    match code:
        case "missing_certificate":
            return {"certificates": missing_certificates(need.certificates, able.certificates[i])}
        case "moq_above_quantity":
            return {"moq": int(sieve.smallest[i]), "quantity": need.quantity}
        case "lead_time_too_long":
            return {"lead_days": int(able.lead_days[i]), "days_left": need.days_left}
        case "no_capacity":
            return _no_capacity(need, able, i)
        case "missing_step":
            return {"steps": routing.missing_steps(able, i)}
        case "need_date_passed":
            return {"needed_by": need.needed_by.isoformat()}
        case _:
            return requirements.values(need, able, code, i)


_COLUMNS = {"min_lot_above_quantity": "min_lot", "max_lot_below_quantity": "max_lot"}


def _no_capacity(need: Need, able: Candidates, i: int) -> dict[str, Any]:
    if not able.steps:
        return {"weekly": int(able.weekly_capacity[i]), "quantity": need.quantity}
    narrow = routing.bottleneck(need, able, i)
    return {"weekly": narrow.weekly, "quantity": need.quantity, "step": narrow.name}


def _uncertified(need: Need, able: Candidates) -> Flags:
    if not need.certificates:
        return np.zeros(len(able), np.bool_)
    return able.certificates.flags(lambda held: bool(missing_certificates(need.certificates, held)))


def _first_tier(able: Candidates) -> Ints:
    tiers = able.tiers
    if not len(tiers.keys):
        return np.zeros(len(able), np.int64)
    place = np.minimum(tiers.starts[:-1], len(tiers.keys) - 1)
    return np.where(np.diff(tiers.starts) > 0, tiers.keys[place], 0)
