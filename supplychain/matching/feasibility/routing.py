"""A routing: several capabilities of one firm, one after the other.

The line's own category counts as a step of its own, the first, unless the firm does one of the
named steps with that very capability; one that does several steps is counted at the first of them.
A step may begin when the lead times of those before it are over and must leave time for those after
it; the promise is that of the narrowest step. It is the rule of ``model.capacity.steps``, by which
bids hold and orders book, for n firms at once; a test holds the two equal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

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

_ENOUGH: Final = np.iinfo(np.int64).max
"""What a step lets through that is counted elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bottleneck:
    """The narrowest step of one firm: name, weekly pieces, and the day the last step is done."""

    name: str
    weekly: int
    finish_on: int | None


def with_routing(
    able: Candidates, stages: tuple[Stage, ...], *, name: str, own_lead_days: Ints
) -> Candidates:
    """The candidates with their routing, lead times added up (unknown ones count as nothing).

    The lead time of an offer counts for the whole; when a step may begin and must end follows the
    lead times of the capabilities, which is what an acceptance reads.

    Args:
        able: n firms.
        stages: the named steps in order, rows as in ``able``.
        name: of the line's own category.
        own_lead_days: of the capabilities in it; ``UNKNOWN`` if not stated.
    """
    n = len(able)
    double = np.logical_or.reduce([stage.own for stage in stages]) if stages else np.zeros(n, bool)
    stages = _flag_repeats(stages)
    own = Stage(
        name=name,
        has=np.ones(n, np.bool_),
        own=np.ones(n, np.bool_),
        category=Coded(kinds=[name], of=np.zeros(n, np.int64)),
        weekly_capacity=able.weekly_capacity,
        pace=able.pace,
        lot_size=np.zeros(n, np.int64) if able.lot_size is None else able.lot_size,
        lead_days=np.where(double, UNKNOWN, own_lead_days),
        repeats=double,
        booked=able.booked,
        weekly_work=able.weekly_work,
        part_hours_e4=able.part_hours_e4,
    )
    steps = (own, *stages)
    leads = [
        np.where(double, UNKNOWN, able.lead_days),
        *(np.where(stage.has, stage.lead_days, UNKNOWN) for stage in stages),
    ]
    total = sum((np.maximum(days, 0) for days in leads), np.zeros(n, np.int64))
    known = np.logical_or.reduce([days >= 0 for days in leads])
    return replace(able, steps=steps, lead_days=np.where(known, total, UNKNOWN))


def _flag_repeats(stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
    """The steps, each with the firms whose capability for it does an earlier one too."""
    names = [np.array(stage.category.kinds, np.object_)[stage.category.of] for stage in stages]
    flagged: list[Stage] = []
    for number, stage in enumerate(stages):
        repeats = np.zeros(len(stage.has), np.bool_)
        for earlier in names[:number]:
            repeats |= stage.has & (names[number] == earlier)
        flagged.append(replace(stage, repeats=repeats))
    return tuple(flagged)


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
    least = np.where(table < 0, _ENOUGH, table).min(axis=0)
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
    done_steps = [
        step
        for step, stage in enumerate(able.steps)
        if stage.has[i] and not (stage.repeats is not None and stage.repeats[i])
    ]
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
    """What the step can promise by its last day, begun on its first: ``possible_work``."""
    stage = able.steps[step]
    paces = paces_of(stage)
    today = able.first_days(need.today)
    before, after = _fit_days_around(able, step, day_number(need.needed_by) - today)
    last = day_number(need.needed_by) - after
    promised = possible_columns(paces, stage.booked, today=today, last=last)
    first = today + before
    due, from_day = stage.booked, np.broadcast_to(first, before.shape)
    inside = replace(due, values=np.where(due.keys < from_day[due.row_of], 0, due.values))
    begun = possible_columns(paces, inside, today=first, last=last)
    work = np.where(before > 0, np.minimum(promised, begun), promised)
    pieces = lots_of(stage).count_pieces(np.where(promised < 0, UNKNOWN, work))
    counted = np.where(stage.has, pieces, UNKNOWN)
    return counted if stage.repeats is None else np.where(stage.repeats, _ENOUGH, counted)


def _fit_days_around(able: Candidates, step: int, left: Ints | int) -> tuple[Ints, Ints]:
    """``_days_around_step``, in proportion where fewer days are left: ``StepWindow.days``."""
    none = np.zeros(len(able), np.int64)
    total = sum((_known_lead_days(stage) for stage in able.steps), none)
    left = np.maximum(left, 0)
    is_short = total > left
    before, after = (
        np.where(is_short, days * left // np.maximum(total, 1), days)
        for days in _days_around_step(able, step)
    )
    return before, after


def _days_around_step(able: Candidates, step: int) -> tuple[Ints, Ints]:
    """Days of the steps before and after one. Its own lead time lies within its window."""
    none = np.zeros(len(able), np.int64)
    before = sum((_known_lead_days(stage) for stage in able.steps[:step]), none)
    after = sum((_known_lead_days(stage) for stage in able.steps[step + 1 :]), none)
    return before, after


def _known_lead_days(stage: Stage) -> Ints:
    return np.where(stage.has, np.maximum(stage.lead_days, 0), 0)
