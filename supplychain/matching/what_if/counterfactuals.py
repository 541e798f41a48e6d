"""The smallest single change of a firm's own facts that would make it the first of a ranking.

Each fact is turned step by step (``levers``) and the firm is weighed again by the same functions
as the rank, so the answer is exact: with the change the firm is first, with one step less it is
not. Two firms compare by their own figures alone, so it is enough to beat the one that is first:
where anybody can make all of the line in time, one that can.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from supplychain.matching.candidates.arrays import Flags, Floats, Ints
from supplychain.matching.consortium.together import take_rows
from supplychain.matching.rows import Change, StaysFirst, ToBeFirst
from supplychain.matching.what_if.levers import (
    Lever,
    capacity_lever,
    cost_levers,
    record_levers,
    with_price,
)
from supplychain.matching.what_if.weighing import ShownFirms

MAX_RISE_FACTOR = 10
"""How many times its price on top the first firm is tried at; a larger rise says nothing more."""
MAX_INTERPOLATION_STEPS = 4
"""Probes by interpolation before the search halves: costs and rates are nearly straight in a fact,
so it hits within a few or is misled by a bend (a tier, a clipped record), and halving ends it."""
EVEN_KEYS_EXPONENT = 50
"""Differences of keys are cut off here, so that firms without a price (1e6 apart) stay finite."""


def to_be_first(shown: ShownFirms) -> list[ToBeFirst]:
    """For each shown firm what would make it first; no changes for the first itself.

    Args:
        shown: n firms in rank order.

    Returns:
        n rows, the smallest change of each firm marked: what is unknown and need only be stated
        (a price, a capacity) goes before all, then the least ``share``. A firm that no single
        change makes first has none. O(n × levers × log steps).
    """
    count = len(shown.firms)
    changes: list[list[Change]] = [[] for _ in range(count)]
    if count > 1:
        for lever in _list_levers(shown):
            steps = fewest_steps(shown, lever)
            for i in np.flatnonzero(steps > 0).tolist():
                changes[i].append(_change_of(lever, i, steps))
    return [
        ToBeFirst(changes=_mark_smallest(own), stays=None if i else stays_first(shown))
        for i, own in enumerate(changes)
    ]


def _list_levers(shown: ShownFirms) -> list[Lever]:
    first_e4 = float(shown.cost.total[0])
    return [
        *cost_levers(shown.need, shown.firms, shown.cost, first_e4),
        *record_levers(shown.need, shown.firms),
        capacity_lever(shown.firms, shown.reach),
    ]


def fewest_steps(shown: ShownFirms, lever: Lever) -> Ints:
    """Per firm the fewest steps of a lever that make it first; 0 where none do."""
    most = lever.steps.copy()
    most[0] = 0

    def probe(steps: Ints) -> tuple[Flags, Floats]:
        keys = shown.weigh(lever.turned(steps), lever.changed)
        return shown.beats_first(keys), _straighten_keys(shown.keys[0] - keys)

    return _search_steps(most, _straighten_keys(shown.keys[0] - shown.keys), probe)


def stays_first(shown: ShownFirms) -> StaysFirst | None:
    """The highest price at which the first firm would still be first.

    None where it is alone, has no price, or is followed by firms without one or by such as make
    less of the line in time.
    """
    priced_at = ~np.isnan(shown.cost.unit_price)
    if len(shown.firms) < 2 or not (priced_at[0] and priced_at[1]):
        return None
    alone = ShownFirms.of(
        shown.need,
        take_rows(shown.firms, np.zeros(1, np.int64)),
        priors=shown.priors,
        order=shown.order,
    )
    source = alone.cost.price_source.astype(np.int64)
    now = np.floor(alone.cost.unit_price).astype(np.int64)
    first_id, second_id = shown.firms.firm_ids[:2]

    def probe(steps: Ints) -> tuple[Flags, Floats]:
        firms = with_price(alone.firms, source=source, price_e4=now + steps)
        keys = alone.weigh(firms, "costs")
        lost = (keys < shown.keys[1]) | ((keys == shown.keys[1]) & (second_id < first_id))
        return lost, _straighten_keys(keys - shown.keys[1])

    lead = _straighten_keys(shown.keys[:1] - shown.keys[1])
    steps = int(_search_steps(MAX_RISE_FACTOR * now, lead, probe)[0])
    if not steps:
        return None
    then = int(now[0]) + steps - 1
    share = round(then / float(alone.cost.unit_price[0]) - 1, 6)
    return StaysFirst(now_e4=int(now[0]), then_e4=then, share=max(share, 0.0))


Probe = Callable[[Ints], tuple[Flags, Floats]]
"""Which firms have turned over after n steps, and how far the others are from it."""


def _search_steps(most: Ints, low: Floats, probe: Probe) -> Ints:
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
        middle = _choose_middle(fails, holds, low, high, guess=probes < MAX_INTERPOLATION_STEPS)
        steps = np.where(undecided, middle, holds)
        won, line = probe(steps)
        better, worse = undecided & won, undecided & ~won
        holds, high = np.where(better, steps, holds), np.where(better, line, high)
        fails, low = np.where(worse, steps, fails), np.where(worse, line, low)
        probes += 1
    return holds


def _straighten_keys(keys: Floats) -> Floats:
    """A difference of keys as a number that is straight in most facts; 0 is level."""
    return np.expm1(np.clip(keys, -EVEN_KEYS_EXPONENT, EVEN_KEYS_EXPONENT))


def _choose_middle(fails: Ints, holds: Ints, low: Floats, high: Floats, *, guess: bool) -> Ints:
    """A step between one that fails and one that holds."""
    if not guess:
        return (fails + holds) // 2
    apart = low - high
    share = np.where(apart > 0, low / np.where(apart > 0, apart, 1), 0.5)
    step = fails + np.ceil((holds - fails) * np.clip(share, 0, 1)).astype(np.int64)
    return np.clip(step, fails + 1, np.maximum(holds - 1, fails + 1))


def _change_of(lever: Lever, i: int, steps: Ints) -> Change:
    amiss = float(lever.amiss[i])
    is_known = not np.isnan(amiss)
    return Change(
        what=lever.what,
        now=int(lever.now[i]) if is_known else None,
        then=int(lever.then(steps)[i]),
        share=round(float(steps[i]) / amiss, 6) if is_known and amiss else None,
        of=None if lever.of is None else int(lever.of[i]),
    )


def _mark_smallest(changes: list[Change]) -> tuple[Change, ...]:
    """The changes with the smallest marked; to state what is unknown goes before all."""
    if not changes:
        return ()
    shares = [-1.0 if change.share is None else change.share for change in changes]
    least = shares.index(min(shares))
    return (*changes[:least], replace(changes[least], smallest=True), *changes[least + 1 :])
