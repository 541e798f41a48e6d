"""A routing: several capabilities of one firm, one after the other.

The line's own category counts as a step of its own, the first, unless the firm does one of the
named steps with that very capability. A step may begin when the lead times of those before it are
over and must leave time for those after it; the promise is that of the narrowest step.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from supplychain.matching.candidates.arrays import UNKNOWN, Coded, Flags, Ints
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.candidates.stated import Stage
from supplychain.matching.feasibility.windows import (
    lot_of,
    lots_of,
    pace_of,
    paces_of,
    possible_columns,
)
from supplychain.matching.need import Need
from supplychain.model.capacity.promises import finish_day
from supplychain.model.quantities import whole_units
from supplychain.model.weeks import day_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Bottleneck:
    """The narrowest step of one firm: name, weekly pieces, and the day the last step is done."""

    name: str
    weekly: int
    finish_on: int | None


def with_routing(able: Candidates, stages: tuple[Stage, ...], *, name: str) -> Candidates:
    """The candidates with their routing, lead times added up (unknown ones count as nothing).

    Args:
        able: n firms.
        stages: the named steps in order, rows as in ``able``.
        name: of the line's own category.
    """
    n = len(able)
    double = np.logical_or.reduce([stage.own for stage in stages]) if stages else np.zeros(n, bool)
    own = Stage(
        name=name,
        has=np.ones(n, np.bool_),
        own=np.ones(n, np.bool_),
        category=Coded(kinds=[name], of=np.zeros(n, np.int64)),
        weekly_capacity=able.weekly_capacity,
        pace=able.pace,
        lot_size=np.zeros(n, np.int64) if able.lot_size is None else able.lot_size,
        lead_days=np.where(double, UNKNOWN, able.lead_days),
        booked=able.booked,
        weekly_work=able.weekly_work,
        part_hours_e4=able.part_hours_e4,
    )
    steps = (own, *stages)
    total = sum((_known_lead_days(stage) for stage in steps), np.zeros(n, np.int64))
    known = np.logical_or.reduce([stage.lead_days >= 0 for stage in steps])
    return replace(able, steps=steps, lead_days=np.where(known, total, UNKNOWN))


def possible_through_steps(need: Need, able: Candidates) -> Ints:
    """Pieces that go through every step by the need date; ``UNKNOWN`` if one is, unless one is 0.

    A step that a firm lacks is left aside here: the firm fails on that fact. O(steps × n).

    Args:
        need: the line.
        able: columns of n firms with their steps.

    Returns:
        n whole numbers.
    """
    table = np.array([_possible_at_step(need, able, step) for step in range(len(able.steps))])
    least = np.where(table < 0, np.iinfo(np.int64).max, table).min(axis=0)
    return np.where((table < 0).any(axis=0) & (least > 0), UNKNOWN, least)


def flag_missing_steps(able: Candidates) -> Flags:
    """Which of n firms lack a step."""
    return ~np.logical_and.reduce([stage.has for stage in able.steps])


def list_missing_steps(able: Candidates, i: int) -> list[tuple[int, str]]:
    """The steps that firm ``i`` lacks: number among the named ones, from 1, and name."""
    return [
        (number, stage.name)
        for number, stage in enumerate(able.steps[1:], start=1)
        if not stage.has[i]
    ]


def find_bottleneck(need: Need, able: Candidates, i: int) -> Bottleneck:
    """The step of firm ``i`` that lets fewest pieces through, and the day the last step is done."""
    done_steps = [step for step, stage in enumerate(able.steps) if stage.has[i]]
    through = [(int(_possible_at_step(need, able, step)[i]), step) for step in done_steps]
    _, narrow = min(through, key=lambda one: (one[0] < 0, one[0], one[1]))
    days = [_finish_of_step(need, able, step, i) for step in done_steps]
    done = None if any(day is None for day in days) else max(day for day in days if day is not None)
    stage = able.steps[narrow]
    return Bottleneck(name=stage.name, weekly=int(stage.weekly_capacity[i]), finish_on=done)


def _finish_of_step(need: Need, able: Candidates, step: int, i: int) -> int | None:
    stage = able.steps[step]
    before, after = (int(days[i]) for days in _days_around_step(able, step))
    today = able.first_day(i, need.today)
    done = finish_day(
        pace_of(stage, i),
        stage.booked.pairs(i),
        today=today,
        work=lot_of(stage, i).count_work(whole_units(need.quantity)),
        starts_on=today + before,
    )
    return None if done is None else done + after


def _possible_at_step(need: Need, able: Candidates, step: int) -> Ints:
    """What the step can promise by its last day, and no more than it makes from its first day on.

    What is promised already may be made before the first day; that is the rule of
    ``finish_day`` with a first day.
    """
    stage = able.steps[step]
    paces = paces_of(stage)
    before, after = _days_around_step(able, step)
    today = able.first_days(need.today)
    last = day_number(need.needed_by) - after
    promised = possible_columns(paces, stage.booked, today=today, last=last)
    work = np.minimum(promised, paces.made(today + before, last))
    pieces = lots_of(stage).count_pieces(np.where(promised < 0, UNKNOWN, work))
    return np.where(stage.has, pieces, UNKNOWN)


def _days_around_step(able: Candidates, step: int) -> tuple[Ints, Ints]:
    """Days of the steps before and after one. Its own lead time lies within its window."""
    none = np.zeros(len(able), np.int64)
    before = sum((_known_lead_days(stage) for stage in able.steps[:step]), none)
    after = sum((_known_lead_days(stage) for stage in able.steps[step + 1 :]), none)
    return before, after


def _known_lead_days(stage: Stage) -> Ints:
    return np.where(stage.has, np.maximum(stage.lead_days, 0), 0)
