"""Hard filters: which fact keeps a firm from a line, and by how much.

What the line asks of process, material, size, tolerance and region is in ``requirements``, what
it asks of further steps in ``routing``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from supplychain.matching.candidates.arrays import UNKNOWN, Flags, Ints
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.feasibility import requirements, routing
from supplychain.matching.need import Need
from supplychain.matching.rows import NO_VALUES, CodedFact, FactValues
from supplychain.model.names import missing_certificates
from supplychain.model.weeks import day_number


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sieve:
    """Per fact, which of n firms fail it; ``passed`` are those that fail none.

    ``smallest`` is the smallest quantity that each sells: its minimum order or its first tier.
    """

    fails: dict[str, Flags]
    passed: Flags
    smallest: Ints

    @property
    def count(self) -> Ints:
        """How many facts each firm fails."""
        return np.sum([flags.astype(np.int64) for flags in self.fails.values()], axis=0)


def sift_firms(need: Need, able: Candidates, possible: Ints) -> Sieve:
    """Try every hard fact on every firm.

    A firm that can make a part of the quantity passes; only one that can make nothing fails on
    capacity, and one whose capacity is unknown does not.

    Args:
        need: the line.
        able: columns of n firms.
        possible: pieces each can make by the need date, from ``capacity.possible_quantity``.

    Returns:
        n flags per fact. O(n × facts).
    """
    left = able.days_left(need.needed_by, today=need.today)
    smallest = np.maximum(able.moq, _first_tier_start(able))
    fails = {
        "missing_certificate": _flag_uncertified(need, able),
        "moq_above_quantity": smallest > need.quantity,
        "min_lot_above_quantity": able.min_lot > need.quantity,
        "max_lot_below_quantity": (able.max_lot > 0) & (able.max_lot < need.quantity),
        "lead_time_too_long": able.lead_days > np.maximum(left, UNKNOWN),
        "no_capacity": possible == 0,
        **requirements.flag_failures(need, able),
    }
    if able.steps:
        fails["missing_step"] = routing.flag_missing_steps(able)
    if need.days_left < 0:
        fails["need_date_passed"] = np.ones(len(able), np.bool_)
    passed = ~np.logical_or.reduce(list(fails.values()))
    return Sieve(fails=fails, passed=passed, smallest=smallest)


def list_failing_facts(need: Need, able: Candidates, sieve: Sieve, i: int) -> tuple[CodedFact, ...]:
    """What firm ``i`` fails on: codes with the figures that say by how much.

    Args:
        need: the line.
        able: columns of n firms.
        sieve: of the same firms, from ``sift_firms``.
        i: a row of the columns.
    """
    return tuple(
        CodedFact(code=code, values=_measure_failure(need, able, sieve, code, i))
        for code, flags in sieve.fails.items()
        if flags[i]
    )


def _measure_failure(need: Need, able: Candidates, sieve: Sieve, code: str, i: int) -> FactValues:
    """The figures of one failing fact."""
    match code:
        case "missing_certificate":
            return FactValues(
                certificates=missing_certificates(need.certificates, able.certificates[i])
            )
        case "moq_above_quantity":
            return FactValues(moq=int(sieve.smallest[i]), quantity=need.quantity)
        case "min_lot_above_quantity":
            return FactValues(min_lot=int(able.min_lot[i]), quantity=need.quantity)
        case "max_lot_below_quantity":
            return FactValues(max_lot=int(able.max_lot[i]), quantity=need.quantity)
        case "lead_time_too_long":
            left = day_number(need.needed_by) - able.first_day(i, need.today)
            return FactValues(lead_days=int(able.lead_days[i]), days_left=left)
        case "no_capacity" if able.steps:
            narrow = routing.find_bottleneck(need, able, i)
            return FactValues(weekly=narrow.weekly, quantity=need.quantity, step=narrow.name)
        case "no_capacity":
            return FactValues(weekly=int(able.weekly_capacity[i]), quantity=need.quantity)
        case "missing_step":
            return FactValues(steps=_number_steps(able, i))
        case "need_date_passed":
            return FactValues(needed_by=need.needed_by.isoformat())
        case "barred_by_chain":
            return NO_VALUES
        case _:
            return requirements.measure_failure(need, able, code, i)


def _number_steps(able: Candidates, i: int) -> list[FactValues]:
    """The steps that firm ``i`` lacks, each with its number among the named ones."""
    named_steps = len(able.steps) - 1
    return [
        FactValues(step=name, place=number, of=named_steps)
        for number, name in routing.list_missing_steps(able, i)
    ]


def _flag_uncertified(need: Need, able: Candidates) -> Flags:
    if not need.certificates:
        return np.zeros(len(able), np.bool_)
    return able.certificates.flags(lambda held: bool(missing_certificates(need.certificates, held)))


def _first_tier_start(able: Candidates) -> Ints:
    tiers = able.tiers
    if not len(tiers.keys):
        return np.zeros(len(able), np.int64)
    first = np.minimum(tiers.starts[:-1], len(tiers.keys) - 1)
    return np.where(np.diff(tiers.starts) > 0, tiers.keys[first], 0)
