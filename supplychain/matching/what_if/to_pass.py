"""The smallest changes of a failing firm's facts with which it would pass every hard filter.

A firm passes only if all of its failing facts change, so one change is enough (``alone``) only
where one fact fails. What a firm cannot change (its region, a bar, a day that is over) is told as
a change to nothing (``then`` is None).
"""

from __future__ import annotations

from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.feasibility import requirements, routing
from supplychain.matching.feasibility.filters import Sieve
from supplychain.matching.feasibility.windows import lot_of, pace_of
from supplychain.matching.need import Need
from supplychain.matching.rows import PassingChange, ToPass
from supplychain.matching.what_if.levers import MAX_WEEKLY_PIECES
from supplychain.model.capacity.promises import least_weekly_work
from supplychain.model.names import missing_certificates
from supplychain.model.quantities import whole_units
from supplychain.model.weeks import day_number

FIXED = frozenset({"region_not_allowed", "barred_by_chain", "need_date_passed"})
"""Facts that a firm cannot change for a line."""


def to_pass(need: Need, firms: Candidates, sieve: Sieve, i: int) -> ToPass:
    """What firm ``i`` would have to change, one change for each failing fact.

    The least minimum order, the shortest lead time, the certificates to add, … that pass.

    Args:
        need: the line.
        firms: columns of n firms.
        sieve: of the same firms.
        i: a row of the columns.
    """
    changes = tuple(
        _change_to_pass(need, firms, sieve, code, i)
        for code, flags in sieve.fails.items()
        if flags[i]
    )
    is_possible = all(change.then is not None for change in changes)
    return ToPass(alone=len(changes) == 1 and is_possible, changes=changes)


def _change_to_pass(
    need: Need, firms: Candidates, sieve: Sieve, code: str, i: int
) -> PassingChange:
    def change(now: int | str | None, then: int | str | list[str] | None) -> PassingChange:
        return PassingChange(what=code, now=now, then=then)

    match code:
        case "missing_certificate":
            return change(None, missing_certificates(need.certificates, firms.certificates[i]))
        case "moq_above_quantity":
            return change(int(sieve.smallest[i]), int(need.quantity) or None)
        case "min_lot_above_quantity":
            return change(int(firms.min_lot[i]), int(need.quantity) or None)
        case "max_lot_below_quantity":
            return change(int(firms.max_lot[i]), whole_units(need.quantity))
        case "lead_time_too_long":
            left = day_number(need.needed_by) - firms.first_day(i, need.today)
            return change(int(firms.lead_days[i]), left if left >= 0 else None)
        case "no_capacity":
            return change(int(firms.weekly_capacity[i]), _least_weekly(need, firms, i))
        case "missing_step":
            return change(None, [name for _, name in routing.list_missing_steps(firms, i)])
        case _ if code in FIXED:
            return change(None, None)
        case _:
            return change(*_meet_requirement(need, firms, code, i))


def _meet_requirement(
    need: Need, firms: Candidates, code: str, i: int
) -> tuple[int | str | None, int | str | list[str]]:
    facts, required = firms.facts, need.requirements
    assert facts is not None
    match code:
        case "process_missing":
            return None, [required.process]
        case "material_missing":
            return None, [required.material]
        case "envelope_exceeded":
            excesses = requirements.find_excesses(need, facts, i)
            return None, [f"{excess.side} {excess.part_mm} mm" for excess in excesses]
        case "weight_exceeded":
            return int(facts.weight_kg[i]), required.weight_kg or 0
        case "certificate_expires":
            ends = [ends_on for _, ends_on in requirements.list_expiring(need, firms, i)]
            return min(ends), need.needed_by.isoformat()
        case _:
            wanted, offered, _ = requirements.compare_tolerance(need, facts, code, i)
            return offered, wanted


def _least_weekly(need: Need, firms: Candidates, i: int) -> int | None:
    """The least weekly capacity at which anything can be made by the need date.

    Of hours those that make so many pieces. A firm that can make nothing is told of one piece more
    than it states at least.
    """
    present, lot = pace_of(firms, i), lot_of(firms, i)
    due: dict[int, int] = dict(zip(*firms.booked.row(i), strict=True))
    today, last = firms.first_day(i, need.today), day_number(need.needed_by)
    if firms.steps:
        return None
    work = least_weekly_work(present, due, today=today, day=last, work=lot.lot_work)
    if work is None:
        return None
    least = int(firms.weekly_capacity[i]) + 1
    if work > 0:
        all_work = work + sum(site.weekly for site in present.sites)
        least = max(least, (all_work - 1) * lot.lot_pieces // lot.lot_work + 1)
    return least if least <= MAX_WEEKLY_PIECES else None
