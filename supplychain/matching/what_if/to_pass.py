"""The smallest changes of a failing firm's facts with which it would pass every hard filter.

A firm passes only if all of its failing facts change, so one change is enough (``alone``) only
where one fact fails. What a firm cannot change (its region, a bar, a day that is over) is told as
a change to nothing (``then`` is None).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.consortium.together import take
from supplychain.matching.feasibility import requirements, routing
from supplychain.matching.feasibility.capacity import possible_quantity
from supplychain.matching.feasibility.filters import Sieve
from supplychain.matching.need import Need
from supplychain.model.names import missing_certificates

Row = dict[str, Any]
MOST_WEEKLY = 10**9
FIXED = frozenset({"region_not_allowed", "barred_by_chain", "need_date_passed"})
"""Facts that a firm cannot change for a line."""


def to_pass(need: Need, firms: Candidates, sieve: Sieve, i: int) -> Row:
    """What firm ``i`` would have to change.

    Returns:
        ``{"alone", "changes": [{what, now, then}]}``, one change for each failing fact: the least
        minimum order, the shortest lead time, the certificates to add, … that pass. ``alone``: one
        change is enough. Lists of things to add have ``now`` None.
    """
    codes = [code for code, flags in sieve.fails.items() if flags[i]]
    changes = [_change(need, firms, sieve, code, i) for code in codes]
    possible = all(change["then"] is not None for change in changes)
    return {"alone": len(changes) == 1 and possible, "changes": changes}


def _change(need: Need, firms: Candidates, sieve: Sieve, code: str, i: int) -> Row:
    now, then = _ends(need, firms, sieve, code, i)
    return {"what": code, "now": now, "then": then}


def _ends(need: Need, firms: Candidates, sieve: Sieve, code: str, i: int) -> tuple[Any, Any]:
    match code:
        case "missing_certificate":
            return None, missing_certificates(need.certificates, firms.certificates[i])
        case "moq_above_quantity":
            return int(sieve.smallest[i]), need.quantity
        case "min_lot_above_quantity":
            return int(firms.min_lot[i]), need.quantity
        case "max_lot_below_quantity":
            return int(firms.max_lot[i]), need.quantity
        case "lead_time_too_long":
            return int(firms.lead_days[i]), need.days_left if need.days_left >= 0 else None
        case "no_capacity":
            return _weekly(need, firms, i)
        case "missing_step":
            return None, [step["step"] for step in routing.missing_steps(firms, i)]
        case _ if code in FIXED:
            return None, None
        case _:
            return _required(need, requirements.values(need, firms, code, i), code)


def _required(need: Need, told: Row, code: str) -> tuple[Any, Any]:
    match code:
        case "process_missing":
            return None, [told["process"]]
        case "material_missing":
            return None, [told["material"]]
        case "envelope_exceeded":
            return None, [f"{side['side']} {side['part_mm']} mm" for side in told["sides"]]
        case "weight_exceeded":
            return told["most_kg"], told["weight_kg"]
        case "certificate_expires":
            return min(one["ends_on"] for one in told["certificates"]), need.needed_by.isoformat()
        case _:
            return told["offered"], told["asked"]


def _weekly(need: Need, firms: Candidates, i: int) -> tuple[int, int | None]:
    """The weekly capacity now, and the least at which anything can be made by the need date."""
    one = take(firms, np.array([i], np.int64))
    now = int(firms.weekly_capacity[i])
    if firms.steps:
        return now, None
    low, high = now, MOST_WEEKLY
    if not _makes(need, one, high):
        return now, None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _makes(need, one, middle) else (middle, high)
    return now, high


def _makes(need: Need, one: Candidates, weekly: int) -> bool:
    asked = replace(one, weekly_capacity=np.array([weekly], np.int64))
    return int(possible_quantity(need, asked)[0]) > 0
