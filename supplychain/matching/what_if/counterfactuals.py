"""The smallest single change of a firm's own facts that would make it the first of a ranking.

Each fact is turned step by step (``levers``) and the firm is weighed again by the same functions
as the rank, so the answer is exact: with the change the firm is first, with one step less it is
not. Two firms compare by their own figures alone, so it is enough to beat the one that is first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from supplychain.matching.candidates.arrays import Flags, Floats, Ints
from supplychain.matching.consortium.together import take
from supplychain.matching.what_if.levers import Lever, cost_levers, priced, record_levers
from supplychain.matching.what_if.weighing import Shown

Row = dict[str, Any]
MONEY = frozenset({"unit_price", "freight", "tooling"})
DEARER = 10
"""How many times its price on top the first firm is tried at."""
GUESSES = 4
"""Probes by interpolation before the search falls back on halving."""


def to_be_first(shown: Shown) -> list[Row]:
    """For each shown firm what would make it first; an empty list of changes for the first itself.

    Returns:
        n rows ``{"changes": […]}``, each change ``{what, now, then, share, smallest}`` with money
        as ``now_e4`` and ``then_e4``, and ``of`` (out of how many) where that says something.
        ``now`` of a price is None where none is known. ``share`` is the change as a part of what
        is amiss; the smallest of a firm is marked. A firm that no single change makes first has
        none. O(shown × levers × log steps).
    """
    count = len(shown.firms)
    found: list[list[Row]] = [[] for _ in range(count)]
    if count > 1:
        for lever in _levers(shown):
            steps = fewest(shown, lever)
            for place in np.flatnonzero(steps > 0).tolist():
                found[place].append(_change(lever, place, steps))
    return [{"changes": _marked(changes)} for changes in found]


def _levers(shown: Shown) -> list[Lever]:
    first_e4 = float(shown.cost.total[0])
    return [
        *cost_levers(shown.need, shown.firms, shown.cost, first_e4),
        *record_levers(shown.need, shown.firms),
    ]


def fewest(shown: Shown, lever: Lever) -> Ints:
    """Per firm the fewest steps of a lever that make it first; 0 where none do."""
    most = lever.steps.copy()
    most[0] = 0

    def probe(steps: Ints) -> tuple[Flags, Floats]:
        keys = shown.weigh(lever.turned(steps), costs=lever.costs)
        return shown.beats_first(keys), _ahead(shown.keys[0] - keys)

    return _search(most, _ahead(shown.keys[0] - shown.keys), probe)


def stays_first(shown: Shown) -> Row:
    """The highest price at which the first firm would still be first.

    Returns:
        ``{"stays": {now_e4, then_e4, share}}``; nothing where it is alone, has no price, or is
        followed by firms without one.
    """
    known = ~np.isnan(shown.cost.unit_price)
    if len(shown.firms) < 2 or not (known[0] and known[1]):
        return {}
    alone = Shown.of(
        shown.need,
        take(shown.firms, np.zeros(1, np.int64)),
        priors=shown.priors,
        order=shown.order,
    )
    source = alone.cost.price_source.astype(np.int64)
    now = np.floor(alone.cost.unit_price).astype(np.int64)
    first_id, second_id = shown.firms.firm_ids[:2]

    def probe(steps: Ints) -> tuple[Flags, Floats]:
        firms = priced(alone.firms, source=source, price_e4=now + steps)
        keys = alone.weigh(firms, costs=True)
        lost = (keys < shown.keys[1]) | ((keys == shown.keys[1]) & (second_id < first_id))
        return lost, _ahead(keys - shown.keys[1])

    steps = int(_search(DEARER * now, _ahead(shown.keys[:1] - shown.keys[1]), probe)[0])
    if not steps:
        return {}
    then = int(now[0]) + steps - 1
    share = round(then / float(alone.cost.unit_price[0]) - 1, 6)
    return {"stays": {"now_e4": int(now[0]), "then_e4": then, "share": max(share, 0.0)}}


Probe = Callable[[Ints], tuple[Flags, Floats]]
"""Which firms have turned over after n steps, and how far the others are from it."""


def _search(most: Ints, low: Floats, probe: Probe) -> Ints:
    """Per firm the fewest steps at which it turns over; 0 where it never does.

    Costs and rates are straight lines in a fact, so a probe by interpolation between the last step
    that fails and the first that holds mostly hits at once; then the search halves.

    Args:
        most: n largest numbers of steps; 0 is not tried.
        low: how far each firm is from turning over now.
        probe: tried with n numbers of steps.
    """
    if not most.any():
        return most
    fails = np.zeros(len(most), np.int64)
    won, high = probe(most)
    open_ = won & (most > 0)
    holds = np.where(open_, most, 0)
    probes = 0
    while (undecided := open_ & (holds - fails > 1)).any():
        middle = _between(fails, holds, low, high, guess=probes < GUESSES)
        steps = np.where(undecided, middle, holds)
        won, line = probe(steps)
        better, worse = undecided & won, undecided & ~won
        holds, high = np.where(better, steps, holds), np.where(better, line, high)
        fails, low = np.where(worse, steps, fails), np.where(worse, line, low)
        probes += 1
    return holds


def _ahead(keys: Floats) -> Floats:
    """A difference of keys as a number that is straight in most facts; 0 is level."""
    return np.expm1(np.clip(keys, -50, 50))


def _between(fails: Ints, holds: Ints, low: Floats, high: Floats, *, guess: bool) -> Ints:
    """A step between one that fails and one that holds."""
    if not guess:
        return (fails + holds) // 2
    apart = low - high
    share = np.where(apart > 0, low / np.where(apart > 0, apart, 1), 0.5)
    step = fails + np.ceil((holds - fails) * np.clip(share, 0, 1)).astype(np.int64)
    return np.clip(step, fails + 1, np.maximum(holds - 1, fails + 1))


def _change(lever: Lever, place: int, steps: Ints) -> Row:
    amiss = float(lever.amiss[place])
    known = not np.isnan(amiss)
    unit = "_e4" if lever.what in MONEY else ""
    row: Row = {
        "what": lever.what,
        f"now{unit}": int(lever.now[place]) if known else None,
        f"then{unit}": int(lever.then(steps)[place]),
        "share": round(float(steps[place]) / amiss, 6) if known and amiss else None,
    }
    if lever.of is not None:
        row["of"] = int(lever.of[place])
    return row


def _marked(changes: list[Row]) -> list[Row]:
    """The changes with the smallest marked; a price where none is known goes before all."""
    least = min(changes, key=lambda one: -1.0 if one["share"] is None else one["share"],
                default=None)  # fmt: skip
    return [{**one, "smallest": one is least} for one in changes]
