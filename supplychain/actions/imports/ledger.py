"""Deliveries into the ledger, each batch with what it means for the track records.

Both are one transaction: wherever an import is broken off, the counters say what the ledger says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Any, Final

from neo4j import Driver

from supplychain.actions.imports.comparing import Upserts
from supplychain.actions.imports.network import batches
from supplychain.graph.engine.transactions import Tx, write
from supplychain.graph.imports import ledger
from supplychain.graph.imports.record import Tallies, add_to_track_records
from supplychain.matching.performance import LONG_LATE_DAYS

Entry = tuple[list[Any], list[Any] | None]
"""A line, and what it was; None where it is new."""

_SUPPLIER, _PROMISED, _CATEGORY = 1, 5, 12
_COUNTERS: Final = 6


def write_ledger(driver: Driver, upserts: Upserts) -> Iterator[int]:
    """Write new and changed lines and yield how many each batch held.

    Lines of one supplier come together, so that a batch touches few track records.

    Raises:
        Conflict: somebody else wrote one of them meanwhile.
    """
    entries: list[Entry] = [(line, None) for line in upserts.new]
    entries += zip(upserts.changed, upserts.was, strict=True)
    entries.sort(key=lambda entry: (entry[0][_SUPPLIER], entry[0][0]))
    for batch in batches(entries):
        write(driver, _work(batch))
        yield len(batch)


def _work(batch: list[Entry]) -> Callable[[Tx], None]:
    new = [line for line, was in batch if was is None]
    changed = [line for line, was in batch if was is not None]
    before = [was for _, was in batch if was is not None]
    counted = tallies([*new, *changed], before)
    tried = False

    def work(tx: Tx) -> None:
        nonlocal tried
        if tried:
            # What broke the first try may be that another's import was quicker.
            ledger.refuse_taken(tx, new)
        tried = True
        if new:
            ledger.add_lines(tx, new)
        if changed:
            ledger.change_lines(tx, changed, before)
        if counted:
            add_to_track_records(tx, counted)

    return work


def tallies(lines: Iterable[list[Any]], before: Iterable[list[Any]]) -> Tallies:
    """What the six counters of each (supplier, category) gain by ``lines`` and lose by ``before``.

    Delivered lines, on time and in full, received and rejected quantity, days late, lines more
    than ``LONG_LATE_DAYS`` late. A line still under way counts nothing but names its pair.
    """
    found: Tallies = defaultdict(lambda: [0] * _COUNTERS)
    for sign, some in ((1, lines), (-1, before)):
        for line in some:
            if line[_CATEGORY] is not None:
                tally = found[line[_SUPPLIER], line[_CATEGORY]]
                if line[_PROMISED + 1] is not None:
                    _add(tally, sign, *line[_PROMISED - 1 : _PROMISED + 4])
    return dict(found)


def _add(
    tally: list[int],
    sign: int,
    quantity: int,
    promised_on: str,
    delivered_on: str,
    received: int | None,
    rejected: int | None,
) -> None:
    received, rejected = received or 0, rejected or 0
    tally[0] += sign
    tally[2] += sign * received
    tally[3] += sign * rejected
    if delivered_on > promised_on:
        late = _days(promised_on, delivered_on)
        tally[4] += sign * late
        tally[5] += sign * (late > LONG_LATE_DAYS)
    elif received - rejected >= quantity:
        tally[1] += sign


@lru_cache(maxsize=100_000)
def _days(start: str, end: str) -> int:
    return (date.fromisoformat(end) - date.fromisoformat(start)).days
